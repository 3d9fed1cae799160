"""The step that measures a star in an image, and the rows that follow for all images."""

from dataclasses import replace

import numpy as np

from engine.analysis_specs.imaging_photometry import PHOTOMETRY
from engine.errors import DataError, EngineError
from engine.figures.star_images import draw_photometry
from engine.figures.writing import Draw
from engine.imaging.aperture_correction import (
    ENCIRCLED,
    Apertures,
    Correction,
    aperture_correction,
    published_apertures,
)
from engine.imaging.encircled_energy import EncircledEnergies
from engine.imaging.light_model import diffraction_model, nominal_wave_um
from engine.imaging.model_fluxes import ModelFluxes
from engine.imaging.observations import ImagingTable
from engine.imaging.photometry import Photometry, PhotometryParams, measure_photometry
from engine.imaging.photometry_by_hand import remarks_on_hand
from engine.imaging.photometry_rows import MeasuredImage, rows_from_photometry
from engine.model.image import Image
from engine.progress import Part
from engine.project.codec import plain_text
from engine.project.dithers_step import background_key, subtracted
from engine.project.energy_step import energy_key
from engine.project.entries import Segment
from engine.project.fluxes_step import FLUXES_KEY, has_models
from engine.project.imaging_tables import photometry_table
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.star_images import (
    automatic_place,
    found_place,
    image_named,
    image_title,
    pixel_arcsec,
    place_files,
    reason_for,
    star_images,
)
from engine.project.step import Needs, Shown, Step, Work


def photometry_key(segment: Segment) -> NodeKey:
    """Return the photometry of an image."""
    return NodeKey(PHOTOMETRY.name, segment.id)


def measured_image(work: Work, segment: Segment, params: PhotometryParams) -> Image:
    """Return the image as it is measured: with or without the mean of its dithers."""
    if params.dithers == "subtract mean":
        return subtracted(work, segment)
    image: Image = work.product(segment.entry, segment.part)
    return image


def row_needs(session: Session) -> Needs:
    """Return what the rows of all images are computed from."""
    images = star_images(session)
    fluxes = (FLUXES_KEY,) if images and has_models(session) else ()
    return Needs(
        options=(*(photometry_key(one) for one in images), *fluxes),
        facts=tuple(f"{one.id} {reason_for(session, one)}" for one in images),
    )


def image_rows(work: Work) -> tuple[ImagingTable, tuple[str, ...]]:
    """Return the photometry of all images as rows, and why some of them give none."""
    images = star_images(work.session)
    measured, said = [], []
    reasons: dict[str, str] = {}
    for done, one in enumerate(images):
        part = Part(work.progress, done, len(images))
        part.step(0, 1, image_title(one))
        reasons[one.id] = reason_for(work.session, one)
        try:
            measured.append(MeasuredImage(one.id, work.result(photometry_key(one))))
        except EngineError as error:
            said.append(f"{image_title(one)}: {error.what}")
    fluxes: ModelFluxes | None = None
    if images and has_models(work.session):
        try:
            fluxes = work.result(FLUXES_KEY)
        except EngineError as error:
            said.append(error.what)
    return rows_from_photometry(measured, fluxes, reasons=reasons), tuple(said)


def _subjects(session: Session) -> tuple[str, ...]:
    return tuple(one.id for one in star_images(session))


def _own(session: Session, subject: str) -> PhotometryParams:
    own: PhotometryParams | None = session.own_params(NodeKey(PHOTOMETRY.name, subject))
    return PhotometryParams() if own is None else own


def _needs(session: Session, subject: str) -> Needs:
    segment, params = image_named(session, subject), _own(session, subject)
    nodes: tuple[NodeKey, ...] = ()
    if params.dithers == "subtract mean":
        nodes += (background_key(segment),)
    if params.apertures == "measured":
        nodes += (energy_key(segment.identity.filter),)
    return Needs(
        nodes=nodes, files=place_files(session, segment), facts=(plain_text(segment.identity),)
    )


def _run(work: Work, subject: str) -> Photometry:
    segment, params = image_named(work.session, subject), work.params
    image = replace(measured_image(work, segment, params), identity=segment.identity)
    place = found_place(work, segment, image)
    apertures, correction, said = chosen_apertures(work, segment, image, params)
    found = measure_photometry(
        image, place, apertures, correction=correction, background=params.background
    )
    if place.how == "by hand":
        said = (*said, *_remarks(work, segment, image, found))
    return replace(found, messages=(*said, *found.messages))


def _remarks(work: Work, segment: Segment, image: Image, found: Photometry) -> tuple[str, ...]:
    """Return what is to be said of the center by hand of an image."""
    params: PhotometryParams = work.params
    try:
        place = automatic_place(work, segment, image)
        usual = measure_photometry(image, place, found.apertures, background=params.background)
    except EngineError:  # there are no coordinates: the hand is all there is
        return ()
    return remarks_on_hand(found, usual)


def chosen_apertures(
    work: Work, segment: Segment, image: Image, params: PhotometryParams
) -> tuple[Apertures, Correction, tuple[str, ...]]:
    """Return radii and correction that the parameters ask for, and what is to be said of them."""
    name = segment.identity.filter
    energies: EncircledEnergies | None = None
    if params.apertures == "measured":
        energies = work.result(energy_key(name))
        usual, correction = energies.apertures, energies.correction
        said: tuple[str, ...] = ()
    else:
        usual, correction, said = _published(name, image)
    inner, outer = params.annulus_px
    asked = Apertures(
        params.radius_px or usual.radius_px, inner or usual.inner_px, outer or usual.outer_px
    )
    if asked == usual:
        return usual, correction, said
    if energies is not None:
        return asked, energies.correction_for(asked), said
    unknown = Correction(float("nan"), float("nan"))
    words = "The correction of radii of your own is not known: choose measured radii for it."
    return asked, unknown, (*said, words)


def _published(name: str, image: Image) -> tuple[Apertures, Correction, tuple[str, ...]]:
    """Return the published radii of a filter, else those of diffraction."""
    row = published_apertures().get(name)
    if row is not None:
        return row.apertures, row.correction, ()
    wave = nominal_wave_um(name)
    if np.isnan(wave):
        raise DataError(
            f"No radii are published for the filter {name!r}, and its wavelength is not known.",
            hint="Choose measured radii, and open a table of its encircled energy.",
        )
    model = diffraction_model(wave, pixel_arcsec(image))
    apertures = Apertures(*(model.radius_of(part) for part in ENCIRCLED))
    correction = Correction(aperture_correction(apertures), float("nan"), model.source)
    said = (
        f"No radii are published for {name}: those of the diffraction of 6.5 m are taken, and "
        "their correction. Choose measured radii.",
    )
    return apertures, correction, said


def _draw(shown: Shown) -> Draw:
    segment = image_named(shown.session, shown.key.subject)
    image = shown.product(segment.entry, segment.part)
    title = image_title(segment)
    return lambda figure: draw_photometry(figure, image, shown.result, title=title)


PHOTOMETRY_STEP = Step(
    PHOTOMETRY,
    _subjects,
    _needs,
    _run,
    tables=(("image-photometry", photometry_table),),
    draw=_draw,
)
