"""One spectrum over all bands of a source, for comparisons with other instruments."""

from collections.abc import Sequence

import numpy as np

from engine.analyses import CALIBRATE
from engine.counting import counted
from engine.errors import EngineError
from engine.model.spectrum import Spectrum
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.own_vectors import has_only_own_vectors
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.source_spectra import banded_segments
from engine.project.step import Needs, Work
from engine.spectra.overlaps import stitch_segments

_OWN_INSTRUMENT = "MIRI"


def joined_segments(session: Session, source: str) -> tuple[Segment, ...]:
    """Return one segment a band of ``source``; when none has a band, those of MIRI."""
    banded = banded_segments(session, source)
    if banded:
        return banded
    return tuple(
        one
        for one in session.sources.get(source, ())
        if one.identity.instrument == _OWN_INSTRUMENT and session.exclusion(one.id) is None
    )


def joined_needs(session: Session, segments: Sequence[Segment], stage: str) -> Needs:
    """Return what the spectra of ``segments`` at ``stage`` are computed from."""
    facts = tuple(f"{one.id} {plain_text(one.identity)}" for one in segments)
    if stage == "calibrated":
        nodes = tuple(NodeKey(CALIBRATE.name, one.id) for one in segments)
        own = str(has_only_own_vectors(session, segments))
        return Needs(options=nodes, facts=(*facts, own))
    parts = [corrected_needs(session, one) for one in segments]
    return Needs(
        options=tuple(node for part in parts for node in part.nodes),
        files=tuple(file for part in parts for file in part.files),
        facts=facts,
    )


def joined_spectrum(
    work: Work, segments: Sequence[Segment], stage: str, *, missing: dict[str, list[str]]
) -> Spectrum | None:
    """Join the spectra of one source, in order of wavelength, without scaling them.

    Parameters
    ----------
    work : Work
        Where results are.
    segments : sequence of Segment
        One a band.
    stage : str
        ``"extracted"`` or ``"calibrated"``.
    missing : dict
        Titles of the segments that have no spectrum, by reason: filled.

    Returns
    -------
    Spectrum or None
        In the unit that most of them have. `None`: there is nothing to join.
    """
    found = []
    for segment in segments:
        try:
            found.append(_at_stage(work, segment, stage))
        except EngineError as error:
            missing.setdefault(error.what, []).append(segment.identity.source_key)
    names = [one.unit for one in found]
    unit = max(sorted(set(names)), key=names.count, default="")
    fitting = [one for one in found if one.unit == unit and one.size > 1]
    if not fitting:
        return None
    fitting.sort(key=_first_um)
    return stitch_segments(fitting, [float("nan")] * len(fitting))


def told(missing: dict[str, list[str]]) -> list[str]:
    """Return one sentence for each reason for which spectra are missing."""
    return [
        f"{counted(len(names), 'spectrum is', 'spectra are')} "
        f"missing ({', '.join(dict.fromkeys(names))}): {what}"
        for what, names in missing.items()
    ]


def _at_stage(work: Work, segment: Segment, stage: str) -> Spectrum:
    if stage == "calibrated":
        spectrum: Spectrum = work.result(NodeKey(CALIBRATE.name, segment.id)).spectrum
        return spectrum
    return corrected_of(work, segment)


def _first_um(spectrum: Spectrum) -> float:
    return float(np.min(spectrum.wave_um, initial=np.inf))
