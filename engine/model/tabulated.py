"""Tables and curves of files that are no spectra: catalogs, bandpasses, response curves."""

from collections.abc import Mapping
from dataclasses import dataclass

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
