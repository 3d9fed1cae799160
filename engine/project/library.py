"""The open files in memory."""

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

from engine.errors import DataError
from engine.files import ColumnMapping, Loaded, load
from engine.progress import SILENT, Progress
from engine.project.codec import from_plain
from engine.project.session import Entry

_DEFAULT_BUDGET = 4 * 2**30


class Library:
    """Keeps what was loaded, the least recently used thrown out first.

    Safe to use from several threads; one file is read by one thread at a time.

    Parameters
    ----------
    budget : int, optional
        Most bytes of files that are kept.
    """

    def __init__(self, *, budget: int = _DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def keep(self, loaded: Loaded, *, mapping: str = "") -> None:
        """Remember ``loaded``."""
        with self._lock:
            self._kept[_key(loaded.path, loaded.sha256, mapping)] = loaded
            while (
                len(self._kept) > 1 and sum(one.size for one in self._kept.values()) > self._budget
            ):
                self._kept.popitem(last=False)

    def loaded(self, entry: Entry, *, progress: Progress = SILENT) -> Loaded:
        """Return the content of ``entry``, reading the file when it is not in memory.

        Raises
        ------
        FileError
            If the file cannot be read.
        DataError
            If the file is not the one that the session was made with.
        """
        key = _key(entry.path, entry.sha256, entry.mapping)
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        with reading:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            loaded = load(entry.path, mapping=column_mapping(entry.mapping), progress=progress)
            if loaded.sha256 != entry.sha256:
                raise DataError(
                    f"{_name(entry)} changed since it was opened.",
                    hint="Accept the change in the data browser, or bring the old file back.",
                )
            self.keep(loaded, mapping=entry.mapping)
            return loaded

    def product(self, entry: Entry, part: int, *, progress: Progress = SILENT) -> Any:
        """Return one product of ``entry``."""
        return self.loaded(entry, progress=progress).products[part]

    def forget(self, path: str) -> None:
        """Drop what was loaded from ``path``."""
        with self._lock:
            for key in [key for key in self._kept if key.startswith(f"{path}\0")]:
                del self._kept[key]


def column_mapping(text: str) -> ColumnMapping | None:
    """Return the column mapping that the JSON ``text`` describes; `None` for an empty one."""
    if not text:
        return None
    mapping: ColumnMapping = from_plain(ColumnMapping, json.loads(text), where="mapping")
    return mapping


def _key(path: str, sha256: str, mapping: str) -> str:
    return f"{path}\0{sha256}\0{mapping}"


def _name(entry: Entry) -> str:
    return Path(entry.path).name
