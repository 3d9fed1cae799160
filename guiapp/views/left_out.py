"""The line that says that what is shown is left out, why, and how it comes back."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from guiapp.look.parts import Label, button, fitted
from guiapp.look.tokens import GRID


class LeftOutLine(QWidget):
    """Hidden while what is shown takes part; its button asks for it back."""

    back_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = Label("", "care")
        self.label.setWordWrap(True)
        self.back = button("Bring back", tip="Use it again; so does Ctrl+Shift+Delete")
        row = QHBoxLayout(self)
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.label, 1)
        row.addWidget(self.back)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.back.clicked.connect(self.back_wanted)
        self.hide()

    def say(self, what: str, reason: str) -> None:
        """Say what is left out and why; ``""`` for ``what``: nothing is."""
        why = f": {reason}" if reason else ""
        self.label.setText(f"{what} is left out of everything that combines stars{why}.")
        self.setVisible(bool(what))
