"""A table of results on the screen: sortable, copyable, its selection linked to the plots."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from guiapp.look.table_layout import Arrangement, Asked, arranged
from guiapp.look.table_model import ANY_UNIT, ERROR_SIGN, SORT_ROLE, TableModel
from guiapp.look.table_parts import StackedCells, TightHeader

if TYPE_CHECKING:
    from engine.model.table import ResultTable

_ROW_HEIGHT, _TALL_ROW_HEIGHT = 24, 40  # pixels, of one line and of two
_FEW_COLUMNS = 4
_NEW_WIDTHS = {QEvent.Type.FontChange, QEvent.Type.StyleChange}


class ResultTableView(QTableView):
    """Shows a `ResultTable`.

    Rows are counted as in the table, however they are sorted on the screen. Units with more signs
    than ``longest_unit`` are not in the titles, but in their tips and in `units_left_out`; where
    there is no room even so, only units of one sign are. Copied rows have all columns and digits,
    however the columns are arranged.
    """

    rows_selected = pyqtSignal(tuple)  # of int, by the user
    row_activated = pyqtSignal(int)
    units_left_out_changed = pyqtSignal()
    height_changed = pyqtSignal()  # what `height_of` tells

    def __init__(self, parent: QWidget | None = None, *, longest_unit: int = ANY_UNIT) -> None:
        super().__init__(parent)
        self._model = TableModel(self, longest_unit)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.setModel(self._sorted)
        self._header = TightHeader(self)
        self.setHorizontalHeader(self._header)
        self._cells = StackedCells(self, self._text_below)
        self.setItemDelegate(self._cells)
        self._quiet = False
        self._asked: tuple[Asked, ...] = ()  # of the columns, once it was measured
        self._dress()
        selection = self.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(self._on_selection_changed)
        self.activated.connect(self._on_activated)

    def _dress(self) -> None:
        self.setAccessibleName("Numbers")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        rows, columns = self.verticalHeader(), self._header
        if rows is not None:
            rows.hide()
            rows.setDefaultSectionSize(_ROW_HEIGHT)
        columns.setHighlightSections(False)
        columns.setSortIndicatorClearable(True)
        columns.sortIndicatorChanged.connect(lambda *_: self._measure())

    def show_table(self, table: "ResultTable | None") -> None:
        """Show ``table``; `None` shows nothing."""
        chosen = self.selected_rows()
        n_before = self._model.rowCount()
        self._model.show_table(table)
        self._cells.indented = self._header.indented = self._model.words_after_numbers()
        self._measure()
        if table is not None and len(table) == n_before:
            self.select_rows(chosen)

    def units_left_out(self) -> str:
        """Return which columns have which units that are too long for their titles, in words."""
        return self._model.units_left_out()

    def _measure(self) -> None:
        """Share the room by what the columns show now."""
        self._asked = ()
        self._share_room()

    def _share_room(self) -> None:
        """Give few columns of numbers equal shares of the room, others what they need and more."""
        header, viewport = self._header, self.viewport()
        if viewport is None or not self._model.columnCount():
            return
        if not self._asked:  # once: a header that follows the contents asks at every turn
            self._asked = self._wanted()
        room = viewport.width()
        mode = QHeaderView.ResizeMode
        if self._has_equal_columns(room):
            self._arrange(Arrangement({}, {}))
            header.setSectionResizeMode(mode.Stretch)
            header.resizeSections(mode.Stretch)
        else:
            header.setSectionResizeMode(mode.Interactive)
            self._arrange(self._arranged(room))
        self.updateGeometries()

    def _arranged(self, room: int) -> Arrangement:
        """Return where the columns go; without a place on the screen none has to give way."""
        width_of = self._header.width_of
        if not self.isVisible():
            plain = (max(one.cells, width_of(i, one.title)) for i, one in enumerate(self._asked))
            return arranged(self._asked, max(room, sum(plain)), width_of)
        made = arranged(self._asked, room, width_of)
        if not made.is_easy and self._model.leave_units_out():
            self._asked = self._wanted()
            made = arranged(self._asked, room, width_of)
            self.units_left_out_changed.emit()
        return made

    def _arrange(self, made: Arrangement) -> None:
        """Show the columns as arranged, in rows of one line or of two."""
        before = (self.row_height, self._header.sizeHint().height())
        self._cells.below = self._model.below = dict(made.below)
        self._header.show_titles(made.titles, made.below)
        for place in range(self._model.columnCount()):
            self.setColumnHidden(place, place in made.below.values())
        for place, width in made.widths.items():
            self._header.resizeSection(place, width)
        rows = self.verticalHeader()
        if rows is not None:
            rows.setDefaultSectionSize(self.row_height)
        if (self.row_height, self._header.sizeHint().height()) != before:
            self.height_changed.emit()

    def _text_below(self, index: QModelIndex) -> str:
        return self._model.text_below(self._sorted.mapToSource(index))

    def _has_equal_columns(self, room: int) -> bool:
        """Whether all columns are numbers, few, and each fits into an equal share of the room."""
        n_columns, header = len(self._asked), self._header
        if n_columns > _FEW_COLUMNS or any(one.is_text for one in self._asked):
            return False
        return all(
            max(one.cells, header.width_of(place, one.title)) <= room // n_columns
            for place, one in enumerate(self._asked)
        )

    def _wanted(self) -> tuple[Asked, ...]:
        """Return what the columns ask for."""
        model, texts = self._model, self._model.text_columns()
        error = self.fontMetrics().horizontalAdvance(ERROR_SIGN)
        titles = [
            str(model.headerData(place, Qt.Orientation.Horizontal))
            for place in range(model.columnCount())
        ]
        hints = [self.sizeHintForColumn(place) for place in range(model.columnCount())]
        return tuple(
            Asked(
                title, cells, cells + error * model.is_error(place), place in texts,
                model.is_error(place),
            )
            for place, (title, cells) in enumerate(zip(titles, hints, strict=True))
        )  # fmt: skip

    @property
    def row_height(self) -> int:
        """The height of a row: columns may stand below each other where there is little room."""
        return _TALL_ROW_HEIGHT if self._cells.below else _ROW_HEIGHT

    @property
    def n_rows(self) -> int:
        """How many rows the table has."""
        return self._model.rowCount()

    def height_of(self, n_rows: int) -> int:
        """Return how high the table must be to show ``n_rows`` rows without scrolling."""
        header, bar, viewport = self.horizontalHeader(), self.horizontalScrollBar(), self.viewport()
        if header is None or bar is None or viewport is None:
            return n_rows * self.row_height
        below = bar.sizeHint().height() if header.length() > viewport.width() else 0
        return n_rows * self.row_height + header.sizeHint().height() + below + 2

    def selected_rows(self) -> tuple[int, ...]:
        """Return the selected rows of the table, in its order."""
        selection = self.selectionModel()
        chosen = [] if selection is None else selection.selectedRows()
        return tuple(sorted(self._sorted.mapToSource(index).row() for index in chosen))

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select rows because something else was picked: tells no one."""
        selection = self.selectionModel()
        if selection is None:
            return
        wanted = QItemSelection()
        for row in rows:
            index = self._sorted.mapFromSource(self._model.index(row, 0))
            wanted.select(index, index)
        flag = QItemSelectionModel.SelectionFlag
        self._quiet = True
        selection.select(wanted, flag.ClearAndSelect | flag.Rows)
        self._quiet = False
        self.scroll_to_selected()

    def scroll_to_selected(self) -> None:
        """Bring the first selected row into sight, as far as there is room for it now."""
        selection = self.selectionModel()
        rows = [] if selection is None else selection.selectedRows()
        if rows:
            self.scrollTo(rows[0])

    def selected_rect(self) -> QRect:
        """Return where the first selected row lies in this widget; empty: none is selected."""
        selection, viewport = self.selectionModel(), self.viewport()
        rows = [] if selection is None else selection.selectedRows()
        if not rows or viewport is None:
            return QRect()
        return self.visualRect(rows[0]).translated(viewport.pos())

    def text(self, of: Literal["selected rows", "all rows"] = "selected rows") -> str:
        """Return the selected rows, if any are, or all of them, tab-separated below a header."""
        return self.text_of(self.rows(of))

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._model.rowCount()

    def rows(self, of: Literal["selected rows", "all rows"]) -> Sequence[int]:
        """Return the selected rows, if any are, or all of them."""
        chosen: Sequence[int] = self.selected_rows() if of == "selected rows" else ()
        return chosen or range(self._model.rowCount())

    def text_of(self, chosen: Sequence[int]) -> str:
        """Return rows as they are sorted now, tab-separated below a header."""
        visual = sorted(
            chosen, key=lambda row: self._sorted.mapFromSource(self._model.index(row, 0)).row()
        )
        return self._model.text(visual)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_room()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in _NEW_WIDTHS:
            self._measure()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self._measure()  # it is dressed only now

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(QKeySequence.StandardKey.Copy):
            clipboard = QGuiApplication.clipboard()
            if clipboard is not None:
                clipboard.setText(self.text())
            return
        super().keyPressEvent(event)

    def _on_selection_changed(self) -> None:
        if not self._quiet:
            self.rows_selected.emit(self.selected_rows())

    def _on_activated(self, index: QModelIndex) -> None:
        self.row_activated.emit(self._sorted.mapToSource(index).row())
