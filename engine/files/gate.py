"""The gate in front of every reader: only a regular file of bearable size gets through.

Nothing is mapped into memory, so a file that another program shortens cannot take the process
down, and every read counts what it gets. A gzip file is unpacked while it is read, never on disk,
and within a budget.
"""

import codecs
import hashlib
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError, shown_name
from engine.files.gzip_stream import GzipStream
from engine.files.kept_pieces import KeptPieces
from engine.progress import SILENT, Progress

MIB = 1 << 20
MAX_FILE_BYTES = 4096 * MIB  #: larger files are refused
MAX_TEXT_BYTES = 64 * MIB  #: larger text files are refused
_CHUNK = 4 * MIB
_KEPT_UNPACKED = 64 * MIB  # smaller contents of a gzip file are unpacked once and kept
# Real products shrink by a factor of 20 at most; zeros alone by 1000.
_UNPACKED_PER_BYTE = 40
_MAX_UNPACKED = 2048 * MIB
_GZIP = b"\x1f\x8b"
_MAY_BE_LARGE = (_GZIP, b"SIMPLE  =", b"#ASDF")  # all else is text, or refused
# No file system packs so well: such a file is a hole with a header in front of it.
_SIZE_PER_STORED_BYTE = 100


@dataclass(frozen=True, eq=False)
class GatedFile:
    """A file that passed the gate, open for reading.

    Attributes
    ----------
    path : Path
        As given.
    sha256 : str
        Hash of the bytes on the disk.
    size : int
        Bytes on the disk.
    content_size : int
        Bytes after unpacking; equal to `size` for a file that is not packed.
    stream : binary file
        The content, unpacked.
    """

    path: Path
    sha256: str
    size: int
    content_size: int
    stream: BinaryIO

    def read(self, offset: int, count: int) -> bytes:
        """Return ``count`` bytes of the content from ``offset``, fewer at its end."""
        with _plain_errors(self.path):
            self.stream.seek(offset)
            return self.stream.read(count)

    def read_into(self, offset: int, target: NDArray[np.uint8]) -> None:
        """Fill ``target``, a flat array, from ``offset``; `FileError` when the file ends before."""
        buffer, done = target.data, 0
        with _plain_errors(self.path):
            self.stream.seek(offset)
            while done < len(buffer):
                count = cast(io.RawIOBase, self.stream).readinto(buffer[done : done + _CHUNK])
                if not count:
                    raise FileError(
                        self.path,
                        f"The file is truncated: {len(buffer) - done} bytes are missing.",
                        hint="Was it changed while it was read? Fetch it again.",
                    )
                done += count

    def read_text(self) -> str:
        """Return the content as text; `FileError` when it is none, or too long."""
        if self.content_size > MAX_TEXT_BYTES:
            raise FileError(
                self.path,
                f"A text of {self.content_size // MIB} MiB is too large to read.",
                hint=f"Text tables may have {MAX_TEXT_BYTES // MIB} MiB; write it as FITS.",
            )
        content = self.read(0, self.content_size)
        is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "latin-1"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" in text:
                break
            return text
        raise FileError(
            self.path,
            "The content is neither FITS nor text.",
            hint="Open FITS, ASDF, ECSV, CSV or IPAC tables.",
        )


@contextmanager
def open_gated(path: str | Path, *, progress: Progress = SILENT) -> Iterator[GatedFile]:
    """Open a file that is safe to read, and close it afterwards.

    Parameters
    ----------
    path : path-like
        The file.
    progress : Progress, optional
        Told how much has been hashed.

    Yields
    ------
    GatedFile
        The open file, with its hash and the size of its content.

    Raises
    ------
    FileError
        If it is no regular file, cannot be read, is empty or too large, or is a gzip file that
        is damaged or unpacks to more than the budget.
    """
    path = Path(path)
    with _plain_errors(path):
        raw = _open_regular(path)
    with raw:
        size = os.fstat(raw.fileno()).st_size
        _require_bearable(path, size)
        _require_stored(path, os.fstat(raw.fileno()))
        with _plain_errors(path):
            head = raw.read(16)
            raw.seek(0)
            # What is refused for its size in any case is not worth the seconds of a hash.
            is_readable = size <= MAX_TEXT_BYTES or head.startswith(_MAY_BE_LARGE)
            digest = _hash(raw, size, progress) if is_readable else ""
            raw.seek(0)
        if not head.startswith(_GZIP):
            yield GatedFile(path, digest, size, size, cast(BinaryIO, raw))
            return
        with _plain_errors(path):
            content_size, stream = _unpack(path, cast(BinaryIO, raw), size)
        with stream:
            yield GatedFile(path, digest, size, content_size, stream)


