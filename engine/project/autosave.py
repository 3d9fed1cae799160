"""Copies of unsaved work that survive a crash.

Each process writes under its own name, keeps its last five copies, and takes them away when it
ends well. What a dead process left behind is offered once.
"""

import glob
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from engine.errors import EngineError, FileError
from engine.files.atomic import remove_stale_temporaries
from engine.files.locks import FileLock, is_held
from engine.files.text import write_text
from engine.project.session import Session
from engine.project.session_file import read_session, session_text

KEPT = 5  #: copies per process
_SUFFIX = ".autosave.fluxknot"
_LOCK = ".lock"
_ORIGINAL = "autosave_of"  # the session file that a copy belongs to, as one more key
_EXPORTS = "autosave_exports"  # what was chosen for exports of a session without a file


@dataclass(frozen=True, slots=True)
class Recovery:
    """Work that a process left behind when it died.

    Attributes
    ----------
    path : Path
        The newest copy that can be read.
    session : Session
        What it holds.
    original : str
        The session file that it belongs to; ``""``: never saved.
    owner : str
        Name of the process's copies, for `discard`.
    exports : str
        What was chosen for exports while the session had no file, as it was given to `Autosave`.
    """

    path: Path
    session: Session
    original: str
    owner: str
    exports: str = ""


class Autosave:
    """The copies of one process.

    Parameters
    ----------
    folder : Path
        Where copies lie; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._last = ""
        self._take_name()

    def _take_name(self) -> None:
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = FileLock(_lock_of(self._folder, self._owner))

    def save(self, session: Session, *, original: str = "", exports: str = "") -> Path | None:
        """Write a copy of ``session`` unless it is the last one; return where.

        ``original`` is its file, ``exports`` what was chosen for its exports while it has none.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        marks = {_ORIGINAL: original} | ({_EXPORTS: exports} if exports else {})
        marked = MappingProxyType({**session.extra, **marks})
        text = session_text(replace(session, extra=marked), None)
        if text == self._last:
            return None
        self._begin()
        self._count += 1
        path = self._folder / f"{self._owner}.{self._count:09d}{_SUFFIX}"
        write_text(path, text, exists="replace")
        self._last = text
        for old in _copies(self._folder, self._owner)[:-KEPT]:
            old.unlink(missing_ok=True)
        return path

    def _begin(self) -> None:
        """Make the folder and hold the lock that says that this process lives."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            while not self._lock.acquire():  # another window looks at it at this very moment
                self._take_name()
        except OSError as error:
            raise FileError(
                self._folder,
                f"copies of unsaved work cannot be kept there: {error.strerror}.",
                hint="Save the session yourself, and make that folder writable.",
            ) from error

    def clear(self) -> None:
        """Take the copies away: the work is saved, or given up."""
        self._last = ""
        discard(self._folder, self._owner)
        self._lock.release()


def find_recoveries(folder: Path) -> tuple[Recovery, ...]:
    """Return what dead processes left in ``folder``, the newest first."""
    remove_stale_temporaries(folder)
    owners = _owners(folder)
    for lock in folder.glob(f"*{_LOCK}"):
        if lock.name.removesuffix(_LOCK) not in owners:
            _take_away(lock)  # of a process that died before its first copy, or after its last
    dead = [owner for owner in owners if not is_held(_lock_of(folder, owner))]
    left = [one for owner in dead if (one := _newest(folder, owner)) is not None]
    left.sort(key=lambda one: _written_at(one.path), reverse=True)
    return _without_repetition(folder, left)


def _without_repetition(folder: Path, left: list[Recovery]) -> tuple[Recovery, ...]:
    """Discard what was saved after all, or taken over from a dead process and left as it was."""
    found: list[Recovery] = []
    for one in left:
        is_twin = any(
            one.session == other.session and one.original == other.original for other in found
        )
        if is_twin or _is_saved(one):
            discard(folder, one.owner)
        else:
            found.append(one)
    return tuple(found)


def _is_saved(recovery: Recovery) -> bool:
    """Tell whether the session file says the same: it was killed between saving and tidying up."""
    if not recovery.original:
        return False
    try:
        return read_session(recovery.original) == recovery.session
    except EngineError:
        return False


def discard(folder: Path, owner: str) -> None:
    """Take away the copies of ``owner``: recovered, or not wanted."""
    for path in _copies(folder, owner):
        with suppress(OSError):  # a folder that became read-only: the copies stay, and are offered
            path.unlink(missing_ok=True)
    _take_away(_lock_of(folder, owner))


def _take_away(path: Path) -> None:
    """Remove a lock that nobody holds."""
    lock = FileLock(path)
    with suppress(OSError):
        if path.exists() and lock.acquire():
            lock.release()


def _newest(folder: Path, owner: str) -> Recovery | None:
    for path in reversed(_copies(folder, owner)):
        try:
            session = read_session(path)
        except EngineError:
            continue
        extra = dict(session.extra)
        original, exports = str(extra.pop(_ORIGINAL, "")), str(extra.pop(_EXPORTS, ""))
        own = replace(session, extra=MappingProxyType(extra))
        return Recovery(path, own, original, owner, exports)
    return None


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _owners(folder: Path) -> list[str]:
    return sorted({path.name.partition(".")[0] for path in folder.glob(f"*{_SUFFIX}")})


def _copies(folder: Path, owner: str) -> list[Path]:
    return sorted(folder.glob(f"{glob.escape(owner)}.*{_SUFFIX}"))


def _lock_of(folder: Path, owner: str) -> Path:
    return folder / f"{owner}{_LOCK}"
