"""Locks that end with the process that holds them, however it ends."""

import fcntl
import os
import socket
from pathlib import Path


class FileLock:
    """A lock on a name in a folder.

    The lock belongs to the open file, not to its existence: a process that dies, even by kill -9,
    gives it back. The text inside says who holds it.

    Parameters
    ----------
    path : Path
        The lock file; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; tell whether it could be had."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} on {socket.gethostname()}\n".encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back and take its file away."""
        if self._descriptor is not None:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> str:
        """Return who holds the lock: ``"1234 on host"``; ``""``: nobody says so."""
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").strip()[:200]
        except OSError:
            return ""


def is_held(path: Path) -> bool:
    """Tell whether a living process holds the lock ``path``."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
