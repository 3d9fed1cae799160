"""The one way a file is written: whole or not at all.

A temporary file in the same folder is written, synchronized, read back, and put in the place of
the target in one step; the folder is synchronized last. Whoever is killed in between leaves the
earlier file untouched. A temporary file is locked while it is written, so that one that is left
behind by a killed process can be told from one in use.
"""

import errno
import fcntl
import hashlib
import io
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal

from engine.errors import FileError

IfExists = Literal["refuse", "replace"]

_TEMPORARY = re.compile(r"\.fluxknot-[0-9a-f]{16}\.tmp")
_READ_BLOCK = 1 << 20
_NO_LINKS = {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EMLINK}
_CAUSES = {
    errno.ENOSPC: ("The disk is full.", "Free some space, or choose another folder."),
    errno.EDQUOT: ("Your disk quota is used up.", "Free some space, or choose another folder."),
    errno.EFBIG: ("The disk takes no file of this size.", "Choose another folder."),
    errno.EROFS: ("The disk is read-only.", "Choose another folder."),
    errno.EACCES: ("The folder cannot be written to.", "Choose another folder."),
    errno.EPERM: ("The folder cannot be written to.", "Choose another folder."),
    errno.ENOENT: ("The folder does not exist.", "Make it, or choose another."),
    errno.ENOTDIR: ("The folder is a file.", "Choose another folder."),
    errno.ENAMETOOLONG: ("The name is too long.", "Choose a shorter one."),
    errno.EIO: ("The disk reports an error.", "Choose another disk, and check this one."),
    errno.ELOOP: ("The link leads back to itself.", "Choose another name."),
}


def atomic_write(
    path: str | Path, write: Callable[[BinaryIO], None], *, exists: IfExists = "refuse"
) -> Path:
    """Write a file so that it is, at every moment, the old one or the new one.

    Parameters
    ----------
    path : path-like
        The file. A symbolic link is followed; permission bits are kept.
    write : callable
        Writes the content to the stream it is given; the stream can seek. What it raises is
        passed on, and nothing has changed then.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file exists and must not be replaced, or the disk is full, read-only or broken.
        The earlier file is still there, byte for byte.
    """
    content = io.BytesIO()
    write(content)
    data = content.getbuffer()
    digest = hashlib.sha256(data).digest()
    with _told_in_a_sentence(path, state="Nothing was changed."):
        target = _target_of(path, exists=exists)
        with _temporary_beside(target) as (temporary, descriptor):
            _fill(descriptor, data)
            _require_digest(temporary, digest, path)
            _put_in_place(temporary, target, exists=exists)
    with _told_in_a_sentence(path, state="The new file may not last."):
        _synchronize_folder(target.parent)
        _require_digest(target, digest, path)
    return Path(path)


def require_writable(path: str | Path) -> None:
    """Raise `FileError` when ``path`` could not be written, before work is put into it.

    Parameters
    ----------
    path : path-like
        The file that will be written later.

    Raises
    ------
    FileError
        If its folder is missing or takes no files, or it is write-protected or no ordinary file.
    """
    with _told_in_a_sentence(path, state=""):
        target = _target_of(path, exists="replace")
        if not target.parent.is_dir():
            raise OSError(errno.ENOENT, "no folder")
        if not os.access(target.parent, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, "no access")


def remove_stale_temporaries(folder: str | Path) -> tuple[Path, ...]:
    """Remove the temporary files of writers that died.

    Parameters
    ----------
    folder : path-like
        Where files were written. Nothing happens when it is not there.

    Returns
    -------
    tuple of pathlib.Path
        What was removed. A file that some process is writing at this moment is locked, and stays.
    """
    try:
        found = sorted(Path(folder).iterdir())
    except OSError:
        return ()
    ours = [path for path in found if _TEMPORARY.fullmatch(path.name)]
    return tuple(path for path in ours if _remove_if_abandoned(path))


def _target_of(path: str | Path, *, exists: IfExists) -> Path:
    """Return the file to write, links followed, or raise when it must not be written."""
    if not _is_encodable(str(path)):
        raise FileError(repr(path), "The name holds a character that no file name can have.")
    target = Path(os.path.realpath(path))
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return target
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "link loop")
    if not stat.S_ISREG(mode):
        raise FileError(path, "This is no ordinary file.", hint="Choose another name.")
    if exists == "refuse":
        raise FileError(path, "The file exists already.", hint="Choose another name, or replace.")
    if not os.access(target, os.W_OK):
        raise FileError(path, "The file is write-protected.", hint="Choose another name.")
    return target


def _is_encodable(name: str) -> bool:
    try:
        return b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        return False


@contextmanager
def _temporary_beside(target: Path) -> Iterator[tuple[Path, int]]:
    """Make a locked temporary file in the folder of ``target``; it is gone afterwards."""
    temporary, descriptor = _locked_temporary(target.parent)
    try:
        _copy_permissions(target, descriptor)
        yield temporary, descriptor
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
        os.close(descriptor)


def _locked_temporary(folder: Path) -> tuple[Path, int]:
    while True:
        temporary = folder / f".fluxknot-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with suppress(OSError):  # some network disks have no locks: then nothing is ever stale
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Between its birth and its lock the file may have been taken for an abandoned one.
        if temporary.exists():
            return temporary, descriptor
        os.close(descriptor)


def _copy_permissions(target: Path, descriptor: int) -> None:
    with suppress(FileNotFoundError):
        old = target.stat()
        for owner, group in ((-1, old.st_gid), (old.st_uid, -1)):
            with suppress(PermissionError):  # only an administrator can give files away
                os.fchown(descriptor, owner, group)
        with suppress(PermissionError):  # a disk without permission bits
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _fill(descriptor: int, data: memoryview) -> None:
    done = 0
    while done < len(data):
        done += os.write(descriptor, data[done:])
    os.fsync(descriptor)
    # What is read back should come from the disk, not from memory.
    with suppress(OSError):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _require_digest(written: Path, digest: bytes, path: str | Path) -> None:
    found = hashlib.sha256()
    with written.open("rb") as stream:
        while block := stream.read(_READ_BLOCK):
            found.update(block)
    if found.digest() != digest:
        raise FileError(
            path, "The disk gives back other bytes than were written.", hint="Use another disk."
        )


def _put_in_place(temporary: Path, target: Path, *, exists: IfExists) -> None:
    if exists == "replace":
        temporary.replace(target)
        return
    try:
        os.link(temporary, target)  # unlike a rename, fails when somebody was faster
    except FileExistsError:
        raise FileError(
            target, "The file exists already.", hint="Choose another name, or replace."
        ) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        temporary.replace(target)


def _synchronize_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise
    finally:
        os.close(descriptor)


def _remove_if_abandoned(temporary: Path) -> bool:
    """Remove ``temporary`` unless its writer still holds the lock."""
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        temporary.unlink()
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


@contextmanager
def _told_in_a_sentence(path: str | Path, *, state: str) -> Iterator[None]:
    """Turn what the system says into a `FileError` that a user can act on."""
    try:
        yield
    except OSError as error:
        cause, hint = _CAUSES.get(
            error.errno or 0, (f"It cannot be written: {error.strerror}.", "Choose another folder.")
        )
        raise FileError(path, f"{cause} {state}".strip(), hint=hint) from error
