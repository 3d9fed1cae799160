"""What of a session was chosen and seen: kept with it, and shown again when it is reopened."""

import json
from collections.abc import Callable, Mapping

from PyQt6.QtCore import QObject

from engine.errors import DataError
from engine.project.codec import from_plain, to_plain
from engine.project.layout import Layout
from guiapp.controllers.browser import BrowserController
from guiapp.controllers.ports import Window
from guiapp.controllers.session import SessionController
from guiapp.controllers.view_choices import as_plain, by_view
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.workspace import Workspace

_SEEN = "seen in sessions"
_N_SESSIONS, _N_PARTS = 12, 3  # path, digest of the file, layout
_MOST_POINTS = 1000  # more picked points than that are no place to go on from


class Arrangement(QObject):
    """Saves the layout with the session; a look that was not saved is kept in the preferences.

    To look at something else is no edit: the session stays as it is saved, and nothing is written
    to its file that the user did not ask for.
    """

    def __init__(
        self,
        workspace: Workspace,
        window: Window,
        session: SessionController,
        browser: BrowserController,
        parent: QObject,
        views: Callable[[], Mapping[str, ViewController]],
    ) -> None:
        super().__init__(parent)
        self._views = views
        self._asked: set[str] = set()  # views that were seen since the layout was restored
        self._wanted: dict[str, dict[str, str]] = {}
        self._workspace = workspace
        self._window = window
        self._session = session
        self._browser = browser
        session.layout_now = self.now
        session.leaving.connect(self._remember)
        workspace.selection.changed.connect(session.keep_place)
        window.view_changed.connect(lambda _name: session.keep_place())
        window.view_changed.connect(lambda _name: self._give_choices())

    def now(self) -> Layout:
        """Return what is chosen and seen now."""
        selection, shown = self._workspace.selection, self._window.shown_views
        points = selection.points if len(selection.points) <= _MOST_POINTS else ()
        return Layout(
            view=shown[0] if shown else "",
            selected=selection.segments,
            points=points,
            rows=self._browser.rows,
            beside=self._window.view_beside,
            choices=as_plain(self._choices()),
        )

    def restore(self) -> None:
        """Choose and show what was chosen and seen when the session was left, as far as it is."""
        self._show(self._kept())

    def restore_recovered(self) -> None:
        """Choose and show what was chosen and seen when work was interrupted."""
        self._show(self._workspace.session.layout)

    def _show(self, layout: Layout) -> None:
        self._wanted, self._asked = by_view(layout.choices), set()
        session = self._workspace.session
        selected = tuple(one for one in layout.selected if session.segment(one) is not None)
        if selected:
            self._workspace.selection.select(selected)
        self._workspace.selection.select_points(layout.points)
        self._browser.mark(layout.rows)
        if layout.view:
            self._window.put_beside(layout.beside)
            self._window.set_view(layout.view)
        self._give_choices()

    def _choices(self) -> dict[str, dict[str, str]]:
        """Return what is chosen in the views that were seen, and was in those that were not."""
        seen = {name: self._views()[name].choices() for name in sorted(self._asked)}
        return self._wanted | {name: chosen for name, chosen in seen.items() if chosen}

    def _give_choices(self) -> None:
        """Let each view that is seen for the first time choose what was chosen in it."""
        for name in self._window.shown_views:
            if name not in self._asked and name in self._views():
                self._asked.add(name)
                self._views()[name].take_choices(self._wanted.get(name, {}))

    def _remember(self) -> None:
        """Keep the layout of the session that is left, with the digest of its file."""
        path, digest = self._session.path, self._session.digest
        if path is None or not self._workspace.session.entries:
            return
        others = [one for one in self._seen() if one[0] != str(path)]
        kept = [[str(path), digest, to_plain(self.now())], *others][:_N_SESSIONS]
        self._window.preferences.set_layout(_SEEN, json.dumps(kept))

    def _kept(self) -> Layout:
        """Return the layout of the file, or how the same file was left later on this computer."""
        path, digest = str(self._session.path), self._session.digest
        for known, of, plain in self._seen():
            if (known, of) == (path, digest):
                try:
                    layout: Layout = from_plain(Layout, plain, where=_SEEN)
                except DataError:
                    break
                return layout
        return self._workspace.session.layout

    def _seen(self) -> list[list[object]]:
        try:
            seen = json.loads(self._window.preferences.layout(_SEEN) or "[]")
        except ValueError:
            return []
        if not isinstance(seen, list):
            return []
        return [one for one in seen if isinstance(one, list) and len(one) == _N_PARTS]
