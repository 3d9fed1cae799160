"""The status line: what was done just now, said without being in the way."""

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QSizePolicy, QWidget

from guiapp.look.parts import ElidedLabel

SHOWN_MS = 20_000


class StatusLine(ElidedLabel):
    """Says something for a while, then gives its room back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "dim", cut="middle", parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_MS)
        self.timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str) -> None:
        """Say ``text`` for a while, instead of what was said before."""
        self.set_full_text(text)
        self.show()
        self.timer.start()
