"""Pixel flats of the MRS as the pipeline reads them (`FlatModel`)."""

from pathlib import Path

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray
from engine.errors import FileError
from engine.files.atomic import IfExists
from engine.files.deterministic_fits import (
    Card,
    image_hdu,
    primary_hdu,
    provenance_hdu,
    write_fits,
)
from engine.model.bands import band_named
from engine.model.provenance import Provenance

_FLAGS = ((1, "DO_NOT_USE"), (2, "NO_FLAT_FIELD"), (4, "UNRELIABLE_FLAT"))
_FIRST_DAY = "2022-04-11T00:00:00"
_DETECTORS = {1: "MIRIFUSHORT", 2: "MIRIFUSHORT", 3: "MIRIFULONG", 4: "MIRIFULONG"}


def write_flat(
    path: str | Path,
    band: str,
    flat: FloatArray,
    error: FloatArray,
    wave_um: AnyFloatArray,
    *,
    is_patched: BoolArray | None = None,
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write the pixel flat of one band as a reference file.

    Parameters
    ----------
    path : path-like
        The file.
    band : str
        ``"2A"``: gives DETECTOR, CHANNEL and BAND.
    flat, error : ndarray, shape (ny, nx)
        Written as float32. NaN stays NaN and is flagged DO_NOT_USE and NO_FLAT_FIELD.
    wave_um : ndarray, shape (ny, nx)
        Kept in an extension of its own, which the pipeline ignores. Unit: um.
    is_patched : ndarray of bool, shape (ny, nx), optional
        Pixels that are interpolated are flagged UNRELIABLE_FLAT.
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
        If the band is not known, or the file cannot be written.
    """
    known = band_named(band)
    if known is None:
        raise FileError(path, f"{band or 'nothing'} is no band of the MRS.")
    n_y, n_x = flat.shape
    cards: list[Card] = [
        ("FILENAME", Path(path).name, "Name of the file"),
        ("DATAMODL", "FlatModel", "Type of data model"),
        ("TELESCOP", "JWST", "Telescope used to acquire the data"),
        ("INSTRUME", "MIRI", "Instrument used to acquire the data"),
        ("DETECTOR", _DETECTORS[known.channel], "Name of detector used to acquire the data"),
        ("CHANNEL", str(known.channel), "Instrument channel"),
        ("BAND", known.grating, "MRS wavelength band"),
        ("EXP_TYPE", "MIR_MRS", "Type of data in the exposure"),
        ("SUBARRAY", "FULL" if (n_y, n_x) == (1024, 1032) else "GENERIC", "Subarray used"),
        ("SUBSTRT1", 1, "Starting pixel in axis 1 direction"),
        ("SUBSTRT2", 1, "Starting pixel in axis 2 direction"),
        ("SUBSIZE1", n_x, "Number of pixels in axis 1 direction"),
        ("SUBSIZE2", n_y, "Number of pixels in axis 2 direction"),
        ("FASTAXIS", 1, "Fast readout axis direction"),
        ("SLOWAXIS", 2, "Slow readout axis direction"),
        ("REFTYPE", "FLAT", "Reference file type"),
        ("PEDIGREE", "INFLIGHT", "The pedigree of the reference file"),
        ("DESCRIP", f"Pixel flat of MRS band {band}", "Description of the reference file"),
        ("AUTHOR", provenance.creator, "Author of the reference file"),
        ("USEAFTER", _FIRST_DAY, "Use after date of the reference file"),
    ]
    flags = np.where(np.isfinite(flat), 0, _FLAGS[0][0] | _FLAGS[1][0])
    if is_patched is not None:
        flags = flags | np.where(is_patched, _FLAGS[2][0], 0)
    wave_card: list[Card] = [("BUNIT", "um", "Physical units of the array values")]
    hdus = [
        primary_hdu(cards),
        image_hdu("SCI", flat.astype(np.float32)),
        image_hdu("ERR", error.astype(np.float32)),
        image_hdu("DQ", flags.astype(np.uint32)),
        _flag_table(),
        image_hdu("WAVELENGTH", np.nan_to_num(wave_um).astype(np.float32), wave_card),
        provenance_hdu(provenance),
    ]
    return write_fits(path, hdus, exists=exists)


def _flag_table() -> object:
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    values = [value for value, _ in _FLAGS]
    columns = [
        fits.Column("BIT", "J", array=[value.bit_length() - 1 for value in values]),
        fits.Column("VALUE", "J", bzero=2**31, array=np.array(values, dtype=np.uint32)),
        fits.Column("NAME", "40A", array=[name for _, name in _FLAGS]),
        fits.Column("DESCRIPTION", "80A", array=["" for _ in _FLAGS]),
    ]
    return fits.BinTableHDU.from_columns(columns, name="DQ_DEF", uint=True)
