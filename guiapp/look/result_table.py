"""A table of results on the screen: sortable, copyable, its selection linked to the plots."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from guiapp.look.numbers import MINUS, NO_VALUE, fixed_text
from guiapp.look.parts import plain_tip

if TYPE_CHECKING:
    from engine.model.table import Column, ResultTable

_SORT_ROLE = Qt.ItemDataRole.UserRole
_TEXT_ROLES = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole})
_ROLES = _TEXT_ROLES | {
    Qt.ItemDataRole.TextAlignmentRole,
    Qt.ItemDataRole.ToolTipRole,
    _SORT_ROLE,
}
_ROW_HEIGHT = 24
_PADDING = 6  # at both sides of a title: a pixel more than the style sheet says
_FEW_COLUMNS = 4
_NUMBERS = "iuf"  # kinds of numpy types
_MAX_DECIMALS = 6
_DIGITS = 5
_NEW_WIDTHS = {QEvent.Type.FontChange, QEvent.Type.StyleChange}
_NARROWEST_TEXT = 120  # pixels that a column of text keeps
_ROUGH = {  # the decimals of columns of which more say nothing
    "σ": 1, "S/N": 1, "χ²": 1, "log₁₀ Z": 1, "stars": 1,
    "ERR / σ": 2, "ERR / σr": 2, "σs": 2, "rms": 4, "ΔT": 2, "T": 2, "weight": 3, "change": 4,
    "scatter": 4, "ΔRA": 2, "ΔDec": 2, "RA MAD": 2, "Dec MAD": 2,
}  # fmt: skip
_PERCENT, _PERCENT_DECIMALS, _PERCENT_DIGITS = {"percent", "%"}, 3, 4
_DEGREE_DECIMALS = 5  # of a degree: 0.04 arcsec
_SMALL, _BIG = 1e-4, 1e7
_ERROR = "±"
_SYMBOLS = {"wave": "λ", "error": _ERROR, "time": "t", "sigma": "σ"}
_UNITS = {
    "MJy s / (DN sr)": "(MJy/sr)/(DN/s)",
    "um": "µm",
    "arcsec": "″",
    "percent": "%",
    "pix": "px",
    "Angstrom": "Å",
    "1/cm": "cm⁻¹",
}
_MOST_NAMES = 3  # of columns with a unit that is said above them all
_ANY_UNIT = 100  # signs: more than any unit has


class ResultTableView(QTableView):
    """Shows a `ResultTable`.

    Rows are counted as in the table, however they are sorted on the screen. Units with more signs
    than ``longest_unit`` are not in the titles, but in their tips and in `units_left_out`; where
    there is no room even so, only units of one sign are.
    """

    rows_selected = pyqtSignal(tuple)  # of int, by the user
    row_activated = pyqtSignal(int)
    units_left_out_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, *, longest_unit: int = _ANY_UNIT) -> None:
        super().__init__(parent)
        self._model = _TableModel(self, longest_unit)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT_ROLE)
        self.setModel(self._sorted)
        self.setHorizontalHeader(_TightHeader(self))
        self._quiet = False
        self._widths: list[int] = []  # that the columns ask for, once it was measured
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
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and columns is not None:
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
        self._measure()
        if table is not None and len(table) == n_before:
            self.select_rows(chosen)

    def units_left_out(self) -> str:
        """Return which columns have which units that are too long for their titles, in words."""
        return self._model.units_left_out()

    def _measure(self) -> None:
        """Share the room by what the columns show now."""
        self._widths = []
        self._share_room()

    def _share_room(self) -> None:
        """Give few columns of numbers equal shares of the room, others what they need and more.

        Long texts are cut before numbers have to scroll.
        """
        header, viewport = self.horizontalHeader(), self.viewport()
        n_columns = self._model.columnCount()
        if header is None or viewport is None or not n_columns:
            return
        mode = QHeaderView.ResizeMode
        if self._has_equal_columns(header, viewport.width()):
            header.setSectionResizeMode(mode.Stretch)
            header.resizeSections(mode.Stretch)
        else:
            # Asked for once: a header that follows the contents asks again at every turn.
            if not self._widths:
                self._widths = [self._wanted(header, place) for place in range(n_columns)]
            if sum(self._widths) > viewport.width() and self.isVisible():
                self._shorten_titles()
            header.setSectionResizeMode(mode.Interactive)
            for place, width in enumerate(self._fitted(self._widths, viewport.width())):
                header.resizeSection(place, width)
        self.updateGeometries()

    def _has_equal_columns(self, header: QHeaderView, room: int) -> bool:
        """Whether all columns are numbers, few, and each fits into an equal share of the room."""
        n_columns = self._model.columnCount()
        if n_columns > _FEW_COLUMNS or self._model.text_columns():
            return False
        return all(self._wanted(header, at) <= room // n_columns for at in range(n_columns))

    def _shorten_titles(self) -> None:
        """Leave more units out of the titles, where the window says them elsewhere."""
        header = self.horizontalHeader()
        if header is not None and self._model.leave_units_out():
            self._widths = [self._wanted(header, at) for at in range(self._model.columnCount())]
            self.units_left_out_changed.emit()

    def _wanted(self, header: QHeaderView, place: int) -> int:
        """Return the width that shows title and cells of a column."""
        return max(
            self.sizeHintForColumn(place),
            header.sectionSizeHint(place),
            header.minimumSectionSize(),
        )

    def _fitted(self, wanted: list[int], room: int) -> list[int]:
        """Return the widths of columns: the spare room shared, or the widest text cut."""
        spare = room - sum(wanted)
        fitted = list(wanted)
        if spare >= 0:
            places = range(1 if len(wanted) > 1 else 0, len(wanted))
            for done, place in enumerate(places):
                fitted[place] += (done + 1) * spare // len(places) - done * spare // len(places)
        elif texts := self._model.text_columns():
            if enough := [one for one in texts if one and wanted[one] + spare >= self._least(one)]:
                first = max(enough, key=wanted.__getitem__)  # words about what the first one names
                fitted[first] = wanted[first] + spare
                return fitted
            widest = max(texts, key=wanted.__getitem__)
            fitted[widest] = min(wanted[widest], max(wanted[widest] + spare, _NARROWEST_TEXT))
        return fitted

    def _least(self, place: int) -> int:
        """Return the width that shows the title of a column."""
        header = self.horizontalHeader()
        return 0 if header is None else header.sectionSizeHint(place)

    @property
    def n_rows(self) -> int:
        """How many rows the table has."""
        return self._model.rowCount()

    def height_of(self, n_rows: int) -> int:
        """Return how high the table must be to show ``n_rows`` rows without scrolling."""
        header, bar, viewport = self.horizontalHeader(), self.horizontalScrollBar(), self.viewport()
        if header is None or bar is None or viewport is None:
            return n_rows * _ROW_HEIGHT
        below = bar.sizeHint().height() if header.length() > viewport.width() else 0
        return n_rows * _ROW_HEIGHT + header.sizeHint().height() + below + 2

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
        if wanted.indexes():
            self.scrollTo(wanted.indexes()[0])

    def text(self) -> str:
        """Return the selected rows, or all of them, as tab-separated text with a header."""
        chosen = self.selected_rows() if self.selected_rows() else range(self._model.rowCount())
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


class _TightHeader(QHeaderView):
    """A header that keeps room for the arrow of sorting only where one is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.sortIndicatorChanged.connect(
            lambda *_: self.headerDataChanged(
                Qt.Orientation.Horizontal, 0, max(self.count() - 1, 0)
            )
        )

    def sectionSizeFromContents(self, section: int) -> QSize:  # noqa: N802  (Qt's name)
        whole = super().sectionSizeFromContents(section)
        model = self.model()
        if self.sortIndicatorSection() == section or model is None:
            return whole
        text = str(model.headerData(section, Qt.Orientation.Horizontal))
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        width = QFontMetrics(font).horizontalAdvance(text) + 2 * _PADDING
        return QSize(min(width, whole.width()), whole.height())


