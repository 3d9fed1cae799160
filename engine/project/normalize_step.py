"""The step that divides each source by its continuum."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.analyses import CALIBRATE, NORMALIZE
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.figures import TALL, Draw, draw_normalized_spectra
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_source_name
from engine.mrs.normalized_spectra import NormalizedSource, normalize_source
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_of
from engine.project.normalize_tables import line_table
from engine.project.own_vectors import other_giver
from engine.project.session import Session
from engine.project.source_spectra import (
    gathered,
    required_segments,
    source_needs,
    sources_with_bands,
)
from engine.project.step import Needs, Shown, Step, Work


def _needs(session: Session, subject: str) -> Needs:
    needs = source_needs(session, subject)
    calibrated = (NodeKey(CALIBRATE.name, one.id) for one in required_segments(session, subject))
    return replace(needs, options=(*needs.options, *calibrated))


def _run(work: Work, subject: str) -> NormalizedSource:
    segments = required_segments(work.session, subject)
    bare: list[str] = []
    found, missing = gathered(segments, lambda one: _observed(work, one, bare))
    normalized = normalize_source(subject, found, work.params)
    said = [f"{', '.join(bare)}: as extracted, nothing calibrates it."] if bare else []
    said += _imprints(work.session, segments, bare)
    return replace(normalized, messages=(*normalized.messages, *said, *missing))


def _imprints(session: Session, segments: Sequence[Segment], bare: list[str]) -> list[str]:
    """Say which bands carry the features of another star, inverted, through its response."""
    bands: dict[str, list[str]] = {}
    for one in segments:
        giver = other_giver(session, one)
        if giver is not None and one.identity.band not in bare:
            star = shown_source_name(giver.identity.source_key)
            bands.setdefault(star, []).append(one.identity.band)
    return [
        f"{', '.join(own)}: calibrated with the response of {star}. A line of that star which its "
        "model lacks appears here inverted."
        for star, own in bands.items()
    ]


def _observed(work: Work, segment: Segment, bare: list[str]) -> tuple[str, Spectrum, FloatArray]:
    """Return a calibrated spectrum with its model; the extracted one where there is none."""
    try:
        calibrated = work.result(NodeKey(CALIBRATE.name, segment.id))
    except EngineError:
        spectrum = spectrum_of(work, segment)
        bare.append(segment.identity.band)
        return segment.id, spectrum, np.full(spectrum.size, np.nan)
    spectrum = replace(calibrated.spectrum, identity=segment.identity)
    return segment.id, spectrum, calibrated.model_jy


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_normalized_spectra(figure, [shown.result], title=shown.title)


NORMALIZE_STEP = Step(
    NORMALIZE,
    sources_with_bands,
    _needs,
    _run,
    tables=(("lines", line_table),),
    draw=_draw,
    figure_size=TALL,
)
