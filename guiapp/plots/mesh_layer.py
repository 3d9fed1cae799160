"""A quantity over two axes that are no pixels: latitude and wavelength, for example."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

from engine.arrays import FloatArray, IntArray
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.pixels import PixelMap
from guiapp.plots.stretch import NO_LEVELS, Levels

_COLUMNS, _ROWS = 900, 300  # more than that nobody sees
_NO_EXTENT = (0.0, 1.0, 0.0, 1.0)


class MeshLayer(ImageLayer):
    """Values on the nodes of two increasing axes; each node has the room up to the midpoints.

    A NaN is no measurement: it is hatched.
    """

    def __init__(self) -> None:
        super().__init__()
        self.xs: FloatArray = np.zeros(0)
        self.ys: FloatArray = np.zeros(0)
        self.nodes: FloatArray = np.zeros((0, 0))
        self._extent: Bounds = _NO_EXTENT
        self.stretch = "linear"

    def set_mesh(self, x: FloatArray, y: FloatArray, nodes: FloatArray, levels: Levels) -> None:
        """Draw ``nodes``, shape (y, x); empty arrays: nothing."""
        self.xs, self.ys, self.nodes = x, y, nodes
        if not nodes.size:
            self.set_image(np.zeros((0, 0)), NO_LEVELS)
            return
        columns, x_limits = _sampled(x, _COLUMNS)
        rows, y_limits = _sampled(y, _ROWS)
        self._extent = (*x_limits, *y_limits)
        self.set_image(nodes[np.ix_(rows, columns)], levels)

    def node_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return column and row of the node that holds (x, y); `None` outside."""
        low_x, high_x, low_y, high_y = self._extent
        if not self.nodes.size or not (low_x <= x <= high_x and low_y <= y <= high_y):
            return None
        return int(np.argmin(np.abs(self.xs - x))), int(np.argmin(np.abs(self.ys - y)))

    def bounds(self) -> Bounds | None:
        return self._extent if self.nodes.size else None

    def _field(self, pixels: PixelMap) -> QRectF:
        low_x, high_x, low_y, high_y = self._extent
        corners = [
            QPointF(pixels.x_pixel(x), pixels.y_pixel(y))
            for x, y in ((low_x, low_y), (high_x, high_y))
        ]
        return QRectF(corners[0], corners[1]).normalized()


def _sampled(nodes: FloatArray, most: int) -> tuple[IntArray, tuple[float, float]]:
    """Return which node each step of an even grid shows, and the ends of the grid."""
    if nodes.size == 1:
        return np.zeros(1, dtype=np.int64), (float(nodes[0]) - 0.5, float(nodes[0]) + 0.5)
    middle = 0.5 * (nodes[1:] + nodes[:-1])
    low, high = 2.0 * nodes[0] - middle[0], 2.0 * nodes[-1] - middle[-1]
    finest = float(np.min(np.diff(nodes)))
    count = int(np.clip(np.ceil((high - low) / finest), nodes.size, most))
    centers = low + (np.arange(count) + 0.5) * (high - low) / count
    return np.searchsorted(middle, centers).astype(np.int64), (float(low), float(high))
