"""The images of a pixel flat: two of them side by side, with one scale of colors."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import AnyFloatArray, FloatArray
from engine.mrs.pixel_flat import PixelFlat
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.color_bar import ColorBar
from guiapp.plots.detector_layer import DetectorLayer
from guiapp.plots.field_ruler import BOTTOM, LEFT
from guiapp.plots.layers import Bounds
from guiapp.plots.sky_plot import SkyPlot
from guiapp.plots.stretch import NO_LEVELS, Levels

FlatPage = Literal["flat", "correction", "error"]
_NOTHING = np.zeros((0, 0))
_FOR_LEVELS = 50_000  # pixels that decide what is faint and what is bright
_AXIS = 46
_MARGIN = 8.0  # pixels above and right of the field
_WIDE = 4.0  # mean deviations of a correction that are shown


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """One image and its name."""

    title: str
    values: AnyFloatArray


class FlatImages(QWidget):
    """Draws two images; zoom and pan hold for both.

    Signals
    -------
    hovered(column, row)
        The pixel under the cursor, or (-1, -1).
    """

    hovered = pyqtSignal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flat: PixelFlat | None = None
        self.page: FlatPage = "flat"
        self.number = 0  # of the pass that is shown
        self.plots = tuple(
            SkyPlot(name=f"{side} image of the flat", x_label="x (pixel)", y_label="y (pixel)")
            for side in ("Left", "Right")
        )
        self.layers = tuple(plot.add_layer(DetectorLayer(), z=0) for plot in self.plots)
        self.titles = (Label("", "dim"), Label("", "dim"))
        self.color_bar = ColorBar(left=_AXIS, right=5)
        self._sides = (QWidget(), QWidget())
        self._lay_out()
        self._is_following = False
        for plot, other in (self.plots, self.plots[::-1]):
            # A detector is no sky: its pixels need not be square, and fill the room there is.
            plot.getViewBox().setAspectLocked(lock=False)
            plot.all_bounds = partial(_with_ruler, plot)
            plot.view_changed.connect(partial(self._follow, plot, other))
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.hovered.emit(-1, -1))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for side, title, plot in zip(self._sides, self.titles, self.plots, strict=True):
            box = column(side, spacing=GRID)
            box.addWidget(title)
            box.addWidget(plot, 1)
            row.addWidget(side, 1)
        whole = column(self, spacing=GRID)
        whole.addLayout(row, 1)
        whole.addWidget(self.color_bar)

    def show_flat(self, flat: PixelFlat | None) -> None:
        """Draw ``flat``; `None`: nothing. The zoom stays while the size does."""
        before = self.layers[0].values.shape
        self.flat = flat
        self._draw()
        if flat is not None and flat.clean.shape != before:
            self.show_all_afresh()

    def turn(self, page: FlatPage, number: int) -> None:
        """Show another page, or another pass."""
        self.page, self.number = page, number
        self._draw()

    def show_all_afresh(self) -> None:
        """Show the whole images: others are drawn now."""
        for plot in self.plots:
            plot.show_all_afresh()

    def for_each(self, act: Callable[[SkyPlot], object]) -> None:
        """Do ``act`` to one plot: the other one follows."""
        act(self.plots[0])

    def _draw(self) -> None:
        images, levels, unit = self._content()
        self._sides[1].setVisible(len(images) > 1)
        for i, (layer, plot, title) in enumerate(
            zip(self.layers, self.plots, self.titles, strict=True)
        ):
            values = images[i].values if i < len(images) else _NOTHING
            title.setText(images[i].title if i < len(images) else "")
            layer.set_image(values, levels)
            n_y, n_x = values.shape
            plot.ruler.set_field((-0.5, n_x - 0.5, -0.5, n_y - 0.5) if values.size else None)
        self.color_bar.show_scale(levels, "linear", "viridis", unit=unit)

    def _content(self) -> tuple[tuple[Shown, ...], Levels, str]:
        """Return the images of the page, their levels, and what the numbers are."""
        flat = self.flat
        if flat is None:
            return (), NO_LEVELS, ""
        if self.page == "error":
            with np.errstate(invalid="ignore", divide="ignore"):
                relative = flat.error / flat.clean
            top = _quantile(relative, 0.99)
            return (Shown("Uncertainty", relative),), Levels(0.0, top, top), "of the flat"
        if self.page == "correction" and flat.passes:
            first, chosen = flat.passes[0], flat.passes[min(self.number, len(flat.passes) - 1)]
            reach = max(_WIDE * first.typical, 1e-4)
            images = tuple(
                Shown(f"Correction of pass {n}, mean deviation {_percent(one.typical)}", values)
                for n, one, values in (
                    (1, first, first.correction),
                    (flat.passes.index(chosen) + 1, chosen, chosen.correction),
                )
            )
            return images, Levels(1.0 - reach, 1.0 + reach, 1.0), ""
        levels = Levels(_quantile(flat.clean, 0.005), _quantile(flat.clean, 0.995), 1.0)
        is_factored = flat.method == "factored reference"
        dirty = "Reference over its median" if is_factored else "Dirty: after the last pass"
        return (Shown(dirty, flat.dirty), Shown("Clean", flat.clean)), levels, "response"

    def _follow(self, plot: SkyPlot, other: SkyPlot) -> None:
        """Let the other plot show the same pixels."""
        if not self._is_following:
            self._is_following = True
            other.set_view(plot.view)
            self._is_following = False

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        pixel = self.layers[0].pixel_at(x, y)
        self.hovered.emit(*(pixel or (-1, -1)))


def pixel_text(flat: PixelFlat, x: int, y: int) -> str:
    """Return one pixel in one line."""
    number = int(flat.slices[y, x])
    if number == 0:
        return f"x {x}   y {y}   no light"
    clean, error = float(flat.clean[y, x]), float(flat.error[y, x])
    said = (
        f"x {x}   y {y}   slice {number}   {wave_text(float(flat.wave_um[y, x]))}   "
        f"dirty {fixed_text(float(flat.dirty[y, x]), 4)}   "
    )
    if not np.isfinite(clean):
        return f"{said}clean: left out"
    patched = "   patched" if flat.is_patched[y, x] else ""
    return f"{said}clean {number_text(clean, error)}{patched}"


def _with_ruler(plot: SkyPlot) -> Bounds | None:
    """Return the field and room for its numbers."""
    field = plot.ruler.field
    if field is None:
        return None
    left, right, low, high = field
    pixels = plot.pixels
    across = (right - left) / max(pixels.width - LEFT - _MARGIN, 1.0)
    up = (high - low) / max(pixels.height - BOTTOM - _MARGIN, 1.0)
    return left - LEFT * across, right + _MARGIN * across, low - BOTTOM * up, high + _MARGIN * up


def _quantile(values: FloatArray, part: float) -> float:
    some = values.ravel()[:: max(1, values.size // _FOR_LEVELS)]
    known = some[np.isfinite(some)]
    return float(np.quantile(known, part)) if known.size else float("nan")


def _percent(value: float) -> str:
    return f"{fixed_text(100.0 * value, 2)} %"
