"""The left side of the cube view: an image of the cube with the aperture, and the plane slider."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QSlider, QWidget

from engine.mrs.extraction import Extraction
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, column
from guiapp.look.tokens import GRID
from guiapp.plots.color_maps import MapName
from guiapp.plots.sky_marks import Spot, TrailLayer
from guiapp.plots.sky_plot import SkyPlot
from guiapp.views.aperture_pane import AXIS, AperturePane
from guiapp.views.cube_images import Cone, CubeImages
from guiapp.views.cube_words import part_text, plane_text, voxel_text

Shown = Literal["collapsed", "plane"]
_EMPTY_PLANE = "No measurement in this plane."
_EMPTY_CUBE = "Every voxel of this cube is NaN: there is nothing to show."


class SkyPane(AperturePane):
    """Shows the collapsed cube or one plane, and lets the aperture be dragged.

    Signals
    -------
    plane_chosen(index), shown_changed(name)
        The plane, and what the image shows, changed by hand.
    spaxel_hovered(column, row), spaxel_pinned(column, row)
        The spaxel under the cursor, or (-1, -1); the one that was clicked.
    """

    plane_chosen = pyqtSignal(int)
    shown_changed = pyqtSignal(str)
    spaxel_hovered = pyqtSignal(int, int)
    spaxel_pinned = pyqtSignal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        plot = SkyPlot(name="Image of the cube", x_label="x (spaxel)", y_label="y (spaxel)")
        super().__init__(plot, parent)
        self.images: CubeImages | None = None
        self.plane = 0
        self.shown: Shown = "collapsed"
        self.pinned: tuple[int, int] | None = None
        self.trail = self.plot.add_layer(TrailLayer(), z=5)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.plane_label = ElidedLabel("", "dim")
        self._result: Extraction | None = None
        self._hovered = (-1, -1)
        self._lay_out()
        self._connect()

    # What is shown

    def show_images(self, images: CubeImages) -> None:
        """Show another cube, at its middle plane."""
        self.images = images
        self.plane = images.cube.shape[0] // 2
        self._show_sky(images.cube.sky, images.cube.spaxel_arcsec)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, images.cube.shape[0] - 1)
            self.slider.setValue(self.plane)
        self.slider.setEnabled(images.cube.shape[0] > 1)
        self._draw_image()
        self._draw_marks()
        self._set_field()
        self.plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Show no cube, and say why."""
        self.images, self._result, self.pinned = None, None, None
        self.image.set_image(np.zeros((0, 0)), self.image.levels)
        self._set_field()
        self.compass.set_directions(None, None)
        self.scale_bar.set_scale(np.nan)
        self.slider.setEnabled(False)
        self.plane_label.set_full_text("")
        self.show_cone(None)
        self._draw_marks()
        self.note.say("", "care")
        self.message.say(reason, "quiet")

    def show_result(self, result: Extraction | None) -> None:
        """Mark the centroids that were measured."""
        self._result = result
        self._draw_marks()

    def set_shown(self, shown: Shown) -> None:
        """Show the collapsed cube or one plane."""
        self.shown = shown
        self._draw_image()

    def set_plane(self, index: int) -> None:
        """Show the plane number ``index``, and the aperture as wide as it is there."""
        if self.images is None:
            return
        self.plane = min(max(index, 0), self.images.cube.shape[0] - 1)
        with QSignalBlocker(self.slider):
            self.slider.setValue(self.plane)
        self._draw_image()
        self._draw_marks()
        if not self.plot.is_dragging:
            self._draw_aperture()

    def pin(self, spaxel: tuple[int, int] | None) -> None:
        """Mark the spaxel whose spectrum is shown; `None`: none."""
        self.pinned = spaxel
        self._draw_marks()

    def spaxel_clicked(self, x: float, y: float) -> None:
        """Pin the spaxel at (x, y); outside the field, none."""
        found = self.image.pixel_at(x, y)
        self.spaxel_pinned.emit(*(found or (-1, -1)))

    # Parts

    def _lay_out(self) -> None:
        self.slider.setAccessibleName("Plane")
        self.slider.setPageStep(10)
        self.slider.setEnabled(False)
        self.slider.setMinimumWidth(96)
        self.plane_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setContentsMargins(AXIS, 0, 5, 0)
        row.setSpacing(3 * GRID)
        row.addWidget(self.slider, 1)
        row.addWidget(self.plane_label, 0)
        whole = column(self, spacing=2 * GRID)
        whole.addWidget(self.plot, 1)
        whole.addWidget(self.color_bar)
        whole.addLayout(row)

    def _connect(self) -> None:
        self.plot.leafed.connect(lambda by: self.choose_plane(self.plane + by))
        self.slider.valueChanged.connect(self.choose_plane)

    def choose_plane(self, index: int) -> None:
        """Show a plane because the user asks for it."""
        if self.images is None:
            return
        if self.shown != "plane":
            self.shown = "plane"
            self.shown_changed.emit("plane")
        self.set_plane(index)
        self.plane_chosen.emit(self.plane)

    def _draw_image(self) -> None:
        images = self.images
        if images is None:
            return
        if self.shown == "collapsed":
            values, levels = images.collapsed, images.collapsed_levels
            flagged = images.collapsed_flagged
        else:
            values, levels = images.plane(self.plane), images.levels_of_plane(self.plane)
            flagged = images.plane_flagged(self.plane)
        self.image.set_image(values, levels, flagged=flagged)
        self.plane_label.set_full_text(plane_text(images, self.plane))
        self._draw_scale()
        empty = not np.isfinite(values).any()
        self.message.say("", "quiet")
        self.note.say(_EMPTY_CUBE if images.is_empty else _EMPTY_PLANE if empty else "", "care")

    def _set_map(self, map_name: MapName) -> None:
        super()._set_map(map_name)
        self.trail.set_map(map_name)

    def _set_field(self) -> None:
        for layer in (self.plot.ruler, self.compass, self.scale_bar):
            layer.set_field(self.image.bounds())

    def _draw_scale(self) -> None:
        unit = "" if self.images is None else self.images.cube.unit
        image = self.image
        self.color_bar.show_scale(image.levels, image.stretch, image.map_name, unit=unit)

    def _draw_marks(self) -> None:
        spots = []
        if self.pinned is not None:
            spots.append(Spot(*self.pinned, "square", name="pinned spaxel"))
        if self.images is not None and self.images.target is not None:
            spots.append(Spot(*self.images.target, "diamond", "care", "target of the header"))
        centroids = self._centroids()
        if centroids is not None and self.images is not None:
            waves, x, y = centroids
            at = float(self.images.cube.wave_um[self.plane])
            place = (float(np.interp(at, waves, x)), float(np.interp(at, waves, y)))
            spots.append(Spot(*place, "ring", "ok", f"centroid at {fixed_text(at, 2)} µm"))
            self.trail.set_data(x, y)
        else:
            self.trail.set_data(np.zeros(0), np.zeros(0))
        self.spots.set_spots(tuple(spots))

    def _centroids(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Return wavelengths and positions of the centroids that could be measured."""
        result = self._result
        if result is None:
            return None
        x = result.center_pixel[0] + result.drift_x_pixels
        y = result.center_pixel[1] + result.drift_y_pixels
        known = np.isfinite(x) & np.isfinite(y)
        return (result.drift_wave_um[known], x[known], y[known]) if known.any() else None

    def _say_part(self, cone: Cone, part: str) -> None:
        """Say the size of a part of the aperture, or where its center is."""
        if self.images is not None:
            self._say_above(part_text(cone, part, self.images.cube.spaxel_arcsec, self.plane))

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        if self.images is None:
            return
        found = self.image.pixel_at(x, y) or (-1, -1)
        if found != self._hovered:
            self._hovered = found
            self.spaxel_hovered.emit(*found)
        if self.plot.is_dragging:
            return  # what the drag changes is said instead
        plane = self.plane if self.shown == "plane" else None
        self.cursor_changed.emit(voxel_text(self.images, plane, x, y))
        self._name_spot()

    def _on_left(self) -> None:
        self._hovered = (-1, -1)
        self.spaxel_hovered.emit(-1, -1)
        super()._on_left()
