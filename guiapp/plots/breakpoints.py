"""Breakpoints as handles on a curve: all of them one layer, with its own picking."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter, QPen

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap
from guiapp.plots.stamps import PointStyle, Symbol, draw_symbol, stamp_points

HandleKind = Literal["free", "held"]

_SIDE = 10.0  # of a free handle
_HELD_SIDE = 11.5
_ACTIVE = 1.4  # times as large when it is selected or under the mouse
_HALO = 4.0  # of the card's color around a handle
_LINE_OPACITY = 0.38
_SAME_X = 1e-6  # what counts as one place
_LOOKS: tuple[tuple[HandleKind, Symbol, float], ...] = (
    ("free", "square", _SIDE),
    ("held", "diamond", _HELD_SIDE),
)
_EMPTY = np.zeros(0)


class BreakpointsLayer(Layer):
    """Handles at (x, y) with thin vertical lines through them.

    Free breakpoints are squares, held values diamonds; the selected one is larger and open; those
    that cannot be fitted are red, those that lie off the data amber. A handle whose y is NaN sits
    at the middle of the plot.
    """

    def __init__(self) -> None:
        super().__init__()
        self.xs, self.ys = _EMPTY, _EMPTY
        self.kinds: tuple[HandleKind, ...] = ()
        self.selected = -1
        self.hovered = -1
        self.wrong: frozenset[int] = frozenset()
        self.doubted: frozenset[int] = frozenset()

    @property
    def selected_x(self) -> float:
        """Where the selected handle is; NaN: none is."""
        return float(self.xs[self.selected]) if self.selected >= 0 else float("nan")

    def set_handles(
        self, x: FloatArray, y: FloatArray, kinds: tuple[HandleKind, ...] | None = None
    ) -> None:
        """Draw handles at (``x``, ``y``) in place of those drawn now; the marks go with them."""
        before, self.xs = self.xs, np.asarray(x, dtype=float)
        self.ys = np.asarray(y, dtype=float)
        self.kinds = kinds if kinds is not None else tuple("free" for _ in self.xs)
        self.selected = followed(self.selected, before, self.xs)
        found = {followed(index, before, self.xs) for index in self.wrong}
        self.wrong, self.doubted = frozenset(found - {-1}), frozenset()
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

    def doubt(self, doubted: frozenset[int]) -> None:
        """Draw handles in amber: they lie off the data around them."""
        if doubted != self.doubted:
            self.doubted = doubted
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
        seen = np.flatnonzero((columns >= -_SIDE) & (columns <= pixels.width + _SIDE)).tolist()
        marked = {self.selected, self.hovered} | self.wrong | self.doubted
        strong = [i for i in seen if i in marked]
        plain = np.array([i for i in seen if i not in strong], dtype=np.int64)
        painter.setPen(QPen(color_of("dim", _LINE_OPACITY), 1))
        for column in np.round(columns[plain]):
            painter.drawLine(QPointF(column, 0), QPointF(column, pixels.height))
        for index in strong:
            self._draw_line(painter, index, columns[index], pixels)
        for kind, symbol, size in _LOOKS:
            chosen = plain[[self.kinds[i] == kind for i in plain]]
            for color, side in (("card", size + _HALO), ("accent", size)):
                style = PointStyle(color, symbol, side)
                stamp_points(painter, style, columns[chosen], rows[chosen], 1.0)
        for index in strong:
            self._draw_handle(painter, index, QPointF(columns[index], rows[index]))

    def _places(self, pixels: PixelMap) -> tuple[FloatArray, FloatArray]:
        rows = pixels.y_pixels(self.ys)
        rows[~np.isfinite(rows)] = pixels.height / 2
        return pixels.x_pixels(self.xs), rows

    def _draw_line(self, painter: QPainter, index: int, column: float, pixels: PixelMap) -> None:
        color = color_of("wrong", 0.8) if index in self.wrong else color_of("dim", 0.75)
        painter.setPen(QPen(color, 1))
        painter.drawLine(QPointF(round(column), 0), QPointF(round(column), pixels.height))

    def _draw_handle(self, painter: QPainter, index: int, at: QPointF) -> None:
        active = index in {self.selected, self.hovered}
        held = self.kinds[index] == "held"
        symbol: Symbol = "diamond" if held else "square"
        size = (_HELD_SIDE if held else _SIDE) * (_ACTIVE if active else 1.0)
        doubted = "care" if index in self.doubted else "accent"
        color = color_of("wrong" if index in self.wrong else doubted)
        draw_symbol(painter, PointStyle("card", symbol, size + _HALO), at, color_of("card"))
        draw_symbol(painter, PointStyle("accent", symbol, size), at, color)
        if index == self.selected:
            inner = PointStyle("card", symbol, size * (0.45 if held else 0.66))
            draw_symbol(painter, inner, at, color_of("card"))


def followed(index: int, before: FloatArray, after: FloatArray) -> int:
    """Return where the handle ``index`` of ``before`` is in ``after``; -1: it is gone.

    A handle stays where its x is. Where just one handle has another x, that one was moved.
    """
    if not 0 <= index < before.size:
        return -1
    there = np.flatnonzero(np.abs(after - before[index]) < _SAME_X)
    if there.size:
        return int(there[0])
    new = np.flatnonzero(np.abs(after[:, None] - before).min(axis=1, initial=np.inf) >= _SAME_X)
    return int(new[0]) if new.size == 1 and after.size == before.size else -1
