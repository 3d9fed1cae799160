"""What the file of a spectrum says of the steps that made it, and of its errors."""

from dataclasses import replace

import numpy as np

from engine.analyses import CALIBRATE, EXTRACT
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
        steps = (*steps, "S_PHOTOM")
    known = dict(origin.steps) | dict.fromkeys(steps, _DONE)
    return replace(spectrum, origin=replace(origin, steps=tuple(sorted(known.items()))))


def errors_text(calibrated: CalibratedSpectrum) -> str:
    """Return what the errors of the file hold: the statistical part, and how large the other is."""
    said = "Errors are statistical, of one sample."
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100.0 * np.abs(calibrated.sys_error / calibrated.spectrum.flux)
    known = share[np.isfinite(share)]
    if not known.size:
        return f"{said} The systematic error is not known."
    return f"{said} The systematic error of the calibration is {np.median(known):.2g} % (median)."


def _with_position(origin: Origin, extraction: Extraction) -> Origin:
    others = tuple(one for one in origin.header if one[0] not in _POSITION)
    position = zip(_POSITION, map(repr, map(float, extraction.center_pixel)), strict=True)
    return replace(origin, header=(*others, *position))
