"""Vertical marks: ranges, edges, double lines, labeled ticks."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen

from guiapp.look.fonts import resized
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap

_GAP = 4.0  # pixels between labels
_LEAST_NAME = 80.0  # pixels of a name that is cut: upright it would lie over what is drawn
_TICK = 6.0  # length of a tick
_BEYOND = 4.0  # pixels past the edge of the plot that are still drawn
_GRIP = (7.0, 18.0)  # width and height of what a draggable line is held by
_TEXT_SIZE = 0.9  # of the plot's font


@dataclass(frozen=True, slots=True)
class Span:
    """A range of x with a name.

    Attributes
    ----------
    low, high : float
        In data units; may be infinite.
    name : str
        Written at its top.
    """

    low: float
    high: float
    name: str = ""


class SpansLayer(Layer):
    """Ranges of x as vertical bands with their names.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    opacity : float, optional
        Of the fill.
    names : {"shown", "above", "hidden"}, optional
        Whether the names are written: along the lower edge, or the upper one.
    """

    def __init__(
        self,
        color: str,
        *,
        opacity: float = 0.16,
        names: Literal["shown", "above", "hidden"] = "shown",
    ) -> None:
        super().__init__()
        self.color = color
        self.spans: tuple[Span, ...] = ()
        self.highlighted = -1
        self._opacity = opacity
        self._names = names

    def set_spans(self, spans: tuple[Span, ...]) -> None:
        """Draw ``spans`` in place of what is drawn now."""
        self.spans = spans
        self.highlighted = -1
        self.mark_changed()

    def highlight(self, index: int) -> None:
        """Draw one span stronger; -1: none."""
        if index != self.highlighted:
            self.highlighted = index
            self.mark_changed()

    def span_at(self, x: float) -> int:
        """Return the index of the narrowest span that holds ``x``; -1 when none does."""
        holding = [(s.high - s.low, i) for i, s in enumerate(self.spans) if s.low <= x <= s.high]
        return min(holding)[1] if holding else -1

    def edge_at(self, column: float, tolerance: float) -> tuple[int, Literal["low", "high"]] | None:
        """Return the span and side whose edge is within ``tolerance`` pixels of ``column``."""
        pixels = self.pixels
        found = [
            (abs(pixels.x_pixel(value) - column), i, side)
            for i, span in enumerate(self.spans)
            for side, value in (("low", span.low), ("high", span.high))
        ]
        if not found or min(found)[0] > tolerance:
            return None
        _, index, side = min(found)
        return index, "low" if side == "low" else "high"

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        for index, span in enumerate(self.spans):
            left = pixels.x_pixel(span.low) if np.isfinite(span.low) else -_BEYOND
            right = pixels.x_pixel(span.high) if np.isfinite(span.high) else pixels.width + _BEYOND
            if right < 0 or left > pixels.width:
                continue
            left, right = max(left, -_BEYOND), min(right, pixels.width + _BEYOND)
            strong = index == self.highlighted
            rect = QRectF(left, 0, max(right - left, 1.0), pixels.height)
            painter.fillRect(rect, color_of(self.color, self._opacity * (1.8 if strong else 1.0)))
            if strong:
                painter.setPen(QPen(color_of(self.color), 1))
                for column in (left, right):
                    painter.drawLine(QPointF(column, 0), QPointF(column, pixels.height))
            if self._names != "hidden" and span.name:
                self._write(painter, span.name, rect, pixels)

    def _write(self, painter: QPainter, name: str, rect: QRectF, pixels: PixelMap) -> None:
        """Write the name along the edge, shortened if it is long, or upright in a narrow range."""
        metrics, room = QFontMetricsF(painter.font()), rect.width() - 2 * _GAP
        if metrics.horizontalAdvance(name) > room >= _LEAST_NAME:
            what = name.rpartition(": ")[2]  # where it begins, is seen
            name = metrics.elidedText(what, Qt.TextElideMode.ElideMiddle, room)
        width = metrics.horizontalAdvance(name)
        is_above = self._names == "above"
        painter.setPen(color_of(self.color))
        if width <= rect.width():
            inset = min(_GAP, 0.5 * (rect.width() - width))
            line = metrics.ascent() + _GAP if is_above else pixels.height - _GAP - metrics.descent()
            painter.drawText(QPointF(max(rect.left(), 0.0) + inset, line), name)
        elif rect.width() >= metrics.height() - 2:
            painter.save()
            line = width + _GAP if is_above else pixels.height - _GAP
            painter.translate(rect.center().x() + metrics.ascent() / 2 - 1, line)
            painter.rotate(-90)
            painter.drawText(QPointF(0, 0), name)
            painter.restore()


class EdgesLayer(Layer):
    """Vertical lines at some x.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    style : {"solid", "dashed", "double", "grip"}, optional
        How a line is drawn; ``"grip"``: dashed, with a small tab that says it can be dragged.
    opacity : float, optional
        0 to 1.
    """

    def __init__(
        self,
        color: str,
        *,
        style: Literal["solid", "dashed", "double", "grip"] = "solid",
        opacity: float = 1.0,
    ) -> None:
        super().__init__()
        self.color = color
        self.values: tuple[float, ...] = ()
        self.highlighted = -1
        self._style = style
        self._opacity = opacity

    def set_values(self, values: tuple[float, ...]) -> None:
        """Draw lines at ``values``; NaN: none."""
        self.values = values
        self.mark_changed()

    def highlight(self, index: int) -> None:
        """Draw one line stronger; -1: none."""
        if index != self.highlighted:
            self.highlighted = index
            self.mark_changed()

    def edge_at(self, column: float, tolerance: float) -> int:
        """Return the index of the line within ``tolerance`` pixels of ``column``, or -1."""
        pixels = self.pixels
        away = [(abs(pixels.x_pixel(value) - column), i) for i, value in enumerate(self.values)]
        near = [pair for pair in away if pair[0] <= tolerance]
        return min(near)[1] if near else -1

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        for index, value in enumerate(self.values):
            column = pixels.x_pixel(value)
            if not -2 <= column <= pixels.width + 2:
                continue
            width = 2.0 if index == self.highlighted else 1.0
            pen = QPen(color_of(self.color, self._opacity), width)
            if self._style in {"dashed", "grip"}:
                pen.setDashPattern([6.0 / width, 4.0 / width])
            painter.setPen(pen)
            offsets = (-1.5, 1.5) if self._style == "double" else (0.0,)
            for offset in offsets:
                painter.drawLine(
                    QPointF(round(column + offset), 0),
                    QPointF(round(column + offset), pixels.height),
                )
            if self._style == "grip":
                self._draw_grip(painter, column, pixels, strong=index == self.highlighted)

    def _draw_grip(
        self, painter: QPainter, column: float, pixels: PixelMap, *, strong: bool
    ) -> None:
        """Draw a tab at the middle of the line, with two short strokes on it."""
        width, height = _GRIP
        tab = QRectF(round(column) - width / 2, pixels.height / 2 - height / 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color_of("accent" if strong else self.color, self._opacity), 1))
        painter.setBrush(color_of("card"))
        painter.drawRoundedRect(tab, 3, 3)
        for offset in (-1.5, 1.5):
            x = tab.center().x() + offset
            painter.drawLine(QPointF(x, tab.top() + 5), QPointF(x, tab.bottom() - 5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


class LineTicksLayer(Layer):
    """Ticks along the top, with names where there is room for them: spectral lines.

    Parameters
    ----------
    color : str, optional
        A name of `guiapp.plots.colors.color_of`.
    names : {"below", "beside"}, optional
        Where a name stands: beside its tick it leaves a line there free.
    """

    def __init__(self, color: str = "dim", *, names: Literal["below", "beside"] = "below") -> None:
        super().__init__()
        self.color = color
        self._names = names
        self.ticks: tuple[tuple[float, str], ...] = ()

    def set_ticks(self, ticks: tuple[tuple[float, str], ...]) -> None:
        """Draw ticks (x, name) in order of importance: the first get their names first."""
        self.ticks = ticks
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        pen = QPen(color_of(self.color), 1)
        taken: list[tuple[float, float]] = []
        for x, name in self.ticks:
            column = pixels.x_pixel(x)
            if not 0 <= column <= pixels.width:
                continue
            painter.setPen(pen)
            painter.drawLine(QPointF(round(column), 0), QPointF(round(column), _TICK))
            half = metrics.horizontalAdvance(name) / 2 + _GAP
            left = min(max(column - half, 0.0), pixels.width - 2 * half)
            if self._names == "beside":
                is_right = column + 2 * half <= pixels.width
                left = column if is_right else column - 2 * half
            room = (left, left + 2 * half)
            if any(room[0] < end and begin < room[1] for begin, end in taken):
                continue
            taken.append(room)
            where = QRectF(left, _TICK, 2 * half, metrics.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignCenter, name)


class LevelsLayer(Layer):
    """Horizontal lines: zero, one, a scatter.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    style : {"solid", "dashed"}, optional
        How a line is drawn.
    """

    def __init__(self, color: str, *, style: Literal["solid", "dashed"] = "solid") -> None:
        super().__init__()
        self.color = color
        self.values: tuple[float, ...] = ()
        self._style = style

    def set_values(self, values: tuple[float, ...]) -> None:
        """Draw lines at ``values``; NaN: none."""
        self.values = values
        self.mark_changed()

    def set_color(self, color: str) -> None:
        """Draw the lines in another color."""
        self.color = color
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        pen = QPen(color_of(self.color, 0.8), 1)
        if self._style == "dashed":
            pen.setDashPattern([3.0, 4.0])
        painter.setPen(pen)
        for value in self.values:
            row = pixels.y_pixel(value)
            if 0 <= row <= pixels.height:
                painter.drawLine(QPointF(0, round(row)), QPointF(pixels.width, round(row)))
