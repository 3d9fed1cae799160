"""What views of stars at a stage have in common: star, stage, remarks, plots."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ChoiceBox, ElidedLabel, Label, Tone, column, fitted
from guiapp.look.tokens import GRID
from guiapp.plots.legend import LegendBar
from guiapp.views.band_panels import PlotGroup
from guiapp.views.spectra import STAGES, Stage

_RAGGED = 48  # pixels that lines lose because words are not cut
_ROOMY = 600  # pixels of a view in which names of stars are cut before a quantity is


class VisitsView(QWidget):
    """A view of one star at one stage.

    Signals
    -------
    star_chosen(str), stage_chosen(str)
        By the user.
    cursor_changed(str)
        Text below the plots.
    """

    star_chosen = pyqtSignal(str)
    stage_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = ""
    panels: PlotGroup

    def __init__(self, panels: PlotGroup, *, quantity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panels = panels
        self.result: Any | None = None
        self.star = ChoiceBox(least=8)
        self.stage = QComboBox()
        self.remark = ElidedLabel("", "dim", rows=3)
        self._legend: LegendBar | None = None
        self.tools = QHBoxLayout()
        self.words = QHBoxLayout()
        self.words.setSpacing(3 * GRID)
        self.words.addWidget(self.remark, 1)
        self._star_label = Label("Star", "dim")
        self.stage.addItems(list(STAGES.values()))
        self.star.setAccessibleName("Star with several visits")
        self.stage.setAccessibleName("Spectra compared")
        self.head = QWidget()
        self.row = row = QHBoxLayout(self.head)
        fitted(row, spacing=2 * GRID)
        for part in (self._star_label, self.star, Label("Spectra", "dim"), self.stage):
            row.addWidget(part)
        row.addLayout(self.tools)
        row.addStretch(1)
        self.quantity = ElidedLabel(quantity, "dim")
        row.addWidget(self.quantity)
        body = QWidget()
        self.empty = EmptyState(body, panels)
        whole = column(self, spacing=GRID)
        whole.addWidget(self.head)
        whole.addLayout(self.words)
        whole.addWidget(body, 1)
        self.star.activated.connect(lambda i: self.star_chosen.emit(self.star.itemText(i)))
        self.stage.activated.connect(lambda i: self.stage_chosen.emit(list(STAGES)[i]))

    def show_choice(self, stars: Sequence[str], star: str, stage: Stage) -> None:
        """Offer ``stars``; nothing is to be chosen when there is one."""
        if [self.star.itemText(i) for i in range(self.star.count())] != list(stars):
            self.star.clear()
            self.star.addItems(list(stars))
        self.star.setCurrentText(star)
        self.star.setVisible(len(stars) > 1)
        self._star_label.setVisible(len(stars) > 1)
        self.stage.setCurrentIndex(list(STAGES).index(stage))
        self.head.setVisible(bool(stars))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        whole = self.quantity.sizeHint().width()
        self.quantity.setMinimumWidth(whole if self.width() >= _ROOMY else 0)
        self._share_words()

    def add_legend(self, legend: LegendBar, least: int) -> None:
        """Put a legend before the remarks, in one row if both have room; ``least`` pixels wide."""
        legend.setMinimumWidth(least)
        self.words.insertWidget(0, legend)
        self._legend = legend

    def _share_words(self) -> None:
        """Let the legend wrap before two rows of remarks are cut."""
        if self._legend is None:
            return
        room = self.width() - self.words.spacing()
        whole = self.remark.sizeHint().width() if self.remark.full_text() else 0
        halves = whole // 2 + _RAGGED
        wanted = whole if whole + self._legend.sizeHint().width() <= room else halves
        self._legend.setMaximumWidth(max(self._legend.minimumWidth(), room - wanted))

    def show_result(self, result: Any) -> None:
        """Draw ``result``: overridden by each view."""
        raise NotImplementedError

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why: overridden by each view."""
        raise NotImplementedError

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self._say("Computing …", "dim")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        if self.result is None:
            self.clear(f"{what} {hint}".strip())
        else:
            self._say(f"{what} {hint}".strip(), "wrong")

    def say_remarks(self, remarks: Sequence[str]) -> None:
        """Show what is to be known beside the numbers."""
        self._say("  ".join(remarks), "dim")

    def _say(self, text: str, tone: Tone) -> None:
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)
        self._share_words()
