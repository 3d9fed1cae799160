"""Breakpoints as handles on a curve: all of them one layer, with its own picking."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter, QPen

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap
from guiapp.plots.stamps import PointStyle, draw_symbol

HandleKind = Literal["free", "held"]

_SIDE = 9.0  # of a handle
_SELECTED_SIDE = 13.0
_EMPTY = np.zeros(0)


class BreakpointsLayer(Layer):
    """Handles at (x, y) with thin vertical lines through them.

    Free breakpoints are squares, held values diamonds; the selected one is larger and open; those
    that cannot be fitted are red. A handle whose y is NaN sits at the middle of the plot.
    """

    def __init__(self) -> None:
        super().__init__()
        self.xs, self.ys = _EMPTY, _EMPTY
        self.kinds: tuple[HandleKind, ...] = ()
        self.selected = -1
        self.hovered = -1
        self.wrong: frozenset[int] = frozenset()

    def set_handles(
        self, x: FloatArray, y: FloatArray, kinds: tuple[HandleKind, ...] | None = None
    ) -> None:
        """Draw handles at (``x``, ``y``) in place of those drawn now."""
        self.xs, self.ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        self.kinds = kinds if kinds is not None else tuple("free" for _ in self.xs)
        if self.selected >= self.xs.size:
            self.selected = -1
        self.hovered = -1
        self.mark_changed()

    def move_handle(self, index: int, x: float, y: float, others_y: FloatArray) -> None:
        """Draw one handle somewhere else and the others at new heights: while dragging."""
        self.xs = self.xs.copy()
        self.ys = np.array(others_y, dtype=float)
        self.xs[index], self.ys[index] = x, y
        self.mark_changed()

    def select(self, index: int) -> None:
        """Mark one handle as the one that keys act on; -1: none."""
        self.selected = index
        self.mark_changed()

    def hover(self, index: int) -> None:
        """Mark the handle under the mouse; -1: none."""
        if index != self.hovered:
            self.hovered = index
            self.mark_changed()

    def blame(self, wrong: frozenset[int]) -> None:
        """Draw handles in red: they have no data."""
        if wrong != self.wrong:
            self.wrong = wrong
            self.mark_changed()

    def handle_at(self, mouse: PlotMouse, tolerance: float) -> int:
        """Return the handle within ``tolerance`` pixels of the mouse, the nearest; or -1."""
        if not self.xs.size:
            return -1
        columns, rows = self._places(self.pixels)
        away = np.hypot(columns - mouse.column, rows - mouse.row)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= tolerance else -1

    def nearest_in_x(self, x: float) -> int:
        """Return the handle nearest in x; -1 when there is none."""
        return int(np.argmin(np.abs(self.xs - x))) if self.xs.size else -1

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        columns, rows = self._places(pixels)
        order = [i for i in range(columns.size) if i != self.selected]
        if 0 <= self.selected < columns.size:
            order.append(self.selected)
        for index in order:
            if -_SIDE <= columns[index] <= pixels.width + _SIDE:
                self._draw_line(painter, index, columns[index], pixels)
        for index in order:
            if -_SIDE <= columns[index] <= pixels.width + _SIDE:
                self._draw_handle(painter, index, QPointF(columns[index], rows[index]))

    def _places(self, pixels: PixelMap) -> tuple[FloatArray, FloatArray]:
        rows = pixels.y_pixels(self.ys)
        rows[~np.isfinite(rows)] = pixels.height / 2
        return pixels.x_pixels(self.xs), rows

    def _draw_line(self, painter: QPainter, index: int, column: float, pixels: PixelMap) -> None:
        active = index in {self.selected, self.hovered}
        color = color_of("dim", 0.75 if active else 0.38)
        if index in self.wrong:
            color = color_of("wrong", 0.8)
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(round(column), 0), QPointF(round(column), pixels.height))

    def _draw_handle(self, painter: QPainter, index: int, at: QPointF) -> None:
        active = index in {self.selected, self.hovered}
        color = color_of("wrong" if index in self.wrong else "accent")
        side = _SELECTED_SIDE if active else _SIDE
        held = self.kinds[index] == "held"
        symbol: Literal["diamond", "square"] = "diamond" if held else "square"
        size = side * (1.15 if held else 1.0)
        halo = PointStyle("card", symbol, size + 4)
        draw_symbol(painter, halo, at, color_of("card"))
        if index == self.selected and not held:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color, 2))
            painter.setBrush(color_of("card"))
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
        else:
            draw_symbol(painter, PointStyle("accent", symbol, size), at, color)
        if held and index == self.selected:
            draw_symbol(painter, PointStyle("card", "diamond", size * 0.45), at, color_of("card"))
