"""The open files in memory."""

import os
import threading
from collections import OrderedDict
from typing import Any

from engine.errors import DataError, FileError
from engine.files import ColumnMapping, Loaded, load
from engine.files.gate import hash_gated
from engine.health.issues import Finding
from engine.health.rules import find_issues
from engine.progress import SILENT, Progress
from engine.project.codec import from_plain
from engine.project.entries import Entry
from engine.project.store import size_of
from engine.project.strict_json import parse_json

_DEFAULT_BUDGET = 4 * 2**30


class Library:
    """Keeps what was loaded, the least recently used thrown out first.

    Safe to use from several threads; one file is read by one thread at a time.

    Parameters
    ----------
    budget : int, optional
        Most bytes of arrays that are kept.
    """

    def __init__(self, *, budget: int = _DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[str, tuple[Loaded, int]] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}
        self._verified: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._findings: dict[str, tuple[Finding, ...]] = {}

    def keep(self, loaded: Loaded, *, mapping: str = "") -> None:
        """Remember ``loaded``."""
        key, size = _key(loaded.path, loaded.sha256, mapping), size_of(loaded.products)
        findings = find_issues(loaded.products)
        with self._lock:
            self._findings[loaded.sha256] = findings
            self._used += size - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (loaded, size)
            while len(self._kept) > 1 and self._used > self._budget:
                self._used -= self._kept.popitem(last=False)[1][1]

    def loaded(self, entry: Entry, *, progress: Progress = SILENT) -> Loaded:
        """Return the content of ``entry``, reading the file when it is not in memory.

        Raises
        ------
        FileError
            If the file cannot be read, or is not the one that the session was made with.
        """
        key = _key(entry.path, entry.sha256, entry.mapping)
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        with reading:
            found = self._find(key)
            if found is None:
                found = load(entry.path, mapping=_mapping_of(entry), progress=progress)
                _require_same(entry, found.sha256)
                self.keep(found, mapping=entry.mapping)
        if found.kind != entry.kind:
            raise FileError(
                entry.path,
                f"it holds a {found.kind}, not the {entry.kind} that the session expects.",
                hint="Close it in the data browser, and open it again.",
            )
        return found

    def product(self, entry: Entry, part: int, *, progress: Progress = SILENT) -> Any:
        """Return one product of ``entry``."""
        return self.loaded(entry, progress=progress).products[part]

    def findings(self, entry: Entry) -> tuple[Finding, ...] | None:
        """Return the known issues of ``entry``; `None`: it was not read yet."""
        with self._lock:
            return self._findings.get(entry.sha256)

    def examine(self, entry: Entry, *, progress: Progress = SILENT) -> tuple[Finding, ...]:
        """Return the known issues of ``entry``; a file that is read for them is not kept.

        Raises
        ------
        FileError
            If the file cannot be read, or is not the one that the session was made with.
        """
        known = self.findings(entry)
        if known is None:
            found = load(entry.path, mapping=_mapping_of(entry), progress=progress)
            _require_same(entry, found.sha256)
            known = find_issues(found.products)
            with self._lock:
                self._findings[entry.sha256] = known
        return known

    def verify(self, entry: Entry) -> None:
        """Make sure that the file of ``entry`` is the one that the session was made with.

        Raises
        ------
        FileError
            If it cannot be read, or is another one.
        """
        state = _state(entry.path)
        sha256, seen = self._verified.get(entry.path, ("", ()))
        if not state or seen != state:
            sha256 = hash_gated(entry.path)
            self._verified[entry.path] = (sha256, state)
        _require_same(entry, sha256)

    def forget(self, path: str) -> None:
        """Drop what was loaded from ``path``."""
        with self._lock:
            self._verified.pop(path, None)
            for key in [key for key in self._kept if key.startswith(f"{path}\0")]:
                self._used -= self._kept.pop(key)[1]

    def _find(self, key: str) -> Loaded | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]


def column_mapping(text: str) -> ColumnMapping | None:
    """Return the column mapping that the JSON ``text`` describes; `None` for an empty one.

    Raises
    ------
    DataError
        If the text describes none.
    """
    if not text:
        return None
    try:
        plain = parse_json(text)
    except ValueError as error:
        raise DataError(
            "The column mapping of this table cannot be read.", hint="Choose its columns again."
        ) from error
    mapping: ColumnMapping = from_plain(ColumnMapping, plain, where="mapping")
    return mapping


def _mapping_of(entry: Entry) -> ColumnMapping | None:
    """Return the column mapping of ``entry``; trouble with it names the file."""
    try:
        return column_mapping(entry.mapping)
    except DataError as error:
        raise FileError(entry.path, error.what, hint="Choose its columns again.") from error


def _key(path: str, sha256: str, mapping: str) -> str:
    return f"{path}\0{sha256}\0{mapping}"


def _state(path: str) -> tuple[int, ...]:
    """Return what changes when the file is written; empty when it cannot be looked at."""
    try:
        found = os.stat(path)  # noqa: PTH116  (paths of sessions may be odd)
    except (OSError, ValueError):
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _require_same(entry: Entry, sha256: str) -> None:
    if sha256 != entry.sha256:
        raise FileError(
            entry.path,
            "it changed since it was opened.",
            hint="Accept the change in the data browser, or bring the old file back.",
        )
