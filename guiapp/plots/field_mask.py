"""What hides an image beyond the field that is looked at, so that the ruler can be read."""

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter, QPainterPath

from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.pixels import PixelMap


class FieldMask(Layer):
    """The ground of the plot, over everything outside a field."""

    def __init__(self) -> None:
        super().__init__()
        self.field: Bounds | None = None

    def set_field(self, field: Bounds | None) -> None:
        """Hide what lies outside ``field``; `None`: nothing."""
        if field != self.field:
            self.field = field
            self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if self.field is None:
            return
        left, right, low, high = self.field
        corners = (
            QPointF(pixels.x_pixel(left), pixels.y_pixel(low)),
            QPointF(pixels.x_pixel(right), pixels.y_pixel(high)),
        )
        outside = QPainterPath()
        outside.addRect(QRectF(-1.0, -1.0, pixels.width + 2.0, pixels.height + 2.0))
        outside.addRect(QRectF(*corners).normalized())
        painter.fillPath(outside, color_of("card"))
