"""The step that averages the dithers of an observation without their star."""

from engine.analysis_specs.imaging_photometry import BACKGROUND
from engine.errors import DataError
from engine.figures.star_images import draw_background
from engine.figures.writing import Draw
from engine.imaging.custom_background import CustomBackground, mean_of_dithers, without_background
from engine.imaging.encircled_energy import StarImage
from engine.model.image import Image
from engine.project.codec import plain_text
from engine.project.entries import Segment
from engine.project.imaging_tables import background_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.star_images import (
    coordinates_files,
    found_place,
    image_title,
    observation_of,
    observations,
    pixel_arcsec,
    place_settings,
    used_images,
)
from engine.project.step import Needs, Shown, Step, Work


def background_key(segment: Segment) -> NodeKey:
    """Return the background of the observation that an image belongs to."""
    return NodeKey(BACKGROUND.name, observation_of(segment))


def subtracted(work: Work, segment: Segment) -> Image:
    """Return an image without the background of its dithers."""
    background: CustomBackground = work.result(background_key(segment))
    return without_background(work.product(segment.entry, segment.part), background)


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(name for name, images in observations(session).items() if len(images) > 1)


def _images(session: Session, subject: str) -> tuple[Segment, ...]:
    found = observations(session).get(subject, ())
    if not found:
        raise DataError(f"There is no observation {subject!r} in this session.")
    return used_images(session, found)


def _needs(session: Session, subject: str) -> Needs:
    images = _images(session, subject)
    return Needs(
        files=(*((one.entry, one.part) for one in images), *coordinates_files(session)),
        facts=tuple(f"{one.id} {plain_text(one.identity)}" for one in images),
        settings=tuple(place_settings(one) for one in images),
    )


def _run(work: Work, subject: str) -> CustomBackground:
    images = _images(work.session, subject)
    dithers = []
    scale, name = 0.11, ""
    for done, one in enumerate(images):
        work.progress.step(done, len(images), one.id)
        image = work.product(one.entry, one.part)
        scale, name = pixel_arcsec(image), one.identity.filter
        place = found_place(work, one, image)
        dithers.append(StarImage(one.id, image_title(one), image, place))
    return mean_of_dithers(dithers, work.params, filter_name=name, pixel_arcsec=scale)


def _draw(shown: Shown) -> Draw:
    result: CustomBackground = shown.result
    images = observations(shown.session).get(shown.key.subject, ())
    first = next((one for one in images if one.id in result.ids), None)
    before = None if first is None else shown.product(first.entry, first.part)
    return lambda figure: draw_background(figure, result, before=before, title=shown.key.subject)


BACKGROUND_STEP = Step(
    BACKGROUND,
    _subjects,
    _needs,
    _run,
    tables=(("dither-backgrounds", background_table),),
    draw=_draw,
    is_used=lambda _session, _subject: False,
)
