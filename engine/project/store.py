"""Results in memory, found by what they were computed from; on disk too, where that is wanted."""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

_DEFAULT_BUDGET = 1 * 2**30
_NEARLY_FULL = 0.8


class Disk(Protocol):
    """Where results outlive the program: see `engine.project.disk_cache.DiskCache`."""

    def __contains__(self, digest: str) -> bool:
        """Tell whether there is something under ``digest``; it may turn out to be damaged."""

    def get(self, digest: str) -> Any | None:
        """Return the result of ``digest``, or `None`."""

    def put(self, digest: str, result: Any) -> None:
        """Keep ``result`` if possible."""

    def size(self, digest: str) -> int:
        """Return how many bytes the result of ``digest`` takes; 0: there is none."""


_SMALL = 64  # bytes of what is no array
_PLAIN = {type(None), str, float, int, bool}
_MANY = 200  # members of a sequence that are looked at


class Store:
    """Keeps results by digest, the least recently used thrown out first; safe between threads.

    Parameters
    ----------
    budget : int, optional
        Most bytes of arrays that are kept in memory.
    disk : Disk, optional
        Second level, for results of earlier runs.
    """

    def __init__(self, *, budget: int = _DEFAULT_BUDGET, disk: Disk | None = None) -> None:
        self._budget = budget
        self._disk = disk
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    def get(self, digest: str) -> Any | None:
        """Return the result of ``digest`` if it is in memory, or `None`."""
        with self._lock:
            found = self._kept.get(digest)
            if found is None:
                return None
            self._kept.move_to_end(digest)
            return found[0]

    def put(self, digest: str, result: Any) -> None:
        """Keep ``result`` in memory under ``digest``."""
        self._keep(digest, result, size_of(result))

    def _keep(self, digest: str, result: Any, size: int) -> None:
        with self._lock:
            self._used += size - self._kept.pop(digest, (None, 0))[1]
            self._kept[digest] = (result, size)
            while self._used > self._budget and len(self._kept) > 1:
                self._used -= self._kept.popitem(last=False)[1][1]

    def drop(self, digest: str) -> None:
        """Take the result of ``digest`` out of memory, if it is there."""
        with self._lock:
            self._used -= self._kept.pop(digest, (None, 0))[1]

    def __contains__(self, digest: str) -> bool:
        with self._lock:
            return digest in self._kept

    @property
    def outlives(self) -> bool:
        """Whether results are kept on a disk, too."""
        return self._disk is not None

    @property
    def has_room(self) -> bool:
        """Whether another result fits into memory without another being thrown out."""
        with self._lock:
            return self._used < _NEARLY_FULL * self._budget

    def has_saved(self, digest: str) -> bool:
        """Tell whether the disk may have the result of ``digest``."""
        return self._disk is not None and digest in self._disk

    def recall(self, digest: str) -> Any | None:
        """Bring the result of ``digest`` from the disk into memory and return it, or `None`."""
        result = None if self._disk is None else self._disk.get(digest)
        if result is not None and self._disk is not None:
            self._keep(digest, result, self._disk.size(digest))
        return result

    def save(self, digest: str, result: Any) -> None:
        """Keep ``result`` on the disk, if there is one for it."""
        if self._disk is not None:
            self._disk.put(digest, result)


def size_of(value: Any) -> int:
    """Return about how many bytes ``value`` holds: its arrays, and something for all else.

    Of sequences longer than a few hundred some are looked at, for they are alike.
    """
    if type(value) in _PLAIN:
        return _SMALL
    if isinstance(value, np.ndarray):
        return value.nbytes
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, tuple | list):
        some = value if len(value) <= _MANY else value[:: len(value) // _MANY]
        return sum(size_of(item) for item in some) * len(value) // max(len(some), 1)
    if isinstance(value, Mapping):
        return sum(size_of(item) for item in value.values())
    return _SMALL
