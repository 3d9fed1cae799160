"""What controllers need of the window: so that they do not know the window itself."""

from collections.abc import Callable
from typing import Any, Protocol

from PyQt6.QtCore import pyqtBoundSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QWidget

from guiapp.panels.chain_strip import ChainStrip
from guiapp.panels.data_browser import DataBrowser
from guiapp.panels.inspector import Inspector
from guiapp.panels.jobs_strip import JobsStrip
from guiapp.panels.notice import Way
from guiapp.panels.search_palette import SearchItem
from guiapp.panels.status_line import StatusLine
from guiapp.panels.tour import TourCard
from guiapp.panels.view_area import ViewArea
from guiapp.settings.preferences import Preferences


class Window(Protocol):
    """The main window, as controllers see it."""

    preferences: Preferences
    may_close: Callable[[], bool]
    data_browser: DataBrowser
    view_area: ViewArea
    inspector: Inspector
    chain_strip: ChainStrip
    jobs: JobsStrip
    status: StatusLine
    tour: TourCard
    view_changed: pyqtBoundSignal
    help_wanted: pyqtBoundSignal
    files_dropped: pyqtBoundSignal
    rows_dropped: pyqtBoundSignal
    recent_chosen: pyqtBoundSignal
    search_chosen: pyqtBoundSignal
    menu_opening: pyqtBoundSignal

    @property
    def current_view(self) -> str: ...

    @property
    def shown_views(self) -> tuple[str, ...]: ...

    @property
    def view_beside(self) -> str: ...

    def add_view(
        self,
        group: str,
        name: str,
        title: str,
        make: Callable[[], QWidget],
        *,
        tip: str = "",
        words: str = "",
    ) -> None: ...
    def set_view(self, name: str) -> None: ...
    def point_at_view(self) -> None: ...
    def put_beside(self, name: str) -> None: ...
    def heading(self, title: str, detail: str = "") -> None: ...
    def mode_chip(self, text: str, kind: str = "accent") -> None: ...
    def set_cursor_text(self, text: str) -> None: ...
    def set_hint_text(self, text: str) -> None: ...
    def show_notice(
        self, what: str, hint: str = "", kind: str = "care", way: Way | None = None
    ) -> None: ...
    def clear_notice(self) -> None: ...
    def warm_up(self) -> None: ...
    def show_welcome(self) -> None: ...
    def show_workbench(self) -> None: ...
    def set_title(self, name: str, *, is_modified: bool = False) -> None: ...
    def action(self, action_id: str) -> QAction: ...
    def set_search_items(self, source: str, items: tuple[SearchItem, ...]) -> None: ...
    def grab(self) -> Any: ...
