"""The data browser: everything that is open, by target, observation and band."""

from PyQt6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QActionGroup, QKeyEvent
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QMenu, QWidget

from guiapp.look.icons import icon
from guiapp.look.parts import Card, Label
from guiapp.look.tokens import GRID
from guiapp.panels.browser_rows import BrowserCommand, BrowserRow
from guiapp.panels.browser_tree import BrowserTree, RowFilter, RowModel, row_of

_EMPTY = "Drop files or folders here"


class DataBrowser(Card):
    """Shows rows, says which are selected and what the user wants done with them."""

    selected = pyqtSignal(tuple)  # ids of the selected rows
    activated = pyqtSignal(str)  # id of the row that was double-clicked
    role_changed = pyqtSignal(tuple, str)  # ids, role
    renamed = pyqtSignal(tuple)  # ids whose target the user wants to rename
    removed = pyqtSignal(tuple)  # ids
    messages_wanted = pyqtSignal(str)  # id
    menu_wanted = pyqtSignal(tuple)  # ids: the time to `set_commands` for them
    command_chosen = pyqtSignal(str, tuple)  # id of a `BrowserCommand`, ids of rows
    files_dropped = pyqtSignal(tuple)  # paths

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="Data")
        self._roles: tuple[str, ...] = ()
        self._commands: tuple[BrowserCommand, ...] = ()
        self._quiet = False
        self._chosen: tuple[str, ...] = ()
        self._shut_before: set[str] | None = None  # what was closed before the filter opened all
        self.filter_field = _FilterField()
        self.tree = BrowserTree()
        self._model = RowModel(self)
        self._filter = RowFilter(self)
        self._filter.setSourceModel(self._model)
        self.tree.setModel(self._filter)
        self._foot = Label(_EMPTY, "dim")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        margin, free = 3 * GRID, GRID // 2  # the scroll bar lies in the margin at the right
        self.box.setContentsMargins(margin, margin, free, margin)
        self.box.addWidget(Label("Data", "section"))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, margin - free, 0)
        row.addWidget(self.filter_field)
        self.box.addLayout(row)
        self.box.addWidget(self.tree, 1)
        self.box.addWidget(self._foot)
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self.filter_field.textChanged.connect(self._on_filter_changed)
        self.filter_field.left.connect(self.tree.setFocus)
        self.tree.files_dropped.connect(self.files_dropped)
        self.tree.activated.connect(self._on_activated)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        selection = self.tree.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(self._on_selection_changed)

    def show_tree(self, rows: tuple[BrowserRow, ...]) -> None:
        """Show ``rows``; what was selected, opened or closed stays so."""
        seen, shut = self.selected_ids(), self._shut_ids()
        known = {row_of(index).id for index in self._indexes()}
        at = self.tree.verticalScrollBar()
        position = 0 if at is None else at.value()
        self._quiet = True
        self._model.show_rows(rows)
        for index in self._indexes():
            row = row_of(index)
            is_shut = row.id in shut if row.id in known else not row.is_open
            self.tree.setExpanded(index, not is_shut)
        self._quiet = False
        self.select(self._chosen)
        if at is not None:
            at.setValue(position)
        if self.selected_ids() != seen:
            self.selected.emit(self.selected_ids())

    def set_roles(self, roles: tuple[str, ...]) -> None:
        """Say which roles the context menu offers."""
        self._roles = roles

    def set_commands(self, commands: tuple[BrowserCommand, ...]) -> None:
        """Say what else the context menu offers, for example the models of a star."""
        self._commands = commands

    def set_foot(self, text: str) -> None:
        """Show one dim line below the tree; ``""`` invites to drop files."""
        self._foot.setText(text or _EMPTY)

    def selected_ids(self) -> tuple[str, ...]:
        """Return the ids of the selected rows, in the order of the tree."""
        model = self.tree.selectionModel()
        if model is None:
            return ()
        return tuple(row_of(index).id for index in self._indexes() if model.isSelected(index))

    def select(self, ids: tuple[str, ...]) -> None:
        """Select rows because something was picked elsewhere: tells no one.

        Those that the filter hides are selected again when it lets them through.
        """
        self._chosen = ids
        model = self.tree.selectionModel()
        if model is None:
            return
        wanted = QItemSelection()
        for index in self._indexes():
            if row_of(index).id in ids:
                wanted.select(index, index)
        self._quiet = True
        model.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if wanted.indexes():
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            model.setCurrentIndex(wanted.indexes()[0], flag)
            self.tree.scrollTo(wanted.indexes()[0])
        self._quiet = False

    def focus_filter(self) -> None:
        """Put the keyboard into the filter."""
        self.filter_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_field.selectAll()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Delete and self.selected_ids():
            self.removed.emit(self.selected_ids())
            return
        super().keyPressEvent(event)

    def context_menu(self) -> QMenu:
        """Return the menu for the selected rows."""
        menu = QMenu(self)
        ids = self.selected_ids()
        self.menu_wanted.emit(ids)
        self._add_roles(menu, ids)
        self._add_commands(menu, ids)
        _add(menu, "Rename the target…", lambda: self.renamed.emit(ids))
        if len(ids) == 1:
            _add(menu, "Show messages", lambda: self.messages_wanted.emit(ids[0]))
        menu.addSeparator()
        paths = "\n".join(self._selected_paths())
        if paths:
            _add(menu, "Copy the path", lambda: _copy(paths), icon_name="copy")
        _add(menu, "Remove from the session", lambda: self.removed.emit(ids), icon_name="close")
        return menu

    def _add_roles(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        sub = menu.addMenu("Role") if self._roles else None
        if sub is None:
            return
        group = QActionGroup(sub)
        now = {row_of(index).role for index in self._indexes() if row_of(index).id in ids}
        for role in self._roles:
            action = sub.addAction(role)
            if action is not None:
                action.setCheckable(True)
                action.setChecked(now == {role})
                group.addAction(action)
                action.triggered.connect(
                    lambda _checked, role=role: self.role_changed.emit(ids, role)
                )

    def _add_commands(self, menu: QMenu, ids: tuple[str, ...]) -> None:
        submenus: dict[str, QMenu | None] = {"": menu}
        for command in self._commands:
            if command.submenu not in submenus:
                submenus[command.submenu] = menu.addMenu(command.submenu)
            target = submenus[command.submenu]
            action = None if target is None else target.addAction(command.text)
            if action is not None:
                action.setCheckable(command.is_checked is not None)
                action.setChecked(bool(command.is_checked))
                action.triggered.connect(
                    lambda _checked, name=command.id: self.command_chosen.emit(name, ids)
                )

    def _on_menu_requested(self, where: QPoint) -> None:
        index = self.tree.indexAt(where)
        viewport = self.tree.viewport()
        if index.isValid() and viewport is not None:
            menu = self.context_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(viewport.mapToGlobal(where))

    def _on_filter_changed(self, text: str) -> None:
        if text.strip() and self._shut_before is None:
            self._shut_before = self._shut_ids()
        self._quiet = True  # what is hidden stays selected everywhere else
        self._filter.show_only(text)
        self._quiet = False
        if text.strip():
            self.tree.expandAll()
        elif self._shut_before is not None:
            for index in self._indexes():
                self.tree.setExpanded(index, row_of(index).id not in self._shut_before)
            self._shut_before = None
        self.select(self._chosen)
        if not self.selected_ids():
            self.tree.scrollToTop()

    def _on_activated(self, index: QModelIndex) -> None:
        self.activated.emit(row_of(index).id)

    def _on_selection_changed(self) -> None:
        if not self._quiet:
            self._chosen = self.selected_ids()
            self.selected.emit(self.selected_ids())

    def _selected_paths(self) -> tuple[str, ...]:
        ids = self.selected_ids()
        rows = [row_of(index) for index in self._indexes() if row_of(index).id in ids]
        return tuple(dict.fromkeys(one.path for row in rows for one in row.walk() if one.path))

    def _shut_ids(self) -> set[str]:
        return {row_of(index).id for index in self._indexes() if not self.tree.isExpanded(index)}

    def _indexes(self) -> list[QModelIndex]:
        """Return every row that the filter lets through, in the order of the tree."""
        found: list[QModelIndex] = []
        stack = [self._filter.index(i, 0) for i in reversed(range(self._filter.rowCount()))]
        while stack:
            index = stack.pop()
            found.append(index)
            n_below = self._filter.rowCount(index)
            stack += [self._filter.index(i, 0, index) for i in reversed(range(n_below))]
        return found


class _FilterField(QLineEdit):
    """Type to filter; Esc clears, Down goes to the tree."""

    left = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Filter")
        self.setAccessibleName("Filter the data")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if event is not None and event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return}:
            self.left.emit()
            return
        super().keyPressEvent(event)


def _add(menu: QMenu, text: str, what: object, *, icon_name: str = "") -> None:
    action = menu.addAction(text)
    if action is not None and callable(what):
        action.triggered.connect(lambda _checked: what())
        if icon_name:
            action.setIcon(icon(icon_name, "dim"))


def _copy(text: str) -> None:
    clipboard = QApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
