"""The steps that compare repeated visits of one star: repeatability and noise."""

from dataclasses import replace

from engine.analyses import CALIBRATE, NOISE, REPEATABILITY
from engine.compare.repeatability import StarRepeatability, measure_repeatability
from engine.compare.stochastic_noise import StarNoise, measure_noise
from engine.compare.visits import Visit
from engine.counting import counted
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_noise, draw_repeatability
from engine.model.star_names import star_key
from engine.project.entries import Segment
from engine.project.keys import STAGES, NodeKey
from engine.project.own_vectors import sources_with_own_vectors
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.visit_tables import noise_table, repeatability_table, visit_table


def _subjects(session: Session) -> tuple[str, ...]:
    """Return the stars that some band saw twice or more, at both stages."""
    return tuple(f"{star}@{stage}" for star in session.repeated_stars for stage in STAGES)


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


def visit_needs(session: Session, subject: str) -> Needs:
    """Return what the visits of the star of ``subject``, at its stage, are computed from."""
    star, _, stage = subject.rpartition("@")
    segments = visit_segments(session, star)
    left_out = tuple(f"{segment.id}: {_reason(session, segment)}" for segment in segments)
    if stage == "calibrated":
        nodes = tuple(NodeKey(CALIBRATE.name, segment.id) for segment in segments)
        own = " ".join(sources_with_own_vectors(session, segments))
        return Needs(options=nodes, facts=(star, own, *left_out))
    parts = [corrected_needs(session, segment) for segment in segments]
    return Needs(
        options=tuple(node for part in parts for node in part.nodes),
        files=tuple(file for part in parts for file in part.files),
        facts=(star, *left_out, *(fact for part in parts for fact in part.facts)),
    )


def _reason(session: Session, segment: Segment) -> str:
    exclusion = session.exclusion_of(segment)
    return "" if exclusion is None else exclusion.reason or "left out"


def _about_own_vectors(session: Session, segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """Say what comes of vectors that were fitted to the very spectra that they calibrate."""
    own = sources_with_own_vectors(session, segments)
    if not own:
        return ()
    if len(own) == len({one.identity.source_key for one in segments}):
        return (
            "Each visit is calibrated with its own response, which takes its level away: apply "
            "one star's vector to all to see how they repeat.",
        )
    return (
        f"{', '.join(own)}: calibrated with the own response, which takes the level away, the "
        "other visits with another vector. What differs here is not how the star repeats: apply "
        "one vector to all, or compare the spectra as extracted.",
    )


def visits_of(work: Work, subject: str) -> tuple[str, list[Visit], tuple[str, ...]]:
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
                spectrum = corrected_of(work, segment)
        except EngineError as error:
            missing.setdefault(error.what, []).append(segment.identity.source_key)
        else:
            spectrum = replace(spectrum, identity=segment.identity)
            visits.append(Visit(segment.id, spectrum, _reason(work.session, segment)))
    messages = [
        f"{counted(len(names), 'spectrum is', 'spectra are')} "
        f"missing ({', '.join(dict.fromkeys(names))}): {what}"
        for what, names in missing.items()
    ]
    if not visits:
        raise DataError(messages[0])
    if stage == "calibrated":
        messages += _about_own_vectors(work.session, segments)
    return star, visits, tuple(messages)


def _run_repeatability(work: Work, subject: str) -> StarRepeatability:
    star, visits, messages = visits_of(work, subject)
    measured = measure_repeatability(star, visits, work.params)
    return replace(measured, messages=(*messages, *measured.messages))


def _run_noise(work: Work, subject: str) -> StarNoise:
    star, visits, messages = visits_of(work, subject)
    measured = measure_noise(star, visits, work.params)
    return replace(measured, messages=(*messages, *measured.messages))


def _draw_repeatability(shown: Shown) -> Draw:
    title = f"{shown.title}, {shown.key.stage}"
    return lambda figure: draw_repeatability(figure, shown.result, title=title)


def _draw_noise(shown: Shown) -> Draw:
    title = f"{shown.title}, {shown.key.stage}"
    return lambda figure: draw_noise(figure, shown.result, title=title)


REPEATABILITY_STEP = Step(
    REPEATABILITY,
    _subjects,
    visit_needs,
    _run_repeatability,
    tables=(("repeatability", repeatability_table), ("visits", visit_table)),
    draw=_draw_repeatability,
)
NOISE_STEP = Step(
    NOISE,
    _subjects,
    visit_needs,
    _run_noise,
    tables=(("noise", noise_table),),
    draw=_draw_noise,
)
