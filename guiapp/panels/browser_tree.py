"""The tree of the data browser: its model, how a row is painted, drag in and out."""

from typing import Any

from PyQt6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QUrl,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QStandardItem,
    QStandardItemModel,
)
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from guiapp.look import theme
from guiapp.look.icons import paint_icon, paint_symbol
from guiapp.look.parts import plain_tip
from guiapp.look.tokens import GRID
from guiapp.panels.browser_rows import BrowserRow

_ROWS = "application/x-fluxknot-rows"
ROW_ROLE = Qt.ItemDataRole.UserRole
_SEARCH_ROLE = Qt.ItemDataRole.UserRole + 1

_ROW_HEIGHT = 24
_INDENT = 14
_ICON = 14
_SCROLL_BAR = 10
_ROLE_ICONS = {
    "standard star": "star",
    "lamp": "lamp",
    "asteroid": "asteroid",
    "red disk": "disk",
    "extended source": "extended",
    "model": "model",
    "reference": "reference",
    "cube": "cube",
    "table": "table",
    "other": "other",
}

Index = QModelIndex | QPersistentModelIndex


def row_of(index: Index) -> BrowserRow:
    """Return the row that ``index`` shows."""
    row = index.data(ROW_ROLE)
    assert isinstance(row, BrowserRow)
    return row


class RowModel(QStandardItemModel):
    """The rows; a row with a path can be dragged to any program that takes files."""

    def show_rows(self, rows: tuple[BrowserRow, ...]) -> None:
        """Show ``rows`` instead of what was shown."""
        self.clear()
        root = self.invisibleRootItem()
        for row in rows:
            if root is not None:
                root.appendRow(_item(row, ""))

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list", "text/plain"]

    def mimeData(self, indexes: Any) -> QMimeData:
        paths = [one.path for index in indexes for one in row_of(index).walk() if one.path]
        unique = list(dict.fromkeys(paths))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(path) for path in unique])
        data.setText("\n".join(unique))
        ids = dict.fromkeys(row_of(index).id for index in indexes)
        data.setData(_ROWS, "\n".join(ids).encode())
        return data


def _item(row: BrowserRow, above: str) -> QStandardItem:
    item = QStandardItem(row.text)
    said = f"{above} {row.text} {row.detail} {row.band} {row.role}".casefold()
    item.setEditable(False)
    item.setDropEnabled(False)
    item.setData(row, ROW_ROLE)
    item.setData(said, _SEARCH_ROLE)
    item.setToolTip(plain_tip("\n".join(part for part in (row.badge_tip, row.tip) if part)))
    warned = f", {row.badge_tip}" if row.badge_tip else ""
    item.setAccessibleText(f"{row.text} {row.detail}{warned}".strip())
    for child in row.children:
        item.appendRow(_item(child, said))
    return item


class RowFilter(QSortFilterProxyModel):
    """Keeps rows that hold every word typed, in themselves or in what stands above them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setRecursiveFilteringEnabled(True)

    def show_only(self, text: str) -> None:
        """Filter by the words of ``text``."""
        self._words = tuple(text.casefold().split())
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:
        model = self.sourceModel()
        if not self._words or model is None:
            return True
        said = str(model.index(source_row, 0, source_parent).data(_SEARCH_ROLE))
        return all(word in said for word in self._words)


class RowPainter(QStyledItemDelegate):
    """Paints symbol, name, dim detail and badge of a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        height = max(_ROW_HEIGHT, option.fontMetrics.height() + GRID)
        return QSize(120, height)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        row = row_of(index)
        tree = self.parent()
        free = tree.free_margin() if isinstance(tree, BrowserTree) else 0
        place = option.rect.adjusted(2, 0, -GRID - free, 0)
        painter.save()
        if row.is_excluded:
            painter.setOpacity(0.6)
        left = place.left() + _paint_mark(painter, row, place)
        right = place.right() - (_ICON + GRID if row.badge else 0)
        self._paint_texts(painter, option, row, QRect(left, place.top(), right - left, _h(place)))
        if row.badge:
            _paint_badge(painter, row, place)
        painter.restore()

    def _paint_texts(
        self, painter: QPainter, option: QStyleOptionViewItem, row: BrowserRow, place: QRect
    ) -> None:
        font = QFont(option.font)
        font.setStrikeOut(row.is_excluded)
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens.text))
        metrics = option.fontMetrics
        name = metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, place.width())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, middle, name)
        used = metrics.horizontalAdvance(name) + 2 * GRID
        if row.detail and place.width() - used > 3 * GRID:
            rest = place.adjusted(used, 0, 0, 0)
            painter.setFont(option.font)
            painter.setPen(QColor(theme.tokens.dim))
            detail = metrics.elidedText(row.detail, Qt.TextElideMode.ElideRight, rest.width())
            painter.drawText(rest, middle, detail)


def _h(place: QRect) -> int:
    return place.height()


def _paint_mark(painter: QPainter, row: BrowserRow, place: QRect) -> int:
    """Paint the dot, symbol or icon of a row; return how much room it took."""
    middle = QPointF(place.left() + _ICON / 2, place.center().y() + 0.5)
    if row.band:
        paint_symbol(painter, "circle", middle, 8, theme.band(row.band))
    elif row.star_class:
        symbol = theme.symbol(row.star_class)
        paint_symbol(painter, symbol, middle, 8, theme.star_class(row.star_class))
    elif row.role in _ROLE_ICONS:
        box = QRectF(middle.x() - _ICON / 2, middle.y() - _ICON / 2, _ICON, _ICON)
        paint_icon(painter, _ROLE_ICONS[row.role], box, theme.tokens.dim)
    else:
        return 0
    return _ICON + GRID + 2


