"""Which folder an export is offered: one beside the session, or what was chosen for it last."""

import json
from collections.abc import Callable
from pathlib import Path

import platformdirs

from guiapp.settings.preferences import Preferences

_BESIDE = "_exports"  # behind the name of the session
_IN_DATA = "exports"
_PROGRAM = "fluxknot"  # before the name of a demo, where it stands alone


class ExportFolder:
    """Proposes a folder of its own for what a session gives, never that of the data.

    Parameters
    ----------
    preferences : Preferences, optional
        Where the choice for each session is kept for another day.
    own : Path, optional
        Folder of the program, which people do not see: nothing is proposed in it.
    """

    def __init__(self, preferences: Preferences | None = None, own: Path | None = None) -> None:
        self._preferences = preferences
        self._own = own
        self._session = ""
        self._is_chosen = False
        self.path = str(Path.home())  #: the folder that is offered now
        #: Of what, and which kinds of files were exported last; ``""`` and none: not known.
        self.choices: tuple[str, tuple[str, ...]] = ("", ())
        self.sections: tuple[str, ...] = ()  #: of the last report; none: all
        #: Called when something was chosen that is not kept yet: set by the window.
        self.chosen: Callable[[], object] = lambda: None

    @property
    def existing(self) -> Path:
        """The folder that is offered; the one it would lie in while it is not there."""
        folder = Path(self.path)
        return folder if folder.is_dir() else folder.parent

    def follow_data(self, folder: str) -> None:
        """Propose a folder in that of the data that were opened, while nothing better is known."""
        if folder and not self._session and not self._is_chosen:
            self.path = str(Path(folder) / _IN_DATA)

    def follow_session(self, path: str) -> None:
        """Propose a folder for a session that was opened or saved."""
        if path == self._session:
            return
        is_saved_now = not self._session and self._is_chosen
        self._session = path
        if is_saved_now:  # what was chosen for the nameless session holds for it
            self.choose(self.path)
            self.remember(*self.choices)
            self.remember_sections(self.sections)
            return
        known = "" if self._preferences is None else self._preferences.layout(self._key)
        kept = "" if self._preferences is None else self._preferences.layout(self._choices_key)
        scope, *what = kept.splitlines() or [""]
        self.choices = scope, tuple(what)
        sections = "" if self._preferences is None else self._preferences.layout(self._sections_key)
        self.sections = tuple(sections.splitlines())
        self._is_chosen = bool(known)
        self.path = known or str(self._beside(Path(path)))

    def unkept(self) -> str:
        """Return what was chosen for a session without a file, which no preference can keep."""
        if self._session or not self._is_chosen:
            return ""
        scope, what = self.choices
        return json.dumps([self.path, scope, list(what), list(self.sections)])

    def recall(self, unkept: str) -> None:
        """Choose again what `unkept` said before a crash."""
        try:
            path, scope, what, sections = json.loads(unkept or "null")
        except (ValueError, TypeError):
            return  # nothing was chosen, or it is of another version
        if not isinstance(path, str) or not path:
            return
        self.choose(path)
        self.remember(str(scope), tuple(map(str, what)))
        self.remember_sections(tuple(map(str, sections)))

    def remember(self, scope: str, what: tuple[str, ...]) -> None:
        """Remember of what and which kinds of files were exported; no kinds: the usual ones."""
        self.choices = scope, what
        if self._session and self._preferences is not None:
            self._preferences.set_layout(self._choices_key, "\n".join((scope, *what)))

    def remember_sections(self, sections: tuple[str, ...]) -> None:
        """Remember which sections the last report had; none: all."""
        self.sections = sections
        if self._session and self._preferences is not None:
            self._preferences.set_layout(self._sections_key, "\n".join(sections))

    def choose(self, folder: str) -> None:
        """Take the folder that the user exported to."""
        self.path, self._is_chosen = folder, True
        if self._session and self._preferences is not None:
            self._preferences.set_layout(self._key, folder)
            self._preferences.flush()  # with the other choices: a crash takes none of them
        if not self._session:
            self.chosen()

    def _beside(self, session: Path) -> Path:
        """Return a folder beside ``session``; for a demo of the program, among the documents."""
        name = session.stem + _BESIDE
        if self._own is None or self._own not in session.parents:
            return session.with_name(name)
        documents = platformdirs.user_documents_path()
        return (documents if documents.is_dir() else Path.home()) / f"{_PROGRAM}_{name}"

    @property
    def _key(self) -> str:
        return f"exports of {self._session}"

    @property
    def _choices_key(self) -> str:
        return f"choices of exports of {self._session}"

    @property
    def _sections_key(self) -> str:
        return f"sections of reports of {self._session}"
