"""The step that removes residual fringes, and the spectra that the steps after it use."""

from dataclasses import replace

from engine.analyses import FRINGE, RESPONSE
from engine.figures import Draw, draw_residual_fringes
from engine.model.spectrum import Spectrum
from engine.mrs.residual_fringes import (
    ResidualFringeParams,
    ResidualFringes,
    correct_residual_fringes,
)
from engine.mrs.response_params import Mask
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.fringe_tables import fringe_summary, sinusoid_table
from engine.project.keys import NodeKey
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of


def is_defringed(session: Session, segment: Segment) -> bool:
    """Tell whether response and calibration use the spectrum without residual fringes."""
    params = session.own_params(NodeKey(FRINGE.name, segment.id))
    return params is not None and params.apply == "on"


def response_masks(session: Session, segment: Segment) -> tuple[Mask, ...]:
    """Return the masks of the response of ``segment``: they are protected from correction too."""
    params = session.own_params(NodeKey(RESPONSE.name, segment.id))
    return () if params is None else tuple(params.masks)


def spectrum_needs(session: Session, segment: Segment) -> Needs:
    """Return what the spectrum of ``segment`` that is calibrated is computed from."""
    needs = corrected_needs(session, segment)
    if not is_defringed(session, segment):
        return needs
    return Needs(nodes=(NodeKey(FRINGE.name, segment.id),), facts=needs.facts)


def spectrum_of(work: Work, segment: Segment) -> Spectrum:
    """Return the spectrum of ``segment`` that is calibrated, named as the user named it."""
    if not is_defringed(work.session, segment):
        return corrected_of(work, segment)
    fringes: ResidualFringes = work.result(NodeKey(FRINGE.name, segment.id))
    return replace(fringes.spectrum, identity=segment.identity)


def effective_params(session: Session, segment: Segment) -> ResidualFringeParams:
    """Return the parameters of the correction with all ranges that it protects."""
    own: ResidualFringeParams | None = session.own_params(NodeKey(FRINGE.name, segment.id))
    params = ResidualFringeParams() if own is None else own
    if params.ranges == "own":
        return params
    masks = response_masks(session, segment)
    added = tuple(mask for mask in masks if mask not in params.protected)
    return replace(params, protected=params.protected + added)


def _subjects(session: Session) -> tuple[str, ...]:
    """Return the segments of one band: fringes of others are not known."""
    return tuple(segment.id for segment in session.segments if segment.identity.band)


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    needs = corrected_needs(session, segment)
    protected = effective_params(session, segment).protected
    ranges = tuple(f"protected {plain_text(one)}" for one in protected)
    masks_of = (NodeKey(RESPONSE.name, segment.id),)
    return replace(needs, facts=(*needs.facts, *ranges), settings=masks_of)


def _run(work: Work, subject: str) -> ResidualFringes:
    segment = segment_of(work.session, subject)
    return correct_residual_fringes(
        corrected_of(work, segment),
        effective_params(work.session, segment),
        progress=work.progress,
    )


def _draw(shown: Shown) -> Draw:
    protected = effective_params(
        shown.session, segment_of(shown.session, shown.key.subject)
    ).protected
    return lambda figure: draw_residual_fringes(
        figure, shown.result, protected=protected, title=shown.title
    )


FRINGE_STEP = Step(
    FRINGE,
    _subjects,
    _needs,
    _run,
    tables=(("fringes", fringe_summary), ("fringe-sinusoids", sinusoid_table)),
    draw=_draw,
    is_used=lambda session, subject: is_defringed(session, segment_of(session, subject)),
)
