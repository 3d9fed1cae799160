"""The steps of the chain: what each one needs, and how its analysis is called."""

import dataclasses
from dataclasses import replace
from typing import Any

from engine.analyses import (
    CALIBRATE,
    COMBINE,
    EXTRACT,
    JUNCTIONS,
    NOISE,
    REPEATABILITY,
    RESPONSE,
)
from engine.compare.junctions import SourceJunctions, measure_junctions
from engine.compare.repeatability import StarRepeatability, measure_repeatability
from engine.compare.stochastic_noise import StarNoise, measure_noise
from engine.compare.visits import Visit
from engine.errors import DataError, EngineError
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name, star_key
from engine.model.vector import CalibrationVector
from engine.mrs.calibrated_spectra import (
    CalibratedSpectrum,
    calibrate_spectrum,
    vector_from_response,
)
from engine.mrs.extraction import Extraction, extract_spectrum
from engine.mrs.star_combination import COMBINED, vector_from_combination
from engine.mrs.star_response import StarResponse, fit_star_response
from engine.project.combine_step import COMBINATION, COMBINE_STEP
from engine.project.fringe_step import FRINGE_STEP, spectrum_needs, spectrum_of
from engine.project.keys import STAGES, NodeKey
from engine.project.loss_step import LOSS_STEP
from engine.project.models import model_of
from engine.project.session import Entry, Segment, Session
from engine.project.step import Needs, Step, Work, extracted_needs, extracted_of, segment_of

__all__ = ["STEPS", "Needs", "Step", "Work", "step_named", "visit_segments"]


# --- extract -------------------------------------------------------------------------------------


def _extract_subjects(session: Session) -> tuple[str, ...]:
    return tuple(segment.id for segment in session.segments if segment.is_cube)


def _correction(session: Session, segment: Segment) -> tuple[Entry, int] | None:
    """Return the last opened aperture correction that fits the band, if any is to be applied."""
    params = session.own_params(NodeKey(EXTRACT.name, segment.id)) or EXTRACT.params()
    if params.aperture_correction == "none":
        return None
    wanted = {"", segment.identity.band}
    fitting = [found for found in session.corrections if found[0].parts[found[1]].band in wanted]
    return fitting[-1] if fitting else None


def _extract_needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    correction = _correction(session, segment)
    return Needs(files=((segment.entry, segment.part), *((correction,) if correction else ())))


def _run_extract(work: Work, subject: str) -> Extraction:
    segment = segment_of(work.session, subject)
    cube: Cube = work.product(segment.entry, segment.part)
    found = _correction(work.session, segment)
    correction: ApertureCorrection | None = work.product(*found) if found else None
    return extract_spectrum(cube, work.params, correction=correction, progress=work.progress)


# --- response ------------------------------------------------------------------------------------


def _response_subjects(session: Session) -> tuple[str, ...]:
    return tuple(
        segment.id for segment in session.segments if model_of(session, segment) is not None
    )


def _required_model(session: Session, segment: Segment) -> Entry:
    model = model_of(session, segment)
    if model is None:
        raise DataError(
            f"There is no model of {segment.identity.target or 'this source'}.",
            hint="Open its CALSPEC spectrum, or choose a model in the data browser.",
        )
    return model


def _response_needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    needs = spectrum_needs(session, segment)
    return replace(needs, files=(*needs.files, (_required_model(session, segment), 0)))


def _run_response(work: Work, subject: str) -> StarResponse:
    segment = segment_of(work.session, subject)
    model: Spectrum = work.product(_required_model(work.session, segment), 0)
    systematics: tuple[tuple[str, Any], ...] = ()
    if segment.is_cube:
        extraction: Extraction = work.result(NodeKey(EXTRACT.name, subject))
        systematics = (
            ("annulus", extraction.annulus_spread),
            ("aperture", extraction.aperture_spread),
            ("centroid", extraction.centroid_spread),
        )
    return fit_star_response(
        spectrum_of(work, segment),
        model,
        work.params,
        systematics=systematics,
        progress=work.progress,
    )


# --- calibrate -----------------------------------------------------------------------------------


def _calibrate_subjects(session: Session) -> tuple[str, ...]:
    return tuple(
        segment.id
        for segment in session.segments
        if _vector_source(session, segment) or model_of(session, segment) is not None
    )


def _vector_source(session: Session, segment: Segment) -> str:
    params = session.own_params(NodeKey(CALIBRATE.name, segment.id))
    return "" if params is None else str(params.vector_of)


