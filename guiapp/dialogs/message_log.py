"""The message log: everything the program had to say, to read, filter and copy."""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QWidget,
)

from guiapp.dialogs.sheet import Sheet
from guiapp.look import theme
from guiapp.look.parts import Label, fitted, plain_tip
from guiapp.look.tokens import GRID

_MOST_KEPT = 5000
_ROW_HEIGHT = 24
_TONES = {"note": "dim", "care": "care", "wrong": "wrong"}
_LEVELS = {"warning": "care", "error": "wrong"}  # as other parts of the program call them
_COLUMNS = ("Time", "Level", "Message")


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One thing that was said.

    Attributes
    ----------
    time : str
        Local time of day.
    level : str
        ``"note"``, ``"care"`` or ``"wrong"``.
    text : str
        One or more sentences.
    details : str
        A traceback, for bugs.
    """

    time: str
    level: str
    text: str
    details: str = ""


class MessageStore(QObject):
    """Keeps the last messages. There is one for a window."""

    added = pyqtSignal(object)  # LoggedMessage

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages: deque[LoggedMessage] = deque(maxlen=_MOST_KEPT)

    @property
    def messages(self) -> tuple[LoggedMessage, ...]:
        """What was said, oldest first."""
        return tuple(self._messages)

    def add(self, level: str, text: str, *, details: str = "") -> None:
        """Keep a message. Call it in the GUI thread; levels: note, care, wrong."""
        level = _LEVELS.get(level, level)
        time = datetime.now().astimezone().strftime("%H:%M:%S")
        message = LoggedMessage(time, level, text, details)
        self._messages.append(message)
        self.added.emit(message)

    def clear(self) -> None:
        """Forget everything."""
        self._messages.clear()


class StoreHandler(logging.Handler):
    """Brings what is logged, in any thread, into the store."""

    def __init__(self, store: MessageStore) -> None:
        super().__init__(logging.INFO)
        self._bridge = _Bridge(store)

    def emit(self, record: logging.LogRecord) -> None:
        level = "note" if record.levelno < logging.WARNING else "care"
        level = "wrong" if record.levelno >= logging.ERROR else level
        details = ""
        if record.exc_info:
            details = logging.Formatter().formatException(record.exc_info)
        self._bridge.heard.emit(level, record.getMessage(), details)


class _Bridge(QObject):
    heard = pyqtSignal(str, str, str)

    def __init__(self, store: MessageStore) -> None:
        super().__init__(store)
        self._store = store
        self.heard.connect(self._keep)

    def _keep(self, level: str, text: str, details: str) -> None:
        self._store.add(level, text, details=details)


class MessageLogDialog(Sheet):
    """The messages of this window, newest below."""

    def __init__(self, store: MessageStore, parent: QWidget | None = None) -> None:
        super().__init__("Messages", parent=parent, width=720)
        self._store = store
        self.filter_field = QLineEdit()
        self.filter_field.setPlaceholderText("Filter")
        self.filter_field.setAccessibleName("Filter the messages")
        self.level_box = QComboBox()
        self.level_box.addItems(["Everything", "Care and wrong", "Wrong"])
        self.level_box.setAccessibleName("Level of the messages")
        self._model = _Messages(self)
        self.table = QTableView()
        self.remark = Label("", "dim")
        self._lay_out()
        store.added.connect(self._refresh)
        self.filter_field.textChanged.connect(self._refresh)
        self.level_box.currentIndexChanged.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.filter_field, 1)
        row.addWidget(self.level_box)
        self.body.addLayout(row)
        self.table.setModel(self._model)
        self.table.setAccessibleName("Messages")
        self.table.setShowGrid(False)
        self.table.setMinimumHeight(360)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        rows, columns = self.table.verticalHeader(), self.table.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(_ROW_HEIGHT)
            columns.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            columns.setStretchLastSection(True)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.remark)
        self.remark.setWordWrap(True)
        self.remark.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentRowChanged.connect(lambda now, _before: self._show_whole(now.row()))
        copy = self.add_button("Copy all", is_left=True, tip="Copy what is listed, with details")
        copy.clicked.connect(self._on_copy)
        self.add_button("Close", "primary").clicked.connect(self.accept)

    def text(self) -> str:
        """Return what is listed, with details, as text."""
        lines = [f"{m.time}\t{m.level}\t{m.text}\n{m.details}".rstrip() for m in self._model.rows]
        return "\n".join(lines) + "\n"

    def _on_copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.text())

    def _show_whole(self, row: int) -> None:
        """Write the message of a row below the table, where it is not cut."""
        if 0 <= row < len(self._model.rows):
            message = self._model.rows[row]
            self.remark.setText(message.text)

    def _refresh(self) -> None:
        words = self.filter_field.text().casefold().split()
        levels = {0: {"note", "care", "wrong"}, 1: {"care", "wrong"}, 2: {"wrong"}}
        wanted = levels[max(self.level_box.currentIndex(), 0)]
        self._model.show_rows(
            [
                message
                for message in self._store.messages
                if message.level in wanted
                and all(word in message.text.casefold() for word in words)
            ]
        )
        self.table.scrollToBottom()
        if self._model.rows:  # the newest one can be read whole at once
            self.table.selectRow(len(self._model.rows) - 1)
        nothing = "No message is like that." if self._store.messages else "Nothing was said so far."
        if not self._model.rows:
            self.remark.setText(nothing)


class _Messages(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[LoggedMessage] = []

    def show_rows(self, rows: list[LoggedMessage]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        message = self.rows[index.row()]
        cells = (message.time, message.level, message.text.replace("\n", " "))
        if role == Qt.ItemDataRole.DisplayRole:
            return cells[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{message.text}\n{message.details}".strip())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() < 2:
            return QColor(getattr(theme.tokens, _TONES.get(message.level, "dim")))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None
