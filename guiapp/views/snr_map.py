"""Stars down, bands across: a colored table of signal-to-noise ratios."""

import math
from typing import Any, Literal

from PyQt6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QSignalBlocker,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QPainter, QPen
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

from engine.model.bands import bands
from engine.mrs.band_snr import BandSnr, SourceSnr
from guiapp.look import number_text, theme
from guiapp.look.fonts import tabular
from guiapp.look.numbers import NO_VALUE, fixed_text
from guiapp.plots.colors import color_of

Quantity = Literal["snr", "over", "correlation"]

_ROW_HEIGHT = 28
_DARKEST, _PALEST = 1000.0, 10.0  # S/N with the full color, and with none
_FULL_RATIO = math.log(2.0)  # a factor of two from the published value has the full color
_STRONGEST = 0.85  # share of the color in the fill
_NO_PARENT = QModelIndex()


def value_of(one: BandSnr, quantity: Quantity) -> float:
    """Return the number of a cell; NaN: none."""
    if quantity == "over":
        return one.snr / one.published if one.published > 0 else math.nan
    return one.snr if quantity == "snr" else one.correlation


def cell_text(one: BandSnr, quantity: Quantity) -> str:
    """Return what a cell says."""
    value = value_of(one, quantity)
    if not math.isfinite(value):
        return NO_VALUE if one.id else ""
    return fixed_text(value, 0 if quantity == "snr" else 2)


def cell_sentence(source: SourceSnr, one: BandSnr) -> str:
    """Return a cell in words, for its tooltip and for a screen reader."""
    if not math.isfinite(one.snr):
        return f"{source.source} {one.reason}"
    said = f"{source.source} {one.band}: S/N {number_text(one.snr, one.snr_error)}"
    if math.isfinite(one.published):
        said += f", Table 1 {one.published:.0f} ({source.published_as})"
    return f"{said}, correlation of neighbors {fixed_text(one.correlation, 2)}"


class SnrMap(QTableView):
    """Shows the ratios of all sources; says which one the user chose.

    Signals
    -------
    chosen(str, str)
        Source and band.
    """

    chosen = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _MapModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cell(self))
        self.setObjectName("snrMap")
        self.setAccessibleName("Signal-to-noise ratios of all sources")
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
        theme.changed.connect(self._repaint)

    def show_sources(self, sources: tuple[SourceSnr, ...]) -> None:
        """Show one row a source; the chosen cell stays chosen."""
        kept = self.current()
        self._model.show_sources(sources)
        if kept is not None:
            self.choose(*kept)

    def show_quantity(self, quantity: Quantity) -> None:
        """Say something else in the cells."""
        self._model.quantity = quantity
        self._repaint()

    @property
    def quantity(self) -> Quantity:
        """What the cells say."""
        return self._model.quantity

    def current(self) -> tuple[str, str] | None:
        """Return source and band of the chosen cell."""
        return self._model.cell(self.currentIndex())

    def choose(self, source: str, band: str) -> None:
        """Choose a cell without telling anyone."""
        index = self._model.index_of(source, band)
        selection = self.selectionModel()
        if selection is None or not index.isValid():
            return
        with QSignalBlocker(selection):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._repaint()

    def wanted_height(self, most_rows: int = 12) -> int:
        """Return the height that shows up to ``most_rows`` rows."""
        header = self.horizontalHeader()
        top = header.sizeHint().height() if header is not None else 0
        return top + _ROW_HEIGHT * max(1, min(self._model.rowCount(), most_rows)) + 4

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        cell = self._model.cell(index)
        if cell is not None:
            self.chosen.emit(*cell)

    def _repaint(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()


class _MapModel(QAbstractTableModel):
    """The ratios by row and column."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.quantity: Quantity = "snr"
        self._names = [one.name for one in bands()]
        self._rows: tuple[SourceSnr, ...] = ()

    def show_sources(self, sources: tuple[SourceSnr, ...]) -> None:
        self.beginResetModel()
        self._rows = sources
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.at(index)
        if one is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(one, self.quantity)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_sentence(self._rows[index.row()], one)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole:
            return color_of("dim")
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        is_across = orientation == Qt.Orientation.Horizontal
        return self._names[section] if is_across else self._rows[section].source

    def at(self, index: QModelIndex) -> BandSnr | None:
        """Return the band of a cell."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self._rows[index.row()].band(self._names[index.column()])

    def cell(self, index: QModelIndex) -> tuple[str, str] | None:
        """Return source and band of a cell."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self._rows[index.row()].source, self._names[index.column()]

    def index_of(self, source: str, band: str) -> QModelIndex:
        """Return the cell of a source and a band."""
        for row, one in enumerate(self._rows):
            if one.source == source and band in self._names:
                return self.index(row, self._names.index(band))
        return QModelIndex()


class _Cell(QStyledItemDelegate):
    """Paints one cell: the more signal, the more color; red where it falls short of Table 1."""

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        model = index.model()
        if painter is None or not isinstance(model, _MapModel):
            return
        one = model.at(index)
        box = option.rect.adjusted(1, 1, -1, -1)
        painter.save()
        fill, ink = _colors(one, model.quantity)
        painter.fillRect(box, fill)
        painter.setPen(ink)
        text = "" if one is None else cell_text(one, model.quantity)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color_of("text"), 2))
            painter.drawRect(box)
        painter.restore()


def _colors(one: BandSnr | None, quantity: Quantity) -> tuple[QColor, QColor]:
    """Return fill and text color of a cell."""
    card, dim = color_of("card"), color_of("dim")
    value = math.nan if one is None else value_of(one, quantity)
    if not math.isfinite(value):
        return card, dim
    return shaded(*_shade(value, quantity))


def shaded(name: str, share: float) -> tuple[QColor, QColor]:
    """Return the card with a share of a color on it, and the ink that is read on that."""
    card = color_of("card")
    fill = _blend(card, color_of(name), _STRONGEST * share)
    return fill, max((color_of("text"), card), key=lambda ink: contrast(ink, fill))


def contrast(one: QColor, other: QColor) -> float:
    """Return how well one color can be read on another (WCAG 2: 1 to 21)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    parts = (linear(value) for value in (color.redF(), color.greenF(), color.blueF()))
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _shade(value: float, quantity: Quantity) -> tuple[str, float]:
    """Return the name of the color and how much of it, 0 to 1."""
    if quantity == "snr":
        span = math.log(_DARKEST / _PALEST)
        share = math.log(max(value, _PALEST) / _PALEST) / span
        return "accent", min(share, 1.0)
    if quantity == "over":
        away = math.log(value) if value > 0 else -_FULL_RATIO
        return ("accent" if away > 0 else "wrong"), min(abs(away) / _FULL_RATIO, 1.0)
    return "care", min(max(value, 0.0), 1.0)


def _blend(base: QColor, over: QColor, share: float) -> QColor:
    def mixed(one: float, other: float) -> float:
        return one + (other - one) * share

    return QColor.fromRgbF(
        mixed(base.redF(), over.redF()),
        mixed(base.greenF(), over.greenF()),
        mixed(base.blueF(), over.blueF()),
    )
