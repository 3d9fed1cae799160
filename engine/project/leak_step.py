"""The step that subtracts the 12.2 um leak, and the spectra that response and calibration use."""

from dataclasses import replace

from engine.analyses import LEAK
from engine.errors import EngineError
from engine.figures import Draw, draw_leak
from engine.model.leak import LeakCurve
from engine.model.spectrum import Spectrum
from engine.mrs.leak_curve import LeakFit
from engine.mrs.spectral_leak import (
    LEAKING_BAND,
    LEAKY_BAND,
    NO_LEAKING,
    LeakCorrection,
    LeakParams,
    correct_spectral_leak,
)
from engine.project import fringe_step
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.leak_curve_step import LEAK_CURVE_KEY, leak_sources
from engine.project.leak_tables import leak_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of

LEAK_CURVE_KIND = "leak curve"


def spectrum_needs(session: Session, segment: Segment) -> Needs:
    """Return what the spectrum of ``segment`` that is calibrated is computed from."""
    needs = fringe_step.spectrum_needs(session, segment)
    if not is_leak_removed(session, segment):
        return needs
    return Needs(nodes=(NodeKey(LEAK.name, segment.id),), facts=needs.facts)


def spectrum_of(work: Work, segment: Segment) -> Spectrum:
    """Return the spectrum of ``segment`` that is calibrated, named as the user named it."""
    if not is_leak_removed(work.session, segment):
        return fringe_step.spectrum_of(work, segment)
    found: LeakCorrection = work.result(NodeKey(LEAK.name, segment.id))
    return replace(found.spectrum, identity=segment.identity)


def is_leak_removed(session: Session, segment: Segment) -> bool:
    """Tell whether response and calibration use what this step makes of ``segment``."""
    if segment.identity.band != LEAKY_BAND or _params(session, segment.id).apply == "none":
        return False
    return curve_source(session, segment) is not None


def is_leak_corrected(session: Session, segment: Segment) -> bool:
    """Tell whether there is all that it takes to take the leak out of ``segment``, and it is asked.

    Nothing is taken out of extended sources, nor without 1B of the observation.
    """
    is_extended = (
        segment.entry.role == "extended source"
        or segment.identity.source_type.upper() == "EXTENDED"
    )
    has_leaking = leaking_segment(session, segment) is not None
    return is_leak_removed(session, segment) and has_leaking and not is_extended


def curve_source(session: Session, segment: Segment) -> tuple[Entry, int] | NodeKey | None:
    """Return where the leak curve of ``segment`` comes from; `None`: there is none."""
    if _params(session, segment.id).curve == "derived":
        try:
            leak_sources(session)
        except EngineError:
            return None
        return LEAK_CURVE_KEY
    found = [entry for entry in session.entries if entry.kind == LEAK_CURVE_KIND]
    return (found[-1], 0) if found else None


def leaking_segment(session: Session, segment: Segment) -> Segment | None:
    """Return the 1B spectrum of the observation that ``segment`` belongs to.

    One that is left out by itself is none; leaving out the whole source concerns what combines
    sources, not what is done to this one.
    """
    found = [one for one in _leaking(session, segment) if session.exclusion(one.id) is None]
    return max(found, key=lambda one: one.is_cube) if found else None


def _leaking(session: Session, segment: Segment) -> tuple[Segment, ...]:
    same = session.sources.get(segment.identity.source_key, ())
    return tuple(
        one for one in same if one.identity.band == LEAKING_BAND and one.id not in session.copies
    )


def _why_no_leaking(session: Session, segment: Segment) -> str:
    """Return the reasons why 1B of the observation is left out; ``""``: it is not."""
    found = (session.exclusion(one.id) for one in _leaking(session, segment))
    reasons = [one.reason for one in found if one is not None]
    if not reasons or leaking_segment(session, segment) is not None:
        return ""
    said = "; ".join(dict.fromkeys(filter(None, reasons)))
    because = f": {said}" if said else ""
    return f"Its 1B spectrum is left out{because}. The leak is not known and stays in."


def _params(session: Session, subject: str) -> LeakParams:
    own: LeakParams | None = session.own_params(NodeKey(LEAK.name, subject))
    return LeakParams() if own is None else own


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(one.id for one in session.segments if one.identity.band == LEAKY_BAND)


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    needs = fringe_step.spectrum_needs(session, segment)
    facts = [*needs.facts, segment.entry.role, _why_no_leaking(session, segment)]
    files, options = list(needs.files), list(needs.options)
    leaking, source = leaking_segment(session, segment), curve_source(session, segment)
    if leaking is not None:
        part = fringe_step.spectrum_needs(session, leaking)
        options += part.nodes
        files += part.files
        facts += [leaking.id, *part.facts]
    if isinstance(source, NodeKey):
        options.append(source)
    elif source is not None:
        files.append(source)
    return replace(needs, files=tuple(files), options=tuple(options), facts=tuple(facts))


def _run(work: Work, subject: str) -> LeakCorrection:
    segment = segment_of(work.session, subject)
    spectrum = fringe_step.spectrum_of(work, segment)
    if segment.entry.role == "extended source":
        extended = replace(spectrum.identity, source_type="EXTENDED")
        spectrum = replace(spectrum, identity=extended)
    messages = []
    leaking, curve = None, None
    found = leaking_segment(work.session, segment)
    try:
        leaking = None if found is None else fringe_step.spectrum_of(work, found)
    except EngineError as error:
        messages.append(f"1B cannot be had: {error.what}")
    try:
        curve = _curve(work, segment)
    except EngineError as error:
        messages.append(f"The leak curve cannot be had: {error.what}")
    said = _why_no_leaking(work.session, segment)
    result = correct_spectral_leak(spectrum, leaking, curve, without_leaking=said or NO_LEAKING)
    return replace(result, messages=(*result.messages, *messages))


def _curve(work: Work, segment: Segment) -> LeakCurve | None:
    source = curve_source(work.session, segment)
    if source is None and work.params.curve == "derived":
        leak_sources(work.session)  # says what is missing
    if source is None:
        return None
    if isinstance(source, NodeKey):
        fit: LeakFit = work.result(source)
        return fit.curve
    curve: LeakCurve = work.product(*source)
    return curve


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_leak(figure, shown.result, title=shown.title)


LEAK_STEP = Step(
    LEAK,
    _subjects,
    _needs,
    _run,
    tables=(("leak", leak_table),),
    draw=_draw,
    is_used=lambda session, subject: is_leak_removed(session, segment_of(session, subject)),
)
