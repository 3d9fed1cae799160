"""Copies of images calibrated by C(t): which ones, under which names, and how they are written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import DataError
from engine.files.atomic import IfExists
from engine.files.names import export_name
from engine.files.write_corrected_image import Mark, write_corrected_image
from engine.imaging.calibration_history import CalibrationHistory
from engine.imaging.image_calibration import calibrate_image
from engine.model.image import Image
from engine.model.provenance import Provenance
from engine.project.chain import Chain
from engine.project.session import Session
from engine.project.star_images import image_named, star_images

_UJY_ARCSEC2 = 23.504431  # uJy/arcsec2 in one MJy/sr
_MARK = Mark("FLXCALIB", "Calibrated again by Fluxknot")


def planned_calibrations(session: Session) -> tuple[tuple[str, str], ...]:
    """Return name and subject of the calibrated copy of each image of a star."""
    return tuple(
        (export_name(replace(one.identity, band=one.identity.filter), "ct", "fits"), one.id)
        for one in star_images(session)
    )


def calibrated_writer(
    session: Session,
    chain: Chain,
    history: CalibrationHistory,
    subject: str,
    provenance: Provenance,
) -> Callable[[Path, IfExists], Path]:
    """Return what writes the copy of one image, calibrated by C(t) of its day and subarray.

    Raises
    ------
    DataError
        If its filter has no factor, its date or subarray is not known, or it is in MJy/sr and does
        not say by which factor.
    FileError
        If the file cannot be read.
    """
    segment = image_named(session, subject)
    own = history.of(segment.identity.filter)
    if own is None:
        raise DataError(f"{segment.identity.filter or 'No filter'} has no calibration factor here.")
    if len(segment.entry.parts) > 1:
        raise DataError("A file with several images is not calibrated again.")
    image: Image = chain.library.product(segment.entry, segment.part)
    mjd = np.nan if segment.identity.mjd is None else segment.identity.mjd
    subarray = segment.identity.subarray
    done = calibrate_image(image, own.curve, subarray=subarray, mjd=mjd)
    assert done.conversion_mjy_sr is not None
    former = 1.0 if image.unit == "DN/s" else image.conversion_mjy_sr
    assert former is not None
    factor = np.full(image.data.shape, done.conversion_mjy_sr / former)
    conversion = done.conversion_mjy_sr
    return lambda path, exists: write_corrected_image(
        path,
        segment.entry.path,
        factor,
        cards=[
            ("FLX_A", own.curve.asymptote, "[MJy/sr per DN/s] Gordon+2025, Eq. 4"),
            ("FLX_B", own.curve.amplitude, "[MJy/sr per DN/s] Gordon+2025, Eq. 4"),
            ("FLX_TAU", own.curve.tau_days, "[d] Gordon+2025, Eq. 4"),
            ("FLX_DSA", own.curve.throughput(subarray), "D_SA of the subarray"),
        ],
        science=[
            ("BUNIT", "MJy/sr", "Physical units of the array values"),
            ("PHOTMJSR", conversion, "Flux density (MJy/steradian) producing 1 cps"),
            ("PHOTUJA2", conversion * _UJY_ARCSEC2, "Flux density (uJy/arcsec2) producing 1 cps"),
        ],
        history=(f"SCI and ERR were multiplied by {conversion / former:.6f}: C(t) over PHOTMJSR.",),
        mark=_MARK,
        sha256=segment.entry.sha256,
        provenance=provenance,
        exists=exists,
    )
