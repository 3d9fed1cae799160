"""What the views of the LRS have in common: a choice of subjects, a summary, plots below."""

from collections.abc import Callable, Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, column
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.message import PlotMessage
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.subject_view import SubjectView

_CHOICE_WIDTH = 300


class LrsView(SubjectView):
    """A row with a choice of subjects and a sentence, plots below.

    Signals
    -------
    limit_chosen(str, float)
        End of the usable range that was dragged, "blue" or "red", and where to. Unit: um.
    limits_reset()
        The usual ends of the usable range again.
    """

    limit_chosen = pyqtSignal(str, float)
    limits_reset = pyqtSignal()

    busy = "Computing …"

    def __init__(self, *, name: str, plots: Sequence[ThemedPlot], content: QWidget) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.plots = tuple(plots)
        self.subjects.setAccessibleName(f"{name}: exposure")
        self.subjects.setMaximumWidth(_CHOICE_WIDTH)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.tools = QHBoxLayout()
        self.tools.setContentsMargins(0, 0, 0, 0)
        self.tools.setSpacing(2 * GRID)
        self.tools.addWidget(self.subjects)
        self.tools.addWidget(self.summary, 1)
        inside = QWidget()
        self.empty = EmptyState(self, inside)
        self.whole = column(inside, spacing=GRID)
        self.whole.addWidget(SentenceRow(self.tools, self.summary))
        self.whole.addWidget(content, 1)
        self.note = PlotMessage(self.plots[0], "top")
        self.subjects.activated.connect(
            lambda index: self.subject_chosen.emit(self.subjects.itemData(index))
        )
        for plot in self.plots:
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def draw(self, result: Any) -> None:
        """Draw ``result``; `None`: nothing. Done by each view."""
        raise NotImplementedError

    def show_result(self, result: Any) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("")
        self.note.say("", "tip")
        self.draw(result)
        if self.is_new:
            self.is_new = False
            self.for_each(ThemedPlot.show_all_afresh)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.draw(None)
        self.summary.set_full_text("")
        self.note.say("", "tip")
        self.empty.say(reason)
        self.is_new = True

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with all plots."""
        for plot in self.plots:
            act(plot)
