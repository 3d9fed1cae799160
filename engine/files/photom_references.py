"""Photom references of the MRS (`MirMrsPhotomModel`), with both forms of their loss tables."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, freeze
from engine.files.fits_arrays import constant
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.model.frames import SHAPE, Frame, frame_of
from engine.model.photom import PhotomReference

_LOSS_TABLE = re.compile(r"TIMECOEFF_([A-Z]+_)?CH[1-4]")
_FLAGGED = ((1, "DO_NOT_USE"),)


def is_photom_reference(file: FitsFile) -> bool:
    """Tell whether ``file`` is a photom reference of an MRS detector in one setting."""
    data = file.find("SCI")
    return (
        file.primary.text("REFTYPE").upper() == "PHOTOM"
        and _frame(file) is not None
        and data is not None
        and data.kind == "image"
        and data.shape == SHAPE
    )


def read_photom_reference(file: FitsFile) -> tuple[PhotomReference, ...]:
    """Read a photom reference of the MRS.

    Parameters
    ----------
    file : FitsFile
        A file that `is_photom_reference`.

    Returns
    -------
    tuple of PhotomReference
        The same content twice, once for each of the two bands of the frame.

    Raises
    ------
    FileError
        If the image is missing, or the shapes of SCI, ERR and DQ differ.
    """
    frame, data = _frame(file), file.find("SCI")
    if frame is None or data is None:
        raise file.notes.refused("This is no photom reference of the MRS.", "Open another file.")
    factor = file.values(data)
    if not np.any(np.isfinite(factor) & (factor > 0)):
        file.notes.warn("The photom reference has no factor above 0: it calibrates nothing.")
    error = file.companion("ERR", data, shape=data.shape)
    whole = PhotomReference(
        frame=frame.name,
        factor=factor,
        error=constant(np.nan, data.shape) if error is None else error,
        flags=file.companion_flags(data, shape=data.shape),
        flag_names=_flag_names(file),
        pixel_size=_pixel_size(file, data),
        losses=MappingProxyType(_losses(file)),
        conversion_mjy_sr=_number(file, data, "PHOTMJSR"),
        pixel_area_sr=_number(file, data, "PIXAR_SR"),
        useafter=file.primary.text("USEAFTER"),
        pedigree=file.primary.text("PEDIGREE"),
        description=file.primary.text("DESCRIP"),
        identity=file.identity(data),
        origin=file.origin(data),
    )
    return tuple(
        replace(whole, identity=replace(whole.identity, band=band.name)) for band, _ in frame.halves
    )


def _frame(file: FitsFile) -> Frame | None:
    return frame_of(file.primary.text("DETECTOR"), file.primary.text("BAND"))


def _number(file: FitsFile, data: Hdu, keyword: str) -> float | None:
    found = file.primary.number(keyword)
    return data.header.number(keyword) if found is None else found


def _pixel_size(file: FitsFile, data: Hdu) -> AnyFloatArray | None:
    hdu = file.find("PIXSIZ")
    return file.companion("PIXSIZ", data, shape=data.shape) if hdu is not None else None


def _losses(file: FitsFile) -> dict[str, Mapping[str, FloatArray]]:
    """Return the tables with rows; one whose cells are NaN is told and left out."""
    found: dict[str, Mapping[str, FloatArray]] = {}
    for hdu in file.tables():
        if not _LOSS_TABLE.fullmatch(hdu.name):
            continue
        table = file.table(hdu)
        columns = {
            name: freeze(values.copy())
            for name in table.names
            if (values := table.numbers(name)) is not None and values.ndim == 1
        }
        if not columns or not all(np.all(np.isfinite(one)) for one in columns.values()):
            file.notes.warn(f"The loss table {hdu.name} has empty cells: it is left out.")
            continue
        found[hdu.name] = MappingProxyType(columns)
    return found


def _flag_names(file: FitsFile) -> tuple[tuple[int, str], ...]:
    """Return value and name of each bit; the pipeline's own when the file does not say."""
    hdu = file.find("DQ_DEF")
    if hdu is None or hdu.kind != "table" or not hdu.size:
        return _FLAGGED
    table = file.table(hdu)
    names = table.column("NAME") if "NAME" in table else None
    values = table.numbers("VALUE") if "VALUE" in table else None
    if names is None or values is None:
        return _FLAGGED
    return tuple((int(value), str(name).strip()) for value, name in zip(values, names, strict=True))
