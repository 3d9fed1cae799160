"""The image of a star with its aperture to drag: the left side of the view of photometry."""

import math
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import AnyFloatArray, BoolArray
from engine.imaging.photometry import Photometry
from engine.model.data_quality import DO_NOT_USE, flag_names
from engine.model.image import Image
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import column
from guiapp.look.tokens import GRID
from guiapp.look.units import flux_text
from guiapp.plots.aperture_layer import ApertureLayer, Part
from guiapp.plots.color_bar import ColorBar
from guiapp.plots.color_maps import MapName
from guiapp.plots.field_mask import FieldMask
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.message import PlotMessage
from guiapp.plots.sky_marks import CompassLayer, ScaleBarLayer, Spot, SpotsLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import NO_LEVELS, Levels, Stretch
from guiapp.views.cube_gestures import PICK_TOLERANCE, ApertureTool
from guiapp.views.cube_images import Cone, levels_of
from guiapp.views.cube_words import sky_text

Field = Literal["star", "whole"]
_AXIS = 46
_ABOVE = 52.0  # pixels between the top of the field and what is said about a part
_NEAR = 1.45  # of the annulus: half the side of what is shown around the star
_NOTHING = np.zeros((0, 0))
_PARTS = {"radius": "aperture", "inner": "annulus from", "outer": "annulus to"}
PIXEL = np.ones(1)  #: radii of the cone are in pixels here


class StarPane(QWidget):
    """Shows one image, around its star or whole, and lets the aperture be dragged.

    Signals
    -------
    proposed(cone), dropped()
        While the aperture is dragged: what it would be; the drag was taken back.
    committed(cone, part)
        The user let it go: ``"center"``, ``"radius"``, ``"inner"`` or ``"outer"``.
    cursor_changed(text)
        Read-out.
    """

    proposed = pyqtSignal(object)
    dropped = pyqtSignal()
    committed = pyqtSignal(object, str)
    cursor_changed = pyqtSignal(str)

    plane = 0  #: there is only one

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cone: Cone | None = None
        self.field: Field = "star"
        self.plot = SkyPlot(name="Image of the star", x_label="x (px)", y_label="y (px)")
        self.image = self.plot.add_layer(ImageLayer(), z=0)
        self.aperture = self.plot.add_layer(ApertureLayer(), z=6)
        self.spots = self.plot.add_layer(SpotsLayer(), z=7)
        self.ground = self.plot.add_layer(FieldMask(), z=7.5)
        self.compass = self.plot.add_layer(CompassLayer(), z=8)
        self.scale_bar = self.plot.add_layer(ScaleBarLayer(), z=8)
        self.color_bar = ColorBar(left=_AXIS, right=5)
        self.tip = PlotMessage(self.plot, "cursor")
        self.message = PlotMessage(self.plot, "center")
        self.note = PlotMessage(self.plot, "top")
        for words in (self.tip, self.note):
            words.keep_clear_of(self.compass.place_in_plot)
        self._image: Image | None = None
        self._truth: Cone | None = None
        whole = column(self, spacing=2 * GRID)
        whole.addWidget(self.plot, 1)
        whole.addWidget(self.color_bar)
        self.plot.add_tool(ApertureTool(self))
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(self._on_left)

    # What is shown

    def show_image(self, image: Image, values: AnyFloatArray) -> None:
        """Show ``values``, of the pixels of ``image``, where it is or made of it."""
        self._image = image
        flagged: BoolArray = (image.flags & DO_NOT_USE) != 0
        self.image.set_image(values, self._levels(values), flagged=flagged)
        sky = image.sky
        north, east = (None, None) if sky is None else sky.north_east()
        self.compass.set_directions(_pair(north), _pair(east))
        self.scale_bar.set_scale(np.nan if sky is None else sky.pixel_scale_arcsec)
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

    def show_cone(self, cone: Cone | None) -> None:
        """Draw the aperture as it is decided."""
        self._truth = cone
        if not self.plot.is_dragging:
            self.cone = cone
            self._draw_aperture()

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

    def set_look(self, *, stretch: Stretch | None = None, map_name: MapName | None = None) -> None:
        """Change how values become colors."""
        self.image.set_look(stretch=stretch, map_name=map_name)
        if map_name is not None:
            for layer in (self.aperture, self.spots):
                layer.set_map(map_name)
        self._draw_scale()

    # What gestures need (SkyHost)

    def part_hovered(self, part: Part | None) -> None:
        """Say what can be grabbed here."""
        if part is not None and part != "center" and self.cone is not None:
            self._say_part(self.cone, part)

    def inside(self, x: float, y: float) -> tuple[float, float]:
        """Return the nearest place inside the image."""
        n_y, n_x = self.image.values.shape
        return min(max(x, -0.5), n_x - 0.5), min(max(y, -0.5), n_y - 0.5)

    def propose(self, cone: Cone, part: Part) -> None:
        """Draw what the drag would give."""
        if self.cone is not None and not cone.is_same(self.cone):
            self.cone = cone
            self._draw_aperture()
            self.proposed.emit(cone)
        self._say_part(cone, part)

    def drop_proposal(self) -> None:
        """Draw what is true again."""
        self.cone = self._truth
        self._draw_aperture()
        self.tip.say("", "tip")
        self.dropped.emit()

    def commit(self, cone: Cone, part: Part) -> None:
        """Take ``cone`` as decided and say so."""
        self.take(cone)
        self.tip.say("", "tip")
        self.committed.emit(cone, part)

    def take(self, cone: Cone) -> None:
        """Draw ``cone`` as decided, e.g. by a key."""
        self.cone = self._truth = cone
        self._draw_aperture()

    def spaxel_clicked(self, x: float, y: float) -> None:
        """Decide nothing: a click alone means nothing here."""

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

    def _draw_aperture(self) -> None:
        cone, truth = self.cone, self._truth
        circles = None if cone is None else cone.circles(0)
        is_moved = cone is not None and truth is not None and not cone.is_same(truth)
        before = truth.circles(0) if is_moved and truth is not None else None
        self.aperture.set_circles(circles, before=before)

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

    def _say_above(self, text: str) -> None:
        """Write above the field, where it hides no data."""
        field = self.plot.ruler.field
        if field is not None:
            pixels = self.plot.pixels
            corner = QPointF(pixels.x_pixel(field[0]), pixels.y_pixel(field[3]) - _ABOVE)
            self.tip.say(text, "tip", at=QPointF(max(corner.x(), 0.0), max(corner.y(), 0.0)))

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
        if not self.plot.is_dragging and self.aperture.highlighted in {None, "center"}:
            mouse = self.plot.cursor
            spot = None if mouse is None else self.spots.spot_at(mouse, PICK_TOLERANCE)
            self._say_above("" if spot is None else spot.name)

    def _on_left(self) -> None:
        self.tip.say("", "tip")
        self.cursor_changed.emit("")


def _pair(direction: np.ndarray | None) -> tuple[float, float] | None:
    return None if direction is None else (float(direction[0]), float(direction[1]))
