"""The junctions of one source along the chain, and where its bands see it."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.compare.junction_steps import JunctionSteps
from engine.model.table import ResultTable
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, column, fitted
from guiapp.look.result_table import ResultTableView
from guiapp.look.tokens import GRID
from guiapp.views.junction_map import JunctionMap

_TABLE_WIDTH = 250


class JunctionChain(QWidget):
    """A map with a row for each step, and a table of centroids beside it.

    Signals
    -------
    junction_chosen(str)
        By the user.
    """

    junction_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map = JunctionMap()
        self.map.setAccessibleName("Junctions after each step of the chain")
        self.centroids = ResultTableView()
        self.centroids.setAccessibleName("Centroids of the bands")
        self.remark = Label("", "dim")
        self.remark.setWordWrap(True)
        self._no_centroids = Label("No band is extracted from a cube: no centroids.", "dim")
        self._no_centroids.setWordWrap(True)
        content = QWidget()
        row = QHBoxLayout(content)
        fitted(row, spacing=2 * GRID)
        left, right = QWidget(), QWidget()
        box = column(left, spacing=GRID)
        box.addWidget(self.map, 1)
        box.addWidget(self.remark)
        beside = column(right, spacing=GRID)
        beside.addWidget(Label("Centroids", "section"))
        beside.addWidget(self.centroids, 1)
        beside.addWidget(self._no_centroids)
        beside.addStretch(0)
        right.setFixedWidth(_TABLE_WIDTH)
        row.addWidget(left, 1)
        row.addWidget(right)
        self.empty = EmptyState(self, content)
        self.result: JunctionSteps | None = None
        self.map.chosen.connect(lambda _step, junction: self.junction_chosen.emit(junction))

    def show_steps(self, result: JunctionSteps, centroids: ResultTable) -> None:
        """Show one row a step; ``centroids`` are drawn as they come."""
        self.result = result
        self.empty.say("")
        self.map.show_rows(result.steps)
        self.centroids.show_table(centroids)
        has_any = len(centroids) > 0
        self.centroids.setVisible(has_any)
        self._no_centroids.setVisible(not has_any)
        self.remark.setText("  ".join(result.messages))

    def clear(self, reason: str) -> None:
        """Show nothing, and say why."""
        self.result = None
        self.map.show_sources(())
        self.centroids.show_table(None)
        self.empty.say(reason)

    def choose(self, junction: str) -> None:
        """Mark a junction in the row of the last step, without telling anyone."""
        if self.result is not None and self.result.steps:
            self.map.choose(self.result.steps[-1][0], junction)
