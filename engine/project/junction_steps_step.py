"""The step that measures the junctions of a source after each step of the chain before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from engine.analyses import CALIBRATE, EXTRACT, FRINGE, JUNCTION_STEPS, JUNCTIONS, LEAK, RATE
from engine.compare.junction_steps import (
    BandCentroid,
    JunctionSteps,
    measure_junction_steps,
)
from engine.compare.junctions import JunctionParams, agreed_by_construction
from engine.errors import EngineError
from engine.figures import Draw, draw_junction_steps
from engine.model.cube import Cube
from engine.model.spectrum import Spectrum
from engine.mrs.aperture import fwhm_arcsec
from engine.mrs.extraction import Extraction, ExtractionParams
from engine.project import fringe_step, leak_step
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.jump_tables import centroid_table, junction_step_table
from engine.project.keys import NodeKey
from engine.project.own_vectors import BY_CONSTRUCTION, bands_with_own_vectors
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.source_spectra import joined_sources, required_segments
from engine.project.step import Needs, Shown, Step, Work, extracted_needs, extracted_of


@dataclass(frozen=True, slots=True)
class _Stage:
    """The spectra after one step: its name, what they need, how they are had."""

    name: str
    needs: Callable[[Session, Segment], Needs]
    spectrum: Callable[[Work, Segment], Spectrum]


def _calibrated_needs(_session: Session, segment: Segment) -> Needs:
    return Needs(nodes=(NodeKey(CALIBRATE.name, segment.id),))


def _calibrated(work: Work, segment: Segment) -> Spectrum:
    spectrum: Spectrum = work.result(NodeKey(CALIBRATE.name, segment.id)).spectrum
    return spectrum


_STAGES = (
    _Stage(EXTRACT.name, lambda _session, segment: extracted_needs(segment), extracted_of),
    _Stage(RATE.name, corrected_needs, corrected_of),
    _Stage(FRINGE.name, fringe_step.spectrum_needs, fringe_step.spectrum_of),
    _Stage(LEAK.name, leak_step.spectrum_needs, leak_step.spectrum_of),
    _Stage(CALIBRATE.name, _calibrated_needs, _calibrated),
)


def _subjects(session: Session) -> tuple[str, ...]:
    return joined_sources(session)


def _stages(session: Session, segments: tuple[Segment, ...]) -> tuple[_Stage, ...]:
    """Return the steps that change the spectrum of some band."""
    found, before = [], None
    for stage in _STAGES:
        needs = tuple(stage.needs(session, segment) for segment in segments)
        if needs != before:
            found.append(stage)
        before = needs
    return tuple(found)


def _needs(session: Session, subject: str) -> Needs:
    segments = required_segments(session, subject)
    parts = [
        stage.needs(session, segment)
        for stage in _stages(session, segments)
        for segment in segments
    ]
    return Needs(
        options=tuple(dict.fromkeys(node for part in parts for node in part.nodes)),
        files=tuple(dict.fromkeys(file for part in parts for file in part.files)),
        facts=(
            plain_text(_junction_params(session, subject)),
            "own vectors " + " ".join(sorted(bands_with_own_vectors(session, segments))),
            *dict.fromkeys(fact for part in parts for fact in part.facts),
        ),
        settings=(NodeKey(JUNCTIONS.name, subject),),
    )


def _junction_params(session: Session, source: str) -> JunctionParams:
    own: JunctionParams | None = session.own_params(NodeKey(JUNCTIONS.name, source))
    return JunctionParams() if own is None else own


def _run(work: Work, subject: str) -> JunctionSteps:
    segments = required_segments(work.session, subject)
    stages, missing = {}, []
    for stage in _stages(work.session, segments):
        spectra = []
        for segment in segments:
            try:
                spectra.append(stage.spectrum(work, segment))
            except EngineError as error:
                missing.append(f"{segment.identity.band} after {stage.name}: {error.what}")
        if len(spectra) >= 2:
            stages[stage.name] = spectra
    measured = measure_junction_steps(
        subject,
        stages,
        work.params,
        junction_params=_junction_params(work.session, subject),
        centroids=_centroids(work, segments),
    )
    own = bands_with_own_vectors(work.session, segments)
    steps = tuple(
        (name, agreed_by_construction(one, own, BY_CONSTRUCTION) if name == CALIBRATE.name else one)
        for name, one in measured.steps
    )
    return replace(measured, steps=steps, messages=(*measured.messages, *missing))


def _centroids(work: Work, segments: tuple[Segment, ...]) -> list[BandCentroid]:
    found = []
    for segment in segments:
        if not segment.is_cube:
            continue
        key = NodeKey(EXTRACT.name, segment.id)
        try:
            extraction: Extraction = work.result(key)
        except EngineError:
            continue  # what is missing is told with the spectra
        cube: Cube = work.product(segment.entry, segment.part)
        params = work.session.own_params(key) or ExtractionParams()
        found.append(_centroid(segment.identity.band, extraction, cube, params))
    return found


def _centroid(
    band: str, extraction: Extraction, cube: Cube, params: ExtractionParams
) -> BandCentroid:
    """Return where the band sees the source: the center and the median drift from it."""
    fwhm = fwhm_arcsec(
        np.array([np.median(cube.wave_um)]),
        slope_arcsec_per_um=params.fwhm_slope_arcsec_per_um,
        offset_arcsec=params.fwhm_offset_arcsec,
    )
    drift_x, drift_y = (
        float(np.median(one[np.isfinite(one)])) if np.isfinite(one).any() else 0.0
        for one in (extraction.drift_x_pixels, extraction.drift_y_pixels)
    )
    if cube.sky is None:
        return BandCentroid(band, float("nan"), float("nan"), float(fwhm[0]))
    x, y = extraction.center_pixel
    ra, dec = cube.sky.pixel_to_sky(x + drift_x, y + drift_y)
    return BandCentroid(band, ra, dec, float(fwhm[0]))


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_junction_steps(figure, shown.result, title=shown.title)


JUNCTION_STEPS_STEP = Step(
    JUNCTION_STEPS,
    _subjects,
    _needs,
    _run,
    tables=(("junction-steps", junction_step_table), ("centroids", centroid_table)),
    draw=_draw,
)
