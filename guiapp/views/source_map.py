"""What the maps of all sources share: sources down, bands or junctions across, a color a cell."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSignalBlocker,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
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

from engine.model.star_names import shown_source_name
from guiapp.look import theme
from guiapp.look.fonts import resized, tabular
from guiapp.look.parts import plain_tip
from guiapp.plots.colors import color_of

_ROW_HEIGHT = 28
_NARROWEST_NAME = 64  # of a source, in pixels
_TEXT_SCALES = (1.0, 0.92, 0.85, 0.78)  # of cells and names of columns: the first that has room
_MARGIN = 6  # on both sides of the name of a source
_GAP = 6  # between the names of columns
_AIR = 3  # of a row, above and below two lines
_WIDEST_CELL = "−88.8"
_STRONGEST = 0.85  # share of the color in the fill
_READABLE = 4.5  # contrast of small text (WCAG 2, level AA)
_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class CellLook:
    """What a cell says, and in which colors."""

    text: str
    fill: QColor
    ink: QColor


class SourceMapModel(QAbstractTableModel):
    """Cells by source and column; a subclass says what they hold and how they look."""

    def __init__(self, parent: QWidget, columns: Sequence[str]) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.sources: tuple[str, ...] = ()
        self._looks: dict[tuple[int, int], CellLook] = {}

    @abstractmethod
    def look_of(self, source: str, column: str) -> CellLook:
        """Return how a cell looks: overridden by each map."""

    @abstractmethod
    def sentence_of(self, source: str, column: str) -> str:
        """Return a cell in words, for its tooltip and for a screen reader; ``""``: nothing."""

    def look(self, index: QModelIndex) -> CellLook:
        """Return how a cell looks, remembered until cells or colors change."""
        place = index.row(), index.column()
        if place not in self._looks:
            self._looks[place] = self.look_of(self.sources[place[0]], self.columns[place[1]])
        return self._looks[place]

    def forget_looks(self) -> None:
        """Have the cells look another way from now on."""
        self._looks.clear()

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.sources)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.look(index).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.sentence_of(*cell)) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence_of(*cell) or None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.ForegroundRole:
            return color_of("dim")
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section] if role == Qt.ItemDataRole.DisplayRole else None
        name = shown_source_name(self.sources[section])
        if role == Qt.ItemDataRole.ToolTipRole:  # a long name may be seen in part
            return plain_tip(name)
        return name if role == Qt.ItemDataRole.DisplayRole else None

    def cell(self, index: QModelIndex) -> tuple[str, str] | None:
        """Return source and column of a cell."""
        if not index.isValid() or index.row() >= len(self.sources):
            return None
        return self.sources[index.row()], self.columns[index.column()]

    def index_of(self, source: str, column: str) -> QModelIndex:
        """Return the cell of a source and a column."""
        if source in self.sources and column in self.columns:
            return self.index(self.sources.index(source), self.columns.index(column))
        return QModelIndex()


class SourceMap(QTableView):
    """Shows cells of all sources; says which one the user chose.

    Signals
    -------
    chosen(str, str)
        Source and column.

    Parameters
    ----------
    model : SourceMapModel
        What the cells hold.
    name, outline : str
        Accessible name; color around the chosen cell.
    """

    chosen = pyqtSignal(str, str)
    row_height = _ROW_HEIGHT
    text_scale = 1.0  #: of cells and names of columns; less where a small window has no room

    def __init__(
        self, parent: QWidget | None = None, *, name: str, outline: str = "accent"
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sourceMap")  # the style sheet asks once
        self.cells = self.new_model()
        self.setModel(self.cells)
        self.setItemDelegate(_Cell(self, outline))
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # arrows go through the cells, Tab goes on
        self.setFont(tabular(self.font()))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
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
            rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        selection = self.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._on_current)
        theme.changed.connect(self.repaint_cells)
        self.cells.modelReset.connect(self._share_room)
        self.cells.headerDataChanged.connect(self._share_room)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_room()

    def new_model(self) -> SourceMapModel:
        """Return what the cells hold: overridden by each map."""
        raise NotImplementedError

    def current(self) -> tuple[str, str] | None:
        """Return source and column of the chosen cell."""
        return self.cells.cell(self.currentIndex())

    def choose(self, source: str, column: str) -> None:
        """Choose a cell without telling anyone."""
        index = self.cells.index_of(source, column)
        selection = self.selectionModel()
        if selection is None or not index.isValid() or index == self.currentIndex():
            return
        with QSignalBlocker(selection):
            selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)  # Qt does so by the signal that is blocked here
        self._update_viewport()

    def choose_none(self) -> None:
        """Let no cell be chosen, without telling anyone."""
        selection = self.selectionModel()
        if selection is not None:
            with QSignalBlocker(selection):
                selection.clear()
        self._update_viewport()

    def wanted_height(self, most_rows: int = 12) -> int:
        """Return the height that shows up to ``most_rows`` rows, and nothing of the next one."""
        header, n_rows = self.horizontalHeader(), self.cells.rowCount()
        top = header.sizeHint().height() if header is not None else 0
        air = 4 if n_rows <= most_rows else 0
        return top + _ROW_HEIGHT * max(1, min(n_rows, most_rows)) + air

    def repaint_cells(self) -> None:
        """Ask the model anew how each cell looks."""
        self.cells.forget_looks()
        self._update_viewport()

    def _share_room(self) -> None:
        """Give the columns the room that their names need, and the names of sources the rest."""
        across, down, bar = self.horizontalHeader(), self.verticalHeader(), self.verticalScrollBar()
        if across is None or down is None or bar is None or not across.count():
            return
        room, n_columns = self.width() - bar.sizeHint().width(), across.count()
        names = self._width_of_names()
        for self.text_scale in _TEXT_SCALES:
            least = _GAP + self._widest_text(resized(across.font(), self.text_scale))
            if n_columns * least + names <= room:
                break
        across.setMinimumSectionSize(least)
        down.setMaximumWidth(max(room - n_columns * least, _NARROWEST_NAME))
        self.updateGeometries()

    def _width_of_names(self) -> int:
        """Return how wide the names of all sources are in two lines of small text."""
        metrics = QFontMetrics(_sizes_of_two_lines(self.font())[-1])
        lines = (
            line
            for row in range(self.cells.rowCount())
            for line in in_two_lines(str(self.cells.headerData(row, Qt.Orientation.Vertical)))
        )
        widest = max(map(metrics.horizontalAdvance, lines), default=0)
        return max(widest + 2 * _MARGIN + 2, _NARROWEST_NAME)

    def _widest_text(self, font: QFont) -> int:
        advance = QFontMetrics(font).horizontalAdvance
        return max(advance(one) for one in (*self.cells.columns, _WIDEST_CELL))

    def _update_viewport(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        cell = self.cells.cell(index)
        if cell is not None:
            self.chosen.emit(*cell)


class _Names(QHeaderView):
    """The names of sources or columns; a style sheet would give all of them one color."""

    def __init__(self, orientation: Qt.Orientation, parent: SourceMap) -> None:
        super().__init__(orientation, parent)
        self._map = parent

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:  # noqa: N802
        model = self.model()
        if painter is None or model is None or not rect.isValid():
            return
        ink, font = (
            model.headerData(section, self.orientation(), role)
            for role in (Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.FontRole)
        )
        text = str(model.headerData(section, self.orientation()))
        painter.save()
        painter.setPen(ink)
        if self.orientation() == Qt.Orientation.Vertical:
            inside = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
            own, text = fitted_name(text, self.font(), inside.width())
        else:
            inside, own = rect, resized(self.font(), self._map.text_scale)
        painter.setFont(own if font is None else font.resolve(own))
        painter.drawText(inside, self.defaultAlignment(), text)
        painter.setPen(color_of("hairline"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


def fitted_name(name: str, font: QFont, room: int) -> tuple[QFont, str]:
    """Return the name of a source for ``room`` pixels: in one line, or in two of smaller text.

    Where it has no room even so, the star is cut in its middle, and program and observation stay.
    """
    if QFontMetrics(font).horizontalAdvance(name) <= room:
        return font, name
    lines = in_two_lines(name)
    for small in _sizes_of_two_lines(font):
        metrics = QFontMetrics(small)
        if max(map(metrics.horizontalAdvance, lines)) < room:
            return small, "\n".join(lines)
    cut = Qt.TextElideMode.ElideMiddle
    return small, "\n".join(metrics.elidedText(one, cut, room) for one in lines)


def _sizes_of_two_lines(font: QFont) -> tuple[QFont, ...]:
    """Return the fonts in which a row has two lines, the largest first."""
    highest = (_ROW_HEIGHT - _AIR) / (2 * QFontMetrics(font).height())
    scales = [one for one in _TEXT_SCALES if one <= highest] or [highest]
    return tuple(resized(font, one) for one in scales)


def in_two_lines(name: str) -> tuple[str, ...]:
    """Return the star, and program and observation, of the name of a source."""
    star, _, place = name.rpartition("/")
    return (star, place) if star else (place,)


class _Cell(QStyledItemDelegate):
    """Paints one cell as its model says, and an outline around the chosen one."""

    def __init__(self, parent: SourceMap, outline: str) -> None:
        super().__init__(parent)
        self._map, self._outline = parent, outline

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        model = index.model()
        if painter is None or not isinstance(model, SourceMapModel):
            return
        look = model.look(index)
        box = option.rect.adjusted(1, 1, -1, -1)
        painter.fillRect(box, look.fill)
        painter.setFont(resized(option.font, self._map.text_scale))
        painter.setPen(look.ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, look.text)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color_of(self._outline), 2))
            painter.drawRect(box)


def shaded(name: str, share: float, *, ink: str = "text") -> tuple[QColor, QColor]:
    """Return the card with a share of a color on it, and an ink that is read on that.

    ``ink`` is taken when it can be read, else the better one of text and card.
    """
    card = color_of("card")
    fill = _blend(card, color_of(name), _STRONGEST * share)
    wanted = color_of(ink)
    if contrast(wanted, fill) >= _READABLE:
        return fill, wanted
    return fill, max((color_of("text"), card), key=lambda one: contrast(one, fill))


def contrast(one: QColor, other: QColor) -> float:
    """Return how well one color can be read on another (WCAG 2: 1 to 21)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(color: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    parts = (linear(value) for value in (color.redF(), color.greenF(), color.blueF()))
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _blend(base: QColor, over: QColor, share: float) -> QColor:
    def mixed(one: float, other: float) -> float:
        return one + (other - one) * share

    return QColor.fromRgbF(
        mixed(base.redF(), over.redF()),
        mixed(base.greenF(), over.greenF()),
        mixed(base.blueF(), over.blueF()),
    )