def read_bytes(path: str | Path) -> bytes:
    """Return a file as it lies on the disk; gzip is not unpacked.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    bytes
        All of it.

    Raises
    ------
    FileError
        If it is no regular file, cannot be read, is empty or too large.
    """
    path = Path(path)
    with _plain_errors(path), _open_regular(path) as raw:
        _require_bearable(path, os.fstat(raw.fileno()).st_size)
        return raw.readall()


def _open_regular(path: Path) -> io.FileIO:
    """Open without waiting for the other end of a pipe, then look at what was opened."""
    # Not every system has these flags.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    _require_regular(path, path.stat().st_mode)
    descriptor = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    try:
        _require_regular(path, os.fstat(descriptor).st_mode)
    except FileError:
        os.close(descriptor)
        raise
    return io.FileIO(descriptor)


def _require_regular(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise FileError(path, "This is a folder, not a file.", hint="Open the files inside it.")
    what = "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"
    raise FileError(path, f"This is {what}, not a regular file.", hint="Copy the data to a file.")


def _require_bearable(path: Path, size: int) -> None:
    if size == 0:
        raise FileError(path, "The file is empty (0 bytes).", hint="Fetch it again.")
    if size > MAX_FILE_BYTES:
        raise FileError(
            path,
            f"The file is too large: {size / 1024 / MIB:.1f} GiB.",
            hint=f"Files may have {MAX_FILE_BYTES // MIB // 1024} GiB; cut out what you need.",
        )


def _require_stored(path: Path, state: os.stat_result) -> None:
    """Refuse a file that promises gibibytes and holds nearly nothing of them."""
    stored = 512 * getattr(state, "st_blocks", 0)  # 0: the file system does not say
    if state.st_size > MAX_TEXT_BYTES and 0 < stored < state.st_size // _SIZE_PER_STORED_BYTE:
        raise FileError(
            path,
            f"The file is incomplete: of {state.st_size // MIB} MiB only {stored / MIB:.2f} MiB "
            "are on the disk, the rest is a hole.",
            hint="Fetch it again.",
        )


def hash_gated(path: str | Path) -> str:
    """Return the hash of the bytes on the disk, as `open_gated` does, without unpacking them.

    Raises
    ------
    FileError
        If it is no regular file, cannot be read, is empty or too large.
    """
    path = Path(path)
    with _plain_errors(path), _open_regular(path) as raw:
        size = os.fstat(raw.fileno()).st_size
        _require_bearable(path, size)
        return _hash(raw, size, SILENT)


def _hash(raw: io.FileIO, size: int, progress: Progress) -> str:
    digest, buffer, done = hashlib.sha256(), bytearray(min(_CHUNK, size)), 0
    while count := raw.readinto(buffer):
        digest.update(memoryview(buffer)[:count])
        done += count
        progress.step(done, max(size, done), "Reading")
    return digest.hexdigest()


def _unpack(path: Path, raw: BinaryIO, size: int) -> tuple[int, BinaryIO]:
    """Return the unpacked size and a stream of the content; checks the whole gzip file."""
    budget = min(_MAX_UNPACKED, 2 * _KEPT_UNPACKED + _UNPACKED_PER_BYTE * size)
    unpacked = GzipStream(raw)
    kept: list[bytes] = []
    count = 0
    while piece := unpacked.unpack(_CHUNK):
        count += len(piece)
        if count > budget:
            raise FileError(
                path,
                f"{size / MIB:.2f} MiB of gzip unpack to more than {budget // MIB} MiB.",
                hint="Such a file is a bomb or damaged; unpack it yourself if you trust it.",
            )
        if count <= _KEPT_UNPACKED:
            kept.append(piece)
    if count == 0:
        raise FileError(path, "The gzip file is empty inside.", hint="Fetch it again.")
    if count <= _KEPT_UNPACKED:
        return count, io.BufferedReader(KeptPieces(kept))
    kept.clear()
    return count, io.BufferedReader(GzipStream(raw), _CHUNK)


@contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    """Turn what the system says into a sentence with a way out."""
    try:
        yield
    except FileNotFoundError as error:
        broken = " It is a link to a file that is gone." if path.is_symlink() else ""
        raise FileError(
            path,
            f"There is no such file in {shown_name(str(path.absolute().parent))}.{broken}",
            hint="Was it moved or renamed?",
        ) from error
    except PermissionError as error:
        raise FileError(
            path, "Permission to read the file is denied.", hint="Ask its owner to allow reading."
        ) from error
    except (EOFError, zlib.error) as error:
        raise FileError(
            path, "The gzip file is truncated or damaged.", hint="Fetch it again."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise FileError(
            path, f"The system cannot read the file: {reason}.", hint="Copy it to a local disk."
        ) from error
