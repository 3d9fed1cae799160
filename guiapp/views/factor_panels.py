"""What views of factors share: panels side by side that are picked from and zoomed as one."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QGridLayout, QWidget

from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.plots.legend import LegendBar
from guiapp.plots.mouse import MouseTool, PlotMouse, chosen_after_click
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.trend_panel import WIDTHS, Numbers, TrendPanel
from guiapp.views.trend_words import point_text

_LEGEND_WIDTH = 300
_NOMINAL_WIDTH = 700  # of a row of panels: its first has the numbers of y, the frames are equal


class FactorPanelsView(QWidget):
    """Panels of factors, what is chosen in them, and the words and buttons around them.

    Attributes
    ----------
    panels : tuple of TrendPanel
        All that there are.
    chosen : tuple of str
        Ids of the observations that are selected.

    Signals
    -------
    points_chosen(tuple)
        Ids of the observations that are selected now, by the user.
    exclusion_wanted(str)
        Leave out, or bring back: one of the choices of `reach`.
    cursor_changed(str)
        Text below the plots.
    """

    points_chosen = pyqtSignal(tuple)
    exclusion_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    empty: EmptyState  #: made by each view when it lays out its parts

    def __init__(
        self,
        reaches: Sequence[str],
        *,
        most: int,
        least: tuple[int, int] = (0, 0),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.result: Any = None
        self.chosen: tuple[str, ...] = ()
        self.has_errors = True
        self.reach = QComboBox()
        self.reach.addItems(reaches)
        self.reach.setAccessibleName("What is left out")
        self.exclude = button("Leave out…", "quiet", tip="Leave out what is selected (x)")
        self.chip = Label("", "text")
        self.remark = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.legend.setMinimumWidth(_LEGEND_WIDTH)
        self.body = QWidget()
        self._grid = QGridLayout(self.body)
        fitted(self._grid, spacing=GRID)
        self.panels = tuple(TrendPanel(self.body) for _ in range(most))
        self._shape = (0, 0, False)
        self.exclude.clicked.connect(self.ask_exclusion)
        for panel in self.panels:
            panel.plot.setMinimumSize(*least)
            panel.plot.add_tool(_PickPoint(self, panel))
            panel.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            panel.plot.view_changed.connect(lambda panel=panel: self._follow(panel))

    @property
    def visible_panels(self) -> tuple[TrendPanel, ...]:
        """The panels that are in use."""
        return self.panels[: self._shape[0]]

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with every plot that is seen."""
        for panel in self.visible_panels:
            act(panel.plot)

    def bind(self, keys: Sequence[str], act: Callable[[], object]) -> None:
        """Let ``keys`` do something in every panel."""
        for panel in self.panels:
            for key in keys:
                panel.plot.keys.bind(key, act)

    # What is said

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self._remark("Computing …", "dim")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        said = f"{what} {hint}".strip()
        if self.result is None:
            self.clear(said)
        else:
            self._remark(said, "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.empty.say(reason)

    def show_errors(self, wanted: Literal["shown", "hidden"]) -> None:
        """Show or hide the error bars of the points."""
        self.has_errors = wanted == "shown"
        for panel in self.panels:
            panel.bars.setVisible(self.has_errors)

    def _remark(self, text: str, tone: Literal["dim", "wrong"]) -> None:
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    def _offer_exclusion(self, *, is_out: bool) -> None:
        """Say what the button does with what is selected."""
        text = "Bring back" if is_out else "Leave out…"
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))
        self.exclude.setEnabled(bool(self.chosen))

    # What is picked

    def choose(self, ids: tuple[str, ...]) -> None:
        """Select observations because of what the user did."""
        self.select(ids)
        self.points_chosen.emit(ids)

    def select(self, ids: tuple[str, ...]) -> None:
        """Mark the observations ``ids`` in all panels."""
        self.chosen = ids
        wanted = frozenset(ids)
        for panel in self.visible_panels:
            panel.select(wanted)

    def ask_exclusion(self) -> None:
        """Say that what is selected shall be left out, or brought back."""
        if self.chosen:
            self.exclusion_wanted.emit(self.reach.currentText())

    def tell(self, panel: TrendPanel, row: int) -> None:
        """Write what is under the cursor below the plots; -1: nothing."""
        trends = panel.trends
        self.cursor_changed.emit("" if row < 0 or trends is None else point_text(trends, row))

    def click(self, panel: TrendPanel, mouse: PlotMouse) -> bool:
        """Take a click in a panel; return whether it was on a point."""
        row = panel.row_at(mouse)
        if row < 0 or panel.trends is None:
            return False
        name = panel.trends.table.ids[row]
        self.choose(chosen_after_click(mouse, name, self.chosen))
        return True

    # How the panels lie

    @property
    def shares_factors(self) -> bool:
        """Whether all panels show the same range of factors."""
        return self._shape[2]

    def lay_out(self, count: int, across: int, *, shares_factors: bool) -> bool:
        """Show ``count`` panels in a grid; return whether it is another grid than before.

        Where all panels share the range of factors, only the first of each row has its numbers.
        """
        others: Numbers = "none" if shares_factors else "all"
        before, self._shape = self._shape, (count, across, shares_factors)
        if self._shape == before:
            return False
        for number, panel in enumerate(self.panels):
            self._grid.removeWidget(panel.plot)
            panel.plot.setVisible(number < count)
            row, place = divmod(number, across)
            if number < count:
                self._grid.addWidget(panel.plot, row, place)
            panel.number_factors(others if place else "named")
        rows = -(-count // across)
        for row in range(max(rows, self._grid.rowCount())):
            self._grid.setRowStretch(row, 1 if row < rows else 0)
        frame = (_NOMINAL_WIDTH - WIDTHS["named"] - (across - 1) * WIDTHS[others]) // across
        for place in range(max(across, before[1])):
            axis = WIDTHS[others if place else "named"]
            self._grid.setColumnStretch(place, frame + axis if place < across else 0)
        return True

    def _follow(self, panel: TrendPanel) -> None:
        """Let all panels that share factors show the same range of them."""
        if not self.shares_factors:
            return
        for other in self.visible_panels:
            if other is not panel and other.plot.view[1] != panel.plot.view[1]:
                other.plot.follow_y(panel.plot)


class _PickPoint(MouseTool):
    """Selects the point that is clicked, and reads the one under the cursor."""

    def __init__(self, view: FactorPanelsView, panel: TrendPanel) -> None:
        self._view = view
        self._panel = panel

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        row = self._panel.row_at(mouse)
        self._view.tell(self._panel, row)
        return None if row < 0 else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        return mouse.is_left and self._view.click(self._panel, mouse)
