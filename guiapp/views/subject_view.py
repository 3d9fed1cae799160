"""What views share that show one of several subjects: the choice, and what is said of a fit."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ChoiceBox
from guiapp.plots.message import PlotMessage


class SubjectView(QWidget):
    """A view with a box of subjects; what is drawn is set by each view.

    A view makes `note` and `empty` when it lays out its parts.

    Signals
    -------
    subject_chosen(str)
        By the user.
    cursor_changed(str)
        Text below the plots.
    """

    subject_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    busy = ""  #: said while a new result is computed
    note: PlotMessage
    empty: EmptyState

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subjects = ChoiceBox()
        self.subjects.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.is_new = True  #: the next result is shown from end to end

    def drawn(self) -> Any | None:
        """Return the result that is drawn; `None`: none. Overridden by each view."""
        raise NotImplementedError

    def show_result(self, result: Any) -> None:
        """Draw ``result``: overridden by each view."""
        raise NotImplementedError

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why: overridden by each view."""
        raise NotImplementedError

    def show_subjects(self, subjects: Sequence[tuple[str, str]], current: str) -> None:
        """Offer subjects: (name in code, name on the screen)."""
        box = self.subjects
        known = [(box.itemData(i), box.itemText(i)) for i in range(box.count())]
        if known != list(subjects):
            box.clear()
            for code, text in subjects:
                box.addItem(text, code)
        index = box.findData(current)
        if index != box.currentIndex():
            box.setCurrentIndex(index)
            self.is_new = True

    def show_stale(self) -> None:
        """Say that what is drawn is out of date and a new result is computed."""
        self.note.say(self.busy, "quiet")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        said = f"{what} {hint}".strip()
        if self.drawn() is None:
            self.empty.say(said)
        self.note.say(said, "wrong")
