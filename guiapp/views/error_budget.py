"""View of error budgets: stacked bars, each part with its origin."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.compare.error_budget import (
    LABELS,
    TERMS,
    ErrorBudget,
    ErrorBudgets,
    median_budgets,
)
from engine.resources import read_toml
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, column, fitted, plain_tip
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.stacked_bars import StackedBarsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

_EVERY = "All bands, median"
_INSTRUMENTS = {"all": "Images", "mrs": "MRS spectra"}
_LABELED = 26  # bars that have room for a name
_NO_VALUES = np.zeros((0, len(TERMS)))


class ErrorBudgetView(QWidget):
    """Draws the errors of one instrument; says which one the user asks for.

    Signals
    -------
    subject_chosen(str)
        ``"all"``: images, ``"mrs"``: spectra.
    cursor_changed(str)
        Text below the plot.
    """

    subject_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "hover a part of a bar: how much, and from where · click a bar: its band"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: ErrorBudgets | None = None
        self.shown: tuple[ErrorBudget, ...] = ()
        self.subject = QComboBox()
        self.band = QComboBox()
        self.detail = Label("", "text")
        self.remark = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Error budget", x_label="Band", y_label="Error (%)")
        self.bars = self.plot.add_layer(StackedBarsLayer(tuple(_hues().values())), z=2)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.subject.setAccessibleName("Instrument")
        self.band.setAccessibleName("Band")
        for box in (self.subject, self.band):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part in (self.subject, self.band):
            row.addWidget(part)
        row.addWidget(self.remark, 1)
        self.detail.setWordWrap(True)
        content = QWidget()
        self.empty = EmptyState(content, self.plot)
        whole = column(self, spacing=GRID)
        whole.addWidget(SentenceRow(row, self.remark))
        whole.addWidget(self.legend)
        whole.addWidget(content, 1)
        whole.addWidget(self.detail)
        hues = _hues()
        self.legend.set_entries(
            tuple(
                LegendEntry(
                    name,
                    LABELS[name],
                    "points",
                    hues[name],
                    PointStyle(hues[name], symbol="square", size=11.0),
                )
                for name in TERMS
            )
        )

    def _connect(self) -> None:
        self.subject.activated.connect(
            lambda i: self.subject_chosen.emit(str(self.subject.itemData(i)))
        )
        self.band.activated.connect(lambda _i: self._draw_afresh())
        self.plot.add_tool(_ReadPart(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.legend.switched.connect(lambda _name, _on: self._draw_afresh())

    def offer(self, subjects: tuple[str, ...], current: str) -> None:
        """Offer the instruments that there are."""
        if [self.subject.itemData(i) for i in range(self.subject.count())] != list(subjects):
            self.subject.clear()
            for one in subjects:
                self.subject.addItem(_INSTRUMENTS[one], one)
        self.subject.setVisible(len(subjects) > 1)
        if current in subjects:
            self.subject.setCurrentIndex(subjects.index(current))

    # What the follower asks

    def show_result(self, result: ErrorBudgets) -> None:
        """Draw ``result``; the band stays when there still is such a one."""
        before = self.result
        self.result = result
        self.empty.say("")
        names = [_EVERY, *dict.fromkeys(one.band for one in result.budgets if one.band)]
        if [self.band.itemText(i) for i in range(self.band.count())] != names:
            chosen = self.band.currentText()
            self.band.clear()
            self.band.addItems(names)
            self.band.setCurrentText(chosen if chosen in names else _EVERY)
        self.remark.set_tone("dim")
        self.remark.set_full_text(" ".join(result.messages))
        self._draw()
        if before is None or len(before.budgets) != len(result.budgets):
            self.plot.show_all_afresh()
        self.read(-1, -1)

    def show_stale(self) -> None:
        """Leave what is drawn: the new result comes soon."""

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result."""
        self.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.shown = ()
        self.bars.set_data(_NO_VALUES)
        self.empty.say(reason)

    def say(self, text: str, tone: Literal["dim", "wrong"] = "dim") -> None:
        """Write beside the choices."""
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    def for_each_plot(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot."""
        act(self.plot)

    # What the mouse does

    def read(self, bar: int, part: int) -> None:
        """Write what is under the cursor, with its origin."""
        self.bars.highlight(bar)
        if not 0 <= bar < len(self.shown):
            self.plot.setToolTip("")
            self.cursor_changed.emit("")
            self.detail.setText(_summary(self.shown))
            return
        budget = self.shown[bar]
        self.detail.setText(budget_text(budget))
        term = None if part < 0 else budget.terms[part]
        if term is None:
            self.cursor_changed.emit(f"{budget.title}   {fixed_text(budget.total_percent, 2)} %")
            self.plot.setToolTip("")
            return
        said = f"{LABELS[term.name]}: {fixed_text(term.percent, 3)} %, {term.origin}"
        self.cursor_changed.emit(f"{budget.title}   {said}")
        self.plot.setToolTip(plain_tip(said))

    def open_bar(self, bar: int) -> None:
        """Show the observations of the band of a bar, or all bands again."""
        if not 0 <= bar < len(self.shown):
            return
        is_every = self.band.currentText() == _EVERY
        self.band.setCurrentText(self.shown[bar].band if is_every else _EVERY)
        self._draw_afresh()

    def _draw_afresh(self) -> None:
        self._draw()
        self.plot.show_all_afresh()
        self.read(-1, -1)

    def _draw(self) -> None:
        if self.result is None:
            return
        is_every = self.band.currentText() in {_EVERY, ""}
        if is_every:
            self.shown = median_budgets(self.result)
        else:
            own = [one for one in self.result.budgets if one.band == self.band.currentText()]
            self.shown = tuple(sorted(own, key=lambda one: -one.total_percent))
        hidden = [not self.legend.buttons[name].isChecked() for name in TERMS]
        percent = np.array([[term.percent for term in one.terms] for one in self.shown])
        squares = np.where(np.array(hidden), 0.0, np.nan_to_num(percent) ** 2)
        total = np.sqrt(squares.sum(axis=1, keepdims=True))
        self.bars.set_data(squares / np.maximum(total, 1e-12))
        axis = self.plot.getPlotItem().getAxis("bottom")
        named = [one.band if is_every else one.title.partition(" · ")[0] for one in self.shown]
        axis.names = tuple(_short(one) for one in named) if len(named) <= _LABELED else ()
        is_coronagraph = any(one[:2].isdigit() and one[2:] == "C" for one in axis.names)
        band = "Band (10C: F1065C)" if is_coronagraph else "Band"
        self.plot.set_labels(band if is_every else "Observation, the largest error first", _Y)
        axis.picture = None
        axis.update()

    def _bounds(self) -> Bounds | None:
        found = self.bars.bounds()
        return None if found is None else (*found[:3], found[3] * 1.08)


class _ReadPart(MouseTool):
    """Reads the part of a bar under the cursor; a click opens its band."""

    def __init__(self, view: ErrorBudgetView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        bar, part = self._view.bars.part_at(mouse)
        self._view.read(bar, part)
        return Qt.CursorShape.PointingHandCursor if part >= 0 else None

    def leave(self) -> None:
        self._view.read(-1, -1)

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.open_bar(self._view.bars.part_at(mouse)[0])
        return True


_Y = "Error (%)"


def budget_text(budget: ErrorBudget) -> str:
    """Return one budget in one line: all terms and their sum."""
    terms = "   ".join(
        f"{LABELS[one.name]} {fixed_text(one.percent, 2) if np.isfinite(one.percent) else '?'} %"
        for one in budget.terms
    )
    flag = f"   flag: {budget.flag}" if budget.flag else ""
    return f"{budget.title}:   {terms}   total {fixed_text(budget.total_percent, 2)} %{flag}"


def _short(name: str) -> str:
    """Return a name for below a bar: filters without F and W, F1065C of a coronagraph as 10C."""
    if name[:1] == "F" and name[1:5].isdigit() and name[5:] == "C":
        return f"{name[1:3]}C"
    return name[1:].removesuffix("W") if name[:1] == "F" and name[1:2].isdigit() else name


def _summary(shown: tuple[ErrorBudget, ...]) -> str:
    if not shown:
        return ""
    totals = [one.total_percent for one in shown]
    return (
        f"Flux of a {shown[0].source}: {fixed_text(min(totals), 2)} to "
        f"{fixed_text(max(totals), 2)} %."
    )


def _hues() -> dict[str, str]:
    return {name: str(read_toml("colors.toml")["budget"][name]) for name in TERMS}
