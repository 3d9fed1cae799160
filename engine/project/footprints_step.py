"""The step that maps the fields of all cubes on the sky."""

from pathlib import PurePath

from engine.analyses import FOOTPRINTS
from engine.errors import DataError
from engine.figures import Draw, draw_footprints
from engine.lrs.modes import is_lrs
from engine.model.image import Image
from engine.mrs.footprints import FootprintMap, map_footprints
from engine.project.entries import Entry, Segment
from engine.project.field_tables import footprint_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work

FOOTPRINTS_KEY = NodeKey(FOOTPRINTS.name, "all")


def background_image(session: Session) -> tuple[Entry, int] | None:
    """Return the image that was opened last and is neither a detector image nor dispersed."""
    detectors = {entry.id for entry, _ in session.wave_maps.values()}
    found = [
        one
        for one in session.entries
        if one.kind == "image" and one.id not in detectors and not is_lrs(one.parts[0])
    ]
    return (found[-1], 0) if found else None


def _cubes(session: Session) -> tuple[Segment, ...]:
    return tuple(
        one for one in session.segments if one.is_cube and session.exclusion_of(one) is None
    )


def _subjects(session: Session) -> tuple[str, ...]:
    return (FOOTPRINTS_KEY.subject,) if _cubes(session) else ()


def _needs(session: Session, _subject: str) -> Needs:
    cubes, image = _cubes(session), background_image(session)
    if not cubes:
        raise DataError("There is no cube to map.", hint="Open cubes.")
    return Needs(
        files=(*((one.entry, one.part) for one in cubes), *((image,) if image else ())),
        facts=tuple(f"{one.id} {one.title}" for one in cubes),
    )


def _run(work: Work, _subject: str) -> FootprintMap:
    found = background_image(work.session)
    image: Image | None = None if found is None else work.product(*found)
    cubes = []
    for done, one in enumerate(segments := _cubes(work.session)):
        work.progress.step(done, len(segments), one.title)
        cubes.append((one.id, one.title, work.product(one.entry, one.part)))
    return map_footprints(
        cubes,
        work.params,
        image_sky=None if image is None else image.sky,
        image_name="" if found is None else PurePath(found[0].path).name,
        progress=work.progress,
    )


def _draw(shown: Shown) -> Draw:
    found = background_image(shown.session)
    image = None
    if found is not None and shown.result.image:
        image = shown.product(*found)
    return lambda figure: draw_footprints(
        figure, shown.result, image=None if image is None else image.data
    )


FOOTPRINTS_STEP = Step(
    FOOTPRINTS,
    _subjects,
    _needs,
    _run,
    tables=(("footprints", footprint_table),),
    draw=_draw,
    is_used=lambda _session, _subject: False,
)
