"""A band of levels over the whole width of a plot: mean plus and minus its scatter."""

import math

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap


class LevelBandLayer(Layer):
    """A horizontal band.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    opacity : float, optional
        0 to 1.
    """

    def __init__(self, color: str, *, opacity: float = 0.06) -> None:
        super().__init__()
        self.color = color
        self.low = self.high = math.nan
        self._opacity = opacity

    def set_range(self, low: float, high: float) -> None:
        """Fill from ``low`` to ``high``; NaN: nothing."""
        self.low, self.high = low, high
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            return
        rows = [min(max(pixels.y_pixel(one), 0.0), pixels.height) for one in (self.low, self.high)]
        area = QRectF(0, min(rows), pixels.width, abs(rows[0] - rows[1]))
        painter.fillRect(area, color_of(self.color, self._opacity))
