"""Search: finds every action, view, star and band by what is typed."""

from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QKeyEvent, QPainter
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from guiapp.look import theme
from guiapp.look.icons import paint_icon
from guiapp.look.parts import Label, column, plain_tip
from guiapp.look.tokens import GRID

_LEAST_WIDTH = 560
_MOST_SHOWN = 200
_ROWS_SEEN = 9
_ICON = 16
_AROUND_LINE = _ICON + 14 * GRID  # drawing, margins and scroll bar beside a line
_ITEM_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class SearchItem:
    """Something that can be found.

    Attributes
    ----------
    kind : str
        ``"action"``, ``"view"``, ``"star"``, ``"band"`` ...; shown, and sent back.
    id : str
        Sent back.
    text, detail : str
        Name, and what is said about it in dim text.
    keys : str
        Shortcut.
    also : str
        Where it belongs, and its names elsewhere: it is found under them, too.
    words : str
        What people call it who do not know its name.
    icon : str
        Name of a drawing.
    is_enabled : bool
        Whether it can be chosen now.
    """

    kind: str
    id: str
    text: str
    detail: str = ""
    keys: str = ""
    also: str = ""
    words: str = ""
    icon: str = ""
    is_enabled: bool = True


def ranked(items: tuple[SearchItem, ...], typed: str) -> list[SearchItem]:
    """Return the items that hold every word of ``typed``, best first.

    A word at the start of the name counts most, then at the start of a word, then at that of one of
    the other words for it, then inside; letters in order, with gaps, count least.
    """
    words = typed.casefold().split()
    scored = []
    for place, item in enumerate(items):
        scores = [_score(item, word) for word in words]
        if all(scores):
            scored.append((-sum(scores), not item.is_enabled, place, item))
    return [item for *_, item in sorted(scored, key=lambda one: one[:3])]


def _score(item: SearchItem, word: str) -> int:
    name = item.text.casefold()
    rest = f"{item.detail} {item.also} {item.kind}".casefold()
    if name.startswith(word):
        return 8
    if any(part.startswith(word) for part in name.replace("…", "").split()):
        return 6
    if any(part.startswith(word) for part in item.words.casefold().split()):
        return 5
    if word in name:
        return 4
    if word in rest:
        return 3
    return 1 if _in_order(word, name) else 0


def _in_order(word: str, name: str) -> bool:
    """Whether the letters follow each other in the name, the first one at the start of a word."""
    if len(word) <= 2:
        return False
    starts = [i for i, letter in enumerate(name) if i == 0 or name[i - 1] == " "]
    return any(_is_spelled(word, name[start:]) for start in starts if name[start] == word[0])


def _is_spelled(word: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in word)


