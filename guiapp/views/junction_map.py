"""The map of junctions: sources down, junctions across, the jump in per cent in each cell."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from PyQt6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QFont, QPainter, QPen
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.compare.junction_kinds import JunctionVerdict
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.bands import junctions
from guiapp.look import theme
from guiapp.look.fonts import tabular
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import plain_tip
from guiapp.plots.colors import color_of

_FULL_SCALE = 0.08  # relative jump that has the full color
_SIGNIFICANT = 3.0  # sigma
_ROW_HEIGHT = 28
_NO_PARENT = QModelIndex()
_NOTHING: Mapping[str, str] = MappingProxyType({})
#: What the jump at a junction is over all sources, below its name.
KIND_SIGNS = {"multiplicative": "×", "additive": "+", "none": "=", "undetermined": "?"}


def cell_text(measure: JunctionMeasure) -> str:
    """Return what a cell says: the jump in per cent, or a dash."""
    if not np.isfinite(measure.ratio):
        return "–"
    per_cent = 100.0 * (measure.ratio - 1.0)
    text = fixed_text(per_cent, 1)
    return f"+{text}" if per_cent > 0 and text != "0.0" else text


def cell_sentence(source: str, measure: JunctionMeasure) -> str:
    """Return the cell in words, for its tooltip and for a screen reader."""
    return f"{source} {measure.junction}: {measure.reason or measure.verdict}"


class JunctionMap(QTableView):
    """Shows the junctions of all sources; says which one the user chose.

    Signals
    -------
    chosen(str, str)
        Source and junction.
    """

    chosen = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _MapModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cell(self))
        self.setObjectName("junctionMap")
        self.setAccessibleName("Junctions of all sources")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setFont(tabular(self.font()))
        for header, mode in (
            (self.horizontalHeader(), QHeaderView.ResizeMode.Stretch),
            (self.verticalHeader(), QHeaderView.ResizeMode.Fixed),
        ):
            if header is not None:
                header.setSectionResizeMode(mode)
                header.setSectionsClickable(False)
                header.setHighlightSections(False)
        rows = self.verticalHeader()
        if rows is not None:
            rows.setDefaultSectionSize(_ROW_HEIGHT)
            rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        selection = self.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._on_current)
        theme.changed.connect(self._on_theme)

    def show_sources(
        self, sources: tuple[SourceJunctions, ...], left_out: Mapping[str, str] = _NOTHING
    ) -> None:
        """Show one row a source; the chosen cell stays chosen.

        Sources in ``left_out`` are shown as such, with the reason.
        """
        self.show_rows(tuple((one.source, one) for one in sources), left_out)

    def show_rows(
        self,
        rows: tuple[tuple[str, SourceJunctions], ...],
        left_out: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Show rows with names of their own; the chosen cell stays chosen."""
        kept = self.current()
        self._model.show_rows(rows, left_out)
        if kept is not None:
            self.choose(*kept)

    def mark(self, sources: Collection[str], bands: Collection[str]) -> None:
        """Write the names of ``sources``, and of the junctions of ``bands``, as selected."""
        self._model.mark(frozenset(sources), frozenset(bands))

    def show_kinds(self, verdicts: Sequence[JunctionVerdict]) -> None:
        """Write below the name of each junction what its jump is over all sources."""
        self._model.show_kinds({one.junction: one for one in verdicts})

    def current(self) -> tuple[str, str] | None:
        """Return source and junction of the chosen cell."""
        return self._model.cell(self.currentIndex())

    def choose(self, source: str, junction: str) -> None:
        """Choose a cell without telling anyone."""
        index = self._model.index_of(source, junction)
        selection = self.selectionModel()
        if selection is None or not index.isValid():
            return
        with QSignalBlocker(selection):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def worst(self) -> tuple[str, str] | None:
        """Return source and junction of the most significant jump."""
        return self._model.worst()

    def wanted_height(self, most_rows: int = 12) -> int:
        """Return the height that shows up to ``most_rows`` rows."""
        header = self.horizontalHeader()
        top = header.sizeHint().height() if header is not None else 0
        return top + _ROW_HEIGHT * max(1, min(self._model.rowCount(), most_rows)) + 4

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        cell = self._model.cell(index)
        if cell is not None:
            self.chosen.emit(*cell)

    def _on_theme(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()


class _MapModel(QAbstractTableModel):
    """The measures by row and column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names = [one.name for one in junctions()]
        self._rows: tuple[tuple[str, dict[str, JunctionMeasure]], ...] = ()
        self._left_out: Mapping[str, str] = _NOTHING
        self._marked: frozenset[str] = frozenset()
        self._kinds: Mapping[str, JunctionVerdict] = {}

    def show_rows(
        self, rows: tuple[tuple[str, SourceJunctions], ...], left_out: Mapping[str, str]
    ) -> None:
        self.beginResetModel()
        self._left_out = left_out
        self._rows = tuple(
            (name, {measure.junction: measure for measure in one.measures}) for name, one in rows
        )
        self.endResetModel()

    def mark(self, sources: frozenset[str], bands: frozenset[str]) -> None:
        names = {one for one in self._names if bands & set(one.split("|"))}
        if (sources | names) != self._marked:
            self._marked = frozenset(sources | names)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._names) - 1)
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(len(self._rows) - 1, 0))

    def show_kinds(self, kinds: Mapping[str, JunctionVerdict]) -> None:
        self._kinds = kinds
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._names) - 1)

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        measure = self.measure(index)
        if measure is None:
            return None
        source = self._rows[index.row()][0]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(measure)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_sentence(source, measure)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_across = orientation == Qt.Orientation.Horizontal
        name = self._names[section] if is_across else self._rows[section][0]
        if role == Qt.ItemDataRole.ForegroundRole:
            return color_of("accent" if name in self._marked else "dim")
        if is_across:
            return self._junction_header(name, role)
        return self._source_header(name, role)

    def _junction_header(self, name: str, role: int) -> Any:
        kind = self._kinds.get(name)
        if role == Qt.ItemDataRole.DisplayRole:
            return name if kind is None else f"{name}\n{KIND_SIGNS[kind.kind]}"
        is_said = role == Qt.ItemDataRole.ToolTipRole and kind is not None
        return plain_tip(f"{kind.kind}: {kind.evidence}") if is_said and kind is not None else None

    def _source_header(self, name: str, role: int) -> Any:
        reason = self._left_out.get(name)
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if reason is None:
            return None
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setStrikeOut(True)
            return font
        return plain_tip(f"Left out: {reason}") if role == Qt.ItemDataRole.ToolTipRole else None

    def measure(self, index: QModelIndex) -> JunctionMeasure | None:
        """Return the measure of a cell."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self._rows[index.row()][1].get(self._names[index.column()])

    def cell(self, index: QModelIndex) -> tuple[str, str] | None:
        """Return source and junction of a cell."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self._rows[index.row()][0], self._names[index.column()]

    def index_of(self, source: str, junction: str) -> QModelIndex:
        """Return the cell of a source and a junction."""
        for row, (name, _) in enumerate(self._rows):
            if name == source and junction in self._names:
                return self.index(row, self._names.index(junction))
        return QModelIndex()

    def worst(self) -> tuple[str, str] | None:
        """Return the cell of the most significant jump."""
        found = [
            (measure.significance, source, name)
            for source, measures in self._rows
            for name, measure in measures.items()
            if np.isfinite(measure.ratio) and np.isfinite(measure.significance)
        ]
        return max(found)[1:] if found else None


class _Cell(QStyledItemDelegate):
    """Paints one cell: the color says how large the jump is, the text whether it is certain."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        model = index.model()
        if painter is None or not isinstance(model, _MapModel):
            return
        measure = model.measure(index)
        box = option.rect.adjusted(1, 1, -1, -1)
        painter.save()
        fill, ink = _colors(measure)
        painter.fillRect(box, fill)
        painter.setPen(ink)
        text = "" if measure is None else cell_text(measure)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color_of("accent"), 2))
            painter.drawRect(box)
        painter.restore()


def _colors(measure: JunctionMeasure | None) -> tuple[QColor, QColor]:
    """Return fill and text color of a cell."""
    card, dim = color_of("card"), color_of("dim")
    if measure is None or not np.isfinite(measure.ratio):
        return card, dim
    jump = measure.ratio - 1.0
    share = float(min(abs(jump) / _FULL_SCALE, 1.0)) * 0.85
    fill = _blend(card, color_of("wrong" if jump > 0 else "accent"), share)
    is_certain = measure.significance >= _SIGNIFICANT
    if share > 0.5:
        return fill, color_of("card")
    return fill, color_of("text") if is_certain else dim


def _blend(base: QColor, over: QColor, share: float) -> QColor:
    def mixed(one: float, other: float) -> float:
        return one + (other - one) * share

    return QColor.fromRgbF(
        mixed(base.redF(), over.redF()),
        mixed(base.greenF(), over.greenF()),
        mixed(base.blueF(), over.blueF()),
    )
