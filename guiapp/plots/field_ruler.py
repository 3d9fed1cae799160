"""Numbers along the edges of an image, close to it wherever it lies in the plot."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen

from guiapp.look.fonts import resized
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.pixels import PixelMap
from guiapp.plots.ticks import tick_levels, tick_text

LEFT, BOTTOM = 46.0, 38.0  #: room for numbers and names; device-independent pixels
_TICK = 4.0
_GAP = 3.0
_EDGE = 1.0  # pixel of the image that is seen beyond the plot
_PIXELS_PER_LABEL = 56.0
_TEXT_SIZE = 0.95


class FieldRuler(Layer):
    """Ticks below and left of a rectangle of data; at the plot's edge when it reaches beyond.

    Parameters
    ----------
    x_name, y_name : str
        Names of the axes, units included.
    """

    def __init__(self, x_name: str, y_name: str) -> None:
        super().__init__()
        self.field: Bounds | None = None
        self._names = (x_name, y_name)

    def set_field(self, field: Bounds | None) -> None:
        """Write numbers along the edges of ``field``; `None`: there is none."""
        self.field = field
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        if self.field is None:
            return
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        left, bottom = pixels.x_pixel(self.field[0]), pixels.y_pixel(self.field[2])
        column, row = max(left, LEFT), min(bottom, pixels.height - BOTTOM)
        self._draw_plates(painter, pixels, column > left, row < bottom)
        painter.setPen(QPen(color_of("dim"), 1))
        self._draw_x(painter, pixels, row, column)
        self._draw_y(painter, pixels, column, row)

    @staticmethod
    def _draw_plates(painter: QPainter, pixels: PixelMap, *sides: bool) -> None:
        """Hide the image under the numbers where it reaches below them."""
        over_left, over_bottom = sides
        if over_left:
            painter.fillRect(QRectF(-_EDGE, 0, LEFT + _EDGE, pixels.height), color_of("card"))
        if over_bottom:
            top = pixels.height - BOTTOM
            strip = QRectF(-_EDGE, top, pixels.width + 2 * _EDGE, BOTTOM + _EDGE)
            painter.fillRect(strip, color_of("card"))

    def _draw_x(self, painter: QPainter, pixels: PixelMap, row: float, first: float) -> None:
        assert self.field is not None
        metrics = QFontMetricsF(painter.font())
        low = max(self.field[0], pixels.x_at(first))
        high = min(self.field[1], pixels.x_at(pixels.width))
        places = [(v, pixels.x_pixel(v)) for v in self._ticks(low, high, pixels)]
        for value, column in places:
            painter.drawLine(QPointF(column, row), QPointF(column, row + _TICK))
            text = tick_text(value, self._step, "linear")
            room = QRectF(column - 40, row + _TICK, 80, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        if places:
            middle = (pixels.x_pixel(low) + pixels.x_pixel(high)) / 2
            room = QRectF(middle - 80, row + _TICK + metrics.height(), 160, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._names[0])

    def _draw_y(self, painter: QPainter, pixels: PixelMap, column: float, last: float) -> None:
        assert self.field is not None
        metrics = QFontMetricsF(painter.font())
        low = max(self.field[2], pixels.y_at(last))
        high = min(self.field[3], pixels.y_at(0.0))
        places = [(v, pixels.y_pixel(v)) for v in self._ticks(low, high, pixels)]
        widest = 0.0
        right = column - _TICK - _GAP
        for value, row in places:
            painter.drawLine(QPointF(column - _TICK, row), QPointF(column, row))
            text = tick_text(value, self._step, "linear")
            widest = max(widest, metrics.horizontalAdvance(text))
            room = QRectF(right - 60, row - metrics.height() / 2, 60, metrics.height())
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )
        if places:
            painter.save()
            middle = (pixels.y_pixel(low) + pixels.y_pixel(high)) / 2
            painter.translate(right - widest - _GAP - metrics.height(), middle)
            painter.rotate(-90)
            painter.drawText(
                QRectF(-80, 0, 160, metrics.height()), Qt.AlignmentFlag.AlignCenter, self._names[1]
            )
            painter.restore()

    def _ticks(self, low: float, high: float, pixels: PixelMap) -> list[float]:
        (x0, x1), width = pixels.x_range, pixels.width
        most = (high - low) / (x1 - x0) * width / _PIXELS_PER_LABEL
        levels = tick_levels(low, high, most, "linear")
        self._step = levels[0][0] if levels else 0.0
        return levels[0][1] if levels else []
