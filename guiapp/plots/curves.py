"""Curves, with gaps where there is no measurement."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPainter, QPainterPath, QPen

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.columns import thinned, visible_slice
from guiapp.plots.kept_path import KeptPath, MovedPath, whole_path
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.pixels import PixelMap
from guiapp.plots.shapes import path_through

Dash = Literal["solid", "dashed", "dotted"]

_STYLES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_EMPTY = np.zeros(0)
_ON_OFF: dict[Dash, tuple[float, float]] = {"dashed": (4.0, 4.0), "dotted": (1.5, 3.0)}  # pixels


def finite_bounds(x: FloatArray, *ys: FloatArray) -> Bounds | None:
    """Return the range of the finite points of curves over one x; `None` when there are none."""
    both = np.stack(ys)
    kept = np.isfinite(x) & np.isfinite(both)
    if not kept.any():
        return None
    across = np.broadcast_to(x, both.shape)[kept]
    return (
        float(across.min()),
        float(across.max()),
        float(both[kept].min()),
        float(both[kept].max()),
    )


def is_same(one: FloatArray, other: FloatArray) -> bool:
    """Return whether two arrays hold the same values; NaN is the same as NaN."""
    if one is other:
        return not one.flags.writeable  # what can be changed may have been
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


class CurveLayer(Layer):
    """One curve y(x).

    Where samples are denser than pixels, the range of each pixel column is drawn instead: the
    picture is the same, the work is not.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    width : float, optional
        Unit: device-independent pixel. 1 for data; 2 for a curve that matters most.
    dash : {"solid", "dashed", "dotted"}, optional
        Style of the line. Gaps are even along x, and open from top to bottom: what lies behind a
        noisy curve is seen in them.
    opacity : float, optional
        0 to 1.
    counts : {"bounds", "no bounds"}, optional
        Whether *show all* takes the curve into account.
    shape : {"any", "smooth"}, optional
        A curve known to be smooth is drawn from one sample every two pixels, which is quicker.
    """

    def __init__(
        self,
        color: str,
        *,
        width: float = 1.0,
        dash: Dash = "solid",
        opacity: float = 1.0,
        counts: Literal["bounds", "no bounds"] = "bounds",
        shape: Literal["any", "smooth"] = "any",
    ) -> None:
        super().__init__()
        self.color = color
        self.width = width
        self.dash: Dash = dash
        self.xs, self.ys = _EMPTY, _EMPTY
        self._opacity = opacity
        self._counts = counts
        self._shape = shape
        self._gaps = _EMPTY
        self._kept = KeptPath()

    def set_gaps(self, at: Sequence[float]) -> None:
        """Interrupt a smooth curve at places between samples, where it may jump."""
        self._gaps = np.sort(np.asarray(at, dtype=float))
        self.mark_changed()

    def set_data(self, x: FloatArray, y: FloatArray) -> None:
        """Draw ``y`` over ``x``, which increases; NaN in ``y`` interrupts the curve."""
        if is_same(self.xs, x) and is_same(self.ys, y):
            return  # nothing to paint again
        self.xs, self.ys = x, y
        self.mark_changed()

    def set_look(
        self,
        color: str | None = None,
        *,
        dash: Dash | None = None,
        width: float | None = None,
        opacity: float | None = None,
    ) -> None:
        """Change how the curve is drawn; what is not given stays."""
        self.color = self.color if color is None else color
        self.dash = self.dash if dash is None else dash
        self.width = self.width if width is None else width
        self._opacity = self._opacity if opacity is None else opacity
        self.mark_changed()

    def bounds(self) -> Bounds | None:
        if self._counts == "no bounds" or not self.xs.size:
            return None
        return finite_bounds(self.xs, self.ys)

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        is_gapped = self.dash in _ON_OFF and self._shape == "any" and self._increases()
        if self._shape == "smooth":
            path = smooth_path(self.xs, self.ys, pixels, gaps=self._gaps)
            moved = MovedPath(path, 0.0, 0.0, "samples")
        elif is_gapped:
            path = gapped_path(self.xs, self.ys, pixels, *_ON_OFF[self.dash])
            moved = MovedPath(path, 0.0, 0.0, "samples")
        elif self.dash != "solid":  # dashes are counted from the first sample
            moved = whole_path(pixels, self.xs, self.ys)
        else:
            moved = self._kept.path_in(pixels, self.xs, self.ys, version=self._version)
        if moved.path.isEmpty():
            return
        # Where every pixel column is one stroke there are no slanted edges to smooth, and it costs.
        is_smoothed = moved.kind == "samples" or self.width > 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smoothed)
        style = _STYLES["solid" if is_gapped else self.dash]
        painter.setPen(QPen(color_of(self.color, self._opacity), self.width, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.translate(moved.right, moved.down)
        painter.drawPath(moved.path)
        painter.translate(-moved.right, -moved.down)

    def _increases(self) -> bool:
        return bool(self.xs.size > 1 and np.all(self.xs[1:] > self.xs[:-1]))


def gapped_path(
    x: FloatArray, y: FloatArray, pixels: PixelMap, on: float, off: float
) -> QPainterPath:
    """Return a curve in pixels that is drawn for ``on`` pixels along x, and not for ``off``.

    They are counted from the first sample, so that they move with the curve. A pen would count
    them along the line: where samples scatter by more than a dash is long, its gaps are lost.
    """
    seen = visible_slice(x, pixels)
    columns, rows = pixels.x_pixels(x[seen]), pixels.y_pixels(y[seen])
    if columns.size < 2:
        return path_through(columns, rows, limit=pixels.reach)
    period = on + off
    start = float(pixels.x_pixels(x[:1])[0])
    low, high = (np.clip(columns[[0, -1]], -period, pixels.width + period) - start) / period
    starts = start + period * np.arange(np.floor(low), np.ceil(high) + 1.0)
    ends = np.concatenate([starts, starts + on])
    ends = ends[(ends > columns[0]) & (ends < columns[-1])]
    gaps = starts + on + 0.5 * off
    drawn = np.where(np.mod(columns - start, period) > on, np.nan, rows)
    places = np.concatenate([columns, ends, gaps])
    values = np.concatenate([drawn, np.interp(ends, columns, rows), np.full(gaps.size, np.nan)])
    order = np.argsort(places, kind="stable")
    return path_through(places[order], values[order], limit=pixels.reach)


def smooth_path(
    x: FloatArray, y: FloatArray, pixels: PixelMap, *, gaps: FloatArray = _EMPTY
) -> QPainterPath:
    """Return a smooth curve in pixels, from one sample every two; ``gaps`` in x interrupt it."""
    drawn = thinned(x, pixels)
    columns, rows = pixels.x_pixels(x[drawn]), pixels.y_pixels(y[drawn])
    if gaps.size:
        places = np.searchsorted(x[drawn], gaps)
        columns, rows = np.insert(columns, places, np.nan), np.insert(rows, places, np.nan)
    return path_through(columns, rows, limit=pixels.reach)
