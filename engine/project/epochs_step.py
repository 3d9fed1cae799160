"""The steps that find the sources of NIRCam epochs in images, and match them."""

from dataclasses import replace

from engine.analyses import EPOCHS, IMAGE_SOURCES
from engine.errors import DataError
from engine.figures import Draw
from engine.figures.epochs import draw_epochs, draw_image_sources
from engine.nircam.detection import DetectedSources, detect_sources
from engine.nircam.matching import EpochMatches, match_epochs
from engine.project.entries import Entry
from engine.project.epoch_tables import epoch_table, image_source_table, source_table
from engine.project.nircam_inputs import (
    ALL,
    IMAGE_SOURCES_KEY,
    catalog_entries,
    catalogs_of,
    has_repeated_images,
    image_entries,
    images_of,
    left_out_facts,
    reasons_in,
    uses_images,
)
from engine.project.session import Session
from engine.project.step import Needs, Shown, Step, Work


def _image_subjects(session: Session) -> tuple[str, ...]:
    return (ALL,) if has_repeated_images(session) else ()


def _image_needs(session: Session, _subject: str) -> Needs:
    images = image_entries(session)
    if not images:
        raise DataError(
            "There is no image of a NIRCam array.", hint="Open cal or i2d images of two epochs."
        )
    files = (*images, *_catalog_files(session))
    return Needs(files=files, facts=tuple(entry.id for entry, _ in files))


def _run_image_sources(work: Work, _subject: str) -> DetectedSources:
    return detect_sources(images_of(work), work.params, progress=work.progress)


def _subjects(session: Session) -> tuple[str, ...]:
    return (ALL,) if catalog_entries(session) or has_repeated_images(session) else ()


def _catalog_files(session: Session) -> tuple[tuple[Entry, int], ...]:
    return tuple(
        (entry, part) for entry in catalog_entries(session) for part in range(len(entry.parts))
    )


def _needs(session: Session, _subject: str) -> Needs:
    facts = left_out_facts(session)
    if uses_images(session):
        return Needs(nodes=(IMAGE_SOURCES_KEY,), facts=facts)
    if not catalog_entries(session):
        raise DataError(
            "There are no sources of NIRCam.",
            hint="Open catalogs of two epochs, or images of them.",
        )
    ids = tuple(one.id for one in catalog_entries(session))
    return Needs(files=_catalog_files(session), facts=(*ids, *facts))


def _run(work: Work, _subject: str) -> EpochMatches:
    if uses_images(work.session):
        detected: DetectedSources = work.result(IMAGE_SOURCES_KEY)
        reason_of = reasons_in(work.session)
        found = [one.as_catalog().without(reason_of) for one in detected.epochs]
        messages = list(detected.messages)
    else:
        found, messages = catalogs_of(work)
    if not found:
        raise DataError(messages[0], hint="The page on formats lists the columns of a catalog.")
    matches = match_epochs(found, work.params)
    return replace(matches, messages=(*messages, *matches.messages))


def _draw(shown: Shown) -> Draw:
    return lambda figure: draw_epochs(figure, shown.result)


def _draw_image_sources(shown: Shown) -> Draw:
    return lambda figure: draw_image_sources(figure, shown.result)


IMAGE_SOURCES_STEP = Step(
    IMAGE_SOURCES,
    _image_subjects,
    _image_needs,
    _run_image_sources,
    tables=(("nircam-image-sources", image_source_table),),
    draw=_draw_image_sources,
    is_used=lambda session, _subject: uses_images(session),
)

EPOCHS_STEP = Step(
    EPOCHS,
    _subjects,
    _needs,
    _run,
    tables=(("nircam-epochs", epoch_table), ("nircam-sources", source_table)),
    draw=_draw,
)
