"""Where dialogs for files begin: never in the folder that the program was started from."""

from pathlib import Path

from PyQt6.QtCore import QObject

from guiapp.settings.preferences import Preferences

_KEY = "folder of files"


class StartFolder(QObject):
    """Remembers where the session and the files of a window are.

    Parameters
    ----------
    window : QObject
        Whose dialogs they are; what it has as ``preferences`` keeps the folder for another day.
    """

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        found = getattr(window, "preferences", None)
        self._preferences = found if isinstance(found, Preferences) else None
        self._session = ""
        self._last = "" if self._preferences is None else self._preferences.layout(_KEY)

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


def start_folder_of(window: QObject) -> StartFolder:
    """Return where the dialogs of ``window`` begin: it is one for all of its parts."""
    found = window.findChild(StartFolder)
    return StartFolder(window) if found is None else found
