"""Results that outlive the program: one file a result, found by its digest."""

import hashlib
import os
import platform
import sys
import threading
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import engine
from engine.errors import DataError, FileError
from engine.files.array_files import read_array_file, write_array_file
from engine.files.folders import make_folder
from engine.project.result_codec import Arrays, pack_result, unpack_result
from engine.resources import resource_path

_DEFAULT_BUDGET = 2 * 2**30
_SUFFIX = ".result"
_LIBRARIES = ("numpy", "scipy", "astropy", "photutils", "asdf")
_FILLED_TO = 0.9  # of the budget, once room had to be made


class DiskCache:
    """Keeps results in a folder, the least recently used thrown out first.

    Nothing that goes wrong with it stops the work: a damaged file counts as none and is removed,
    a disk that takes no more is left alone.

    Parameters
    ----------
    folder : path-like
        Made when the first result is kept. Several processes may share it.
    budget : int, optional
        Most bytes that are kept.
    """

    def __init__(self, folder: str | Path, *, budget: int = _DEFAULT_BUDGET) -> None:
        self._folder = Path(folder)
        self._budget = budget
        self._used: int | None = None
        self._takes_more = True
        self._lock = threading.Lock()

    def __contains__(self, digest: str) -> bool:
        return self._path(digest).is_file()

    def get(self, digest: str) -> Any | None:
        """Return the result of ``digest``, or `None`."""
        path = self._path(digest)
        try:
            result = unpack_result(*read_array_file(path))
        except (FileError, DataError):
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return result

    def size(self, digest: str) -> int:
        """Return how many bytes the file of ``digest`` has; 0: there is none."""
        try:
            return self._path(digest).stat().st_size
        except OSError:
            return 0

    def put(self, digest: str, result: Any) -> None:
        """Keep ``result`` under ``digest`` if that is possible."""
        try:
            text, arrays = pack_result(result)
        except DataError:
            return  # no result of an analysis: nobody would know how to read it
        size = len(text) + sum(array.nbytes for array in arrays.values())
        with self._lock:
            if self._takes_more and size <= self._budget:
                try:
                    self._keep(self._path(digest), text, arrays)
                except FileError:
                    self._takes_more = False

    def _keep(self, path: Path, text: str, arrays: Arrays) -> None:
        if self._used is None:
            make_folder(self._folder)
            self._used = sum(kept for *_, kept in self._listed())
        write_array_file(path, text, arrays)
        with suppress(OSError):  # another process made room meanwhile
            self._used += path.stat().st_size
        if self._used > self._budget:
            self._make_room()

    def _make_room(self) -> None:
        """Throw out what was not used for longest; count anew, for others may write here too."""
        listed = self._listed()
        self._used = sum(size for *_, size in listed)
        for _, path, size in listed:
            if self._used <= _FILLED_TO * self._budget:
                return
            _remove(path)
            self._used -= size

    def _listed(self) -> list[tuple[int, Path, int]]:
        """Return time of the last use, place and size of each result, the oldest first."""
        found = []
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime_ns, path, state.st_size))
        return sorted(found)

    def _path(self, digest: str) -> Path:
        return self._folder / f"{edition()}-{digest}{_SUFFIX}"


@cache
def edition() -> str:
    """Return what tells this program from any other that could give other numbers.

    The version is not enough while the code is being changed: the code itself, its tables, the
    libraries and the machine belong to it.
    """
    found = hashlib.sha256()
    facts = [engine.__version__, sys.version, platform.machine()]
    facts += [f"{name} {_version(name)}" for name in _LIBRARIES]
    found.update("\n".join(facts).encode())
    code = Path(engine.__file__).parent
    tables = resource_path("bands.toml").parent
    if getattr(sys, "frozen", False):
        found.update(Path(sys.executable).read_bytes())  # the code of a program in one piece
    for path in (*sorted(code.rglob("*.py")), *sorted(tables.rglob("*.toml"))):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""  # an application in one piece: its code stands for all


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
