"""A hairline where the cursor is, in every plot of a group."""

from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QPainter, QPen

from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap


class CursorLine(Layer):
    """A vertical line at one x; accented while the cursor is frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.at: float | None = None
        self.frozen = False

    def show_at(self, x: float | None, *, frozen: bool = False) -> None:
        """Draw the line at ``x``; `None`: nowhere."""
        if (x, frozen) != (self.at, self.frozen):
            self.at, self.frozen = x, frozen
            self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if self.at is None:
            return
        column = round(pixels.x_pixel(self.at))
        pen = QPen(color_of("accent" if self.frozen else "dim", 0.8), 1)
        pen.setDashPattern([2.0, 2.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(column, 0), QPointF(column, pixels.height))
