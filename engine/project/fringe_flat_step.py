"""The step that lays the static fringe flat over a spectrum."""

from engine.analyses import FRINGE_FLAT
from engine.figures import Draw, draw_fringe_flat
from engine.model.frames import Frame, frames
from engine.model.image import Image
from engine.mrs.fringe_flat import FringeFlatOverlay, overlay_fringe_flat
from engine.project.entries import Entry, Segment
from engine.project.field_tables import fringe_flat_table
from engine.project.rate_step import corrected_needs, corrected_of
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work, segment_of

FRINGE_FLAT_KIND = "fringe flat"


def frame_of_band(band: str) -> tuple[Frame, slice] | None:
    """Return the detector frame that sees ``band``, and its columns."""
    return next(
        (
            (frame, columns)
            for frame in frames()
            for one, columns in frame.halves
            if one.name == band
        ),
        None,
    )


def open_flat(session: Session, band: str) -> tuple[Entry, int] | None:
    """Return the fringe flat of ``band`` that was opened last."""
    found = [
        (entry, part)
        for entry in session.entries_by_kind.get(FRINGE_FLAT_KIND, ())
        for part, identity in enumerate(entry.parts)
        if identity.band == band
    ]
    return found[-1] if found else None


def _wave_map(session: Session, segment: Segment) -> tuple[Entry, int] | None:
    frame = frame_of_band(segment.identity.band)
    return None if frame is None else session.wave_maps.get(frame[0].name)


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(one.id for one in session.segments if one.identity.band)


def _needs(session: Session, subject: str) -> Needs:
    segment = segment_of(session, subject)
    needs = corrected_needs(session, segment)
    further = (open_flat(session, segment.identity.band), _wave_map(session, segment))
    files = (*needs.files, *(one for one in further if one is not None))
    return Needs(nodes=needs.nodes, files=files, facts=needs.facts, options=needs.options)


def _run(work: Work, subject: str) -> FringeFlatOverlay:
    segment = segment_of(work.session, subject)
    found = open_flat(work.session, segment.identity.band)
    mapped = _wave_map(work.session, segment)
    frame = frame_of_band(segment.identity.band)
    flat: Image | None = None if found is None else work.product(*found)
    image: Image | None = None if mapped is None else work.product(*mapped)
    return overlay_fringe_flat(
        corrected_of(work, segment),
        work.params,
        flat=None if flat is None else flat.data,
        wave_map_um=None if image is None else image.wave_um,
        columns=slice(None) if frame is None else frame[1],
    )


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_fringe_flat(figure, shown.result, band=shown.band, title=shown.title)


FRINGE_FLAT_STEP = Step(
    FRINGE_FLAT,
    _subjects,
    _needs,
    _run,
    tables=(("fringe-flats", fringe_flat_table),),
    draw=_draw,
    is_used=lambda _session, _subject: False,
)
