"""Copies of unsaved work that survive a crash.

Each process writes under its own name, keeps its last five copies, and takes them away when it
ends well. What a dead process left behind is offered once.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.files.locks import FileLock, is_held
from engine.files.text import write_text
from engine.project.session import Session
from engine.project.session_file import read_session, session_text

KEPT = 5  #: copies per process
_SUFFIX = ".autosave.fluxknot"
_LOCK = ".lock"


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
        text = _marked(session_text(session, None), original)
        if text == self._last:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        self._count += 1
        path = self._folder / f"{self._owner}.{self._count:06d}{_SUFFIX}"
        write_text(path, text, exists="replace")
        self._last = text
        for old in _copies(self._folder, self._owner)[:-KEPT]:
            old.unlink(missing_ok=True)
        return path

    def clear(self) -> None:
        """Take the copies away: the work is saved, or given up."""
        self._last = ""
        discard(self._folder, self._owner)
        self._lock.release()


def find_recoveries(folder: Path) -> tuple[Recovery, ...]:
    """Return what dead processes left in ``folder``, the newest first."""
    found = []
    for owner in _owners(folder):
        if _is_alive(folder, owner):
            continue
        recovery = _newest(folder, owner)
        if recovery is not None:
            found.append(recovery)
    return tuple(sorted(found, key=lambda one: one.path.stat().st_mtime, reverse=True))


def discard(folder: Path, owner: str) -> None:
    """Take away the copies of ``owner``: recovered, or not wanted."""
    for path in _copies(folder, owner):
        path.unlink(missing_ok=True)
    lock = folder / f"{owner}{_LOCK}"
    if not is_held(lock):
        lock.unlink(missing_ok=True)


def _newest(folder: Path, owner: str) -> Recovery | None:
    for path in reversed(_copies(folder, owner)):
        try:
            session = read_session(path)
        except EngineError:
            continue
        return Recovery(path, session, str(session.extra.get("autosave_of", "")), owner)
    return None


def _marked(text: str, original: str) -> str:
    """Note the session file that the copy belongs to, as one more line of the object."""
    return text.replace("{\n", '{\n "autosave_of": ' + json.dumps(original) + ",\n", 1)


def _owners(folder: Path) -> list[str]:
    return sorted({path.name.split(".")[0] for path in folder.glob(f"*{_SUFFIX}")})


def _copies(folder: Path, owner: str) -> list[Path]:
    return sorted(folder.glob(f"{owner}.*{_SUFFIX}"))


def _is_alive(folder: Path, owner: str) -> bool:
    return is_held(folder / f"{owner}{_LOCK}")