class SearchPalette(QFrame):
    """A field and what it finds; Enter takes the marked line, Esc leaves."""

    chosen = pyqtSignal(str, str)  # kind, id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Search")
        self._items: tuple[SearchItem, ...] = ()
        self._model = _Found(self)
        self.field = _Field()
        self.list = QListView()
        self._nothing = Label("Nothing is called so.", "dim")
        self._lay_out()
        self.field.textChanged.connect(self._on_typed)
        self.field.moved.connect(self._move)
        self.field.taken.connect(self._take)
        self.list.clicked.connect(lambda _index: self._take())

    def _lay_out(self) -> None:
        box = column(self, margin=2 * GRID, spacing=GRID)
        box.addWidget(self.field)
        box.addWidget(self.list)
        box.addWidget(self._nothing)
        self._nothing.setContentsMargins(2 * GRID, GRID, 0, 2 * GRID)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_FoundPainter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("Found")
        self.list.entered.connect(self.list.setCurrentIndex)

    def open_at(self, corner: QPoint, items: tuple[SearchItem, ...]) -> None:
        """Show the palette with its top right corner at ``corner``, searching ``items``."""
        self._items = items
        self.setFixedWidth(self._wanted_width())
        self.field.clear()
        self._on_typed("")
        self.move(corner.x() - self.width(), corner.y())
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def found(self) -> tuple[SearchItem, ...]:
        """Return what is listed, best first."""
        return self._model.items

    def _wanted_width(self) -> int:
        """Return the width that shows what is said about every item, as far as there is room."""
        metrics = self.list.fontMetrics()
        lines = {line for item in self._items for line in (item.detail, item.text + item.keys)}
        longest = max((metrics.horizontalAdvance(line) for line in lines), default=0)
        window = self.parentWidget()
        most = _LEAST_WIDTH if window is None else window.width() - 8 * GRID
        return max(_LEAST_WIDTH, min(longest + _AROUND_LINE, most))

    def _on_typed(self, text: str) -> None:
        found = ranked(self._items, text)[:_MOST_SHOWN]
        self._model.show_items(tuple(found))
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        row = max(self.list.sizeHintForRow(0), 0)
        self.list.setFixedHeight(min(len(found), _ROWS_SEEN) * row + 2)
        self.list.setCurrentIndex(self._model.index(0))
        self.adjustSize()

    def _move(self, by: int) -> None:
        n_rows = self._model.rowCount()
        if n_rows:
            row = (self.list.currentIndex().row() + by) % n_rows
            self.list.setCurrentIndex(self._model.index(row))

    def _take(self) -> None:
        index = self.list.currentIndex()
        if not index.isValid():
            return
        item = self._model.items[index.row()]
        if item.is_enabled:
            self.hide()
            self.chosen.emit(item.kind, item.id)


class _Field(QLineEdit):
    moved = pyqtSignal(int)
    taken = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Search actions, views, stars, bands …")
        self.setAccessibleName("Search")

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}
        steps[Qt.Key.Key_PageUp] = -8
        if event is None:
            return
        if event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape:
            window = self.window()
            if window is not None:
                window.hide()
        else:
            super().keyPressEvent(event)


class _Found(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: tuple[SearchItem, ...] = ()

    def show_items(self, items: tuple[SearchItem, ...]) -> None:
        self.beginResetModel()
        self.items = items
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.items)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.items[index.row()]
        if role == _ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(item.detail)
        return item.text if role == Qt.ItemDataRole.DisplayRole else None


class _FoundPainter(QStyledItemDelegate):
    """Paints drawing, name and shortcut, and below them what is said about it, dim."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(_LEAST_WIDTH - 4 * GRID, 2 * option.fontMetrics.height() + 2 * GRID)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        item = index.data(_ITEM_ROLE)
        if painter is None or not isinstance(item, SearchItem):
            return
        tokens = theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), GRID, GRID)
        place = option.rect.adjusted(2 * GRID, 0, -2 * GRID, 0)
        middle = place.center().y() + 0.5
        if item.icon:
            box = QRectF(place.left(), middle - _ICON / 2, _ICON, _ICON)
            paint_icon(painter, item.icon, box, tokens.dim)
        painter.setFont(option.font)
        _paint_words(painter, item, place.adjusted(_ICON + 2 * GRID, 0, 0, 0))
        painter.restore()


def _paint_words(painter: QPainter, item: SearchItem, place: QRect) -> None:
    tokens, metrics = theme.tokens, painter.fontMetrics()
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    end = item.keys or item.kind
    height = metrics.height() if item.detail else place.height() - 2 * GRID
    upper = QRect(place.left(), place.top() + GRID, place.width(), height)
    lower = upper.translated(0, height)
    painter.setPen(QColor(tokens.dim))
    painter.drawText(upper, right, end)
    room = upper.adjusted(0, 0, -metrics.horizontalAdvance(end) - 4 * GRID, 0)
    name = metrics.elidedText(item.text, Qt.TextElideMode.ElideRight, room.width())
    painter.setPen(QColor(tokens.text if item.is_enabled else tokens.dim))
    painter.drawText(room, left, name)
    if item.detail:
        painter.setPen(QColor(tokens.dim))
        detail = metrics.elidedText(item.detail, Qt.TextElideMode.ElideRight, lower.width())
        painter.drawText(lower, left, detail)
