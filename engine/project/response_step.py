"""The step that fits the response of a standard star in one band."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from engine.analyses import EXTRACT, RESPONSE
from engine.errors import DataError, EngineError
from engine.figures import COLUMN, Draw, draw_star_response
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_star_name
from engine.mrs.asteroid_model import AsteroidModel
from engine.mrs.extraction import Extraction
from engine.mrs.model_spread import MODEL_CHOICE, spread_of_models
from engine.mrs.response_params import StarResponseParams
from engine.mrs.response_patches import patch_response
from engine.mrs.star_response import StarResponse, fit_star_response
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.leak_step import spectrum_needs, spectrum_of
from engine.project.model_sets import models_of_star
from engine.project.models import model_of
from engine.project.patch_donors import donor_segments
from engine.project.rate_step import rate_of
from engine.project.red_roles import asteroid_key
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of
from engine.project.systematics_tables import systematic_table
from engine.project.tables import breakpoint_table, response_summary


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(
        segment.id
        for segment in session.segments
        if model_of(session, segment) is not None or asteroid_key(session, segment) is not None
    )


def _required_model(session: Session, segment: Segment) -> Entry:
    model = model_of(session, segment)
    if model is None:
        raise DataError(
            f"There is no model of {shown_star_name(segment.identity.target) or 'this source'}.",
            hint="Open its CALSPEC spectrum, or choose a model in the data browser.",
        )
    return model


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    needs = spectrum_needs(session, segment)
    donors = donor_segments(session, segment)
    needs = replace(
        needs,
        nodes=(*needs.nodes, *(NodeKey(RESPONSE.name, one.id) for one in donors.values())),
        facts=(*needs.facts, *donors),
    )
    asteroid = asteroid_key(session, segment)
    if asteroid is not None:
        return replace(needs, nodes=(*needs.nodes, asteroid))
    own = (_required_model(session, segment), *_other_models(session, segment))
    return replace(needs, files=(*needs.files, *((one, 0) for one in own)))


def _run(work: Work, subject: str) -> StarResponse:
    segment = segment_of(work.session, subject)
    model, params = _model_and_params(work, segment)
    systematics: tuple[tuple[str, Any], ...] = ()
    if segment.is_cube:
        extraction: Extraction = work.result(NodeKey(EXTRACT.name, subject))
        systematics = extraction.systematics
    rate = rate_of(work, segment)
    if rate is not None and rate.relative_error.any():
        systematics = (*systematics, ("loss of count rate", rate.relative_error))
    observed = spectrum_of(work, segment)
    spread = spread_of_models(observed.wave_um, model, _others(work, segment))
    if np.isfinite(spread).any():
        systematics = (*systematics, (MODEL_CHOICE, spread))
    response = fit_star_response(
        observed,
        model,
        params,
        systematics=systematics,
        progress=work.progress,
    )
    said = rate.messages if rate is not None and rate.is_extrapolated else ()
    fitted = replace(response, messages=(*response.messages, *said))
    donors = {
        name: work.result(NodeKey(RESPONSE.name, one.id))
        for name, one in donor_segments(work.session, segment).items()
    }
    return patch_response(fitted, params.patches, donors)


def _other_models(session: Session, segment: Segment) -> tuple[Entry, ...]:
    """Return the models of the star that are open and not in use."""
    known = models_of_star(session, segment.identity.target)
    return tuple(one for one in known if one != model_of(session, segment))


def _others(work: Work, segment: Segment) -> list[Spectrum]:
    """Return the other models of a star; one that cannot be read says nothing."""
    if asteroid_key(work.session, segment) is not None:
        return []
    found = []
    for entry in _other_models(work.session, segment):
        with suppress(EngineError):
            found.append(work.product(entry, 0))
    return found


def _model_and_params(work: Work, segment: Segment) -> tuple[Spectrum, StarResponseParams]:
    """Return what the observation is compared with, and how.

    An asteroid's response is fitted as wavelength / C, for the throughput of 4C nears zero
    (Law+2025, Fig. 14), unless the user chose otherwise.
    """
    asteroid = asteroid_key(work.session, segment)
    params: StarResponseParams = work.params
    if asteroid is None:
        return work.product(_required_model(work.session, segment), 0), params
    model: AsteroidModel = work.result(asteroid)
    if params.fit_in == "automatic":
        params = replace(params, fit_in="inverse photon")
    return model.model, params


def _draw(shown: Shown) -> Draw:
    params = shown.session.own_params(shown.key) or StarResponseParams()
    return lambda figure: draw_star_response(
        figure,
        shown.result,
        band=shown.band,
        title=shown.title,
        breaks_um=params.breaks_um,
        masks=params.masks,
        ranges=params.sample_ranges,
    )


RESPONSE_STEP = Step(
    RESPONSE,
    _subjects,
    _needs,
    _run,
    tables=(
        ("responses", response_summary),
        ("breakpoints", breakpoint_table),
        ("systematics", systematic_table),
    ),
    draw=_draw,
    figure_size=COLUMN,
)
