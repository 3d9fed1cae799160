"""What a view shows when it has nothing to show: a sentence, never an empty grid of axes."""

from typing import Self

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLayout, QStackedLayout, QWidget

from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID


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

    @classmethod
    def over(cls, owner: QWidget, *parts: QWidget | QLayout) -> Self:
        """Put ``parts`` into ``owner``, below each other; the last one takes the room there is."""
        content = QWidget()
        made = cls(owner, content)
        whole = column(content, spacing=GRID)
        for part in parts:
            if isinstance(part, QWidget):
                whole.addWidget(part)
            else:
                whole.addLayout(part)
        whole.setStretch(len(parts) - 1, 1)
        return made

    def say(self, reason: str) -> None:
        """Show ``reason`` in place of the content; ``""`` shows the content."""
        self.label.setText(reason)
        self._stack.setCurrentIndex(1 if reason else 0)

    @property
    def reason(self) -> str:
        """The sentence shown, or ``""``."""
        return self.label.text() if self._stack.currentIndex() == 1 else ""
