"""Images of stars in a session: which they are, where the star is, what an observation is."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from engine.errors import DataError
from engine.imaging.centering import StarPlace, locate_star, place_of_coordinates
from engine.imaging.light_model import diffraction_fwhm_px, nominal_wave_um
from engine.imaging.photometry import PhotometryParams
from engine.imaging.star_positions import StarCoordinates, coordinates_named, coordinates_of
from engine.lrs.modes import is_lrs
from engine.model.identity import Identity
from engine.model.image import Image
from engine.model.star_names import shown_star_name
from engine.project.entries import Entry, Segment
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.step import Work

COORDINATES_KIND = "coordinates"
PHOTOMETRY_NAME = "photometry"  #: step whose parameters say where the star of an image is
_PIXEL_ARCSEC = 0.11  # of the imager, where an image does not say
_KEY = "images of stars"
_EXPOSURE = re.compile(r"^jw\d{11}_\w{5}_(\d{5})_")  # of names by the pipeline


def star_images(session: Session) -> tuple[Segment, ...]:
    """Return the images of standard stars, in the order of opening.

    Detector images of the MRS, which are open for their maps of wavelengths, and dispersed images
    of the LRS are none.
    """
    known = session.beside_exclusions
    if _KEY not in known:
        maps = {entry.id for entry, _ in session.wave_maps.values()}
        known[_KEY] = tuple(
            Segment(entry.id if len(entry.parts) == 1 else f"{entry.id}.{part + 1}",
                    entry, part, identity)
            for entry in session.entries
            if entry.kind == "image" and entry.role == "standard star" and entry.id not in maps
            for part, identity in enumerate(entry.parts)
            if not is_lrs(identity)
        )  # fmt: skip
    found: tuple[Segment, ...] = known[_KEY]
    return found


def image_named(session: Session, subject: str) -> Segment:
    """Return the image of a star called ``subject``.

    Raises
    ------
    DataError
        If the session has none.
    """
    for one in star_images(session):
        if one.id == subject:
            return one
    raise DataError(f"There is no image of a star {subject!r} in this session.")


def image_title(segment: Segment) -> str:
    """Return what an image is called: ``"16 Cyg B · F1130W · SUB64 · 1538-1 · 2022-08-08"``.

    Dithers are told apart by the number of the exposure, where the name of the file has it.
    """
    identity = segment.identity
    parts = (
        shown_star_name(identity.target) or "unnamed",
        identity.filter,
        identity.subarray,
        _program_text(identity),
        identity.date,
        _exposure_text(segment),
    )
    return " · ".join(part for part in parts if part)


def short_title(segment: Segment) -> str:
    """Return star, program and observation: ``"16 Cyg B 1538-1"``, of dithers with exposure."""
    identity = segment.identity
    name = shown_star_name(identity.target) or "unnamed"
    parts = (name, _program_text(identity), _exposure_text(segment))
    return " ".join(part for part in parts if part)


def image_identity(session: Session, subject: str) -> Identity | None:
    """Return what an image is of, its filter in place of the band; `None`: it is no image."""
    for one in star_images(session):
        if one.id == subject:
            return replace(one.identity, band=one.identity.filter)
    return None


def _program_text(identity: Identity) -> str:
    return "-".join(part for part in (identity.program, identity.observation) if part)


def _exposure_text(segment: Segment) -> str:
    found = _EXPOSURE.search(PurePath(segment.entry.path).name)
    return f"exposure {int(found[1])}" if found else ""


def observation_of(segment: Segment) -> str:
    """Return what the dithers of one observation have in common, as the name of a subject."""
    identity = segment.identity
    parts = (identity.source_key, identity.filter, identity.subarray)
    return " ".join(part for part in parts if part)


def observations(session: Session) -> dict[str, tuple[Segment, ...]]:
    """Return the images of each observation, left out or not."""
    found: dict[str, list[Segment]] = {}
    for one in star_images(session):
        found.setdefault(observation_of(one), []).append(one)
    return {name: tuple(images) for name, images in found.items()}


def filters_of(session: Session) -> tuple[str, ...]:
    """Return the filters of the images, by wavelength and then by name."""
    names = dict.fromkeys(one.identity.filter for one in star_images(session))
    return tuple(sorted(filter(None, names), key=_by_wavelength))


def reason_for(session: Session, segment: Segment) -> str:
    """Return why an image is left out; ``""``: it is not."""
    exclusion = session.exclusion_of(segment)
    return "" if exclusion is None else exclusion.reason or "left out"


def used_images(session: Session, images: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return those that are not left out."""
    return tuple(one for one in images if session.exclusion_of(one) is None)


