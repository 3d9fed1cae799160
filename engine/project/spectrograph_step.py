"""The step that compares spectra with those of a coarser spectrograph."""

from dataclasses import replace

from engine.analyses import SPECTROGRAPH
from engine.compare.spectrograph_ratios import (
    SpectrographComparison,
    SpectrographParams,
    SpectrumPair,
    compare_spectrographs,
)
from engine.errors import DataError
from engine.figures.spectrograph_ratios import draw_spectrographs
from engine.figures.writing import Draw
from engine.model.star_names import shown_star_name, star_key
from engine.progress import Part
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.joined_spectra import joined_needs, joined_segments, joined_spectrum, told
from engine.project.keys import EVERYTHING, STAGES, NodeKey
from engine.project.session import Session
from engine.project.spectrograph_tables import range_table, ratio_table
from engine.project.step import Needs, Shown, Step, Work

ALL_STARS = "all stars"  #: subject of the comparison


def spectrograph_key(stage: str) -> NodeKey:
    """Return the node of the comparison at ``stage``."""
    return NodeKey(SPECTROGRAPH.name, f"{ALL_STARS}@{stage}")


def coarse_spectra(session: Session) -> tuple[Segment, ...]:
    """Return the open spectra that may be those of a coarser instrument, in order of opening."""
    return tuple(
        one
        for one in session.segments
        if not one.is_cube and not one.identity.band and one.identity.instrument != "MIRI"
    )


def star_sources(session: Session) -> dict[str, tuple[Segment, ...]]:
    """Return the bands of every source that has some."""
    found = {source: joined_segments(session, source) for source in session.sources}
    return {source: segments for source, segments in found.items() if segments}


def _params(session: Session) -> SpectrographParams:
    params = session.own_params(NodeKey(SPECTROGRAPH.name, EVERYTHING))
    return SpectrographParams() if params is None else params


def matched(session: Session) -> list[tuple[str, tuple[Segment, ...], Segment]]:
    """Return source, its bands, and the coarse spectrum that it is compared with."""
    coarse = {star_key(one.identity.target): one for one in coarse_spectra(session)}
    chosen = {star_key(star): star_key(name) for star, name in _params(session).partners}
    pairs = []
    for source, segments in star_sources(session).items():
        star = star_key(segments[0].identity.target)
        partner = coarse.get(chosen.get(star, star))
        if partner is not None:
            pairs.append((source, segments, partner))
    return pairs


def _subjects(session: Session) -> tuple[str, ...]:
    if not (coarse_spectra(session) and star_sources(session)):
        return ()
    return tuple(f"{ALL_STARS}@{stage}" for stage in STAGES)


def _reason(session: Session, source: str) -> str:
    exclusion = session.exclusion(source)
    return "" if exclusion is None else exclusion.reason or "left out"


def _needs(session: Session, subject: str) -> Needs:
    pairs = matched(session)
    if not pairs:
        raise DataError(
            "No star has a spectrum of both instruments.",
            hint="Open a coarser spectrum of a star that is open, or choose its partner.",
        )
    segments = [one for _, found, _ in pairs for one in found]
    needs = joined_needs(session, segments, subject.rpartition("@")[2])
    return replace(
        needs,
        files=(*needs.files, *((one.entry, one.part) for *_, one in pairs)),
        facts=(
            *needs.facts,
            *(f"{source}: {_reason(session, source)}" for source, *_ in pairs),
            *(plain_text(one.identity) for *_, one in pairs),
        ),
    )


def _run(work: Work, subject: str) -> SpectrographComparison:
    stage = subject.rpartition("@")[2]
    missing: dict[str, list[str]] = {}
    pairs = []
    found = matched(work.session)
    for done, (source, segments, partner) in enumerate(found):
        part = Part(work.progress, done, len(found))
        part.step(0, 1, source)
        fine = joined_spectrum(work, segments, stage, missing=missing)
        if fine is None:
            continue
        pairs.append(
            SpectrumPair(
                shown_star_name(segments[0].identity.target),
                f"{partner.identity.target} {partner.identity.instrument}".strip(),
                source,
                fine,
                work.product(partner.entry, partner.part),
                _reason(work.session, source),
            )
        )
    if not pairs and missing:
        raise DataError(told(missing)[0])
    compared = compare_spectrographs(pairs, work.params)
    return replace(compared, messages=(*told(missing), *compared.messages))


def _draw(shown: Shown) -> Draw:
    title = f"Spectra over those of another instrument, {shown.key.stage}"
    return lambda figure: draw_spectrographs(figure, shown.result, title=title)


SPECTROGRAPH_STEP = Step(
    SPECTROGRAPH,
    _subjects,
    _needs,
    _run,
    tables=(("spectrographs", range_table), ("spectrograph-ratios", ratio_table)),
    draw=_draw,
)