def _vector_needs(session: Session, segment: Segment) -> Needs:
    """Return the node or the file that gives the vector for ``segment``."""
    wanted = _vector_source(session, segment)
    entry = session.entry(wanted)
    if entry is not None and entry.kind == "vector":
        return Needs(files=((entry, 0),))
    if wanted == COMBINED:
        return Needs(nodes=(COMBINATION,))
    giver = segment if not wanted else session.segment(wanted) or _of_star(session, wanted, segment)
    return Needs(nodes=(NodeKey(RESPONSE.name, giver.id),))


def _of_star(session: Session, star: str, segment: Segment) -> Segment:
    """Return the observation of ``star`` in the band of ``segment``: a cube before a spectrum."""
    key, band = star_key(star), segment.identity.band
    found = session.observations.get((key, band), ()) if key else ()
    fitting = [one for one in found if session.exclusion_of(one) is None]
    if not fitting:
        state = "left out" if found else "not open"
        raise DataError(
            f"The observation of {star} in band {band or '?'}, whose vector is wanted, is {state}.",
            hint="Choose another vector, or bring that observation in.",
        )
    return fitting[0]


def _calibrate_needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    spectrum, vector = spectrum_needs(session, segment), _vector_needs(session, segment)
    model = model_of(session, segment)
    return Needs(
        nodes=(*spectrum.nodes, *vector.nodes),
        files=(*spectrum.files, *vector.files, *(((model, 0),) if model else ())),
        facts=spectrum.facts,
    )


def _run_calibrate(work: Work, subject: str) -> CalibratedSpectrum:
    segment = segment_of(work.session, subject)
    model = model_of(work.session, segment)
    return calibrate_spectrum(
        spectrum_of(work, segment),
        _vector(work, segment),
        model=None if model is None else work.product(model, 0),
    )


def _vector(work: Work, segment: Segment) -> CalibrationVector:
    needs = _vector_needs(work.session, segment)
    if needs.files:
        vector: CalibrationVector = work.product(*needs.files[0])
        return vector
    key = needs.nodes[0]
    if key.step == COMBINE.name:
        return vector_from_combination(work.result(key), segment.identity.band, recipe="")
    return vector_from_response(
        work.result(key), segment_of(work.session, key.subject).identity, recipe=""
    )


# --- junctions -----------------------------------------------------------------------------------


def _junction_subjects(session: Session) -> tuple[str, ...]:
    names = [name for name, found in session.sources.items() if len(_banded(session, found)) >= 2]
    return tuple(f"{name}@{stage}" for name in names for stage in ("extracted", "calibrated"))


