"""View of trends: factors by class and over every parameter, linked."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QWidget

from engine.arrays import FloatArray
from engine.compare.factor_table import Parameter
from engine.compare.trend_results import FactorTrends
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, button, column, fitted, plain_tip
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.factor_panels import FactorPanelsView
from guiapp.views.trend_groups import LEFT_OUT, ColorBy, Groups, groups_of
from guiapp.views.trend_words import SIGMAS, findings_text, versus_text

Reach = Literal["point", "star", "class"]
REACHES: tuple[Reach, ...] = get_args(Reach)

_ALL, _CLASSES = "all parameters", "class"
_MOST_PANELS = 9
_LEAST_PANEL = (110, 110)  # less shows no scatter
_MOST_CATEGORIES = 12
_MANY_PANELS = 4  # of parameters: beside them there is room for short names alone
_ACROSS = {1: 1, 2: 2, 3: 2, 4: 2, 7: 4, 8: 4}  # else three panels beside each other
_TABLE_WIDTH, _OVER_WIDTH = 130, 150


class TrendsView(FactorPanelsView):
    """Draws a table of factors; says which observation is picked and what shall be left out.

    Signals
    -------
    table_chosen(str)
        Subject of the table to show.
    subset_wanted(str)
        ``"selection"`` or ``"condition"``: make a named subset.
    subset_removed(str), subset_exclusion_wanted(str)
        Name of the subset.
    ignored_changed(tuple)
        Names of the columns in which no trend is to be sought.
    """

    table_chosen = pyqtSignal(str)
    subset_wanted = pyqtSignal(str)
    subset_removed = pyqtSignal(str)
    subset_exclusion_wanted = pyqtSignal(str)
    ignored_changed = pyqtSignal(tuple)

    hint = "click selects everywhere · Shift+click adds · x leaves out with a reason"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(REACHES, most=_MOST_PANELS, least=_LEAST_PANEL, parent=parent)
        self.result: FactorTrends | None = None
        self.groups: Groups | None = None
        self._members: dict[str, frozenset[str]] = {}
        self._other: FloatArray = np.zeros(0)
        self.table = QComboBox()
        self.over = QComboBox()
        self.color_by = QComboBox()
        self.symbol_by = QComboBox()
        self.subsets = button("Subsets", "quiet", tip="Named subsets of observations")
        self.columns = button("Columns", "quiet", tip="Which columns count among those tried")
        self._column_menu = QMenu(self.columns)
        self.versus = ElidedLabel("", "text")
        self._menu = QMenu(self.subsets)
        self._build()
        self._connect()

    def _build(self) -> None:
        for box, name in (
            (self.table, "Table of factors"),
            (self.over, "Parameter along x"),
            (self.color_by, "What the color stands for"),
            (self.symbol_by, "What the symbol stands for"),
            (self.reach, "What is left out"),
        ):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.over.setToolTip("What the factors are drawn over")
        self.reach.setToolTip("What “Leave out” takes: the point, its star, or its class")
        self.table.setMaximumWidth(_TABLE_WIDTH)
        self.over.setMinimumWidth(_OVER_WIDTH)
        self.over.setMaximumWidth(_OVER_WIDTH)
        self.color_by.addItems(("class", "subset"))
        self.subsets.setMenu(self._menu)
        self.columns.setMenu(self._column_menu)
        head, looks, words = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for row in (head, looks, words):
            fitted(row, spacing=2 * GRID)
        self._symbol_label = Label("Symbol", "dim")
        for part in (
            self.table, self.over, self.reach, self.exclude, self.subsets, self.columns,
        ):  # fmt: skip
            head.addWidget(part)
        head.addStretch(1)
        looks.addWidget(self.legend, 1)
        for label, box in (
            (Label("Color", "dim"), self.color_by),
            (self._symbol_label, self.symbol_by),
        ):
            looks.addWidget(label)
            looks.addWidget(box)
        words.addWidget(self.remark, 3)
        words.addWidget(self.versus, 2)
        self.versus.hide()
        words.addWidget(self.chip)
        frame = QWidget()
        self.empty = EmptyState(self, frame)
        whole = column(frame, spacing=GRID)
        whole.addLayout(head)
        whole.addLayout(looks)
        whole.addWidget(SentenceRow(words, self.remark))
        whole.addWidget(self.body, 1)

    def _connect(self) -> None:
        self.table.activated.connect(lambda i: self.table_chosen.emit(self.table.itemData(i)))
        for box in (self.over, self.color_by, self.symbol_by):
            box.activated.connect(lambda _i: self._draw("afresh"))
        self.legend.switched.connect(lambda *_: self._hide())

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave out what is selected, or bring it back."""
        self.bind(keys, self.ask_exclusion)

    # What is shown

    def show_tables(self, tables: Sequence[tuple[str, str]], current: str) -> None:
        """Offer tables (subject, title); one alone is not to be chosen."""
        if [self.table.itemData(i) for i in range(self.table.count())] != [s for s, _ in tables]:
            self.table.clear()
            for subject, title in tables:
                self.table.addItem(title, subject)
        self.table.setCurrentIndex(max(self.table.findData(current), 0))
        self.table.setToolTip(plain_tip(self.table.currentText()))
        self.table.setVisible(len(tables) > 1)

    def show_subsets(self, members: dict[str, frozenset[str]], texts: dict[str, str]) -> None:
        """Take over the named subsets: the ids of their members, and what defines them."""
        self._members = members
        self.color_by.setEnabled(bool(texts))
        if not texts:
            self.color_by.setCurrentIndex(0)
        self._menu.clear()
        self._menu.addAction(
            "New from the selection…", lambda: self.subset_wanted.emit("selection")
        )
        self._menu.addAction("New from a condition…", lambda: self.subset_wanted.emit("condition"))
        if texts:
            self._menu.addSeparator()
        for name, text in texts.items():
            own = self._menu.addMenu(f"{name}   ({text})")
            assert own is not None
            own.addAction("Select", lambda n=name: self.choose(tuple(self._members.get(n, ()))))
            own.addAction(
                "Leave out or bring back…", lambda n=name: self.subset_exclusion_wanted.emit(n)
            )
            own.addAction("Remove the subset", lambda n=name: self.subset_removed.emit(n))

    def show_ignored(self, ignored: Sequence[str]) -> None:
        """Offer the columns of the table; those in ``ignored`` do not count."""
        self._column_menu.clear()
        for one in () if self.result is None else self.result.table.parameters:
            action = self._column_menu.addAction(one.title)
            assert action is not None
            action.setData(one.name)
            action.setCheckable(True)
            action.setChecked(one.name not in ignored)
            action.toggled.connect(self._on_column)

    def _on_column(self) -> None:
        actions = self._column_menu.actions()
        self.ignored_changed.emit(tuple(a.data() for a in actions if not a.isChecked()))

    def show_result(self, result: FactorTrends) -> None:
        """Draw ``result``."""
        before = self.result
        is_new = before is None or before.table.ids != result.table.ids
        self.result = result
        if self._other.size != result.table.factor.size:
            self._other = np.zeros(0)  # of the rows that there were
        self.empty.say("")
        self._offer_columns()
        self._say(result)
        self._draw("afresh" if is_new else "kept")

    def show_other(self, factors: FloatArray, label: str) -> None:
        """Draw the factors of another version beside these, row by row; empty: none."""
        is_new = not np.array_equal(factors, self._other, equal_nan=True)
        self._other = factors
        for panel in self.visible_panels:
            panel.show_other(factors)
        if is_new:
            self.for_each(ThemedPlot.fit_y_unless_zoomed)
        elif factors.size:
            self.for_each(ThemedPlot.widen_y_unless_zoomed)
        said = "" if self.result is None else versus_text(self.result, factors, label)
        self.versus.set_full_text(said)
        self.versus.setVisible(bool(said))

    # What is picked

    def select(self, ids: tuple[str, ...]) -> None:
        """Mark the observations ``ids``."""
        super().select(ids)
        self._write_exclude()

    # Parts

    def _say(self, result: FactorTrends) -> None:
        level = result.all
        unit = result.table.unit
        stars = f"{level.n_stars} star{'' if level.n_stars == 1 else 's'}"
        rms = fixed_text(100 * level.rms / abs(level.mean), 2)
        mean = number_text(level.mean, level.error)
        self.chip.setText(f"mean {mean}   rms {rms} %   {stars}")
        quantity = f"Factor in {unit}" if unit else "Relative factor"
        said = f"{quantity}: mean over stars with its error, and their scatter"
        self.chip.setToolTip(plain_tip(said))
        self._remark(findings_text(result), "dim")
        whole = "\n".join((findings_text(result), SIGMAS, *result.messages))
        self.remark.setToolTip(plain_tip(whole))

    def _offer_columns(self) -> None:
        assert self.result is not None
        parameters = self.result.table.parameters
        wanted = [_ALL, _CLASSES, *(one.name for one in parameters)]
        if [self.over.itemData(i) for i in range(self.over.count())] != wanted:
            self.over.clear()
            titles = ["all parameters", "class", *(one.title for one in parameters)]
            for title, name in zip(titles, wanted, strict=True):
                self.over.addItem(title, name)
        categories = [one for one in parameters if one.kind == "category"]
        names = ["", *(one.name for one in categories)]
        if [self.symbol_by.itemData(i) for i in range(self.symbol_by.count())] != names:
            self.symbol_by.clear()
            self.symbol_by.addItem("as color", "")
            for one in categories:
                self.symbol_by.addItem(one.label, one.name)
        for part in (self.symbol_by, self._symbol_label):
            part.setVisible(bool(categories))

    def _draw(self, zoom: Literal["afresh", "kept"]) -> None:
        if self.result is None:
            return
        color_by: ColorBy = "subset" if self.color_by.currentText() == "subset" else "class"
        self.groups = groups_of(
            self.result,
            self._members,
            color_by=color_by,
            symbol_by=str(self.symbol_by.currentData() or ""),
        )
        self.legend.set_entries(self.groups.legend())
        over = str(self.over.currentData() or _ALL)
        shown = [
            one
            for one in self.result.table.parameters
            if over == one.name or (over == _ALL and _can_be_drawn(one))
        ]
        has_groups = over in {_ALL, _CLASSES}
        shown = shown[: _MOST_PANELS - has_groups]
        count = len(shown) + has_groups
        is_other = self.lay_out(count, _ACROSS.get(count, 3), shares_factors=True)
        panels = iter(self.visible_panels)
        if has_groups:
            names = self.groups.names if len(shown) >= _MANY_PANELS else self.groups.titles
            label = "Class" if color_by == "class" else "Subset"
            next(panels).show_groups(self.result, self.groups, label, names)
        for panel, parameter in zip(panels, shown, strict=True):
            panel.show_parameter(self.result, parameter, self.groups)
        for panel in self.visible_panels:
            panel.show_other(self._other)
        self._hide()
        self.select(self.chosen)
        if zoom == "afresh" or is_other:
            self.for_each(ThemedPlot.show_all_afresh)

    def _hide(self) -> None:
        if self.groups is None:
            return
        hidden: set[int] = set() if self.legend.is_on("left out") else {LEFT_OUT}
        for number in range(len(self.groups.names)):
            if not self.legend.is_on(f"group {number}"):
                hidden |= self.groups.kinds_of(number)
        each = max(len(self.groups.symbols), 1)
        for number in range(len(self.groups.symbols)):
            if not self.legend.is_on(f"symbol {number}"):
                hidden |= set(range(1 + number, len(self.groups.styles), each))
        for panel in self.visible_panels:
            panel.hide_kinds(frozenset(hidden))

    def _write_exclude(self) -> None:
        is_out = False
        if self.result is not None:
            reasons = dict(zip(self.result.table.ids, self.result.table.reasons, strict=True))
            is_out = bool(self.chosen) and all(reasons.get(one) for one in self.chosen)
        self._offer_exclusion(is_out=is_out)


def _can_be_drawn(parameter: Parameter) -> bool:
    """Tell whether a column has values, and not a name of its own for each observation."""
    known = bool(np.isfinite(parameter.x).any())
    return known and len(parameter.categories) <= _MOST_CATEGORIES
