"""Photometry of stars from a table (docs/formats.md)."""

import numpy as np

from engine.arrays import FloatArray
from engine.compare.filter_photometry import FilterMeasurement
from engine.errors import DataError
from engine.model.tabulated import ColumnValues, DataTable
from engine.photometry.bandpasses import filter_name
from engine.units import flux_unit, to_canonical


def measurements_of(table: DataTable) -> tuple[FilterMeasurement, ...]:
    """Return the rows of a table of photometry.

    Parameters
    ----------
    table : DataTable
        Columns ``name``, ``filter``, ``flux_jy`` and, where known, ``flux_error_jy`` and
        ``instrument``; a meta entry stands for a column with one value.

    Returns
    -------
    tuple of FilterMeasurement
        One a row, fluxes in Jy. Errors that are zero or negative count as not known.

    Raises
    ------
    DataError
        If a column is missing, or its unit is no flux density.
    """
    names, filters = _texts(table, "name"), _texts(table, "filter")
    fluxes = _fluxes(table, "flux_jy")
    errors = np.full(table.size, np.nan)
    if "flux_error_jy" in table.columns:
        errors = _fluxes(table, "flux_error_jy")
    errors = np.where(errors > 0.0, errors, np.nan)
    given = dict(table.meta).get("instrument", table.identity.instrument)
    instruments = (
        _texts(table, "instrument") if "instrument" in table.columns else (given,) * table.size
    )
    rows = zip(names, filters, fluxes, errors, instruments, strict=True)
    return tuple(
        FilterMeasurement(star, filter_name(name), float(flux), float(error), instrument)
        for star, name, flux, error, instrument in rows
        if star and name
    )


def _texts(table: DataTable, name: str) -> tuple[str, ...]:
    values: ColumnValues | None = table.columns.get(name)
    if values is None:
        given = dict(table.meta).get(name, "")
        if not given:
            raise _missing(name)
        return (given,) * table.size
    if isinstance(values, tuple):
        return tuple(one.strip() for one in values)
    return tuple(f"{one:g}" for one in values)


def _fluxes(table: DataTable, name: str) -> FloatArray:
    values = table.columns.get(name)
    if not isinstance(values, np.ndarray):
        raise _missing(name)
    written = table.units.get(name, "") or "Jy"
    unit = flux_unit(written)
    if unit.kind != "flux":
        raise DataError(
            f"The column “{name}” of the photometry is in “{written}”, which is no flux density.",
            hint="Convert it to Jy or mJy.",
        )
    return to_canonical(values, unit, np.ones(values.size))


def _missing(name: str) -> DataError:
    return DataError(
        f"The table of photometry has no column “{name}” of the right kind.",
        hint="See the page on formats for the columns it needs.",
    )
