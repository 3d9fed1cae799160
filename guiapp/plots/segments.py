"""A row of choices of which one is taken: the mode of the mouse, the graph that is drawn."""

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)

from guiapp.look import theme
from guiapp.look.fonts import resized
from guiapp.look.parts import plain_tip
from guiapp.plots.colors import color_of

_HEIGHT = 24
_PAD = 8
_TEXT_SIZE = 0.92


class SegmentBar(QWidget):
    """Choices side by side.

    Parameters
    ----------
    name : str
        What is chosen, for people who cannot see it.
    choices : tuple of (str, str, str)
        Name in code, text, and tip of each.
    """

    chosen = pyqtSignal(str)  # by the user

    def __init__(
        self, name: str, choices: tuple[tuple[str, str, str], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, SegmentButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for code, text, tip in choices:
            button = SegmentButton(text, self)
            button.setToolTip(plain_tip(tip))
            button.clicked.connect(lambda _checked, code=code: self.chosen.emit(code))
            self._group.addButton(button)
            self._buttons[code] = button
            row.addWidget(button)
        next(iter(self._buttons.values())).setChecked(True)
        theme.changed.connect(self._refit)

    @property
    def codes(self) -> tuple[str, ...]:
        """The names of all choices in code."""
        return tuple(self._buttons)

    @property
    def current(self) -> str:
        """The choice that is taken."""
        return next(code for code, button in self._buttons.items() if button.isChecked())

    def choose(self, code: str) -> None:
        """Take a choice; tells no one."""
        self._buttons[code].setChecked(True)

    def _refit(self) -> None:
        """Take the size of text in use."""
        for button in self._buttons.values():
            button.setFont(resized(QApplication.font(), _TEXT_SIZE))
            button.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color_of("hairline"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)


class SegmentButton(QAbstractButton):
    """One of the choices."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(resized(self.font(), _TEXT_SIZE))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2 * _PAD, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(color_of("accent")) if self.hasFocus() else QPen(Qt.PenStyle.NoPen))
        if self.isChecked():
            painter.setBrush(color_of("selected"))
        elif self.underMouse():
            painter.setBrush(color_of("hover"))
        painter.drawRoundedRect(inner, 4, 4)
        painter.setPen(color_of("text" if self.isChecked() else "dim"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
