"""Error bars along x."""

import numpy as np
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter, QPen

from engine.arrays import FloatArray
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap

_EMPTY = np.zeros(0)


class WideBarsLayer(Layer):
    """A horizontal stroke a point, from x minus to x plus its error.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    """

    def __init__(self, color: str) -> None:
        super().__init__()
        self.color = color
        self.xs, self.ys, self.errors = _EMPTY, _EMPTY, _EMPTY

    def set_data(self, x: FloatArray, y: FloatArray, error: FloatArray) -> None:
        """Draw ``x`` plus and minus ``error`` at ``y``; NaN in any: no bar."""
        self.xs, self.ys, self.errors = x, y, error
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setPen(QPen(color_of(self.color), 1.4))
        for x, y, error in zip(self.xs, self.ys, self.errors, strict=True):
            if np.isfinite([x, y, error]).all():
                row = pixels.y_pixel(float(y))
                painter.drawLine(
                    QPointF(pixels.x_pixel(float(x - error)), row),
                    QPointF(pixels.x_pixel(float(x + error)), row),
                )
