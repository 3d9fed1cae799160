"""Locks that end with the process that holds them, however it ends."""

import errno
import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path

_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP}  # what some network disks answer


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
        while self._descriptor is None:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            if not _is_free(self._path, descriptor):
                os.close(descriptor)
                return False
            if not _is_file_of(self._path, descriptor):  # its holder took it away in between
                os.close(descriptor)
                continue
            self._descriptor = descriptor
            with suppress(OSError):  # a full disk: the lock holds, it cannot say whose it is
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"{os.getpid()} on {socket.gethostname()}\n".encode())
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
        return not _is_free(path, descriptor)
    finally:
        os.close(descriptor)


def _is_free(path: Path, descriptor: int) -> bool:
    """Take the lock of the system; where a disk has none, go by what the file says."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS and not _holder_lives(path)
    return True


def _is_file_of(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _holder_lives(path: Path) -> bool:
    """Tell whether the holder that ``path`` names may be alive: of another computer, always."""
    process, _, host = FileLock(path).holder().partition(" on ")
    if not process.isdecimal() or not host:
        return False
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
