"""Points of several kinds: thousands of them, painted once and kept."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtGui import QImage, QPainter

from engine.arrays import FloatArray, IntArray
from guiapp.plots.colors import color_of
from guiapp.plots.columns import is_dense, visible_slice
from guiapp.plots.curves import finite_bounds, is_same
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.pixels import PixelMap
from guiapp.plots.stamps import PointStyle, stamp_points

MANY = 100_000  #: visible points of one kind above which their density is drawn
_CROWDED_OPACITY = 0.45
_EDGE_STYLE_SIZE = 6.0
_EDGE_INSET = 5.0
_EMPTY = np.zeros(0)


class PointsLayer(Layer):
    """Points y(x), each of one kind.

    Parameters
    ----------
    styles : sequence of PointStyle
        How kind 0, 1, 2, ... look. Later kinds are drawn on top.
    counts : sequence of int, optional
        Kinds that *show all* takes into account; by default all.
    """

    keeps_picture = True

    def __init__(
        self, styles: Sequence[PointStyle], *, counts: Sequence[int] | None = None
    ) -> None:
        super().__init__()
        self.styles = tuple(styles)
        self.xs, self.ys = _EMPTY, _EMPTY
        self.kinds: IntArray = np.zeros(0, dtype=np.int64)
        self._counts = tuple(range(len(self.styles)) if counts is None else counts)
        self._hidden: frozenset[int] = frozenset()

    def set_data(self, x: FloatArray, y: FloatArray, kinds: IntArray | None = None) -> None:
        """Draw ``y`` over increasing ``x``; NaN: no point. ``kinds`` tells which style."""
        kinds = np.zeros(x.size, dtype=np.int64) if kinds is None else kinds
        if is_same(self.xs, x) and is_same(self.ys, y) and np.array_equal(self.kinds, kinds):
            return  # nothing to paint again
        self.xs, self.ys, self.kinds = x, y, kinds
        self.mark_changed()

    def set_styles(self, styles: Sequence[PointStyle]) -> None:
        """Change how the kinds look."""
        self.styles = tuple(styles)
        self.mark_changed()

    def hide_kinds(self, hidden: frozenset[int]) -> None:
        """Leave out the kinds in ``hidden``; they keep their data."""
        self._hidden = hidden
        self.mark_changed()

    @property
    def hidden_kinds(self) -> frozenset[int]:
        """The kinds that are left out."""
        return self._hidden

    def points_of(self, kind: int) -> tuple[FloatArray, FloatArray]:
        """Return the points of one kind that there are."""
        kept = (self.kinds == kind) & np.isfinite(self.xs) & np.isfinite(self.ys)
        return self.xs[kept], self.ys[kept]

    def bounds(self) -> Bounds | None:
        kept = np.isin(self.kinds, [k for k in self._counts if k not in self._hidden])
        return finite_bounds(self.xs[kept], self.ys[kept]) if kept.any() else None

    def nearest_in_x(self, x: float) -> int:
        """Return the index of the measured sample nearest in x; -1 when there is none."""
        measured = np.flatnonzero(np.isfinite(self.ys))
        if not measured.size:
            return -1
        return int(measured[np.argmin(np.abs(self.xs[measured] - x))])

    def point_at(self, mouse: PlotMouse, tolerance: float) -> int:
        """Return the index of the visible point under the mouse; -1 when there is none."""
        pixels = self.pixels
        reach = visible_slice(self.xs, _around(pixels, mouse.column, tolerance), beyond=0)
        if reach.stop <= reach.start:
            return -1
        away = np.hypot(
            pixels.x_pixels(self.xs[reach]) - mouse.column,
            pixels.y_pixels(self.ys[reach]) - mouse.row,
        )
        away[~np.isfinite(away) | np.isin(self.kinds[reach], list(self._hidden))] = np.inf
        nearest = int(np.argmin(away))
        return reach.start + nearest if away[nearest] <= tolerance else -1

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        seen = visible_slice(self.xs, pixels)
        columns = pixels.x_pixels(self.xs[seen])
        rows = pixels.y_pixels(self.ys[seen])
        kinds = self.kinds[seen]
        for kind, style in enumerate(self.styles):
            chosen = kinds == kind
            if kind in self._hidden or not chosen.any():
                continue
            x, y = columns[chosen], rows[chosen]
            if x.size > MANY:
                _draw_density(painter, style, x, y, pixels)
                continue
            crowded = is_dense(x.size, pixels)
            stamp_points(painter, style, x, y, _CROWDED_OPACITY if crowded else 1.0)
            if style.off_scale == "marked":
                _mark_edges(painter, style, x, y, pixels)


def _around(pixels: PixelMap, column: float, tolerance: float) -> PixelMap:
    """Return the map of a strip around ``column``: what `visible_slice` needs to search it."""
    (low, high), width = pixels.x_range, pixels.width
    step = (high - low) / width
    strip = (low + (column - tolerance) * step, low + (column + tolerance) * step)
    return PixelMap(
        strip, pixels.y_range, 2 * tolerance, pixels.height, pixels.x_scale, pixels.y_scale
    )


def _mark_edges(
    painter: QPainter, style: PointStyle, x: FloatArray, y: FloatArray, pixels: PixelMap
) -> None:
    """Show by small marks that points lie above or below the view."""
    mark = PointStyle(style.color, "triangle", _EDGE_STYLE_SIZE, opacity=0.8)
    above = (y < 0) & (x >= 0) & (x <= pixels.width)
    below = (y > pixels.height) & (x >= 0) & (x <= pixels.width)
    stamp_points(painter, mark, x[above], np.full(np.count_nonzero(above), _EDGE_INSET), 1.0)
    painter.save()
    painter.translate(0, pixels.height)
    painter.scale(1, -1)
    stamp_points(painter, mark, x[below], np.full(np.count_nonzero(below), _EDGE_INSET), 1.0)
    painter.restore()


def _draw_density(
    painter: QPainter, style: PointStyle, x: FloatArray, y: FloatArray, pixels: PixelMap
) -> None:
    """Draw how many points each pixel holds, on a logarithmic scale."""
    width, height = int(np.ceil(pixels.width)), int(np.ceil(pixels.height))
    counts, _, _ = np.histogram2d(y, x, bins=(height, width), range=((0, height), (0, width)))
    if not counts.any():
        return
    alpha = np.log1p(counts) / np.log1p(counts.max())
    color = color_of(style.color)
    picture = np.zeros((height, width, 4), dtype=np.uint8)
    picture[..., :3] = (color.red(), color.green(), color.blue())
    picture[..., 3] = np.where(counts > 0, 60 + 195 * alpha, 0)
    image = QImage(picture.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
    painter.drawImage(0, 0, image)
