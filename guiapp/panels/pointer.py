"""A frame that shows up for a moment around what is spoken of."""

from PyQt6.QtCore import QPoint, QRect, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QWidget

from guiapp.look import theme
from guiapp.look.tokens import GRID

_SHOWN_MS = 1600
_WIDTH = 3.0


class Pointer(QWidget):
    """Lies above a window until its moment is over; lets every click through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Frame around what the tour speaks of")
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(_SHOWN_MS)
        self._end.timeout.connect(self.deleteLater)
        self.hide()

    def point_at(self, part: QWidget) -> None:
        """Draw a frame around ``part`` for a moment."""
        parent = self.parentWidget()
        if parent is None:
            return
        self.setGeometry(QRect(part.mapTo(parent, QPoint(0, 0)), part.size()))
        self.raise_()
        self.show()
        self._end.start()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens.accent), _WIDTH))
        inside = QRectF(self.rect()).adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        painter.drawRoundedRect(inside, GRID, GRID)
