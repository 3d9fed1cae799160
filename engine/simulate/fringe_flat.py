"""A static fringe flat of a detector frame: what an evenly lit field shows."""

import numpy as np
from astropy.io import fits

from engine.arrays import FloatArray
from engine.model.frames import Frame
from engine.simulate.detector import wave_map
from engine.simulate.fits_products import packed_bytes

_PERIOD_PER_CM = 2.9
_AMPLITUDE = {1: 0.10, 2: 0.12, 3: 0.15, 4: 0.08}  # Crouzet et al. 2025: 10 to 30 % peak to peak
_PHASE_PER_COLUMN = 0.05  # rad: the detector is a wedge
_BITS = 10


def fringe_flat_map(frame: Frame) -> FloatArray:
    """Return the flat, shape (1024, 1032); NaN: no light."""
    wave = wave_map(frame)
    flat = np.full(wave.shape, np.nan)
    column = np.arange(wave.shape[1])
    for band, columns in frame.halves:
        part = wave[:, columns]
        lit = part > 0
        phase = 2 * np.pi * 1e4 / np.where(lit, part, 1.0) / _PERIOD_PER_CM
        fringes = 1.0 + _AMPLITUDE[band.channel] * np.cos(
            phase + _PHASE_PER_COLUMN * column[columns]
        )
        flat[:, columns] = np.where(lit, fringes, np.nan)
    return flat


def fringe_flat_name(frame: Frame) -> str:
    """Return the name of the reference of ``frame``."""
    return f"simulated_fringe_{frame.name.lower()}.fits"


def fringe_flat_bytes(frame: Frame, *, filename: str) -> bytes:
    """Return the reference as the bytes of a packed FITS file; values are rounded to pack well."""
    flat = fringe_flat_map(frame)
    rounded = (np.rint(flat * 2.0**_BITS) / 2.0**_BITS).astype(np.float32)
    primary = fits.PrimaryHDU()
    for keyword, value in {
        "FILENAME": filename,
        "TELESCOP": "JWST",
        "INSTRUME": "MIRI",
        "DETECTOR": frame.detector,
        "CHANNEL": f"{frame.left.channel}{frame.right.channel}",
        "BAND": frame.grating,
        "REFTYPE": "FRINGE",
        "DATAMODL": "FringeModel",
        "PEDIGREE": "DUMMY",
        "DESCRIP": "Simulated static fringe flat",
        "AUTHOR": "Fluxknot simulation",
        "USEAFTER": "2022-01-01T00:00:00",
        "EXP_TYPE": "MIR_MRS",
    }.items():
        primary.header[keyword] = value
    dark = np.isnan(flat)
    hdus = [
        primary,
        fits.ImageHDU(rounded, name="SCI"),
        fits.ImageHDU(np.where(dark, np.nan, 0.01).astype(np.float32), name="ERR"),
        fits.ImageHDU(dark.astype(np.uint32), name="DQ"),
    ]
    return packed_bytes(hdus)