def _paint_badge(painter: QPainter, row: BrowserRow, place: QRect) -> None:
    colors = {"care": theme.tokens.care, "wrong": theme.tokens.wrong, "info": theme.tokens.dim}
    box = QRectF(place.right() - _ICON, place.center().y() - _ICON / 2 + 0.5, _ICON, _ICON)
    paint_icon(painter, row.badge, box, colors[row.badge])


class BrowserTree(QTreeView):
    """The tree itself: whole rows are highlighted, files can be dropped into it."""

    files_dropped = pyqtSignal(tuple)  # of str

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Open data")
        self.setHeaderHidden(True)
        self.setIndentation(_INDENT)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegate(RowPainter(self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        theme.changed.connect(self._repaint)

    def _repaint(self) -> None:
        viewport = self.viewport()
        if viewport is not None:
            viewport.update()

    def drawRow(  # noqa: N802  (Qt's name)
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        model = self.selectionModel()
        is_selected = model is not None and model.isSelected(index)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if painter is not None and (is_selected or is_hovered):
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            tokens = theme.tokens
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected if is_selected else tokens.hover))
            painter.drawRoundedRect(QRectF(self._whole_row(option.rect)), GRID, GRID)
            if is_selected and self.hasFocus() and index == self.currentIndex():
                painter.setPen(QColor(tokens.accent))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                frame = QRectF(self._whole_row(option.rect)).adjusted(0.5, 0.5, -0.5, -0.5)
                painter.drawRoundedRect(frame, GRID, GRID)
            painter.restore()
        super().drawRow(painter, option, index)

    def _whole_row(self, rect: QRect) -> QRect:
        viewport = self.viewport()
        width = (rect.right() if viewport is None else viewport.width()) - self.free_margin()
        return QRect(0, rect.top(), width, rect.height())

    def free_margin(self) -> int:
        """Return the margin at the right that the scroll bar takes when it is needed."""
        bar = self.verticalScrollBar()
        return 0 if bar is not None and bar.isVisible() else _SCROLL_BAR

    def drawBranches(  # noqa: N802  (Qt's name)
        self, painter: QPainter | None, rect: QRect, index: QModelIndex
    ) -> None:
        model = self.model()
        if painter is None or model is None or not model.hasChildren(index):
            return
        size = 10
        box = QRectF(rect.right() - size - 1, rect.center().y() - size / 2 + 0.5, size, size)
        name = "down" if self.isExpanded(index) else "right"
        paint_icon(painter, name, box, theme.tokens.dim)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        super().mouseDoubleClickEvent(event)
        if event is not None:
            index = self.indexAt(event.position().toPoint())
            model = self.model()
            if index.isValid() and model is not None and model.hasChildren(index):
                self.setExpanded(index, not self.isExpanded(index))

    def selectionCommand(  # noqa: N802  (Qt's name)
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Select at the release of the button: a row that is dragged leaves what is seen alone."""
        usual = super().selectionCommand(index, event)
        if not isinstance(event, QMouseEvent) or event.modifiers() or not index.isValid():
            return usual
        if event.button() != Qt.MouseButton.LeftButton:
            return usual
        if event.type() == QEvent.Type.MouseButtonPress:
            return QItemSelectionModel.SelectionFlag.NoUpdate
        if event.type() == QEvent.Type.MouseButtonRelease:
            flags = QItemSelectionModel.SelectionFlag
            return flags.ClearAndSelect | flags.Rows
        return usual

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N802, N803  (Qt's names)
        """Drag the row under the hand, or all that are selected if it is one of them."""
        model, held = self.model(), self.currentIndex()
        if model is None or held in self.selectedIndexes():
            super().startDrag(supportedActions)
            return
        drag = QDrag(self)
        drag.setMimeData(model.mimeData([held]))
        drag.exec(supportedActions, Qt.DropAction.CopyAction)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        _accept_files(event, self)

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:
        _accept_files(event, self)

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event is not None and dropped_paths(event):
            event.acceptProposedAction()
            self.files_dropped.emit(dropped_paths(event))


def dropped_paths(event: QDropEvent) -> tuple[str, ...]:
    """Return the files and folders of this computer that are being dropped."""
    data = event.mimeData()
    urls = [] if data is None else data.urls()
    return tuple(url.toLocalFile() for url in urls if url.isLocalFile())


def dropped_rows(event: QDropEvent) -> tuple[str, ...]:
    """Return the ids of the rows of this program's browser that are being dropped."""
    data = event.mimeData()
    is_ours = event.source() is not None  # another program's rows are files to open
    said = data.data(_ROWS).data() if is_ours and data is not None else b""
    return tuple(said.decode().splitlines())


def _accept_files(event: QDragMoveEvent | None, tree: BrowserTree) -> None:
    if event is None:
        return
    if event.source() is not tree and dropped_paths(event):
        event.acceptProposedAction()
    else:
        event.ignore()
