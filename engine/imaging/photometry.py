"""Photometry of a star in an image (Gordon+2025, Sec. 2.2)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.counting import counted
from engine.imaging.aperture_correction import Apertures, Correction
from engine.imaging.centering import StarPlace, count_missing_in_core, has_saturated
from engine.imaging.missing_pixels import distances, filled_rings, usable_values
from engine.model.identity import Identity
from engine.model.image import Image
from engine.numerics.clipping import clip_rows

Level = Literal["mean", "clipped mean", "clipped median", "none"]

_N_SIGMA = 3.0
_MOST_CLIPS = 10
_LEAST_RING = 0.25  # of the annulus' area: less is no background
_MOST_FILLED = 0.02  # of the light in the aperture
_CENTRAL_PX = 1  # the central pixel is the brightest this far from the one with the center
_UNKNOWN = Correction(float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class PhotometryParams:
    """What the user decides about the photometry of a star.

    Attributes
    ----------
    center : {"coordinates"} or tuple of float
        From the coordinates of the star and its center of mass; or a pixel (x, y) counted from 0.
    apertures : {"published", "measured"}
        Radii of Gordon+2025, Table 4, or of the encircled energy that the open images give.
    radius_px : float
        Radius of the aperture; 0: as `apertures` says. Unit: pixel.
    annulus_px : tuple of float
        Radii of the annulus; 0: as `apertures` says. Unit: pixel.
    search_px : float
        How far from the coordinates the star may be. Unit: pixel.
    background : {"mean", "clipped mean", "clipped median", "none"}
        Level of the annulus that is subtracted. The correction is made for the mean; clipping
        takes the bright inner edge of the annulus off a bright star. "clipped median" is what the
        pipeline's catalog takes.
    dithers : {"as they are", "subtract mean"}
        Whether the custom background, the mean of the dithers, is subtracted first.
    """

    center: Literal["coordinates"] | tuple[float, float] = "coordinates"
    apertures: Literal["published", "measured"] = "published"
    radius_px: float = 0.0
    annulus_px: tuple[float, float] = (0.0, 0.0)
    search_px: float = 15.0
    background: Level = "mean"
    dithers: Literal["as they are", "subtract mean"] = "as they are"


@dataclass(frozen=True, slots=True)
class Photometry:
    """The photometry of one star in one image.

    Attributes
    ----------
    identity : Identity
        What was observed.
    place : StarPlace
        Where the star is.
    apertures : Apertures
        Radii that were used.
    flux_dn_s, flux_error : float
        Sum in the aperture without background, and its error. NaN: not measured. Unit: DN/s.
    propagated_error, background_error : float
        Its two parts: the errors of the pixels, and of the level below. Unit: DN/s.
    background_dn_s, scatter_dn_s : float
        Level of the annulus and scatter of its pixels. Unit: DN/s per pixel.
    peak_dn_s, well_depth_dn : float
        Rate of the central pixel, and what it collected in an integration. Units: DN/s, DN.
    integration_s : float
        Time of one integration. Unit: s.
    correction : Correction
        To all of the light.
    flux_jy, flux_error_jy : float
        Corrected flux with the calibration of the image. NaN: it has none. Unit: Jy.
    pixel_sr : float
        Solid angle of a pixel. Unit: sr.
    filled : float
        Part of the light in the aperture that stands for missing pixels.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    identity: Identity
    place: StarPlace
    apertures: Apertures
    flux_dn_s: float
    flux_error: float
    propagated_error: float
    background_error: float
    background_dn_s: float
    scatter_dn_s: float
    peak_dn_s: float
    well_depth_dn: float
    integration_s: float
    correction: Correction
    flux_jy: float
    flux_error_jy: float
    pixel_sr: float
    filled: float = 0.0
    messages: tuple[str, ...] = ()


