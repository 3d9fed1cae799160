"""What was decided otherwise in the version that is compared with."""

from PyQt6.QtCore import QSize
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QWidget

from engine.counting import counted
from engine.model.table import ResultTable
from guiapp.dialogs.sheet import Sheet
from guiapp.look.result_table import ResultTableView

_USUAL = QSize(900, 420)


class DifferencesDialog(Sheet):
    """A table to read and copy: where, what, then, now.

    Parameters
    ----------
    table : ResultTable
        The differences, a row each.
    label : str
        What the other version is called.
    """

    def __init__(self, table: ResultTable, label: str, parent: QWidget | None = None) -> None:
        super().__init__(f"What differs from “{label}”", _said(table, label), parent=parent)
        self.table = ResultTableView()
        self.table.setAccessibleName("What differs")
        self.table.show_table(table)
        self.table.setVisible(len(table) > 0)
        self.body.addWidget(self.table, 1)
        copy = self.add_button("Copy all", is_left=True, tip="Copy the table, with its titles")
        copy.setEnabled(len(table) > 0)
        copy.clicked.connect(self._on_copy)
        self.add_button("Close", "primary").clicked.connect(self.accept)
        if len(table):
            self.grow_with_window(_USUAL)

    def _on_copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.table.text("all rows"))


def _said(table: ResultTable, label: str) -> str:
    if not len(table):
        return f"Nothing: this session and “{label}” are made in the same way."
    n_rows = counted(len(table), "decision")
    return f"{n_rows}, and nothing else: “then” is “{label}”, “now” this session as it is."
