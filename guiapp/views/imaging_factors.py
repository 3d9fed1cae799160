"""View of calibration factors of images: panels of a filter or parameter, linked to one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QTabWidget,
    QWidget,
)

from engine.imaging.panel_sets import PanelSet
from engine.model.table import ResultTable
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import button, column, fitted, stacked
from guiapp.look.result_table import ResultTableView
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.zoom import View
from guiapp.views.factor_panels import FactorPanelsView
from guiapp.views.imaging_groups import groups_of_filter, hidden_kinds, legend_of, short_name
from guiapp.views.trend_panel import TrendPanel

Reach = Literal["observation", "star", "star in all filters"]
REACHES: tuple[Reach, ...] = get_args(Reach)

_MOST_PANELS = 15
_SUBJECT_WIDTH = 170
_TABLE_HEIGHT = 140
_LEAST_PANEL = (110, 70)
_ACROSS = {1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3}


@dataclass(frozen=True, eq=False, slots=True)
class FactorNumbers:
    """The tables beside the panels, and which observation each row is.

    Attributes
    ----------
    observations, averages, flags : ResultTable
        Below the panels, a tab each.
    ids : tuple of str
        Observation of each row of the first table.
    filters : tuple of str
        Filter of each row of the second.
    flag_ids : tuple of tuple of str
        Observations of each row of the third: all of a star, or one.
    n_flags : int
        How many are to be decided about.
    """

    observations: ResultTable
    averages: ResultTable
    flags: ResultTable
    ids: tuple[str, ...]
    filters: tuple[str, ...]
    flag_ids: tuple[tuple[str, ...], ...]
    n_flags: int


class ImagingFactorsView(FactorPanelsView):
    """Draws factors; says what is picked, and what shall be left out, kept or corrected.

    Signals
    -------
    subject_chosen(str)
        Filter or parameter to show.
    keeping_wanted()
        Let what is selected take part although it deviates, or no more.
    class_wanted(str), star_wanted(), reset_wanted()
        Correct the class or star of what is selected; ``""``: that of the file.
    """

    subject_chosen = pyqtSignal(str)
    keeping_wanted = pyqtSignal()
    class_wanted = pyqtSignal(str)
    star_wanted = pyqtSignal()
    reset_wanted = pyqtSignal()

    hint = "click selects everywhere · Shift+click adds · x leaves out with a reason · [ ] steps"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(REACHES, most=_MOST_PANELS, least=_LEAST_PANEL, parent=parent)
        self.result: PanelSet | None = None
        self.numbers: FactorNumbers | None = None
        self.subject = QComboBox()
        self.keep = button("Keep", "quiet", tip="Let it take part although it deviates")
        self.correct = button("Correct", "quiet", tip="Correct the class or the star of a row")
        self.chip.setToolTip(
            "± and the error, σ(CF), are of the scatter of stars; neither holds one common to all "
            "models. "
            "A star of which one of four observations is flagged has a weight of 0.75"
        )
        self.observations = ResultTableView()
        self.averages = ResultTableView()
        self.flags = ResultTableView()
        self.tabs = QTabWidget()
        self._stale_tabs: set[int] = set()
        self._menu = QMenu(self.correct)
        self._framed: dict[int, View] = {}  # what the view itself made a panel show
        self._build()
        self._connect()

    def _build(self) -> None:
        self.subject.setAccessibleName("Filter or parameter")
        self.subject.setMinimumWidth(_SUBJECT_WIDTH)
        self.subject.setMaxVisibleItems(24)
        self.reach.setToolTip("What “Leave out” takes: the observation, or all of its star")
        for text, name in (("Hot star", "hot"), ("A dwarf", "A"), ("Solar analog", "G")):
            self._menu.addAction(text, lambda name=name: self.class_wanted.emit(name))
        self._menu.addSeparator()
        self._menu.addAction("Another star…", self.star_wanted.emit)
        self._menu.addAction("As in the file", self.reset_wanted.emit)
        self.correct.setMenu(self._menu)
        head, words = QHBoxLayout(), QHBoxLayout()
        fitted(head, spacing=2 * GRID)
        fitted(words, spacing=2 * GRID)
        for part in (self.subject, self.reach, self.exclude, self.keep, self.correct):
            head.addWidget(part)
        head.addStretch(1)
        words.addWidget(self.chip)
        words.addWidget(self.remark, 1)
        for table, title in (
            (self.observations, "Observations"),
            (self.averages, "Averages"),
            (self.flags, "Flags"),
        ):
            table.setAccessibleName(title)
            header = table.horizontalHeader()
            if header is not None:
                header.setResizeContentsPrecision(20)  # rows that are measured
            self.tabs.addTab(table, title)
        self.tabs.setDocumentMode(True)
        splitter = stacked(self.body, self.tabs, sizes=(600, _TABLE_HEIGHT), stretch=(1,))
        frame = QWidget()
        self.empty = EmptyState(self, frame)
        whole = column(frame, spacing=GRID)
        whole.addLayout(head)
        whole.addWidget(SentenceRow(words, self.remark))
        whole.addWidget(self.legend)
        whole.addWidget(splitter, 1)
        self._write_buttons()

    def _connect(self) -> None:
        self.subject.activated.connect(
            lambda place: self.subject_chosen.emit(self.subject.itemData(place))
        )
        self.tabs.currentChanged.connect(lambda _place: self._fill_tab())
        self.keep.clicked.connect(self._ask_keeping)
        self.legend.switched.connect(lambda *_: self._hide())
        self.observations.rows_selected.connect(self._on_rows)
        self.averages.row_activated.connect(self._on_average)
        self.flags.rows_selected.connect(self._on_flags)

    def bind_keys(self, exclude: Sequence[str], step: Sequence[str]) -> None:
        """Let keys leave out what is selected, and step through filters and parameters."""
        self.bind(exclude, self.ask_exclusion)
        for key, by in zip(step, (-1, 1), strict=True):
            self.bind((key,), partial(self.step, by))

    # What is shown

    def show_subjects(self, subjects: Sequence[tuple[str, str]], current: str) -> None:
        """Offer filters and parameters (subject, title)."""
        if [self.subject.itemData(i) for i in range(self.subject.count())] != [
            one for one, _ in subjects
        ]:
            self.subject.clear()
            for subject, title in subjects:
                self.subject.addItem(title, subject)
        self.subject.setCurrentIndex(max(self.subject.findData(current), 0))

    def step(self, by: int) -> None:
        """Show the next filter or parameter, or the one before."""
        place = self.subject.currentIndex() + by
        if 0 <= place < self.subject.count():
            self.subject_chosen.emit(self.subject.itemData(place))

    def show_result(self, result: PanelSet) -> None:
        """Draw ``result``."""
        before = self.result
        is_new = before is None or before.subject != result.subject
        self.result = result
        self.empty.say("")
        self._draw("afresh" if is_new else "kept")

    def show_numbers(self, numbers: FactorNumbers, words: str, chip: str) -> None:
        """Fill the tables, and say what is found."""
        self.numbers = numbers
        self._stale_tabs = {0, 1, 2}
        self._fill_tab()
        title = f"Flags ({numbers.n_flags})" if numbers.n_flags else "Flags"
        self.tabs.setTabText(2, title)
        self._remark(words, "dim")
        self.chip.setText(chip)
        self.select(self.chosen)

    def _fill_tab(self) -> None:
        """Fill the table that is seen: measuring the cells of all of them takes time."""
        place = self.tabs.currentIndex()
        if self.numbers is None or place not in self._stale_tabs:
            return
        self._stale_tabs.discard(place)
        numbers = self.numbers
        tables = (numbers.observations, numbers.averages, numbers.flags)
        shown = (self.observations, self.averages, self.flags)
        shown[place].show_table(tables[place])
        self.select(self.chosen)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why; while the next filter is computed, the last one stays."""
        if self.result is not None and (not reason or reason.endswith("…")):
            self.show_stale()
            return
        super().clear(reason)

    # What is picked

    def select(self, ids: tuple[str, ...]) -> None:
        """Mark the observations ``ids`` in all panels and in the table."""
        super().select(ids)
        if self.numbers is not None:
            wanted = frozenset(ids)
            rows = [row for row, one in enumerate(self.numbers.ids) if one in wanted]
            if 0 not in self._stale_tabs and tuple(rows) != self.observations.selected_rows():
                self.observations.select_rows(rows)
        self._write_buttons()

    def _ask_keeping(self) -> None:
        self.keeping_wanted.emit()

    def say_state(self, *, left_out: bool, deviates: bool, kept: bool) -> None:
        """Say what the selection is, so that the buttons offer what can be done with it."""
        self._write_buttons(left_out=left_out, deviates=deviates, kept=kept)

    # Parts

    def _draw(self, zoom: Literal["afresh", "kept"]) -> None:
        if self.result is None:
            return
        shown = self.result.panels[:_MOST_PANELS]
        across = _ACROSS.get(len(shown), 4 if len(shown) < 9 else 5)
        is_other = self.lay_out(len(shown), across, shares_factors=self.result.is_of_filter)
        groups = {id(trends): groups_of_filter(trends.table) for trends in self.result.trends}
        for panel, (trends, parameter) in zip(self.visible_panels, shown, strict=True):
            caption = "" if self.result.is_of_filter else trends.table.title.rpartition(" ")[2]
            short = tuple(short_name(one) for one in parameter.categories)
            panel.show_parameter(trends, parameter, groups[id(trends)], short, caption=caption)
        self.legend.set_entries(legend_of(tuple(one.table for one in self.result.trends)))
        self._hide()
        self.select(self.chosen)
        if zoom == "afresh" or is_other:
            self._frame(self.visible_panels)

    def rescale(self) -> None:
        """Show all points again where the user has not zoomed: their level is another now."""
        self._frame([p for p in self.visible_panels if self._framed.get(id(p)) == p.plot.view])

    def _frame(self, panels: Sequence[TrendPanel]) -> None:
        for panel in panels:
            panel.plot.show_all_afresh()
        self._framed |= {id(panel): panel.plot.view for panel in panels}

    def _hide(self) -> None:
        if self.result is None:
            return
        entries = legend_of(tuple(one.table for one in self.result.trends))
        hidden = hidden_kinds({one.name: self.legend.is_on(one.name) for one in entries})
        for panel in self.visible_panels:
            panel.hide_kinds(hidden)

    def _on_rows(self, rows: tuple[int, ...]) -> None:
        if self.numbers is not None:
            ids = self.numbers.ids
            self.choose(tuple(ids[row] for row in rows if row < len(ids)))

    def _on_average(self, row: int) -> None:
        if self.numbers is not None and row < len(self.numbers.filters):
            self.subject_chosen.emit(self.numbers.filters[row])

    def _on_flags(self, rows: tuple[int, ...]) -> None:
        if self.numbers is not None:
            known = self.numbers.flag_ids
            chosen = [known[row] for row in rows if row < len(known)]
            self.choose(tuple(dict.fromkeys(one for own in chosen for one in own)))

    def _write_buttons(
        self, *, left_out: bool = False, deviates: bool = False, kept: bool = False
    ) -> None:
        self._offer_exclusion(is_out=left_out)
        self.keep.setText("Keep no more" if kept else "Keep")
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setEnabled(deviates)
        self.correct.setEnabled(bool(self.chosen))
