"""Where dialogs for files begin: never in the folder that the program was started from."""

from pathlib import Path

from guiapp.settings.preferences import Preferences

_KEY = "folder of files"


class StartFolder:
    """Remembers where the session and the files of a window are: one for all of its parts.

    Parameters
    ----------
    preferences : Preferences, optional
        Where the folder is kept for another day.
    """

    def __init__(self, preferences: Preferences | None = None) -> None:
        self._preferences = preferences
        self._session = ""
        self._last = "" if preferences is None else preferences.layout(_KEY)

    @property
    def path(self) -> str:
        """The folder beside the session, else that of the files used last, else one's own."""
        known = (one for one in (self._session, self._last) if one and Path(one).is_dir())
        return next(known, str(Path.home()))

    def follow_session(self, path: Path | None) -> None:
        """Begin beside the session ``path``; `None`: there is none of the user's own."""
        self._session = "" if path is None else str(path.parent)
        if path is not None:
            self.remember(self._session)

    def remember(self, folder: str) -> None:
        """Remember ``folder``: files in it were opened or saved."""
        self._last = folder
        if self._preferences is not None:
            self._preferences.set_layout(_KEY, folder)
