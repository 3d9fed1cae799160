"""What the views of the LRS have in common: a choice of subjects, a summary, one way to fail."""

from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, column
from guiapp.look.tokens import GRID
from guiapp.plots.message import PlotMessage
from guiapp.plots.themed_plot import ThemedPlot

_CHOICE_WIDTH = 300


class LrsView(QWidget):
    """A row with a choice of subjects and a sentence, plots below.

    Signals
    -------
    subject_chosen(str)
        What to show, as `show_subjects` named it.
    cursor_changed(str)
        Text below the plots.
    limit_chosen(str, float)
        End of the usable range that was dragged, "blue" or "red", and where to. Unit: um.
    limits_reset()
        The usual ends of the usable range again.
    """

    subject_chosen = pyqtSignal(str)
    limit_chosen = pyqtSignal(str, float)
    limits_reset = pyqtSignal()
    cursor_changed = pyqtSignal(str)

    def __init__(self, *, name: str, plots: Sequence[ThemedPlot], content: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.plots = tuple(plots)
        self.subjects = QComboBox()
        self.subjects.setAccessibleName(f"{name}: exposure")
        self.subjects.setMaximumWidth(_CHOICE_WIDTH)
        self.summary = ElidedLabel("", "dim")
        self.tools = QHBoxLayout()
        self.tools.setContentsMargins(0, 0, 0, 0)
        self.tools.setSpacing(2 * GRID)
        self.tools.addWidget(self.subjects)
        self.tools.addWidget(self.summary, 1)
        inside = QWidget()
        self.empty = EmptyState(self, inside)
        self.whole = column(inside, spacing=GRID)
        self.whole.addLayout(self.tools)
        self.whole.addWidget(content, 1)
        self._note = PlotMessage(self.plots[0], "top")
        self.is_new = True
        self.subjects.activated.connect(
            lambda index: self.subject_chosen.emit(self.subjects.itemData(index))
        )
        for plot in self.plots:
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    @property
    def has_result(self) -> bool:
        """Whether something is drawn: said by each view."""
        raise NotImplementedError

    def draw(self, result: Any) -> None:
        """Draw ``result``; `None`: nothing. Done by each view."""
        raise NotImplementedError

    def show_subjects(self, subjects: Sequence[tuple[str, str]], current: str) -> None:
        """Offer subjects: (name in code, name on the screen)."""
        known = [
            (self.subjects.itemData(i), self.subjects.itemText(i))
            for i in range(self.subjects.count())
        ]
        if known != list(subjects):
            self.subjects.clear()
            for code, text in subjects:
                self.subjects.addItem(text, code)
        index = self.subjects.findData(current)
        if index != self.subjects.currentIndex():
            self.subjects.setCurrentIndex(index)
        self.subjects.setToolTip(self.subjects.currentText())

    def begin(self) -> None:
        """Show the next result from end to end: it is another subject's."""
        self.is_new = True

    def show_result(self, result: Any) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("")
        self._note.say("", "tip")
        self.draw(result)
        if self.is_new:
            self.is_new = False
            self.for_each(ThemedPlot.show_all_afresh)

    def show_stale(self) -> None:
        """Say that what is drawn is out of date and a new result is computed."""
        self._note.say("Computing …", "quiet")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        said = f"{what} {hint}".strip()
        if not self.has_result:
            self.empty.say(said)
        self._note.say(said, "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.draw(None)
        self.summary.set_full_text("")
        self._note.say("", "tip")
        self.empty.say(reason)
        self.is_new = True

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with all plots."""
        for plot in self.plots:
            act(plot)
