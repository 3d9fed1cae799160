"""The history of edits: the last one in one line, all of them in a list on request."""

from PyQt6.QtCore import QModelIndex, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPalette, QUndoStack
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QUndoView,
    QWidget,
)

from engine.counting import counted
from guiapp.look.icons import icon
from guiapp.look.parts import ElidedLabel, Label, column, fitted, plain_tip
from guiapp.look.themes import theme
from guiapp.look.tokens import GRID

_EDIT_HEIGHT = 24
_MOST_EDITS = 6  # that are seen at once, unless the user gives them more room
_ICON = 12
_FAINT = 190  # of 255: how much is seen of an edit that was taken back
_AS_OPENED = "As opened"


class EditHistory(QWidget):
    """Says what was done last; opens to the list of all edits, where a click goes to one.

    Signals
    -------
    toggled()
        It was opened or closed.
    grown()
        There are more or fewer edits.
    """

    toggled = pyqtSignal()
    grown = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = QPushButton()
        self.edits = QUndoView()
        self.edits.setItemDelegate(_FaintUndone(self.edits))
        self.edits.setUniformItemSizes(True)  # else an edit measures all the others once more
        self.last = _LastEdit()
        self._title = Label("History", "section")
        self._count = Label("", "dim")
        self._arrow = Label()
        self._stack: QUndoStack | None = None
        self._lay_out()
        self.header.toggled.connect(self._on_toggled)
        self.last.clicked.connect(lambda: self.header.setChecked(True))
        theme.changed.connect(self._point)
        model = self.edits.model()
        if model is not None:
            for changed in (model.modelReset, model.rowsInserted, model.rowsRemoved):
                changed.connect(self.grown)
        self._on_toggled()

    def show_stack(self, stack: QUndoStack | None) -> None:
        """Show the edits of ``stack``."""
        if self._stack is not None:
            self._stack.indexChanged.disconnect(self._say)
        self._stack = stack
        self.edits.setStack(stack)
        if stack is not None:
            stack.indexChanged.connect(self._say)
        self._say()
        self.grown.emit()

    @property
    def is_open(self) -> bool:
        """Whether all edits are listed."""
        return self.header.isChecked()

    @property
    def wanted_height(self) -> int:
        """The height that shows the edits there are, up to a few."""
        model = self.edits.model()
        if not self.is_open or model is None:
            return self.closed_height
        n_rows = min(max(model.rowCount(), 1), _MOST_EDITS)
        return self.header.sizeHint().height() + 2 * GRID + n_rows * _EDIT_HEIGHT

    @property
    def closed_height(self) -> int:
        """The height of the last edit alone."""
        return self.header.sizeHint().height() + GRID + self.last.sizeHint().height()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.header)
        fitted(row, spacing=GRID)
        for part in (self._arrow, self._title, self._count):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part)
        row.addStretch(1)
        self.header.setProperty("kind", "quiet")
        self.header.setObjectName("fold")
        self.header.setCheckable(True)
        self.header.setAccessibleName("History")
        self.header.setFixedHeight(self._title.sizeHint().height() + GRID)
        box = column(self, spacing=GRID)
        box.addWidget(self.header)
        box.addWidget(self.last)
        box.addWidget(self.edits, 1)
        self.edits.setEmptyLabel(_AS_OPENED)
        self.edits.setAccessibleName("Edits")
        self.edits.setMinimumHeight(_EDIT_HEIGHT)
        self.edits.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edits.setTextElideMode(Qt.TextElideMode.ElideRight)

    def _on_toggled(self) -> None:
        self.last.setVisible(not self.is_open)
        self.edits.setVisible(self.is_open)
        tip = (
            "Show the last edit alone." if self.is_open else "List all edits; a click goes to one."
        )
        self.header.setToolTip(plain_tip(tip))
        self._point()
        self.toggled.emit()

    def _point(self) -> None:
        drawing = icon("down" if self.is_open else "right", "dim")
        self._arrow.setPixmap(drawing.pixmap(QSize(_ICON, _ICON), self.devicePixelRatioF()))

    def _say(self) -> None:
        stack = self._stack
        done, known = (0, 0) if stack is None else (stack.index(), stack.count())
        text = stack.text(done - 1) if stack is not None and done else _AS_OPENED
        self.last.set_full_text(text)
        undone = f"{done} of " if done < known else ""
        self._count.setText(f"{undone}{counted(known, 'edit')}" if known else "")


class _FaintUndone(QStyledItemDelegate):
    """Draws edits that were taken back faint: they are not in force."""

    def __init__(self, edits: QUndoView) -> None:
        super().__init__(edits)
        self._edits = edits

    def initStyleOption(  # noqa: N802  (name of Qt)
        self, option: QStyleOptionViewItem | None, index: QModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        stack = self._edits.stack()
        if option is not None and stack is not None and index.row() > stack.index():
            faint = QColor(theme.tokens.dim)
            faint.setAlpha(_FAINT)
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, faint)
            option.font.setItalic(True)


class _LastEdit(ElidedLabel):
    """A line that opens the list when it is clicked."""

    clicked = pyqtSignal()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
