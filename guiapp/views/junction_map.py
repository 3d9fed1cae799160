"""The map of junctions: sources down, junctions across, the jump in per cent in each cell."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from PyQt6.QtCore import QModelIndex, Qt
from PyQt6.QtGui import QColor, QFont
from PyQt6.QtWidgets import QWidget

from engine.compare.junction_judgments import OWN, shows_jump
from engine.compare.junction_kinds import JunctionVerdict
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.bands import junctions
from engine.model.star_names import shown_source_name
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import plain_tip
from guiapp.plots.colors import color_of
from guiapp.views.junction_order import Order, ordered
from guiapp.views.source_map import CellLook, SourceMap, SourceMapModel, shaded

FULL_SCALE = 0.08  #: relative jump that has the full color
_GRAY = 0.12  # share of gray in a cell that says nothing of a jump
_NOTHING: Mapping[str, str] = MappingProxyType({})
#: What the jump at a junction is over all sources, below its name.
KIND_SIGNS = {
    "multiplicative": "×",
    "additive": "+",
    "none": "=",
    "differs between sources": "~",
    "undetermined": "?",
}
KIND_WORDS = {"none": "no jump", "undetermined": "not known"}  #: where it is no word by itself


def kind_word(verdict: JunctionVerdict) -> str:
    """Return what a jump is over all sources, in words."""
    return KIND_WORDS.get(verdict.kind, verdict.kind)


def cell_text(measure: JunctionMeasure) -> str:
    """Return what a cell says: the jump in per cent, or a dash."""
    if measure.by_construction:
        return OWN
    if not np.isfinite(measure.ratio):
        return "–"
    per_cent = 100.0 * (measure.ratio - 1.0)
    text = fixed_text(per_cent, 1)
    return f"+{text}" if per_cent > 0 and text != "0.0" else text


def cell_sentence(source: str, measure: JunctionMeasure) -> str:
    """Return the cell in words, for its tooltip and for a screen reader."""
    said = measure.by_construction or measure.reason or measure.verdict
    return f"{shown_source_name(source)} {measure.junction}: {said}"


class JunctionMap(SourceMap):
    """Shows the junctions of all sources; says which one the user chose.

    A color is a jump beyond 3 sigma, and says how large it is; in a gray cell none can be told.
    """

    cells: "_Jumps"

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "Junctions of all sources"
    ) -> None:
        super().__init__(parent, name=name)
        self._rows: tuple[tuple[str, SourceJunctions], ...] = ()
        self._order: tuple[Order, str] = ("opened", "")
        self._counting: Collection[str] | None = None

    def new_model(self) -> "_Jumps":
        return _Jumps(self)

    def show_sources(
        self, sources: tuple[SourceJunctions, ...], left_out: Mapping[str, str] = _NOTHING
    ) -> None:
        """Show one row a source; the chosen cell stays chosen.

        Sources in ``left_out`` are shown as such, with the reason.
        """
        self.show_rows(tuple((one.source, one) for one in sources), left_out)

    def show_rows(
        self,
        rows: Sequence[tuple[str, SourceJunctions]],
        left_out: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Show rows with names of their own; the chosen cell stays chosen."""
        self._rows = tuple(rows)
        self._show_in_order()
        self.cells.show_left_out(left_out)

    def show_order(
        self, order: Order, junction: str, counting: Collection[str] | None = None
    ) -> None:
        """Put the rows in order; that of jumps and fluxes is the one at ``junction``.

        With the worst first, sources that are not ``counting`` come last.
        """
        self._order, self._counting = (order, junction), counting
        self._show_in_order()

    def mark(self, sources: Collection[str], bands: Collection[str]) -> None:
        """Write the names of ``sources`` as selected, and of the junctions of ``bands``.

        Two bands are those of one junction.
        """
        self.cells.mark(frozenset(sources), frozenset(bands))

    def show_kinds(self, verdicts: Sequence[JunctionVerdict]) -> None:
        """Write below the name of each junction what its jump is over all sources.

        From the first call on there is a line for it, also before it is known: rows stay in place.
        """
        self.cells.show_kinds({one.junction: one for one in verdicts})

    def _show_in_order(self) -> None:
        kept = self.current()
        self.cells.show_rows(ordered(self._rows, *self._order, counting=self._counting))
        if kept is not None:
            self.choose(*kept)


