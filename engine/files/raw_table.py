"""A table as read, before anybody knows what its columns mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray
from engine.files.notes import FileNotes, quoted


@dataclass(frozen=True)
class RawTable:
    """Columns by name, read when they are asked for.

    Attributes
    ----------
    name : str
        Name of the extension; ``""`` for text.
    names : tuple of str
        Names as written, in order.
    units : tuple of str
        Unit of each column as written; ``""``: none.
    n_rows : int
        Number of rows.
    read_column : callable
        From the index of a column to its values: numbers, or `str` objects; `None` for a type
        that is not read (variable length, complex, bits).
    meta : mapping of str to str
        Keywords, values as text.
    """

    name: str
    names: tuple[str, ...]
    units: tuple[str, ...]
    n_rows: int
    read_column: Callable[[int], NDArray[Any] | None]
    meta: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _index(self) -> dict[str, int]:
        index: dict[str, int] = {}
        for position, name in enumerate(self.names):
            index.setdefault(_key(name), position)
        return index

    @cached_property
    def _numbers(self) -> dict[str, FloatArray | None]:
        return {}

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._index

    def unit(self, name: str) -> str:
        """Return the unit of a column as written; ``""`` also when there is no such column."""
        position = self._index.get(_key(name))
        return "" if position is None else self.units[position]

    def column(self, name: str) -> NDArray[Any] | None:
        """Return the values of a column as stored; `None` when its type is not read."""
        return self.read_column(self._index[_key(name)])

    def numbers(self, name: str) -> FloatArray | None:
        """Return a column as float64; `None` when it holds no numbers. Not to be changed."""
        key = _key(name)
        if key not in self._numbers:
            values = self.column(name)
            if values is None or values.dtype.kind not in "fiub":
                self._numbers[key] = None
            else:
                self._numbers[key] = values.astype(np.float64)
        return self._numbers[key]


def _key(name: str) -> str:
    """Return what tells columns apart: neither case nor blanks around a name do."""
    return name.strip().lower()


def warn_of_repeated_names(table: RawTable, notes: FileNotes) -> None:
    """Warn when two columns share a name: only the first one can be reached."""
    seen: set[str] = set()
    for name in table.names:
        key = _key(name)
        if key in seen:
            notes.warn(f"Two columns are called {quoted(name)}: the first one is read. Rename one.")
        seen.add(key)
