"""Bands of uncertainty, and error bars."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QBrush, QPainter, QPainterPath, QPen

from engine.arrays import FloatArray, IntArray
from guiapp.plots.colors import color_of
from guiapp.plots.columns import column_envelope, is_dense, thinned, visible_slice
from guiapp.plots.curves import finite_bounds
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.pixels import PixelMap
from guiapp.plots.shapes import area_between, path_through, strokes

Fill = Literal["solid", "hatched", "outlined"]
_EMPTY = np.zeros(0)


class BandLayer(Layer):
    """The area between two curves of one x.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    fill : {"solid", "hatched", "outlined"}, optional
        How it is filled, so that two bands of one curve can be told apart without color.
    opacity : float, optional
        Of the fill, 0 to 1.
    shape : {"any", "smooth"}, optional
        Edges known to be smooth are drawn from one sample every two pixels, which is quicker.
    """

    def __init__(
        self,
        color: str,
        *,
        fill: Fill = "solid",
        opacity: float = 0.25,
        shape: Literal["any", "smooth"] = "any",
    ) -> None:
        super().__init__()
        self.color = color
        self.fill: Fill = fill
        self.xs, self.lows, self.highs = _EMPTY, _EMPTY, _EMPTY
        self._opacity = opacity
        self._shape = shape

    def set_data(self, x: FloatArray, low: FloatArray, high: FloatArray) -> None:
        """Fill from ``low`` to ``high`` over increasing ``x``; NaN in either interrupts it."""
        if self.xs is x and _same(self.lows, low) and _same(self.highs, high):
            return
        self.xs, self.lows, self.highs = x, low, high
        self.mark_changed()

    def set_look(self, color: str, *, opacity: float | None = None) -> None:
        """Change how the band is drawn."""
        self.color = color
        self._opacity = self._opacity if opacity is None else opacity
        self.mark_changed()

    def bounds(self) -> Bounds | None:
        return finite_bounds(self.xs, self.lows, self.highs) if self.xs.size else None

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        columns, lows, highs = self._edges(pixels)
        area = area_between(columns, lows, highs, limit=pixels.reach)
        if area.isEmpty():
            return
        # A fill whose edges are drawn as lines needs no smooth edge of its own: that is quicker.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.fill == "solid")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(color_of(self.color, self._opacity)))
        if self.fill != "outlined":
            painter.drawPath(area)
        if self.fill == "hatched":
            self._hatch(painter, area)
        if self.fill != "solid":
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color_of(self.color, min(1.0, 2.5 * self._opacity)), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for edge in (lows, highs):
                painter.drawPath(path_through(columns, edge, limit=pixels.reach))

    def _hatch(self, painter: QPainter, area: QPainterPath) -> None:
        painter.setBrush(
            QBrush(color_of(self.color, min(1.0, 1.6 * self._opacity)), Qt.BrushStyle.BDiagPattern)
        )
        painter.drawPath(area)

    def _edges(self, pixels: PixelMap) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return both edges in pixels, no finer than the screen."""
        if self._shape == "smooth":
            drawn: slice | IntArray = thinned(self.xs, pixels)
        else:
            low = column_envelope(self.xs, self.lows, pixels)
            high = column_envelope(self.xs, self.highs, pixels)
            if low is not None and high is not None:
                bottom, top = np.fmax(low.first, low.last), np.fmin(high.first, high.last)
                return low.columns, bottom, top
            drawn = visible_slice(self.xs, pixels)
        return (
            pixels.x_pixels(self.xs[drawn]),
            pixels.y_pixels(self.lows[drawn]),
            pixels.y_pixels(self.highs[drawn]),
        )


class ErrorBarsLayer(Layer):
    """Error bars: one stroke a point, or the band they form where points are denser than pixels.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    opacity : float, optional
        0 to 1.
    """

    keeps_picture = True

    def __init__(self, color: str, *, opacity: float = 0.35) -> None:
        super().__init__()
        self.color = color
        self.xs, self.ys, self.errors = _EMPTY, _EMPTY, _EMPTY
        self._opacity = opacity

    def set_data(self, x: FloatArray, y: FloatArray, error: FloatArray) -> None:
        """Draw ``y`` plus and minus ``error`` over increasing ``x``; NaN in either: no bar."""
        self.xs, self.ys, self.errors = x, y, error
        self.mark_changed()

    def bars(self) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper ends."""
        return self.ys - self.errors, self.ys + self.errors

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        seen = visible_slice(self.xs, pixels)
        x = self.xs[seen]
        low = self.ys[seen] - self.errors[seen]
        high = self.ys[seen] + self.errors[seen]
        painter.setPen(QPen(color_of(self.color, self._opacity), 1))
        if is_dense(x.size, pixels):
            bottom, top = column_envelope(x, low, pixels), column_envelope(x, high, pixels)
            assert bottom is not None
            assert top is not None
            first = np.fmax(bottom.first, bottom.last)
            last = np.fmin(top.first, top.last)
            painter.drawPath(strokes(np.floor(bottom.columns), first, last))
            return
        columns = np.floor(pixels.x_pixels(x))
        painter.drawPath(strokes(columns, pixels.y_pixels(low), pixels.y_pixels(high)))


def _same(one: FloatArray, other: FloatArray) -> bool:
    return np.array_equal(one, other, equal_nan=True)
