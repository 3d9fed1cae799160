"""The step that finds dropouts in the two-dimensional spectra of the LRS, and fills them."""

from dataclasses import replace

from engine.analyses import DROPOUTS, USABLE
from engine.errors import DataError, EngineError
from engine.figures import Draw, draw_dropouts
from engine.lrs.dropouts import DropoutSearch, find_dropouts
from engine.lrs.spectral_image import spectral_image
from engine.lrs.usable_range import UsableRange
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.lrs_inputs import spectral_images, spectrum_of, title_of
from engine.project.lrs_tables import dropout_table
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(entry.id for entry in spectral_images(session))


def _entry(session: Session, subject: str) -> Entry:
    entry = session.entry(subject)
    if entry is None:
        raise DataError(f"There is no image {subject!r} in this session.")
    return entry


def _needs(session: Session, subject: str) -> Needs:
    entry = _entry(session, subject)
    segment = spectrum_of(session, entry)
    files: tuple[tuple[Entry, int], ...] = ((entry, 0),)
    if segment is None:
        return Needs(files=files, facts=(title_of(entry),))
    return Needs(
        files=(*files, (segment.entry, segment.part)),
        facts=(title_of(entry),),
        options=(NodeKey(USABLE.name, segment.id),),
    )


def _run(work: Work, subject: str) -> DropoutSearch:
    entry = _entry(work.session, subject)
    image = spectral_image(work.product(entry, 0))
    segment = spectrum_of(work.session, entry)
    if segment is None:
        found = find_dropouts(image, work.params)
        told = "No spectrum that was extracted from this image is open."
        return replace(found, name=title_of(entry), messages=(*found.messages, told))
    spectrum = replace(work.product(segment.entry, segment.part), identity=segment.identity)
    found = find_dropouts(image, work.params, spectrum=spectrum)
    return replace(found, name=title_of(entry), usable=_usable(work, segment.id))


def _usable(work: Work, segment_id: str) -> UsableRange | None:
    try:
        usable: UsableRange = work.result(NodeKey(USABLE.name, segment_id))
    except EngineError:
        return None
    return usable


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_dropouts(figure, shown.result)


DROPOUTS_STEP = Step(
    DROPOUTS,
    _subjects,
    _needs,
    _run,
    tables=(("dropouts", dropout_table),),
    draw=_draw,
)