def measure_photometry(
    image: Image,
    place: StarPlace,
    apertures: Apertures,
    *,
    correction: Correction = _UNKNOWN,
    background: Level = "mean",
) -> Photometry:
    """Measure a star in an aperture with a background annulus.

    Parameters
    ----------
    image : Image
        In DN/s, or in MJy/sr with its PHOTMJSR. Pixels that are not finite or are flagged
        DO_NOT_USE are missing.
    place : StarPlace
        Where the star is.
    apertures : Apertures
        Radii of aperture and annulus.
    correction : Correction, optional
        To all of the light.
    background : {"mean", "clipped mean", "clipped median", "none"}, optional
        Level that is subtracted.

    Returns
    -------
    Photometry
        Its flux is NaN when the core or 2 % of the light are missing, or the aperture leaves the
        image; everything else is measured all the same.

    Notes
    -----
    Sums take the exact overlap of pixels and circles (photutils), that of the annulus too when
    the level is its mean, as in Gordon+2025, Eq. 2. A clipped mean or median is that of the pixels
    with their centers in the annulus, clipped at 3 sigma up to ten times. The error is
    ``sqrt(sum(f e^2) + (A s)^2 k / n)``: overlaps f, errors e of the pixels, area A of the
    aperture, scatter s of the n pixels in the annulus, k = 1 for a mean and pi/2 for a median
    (Gordon+2025, Sec. 2.2). With the mean, s is the scatter about a parabola in the distance from
    the star, whose own light falls outward there and is no error. A missing pixel outside the core
    is the mean of its ring.
    """
    scale, said = rate_scale(image)
    cut = _Cut.around(image, place, apertures)
    level, scatter, n_ring, about_level = _level(cut, apertures, background)
    total, variance, filled, about_sum = _sum(cut, apertures, level)
    broken = _broken(image, place, filled)
    if broken:
        total = float("nan")
    area = np.pi * apertures.radius_px**2
    below = area * scatter / np.sqrt(n_ring) if n_ring else 0.0
    if background == "clipped median":
        below *= np.sqrt(np.pi / 2.0)
    propagated = float(np.sqrt(variance))
    error = float(np.hypot(below, propagated)) if np.isfinite(propagated) else below
    peak = _central_pixel(cut)
    integration = integration_time(image)
    to_jy = _to_jy(image)
    return Photometry(
        identity=image.identity,
        place=place,
        apertures=apertures,
        flux_dn_s=total * scale,
        flux_error=error * scale,
        propagated_error=propagated * scale,
        background_error=below * scale,
        background_dn_s=level * scale,
        scatter_dn_s=scatter * scale,
        peak_dn_s=peak * scale,
        well_depth_dn=peak * scale * integration,
        integration_s=integration,
        correction=correction,
        flux_jy=total * to_jy * correction.value,
        flux_error_jy=error * to_jy * correction.value,
        pixel_sr=float("nan") if image.pixel_area_sr is None else image.pixel_area_sr,
        filled=filled,
        messages=(*place.messages, *said, *about_level, *about_sum, *broken),
    )


def rate_scale(image: Image) -> tuple[float, tuple[str, ...]]:
    """Return what the pixels are multiplied by to be in DN/s, and what is to be said of it.

    Notes
    -----
    PHOTMJSR of the header holds the correction for the time already, so that its inverse gives
    back the count rate.
    """
    if image.unit == "DN/s":
        return 1.0, ()
    if image.unit == "MJy/sr" and image.conversion_mjy_sr and image.conversion_mjy_sr > 0:
        return 1.0 / image.conversion_mjy_sr, ()
    why = "PHOTMJSR is missing" if image.unit == "MJy/sr" else f"its unit is “{image.unit}”"
    return float("nan"), (f"The count rate of the image is not known: {why}.",)


def integration_time(image: Image) -> float:
    """Return the time of one integration; NaN: the header does not say. Unit: s."""
    header = dict(image.origin.header)
    try:
        if "EFFINTTM" in header:
            return float(header["EFFINTTM"])
        return float(header["TGROUP"]) * float(header["NGROUPS"])
    except (KeyError, ValueError):
        return float("nan")


def _to_jy(image: Image) -> float:
    if image.unit != "MJy/sr" or image.pixel_area_sr is None:
        return float("nan")
    return 1e6 * image.pixel_area_sr


@dataclass(frozen=True, eq=False, slots=True)
class _Cut:
    """The square around a star that holds aperture and annulus; NaN: no pixel, or missing."""

    values: FloatArray
    errors: FloatArray
    center: tuple[float, float]  # in the square
    inside: BoolArray  # the pixels that the image has

    @classmethod
    def around(cls, image: Image, place: StarPlace, apertures: Apertures) -> "_Cut":
        half = int(np.ceil(max(apertures.outer_px, apertures.radius_px))) + 2
        column, row = round(place.x), round(place.y)
        side = 2 * half + 1
        n_y, n_x = image.data.shape
        x_0, y_0 = column - half, row - half
        theirs = np.s_[max(0, y_0) : min(n_y, y_0 + side), max(0, x_0) : min(n_x, x_0 + side)]
        part = image.data[theirs]
        top, left = max(0, -y_0), max(0, -x_0)
        ours = np.s_[top : top + part.shape[0], left : left + part.shape[1]]
        values, errors = np.full((side, side), np.nan), np.full((side, side), np.nan)
        inside = np.zeros((side, side), dtype=bool)
        values[ours] = usable_values(part, image.flags[theirs])
        errors[ours], inside[ours] = image.error[theirs], True
        return cls(values, errors, (place.x - x_0, place.y - y_0), inside)