class _Jumps(SourceMapModel):
    """The measures by source and junction."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, [one.name for one in junctions()])
        self._rows: dict[str, SourceJunctions] = {}
        self._measures: dict[str, dict[str, JunctionMeasure]] = {}
        self._left_out: Mapping[str, str] = _NOTHING
        self._marked: frozenset[str] = frozenset()
        self._kinds: Mapping[str, JunctionVerdict] | None = None

    def show_rows(self, rows: Sequence[tuple[str, SourceJunctions]]) -> None:
        """Show other cells; nothing is painted again when they are the same."""
        if [(name, id(one)) for name, one in rows] == [
            (name, id(one)) for name, one in self._rows.items()
        ]:
            return
        self.beginResetModel()
        self.forget_looks()
        self._rows = dict(rows)
        self.sources = tuple(self._rows)
        self._measures = {
            name: {measure.junction: measure for measure in one.measures} for name, one in rows
        }
        self.endResetModel()

    def show_left_out(self, left_out: Mapping[str, str]) -> None:
        if left_out != self._left_out:
            self._left_out = left_out
            self._write_names()

    def mark(self, sources: frozenset[str], bands: frozenset[str]) -> None:
        is_one = len(bands) > 1
        sides = {one: set(one.split("|")) for one in self.columns}
        names = {
            one for one, two in sides.items() if (two == bands if is_one else bool(two & bands))
        }
        if (sources | names) != self._marked:
            self._marked = frozenset(sources | names)
            self._write_junctions()
            self._write_names()

    def show_kinds(self, kinds: Mapping[str, JunctionVerdict]) -> None:
        self._kinds = kinds
        self._write_junctions()

    def _write_junctions(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def _write_names(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(len(self.sources) - 1, 0))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_across = orientation == Qt.Orientation.Horizontal
        name = self.columns[section] if is_across else self.sources[section]
        if role == Qt.ItemDataRole.ForegroundRole:
            return color_of("accent" if name in self._marked else "dim")
        if is_across:
            return self._junction_header(name, role)
        return self._source_header(name, role)

    def _junction_header(self, name: str, role: int) -> Any:
        kind = None if self._kinds is None else self._kinds.get(name)
        if role == Qt.ItemDataRole.DisplayRole:
            sign = " " if kind is None else KIND_SIGNS[kind.kind]
            return name if self._kinds is None else f"{name}\n{sign}"
        is_said = role == Qt.ItemDataRole.ToolTipRole and kind is not None
        return (
            plain_tip(f"{kind_word(kind)}: {kind.evidence}")
            if is_said and kind is not None
            else None
        )

    def _source_header(self, name: str, role: int) -> Any:
        reason, shown = self._left_out.get(name), shown_source_name(name)
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Qt.ItemDataRole.ToolTipRole:  # a long name may be seen in part
            return plain_tip(shown if reason is None else f"{shown}: left out: {reason}")
        if reason is None or role != Qt.ItemDataRole.FontRole:
            return None
        font = QFont()
        font.setStrikeOut(True)
        return font

    def measure(self, index: QModelIndex) -> JunctionMeasure | None:
        """Return the measure of a cell."""
        cell = self.cell(index)
        return None if cell is None else self._measures[cell[0]].get(cell[1])

    def look_of(self, source: str, column: str) -> CellLook:
        measure = self._measures[source].get(column)
        if measure is None:
            return CellLook("", color_of("card"), color_of("dim"))
        return CellLook(cell_text(measure), *_colors(measure))

    def sentence_of(self, source: str, column: str) -> str:
        measure = self._measures[source].get(column)
        return "" if measure is None else cell_sentence(source, measure)


def _colors(measure: JunctionMeasure) -> tuple[QColor, QColor]:
    """Return fill and text color of a cell: none without a jump that is certain, and tells."""
    if not measure.by_construction and not np.isfinite(measure.ratio):
        return color_of("card"), color_of("dim")
    if shows_jump(measure):
        return jump_colors(measure.ratio - 1.0)
    return shaded("dim", _GRAY, ink="dim")


def jump_colors(jump: float) -> tuple[QColor, QColor]:
    """Return the fill for a relative jump, and the ink on it."""
    share = float(min(abs(jump) / FULL_SCALE, 1.0))
    return shaded("wrong" if jump > 0 else "accent", share)
