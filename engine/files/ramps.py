"""Ramps of the JWST pipeline: uncal and ramp files, the reads before a count rate is fitted."""

import numpy as np

from engine.files.fits_file import FitsFile
from engine.files.image_units import without_infinities
from engine.model.ramp import Ramp

_AXES = 4
_MAX_FRAMES = 100_000


def is_ramp(file: FitsFile) -> bool:
    """Tell whether a file holds ramps: SCI of four axes, with the keywords of an instrument."""
    data = file.find("SCI")
    return (
        data is not None
        and "image" in data.kind
        and len(data.shape) == _AXES
        and bool(file.primary.text("INSTRUME"))
    )


def read_ramp(file: FitsFile) -> Ramp:
    """Read the ramps of one exposure.

    Parameters
    ----------
    file : FitsFile
        A file that `is_ramp`.

    Returns
    -------
    Ramp
        Pixels as stored, native byte order.

    Raises
    ------
    FileError
        If an axis is empty or the flags do not fit.
    """
    hdu = file.find("SCI")
    if hdu is None or min(hdu.shape) < 1 or hdu.shape[0] * hdu.shape[1] > _MAX_FRAMES:
        raise file.notes.refused(
            "The ramps have no reads, or more than can be.", "Open a ramp or uncal file."
        )
    data = without_infinities(file.values(hdu), file.notes)
    if not np.any(np.isfinite(data)):
        file.notes.warn("All pixels are NaN: the ramps hold no measurement.")
    says = file.model_name
    return Ramp(
        data=data,
        flags=file.companion_flags(hdu, shape=hdu.shape[-2:], name="PIXELDQ"),
        unit=hdu.header.text("BUNIT") or "DN",
        kind="uncal" if says == "Level1bModel" else "ramp",
        identity=file.identity(hdu),
        origin=file.origin(hdu),
    )
