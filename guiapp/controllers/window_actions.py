"""The actions of the window, made from the one table: menus, keys and search show the same."""

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMenu, QMenuBar, QWidget

from guiapp.look import icon
from guiapp.look.parts import plain_tip
from guiapp.look.places import place_text
from guiapp.panels.search_palette import SearchItem
from guiapp.panels.view_area import View
from guiapp.settings.actions import ACTIONS, MENUS, ActionSpec

_THEME = "view.theme_"
_RECENT_AFTER = "file.open_session"
_N_NUMBERED = 9


class WindowActions(QObject):
    """Every `QAction` of the window, by the id of its `ActionSpec`.

    An action that no one listens to is not shown: nothing in a menu does nothing.
    """

    view_chosen = pyqtSignal(str)  # name
    recent_chosen = pyqtSignal(str)  # path
    opening = pyqtSignal()  # a menu of the bar is about to be seen

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions = {spec.id: self._made(spec) for spec in ACTIONS}
        self._settling = QTimer(self)  # an action that is not shown has no keys either
        self._settling.setSingleShot(True)
        self._settling.timeout.connect(self.hide_idle)
        self._menus: dict[str, QMenu] = {}
        self._view_menus: dict[str, QMenu] = {}
        self._below_views: QAction | None = None
        self._recent_menu: QMenu | None = None
        self._themes = QActionGroup(self)
        self._n_own_listeners = dict.fromkeys(self._actions, 0)  # menus listen, too
        for action_id, action in self._actions.items():
            if action_id.startswith(_THEME):
                self._themes.addAction(action)

    def action(self, action_id: str) -> QAction:
        """Return the action called ``action_id``; `KeyError` when there is none."""
        self._settling.start()
        return self._actions[action_id]

    def fill(self, bar: QMenuBar) -> None:
        """Fill the menu bar."""
        for name in MENUS:
            menu = bar.addMenu(name)
            if menu is not None:
                menu.setToolTipsVisible(True)
                menu.aboutToShow.connect(self.hide_idle)
                menu.aboutToShow.connect(self.opening)
                self._menus[name] = menu
                self._fill_menu(menu, [spec for spec in ACTIONS if spec.menu == name])
        self._n_own_listeners = {
            action_id: _n_listeners(action) for action_id, action in self._actions.items()
        }

    def add_view(self, group: str, name: str, title: str, tip: str) -> None:
        """List a view in the menu; the first nine get Ctrl+1 to Ctrl+9."""
        menu = self._menus["View"]
        if group not in self._view_menus:
            sub = QMenu(group, menu)
            sub.setToolTipsVisible(True)
            if self._below_views is None:
                self._below_views = menu.insertSeparator(self._actions["view.zoom_all"])
            menu.insertMenu(self._below_views, sub)
            self._view_menus[group] = sub
        action = QAction(title, self._window)
        action.setToolTip(plain_tip(tip or title))
        n_views = sum(len(sub.actions()) for sub in self._view_menus.values())
        if n_views < _N_NUMBERED:
            action.setShortcut(QKeySequence(f"Ctrl+{n_views + 1}"))
        action.triggered.connect(lambda _checked: self.view_chosen.emit(name))
        self._view_menus[group].addAction(action)
        self._window.addAction(action)

    def show_recent(self, paths: tuple[str, ...]) -> None:
        """List the sessions opened last."""
        if self._recent_menu is None:
            return
        self._recent_menu.clear()
        self._recent_menu.setEnabled(bool(paths))
        for path in paths:
            named = f"{Path(path).stem}   {place_text(path)}".replace("&", "&&")
            action = self._recent_menu.addAction(named)
            if action is not None:
                action.setToolTip(plain_tip(path))
                action.triggered.connect(lambda _checked, path=path: self.recent_chosen.emit(path))

    def is_idle(self, action_id: str) -> bool:
        """Whether no one listens to the action."""
        return _n_listeners(self._actions[action_id]) <= self._n_own_listeners[action_id]

    def hide_idle(self) -> None:
        """Show the actions that someone listens to, and only those."""
        for action_id, action in self._actions.items():
            action.setVisible(not self.is_idle(action_id))

    def search_items(self, views: Iterable[View]) -> tuple[SearchItem, ...]:
        """Return what the search can find of actions and views."""
        actions = tuple(
            SearchItem(
                "action",
                spec.id,
                spec.text,
                spec.tip,
                keys=_shown(spec.shortcut),
                also=f"{spec.menu} {spec.submenu}",
                words=spec.words,
                icon=spec.icon or "action",
                is_enabled=self._actions[spec.id].isEnabled(),
            )
            for spec in ACTIONS
            if not self.is_idle(spec.id)
        )
        return actions + tuple(
            SearchItem(
                "view",
                view.name,
                view.title,
                view.tip,
                also=view.group,
                words=view.words,
                icon="view",
            )
            for view in views
        )

    def _made(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self._window)
        action.setObjectName(spec.id)
        keys = [key for key in (spec.shortcut, *spec.more_shortcuts) if key]
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setToolTip(plain_tip(spec.tip))
        action.setStatusTip("")
        action.setCheckable(spec.is_checkable)
        if spec.icon:
            action.setIcon(icon(spec.icon, "dim"))
        self._window.addAction(action)
        return action

    def _fill_menu(self, menu: QMenu, specs: list[ActionSpec]) -> None:
        submenus: dict[str, QMenu | None] = {"": menu}
        for before, spec in zip([None, *specs], specs, strict=False):
            if before is not None and before.section != spec.section:
                lined = submenus[spec.submenu] if before.submenu == spec.submenu else menu
                if lined is not None:
                    lined.addSeparator()
            if spec.submenu not in submenus:
                submenus[spec.submenu] = menu.addMenu(spec.submenu)
            target = submenus[spec.submenu]
            if target is not None:
                target.addAction(self._actions[spec.id])
            if spec.id == _RECENT_AFTER:
                self._recent_menu = menu.addMenu("Recent sessions")


def _n_listeners(action: QAction) -> int:
    return action.receivers(action.triggered) + action.receivers(action.toggled)


def _shown(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
