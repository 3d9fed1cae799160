"""The frame that every dialog has: a heading, a sentence, content, and buttons."""

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from guiapp.look.parts import ButtonKind, Label, SideScroll, button, column, fitted
from guiapp.look.tokens import GRID

_SHARE_OF_WINDOW = 0.55


class Sheet(QDialog):
    """A dialog of one subject. Esc always leaves it without doing anything.

    Parameters
    ----------
    title : str
        Of the window and above the content.
    said : str
        One or two sentences below the title; ``""`` for none.
    """

    def __init__(
        self, title: str, said: str = "", *, parent: QWidget | None = None, width: int = 520
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title} \N{EM DASH} Fluxknot")
        self.setMinimumWidth(width)
        self.heading = Label(title, "heading")
        self.said = Label(said, "dim")
        self.said.setWordWrap(True)
        self.said.setVisible(bool(said))
        self.body = column(spacing=2 * GRID)
        self._buttons = QHBoxLayout()
        fitted(self._buttons, spacing=2 * GRID)
        self._buttons.addStretch(1)
        box = column(self, margin=5 * GRID, spacing=3 * GRID)
        box.addWidget(self.heading)
        box.addWidget(self.said)
        box.addLayout(self.body, 1)
        box.addLayout(self._buttons)

    def say(self, text: str) -> None:
        """Show another sentence below the title."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def event(self, event: QEvent | None) -> bool:
        """Grow where wrapped text got more lines: a layout asks for the height of few."""
        is_new_layout = event is not None and event.type() == QEvent.Type.LayoutRequest
        is_done = super().event(event)
        box = self.layout() if is_new_layout else None  # other events may have ended the dialog
        if box is not None:
            needed = box.minimumHeightForWidth(self.width())
            self.resize(self.width(), max(self.height(), needed))
        return is_done

    def grow_with_window(self, usual: QSize) -> None:
        """Be of the ``usual`` size, and larger over a large window: more is seen at once."""
        parent = self.parentWidget()
        window = None if parent is None else parent.window()
        if window is not None:
            usual = usual.expandedTo(window.size() * _SHARE_OF_WINDOW)
        self.resize(usual)

    def add_button(
        self, text: str, kind: ButtonKind = "plain", *, tip: str = "", is_left: bool = False
    ) -> QPushButton:
        """Add a button at the right, or at the left for what is not an answer."""
        made = button(text, kind, tip=tip)
        made.setAutoDefault(False)
        if kind == "primary":
            made.setDefault(True)
        if is_left:
            self._buttons.insertWidget(0, made)
        else:
            self._buttons.addWidget(made)
        return made


def scrolled(layout: QLayout, *, height: int) -> QScrollArea:
    """Return an area at least ``height`` high in which ``layout`` scrolls."""
    content = QWidget()
    content.setLayout(layout)
    area = SideScroll(content)
    area.setMinimumHeight(height)
    return area


def text_box(text: str, name: str, *, height: int = 160) -> QPlainTextEdit:
    """Return a box of text to read, select and copy."""
    box = QPlainTextEdit(text)
    box.setReadOnly(True)
    box.setAccessibleName(name)
    box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    box.setMinimumHeight(height)
    box.setTabChangesFocus(True)
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return box
