"""What leaves the view that is seen: its figure, its numbers, its picture."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QApplication

from engine.counting import counted
from engine.model.table import ResultTable
from engine.project.keys import NodeKey
from guiapp.controllers.view_controller import ViewController
from guiapp.look.result_table import ResultTableView


class ViewOutput(QObject):
    """Exports and copies what the active view shows.

    Parameters
    ----------
    active : callable
        Returns the controller of the view that is seen, or `None`.
    ask_figure : callable
        Asks where the figure of a node goes.

    Signals
    -------
    failed(what, hint)
        The view has no such thing now.
    copied(text)
        What is on the clipboard now.
    """

    failed = pyqtSignal(str, str)
    copied = pyqtSignal(str)

    def __init__(
        self,
        active: Callable[[], ViewController | None],
        ask_figure: Callable[[NodeKey], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._active = active
        self._ask_figure = ask_figure

    def numbers(self) -> ResultTable | None:
        """Return the numbers of the view; `None`: it has none."""
        view = self._active()
        return None if view is None else view.inspector().numbers

    def export_figure(self) -> None:
        """Ask where the figure of the view goes."""
        view = self._active()
        key = None if view is None else view.export_key()
        if key is None:
            self.failed.emit("This view has no figure now.", "Open an observation first.")
        else:
            self._ask_figure(key)

    def copy_data(self, beside: ResultTableView) -> None:
        """Copy the table that has the keyboard, its selected rows alone; else all of that beside.

        A band that is selected in a plot selects its row, too, without a choice of rows.
        """
        focused, clipboard = QApplication.focusWidget(), QApplication.clipboard()
        table = focused if isinstance(focused, ResultTableView) else beside
        rows = table.rows("selected rows" if table is focused else "all rows")
        if not rows:
            self.failed.emit("This view has no numbers now.", "Select an observation first.")
        elif clipboard is not None:
            clipboard.setText(table.text_of(rows))
            of = "" if len(rows) == table.row_count else f" of {table.row_count}"
            self.copied.emit(f"Copied {counted(len(rows), 'row')}{of}")

    def copy_picture(self) -> None:
        """Copy the view as it is seen."""
        view, clipboard = self._active(), QApplication.clipboard()
        if view is not None and clipboard is not None:
            picture = view.view.grab()
            clipboard.setPixmap(picture)
            size = f"{picture.width()} × {picture.height()} pixels"
            self.copied.emit(f"Copied the picture of {view.title}, {size}")
