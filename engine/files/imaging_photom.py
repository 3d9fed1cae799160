"""Photom references of MIRI imaging (`MirImgPhotomModel`), with all forms of their loss tables."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.raw_table import RawTable
from engine.model.imaging_photom import LOSS_COLUMNS, ImagingPhotom

_TABLE = "PHOTOM"
_PLACE = ("filter", "subarray")
_OF_SPECTRA = "nelem"


def is_imaging_photom(file: FitsFile) -> bool:
    """Tell whether ``file`` is a photom reference of MIRI imaging."""
    hdu = file.find(_TABLE)
    if file.primary.text("REFTYPE").upper() != "PHOTOM" or hdu is None or hdu.kind != "table":
        return False
    table = file.table(hdu)
    return all(name in table for name in (*_PLACE, "photmjsr")) and _OF_SPECTRA not in table


def read_imaging_photom(file: FitsFile) -> ImagingPhotom:
    """Read a photom reference of MIRI imaging.

    Parameters
    ----------
    file : FitsFile
        A file that `is_imaging_photom`.

    Returns
    -------
    ImagingPhotom
        Rows in the order of the file; one without a positive factor is NaN.

    Raises
    ------
    FileError
        If no row has a factor.
    """
    hdu = file.find(_TABLE)
    assert hdu is not None
    table = file.table(hdu)
    factor = _numbers(table, "photmjsr")
    factor = np.where(np.isfinite(factor) & (factor > 0), factor, np.nan)
    if not np.isfinite(factor).any():
        raise file.notes.refused(
            "The photom reference has no factor above 0.", "Fetch the file again."
        )
    error = _numbers(table, "uncertainty")
    names, subarrays = (_texts(table, name) for name in _PLACE)
    return ImagingPhotom(
        filters=names,
        subarrays=subarrays,
        factor=freeze(factor),
        error=freeze(np.where(error > 0, error, np.nan)),
        losses=MappingProxyType(_losses(file, names, subarrays)),
        pixel_area_sr=file.primary.number("PIXAR_SR") or hdu.header.number("PIXAR_SR"),
        useafter=file.primary.text("USEAFTER"),
        pedigree=file.primary.text("PEDIGREE"),
        description=file.primary.text("DESCRIP"),
        identity=file.identity(hdu),
        origin=file.origin(hdu),
    )


def _losses(
    file: FitsFile, filters: tuple[str, ...], subarrays: tuple[str, ...]
) -> dict[str, Mapping[str, FloatArray]]:
    """Return the tables that have the rows of PHOTOM; others are told and left out."""
    found: dict[str, Mapping[str, FloatArray]] = {}
    for hdu in file.tables():
        if hdu.name not in LOSS_COLUMNS:
            continue
        columns = _loss_columns(file, hdu, filters, subarrays)
        if columns is not None:
            found[hdu.name] = MappingProxyType(columns)
    return found


def _loss_columns(
    file: FitsFile, hdu: Hdu, filters: tuple[str, ...], subarrays: tuple[str, ...]
) -> dict[str, FloatArray] | None:
    table = file.table(hdu)
    wanted = (*LOSS_COLUMNS[hdu.name], "t0")
    missing = [name for name in wanted if name not in table]
    if missing:
        file.notes.warn(f"{hdu.name} has no column {missing[0]}: it is left out.")
        return None
    places = tuple(_texts(table, name) for name in _PLACE) if _PLACE[0] in table else None
    if table.n_rows != len(filters) or places not in {None, (filters, subarrays)}:
        file.notes.warn(f"The rows of {hdu.name} are not those of {_TABLE}: it is left out.")
        return None
    columns = {name: _numbers(table, name) for name in wanted}
    if not all(np.all(np.isfinite(one)) for one in columns.values()):
        file.notes.warn(f"{hdu.name} has empty cells: it is left out.")
        return None
    return {name: freeze(values) for name, values in columns.items()}


def _numbers(table: RawTable, name: str) -> FloatArray:
    values = table.numbers(name) if name in table else None
    if values is None or values.ndim != 1:
        return np.full(table.n_rows, np.nan)
    return np.array(values, dtype=np.float64)


def _texts(table: RawTable, name: str) -> tuple[str, ...]:
    values = table.column(name)
    if values is None:
        return ("",) * table.n_rows
    return tuple(str(one).strip() for one in values)
