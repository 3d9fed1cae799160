"""What a view shows when it has nothing to show: a sentence, never an empty grid of axes."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QStackedLayout, QWidget

from guiapp.look.parts import Label


class EmptyState:
    """Swaps the content of a view for a sentence, and back.

    Parameters
    ----------
    owner : QWidget
        The view; it must not have a layout yet.
    content : QWidget
        What it shows otherwise.
    """

    def __init__(self, owner: QWidget, content: QWidget) -> None:
        self.label = Label("", "dim")
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setWordWrap(True)
        self._stack = QStackedLayout(owner)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(content)
        self._stack.addWidget(self.label)

    def say(self, reason: str) -> None:
        """Show ``reason`` in place of the content; ``""`` shows the content."""
        self.label.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)

    @property
    def reason(self) -> str:
        """The sentence shown, or ``""``."""
        return self.label.text() if self._stack.currentIndex() == 1 else ""
