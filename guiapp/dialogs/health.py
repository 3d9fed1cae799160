"""The health check: what is known to be wrong with the open files, and what to do."""

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QPushButton, QWidget

from engine.health.issues import Finding
from engine.model.table import Column, ResultTable
from guiapp.dialogs.sheet import Sheet
from guiapp.look.parts import Label, fitted
from guiapp.look.result_table import ResultTableView
from guiapp.look.tokens import GRID

_MOST_NAMED = 6
_ROWS = 9
_FACTS = (
    ("evidence", "Evidence"),
    ("effect", "Effect on the flux"),
    ("action", "What to do"),
    ("source", "Source"),
)


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One issue, and the files that have it.

    Attributes
    ----------
    finding : Finding
        As in the first of the files.
    files : tuple of (str, str)
        Title and id of an observation or a file, the first one first.
    """

    finding: Finding
    files: tuple[tuple[str, str], ...]


class HealthDialog(Sheet):
    """Lists issues, the gravest first; says of the chosen one what it does and what to do.

    Signals
    -------
    show_wanted(id of the observation or file, name of the view)
        The user wants to see what is meant.
    """

    show_wanted = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Health check", "Looking at the files …", parent=parent, width=760)
        self._rows: tuple[HealthRow, ...] = ()
        self.table = ResultTableView()
        self.what = Label("", "heading")
        self.what.setWordWrap(True)
        self.files = Label("", "dim")
        self.files.setWordWrap(True)
        self.facts = {name: Label("") for name, _ in _FACTS}
        self._details = QWidget()
        self._lay_out()
        self.table.rows_selected.connect(lambda _rows: self._show_details())
        self.table.row_activated.connect(lambda _row: self._on_show())
        self._show_details()

    def show_rows(self, rows: tuple[HealthRow, ...], said: str) -> None:
        """Show what was found."""
        self._rows = rows
        self.say(said)
        self.table.setVisible(bool(rows))
        self.table.show_table(_table(rows) if rows else None)
        if rows and not self.table.selected_rows():
            self.table.select_rows((0,))
        self._show_details()

    @property
    def chosen(self) -> HealthRow | None:
        """The issue that the details are about."""
        selected = [row for row in self.table.selected_rows() if row < len(self._rows)]
        return self._rows[selected[0]] if selected else None

    def _lay_out(self) -> None:
        self.table.setAccessibleName("Known issues of the open files")
        self.table.setMinimumHeight(self.table.height_of(_ROWS))
        self.body.addWidget(self.table, 1)
        grid = QGridLayout(self._details)
        fitted(grid, spacing=GRID)
        grid.setHorizontalSpacing(4 * GRID)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.what, 0, 0, 1, 2)
        grid.addWidget(self.files, 1, 0, 1, 2)
        for line, (name, title) in enumerate(_FACTS, start=2):
            self.facts[name].setWordWrap(True)
            self.facts[name].setAccessibleName(title)
            grid.addWidget(Label(title, "dim"), line, 0)
            grid.addWidget(self.facts[name], line, 1)
        self.body.addWidget(self._details)
        self.show_button: QPushButton = self.add_button("Show me", is_left=True)
        self.show_button.clicked.connect(self._on_show)
        self.add_button("Close", "primary").clicked.connect(self.accept)

    def _show_details(self) -> None:
        row = self.chosen
        self._details.setVisible(row is not None)
        self.show_button.setEnabled(row is not None and bool(row.files))
        if row is None:
            return
        self.what.setText(row.finding.what)
        names = ", ".join(title for title, _ in row.files[:_MOST_NAMED])
        more = len(row.files) - _MOST_NAMED
        self.files.setText(names + (f" and {more} more" if more > 0 else ""))
        for name, label in self.facts.items():
            label.setText(getattr(row.finding, name))

    def _on_show(self) -> None:
        row = self.chosen
        if row is not None and row.files:
            self.show_wanted.emit(row.files[0][1], row.finding.view)
            self.accept()


def _table(rows: tuple[HealthRow, ...]) -> ResultTable:
    return ResultTable(
        "Known issues",
        (
            Column("level", "", np.array([row.finding.level for row in rows])),
            Column("what", "", np.array([row.finding.what for row in rows])),
            Column("files", "", np.array([len(row.files) for row in rows], dtype=np.int64)),
        ),
    )
