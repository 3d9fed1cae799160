"""The step that measures brightness temperatures of extended sources."""

from dataclasses import dataclass, replace
from pathlib import PurePath

from engine.analyses import TEMPERATURE
from engine.compare.brightness_temperature import (
    RadianceMap,
    TemperatureMap,
    TemperatureParams,
    measure_temperatures,
)
from engine.compare.radiance_map import map_of_spectrum, map_of_table
from engine.errors import DataError
from engine.figures.brightness_temperature import draw_temperatures
from engine.figures.writing import Draw
from engine.model.identity import Identity
from engine.model.star_names import star_key
from engine.project.codec import plain_text
from engine.project.entries import Entry, Segment
from engine.project.joined_spectra import joined_needs, joined_segments, joined_spectrum, told
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work
from engine.project.temperature_tables import range_table, temperature_table

NO_REFERENCE = "none"
_STAGE = "extracted"


@dataclass(frozen=True, slots=True)
class BrightSource:
    """An open map, or an extended source with spectra.

    Attributes
    ----------
    name : str
        What it is called: the subject of its node.
    identity : Identity
        What it shows.
    entry : Entry or None
        The file of a map; `None`: it has `segments`.
    segments : tuple of Segment
        Its bands.
    """

    name: str
    identity: Identity
    entry: Entry | None = None
    segments: tuple[Segment, ...] = ()


def bright_sources(session: Session) -> tuple[BrightSource, ...]:
    """Return all open maps and extended sources, in the order of opening, names all different."""
    found: list[BrightSource] = []
    for entry in session.entries:
        if entry.kind == "map":
            identity = entry.parts[0]
            name = identity.target or PurePath(entry.path).stem
            found.append(BrightSource(f"{name} {identity.instrument}".strip(), identity, entry))
    for source in session.sources:
        segments = joined_segments(session, source)
        if segments and _is_extended(segments[0]):
            found.append(BrightSource(source, segments[0].identity, None, segments))
    names = [one.name for one in found]
    return tuple(
        one if names.count(one.name) == 1 else replace(one, name=f"{one.name} ({at + 1})")
        for at, one in enumerate(found)
    )


def reference_of(session: Session, source: BrightSource) -> BrightSource | None:
    """Return what ``source`` is compared with, or `None`.

    Raises
    ------
    DataError
        If the reference that was chosen is not open.
    """
    params = session.own_params(NodeKey(TEMPERATURE.name, source.name)) or TemperatureParams()
    others = [one for one in bright_sources(session) if one.name != source.name]
    if params.reference == NO_REFERENCE:
        return None
    if params.reference:
        wanted = [one for one in others if one.name == params.reference]
        if not wanted:
            raise DataError(
                f"The reference {params.reference} is not open.",
                hint="Open it, or choose another one, or “none”.",
            )
        return wanted[0]
    target = star_key(source.identity.target)
    fitting = [
        one
        for one in others
        if target and star_key(one.identity.target) == target and not one.identity.is_of_webb
    ]
    return fitting[-1] if fitting else None


def _is_extended(segment: Segment) -> bool:
    is_said = segment.identity.source_type == "EXTENDED"
    return segment.entry.role == "extended source" or (
        is_said and segment.entry.role != "standard star"
    )


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(one.name for one in bright_sources(session) if one.identity.is_of_webb)


def _source(session: Session, subject: str) -> BrightSource:
    found = [one for one in bright_sources(session) if one.name == subject]
    if not found:
        raise DataError(
            f"There is no map and no extended source called {subject}.",
            hint="Open a map of surface brightness, or spectra in MJy/sr.",
        )
    return found[0]


def _needs(session: Session, subject: str) -> Needs:
    source = _source(session, subject)
    reference = reference_of(session, source)
    parts = [_needs_of(session, one) for one in (source, reference) if one is not None]
    return Needs(
        options=tuple(node for part in parts for node in part.options),
        files=tuple(file for part in parts for file in part.files),
        facts=tuple(fact for part in parts for fact in part.facts),
    )


def _needs_of(session: Session, source: BrightSource) -> Needs:
    if source.entry is not None:
        facts = (source.name, plain_text(source.identity))
        return Needs(files=((source.entry, 0),), facts=facts)
    return joined_needs(session, source.segments, _STAGE)


def _run(work: Work, subject: str) -> TemperatureMap:
    source = _source(work.session, subject)
    reference = reference_of(work.session, source)
    other = None if reference is None else _map_of(work, reference)
    return measure_temperatures(_map_of(work, source), other, work.params)


def _map_of(work: Work, source: BrightSource) -> RadianceMap:
    if source.entry is not None:
        return map_of_table(work.product(source.entry, 0), source.name)
    missing: dict[str, list[str]] = {}
    spectrum = joined_spectrum(work, source.segments, _STAGE, missing=missing)
    if spectrum is None:
        raise DataError(" ".join(told(missing)) or f"{source.name} has no spectrum.")
    return map_of_spectrum(spectrum, source.name)


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_temperatures(figure, shown.result, title=shown.title)


TEMPERATURE_STEP = Step(
    TEMPERATURE,
    _subjects,
    _needs,
    _run,
    tables=(("temperature-ranges", range_table), ("temperatures", temperature_table)),
    draw=_draw,
)
