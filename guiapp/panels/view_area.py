"""The middle of the window: groups of views, with heading and status line.

One view is seen among the tabs; others can stand beside it, or in windows of their own. The one
that has the focus is the current one: status line and inspector speak of it. Tabs and heading are
those of the view below them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QSignalBlocker, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSplitter,
    QTabBar,
    QToolButton,
    QWidget,
)

from guiapp.look.parts import (
    Card,
    ElidedLabel,
    Label,
    fitted,
    icon_button,
    plain_tip,
    set_state,
)
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.panels.notice import Notice
from guiapp.panels.view_frames import ViewFrame, ViewScroll, ViewStack

Apart = Literal["beside", "window"]

_WIDE = 1120  # two views with their controls
_NARROW = 400  # one of them, at least
_HALF = 10_000  # of any length, as far as neither view needs more


@dataclass(frozen=True, slots=True)
class View:
    """One view: where it is listed, what it is called, and what makes it."""

    group: str
    name: str
    title: str
    make: Callable[[], QWidget]  #: called once, when the view is first shown
    tip: str = ""
    words: str = ""  #: other words that people look for it by


class ViewArea(Card):
    """Shows one view at a time, and those that were put apart."""

    view_changed = pyqtSignal(str)  # name of the current view; others may be seen or not, too
    window_opened = pyqtSignal(object)  # ViewFrame
    help_wanted = pyqtSignal(str)  # name of the view

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="View")
        self.views: dict[str, View] = {}
        self._widgets: dict[str, QWidget] = {}  # of the views that were shown
        self._current = ""
        self._last_in_group: dict[str, str] = {}
        self._in_tabs = ""
        self._seen: list[str] = []  # the last one first
        self._apart: dict[str, ViewFrame] = {}
        self._just_opened: set[str] = set()  # their windows did not have the keyboard yet
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._scroll = ViewScroll(self._split)
        self.groups = QComboBox()
        self.tabs = ViewTabs()
        self.help_button = icon_button("help", "What this view shows, and how to read it")
        self.title = ElidedLabel("", "heading")
        self.detail = ElidedLabel("", "dim", rows=2)
        self.chip = Label("", "section", size=0.8)
        self.notice = Notice()
        self.standing = Notice()  # of the session: it stays when another view is shown
        self.stack = ViewStack()
        self.cursor_label = ElidedLabel("", "dim")
        self.hint_label = ElidedLabel("", "dim", cut="parts")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.groups.setAccessibleName("Group of views")
        self.groups.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.chip.setObjectName("modeChip")
        self.chip.setAccessibleName("Mode")
        self.chip.hide()
        self.hint_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.box.addLayout(self._row((self.groups, 0), (self.tabs, 1), (self.help_button, 0)))
        heading = self._row((self.title, 0), (self.detail, 1), (self.chip, 0))
        self.box.addWidget(SentenceRow(heading, self.detail))
        self.box.addWidget(self.standing)
        self.box.addWidget(self.notice)
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(4 * GRID)
        self._split.addWidget(self.stack)
        self.box.addWidget(self._scroll, 1)
        self.box.addLayout(self._row((self.cursor_label, 0), (self.hint_label, 1)))

    @staticmethod
    def _row(*parts: tuple[QWidget, int]) -> QHBoxLayout:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part, stretch in parts:
            row.addWidget(part, stretch)
        return row

    def _connect(self) -> None:
        self.groups.activated.connect(self._on_group_chosen)
        self.tabs.chosen.connect(self.set_view)
        self.help_button.clicked.connect(lambda: self.help_wanted.emit(self._current))
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._turn_split()

    def _turn_split(self) -> None:
        """Put a view beside another where both have the width, below it where they have not."""
        needed = [self._split.widget(at) for at in range(self._split.count())]
        widths = [max(one.minimumSizeHint().width(), _NARROW) for one in needed if one]
        room = self._scroll.width() - self._split.handleWidth()
        is_wide = self.width() >= _WIDE and sum(widths) <= room
        self._split.setOrientation(
            Qt.Orientation.Horizontal if is_wide else Qt.Orientation.Vertical
        )

    @property
    def current(self) -> str:
        """Name of the view that is seen and has the focus, or ``""``."""
        return self._current

    @property
    def shown(self) -> tuple[str, ...]:
        """Names of all views that are seen: the one in the tabs, and those apart."""
        return tuple(dict.fromkeys(name for name in (self._in_tabs, *self._apart) if name))

    @property
    def apart(self) -> dict[str, Apart]:
        """Where the views are that are not among the tabs."""
        return {
            name: "window" if frame.is_window else "beside" for name, frame in self._apart.items()
        }

    @property
    def beside(self) -> str:
        """Name of the view that stands beside the one among the tabs; ``""``: none does."""
        return next((name for name, where in self.apart.items() if where == "beside"), "")

    def split(self) -> None:
        """Show the view that was seen before beside the one that is seen now."""
        left = [one for one in self._among_tabs() if one != self._in_tabs]
        if left:
            self.put_apart(self._seen_before(self._in_tabs, left), "beside")

    def join(self) -> None:
        """Show one view in place of two: the current one."""
        beside = self.beside
        if beside and self._current != beside:
            self._close(beside)
        else:
            self.put_back(beside)

    def put_apart(self, name: str, where: Apart) -> None:
        """Show a view beside the others, or in a window of its own.

        The current view is the one among the tabs then: heading, tabs and inspector speak of
        what is seen below them.
        """
        if name in self._apart:
            self.put_back(name)
        if where == "beside" and self.beside:  # there is room for one
            self.put_back(self.beside)
        left = [one for one in self._among_tabs() if one != name]
        if not left:
            return
        if self._in_tabs == name:
            self._in_tabs = self._seen_before(name, left)
            self.stack.setCurrentWidget(self.widget(self._in_tabs))
        widget = self.widget(name)
        self.stack.removeWidget(widget)
        parent, title = self.window() or self, self.views[name].title
        frame = ViewFrame(name, title, widget, parent, is_window=where == "window")
        frame.back_wanted.connect(self.put_back if where == "window" else self._close)
        self._apart[name] = frame
        if where == "beside":
            self._split.addWidget(frame)
            self._turn_split()
            self._split.setSizes([_HALF, _HALF])
        else:
            self._just_opened.add(name)
            frame.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            self.window_opened.emit(frame)
        frame.show()
        parent.activateWindow()  # where the platform gives any new window the keyboard
        self._tell_company(self._in_tabs)

    def put_back(self, name: str) -> None:
        """Put a view back among the tabs, and show it there."""
        if self._take_back(name):
            self._in_tabs = name
            self.stack.setCurrentWidget(self.widget(name))
            self.heading(self.views[name].title)  # it is the one below the heading now
            self._tell_company(name)

    def _close(self, name: str) -> None:
        """Put a view back among the tabs; what is seen there stays."""
        if self._take_back(name):
            is_gone = name == self._current
            self._tell_company(self._in_tabs if is_gone else self._current)

    def _take_back(self, name: str) -> bool:
        frame = self._apart.pop(name, None)
        if frame is not None:
            self.stack.addWidget(frame.give_back())
        return frame is not None

    def _tell_company(self, name: str) -> None:
        """Make a view current, and tell so in any case: what else is seen has changed."""
        is_current = name == self._current
        self._make_current(name)
        if is_current:
            self.view_changed.emit(name)

    def _among_tabs(self) -> list[str]:
        return [one for one in self._in_tab_order() if one not in self._apart]

    def _seen_before(self, name: str, left: list[str]) -> str:
        """Return the one of ``left`` that was seen last, or is nearest to the view ``name``."""
        group = self.views[name].group
        near = next((one for one in left if self.views[one].group == group), left[0])
        return next((one for one in self._seen if one in left), near)

    def add_view(self, view: View) -> None:
        """Add a view; the first one added is seen at once."""
        if view.name in self.views:
            raise ValueError(f"There are two views called {view.name!r}")
        self.views[view.name] = view
        if self.groups.findText(view.group) < 0:
            self.groups.addItem(view.group)
        if not self._current:
            self.set_view(view.name)
        elif view.group == self.groups.currentText():
            self._show_tabs()

    def widget(self, name: str) -> QWidget:
        """Return the widget of a view; it is made when it is first asked for."""
        if name not in self._widgets:
            self._widgets[name] = self.views[name].make()
            self.stack.addWidget(self._widgets[name])
        return self._widgets[name]

    def set_view(self, name: str) -> None:
        """Show the view called ``name``."""
        frame = self._apart.get(name)
        if frame is None:
            self._in_tabs = name
            self.stack.setCurrentWidget(self.widget(name))
            self._scroll.show_part(self.stack)
        else:
            frame.bring_forward()
            self._scroll.show_part(frame if name == self.beside else self.stack)
        self._make_current(name)

    def _make_current(self, name: str) -> None:
        """Let heading, tabs and status line speak of a view that is seen."""
        view = self.views[name]
        is_new = name != self._current
        self._current = name
        self._seen = [name, *(one for one in self._seen if one != name)]
        group = self.views[self._in_tabs].group
        self._last_in_group[group] = self._in_tabs
        self.groups.setCurrentText(group)
        self._show_tabs()
        if is_new:
            self.heading(view.title)
            self.mode_chip("")
            self.notice.clear()
            self.set_cursor_text("")
            self.set_hint_text("")
            self.view_changed.emit(name)

    def step(self, by: int) -> None:
        """Show the next view (1) or the one before (-1), through all groups."""
        names = self._in_tab_order()
        if names:
            self.set_view(names[(names.index(self._current) + by) % len(names)])

    def _in_tab_order(self) -> list[str]:
        return [view.name for group in self._groups() for view in self._in_group(group)]

    def heading(self, title: str, detail: str = "") -> None:
        """Say what the current view shows: ``"Response · 16 Cyg B · 4A"``, ``"relative factor"``.

        Where it is apart, the heading stays that of the view below it.
        """
        if self._current in self._apart:
            title, detail = self.views[self._in_tabs].title, f"in the inspector: {title}"
        self.title.set_full_text(title)
        self.detail.set_full_text(detail)

    def say_apart(self, name: str, title: str, detail: str = "") -> None:
        """Say what a view shows that is apart from the others, above it and in its title."""
        if name in self._apart:
            self._apart[name].say(title, detail)

    def mode_chip(self, text: str, kind: str = "accent") -> None:
        """Show the mode that the mouse is in; ``""`` hides it. Kinds: accent, quiet, care."""
        self.chip.setText(text)
        self.chip.setVisible(bool(text))
        set_state(self.chip, "kind", kind)

    def set_cursor_text(self, text: str) -> None:
        """Show the value under the cursor."""
        self.cursor_label.set_full_text(text)

    def set_hint_text(self, text: str) -> None:
        """Show what the mouse buttons do now."""
        self.hint_label.set_full_text(text)

    def _groups(self) -> list[str]:
        return [self.groups.itemText(i) for i in range(self.groups.count())]

    def _in_group(self, group: str) -> list[View]:
        return [view for view in self.views.values() if view.group == group]

    def _show_tabs(self) -> None:
        self.tabs.show_views(self._in_group(self.groups.currentText()), self._in_tabs)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Make the view current that the focus went into."""
        if now is None or not self._apart:
            return
        for name, frame in self._apart.items():
            if frame.isAncestorOf(now):
                if name not in self._just_opened:  # else the platform gave it the keyboard
                    self._make_current(name)
                self._just_opened.discard(name)
                return
        if self.stack.isAncestorOf(now):
            self._make_current(self._in_tabs)

    def _on_group_chosen(self) -> None:
        group = self.groups.currentText()
        names = [self._last_in_group.get(group, ""), *(one.name for one in self._in_group(group))]
        here = [one for one in names if one in self._among_tabs()]
        self.set_view(here[0] if here else names[-1])


