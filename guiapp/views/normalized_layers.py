"""What the stack of normalized spectra draws beside curves: names of stars, marks of lines."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen

from guiapp.look.fonts import resized
from guiapp.plots.colors import color_of
from guiapp.plots.layers import Layer
from guiapp.plots.pixels import PixelMap

_GAP = 6.0
_TEXT_SIZE = 0.92
_HALO = 3.0


class RowNamesLayer(Layer):
    """Names at the left, each above the level of its row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[tuple[float, str, str], ...] = ()
        self.selected = ""

    def set_rows(self, rows: tuple[tuple[float, str, str], ...]) -> None:
        """Write (level, name, color) in place of what is written now."""
        self.rows = rows
        self.mark_changed()

    def select(self, name: str) -> None:
        """Write one name stronger."""
        self.selected = name
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        font = resized(painter.font(), _TEXT_SIZE)
        for level, name, color in self.rows:
            row = pixels.y_pixel(level)
            if not 0 <= row <= pixels.height:
                continue
            font.setBold(name == self.selected)
            painter.setFont(font)
            metrics = QFontMetricsF(font)
            width = metrics.horizontalAdvance(name)
            box = QRectF(_GAP - 2, row - metrics.height() - _HALO, width + 4, metrics.height())
            painter.fillRect(box, color_of("card", 0.75))
            painter.setPen(color_of(color))
            painter.drawText(QPointF(_GAP, row - _HALO - metrics.descent()), name)


class LineMarksLayer(Layer):
    """Dashed vertical lines through the plot, with upright names at the top.

    Parameters
    ----------
    color : str
        A name of `guiapp.plots.colors.color_of`.
    """

    def __init__(self, color: str) -> None:
        super().__init__()
        self.color = color
        self.marks: tuple[tuple[float, str], ...] = ()
        self.chosen = float("nan")

    def set_marks(self, marks: tuple[tuple[float, str], ...]) -> None:
        """Draw marks (x, name) in place of those drawn now."""
        self.marks = marks
        self.mark_changed()

    def choose(self, x: float) -> None:
        """Draw the mark at ``x`` stronger; NaN: none."""
        self.chosen = x
        self.mark_changed()

    def draw(self, painter: QPainter, pixels: PixelMap) -> None:
        painter.setFont(resized(painter.font(), _TEXT_SIZE))
        metrics = QFontMetricsF(painter.font())
        taken = -metrics.height()
        for x, name in self.marks:
            column = pixels.x_pixel(x)
            if not 0 <= column <= pixels.width:
                continue
            is_chosen = x == self.chosen
            pen = QPen(color_of("accent" if is_chosen else self.color, 0.9), 1)
            pen.setDashPattern([2.0, 3.0])
            painter.setPen(pen)
            painter.drawLine(QPointF(round(column), 0), QPointF(round(column), pixels.height))
            if column - taken < metrics.height() and not is_chosen:
                continue  # the names of two lines would lie over each other
            taken = column
            self._write(painter, name, column, metrics)

    def _write(self, painter: QPainter, name: str, column: float, metrics: QFontMetricsF) -> None:
        width = metrics.horizontalAdvance(name) + 2 * _GAP
        painter.save()
        painter.translate(column, 0.0)
        painter.rotate(-90)
        box = QRectF(-width, -metrics.height() - 1, width, metrics.height())
        painter.fillRect(box, color_of("card", 0.75))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()
