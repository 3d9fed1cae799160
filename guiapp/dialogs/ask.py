"""Short questions: save the changes, a name, a reason."""

from typing import Literal

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QLineEdit, QWidget

from guiapp.dialogs.sheet import Sheet

Answer = Literal["save", "discard", "cancel"]


class SaveChangesDialog(Sheet):
    """Asks whether unsaved work is saved; `answer` says what was chosen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            f"Save the changes to {name}?",
            "Without saving, what was changed since the last time is lost.",
            parent=parent,
            width=440,
        )
        self.answer: Answer = "cancel"
        discard = self.add_button("Do not save", is_left=True)
        cancel = self.add_button("Cancel")
        save = self.add_button("Save", "primary")
        discard.clicked.connect(lambda: self._take("discard"))
        cancel.clicked.connect(self.reject)
        save.clicked.connect(lambda: self._take("save"))

    def _take(self, answer: Answer) -> None:
        self.answer = answer
        self.accept()


class TextDialog(Sheet):
    """Asks for one line of text: a name, or a reason.

    Parameters
    ----------
    title, said : str
        The question.
    text : str
        What is in the field at first.
    suggestions : tuple of str
        What others wrote; one can be chosen.
    action : str
        Name of the button.
    """

    taken = pyqtSignal(str)

    def __init__(
        self,
        title: str,
        said: str,
        *,
        text: str = "",
        suggestions: tuple[str, ...] = (),
        action: str = "OK",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, said, parent=parent, width=440)
        self._box = QComboBox()
        self._box.setEditable(True)
        self._box.addItems(suggestions)
        self.field = self._box.lineEdit() or QLineEdit()
        self._box.setEditText(text)
        self._box.setAccessibleName(title)
        self.field.setAccessibleName(title)
        self.body.addWidget(self._box if suggestions else self._plain(text, title))
        self.add_button("Cancel").clicked.connect(self.reject)
        self._ok = self.add_button(action, "primary")
        self._ok.clicked.connect(self._on_taken)
        self.field.textChanged.connect(self._on_changed)
        self._on_changed()
        self.field.selectAll()
        self.field.setFocus()

    @property
    def text(self) -> str:
        """What was typed, without blanks around it."""
        return self.field.text().strip()

    def _plain(self, text: str, title: str) -> QLineEdit:
        self.field = QLineEdit(text)
        self.field.setAccessibleName(title)
        return self.field

    def _on_changed(self) -> None:
        self._ok.setEnabled(bool(self.text))

    def _on_taken(self) -> None:
        self.taken.emit(self.text)
        self.accept()
