"""Bars that are made of parts, one above the other."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter, QPen

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap

_GAP = 1.0  # pixels between parts
_EMPTY = np.zeros((0, 0))


class StackedBarsLayer(Layer):
    """One bar at each whole number of x, its parts stacked upwards from 0.

    Parameters
    ----------
    colors : sequence of str
        Of the parts, from below: names of `guiapp.plots.colors.color_of`.
    width : float, optional
        Of a bar, in units of x.
    """

    def __init__(self, colors: Sequence[str], *, width: float = 0.72) -> None:
        super().__init__()
        self.colors = tuple(colors)
        self.heights: FloatArray = _EMPTY
        self.highlighted = -1
        self._width = width

    def set_data(self, heights: FloatArray) -> None:
        """Draw bars of ``heights``, shape (bars, parts); NaN: no such part."""
        self.heights = np.maximum(np.nan_to_num(heights), 0.0)
        self.mark_changed()

    def highlight(self, bar: int) -> None:
        """Frame one bar; -1: none."""
        if bar != self.highlighted:
            self.highlighted = bar
            self.mark_changed()

    def part_at(self, mouse: PlotMouse) -> tuple[int, int]:
        """Return bar and part under the mouse; -1: none."""
        bar = int(np.floor(mouse.x + 0.5))
        if not 0 <= bar < len(self.heights) or abs(mouse.x - bar) > 0.5:
            return -1, -1
        edges = np.concatenate([[0.0], np.cumsum(self.heights[bar])])
        if not edges[0] <= mouse.y <= edges[-1] or edges[-1] == 0.0:
            return bar, -1
        return bar, min(
            int(np.searchsorted(edges, mouse.y, side="right")) - 1, len(self.colors) - 1
        )

    def bounds(self) -> Bounds | None:
        if not self.heights.size:
            return None
        return -0.5, len(self.heights) - 0.5, 0.0, float(self.heights.sum(axis=1).max())

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        tops = np.cumsum(self.heights, axis=1) if self.heights.size else self.heights
        for bar, own in enumerate(tops):
            left = pixels.x_pixel(bar - 0.5 * self._width)
            width = max(pixels.x_pixel(bar + 0.5 * self._width) - left, 1.0)
            if left > pixels.width or left + width < 0:
                continue
            below = pixels.y_pixel(0.0)
            for part, top in enumerate(own):
                row = pixels.y_pixel(float(top))
                if below - row > 0.2:
                    gap = _GAP if below - row > 3 * _GAP else 0.0
                    area = QRectF(left, row, width, below - row - gap)
                    painter.fillRect(area, color_of(self.colors[part]))
                below = row
            if bar == self.highlighted:
                painter.setPen(QPen(color_of("accent"), 2.0))
                high = pixels.y_pixel(0.0) - below
                painter.drawRect(QRectF(left - 2, below - 2, width + 4, high + 2))
