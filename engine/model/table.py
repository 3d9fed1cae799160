"""A table of results, ready to be shown, copied and written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        Lower case, with the unit where it has one: ``"wave_um"``.
    unit : str
        Unit as astropy spells it, or ``""``.
    values : ndarray, shape (n,)
        Numbers, truth values or text. NaN: no measurement.
    description : str
        One line on what the column means.
    """

    name: str
    unit: str
    values: NDArray[Any]
    description: str = ""

    @property
    def about(self) -> str:
        """What the column means, in words; measures without a unit are told to have none.

        A description that speaks of a unit itself, that of each row, is left as it is.
        """
        is_bare = self.values.dtype.kind == "f" and not self.unit
        if not is_bare or "unit" in self.description.casefold():
            return self.description
        return f"{self.description}; dimensionless" if self.description else "Dimensionless"


@dataclass(frozen=True, eq=False, slots=True)
class ResultTable:
    """Columns of one length under one title.

    Attributes
    ----------
    title : str
        What the table shows, for a reader who has only the file.
    columns : tuple of Column
        At least one, all of one length, names all different.

    Raises
    ------
    ValueError
        If the columns differ in length or share a name: a bug of the caller.
    """

    title: str
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if not names or len(set(names)) != len(names):
            raise ValueError(f"{self.title}: columns are missing or share a name: {names}")
        if any(np.ndim(column.values) != 1 for column in self.columns):
            raise ValueError(f"{self.title}: a column is not one-dimensional")
        if len({len(column.values) for column in self.columns}) != 1:
            raise ValueError(f"{self.title}: columns differ in length")

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.columns[0].values)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; `KeyError` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def in_row_units(
    name: str, units: Iterable[str], values: Iterable[float], description: str
) -> Column:
    """Return a column of numbers whose rows have units of their own: the unit if they share it."""
    shared = set(units)
    unit = shared.pop() if len(shared) == 1 else ""
    said = f"{description}, in the unit of the row" if shared else description
    return Column(name, unit, np.array(list(values), dtype=np.float64), said)
