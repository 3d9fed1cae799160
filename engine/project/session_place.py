"""The file that an open session lives in: held against other windows, checked, saved.

Two windows on one session file must not overwrite each other: the file is locked as long as it is
open, its content is compared before it is replaced, and the previous version is kept beside it.
"""

import hashlib
import logging
import os
from pathlib import Path

from engine.errors import EngineError, FileError
from engine.files.atomic import remove_stale_temporaries, require_writable
from engine.files.earlier_copy import previous_version
from engine.files.locks import FileLock
from engine.files.text import read_text, write_text
from engine.project.session import Session
from engine.project.session_file import (
    file_digest,
    parse_session,
    require_replaceable,
    session_text,
)

log = logging.getLogger(__name__)


class SessionPlace:
    """Where one session is kept; nowhere at first.

    Attributes
    ----------
    path : Path or None
        The session file; `None`: it was never saved.
    """

    def __init__(self) -> None:
        self.path: Path | None = None
        self._digest = ""
        self._lock: FileLock | None = None

    @property
    def digest(self) -> str:
        """Digest of the file's text as it was read or written last; ``""``: not known."""
        return self._digest

    def move_to(self, path: Path | None, *, digest: str = "") -> None:
        """Leave the file held until now and hold ``path``; `None`: none.

        Parameters
        ----------
        path : Path or None
            The session file; it need not exist.
        digest : str, optional
            What `read` said of it; ``""``: as it is now.

        Raises
        ------
        FileError
            When the session cannot be saved there: the place is read-only, or another window
            holds the file. It is the place of the session all the same.
        """
        self.release()
        self.path = path
        if path is None:
            return
        remove_stale_temporaries(path.parent)
        self._digest = digest or file_digest(path)
        self._lock = _locked(path)
        require_writable(path)

    def save(self, session: Session, path: Path | None = None) -> None:
        """Write ``session`` to ``path``, from then on its place; by default to its place.

        Raises
        ------
        FileError
            If it cannot be written, another window holds the file, or another program changed it.
            The file is left as it was.
        """
        target = self.path if path is None else path
        assert target is not None
        is_new = self.path is None or not _is_same(target, self.path)
        lock = _locked(target) if is_new or self._lock is None else self._lock
        try:
            if not is_new:
                self._require_as_read(target)
            require_replaceable(target)
            self._digest = _written(session, target)
        except EngineError:
            if lock is not self._lock and lock is not None:
                lock.release()
            raise
        if lock is not self._lock and self._lock is not None:
            self._lock.release()
        self._lock, self.path = lock, target

    def _require_as_read(self, path: Path) -> None:
        """Raise `FileError` when ``path`` holds something else than what was read from it."""
        try:
            is_anything = path.stat().st_size > 0
        except OSError:
            return  # it is gone: it is written again
        digest = file_digest(path)
        if is_anything and (not digest or digest != self._digest):
            raise FileError(
                path,
                "another program changed it since it was opened.",
                hint="Save under another name.",
            )

    def release(self) -> None:
        """Give the file free."""
        if self._lock is not None:
            self._lock.release()
        self._lock, self._digest, self.path = None, "", None


def read_place(path: Path) -> tuple[Session, str]:
    """Return the session in ``path`` and the digest of its text.

    Raises
    ------
    FileError
        If it is not a session file, is damaged, or was written by a newer version.
    """
    text = read_text(path)
    return parse_session(text, path), _digest(text)


def _written(session: Session, path: Path) -> str:
    """Write ``session`` if it differs from what is there; return the digest of its text."""
    target = Path(os.path.realpath(path))
    text = session_text(session, target.parent)
    try:
        old = read_text(target)
    except FileError:
        old = ""
    if old != text:
        _keep_previous(target, old)
        write_text(path, text, exists="replace")
    return _digest(text)


def _keep_previous(path: Path, text: str) -> None:
    """Keep ``text``, the content of ``path`` until now, beside it."""
    if not text:
        return
    try:
        write_text(previous_version(path), text, exists="replace")
    except FileError as error:  # to save is worth more than to keep what was saved before
        log.warning("The previous version is not kept. %s", error.sentence)


def _locked(path: Path) -> FileLock | None:
    """Return the lock of ``path``; `None` where none can be made.

    Raises
    ------
    FileError
        If another window holds it.
    """
    target = Path(os.path.realpath(path))
    lock = FileLock(target.with_name(f".{target.name}.lock"))
    try:
        is_ours = lock.acquire()
    except OSError:
        return None  # a folder that takes no files: saving will say so
    if not is_ours:
        raise FileError(
            path,
            f"it is open in another window ({lock.holder() or 'another process'}).",
            hint="Save under another name, or close it there first.",
        )
    return lock


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
