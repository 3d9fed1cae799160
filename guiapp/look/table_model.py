"""The cells and titles of a table of results, as text for people and as values for sorting."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PyQt6.QtWidgets import QWidget

from guiapp.look.numbers import MINUS, NO_VALUE, fixed_text
from guiapp.look.parts import plain_tip

if TYPE_CHECKING:
    from engine.model.table import Column, ResultTable

SORT_ROLE = Qt.ItemDataRole.UserRole
_TEXT_ROLES = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole})
_ROLES = _TEXT_ROLES | {
    Qt.ItemDataRole.TextAlignmentRole,
    Qt.ItemDataRole.ToolTipRole,
    SORT_ROLE,
}
_NUMBERS = "iuf"  # kinds of numpy types
_MAX_DECIMALS = 6
_DIGITS = 5
_ROUGH = {  # the decimals of columns of which more say nothing
    "σ": 1, "S/N": 1, "χ²": 1, "log₁₀ Z": 1, "stars": 1,
    "ERR / σ": 2, "ERR / σr": 2, "σs": 2, "rms": 4, "ΔT": 2, "T": 2, "weight": 3, "change": 4,
    "scatter": 4, "ΔRA": 2, "ΔDec": 2, "RA MAD": 2, "Dec MAD": 2,
}  # fmt: skip
_PERCENT, _PERCENT_DECIMALS, _PERCENT_DIGITS = {"percent", "%"}, 3, 4
_DEGREE_DECIMALS = 5  # of a degree: 0.04 arcsec
_SMALL, _BIG = 1e-4, 1e7
ERROR_SIGN = "±"
_DEFINED = frozenset({0.0, 1.0})  # what a number relative to itself is
_NONE = "; none: "  # begins in a description what it means that there is no number
_EXACT, _EXACT_TIP = "exact", "By definition: the others are relative to it. It has no error."
_SYMBOLS = {"wave": "λ", "error": ERROR_SIGN, "time": "t", "sigma": "σ", "context": "pmap"}
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
ANY_UNIT = 100  # signs: more than any unit has


class TableModel(QAbstractTableModel):
    """The cells of a `ResultTable`, as text for people and as values for sorting."""

    def __init__(self, parent: QWidget, longest_unit: int) -> None:
        super().__init__(parent)
        self._most_signs = self._longest_unit = longest_unit
        self._columns: tuple[Column, ...] = ()
        self._cells: tuple[list[Any], ...] = ()
        self._decimals: tuple[int, ...] = ()
        self._fitted: frozenset[int] = frozenset()
        self._alignments: tuple[Qt.AlignmentFlag, ...] = ()
        self.below: Mapping[int, int] = {}  # which column the view shows below which

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
        if self._most_signs != ANY_UNIT:
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

    def text_below(self, index: QModelIndex) -> str:
        """Return what a cell shows where it stands below another: errors say that they are."""
        text = str(index.data())
        is_known = self.is_error(index.column()) and text not in {NO_VALUE, _EXACT}
        return ERROR_SIGN + text if is_known else text

    def is_error(self, place: int) -> bool:
        """Tell whether a column has the errors of the one before it."""
        return place > 0 and _is_error_of(self._columns[place], self._columns[place - 1])

    def _is_by_definition(self, index: QModelIndex) -> bool:
        """Tell whether a cell is the error of what is 1, or 0, because all else is relative to it.

        ± 0 would be a measurement without noise.
        """
        column, row = index.column(), index.row()
        if not self.is_error(column) or self._cells[column][row] != 0.0:
            return False
        return self._cells[column - 1][row] in _DEFINED

    def text_columns(self) -> list[int]:
        """Return which columns hold text."""
        return [
            place
            for place, column in enumerate(self._columns)
            if column.values.dtype.kind not in _NUMBERS
        ]

    def words_after_numbers(self) -> frozenset[int]:
        """Return which columns of text follow numbers, which end where the text would begin."""
        texts = self.text_columns()
        return frozenset(place for place in texts if place and place - 1 not in texts)

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
        if role == Qt.ItemDataRole.AccessibleTextRole and column in self.below:
            lower = index.siblingAtColumn(self.below[column])
            return f"{index.data()} {self.text_below(lower)}"
        if role in _TEXT_ROLES:
            said = _cell_text(value, self._decimals[column], column in self._fitted)
            return _EXACT if self._is_by_definition(index) else said
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignments[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            said = _EXACT_TIP if self._is_by_definition(index) else value
            if isinstance(said, float) and math.isnan(said):
                said = _why_none(self._columns[column])
            return plain_tip(said) if isinstance(said, str) and said else None  # it may be cut
        return value

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return ERROR_SIGN if self.is_error(section) else _title(column, self._longest_unit)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(_title_tip(column))
        return _alignment(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _why_none(column: "Column") -> str:
    """Return why there is no number, where the column says what that means."""
    why = column.description.partition(_NONE)[2]
    return f"No number: {why}" if why else ""


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


def _title(column: "Column", longest_unit: int = ANY_UNIT) -> str:
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
