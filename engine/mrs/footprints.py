"""Where the fields of the channels and tiles lie on the sky (Law+2025, Sec. 2, Fig. 1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError
from engine.model.cube import Cube
from engine.model.data_quality import DO_NOT_USE
from engine.model.sky import SkyPlane
from engine.progress import SILENT, Progress

_PIXEL_ARCSEC = 0.1  # of the plane that is used when there is no image
_SAME_PLACE_ARCSEC = 60.0
_EVERY = 7  # planes between those that are looked at


@dataclass(frozen=True, slots=True)
class FootprintParams:
    """What the user decides about the map.

    Attributes
    ----------
    shown : {"all bands", "one band a channel"}
        Which footprints: the bands of a channel cover nearly the same field.
    """

    shown: Literal["all bands", "one band a channel"] = "all bands"


@dataclass(frozen=True, eq=False, slots=True)
class Footprint:
    """The field of one cube.

    Attributes
    ----------
    id : str
        Of the observation.
    title, band : str
        For example ``"NGC 7027 · 4A"`` and ``"4A"``.
    ra_deg, dec_deg : ndarray, shape (n,)
        Corners of the convex hull of the spaxels that hold data. Unit: deg.
    x, y : ndarray, shape (n,)
        The same in pixels of the map. NaN: on the other side of the sky.
    area_arcsec2 : float
        Area of the spaxels that hold data. Unit: arcsec2.
    """

    id: str
    title: str
    band: str
    ra_deg: FloatArray
    dec_deg: FloatArray
    x: FloatArray
    y: FloatArray
    area_arcsec2: float


@dataclass(frozen=True, eq=False, slots=True)
class FootprintMap:
    """Footprints over one plane of the sky.

    Attributes
    ----------
    footprints : tuple of Footprint
        In order of wavelength.
    image : str
        Name of the image whose pixels x and y are; ``""``: a plane around the first field.
    arcsec_per_pixel : float
        Unit: arcsec.
    north, east : ndarray, shape (2,)
        Directions in pixels (x, y).
    messages : tuple of str
        What the user should know, one sentence each.
    """

    footprints: tuple[Footprint, ...]
    image: str
    arcsec_per_pixel: float
    north: FloatArray
    east: FloatArray
    messages: tuple[str, ...] = ()


def map_footprints(
    cubes: Sequence[tuple[str, str, Cube]],
    params: FootprintParams = FootprintParams(),
    *,
    image_sky: SkyPlane | None = None,
    image_name: str = "",
    progress: Progress = SILENT,
) -> FootprintMap:
    """Return where cubes lie on the sky, in the pixels of an image.

    Parameters
    ----------
    cubes : sequence of (str, str, Cube)
        Id, title and cube.
    params : FootprintParams, optional
        Which bands.
    image_sky : SkyPlane, optional
        Of the image; `None`: north-up plane of 0.1 arcsec a pixel around the first field.
    image_name : str, optional
        What the image is called.
    progress : Progress, optional
        Told before each cube.

    Returns
    -------
    FootprintMap
        Corners on the sky and in the pixels of the map. Cubes without sky coordinates are told.

    Raises
    ------
    DataError
        If no cube has sky coordinates and data.
    """
    said: list[str] = []
    found: list[tuple[str, str, Cube, FloatArray, FloatArray, float]] = []
    chosen: set[tuple[str, str]] = set()
    for done, (name, title, cube) in enumerate(sorted(cubes, key=lambda one: one[2].identity.band)):
        progress.step(done, len(cubes), f"Mapping {title}")
        where = (cube.identity.source_key, cube.identity.band[:1])
        if params.shown == "one band a channel" and where in chosen:
            continue
        corners = _corners(cube)
        if cube.sky is None or corners is None:
            said.append(f"{title} has no sky coordinates, or no data.")
            continue
        chosen.add(where)
        sky = np.array([cube.sky.pixel_to_sky(x, y) for x, y in corners])
        area = float(np.count_nonzero(_covered(cube))) * cube.spaxel_arcsec**2
        found.append((name, title, cube, frozen(sky[:, 0]), frozen(sky[:, 1]), area))
    if not found:
        raise DataError(
            "No cube has sky coordinates and data.", hint="Open cubes with RA and Dec axes."
        )
    plane = image_sky or _plane_around(found[0][3], found[0][4])
    footprints = tuple(_placed(plane, one) for one in found)
    said += _about_distance(plane, footprints, image_sky is not None)
    north, east = plane.north_east()
    return FootprintMap(
        footprints=footprints,
        image=image_name if image_sky is not None else "",
        arcsec_per_pixel=plane.pixel_scale_arcsec,
        north=frozen(north),
        east=frozen(east),
        messages=tuple(said),
    )


def _placed(
    plane: SkyPlane, one: tuple[str, str, Cube, FloatArray, FloatArray, float]
) -> Footprint:
    name, title, cube, ra, dec, area = one
    places = np.array([plane.sky_to_pixel(a, d) for a, d in zip(ra, dec, strict=True)])
    return Footprint(
        id=name,
        title=title,
        band=cube.identity.band,
        ra_deg=ra,
        dec_deg=dec,
        x=freeze(places[:, 0].copy()),
        y=freeze(places[:, 1].copy()),
        area_arcsec2=area,
    )


def _covered(cube: Cube) -> BoolArray:
    """Return the spaxels that hold data in some plane; a few planes tell."""
    planes = slice(None, None, _EVERY if cube.shape[0] > 10 * _EVERY else 1)
    valid = np.isfinite(cube.data[planes]) & (cube.weights[planes] > 0)
    valid &= (cube.flags[planes] & DO_NOT_USE) == 0
    return np.asarray(valid.any(axis=0), dtype=bool)


def _corners(cube: Cube) -> FloatArray | None:
    """Return the corners (x, y) of the convex hull of the spaxels that hold data."""
    rows, columns = np.nonzero(_covered(cube))
    if not rows.size:
        return None
    points = np.concatenate(
        [np.stack([columns + dx, rows + dy], axis=1) for dx in (-0.5, 0.5) for dy in (-0.5, 0.5)]
    )
    try:
        hull = ConvexHull(points)
    except QhullError:
        return None
    corners: FloatArray = points[hull.vertices]
    return corners


def _plane_around(ra_deg: FloatArray, dec_deg: FloatArray) -> SkyPlane:
    step = _PIXEL_ARCSEC / 3600.0
    middle = (float(ra_deg.mean()), float(dec_deg.mean()))
    return SkyPlane((0.0, 0.0), middle, ((-step, 0.0), (0.0, step)))


def _about_distance(
    plane: SkyPlane,
    footprints: tuple[Footprint, ...],
    has_image: bool,  # noqa: FBT001
) -> list[str]:
    """Say which fields are far from the first one, and when there is no image."""
    said = [] if has_image else ["No image with sky coordinates is open: the map has no ground."]
    reach = _SAME_PLACE_ARCSEC / plane.pixel_scale_arcsec
    first = footprints[0]
    middle = np.array([first.x.mean(), first.y.mean()])
    far = [
        one.title
        for one in footprints
        if not np.hypot(one.x.mean() - middle[0], one.y.mean() - middle[1]) <= reach
    ]
    if far:
        said.append(
            f"{counted(len(far), 'field is', 'fields are')} more than 60 arcsec from {first.title}."
        )
    return said
