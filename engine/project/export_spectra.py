"""What the file of a spectrum says of the steps that made it, and of its errors."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.analyses import CALIBRATE, EXTRACT
from engine.arrays import FloatArray
from engine.files.write_x1d import SYSTEMATIC
from engine.model.identity import Origin
from engine.model.spectrum import Spectrum
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.mrs.extraction import Extraction
from engine.progress import Progress
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.session import Session

_DONE = "COMPLETE"
_POSITION = ("EXTR_X", "EXTR_Y")


def spectrum_for_export(
    session: Session, chain: Chain, key: NodeKey, spectrum: Spectrum, progress: Progress
) -> Spectrum:
    """Return ``spectrum``, of the result of ``key``, with what was done to it here in its facts.

    Its file says S_EXTR1D and the position where it was extracted here, and S_PHOTOM where it was
    calibrated here, whatever the file of the cube said; and what its errors are.
    """
    origin, segment = spectrum.origin, session.segment(key.subject)
    steps: tuple[str, ...] = ()
    if segment is not None and segment.is_cube:
        extraction = chain.evaluate(session, NodeKey(EXTRACT.name, segment.id), progress)
        origin, steps = _with_position(origin, extraction), ("S_EXTR1D",)
    if key.step == CALIBRATE.name:
        result: CalibratedSpectrum = chain.evaluate(session, key, progress)
        origin = replace(origin, notes=(*origin.notes, errors_text(result)))
        columns = {**spectrum.columns, **_systematic_columns(result)}
        spectrum = replace(spectrum, columns=MappingProxyType(columns))
        steps = (*steps, "S_PHOTOM")
    known = dict(origin.steps) | dict.fromkeys(steps, _DONE)
    return replace(spectrum, origin=replace(origin, steps=tuple(sorted(known.items()))))


def errors_text(calibrated: CalibratedSpectrum) -> str:
    """Return what the errors of the file hold: the statistical part, and how large the other is."""
    said = "Errors are statistical, of one sample."
    share = _percent(calibrated, calibrated.sys_error)
    if not np.isfinite(share).any():
        return f"{said} The systematic error is not known."
    at = int(np.nanargmax(share))
    terms = ", ".join(
        f"{name} {np.nanmedian(own):.2g}"
        for name, error in calibrated.sys_terms
        if np.isfinite(own := _percent(calibrated, error)).any()
    )
    place = f"{share[at]:.2g} % at {calibrated.spectrum.wave_um[at]:.2f} um"
    listed = f", in quadrature of {terms} %" if terms else ""
    return (
        f"{said} The systematic error is {np.nanmedian(share):.2g} % (median), at most {place}"
        f"{listed}; by sample in sys_error_jy (FITS: extension SYSTEMATIC)."
    )


def _percent(calibrated: CalibratedSpectrum, error: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100.0 * np.abs(error / calibrated.spectrum.flux)
    return np.where(np.isfinite(share), share, np.nan)


def _systematic_columns(calibrated: CalibratedSpectrum) -> dict[str, FloatArray]:
    """Return the systematic error of each sample in Jy, and its terms, by name of column."""
    if not np.isfinite(calibrated.sys_error).any():
        return {}
    terms = {
        f"sys_{name.replace(' ', '_')}_jy": error
        for name, error in calibrated.sys_terms
        if np.isfinite(error).any()
    }
    return {SYSTEMATIC: calibrated.sys_error, **terms}


def _with_position(origin: Origin, extraction: Extraction) -> Origin:
    others = tuple(one for one in origin.header if one[0] not in _POSITION)
    position = zip(_POSITION, map(repr, map(float, extraction.center_pixel)), strict=True)
    return replace(origin, header=(*others, *position))
