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
    """

    path: Path
    session: Session
    original: str
    owner: str


class Autosave:
    """The copies of one process.

    Parameters
    ----------
    folder : Path
        Where copies lie; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = FileLock(folder / f"{self._owner}{_LOCK}")
        self._count = 0
        self._last = ""

    def save(self, session: Session, *, original: str = "") -> Path | None:
        """Write a copy of ``session`` unless it is the last one; return where.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        marked = MappingProxyType({**session.extra, _ORIGINAL: original})
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
            self._lock.acquire()
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
    found = []
    for owner in _owners(folder):
        if _is_alive(folder, owner):
            continue
        recovery = _newest(folder, owner)
        if recovery is not None:
            found.append(recovery)
    return tuple(sorted(found, key=lambda one: _written_at(one.path), reverse=True))


def discard(folder: Path, owner: str) -> None:
    """Take away the copies of ``owner``: recovered, or not wanted."""
    lock = folder / f"{owner}{_LOCK}"
    gone = _copies(folder, owner) + ([] if is_held(lock) else [lock])
    for path in gone:
        with suppress(OSError):  # a folder that became read-only: the copies stay, and are offered
            path.unlink(missing_ok=True)


def _newest(folder: Path, owner: str) -> Recovery | None:
    for path in reversed(_copies(folder, owner)):
        try:
            session = read_session(path)
        except EngineError:
            continue
        extra = dict(session.extra)
        original = str(extra.pop(_ORIGINAL, ""))
        return Recovery(path, replace(session, extra=MappingProxyType(extra)), original, owner)
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


def _is_alive(folder: Path, owner: str) -> bool:
    return is_held(folder / f"{owner}{_LOCK}")
