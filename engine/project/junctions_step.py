"""The step that compares neighboring bands where both see the same wavelengths."""

from dataclasses import replace

import numpy as np

from engine.analyses import CALIBRATE, JUNCTIONS
from engine.compare.junctions import (
    SourceJunctions,
    agreed_by_construction,
    measure_junctions,
)
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_junctions
from engine.model.spectrum import Spectrum
from engine.project.entries import Segment
from engine.project.keys import STAGES, NodeKey
from engine.project.own_vectors import BY_CONSTRUCTION, bands_with_own_vectors
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.source_spectra import banded_segments, joined_sources
from engine.project.step import Needs, Shown, Step, Work
from engine.project.tables import junction_table

_SHARED_ERROR = (
    "The error of the vector is taken as independent from sample to sample: what it shares over "
    "an overlap is not in the errors of the ratios, which are lower limits, and so sigmas are "
    "upper ones."
)


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(f"{name}@{stage}" for name in joined_sources(session) for stage in STAGES)


def _junction_segments(session: Session, subject: str) -> tuple[Segment, ...]:
    source = subject.rpartition("@")[0]
    segments = banded_segments(session, source)
    if not segments:
        raise DataError(f"{source} has no spectrum of a known band.")
    return segments


def _needs(session: Session, subject: str) -> Needs:
    segments = _junction_segments(session, subject)
    if subject.endswith("@calibrated"):
        own = " ".join(sorted(bands_with_own_vectors(session, segments)))
        nodes = tuple(NodeKey(CALIBRATE.name, segment.id) for segment in segments)
        return Needs(options=nodes, facts=(f"own vectors {own}",))
    known = session.beside_exclusions
    key = (JUNCTIONS.name, "needs", tuple(segment.id for segment in segments))
    if key not in known:
        parts = [corrected_needs(session, segment) for segment in segments]
        known[key] = Needs(
            options=tuple(node for part in parts for node in part.nodes),
            files=tuple(file for part in parts for file in part.files),
            facts=tuple(fact for part in parts for fact in part.facts),
        )
    needs: Needs = known[key]
    return needs


def junction_spectra(work: Work, subject: str) -> tuple[list[Spectrum], list[str]]:
    """Return the spectra of a source at a stage, one a band, and what is missing."""
    stage = subject.rpartition("@")[2]
    spectra, messages = [], []
    for segment in _junction_segments(work.session, subject):
        try:
            if stage == "calibrated":
                spectra.append(work.result(NodeKey(CALIBRATE.name, segment.id)).spectrum)
            else:
                spectra.append(corrected_of(work, segment))
        except EngineError as error:
            messages.append(f"{segment.identity.band} is missing: {error.what}")
    return spectra, messages


def _run(work: Work, subject: str) -> SourceJunctions:
    spectra, messages = junction_spectra(work, subject)
    source, _, stage = subject.rpartition("@")
    measured = measure_junctions(source, spectra, work.params)
    if stage == "calibrated":
        own = bands_with_own_vectors(work.session, _junction_segments(work.session, subject))
        measured = agreed_by_construction(measured, own, BY_CONSTRUCTION)
        if any(not one.by_construction and np.isfinite(one.ratio) for one in measured.measures):
            messages.append(_SHARED_ERROR)
    return replace(measured, messages=(*measured.messages, *messages))


def _draw(shown: Shown) -> Draw:
    zoom = (shown.result.source, shown.part) if shown.part else None
    return lambda figure: draw_junctions(figure, [shown.result], zoom=zoom, title=shown.title)


JUNCTIONS_STEP = Step(
    JUNCTIONS,
    _subjects,
    _needs,
    _run,
    tables=(("junctions", junction_table),),
    draw=_draw,
)
