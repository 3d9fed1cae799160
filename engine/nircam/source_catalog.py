"""Catalogs of sources that one epoch of NIRCam imaging gives (docs/formats.md)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.errors import DataError
from engine.model.catalog_columns import CATALOG_COLUMNS
from engine.model.nircam import array_of
from engine.model.tabulated import DataTable

_HINT = "The page on formats lists the columns of a catalog."


@dataclass(frozen=True, eq=False, slots=True)
class SourceCatalog:
    """Sources with their magnitudes, one row a measurement.

    Attributes
    ----------
    name : str
        Name of the file or of the images.
    ids : tuple of str
        One a row, different in all catalogs of a session.
    ra_deg, dec_deg : ndarray, shape (n,)
        Position. Unit: deg.
    mag, mag_error : ndarray, shape (n,)
        AB magnitude and one standard deviation. Unit: mag. NaN: not known.
    filters, modules, arrays, epochs, calibrations : tuple of str
        ``"F150W"``; ``"A"`` or ``"B"``; ``"1"`` to ``"4"`` or ``"long"``; label of the epoch;
        reference context, or ``""``.
    time_mjd, angle_deg : ndarray, shape (n,)
        Time and position angle of the field. Unit: d, deg. NaN: not known.
    center_deg : tuple of float or None
        Point that the field turns about, where the catalog says so. Unit: deg.
    reasons : tuple of str
        Why a row is left out; ``""``: it is used.
    """

    name: str
    ids: tuple[str, ...]
    ra_deg: FloatArray
    dec_deg: FloatArray
    mag: FloatArray
    mag_error: FloatArray
    filters: tuple[str, ...]
    modules: tuple[str, ...]
    arrays: tuple[str, ...]
    epochs: tuple[str, ...]
    calibrations: tuple[str, ...]
    time_mjd: FloatArray
    angle_deg: FloatArray
    center_deg: tuple[float, float] | None = None
    reasons: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.ids)

    def without(self, reason_of: Callable[[str, str, str], str]) -> "SourceCatalog":
        """Return the catalog with a reason for each row, from its id, filter and array."""
        rows = zip(self.ids, self.filters, self.arrays, strict=True)
        return replace(self, reasons=tuple(reason_of(*row) for row in rows))


def read_source_catalog(table: DataTable, prefix: str) -> SourceCatalog:
    """Return the sources of a table.

    Parameters
    ----------
    table : DataTable
        Columns as in `CATALOG_COLUMNS`, in any case; a meta entry stands for a column with one
        value.
    prefix : str
        Put before the number of the row, counted from 1, to make ids.

    Returns
    -------
    SourceCatalog
        Rows without position, magnitude or array are dropped. Errors that are zero or negative
        count as not known.

    Raises
    ------
    DataError
        If a column is missing, or no row can be used.
    """
    columns = _Columns(table)
    ra, dec, mag = (columns.numbers(one, needed=True) for one in ("ra", "dec", "mag"))
    error = columns.numbers("error")
    found = [
        array_of(detector, module)
        for detector, module in zip(columns.array(), columns.texts("module"), strict=True)
    ]
    filters = tuple(one.upper() for one in columns.texts("filter", table.identity.filter))
    time = columns.numbers("time")
    if table.identity.mjd is not None:
        time = np.where(np.isfinite(time), time, table.identity.mjd)
    given = table.identity.observation or table.identity.date
    epochs = columns.texts("epoch", given)
    good = np.isfinite(ra) & np.isfinite(dec) & np.isfinite(mag) & (np.abs(dec) <= 90.0)
    kept = [
        i
        for i, one in enumerate(found)
        if good[i] and one is not None and filters[i] and (epochs[i] or np.isfinite(time[i]))
    ]
    if not kept:
        raise _nothing_in(columns, found, filters)
    places = [found[i] or ("", "") for i in kept]
    contexts = columns.texts("calibration", table.origin.crds_context)
    return SourceCatalog(
        name=columns.name,
        ids=tuple(f"{prefix}{i + 1}" for i in kept),
        ra_deg=frozen(ra[kept] % 360.0),
        dec_deg=frozen(dec[kept]),
        mag=frozen(mag[kept]),
        mag_error=frozen(np.where(error[kept] > 0.0, error[kept], np.nan)),
        filters=tuple(filters[i] for i in kept),
        modules=tuple(module for module, _ in places),
        arrays=tuple(array for _, array in places),
        epochs=tuple(epochs[i] or f"MJD {time[i]:.0f}" for i in kept),
        calibrations=tuple(contexts[i] for i in kept),
        time_mjd=frozen(time[kept]),
        angle_deg=frozen(columns.numbers("angle")[kept]),
        center_deg=columns.center(),
        reasons=("",) * len(kept),
    )


class _Columns:
    """The columns of a table by what they mean."""

    def __init__(self, table: DataTable) -> None:
        self._table = table
        self._names = {name.lower(): name for name in table.columns}
        self._meta = {name.lower(): value for name, value in table.meta}
        self.name = PurePath(table.origin.path).name or table.name or "catalog"

    def _named(self, what: str) -> str:
        return next((self._names[one] for one in CATALOG_COLUMNS[what] if one in self._names), "")

    def _stated(self, what: str) -> str:
        return next((self._meta[one] for one in CATALOG_COLUMNS[what] if one in self._meta), "")

    def texts(self, what: str, given: str = "") -> tuple[str, ...]:
        name = self._named(what)
        if not name:
            return (self._stated(what).strip() or given,) * self._table.size
        values = self._table.columns[name]
        if isinstance(values, tuple):
            return tuple(one.strip() for one in values)
        return tuple(f"{one:g}" if np.isfinite(one) else "" for one in values)

    def array(self) -> tuple[str, ...]:
        return self.texts("array", self._table.identity.detector)

    def numbers(self, what: str, *, needed: bool = False) -> FloatArray:
        name = self._named(what)
        values = self._table.columns[name] if name else None
        if isinstance(values, np.ndarray):
            return values
        if needed:
            raise DataError(
                f"{self.name} has no column of numbers called “{CATALOG_COLUMNS[what][0]}”.",
                hint=_HINT,
            )
        try:
            return np.full(self._table.size, float(self._stated(what) or "nan"))
        except ValueError:
            return np.full(self._table.size, np.nan)

    def center(self) -> tuple[float, float] | None:
        try:
            return float(self._meta["center_ra_deg"]), float(self._meta["center_dec_deg"])
        except (KeyError, ValueError):
            return None


def _nothing_in(
    columns: _Columns, found: list[tuple[str, str] | None], filters: tuple[str, ...]
) -> DataError:
    if all(one is None for one in found):
        return DataError(
            f"{columns.name} does not say which array saw a source (“NRCA1” to “NRCBLONG”).",
            hint="Add a column or a meta entry “array”.",
        )
    if not any(filters):
        return DataError(
            f"{columns.name} does not say in which filter the magnitudes are.",
            hint="Add a column or a meta entry “filter”.",
        )
    return DataError(
        f"{columns.name} has no row with a position, a magnitude and an epoch.", hint=_HINT
    )