def _banded(session: Session, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return one segment a band: a cube before a spectrum, the last opened first."""
    chosen: dict[str, Segment] = {}
    for segment in segments:
        band = segment.identity.band
        if not band or session.exclusion(segment.id):
            continue
        held = chosen.get(band)
        if held is None or segment.is_cube >= held.is_cube:
            chosen[band] = segment
    return tuple(chosen[band] for band in sorted(chosen))


def _junction_segments(session: Session, subject: str) -> tuple[Segment, ...]:
    source = subject.rpartition("@")[0]
    segments = _banded(session, session.sources.get(source, ()))
    if not segments:
        raise DataError(f"{source} has no spectrum of a known band.")
    return segments


def _junction_needs(session: Session, subject: str) -> Needs:
    segments = _junction_segments(session, subject)
    if subject.endswith("@calibrated"):
        return Needs(options=tuple(NodeKey(CALIBRATE.name, segment.id) for segment in segments))
    parts = [extracted_needs(segment) for segment in segments]
    return Needs(
        options=tuple(node for part in parts for node in part.nodes),
        files=tuple(file for part in parts for file in part.files),
        facts=tuple(fact for part in parts for fact in part.facts),
    )


def _run_junctions(work: Work, subject: str) -> SourceJunctions:
    source, _, stage = subject.rpartition("@")
    spectra, messages = [], []
    for segment in _junction_segments(work.session, subject):
        try:
            if stage == "calibrated":
                spectra.append(work.result(NodeKey(CALIBRATE.name, segment.id)).spectrum)
            else:
                spectra.append(extracted_of(work, segment))
        except EngineError as error:
            messages.append(f"{segment.identity.band} is missing: {error.what}")
    measured = measure_junctions(source, spectra, work.params)
    return dataclasses.replace(measured, messages=(*measured.messages, *messages))


# --- repeated visits -----------------------------------------------------------------------------


def _visit_subjects(session: Session) -> tuple[str, ...]:
    """Return the stars that some band saw twice or more, at both stages."""
    stars: dict[str, str] = {}
    for (star, band), segments in session.observations.items():
        if star and band and len({_visit_of(segment) for segment in segments}) >= 2:
            stars.setdefault(star, shown_star_name(segments[0].identity.target))
    return tuple(f"{stars[star]}@{stage}" for star in sorted(stars) for stage in STAGES)


def _visit_of(segment: Segment) -> tuple[str, str]:
    return segment.identity.source_key, segment.identity.visit


def visit_segments(session: Session, star: str) -> tuple[Segment, ...]:
    """Return one segment for each visit and band of ``star``: a cube before a spectrum.

    Raises
    ------
    DataError
        If there is none.
    """
    chosen: dict[tuple[tuple[str, str], str], Segment] = {}
    for band, segments in session.bands_of_star.get(star_key(star), {}).items():
        for segment in segments if band else ():
            held = chosen.get((_visit_of(segment), band))
            if held is None or _preference(session, segment) >= _preference(session, held):
                chosen[_visit_of(segment), band] = segment
    if not chosen:
        raise DataError(f"There is no spectrum of {star} in a known band.")
    return tuple(chosen[visit] for visit in sorted(chosen))


def _preference(session: Session, segment: Segment) -> tuple[bool, bool]:
    return session.exclusion(segment.id) is None, segment.is_cube


def _visit_needs(session: Session, subject: str) -> Needs:
    star, _, stage = subject.rpartition("@")
    segments = visit_segments(session, star)
    left_out = tuple(f"{segment.id}: {_reason(session, segment)}" for segment in segments)
    if stage == "calibrated":
        nodes = tuple(NodeKey(CALIBRATE.name, segment.id) for segment in segments)
        own = str(_has_only_own_vectors(session, segments))
        return Needs(options=nodes, facts=(star, own, *left_out))
    parts = [extracted_needs(segment) for segment in segments]
    return Needs(
        options=tuple(node for part in parts for node in part.nodes),
        files=tuple(file for part in parts for file in part.files),
        facts=(star, *left_out, *(fact for part in parts for fact in part.facts)),
    )


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion_of(segment)
    return "" if exclusion is None else exclusion.reason or "left out"


def _has_only_own_vectors(session: Session, segments: tuple[Segment, ...]) -> bool:
    return not any(_vector_source(session, segment) for segment in segments)


def _visits(work: Work, subject: str) -> tuple[str, list[Visit], tuple[str, ...]]:
    """Return the star, its visits as far as they can be had, and what is to be said of them."""
    star, _, stage = subject.rpartition("@")
    segments = visit_segments(work.session, star)
    visits: list[Visit] = []
    missing: dict[str, list[str]] = {}
    for segment in segments:
        try:
            if stage == "calibrated":
                spectrum = work.result(NodeKey(CALIBRATE.name, segment.id)).spectrum
            else:
                spectrum = extracted_of(work, segment)
        except EngineError as error:
            missing.setdefault(error.what, []).append(segment.identity.source_key)
        else:
            spectrum = replace(spectrum, identity=segment.identity)
            visits.append(Visit(segment.id, spectrum, _reason(work.session, segment)))
    messages = [
        f"{len(names)} spectra are missing ({', '.join(dict.fromkeys(names))}): {what}"
        for what, names in missing.items()
    ]
    if not visits:
        raise DataError(messages[0])
    if stage == "calibrated" and _has_only_own_vectors(work.session, segments):
        messages.append(
            "Each visit is calibrated with its own response, which takes its level away: apply "
            "one star's vector to all to see how they repeat."
        )
    return star, visits, tuple(messages)


def _run_repeatability(work: Work, subject: str) -> StarRepeatability:
    star, visits, messages = _visits(work, subject)
    measured = measure_repeatability(star, visits, work.params)
    return replace(measured, messages=(*messages, *measured.messages))


def _run_noise(work: Work, subject: str) -> StarNoise:
    star, visits, messages = _visits(work, subject)
    measured = measure_noise(star, visits, work.params)
    return replace(measured, messages=(*messages, *measured.messages))


STEPS: tuple[Step, ...] = (
    Step(EXTRACT, _extract_subjects, _extract_needs, _run_extract),
    FRINGE_STEP,
    LOSS_STEP,
    Step(RESPONSE, _response_subjects, _response_needs, _run_response),
    COMBINE_STEP,
    Step(CALIBRATE, _calibrate_subjects, _calibrate_needs, _run_calibrate),
    Step(JUNCTIONS, _junction_subjects, _junction_needs, _run_junctions),
    Step(REPEATABILITY, _visit_subjects, _visit_needs, _run_repeatability),
    Step(NOISE, _visit_subjects, _visit_needs, _run_noise),
)


_BY_NAME = {step.analysis.name: step for step in STEPS}


def step_named(name: str) -> Step:
    """Return the step that runs the analysis ``name``."""
    return _BY_NAME[name]
