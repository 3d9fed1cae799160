"""Where a star lies in an image: coordinates, the brightest source near them, its centroid."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter

from engine.arrays import BoolArray, FloatArray
from engine.errors import DataError
from engine.imaging.circle_grid import overlap_of_circle
from engine.imaging.missing_pixels import SATURATED, distances, filled_rings, usable_values
from engine.model.image import Image

_MOST_STEPS = 50
_CLOSE_PX = 1e-4
_STANDS_OUT = 5.0  # standard deviations of the ground
_MAD_PER_SIGMA = 1.4826
_CORE_PX = 1.5  # pixels nearer to the star are its core


@dataclass(frozen=True, slots=True)
class StarPlace:
    """Where a star was found.

    Attributes
    ----------
    x, y : float
        Center, counted from 0.
    start_x, start_y : float
        Where the coordinates put it.
    how : str
        ``"center of mass"``, ``"coordinates"`` or ``"by hand"``.
    n_saturated : int
        Pixels of the core without a measurement.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    x: float
    y: float
    start_x: float
    start_y: float
    how: str
    n_saturated: int = 0
    messages: tuple[str, ...] = ()


def place_of_coordinates(
    image: Image, sky_deg: tuple[float, float], name: str
) -> tuple[float, float]:
    """Return the pixel (x, y), counted from 0, of a place on the sky.

    Parameters
    ----------
    image : Image
        With its sky plane.
    sky_deg : tuple of float
        Right ascension and declination on the date of the image. Unit: deg.
    name : str
        Of the star, for the message.

    Raises
    ------
    DataError
        If the image does not say where it points, or the place is not inside it.
    """
    if image.sky is None:
        raise DataError(
            "The image has no coordinates (CTYPE1, CRVAL1, ...), so the star is not found by its "
            "place on the sky.",
            hint="Drag the aperture onto the star.",
        )
    x, y = image.sky.sky_to_pixel(*sky_deg)
    n_y, n_x = image.data.shape
    if -0.5 <= x <= n_x - 0.5 and -0.5 <= y <= n_y - 0.5:
        return x, y
    where = f"at x = {x:.0f}, y = {y:.0f}" if np.isfinite([x, y]).all() else "far away"
    raise DataError(
        f"{name or 'The star'} lies outside the image: {where}, of {n_x} by {n_y} pixels.",
        hint="Check the coordinates and the name of the star, or drag the aperture onto it.",
    )


def locate_star(
    image: Image, start: tuple[float, float], *, search_px: float, fwhm_px: float
) -> StarPlace:
    """Find the brightest source near ``start`` and its center of mass.

    Parameters
    ----------
    image : Image
        Pixels that are not finite or are flagged DO_NOT_USE take no part.
    start : tuple of float
        (x, y), counted from 0.
    search_px : float
        How far from it the source may be. Unit: pixel.
    fwhm_px : float
        Width of the point-spread function: the center of mass is that of a circle of one and a
        half of it around the source, three pixels at least.

    Returns
    -------
    StarPlace
        The coordinates themselves when nothing stands out by 5 sigma, or the core is saturated.

    Notes
    -----
    The source is the brightest 3 by 3 pixels. Its center of mass, over the level of a ring around
    it, is that of a circle with exact overlaps, moved until it is in its own middle.
    """
    window = max(3.0, 1.5 * fwhm_px)
    values, origin = _cut(image, start, search_px + 3.0 * window)
    peak = _brightest(values, start, origin, search_px)
    said: tuple[str, ...] = (
        f"Nothing stands out within {search_px:g} px of the coordinates: the aperture is there.",
    )
    if peak is None:
        return StarPlace(*start, *start, "coordinates", messages=said)
    missing = _missing_in_core(image, peak)
    if missing:
        return StarPlace(*start, *start, "coordinates", n_saturated=missing)
    x, y = _center_of_mass(values, peak, origin, window)
    return StarPlace(x, y, *start, "center of mass")


def count_missing_in_core(image: Image, center: tuple[float, float]) -> int:
    """Return how many pixels of the core of a star at ``center`` (x, y) hold no measurement."""
    return _missing_in_core(image, center)


