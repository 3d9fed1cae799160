"""Tables and curves: what files hold beside spectra, and what results leave as."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import FloatArray
from engine.model.identity import Identity, Origin

ColumnValues = FloatArray | tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class DataTable:
    """A table as a file has it, in the order and the units of the file.

    Attributes
    ----------
    name : str
        Name of the extension, or ``""``.
    columns : mapping of str to ndarray, shape (n,), or tuple of str
        Numbers as float64 (NaN: empty cell), everything else as text.
    units : mapping of str to str
        Unit of each column as written; ``""``: none.
    meta : tuple of (str, str)
        Keywords of the table, values as text.
    identity : Identity
        What was observed.
    origin : Origin
        Where the numbers come from.
    """

    name: str
    columns: Mapping[str, ColumnValues]
    units: Mapping[str, str]
    meta: tuple[tuple[str, str], ...] = ()
    identity: Identity = Identity()
    origin: Origin = Origin()

    @property
    def size(self) -> int:
        """Number of rows."""
        return max((len(column) for column in self.columns.values()), default=0)


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """Quantities against wavelength that are no flux: a bandpass, a leak fraction, a response.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Wavelength, strictly increasing, finite. Unit: um.
    values : mapping of str to ndarray, shape (n,)
        The quantities by the names of their columns. NaN: not given.
    units : mapping of str to str
        Unit of each quantity as written; ``""``: none, or not said.
    identity : Identity
        What it belongs to.
    origin : Origin
        Where the numbers come from.
    """

    wave_um: FloatArray
    values: Mapping[str, FloatArray]
    units: Mapping[str, str]
    identity: Identity = Identity()
    origin: Origin = Origin()


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