class _TableModel(QAbstractTableModel):
    """The cells of a `ResultTable`, as text for people and as values for sorting."""

    def __init__(self, parent: QWidget, longest_unit: int) -> None:
        super().__init__(parent)
        self._most_signs = self._longest_unit = longest_unit
        self._columns: tuple[Column, ...] = ()
        self._cells: tuple[list[Any], ...] = ()
        self._decimals: tuple[int, ...] = ()
        self._fitted: frozenset[int] = frozenset()
        self._alignments: tuple[Qt.AlignmentFlag, ...] = ()

    def show_table(self, table: "ResultTable | None") -> None:
        self.beginResetModel()
        self._longest_unit = self._most_signs
        self._columns = () if table is None else table.columns
        self._cells = tuple(column.values.tolist() for column in self._columns)
        self._decimals, self._fitted = _decimals_of(self._columns, self._cells)
        self._alignments = tuple(_alignment(column) for column in self._columns)
        self.endResetModel()

    def text(self, rows: Sequence[int]) -> str:
        """Return rows with all digits, for other programs."""
        lines = ["\t".join(_copied(_full_name(column)) for column in self._columns)]
        lines += ["\t".join(_copied(cells[row]) for cells in self._cells) for row in rows]
        return "\n".join(lines) + "\n"

    def leave_units_out(self) -> bool:
        """Leave out all units of several signs, if some may be; tell whether that changed any."""
        before = self.units_left_out()
        if self._most_signs != _ANY_UNIT:
            self._longest_unit = 1
        last = max(len(self._columns) - 1, 0)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        return self.units_left_out() != before

    def units_left_out(self) -> str:
        said: dict[str, list[str]] = {}
        for column in self._columns:
            unit = _shown_unit(column)
            if len(unit) > self._longest_unit and not _is_error(column.name):
                said.setdefault(unit, []).append(_words(column))
        return "; ".join(
            f"{', '.join(names) if len(names) <= _MOST_NAMES else ''} in {unit}".strip()
            for unit, names in said.items()
        )

    def text_columns(self) -> list[int]:
        """Return which columns hold text."""
        return [
            place
            for place, column in enumerate(self._columns)
            if column.values.dtype.kind not in _NUMBERS
        ]

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        is_cell = parent is not None and parent.isValid()
        return 0 if is_cell or not self._cells else len(self._cells[0])

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES:
            return None  # Qt asks for nine things of every cell
        column = index.column()
        value = self._cells[column][index.row()]
        if role in _TEXT_ROLES:
            return _cell_text(value, self._decimals[column], column in self._fitted)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignments[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(value) if isinstance(value, str) else None  # it may be seen in part
        return value

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            follows = section > 0 and _is_error_of(column, self._columns[section - 1])
            return _ERROR if follows else _title(column, self._longest_unit)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_title_tip(column))
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _alignment(column: "Column") -> Qt.AlignmentFlag:
    is_number = column.values.dtype.kind in _NUMBERS
    side = Qt.AlignmentFlag.AlignRight if is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _decimals_of(
    columns: "Sequence[Column]", cells: Sequence[list[Any]]
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Return the decimals of each column, and which columns have them from their errors.

    An error column stands behind the values that it belongs to; two digits of its median are kept,
    and one of its smallest if one decimal more shows it: ± 0 would say that a value is exact.
    """
    fitted: set[int] = set()
    decimals = [
        _decimals_by_kind(column, values) for column, values in zip(columns, cells, strict=True)
    ]
    for place in range(1, len(columns)):
        errors = [cell for cell in cells[place] if isinstance(cell, float) and cell > 0]
        known = sorted(error for error in errors if math.isfinite(error))
        if known and _is_error(columns[place].name):
            needed = max(1 - math.floor(math.log10(known[len(known) // 2])), 0)
            is_lost = round(known[0], needed) == 0.0 < round(known[0], needed + 1)
            decimals[place] = min(needed + is_lost, _MAX_DECIMALS)
            if not _is_error(columns[place - 1].name):
                decimals[place - 1] = decimals[place]
                fitted |= {place - 1, place}
    return tuple(decimals), frozenset(fitted)


def _decimals_by_kind(column: "Column", values: list[Any]) -> int:
    """Return the decimals of a column: those of angles on the sky tell apart what is near."""
    if column.name in _ROUGH and not (column.name == "σ" and column.unit):
        return min(_ROUGH[column.name], _decimals(values))
    if column.unit in _PERCENT:
        return min(_decimals(values, _PERCENT_DIGITS), _PERCENT_DECIMALS)
    return _DEGREE_DECIMALS if column.unit == "deg" else _decimals(values)


def _is_error_of(column: "Column", before: "Column") -> bool:
    """Whether a column has the errors of the one before it: then its title need not say of what."""
    is_pair = _is_error(column.name) and not _is_error(before.name)
    return is_pair and column.unit == before.unit and before.values.dtype.kind == "f"


def _is_error(name: str) -> bool:
    return "±" in name or "error" in name


def _decimals(cells: list[Any], digits: int = _DIGITS) -> int:
    """Return how many decimals keep some digits of the largest value, without idle zeros."""
    sizes = [abs(cell) for cell in cells if isinstance(cell, float) and math.isfinite(cell)]
    largest = max(sizes, default=0.0)
    if largest == 0.0:
        return 0
    most = min(max(digits - 1 - math.floor(math.log10(largest)), 0), _MAX_DECIMALS)
    needed = (len(f"{size:.{most}f}".rstrip("0").partition(".")[2]) for size in sizes[:1000])
    return max(needed)


def _cell_text(value: object, decimals: int, is_fitted: bool) -> str:  # noqa: FBT001  (a fact)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        is_small = 0.0 < abs(value) < _SMALL and not (is_fitted and decimals < _MAX_DECIMALS)
        is_plain = not math.isfinite(value) or (abs(value) < _BIG and not is_small)
        return fixed_text(value, decimals) if is_plain else f"{value:.3e}".replace("-", MINUS)
    if isinstance(value, int):
        return fixed_text(value, 0)
    return str(value) or NO_VALUE


def _copied(value: object) -> str:
    """Return a cell for other programs: numbers with all digits, text that is never run."""
    from engine.files.cells import harmless_cell  # noqa: PLC0415  (not before the first paint)

    return harmless_cell(value) if isinstance(value, str) else str(value)


def _title(column: "Column", longest_unit: int = _ANY_UNIT) -> str:
    unit = _shown_unit(column)
    is_shown = unit and len(unit) <= longest_unit
    if not is_shown:
        return _words(column)
    return f"{_words(column)} {unit if unit.startswith('(') else f'({unit})'}"


def _title_tip(column: "Column") -> str:
    """Return what a column means, with its unit: its title may not have it."""
    unit = f"unit: {_shown_unit(column)}" if column.unit else ""
    return "; ".join(part for part in (column.about, unit) if part)


def _words(column: "Column") -> str:
    """Return the name of a column as people write it."""
    name = column.name
    if column.unit:
        name = name.removesuffix("_" + column.unit.replace("/", "_").lower())
    return " ".join(_SYMBOLS.get(word, word) for word in name.split("_"))


def _shown_unit(column: "Column") -> str:
    return _UNITS.get(column.unit, column.unit)


def _full_name(column: "Column") -> str:
    return f"{column.name} [{column.unit}]" if column.unit else column.name
