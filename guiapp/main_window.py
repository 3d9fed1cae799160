"""The main window: menus and search above, cards in the middle, chain and jobs below."""

from collections.abc import Callable

from PyQt6.QtCore import QByteArray, QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QResizeEvent,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from guiapp.controllers.window_actions import WindowActions
from guiapp.controllers.window_keys import WindowKeys
from guiapp.look import icon, theme
from guiapp.look.parts import ElidedLabel, Label, Surface, column, fitted
from guiapp.look.tab_order import step_focus
from guiapp.look.tokens import GRID
from guiapp.panels.browser_tree import dropped_paths, dropped_rows
from guiapp.panels.chain_strip import ChainStrip
from guiapp.panels.data_browser import DataBrowser
from guiapp.panels.inspector import Inspector
from guiapp.panels.jobs_strip import JobsStrip
from guiapp.panels.notice import Way
from guiapp.panels.pointer import Pointer
from guiapp.panels.search_palette import SearchItem, SearchPalette
from guiapp.panels.status_line import StatusLine
from guiapp.panels.tour import TourCard
from guiapp.panels.view_area import View, ViewArea
from guiapp.panels.welcome import Welcome
from guiapp.settings.actions import demo_action
from guiapp.settings.preferences import Preferences

_SIZE = (1440, 900)
_SMALLEST = (960, 600)
_WIDTHS = (240, 880, 304)
_TIGHT, _WIDE = 1280, 2000  # of a window: between them panels grow with it, below they give way
_TEXT_STEP = 10
_TEXT_HEIGHT = 15  # of the text that the widths are meant for
_SEARCH_WIDTH = 296