def _cut(
    image: Image, center: tuple[float, float], half: float
) -> tuple[FloatArray, tuple[int, int]]:
    """Return the usable pixels of a square, and the pixel (x, y) of its corner."""
    n_y, n_x = image.data.shape
    x_0, y_0 = (max(0, int(np.floor(one - half))) for one in center)
    x_1, y_1 = (
        min(n_x, int(np.ceil(center[0] + half)) + 1),
        min(n_y, int(np.ceil(center[1] + half)) + 1),
    )
    part = np.s_[y_0:y_1, x_0:x_1]
    return usable_values(image.data[part], image.flags[part]), (x_0, y_0)


def _brightest(
    values: FloatArray, start: tuple[float, float], origin: tuple[int, int], search_px: float
) -> tuple[float, float] | None:
    """Return the middle (x, y) of the brightest 3 by 3 pixels that stand out, or `None`.

    Missing pixels take no part, so that a saturated core does not hide its star.
    """
    known = np.isfinite(values)
    if not known.any():
        return None
    level = float(np.median(values[known]))
    noise = _MAD_PER_SIGMA * float(np.median(np.abs(values[known] - level)))
    light = uniform_filter(np.where(known, values - level, 0.0), 3, mode="constant")
    weight = uniform_filter(known.astype(np.float64), 3, mode="constant")
    near: BoolArray = distances(_shape(values), start, origin) <= search_px
    mean = np.where(near & (weight > 0.1), light / np.maximum(weight, 0.1), -np.inf)
    row, column = np.unravel_index(int(np.argmax(mean)), mean.shape)
    if not mean[row, column] > _STANDS_OUT * noise / 3.0:
        return None
    return float(column + origin[0]), float(row + origin[1])


def _missing_in_core(image: Image, center: tuple[float, float]) -> int:
    values, origin = _cut(image, center, 3.0)
    core = distances(_shape(values), center, origin) <= _CORE_PX
    return int(np.count_nonzero(core & ~np.isfinite(values)))


def has_saturated(image: Image, center: tuple[float, float]) -> bool:
    """Tell whether a missing pixel of the core is flagged SATURATED."""
    column, row = round(center[0]), round(center[1])
    part = np.s_[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3]
    bad = ~np.isfinite(usable_values(image.data[part], image.flags[part]))
    return bool(np.any((image.flags[part] & SATURATED != 0) & bad))


def _center_of_mass(
    values: FloatArray, peak: tuple[float, float], origin: tuple[int, int], window: float
) -> tuple[float, float]:
    values, origin = _around(values, peak, origin, int(np.ceil(2.0 * window)) + 3)
    shape = _shape(values)
    has_holes = not np.isfinite(values).all()
    x_of, y_of = np.arange(shape[1]) + origin[0], np.arange(shape[0]) + origin[1]
    distance = distances(shape, peak, origin)
    ring = (distance > window + 1.0) & (distance <= 2.0 * window + 2.0) & np.isfinite(values)
    light = values - (float(np.median(values[ring])) if ring.any() else 0.0)
    x, y = peak
    for _ in range(_MOST_STEPS):
        if has_holes:
            distance = distances(shape, (x, y), origin)
            filled = np.nan_to_num(filled_rings(light, distance, distance <= window + 1.0))
        else:
            filled = light
        inside = overlap_of_circle(shape, (x - origin[0], y - origin[1]), window) * filled
        total = float(inside.sum())
        if not total > 0:
            return peak
        new_x = float(inside.sum(axis=0) @ x_of) / total
        new_y = float(inside.sum(axis=1) @ y_of) / total
        moved = np.hypot(new_x - x, new_y - y)
        x, y = new_x, new_y
        if moved < _CLOSE_PX:
            break
    return (x, y) if np.hypot(x - peak[0], y - peak[1]) <= window else peak


def _around(
    values: FloatArray, center: tuple[float, float], origin: tuple[int, int], half: int
) -> tuple[FloatArray, tuple[int, int]]:
    """Return the part of a cutout around a place, and the pixel (x, y) of its corner."""
    left = max(0, round(center[0]) - origin[0] - half)
    low = max(0, round(center[1]) - origin[1] - half)
    part = values[low : low + 2 * half + 1, left : left + 2 * half + 1]
    return part, (origin[0] + left, origin[1] + low)


def _shape(values: FloatArray) -> tuple[int, int]:
    return values.shape[0], values.shape[1]
