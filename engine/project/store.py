"""Results in memory, found by what they were computed from."""

import dataclasses
import threading
from collections import OrderedDict
from typing import Any

import numpy as np

_DEFAULT_BUDGET = 1 * 2**30


class Store:
    """Keeps results by digest, the least recently used thrown out first; safe between threads.

    Parameters
    ----------
    budget : int, optional
        Most bytes of arrays that are kept.
    """

    def __init__(self, *, budget: int = _DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._kept: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    def get(self, digest: str) -> Any | None:
        """Return the result of ``digest``, or `None`."""
        with self._lock:
            found = self._kept.get(digest)
            if found is None:
                return None
            self._kept.move_to_end(digest)
            return found[0]

    def put(self, digest: str, result: Any) -> None:
        """Keep ``result`` under ``digest``."""
        size = size_of(result)
        with self._lock:
            self._used += size - self._kept.pop(digest, (None, 0))[1]
            self._kept[digest] = (result, size)
            while self._used > self._budget and len(self._kept) > 1:
                self._used -= self._kept.popitem(last=False)[1][1]

    def __contains__(self, digest: str) -> bool:
        with self._lock:
            return digest in self._kept


def size_of(value: Any) -> int:
    """Return the bytes of all arrays inside ``value``."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return sum(size_of(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, tuple | list):
        return sum(size_of(item) for item in value)
    return 64
