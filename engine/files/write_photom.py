"""Photom references of the MRS as the pipeline reads them (`MirMrsPhotomModel`)."""

from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import (
    Card,
    image_hdu,
    primary_hdu,
    provenance_hdu,
    table_hdu,
    write_fits,
)
from engine.model.frames import frame_named
from engine.model.photom import LossColumns, PhotomReference
from engine.model.provenance import Provenance
from engine.model.table import Column

_UNIT = "MJy s / (DN sr)"
_ARCSEC2_SR = 2.350443053909789e-11
_FIRST_DAY = "2022-04-11T00:00:00"  # day zero of the loss
_UNITS = {"binwave": "um", "tsoft": "d", "t0": "d", "x0": "d"}


def write_photom_reference(
    path: str | Path,
    reference: PhotomReference,
    *,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a photom reference of the MRS as FITS.

    Parameters
    ----------
    path : path-like
        The file.
    reference : PhotomReference
        Images are written as float32, as the pipeline keeps them; NaN stays NaN.
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
        If the frame is not known, or the file cannot be written.
    """
    frame = frame_named(reference.frame)
    if frame is None:
        raise FileError(path, f"{reference.frame or 'nothing'} is no frame of the MRS.")
    area = reference.pixel_area_sr
    cards: list[Card] = [
        ("FILENAME", Path(path).name, "Name of the file"),
        ("DATAMODL", "MirMrsPhotomModel", "Type of data model"),
        ("TELESCOP", "JWST", "Telescope used to acquire the data"),
        ("INSTRUME", "MIRI", "Instrument used to acquire the data"),
        ("DETECTOR", frame.detector, "Name of detector used to acquire the data"),
        ("CHANNEL", frame.name[:2], "Instrument channel"),
        ("BAND", frame.grating, "MRS wavelength band"),
        ("EXP_TYPE", "MIR_MRS", "Type of data in the exposure"),
        ("REFTYPE", "PHOTOM", "Reference file type"),
        ("PEDIGREE", reference.pedigree or "INFLIGHT", "The pedigree of the reference file"),
        ("DESCRIP", reference.description or "Flux calibration of the MRS", "Description"),
        ("AUTHOR", provenance.creator, "Author of the reference file"),
        ("USEAFTER", reference.useafter or _FIRST_DAY, "Use after date of the reference file"),
        ("PHOTMJSR", reference.conversion_mjy_sr, "Flux density (MJy/steradian) producing 1 cps"),
        ("PIXAR_SR", area, "Nominal pixel area in steradians"),
        (
            "PIXAR_A2",
            None if area is None else area / _ARCSEC2_SR,
            "Nominal pixel area in arcsec^2",
        ),
    ]
    unit: list[Card] = [("BUNIT", _UNIT, "Physical units of the array values")]
    hdus = [
        primary_hdu(cards),
        image_hdu("SCI", reference.factor.astype(np.float32), unit),
        image_hdu("ERR", reference.error.astype(np.float32), unit),
        image_hdu("DQ", reference.flags.astype(np.uint32)),
        _flag_table(reference.flag_names),
    ]
    if reference.pixel_size is not None:
        hdus.append(image_hdu("PIXSIZ", reference.pixel_size.astype(np.float32)))
    hdus += [_loss_table(name, columns) for name, columns in sorted(reference.losses.items())]
    hdus.append(provenance_hdu(provenance))
    return write_fits(path, hdus, exists=exists)


def _flag_table(names: tuple[tuple[int, str], ...]) -> object:
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    values = [value for value, _ in names]
    columns = [
        fits.Column("BIT", "J", array=[value.bit_length() - 1 for value in values]),
        fits.Column("VALUE", "J", bzero=2**31, array=np.array(values, dtype=np.uint32)),
        fits.Column("NAME", "40A", array=[name for _, name in names]),
        fits.Column("DESCRIPTION", "80A", array=["" for _ in names]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="DQ_DEF", uint=True)


def _loss_table(name: str, columns: LossColumns) -> object:
    return table_hdu(
        name,
        [
            Column(column, _UNITS.get(column.lower(), ""), values.astype(np.float32))
            for column, values in columns.items()
        ],
    )
