"""Photom references of MIRI imaging as the pipeline reads them (`MirImgPhotomModel`)."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.arrays import FloatArray
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import (
    Card,
    primary_hdu,
    provenance_hdu,
    table_hdu,
    write_fits,
)
from engine.model.imaging_photom import LOSS_COLUMNS, ImagingPhotom
from engine.model.provenance import Provenance
from engine.model.table import Column

_ARCSEC2_SR = 2.350443053909789e-11
_FIRST_DAY = "2022-05-21T00:00:00"  # day zero of the loss of the imager
_UNIT = "MJy s / (DN sr)"
_UNITS = {"t0": "d", "tau": "d", "tsoft": "d"}


def write_imaging_photom(
    path: str | Path,
    reference: ImagingPhotom,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a photom reference of MIRI imaging as FITS.

    Parameters
    ----------
    path : path-like
        The file.
    reference : ImagingPhotom
        Written as float32, as the pipeline keeps it.
    provenance : Provenance
        Written into the file.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    area = reference.pixel_area_sr
    cards: list[Card] = [
        ("FILENAME", Path(path).name, "Name of the file"),
        ("DATAMODL", "MirImgPhotomModel", "Type of data model"),
        ("TELESCOP", "JWST", "Telescope used to acquire the data"),
        ("INSTRUME", "MIRI", "Instrument used to acquire the data"),
        ("DETECTOR", "MIRIMAGE", "Name of detector used to acquire the data"),
        ("EXP_TYPE", "MIR_IMAGE", "Type of data in the exposure"),
        ("REFTYPE", "PHOTOM", "Reference file type"),
        ("PEDIGREE", reference.pedigree or "INFLIGHT", "The pedigree of the reference file"),
        ("DESCRIP", reference.description or "Flux calibration of imaging", "Description"),
        ("AUTHOR", provenance.creator, "Author of the reference file"),
        ("USEAFTER", reference.useafter or _FIRST_DAY, "Use after date of the reference file"),
        ("PIXAR_SR", area, "Nominal pixel area in steradians"),
        (
            "PIXAR_A2",
            None if area is None else area / _ARCSEC2_SR,
            "Nominal pixel area in arcsec^2",
        ),
    ]
    place = _place(reference)
    error = np.nan_to_num(reference.error)  # the pipeline wants numbers
    hdus = [
        primary_hdu(cards),
        table_hdu(
            "PHOTOM",
            [
                *place,
                Column("photmjsr", _UNIT, reference.factor.astype(np.float32)),
                Column("uncertainty", _UNIT, error.astype(np.float32)),
            ],
        ),
    ]
    hdus += [
        table_hdu(name, [*place, *_loss_columns(name, columns)])
        for name, columns in sorted(reference.losses.items())
    ]
    hdus.append(provenance_hdu(provenance))
    return write_fits(path, hdus, exists=exists)


def _place(reference: ImagingPhotom) -> list[Column]:
    return [
        Column("filter", "", np.array(reference.filters)),
        Column("subarray", "", np.array(reference.subarrays)),
    ]


def _loss_columns(name: str, columns: Mapping[str, FloatArray]) -> list[Column]:
    return [
        Column(one, _UNITS.get(one, ""), columns[one].astype(np.float32))
        for one in ("t0", *LOSS_COLUMNS[name])
    ]