class MainWindow(QMainWindow):
    """The frame that everything is shown in; it knows no document.

    Whoever owns the document fills the panels, adds the views, connects the actions, and sets
    ``may_close``: called before the window closes, it returns whether it may.

    Parameters
    ----------
    preferences : Preferences
        Theme, size of text, and the layout of the last time.
    """

    view_changed = pyqtSignal(str)  # name of the view that is now seen
    help_wanted = pyqtSignal(str)  # name of the view whose meaning is asked for
    files_dropped = pyqtSignal(tuple)  # paths
    rows_dropped = pyqtSignal(tuple)  # ids of rows of the data browser
    recent_chosen = pyqtSignal(str)  # path of a session
    search_chosen = pyqtSignal(str, str)  # kind and id of what was found: a star, a band …
    menu_opening = pyqtSignal()  # what is checked in it must be true now

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preferences = preferences
        self.may_close: Callable[[], bool] = lambda: True
        self.data_browser = DataBrowser()
        self.view_area = ViewArea()
        self.inspector = Inspector()
        self.chain_strip = ChainStrip()
        self.jobs = JobsStrip()
        self.status = StatusLine()
        self.tour = TourCard()
        self.welcome = Welcome()
        self.palette_box = SearchPalette(self)
        self.actions_of = WindowActions(self)
        self._found: dict[str, tuple[SearchItem, ...]] = {}
        self._kept_apart = preferences.layout("apart")
        self._are_widths_kept = False  # as the user made them
        self._lay_out()
        self._connect()
        self._restore_layout()
        self.set_title("")
        self.show_welcome()

    def add_view(
        self,
        group: str,
        name: str,
        title: str,
        make: Callable[[], QWidget],
        *,
        tip: str = "",
        words: str = "",
    ) -> None:
        """Add a view to a group; it is listed in the tabs, the menu and the search.

        ``make`` is called when the view is first shown; the search finds it by ``words``, too.
        """
        self.view_area.add_view(View(group, name, title, make, tip, words))
        self.actions_of.add_view(group, name, title, tip)

    def set_view(self, name: str) -> None:
        """Show the view called ``name``, if there is one."""
        if name in self.view_area.views:
            self.view_area.set_view(name)

    def point_at_view(self) -> None:
        """Draw a frame around what is seen, for a moment."""
        Pointer(self).point_at(self.view_area)

    @property
    def shown_views(self) -> tuple[str, ...]:
        """Names of all views that are seen."""
        return self.view_area.shown

    @property
    def view_beside(self) -> str:
        """Name of the view that stands beside the one among the tabs; ``""``: none does."""
        return self.view_area.beside

    def put_beside(self, name: str) -> None:
        """Let the view called ``name`` stand beside the others; ``""``: none."""
        before = self.view_beside
        if before and before != name:
            self.view_area.put_back(before)
        if before != name and name in self.view_area.views:
            self.view_area.put_apart(name, "beside")

    @property
    def current_view(self) -> str:
        """Name of the view that is seen."""
        return self.view_area.current

    def heading(self, title: str, detail: str = "") -> None:
        """Say what is seen, above the plot."""
        self.view_area.heading(title, detail)

    def mode_chip(self, text: str, kind: str = "accent") -> None:
        """Show the mode of the mouse; ``""`` hides it. Kinds: accent, quiet, care."""
        self.view_area.mode_chip(text, kind)

    def set_cursor_text(self, text: str) -> None:
        """Show the value under the cursor."""
        self.view_area.set_cursor_text(text)

    def set_hint_text(self, text: str) -> None:
        """Show what the mouse buttons do now."""
        self.view_area.set_hint_text(text)

    def show_notice(
        self, what: str, hint: str = "", kind: str = "care", way: Way | None = None
    ) -> None:
        """Show a sentence above the plot until it is closed or another view is chosen."""
        self.view_area.notice.show_notice(what, hint, kind, way)

    def clear_notice(self) -> None:
        """Take that sentence away."""
        self.view_area.notice.clear()

    def show_welcome(self) -> None:
        """Show the three ways to begin: the session is empty."""
        if self._pages.currentWidget() is not self.welcome:
            self._pages.setCurrentWidget(self.welcome)
            self.welcome.setFocus()
        self.chain_strip.hide()

    def warm_up(self) -> None:
        """Paint the workbench once, unseen: fonts and icons make the first time a slow one."""
        seen = self._pages.currentWidget()
        self._pages.setCurrentWidget(self._workbench)
        self.chain_strip.show()
        self.grab()
        if seen is self.welcome:
            self.show_welcome()

    def show_workbench(self) -> None:
        """Show data, views and inspector."""
        if self._pages.currentWidget() is not self._workbench:
            self._pages.setCurrentWidget(self._workbench)
            self._restore_apart()
            self.data_browser.tree.setFocus()
        self.chain_strip.show()

    def set_title(self, name: str, *, is_modified: bool = False) -> None:
        """Say which session is open, and whether it differs from its file."""
        self.setWindowTitle(f"{name}[*] \N{EM DASH} Fluxknot" if name else "Fluxknot[*]")
        self.setWindowModified(is_modified)

    def action(self, action_id: str) -> QAction:
        """Return the action called ``action_id``; it is seen as soon as someone listens to it."""
        return self.actions_of.action(action_id)

    def set_search_items(self, source: str, items: tuple[SearchItem, ...]) -> None:
        """Let the search find ``items``, instead of what ``source`` offered before."""
        self._found[source] = items

    def open_search(self) -> None:
        """Open the search."""
        extra = tuple(item for items in self._found.values() for item in items)
        corner = self._search_field.mapToGlobal(QPoint(self._search_field.width(), 0))
        own = self.actions_of.search_items(self.view_area.views.values())
        self.palette_box.open_at(corner, own + extra)

    def _lay_out(self) -> None:
        self.setMinimumSize(*_SMALLEST)
        self.setWindowIcon(icon("fluxknot"))
        self.setAcceptDrops(True)
        self._search_field = _SearchField()
        bar = self.menuBar()
        if bar is not None:
            bar.setNativeMenuBar(False)
            bar.setCornerWidget(_with_margin(self._search_field))
            self.actions_of.fill(bar)
        self._bottom = Surface("bottomBar")
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setHandleWidth(2 * GRID)
        self._split.setChildrenCollapsible(False)
        for place, part in enumerate((self.data_browser, self.view_area, self.inspector)):
            self._split.addWidget(part)
            self._split.setStretchFactor(place, 1 if place == 1 else 0)
        self.view_area.setMinimumWidth(400)
        self._fit_panels()
        self._split.setSizes(list(_WIDTHS))
        self._split.splitterMoved.connect(self._keep_widths)
        self._workbench = Surface("workbench")
        inside = column(self._workbench, spacing=2 * GRID)
        inside.addWidget(self.tour)
        inside.addWidget(self._split, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._workbench)
        whole = Surface("workbench")
        box = column(whole, spacing=2 * GRID)
        box.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        box.addWidget(self._pages, 1)
        box.addWidget(self._bottom_bar())
        self.setCentralWidget(whole)

    def _fit_panels(self) -> None:
        """Give the panels the room that text of this size needs."""
        scale = QFontMetrics(QApplication.font()).height() / _TEXT_HEIGHT
        self.data_browser.setMinimumWidth(round(184 * scale))
        self.inspector.setMinimumWidth(round(272 * scale))
        self._bottom.setMinimumHeight(self.jobs.sizeHint().height())  # what is above never moves

    def _keep_widths(self) -> None:
        self._are_widths_kept = True

    def _share_width(self) -> None:
        """Give the panels their share of a wide window, until the user says how much."""
        scale = min(max(self.width(), _SIZE[0]), _WIDE) / _SIZE[0]
        less = max(_TIGHT - self.width(), 0) // 2
        left, right = (round(one * scale) - less for one in (_WIDTHS[0], _WIDTHS[2]))
        if not self._are_widths_kept:
            self._split.setSizes([left, self.width() - left - right, right])

    def _bottom_bar(self) -> QWidget:
        row = QHBoxLayout(self._bottom)
        fitted(row, spacing=4 * GRID)
        row.addWidget(self.chain_strip, 1)
        row.addWidget(self.status)
        row.addWidget(self.jobs)
        return self._bottom

    def _connect(self) -> None:
        self.view_area.view_changed.connect(self.view_changed)
        self.view_area.view_changed.connect(self._mark_split)
        self.view_area.help_wanted.connect(self.help_wanted)
        self.view_area.window_opened.connect(lambda frame: frame.addActions(self.actions()))
        self.data_browser.files_dropped.connect(self.files_dropped)
        self.welcome.files_dropped.connect(self.files_dropped)
        self.welcome.recent_chosen.connect(self.recent_chosen)
        self.welcome.open_files_wanted.connect(self.action("file.open").trigger)
        self.welcome.open_folder_wanted.connect(self.action("file.open_folder").trigger)
        self.welcome.open_session_wanted.connect(self.action("file.open_session").trigger)
        self.welcome.demo_wanted.connect(lambda name: self.action(demo_action(name)).trigger())
        self._search_field.clicked.connect(self.open_search)
        self.palette_box.chosen.connect(self._on_found)
        self.actions_of.view_chosen.connect(self.set_view)
        self.actions_of.recent_chosen.connect(self.recent_chosen)
        self.actions_of.opening.connect(self.menu_opening)
        self.preferences.changed.connect(self._on_preference_changed)
        theme.changed.connect(self._fit_panels)
        own: dict[str, Callable[[], object]] = {
            "file.quit": self.close,
            "edit.filter": self._focus_filter,
            "edit.copy_reading": self._copy_reading,
            "view.next": lambda: self.view_area.step(1),
            "view.previous": lambda: self.view_area.step(-1),
            "view.larger_text": lambda: self._change_text(_TEXT_STEP),
            "view.smaller_text": lambda: self._change_text(-_TEXT_STEP),
            "tools.search": self.open_search,
            "view.split": self._toggle_split,
            "view.tear_out": self._toggle_window,
            "help.view": lambda: self.help_wanted.emit(self.current_view),
        }
        for action_id, what in own.items():
            self.action(action_id).triggered.connect(lambda _checked, what=what: what())
        for panel in (self.data_browser, self.inspector):
            name = "data_browser" if panel is self.data_browser else "inspector"
            self.action(f"view.{name}").setChecked(True)
            self.action(f"view.{name}").toggled.connect(panel.setVisible)
        for choice in ("system", "light", "dark"):
            chosen = self.action(f"view.theme_{choice}").triggered
            chosen.connect(lambda _checked, name=choice: self.preferences.set("theme", name))
        self.preferences.recent_changed.connect(self._show_recent)
        self._show_recent()
        self._mark_theme()
        WindowKeys(self)

    def _show_recent(self) -> None:
        self.actions_of.show_recent(self.preferences.recent())
        self.welcome.show_recent(self.preferences.recent())

    def _focus_filter(self) -> None:
        self.action("view.data_browser").setChecked(True)
        self.data_browser.focus_filter()

    def _copy_reading(self) -> None:
        said, clipboard = self.view_area.cursor_label.full_text(), QApplication.clipboard()
        if said and clipboard is not None:
            clipboard.setText(said)
            self.status.say(f"Copied {said}")

    def _change_text(self, by_percent: int) -> None:
        percent = self.preferences.integer("text_percent") + by_percent
        self.preferences.set("text_percent", min(max(percent, 70), 200))

    def _on_preference_changed(self, name: str) -> None:
        if name in {"theme", "text_percent"}:
            dress(self.preferences)
            self._mark_theme()

    def _mark_theme(self) -> None:
        chosen = self.preferences.text("theme")
        for choice in ("system", "light", "dark"):
            self.action(f"view.theme_{choice}").setChecked(choice == chosen)

    def _on_found(self, kind: str, found_id: str) -> None:
        if kind == "action":
            self.action(found_id).trigger()
        elif kind == "view":
            self.set_view(found_id)
        else:
            self.search_chosen.emit(kind, found_id)

    def _restore_layout(self) -> None:
        screen, size = self.screen(), QSize(*_SIZE)
        self.resize(size if screen is None else size.boundedTo(screen.availableSize()))
        self.restoreGeometry(_bytes(self.preferences.layout("window")))
        kept = _bytes(self.preferences.layout("widths"))
        self._are_widths_kept = self._split.restoreState(kept)
        self.inspector.restore_layout(self.preferences.layout("history"))
        for name in ("data_browser", "inspector"):
            if self.preferences.layout(name) == "hidden":
                self.action(f"view.{name}").setChecked(False)

    def _toggle_split(self) -> None:
        """Show another view beside this one, or one view alone, whichever has the focus."""
        if self.view_beside:
            self.view_area.join()
        else:
            self.view_area.split()
        self._mark_split()

    def _mark_split(self) -> None:
        self.action("view.split").setChecked(bool(self.view_beside))

    def _toggle_window(self) -> None:
        """Put the current view into a window of its own, or back where it is in one."""
        area = self.view_area
        if area.apart.get(area.current) == "window":
            area.put_back(area.current)
        else:
            area.put_apart(area.current, "window")

    def _restore_apart(self) -> None:
        """Put the views apart that were so the last time: once, when there is something to see."""
        kept, self._kept_apart = self._kept_apart, ""
        current = self.view_area.current
        for line in kept.splitlines():
            name, _, where = line.partition(" ")
            if name in self.view_area.views and where in {"beside", "window"}:
                self.view_area.put_apart(name, "window" if where == "window" else "beside")
        if kept and current not in self.view_area.apart:
            self.view_area.set_view(current)

    def save_layout(self) -> None:
        """Remember sizes and panels for the next time."""
        self.preferences.set_layout("window", _text(self.saveGeometry()))
        if self._are_widths_kept:  # others fit this window, which the next may not be like
            self.preferences.set_layout("widths", _text(self._split.saveState()))
        for name in ("data_browser", "inspector"):
            state = self.action(f"view.{name}").isChecked()
            self.preferences.set_layout(name, "shown" if state else "hidden")
        self.preferences.set_layout("history", self.inspector.layout_kept)
        apart = "\n".join(f"{name} {where}" for name, where in self.view_area.apart.items())
        self.preferences.set_layout("apart", apart or self._kept_apart)
        self.preferences.flush()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: FBT001, N802  (Qt's)
        """Let Tab go from the search to data, view, inspector, and what is at the bottom."""
        panels = (self.data_browser, self.view_area, self.inspector)
        regions = (self._search_field, self.welcome, self.tour, *panels)
        bottom = self.chain_strip, self.jobs
        return step_focus(self, (*regions, *bottom), by=1 if next else -1)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._share_width()

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.actions_of.hide_idle()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is None:
            return
        if not self.may_close():
            event.ignore()
            return
        self.save_layout()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event is not None and (dropped_rows(event) or dropped_paths(event)):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event is None:
            return
        if rows := dropped_rows(event):  # of this window's browser, beside what is seen
            event.acceptProposedAction()
            self.rows_dropped.emit(rows)
        elif dropped_paths(event):
            event.acceptProposedAction()
            self.files_dropped.emit(dropped_paths(event))


class _SearchField(QPushButton):
    """Looks like a field; a click opens the search."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searchField")
        self.setAccessibleName("Search every action and view")
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.addWidget(ElidedLabel("Search actions, views, stars …", "dim"), 1)
        row.addWidget(Label("Ctrl+K", "dim"))

    def sizeHint(self) -> QSize:
        """Return its size: a button does not ask its layout."""
        return QSize(_SEARCH_WIDTH, self.fontMetrics().height() + 3 * GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def _with_margin(field: QWidget) -> QWidget:
    """Return ``field`` in a frame whose margin lines it up with the cards below."""
    frame = QWidget()
    row = QHBoxLayout(frame)
    row.setContentsMargins(0, 0, GRID, 0)
    row.addWidget(field)
    return frame


def dress(preferences: Preferences) -> None:
    """Dress the application as the user prefers."""
    choice = preferences.text("theme")
    scale = preferences.integer("text_percent") / 100
    for known in ("system", "light", "dark"):
        if choice == known:
            theme.choose(known, font_scale=scale)


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")