class ViewTabs(QWidget):
    """The tabs of one group; what finds no room is in the menu at the end."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName("Views")
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.more = icon_button("more", "More views of this group")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        row = QHBoxLayout(self)
        fitted(row)
        row.addWidget(self.bar, 1)
        row.addWidget(self.more)
        self._names: list[str] = []
        self.bar.currentChanged.connect(self._on_current_changed)
        self._menu.aboutToShow.connect(self._fill_menu)

    def show_views(self, views: list[View], current: str) -> None:
        """Show a tab for each of ``views``, ``current`` chosen; tells no one."""
        with QSignalBlocker(self.bar):
            if self._names != [view.name for view in views]:
                while self.bar.count():
                    self.bar.removeTab(0)
                for view in views:
                    place = self.bar.addTab(view.title)
                    self.bar.setTabToolTip(place, plain_tip(view.tip))
                self._names = [view.name for view in views]
            if current in self._names:
                self._show_only(set(range(len(self._names))))  # a hidden tab cannot be chosen
                self.bar.setCurrentIndex(self._names.index(current))
            self._make_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        with QSignalBlocker(self.bar):
            self._make_room()

    def sizeHint(self) -> QSize:
        return QSize(200, self.bar.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.bar.sizeHint().height())

    def _make_room(self) -> None:
        """Hide tabs from the end until the rest fit; the current one always stays."""
        places = range(self.bar.count())
        self._show_only(set(places))
        widths = [self.bar.tabRect(place).width() for place in places]
        room = self.width()
        is_full = sum(widths) > room
        self.more.setVisible(is_full)
        if is_full:
            room -= self.more.sizeHint().width() + GRID
        for place in reversed(places):
            if sum(widths) > room and place != self.bar.currentIndex():
                widths[place] = 0
        self._show_only({place for place in places if widths[place] > 0})
        self._scroll_back([place for place in places if widths[place] > 0])

    def _scroll_back(self, shown: list[int]) -> None:
        """Begin with the first tab: the bar scrolled while more tabs than fit were there."""
        current = self.bar.currentIndex()
        if shown and current >= 0:
            self.bar.setCurrentIndex(shown[0])
            self.bar.setCurrentIndex(current)

    def _show_only(self, shown: set[int]) -> None:
        for place in range(self.bar.count()):
            self.bar.setTabVisible(place, place in shown)
        if self.bar.count():
            self.bar.setTabText(0, self.bar.tabText(0))  # lays out anew, which hiding does not

    def _fill_menu(self) -> None:
        self._menu.clear()
        for place, name in enumerate(self._names):
            if not self.bar.isTabVisible(place):
                action = self._menu.addAction(self.bar.tabText(place))
                if action is not None:
                    action.triggered.connect(lambda _checked, name=name: self.chosen.emit(name))

    def _on_current_changed(self, place: int) -> None:
        if 0 <= place < len(self._names):
            self.chosen.emit(self._names[place])
