"""What of a session was chosen and seen: kept with it, and shown again when it is reopened."""

import json

from PyQt6.QtCore import QObject

from engine.errors import DataError
from engine.project.codec import from_plain, to_plain
from engine.project.layout import Layout
from guiapp.controllers.browser import BrowserController
from guiapp.controllers.ports import Window
from guiapp.controllers.session import SessionController
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
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = window
        self._session = session
        self._browser = browser
        session.layout_now = self.now
        session.leaving.connect(self._remember)
        workspace.selection.changed.connect(session.keep_place)
        window.view_changed.connect(lambda _name: session.keep_place())

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
        )

    def restore(self) -> None:
        """Choose and show what was chosen and seen when the session was left, as far as it is."""
        self._show(self._kept())

    def restore_recovered(self) -> None:
        """Choose and show what was chosen and seen when work was interrupted."""
        self._show(self._workspace.session.layout)

    def _show(self, layout: Layout) -> None:
        session = self._workspace.session
        selected = tuple(one for one in layout.selected if session.segment(one) is not None)
        if selected:
            self._workspace.selection.select(selected)
        self._workspace.selection.select_points(layout.points)
        self._browser.mark(layout.rows)
        if layout.view:
            self._window.put_beside(layout.beside)
            self._window.set_view(layout.view)

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