def _level(
    cut: _Cut, apertures: Apertures, background: Level
) -> tuple[float, float, int, tuple[str, ...]]:
    """Return level, scatter and number of the annulus' pixels, and what is to be said."""
    from photutils.aperture import CircularAnnulus  # noqa: PLC0415  (slow to import)

    if background == "none":
        return 0.0, 0.0, 0, ()
    ring = CircularAnnulus(cut.center, apertures.inner_px, apertures.outer_px)
    method = "exact" if background == "mean" else "center"
    weight = ring.to_mask(method=method).to_image(cut.values.shape)
    used = (weight > 0) & np.isfinite(cut.values)
    weights, values = weight[used], cut.values[used]
    if float(weights.sum()) < max(3.0, _LEAST_RING * ring.area):
        words = f"Only {weights.sum():.0f} pixels of the annulus hold a measurement: no background"
        return 0.0, 0.0, 0, (f"{words} is subtracted.",)
    if background == "mean":
        level = float(np.average(values, weights=weights))
        distance = distances(cut.values.shape, cut.center)[used]
        return level, _scatter(values, distance, weights), int(weights.sum()), ()
    limits = clip_rows(values[np.newaxis], n_sigma=_N_SIGMA, max_iterations=_MOST_CLIPS)
    kept = values[(values >= limits.low[0]) & (values <= limits.high[0])]
    level = float(limits.mean[0]) if background == "clipped mean" else float(np.median(kept))
    return level, float(limits.std[0]), int(kept.size), ()


def _scatter(values: FloatArray, distance: FloatArray, weights: FloatArray) -> float:
    """Return the scatter of pixels about a parabola in their distance from the star."""
    off = distance - distance.mean()
    root = np.sqrt(weights)
    design = np.stack([root, root * off, root * off**2], axis=1)
    trend, *_ = np.linalg.lstsq(design, root * values, rcond=None)
    left = values - (trend[0] + trend[1] * off + trend[2] * off**2)
    return float(np.sqrt(np.average(left**2, weights=weights)))


def _sum(
    cut: _Cut, apertures: Apertures, level: float
) -> tuple[float, float, float, tuple[str, ...]]:
    """Return sum over the level, its variance, the part that was filled in, and what to say."""
    from photutils.aperture import CircularAperture  # noqa: PLC0415  (slow to import)

    circle = CircularAperture(cut.center, apertures.radius_px)
    weight = circle.to_mask(method="exact").to_image(cut.values.shape)
    touched = weight > 0
    distance = distances(cut.values.shape, cut.center)
    values = filled_rings(cut.values, distance, touched)
    total = float(np.sum(weight[touched] * (values[touched] - level)))
    missing = touched & ~np.isfinite(cut.values)
    added = float(np.nansum(weight[missing] * (values[missing] - level)))
    filled = abs(added / total) if missing.any() and total else 0.0
    errors = cut.errors[touched]
    known = np.isfinite(errors) & (errors >= 0)
    said = []
    if missing.any():
        holes = counted(
            int(np.count_nonzero(missing)),
            "pixel of the aperture holds",
            "pixels of the aperture hold",
        )
        said.append(
            f"{holes} no measurement; the mean of their ring stands for them, "
            f"{100.0 * filled:.2g} % of the light."
        )
    if not known.any():
        said.append("The image has no errors: that of the flux is of the background alone.")
        return total, float("nan"), filled, tuple(said)
    squares = np.where(known, errors, 0.0) ** 2
    mean = float(np.sum(weight[touched] * squares) / np.sum(weight[touched] * known))
    variance = float(np.sum(weight[touched] * np.where(known, squares, mean)))
    return total, variance, filled, tuple(said)


def _broken(image: Image, place: StarPlace, filled: float) -> tuple[str, ...]:
    """Return why there is no flux, or nothing."""
    missing = place.n_saturated or count_missing_in_core(image, (place.x, place.y))
    if missing:
        full = "is saturated" if has_saturated(image, (place.x, place.y)) else "has holes"
        return (
            f"The core of the star {full}: {counted(missing, 'pixel holds', 'pixels hold')} "
            "no measurement, and there is no "
            "flux. Use shorter integrations or a smaller subarray.",
        )
    if np.isnan(filled):
        return ("The aperture leaves the image, and there is no flux.",)
    if filled > _MOST_FILLED:
        return (
            f"{100.0 * filled:.2g} % of the light in the aperture is missing: there is no flux.",
        )
    return ()


def _central_pixel(cut: _Cut) -> float:
    """Return the brightest pixel around the center; NaN: all are missing."""
    column, row = round(cut.center[0]), round(cut.center[1])
    reach = np.s_[
        row - _CENTRAL_PX : row + _CENTRAL_PX + 1, column - _CENTRAL_PX : column + _CENTRAL_PX + 1
    ]
    near = cut.values[reach]
    return float(np.nanmax(near)) if np.isfinite(near).any() else float("nan")
