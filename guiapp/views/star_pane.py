"""The image of a star with its aperture to drag: the left side of the view of photometry."""

import math
from typing import Literal

import numpy as np
from PyQt6.QtWidgets import QWidget

from engine.arrays import AnyFloatArray, BoolArray
from engine.imaging.photometry import Photometry
from engine.model.data_quality import DO_NOT_USE, flag_names
from engine.model.image import Image
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import column
from guiapp.look.tokens import GRID
from guiapp.look.units import flux_text
from guiapp.plots.field_mask import FieldMask
from guiapp.plots.layers import Bounds
from guiapp.plots.sky_marks import Spot
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import NO_LEVELS, Levels
from guiapp.views.aperture_pane import AperturePane
from guiapp.views.cube_images import Cone, levels_of
from guiapp.views.cube_words import sky_text

Field = Literal["star", "whole"]
_NEAR = 1.45  # of the annulus: half the side of what is shown around the star
_NOTHING = np.zeros((0, 0))
_PARTS = {"radius": "aperture", "inner": "annulus from", "outer": "annulus to"}
PIXEL = np.ones(1)  #: radii of the cone are in pixels here


class StarPane(AperturePane):
    """Shows one image, around its star or whole, and lets the aperture be dragged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        plot = SkyPlot(name="Image of the star", x_label="x (px)", y_label="y (px)")
        super().__init__(plot, parent)
        self.field: Field = "star"
        self.ground = plot.add_layer(FieldMask(), z=7.5)
        self._image: Image | None = None
        whole = column(self, spacing=2 * GRID)
        whole.addWidget(self.plot, 1)
        whole.addWidget(self.color_bar)

    # What is shown

    def show_image(self, image: Image, values: AnyFloatArray) -> None:
        """Show ``values``, of the pixels of ``image``, where it is or made of it."""
        self._image = image
        flagged: BoolArray = (image.flags & DO_NOT_USE) != 0
        self.image.set_image(values, self._levels(values), flagged=flagged)
        sky = image.sky
        self._show_sky(sky, np.nan if sky is None else sky.pixel_scale_arcsec)
        self.message.say("", "quiet")
        self._draw_scale()

    def clear(self, reason: str) -> None:
        """Show no image, and say why."""
        self._image = None
        self.image.set_image(_NOTHING, NO_LEVELS)
        self._set_field()
        self.compass.set_directions(None, None)
        self.scale_bar.set_scale(np.nan)
        self.show_cone(None)
        self.spots.set_spots(())
        self.note.say("", "care")
        self.message.say(reason, "quiet")

    def show_result(self, result: Photometry | None) -> None:
        """Mark where the coordinates are, and say what is wrong with the star."""
        spots: tuple[Spot, ...] = ()
        if result is not None and result.place.how != "by hand":
            place = result.place
            spots = (Spot(place.start_x, place.start_y, "diamond", "care", "its coordinates"),)
        self.spots.set_spots(spots)
        is_bad = result is not None and not math.isfinite(result.flux_dn_s)
        self.note.say(result.messages[-1] if result is not None and is_bad else "", "care")

    def set_field(self, field: Field) -> None:
        """Show the surroundings of the star, or the whole image."""
        self.field = field
        self.frame_afresh()

    def frame_afresh(self) -> None:
        """Choose the range of the plot and of brightness anew."""
        self._set_field()
        if self.image.values.size:
            values, flagged = self.image.values, self.image.flagged
            self.image.set_image(values, self._levels(values), flagged=flagged)
        self._draw_scale()
        self.plot.show_all_afresh()

    # Parts

    def _levels(self, values: AnyFloatArray) -> Levels:
        near = self._near()
        if near is None:
            return levels_of(values)
        left, right, low, high = (max(0, math.floor(one + 0.5)) for one in near)
        cut = values[low:high, left:right]
        return levels_of(cut if np.isfinite(cut).any() else values)

    def _near(self) -> Bounds | None:
        """Return the surroundings of the star that are shown."""
        cone, whole = self._truth, self.image.bounds()
        if self.field == "whole" or whole is None or cone is None or cone.center is None:
            return None
        x, y = cone.center
        outer = cone.annulus_fwhm[1] if cone.annulus_fwhm else 3.0 * cone.radius_fwhm
        half = _NEAR * max(outer, 8.0)
        return (
            max(whole[0], x - half),
            min(whole[1], x + half),
            max(whole[2], y - half),
            min(whole[3], y + half),
        )

    def _set_field(self) -> None:
        near = self._near()
        field = self.image.bounds() if near is None else near
        for layer in (self.plot.ruler, self.ground, self.compass, self.scale_bar):
            layer.set_field(field)

    def _draw_scale(self) -> None:
        unit = "" if self._image is None else self._image.unit
        image = self.image
        self.color_bar.show_scale(image.levels, image.stretch, image.map_name, unit=unit)

    def _say_part(self, cone: Cone, part: str) -> None:
        if cone.center is None:
            return
        x, y = cone.center
        text = f"center ({fixed_text(x, 2)}, {fixed_text(y, 2)})"
        if part != "center":
            inner, outer = cone.annulus_fwhm or (math.nan, math.nan)
            size = {"radius": cone.radius_fwhm, "inner": inner, "outer": outer}[part]
            text = f"{_PARTS[part]} {fixed_text(size, 2)} px"
        self._say_above(text)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        image = self._image
        if image is None:
            return
        parts = [f"x {fixed_text(x, 1)}  y {fixed_text(y, 1)}"]
        found = self.image.pixel_at(x, y)
        if found is not None:
            value = float(self.image.values[found[1], found[0]])
            error = float(image.error[found[1], found[0]])
            parts.append(flux_text(value, error, image.unit))
            parts.append(", ".join(flag_names(int(image.flags[found[1], found[0]]))))
        if image.sky is not None:
            parts.append(sky_text(*image.sky.pixel_to_sky(x, y)))
        self.cursor_changed.emit("   ".join(part for part in parts if part))
        if not self.plot.is_dragging:
            self._name_spot()