def coordinates_files(session: Session) -> tuple[tuple[Entry, int], ...]:
    """Return the open tables of coordinates (file, product)."""
    return tuple(
        (entry, part)
        for entry in session.entries
        if entry.kind == COORDINATES_KIND
        for part in range(len(entry.parts))
    )


def place_files(session: Session, segment: Segment) -> tuple[tuple[Entry, int], ...]:
    """Return the files that say what an image holds and where its star is."""
    return ((segment.entry, segment.part), *coordinates_files(session))


def place_settings(segment: Segment) -> NodeKey:
    """Return the node whose parameters say where the star of an image is."""
    return NodeKey(PHOTOMETRY_NAME, segment.id)


def place_params(session: Session, segment: Segment) -> PhotometryParams:
    """Return the parameters that say where the star of an image is."""
    own: PhotometryParams | None = session.own_params(place_settings(segment))
    return PhotometryParams() if own is None else own


def pixel_arcsec(image: Image) -> float:
    """Return the side of a pixel; that of MIRI where the image does not say. Unit: arcsec."""
    return _PIXEL_ARCSEC if image.sky is None else image.sky.pixel_scale_arcsec


def found_place(work: Work, segment: Segment, image: Image) -> StarPlace:
    """Return where the star of an image is.

    Raises
    ------
    DataError
        If its coordinates are not known, or lie outside the image.
    """
    params = place_params(work.session, segment)
    if not isinstance(params.center, str):
        x, y = params.center
        return StarPlace(x, y, x, y, "by hand")
    return automatic_place(work, segment, image)


def automatic_place(work: Work, segment: Segment, image: Image) -> StarPlace:
    """Return where the star of an image is, whatever the hand says.

    Raises
    ------
    DataError
        If its coordinates are not known, or lie outside the image.
    """
    params = place_params(work.session, segment)
    sky_deg, said = _sky_place(work, segment, image)
    start = place_of_coordinates(image, sky_deg, shown_star_name(segment.identity.target))
    wave = nominal_wave_um(segment.identity.filter)
    fwhm = diffraction_fwhm_px(wave if np.isfinite(wave) else 10.0, pixel_arcsec(image))
    place = locate_star(image, start, search_px=params.search_px, fwhm_px=fwhm)
    return StarPlace(
        place.x,
        place.y,
        place.start_x,
        place.start_y,
        place.how,
        place.n_saturated,
        (*said, *place.messages),
    )


def _sky_place(
    work: Work, segment: Segment, image: Image
) -> tuple[tuple[float, float], tuple[str, ...]]:
    """Return (RA, Dec) on the date of the image, and what is to be said of them."""
    target = segment.identity.target
    rows: tuple[StarCoordinates, ...] = ()
    for entry, part in coordinates_files(work.session):
        rows += coordinates_of(work.product(entry, part))
    row = coordinates_named(rows, target)
    if row is None:
        return _header_place(segment.identity, dict(image.origin.header))
    mjd = segment.identity.mjd
    said: tuple[str, ...] = ()
    name = shown_star_name(target)
    if not row.is_moving_known:
        said = (
            f"No proper motion of {name} is known: its place of {row.epoch_year:g} is taken for "
            "the date.",
        )
    elif mjd is None:
        said = (f"The image has no date: the place of {name} is that of {row.epoch_year:g}.",)
    return row.at(float("nan") if mjd is None else mjd), said


def _header_place(
    identity: Identity, header: dict[str, str]
) -> tuple[tuple[float, float], tuple[str, ...]]:
    """Return TARG_RA and TARG_DEC, which the pipeline gives for the middle of the exposure."""
    try:
        place = float(header["TARG_RA"]), float(header["TARG_DEC"])
    except (KeyError, ValueError) as error:
        name = shown_star_name(identity.target) or "the star"
        raise DataError(
            f"The coordinates of {name} are not known: the header has no TARG_RA and TARG_DEC.",
            hint="Open a table of coordinates, or drag the aperture onto the star.",
        ) from error
    if float(header.get("MU_RA", 0) or 0) == 0 and float(header.get("MU_DEC", 0) or 0) == 0:
        said = ("The header states no proper motion: TARG_RA and TARG_DEC are taken for the date.",)
        return place, said
    return place, ()


def _by_wavelength(name: str) -> tuple[float, str]:
    wave = nominal_wave_um(name)
    return (wave if np.isfinite(wave) else np.inf), name


def short_name(segment: Segment) -> str:
    """Return the name of the file of an image, without its ending."""
    return PurePath(segment.entry.path).name.removesuffix(".gz").removesuffix(".fits")
