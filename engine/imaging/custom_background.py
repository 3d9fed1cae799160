"""The background that the dithers of an observation have in common (Gordon+2025, Sec. 2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, IntArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError
from engine.imaging.aperture_correction import ENCIRCLED, published_apertures
from engine.imaging.encircled_energy import StarImage
from engine.imaging.light_model import diffraction_fwhm_px, diffraction_model, nominal_wave_um
from engine.imaging.missing_pixels import distances, usable_values
from engine.model.image import Image

DETECTOR_KINDS = ("cal", "rate")  #: images whose pixels are those of the detector
_SAME_SCALE = 1e-6


@dataclass(frozen=True, slots=True)
class BackgroundParams:
    """What the user decides about the background of the dithers.

    Attributes
    ----------
    mask_fwhm : float
        Radius around the star that takes no part in the mean, in widths at half maximum.
    fwhm_px : float
        Width at half maximum; 0: that of the diffraction of the telescope. Unit: pixel.
    """

    mask_fwhm: float = 1.0
    fwhm_px: float = 0.0


@dataclass(frozen=True, eq=False, slots=True)
class CustomBackground:
    """The mean of the dithers of an observation without its star.

    Attributes
    ----------
    mean : ndarray, shape (ny, nx)
        In the unit of the images. NaN: no dither measures the pixel without the star.
    count : ndarray of int64, shape (ny, nx)
        Dithers in the mean of each pixel.
    unit : str
        Of the images.
    ids, titles : tuple of str
        The dithers.
    places : tuple of (float, float)
        Where the star is in each, counted from 0.
    mask_px : float
        Radius of the mask. Unit: pixel.
    lost : float
        About the part of the star's light in an aperture of 70 % that goes with the background.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    mean: AnyFloatArray
    count: IntArray
    unit: str
    ids: tuple[str, ...]
    titles: tuple[str, ...]
    places: tuple[tuple[float, float], ...]
    mask_px: float
    lost: float
    messages: tuple[str, ...] = ()


def mean_of_dithers(
    dithers: Sequence[StarImage],
    params: BackgroundParams = BackgroundParams(),
    *,
    filter_name: str = "",
    pixel_arcsec: float = 0.11,
) -> CustomBackground:
    """Average the dithers of an observation in the frame of the detector, their star masked.

    Parameters
    ----------
    dithers : sequence of StarImage
        Images of one shape in one unit, straight from the detector. Missing pixels take no part.
    params : BackgroundParams, optional
        The mask.
    filter_name : str, optional
        For the width of the star.
    pixel_arcsec : float, optional
        Side of a pixel. Unit: arcsec.

    Returns
    -------
    CustomBackground
        The mean and how many dithers it is of.

    Raises
    ------
    DataError
        If there are fewer than two dithers, they do not fit together, or are no detector images.

    Notes
    -----
    Gordon+2025, Sec. 2: the mean of all exposures of an observation aligned in detector
    coordinates, the region within the FWHM of the source masked. What the star sends beyond the
    mask stays in the mean, and 1/n of it is subtracted from the star itself: `lost` says how much
    of its light in the aperture of 70 % that is, the median over the dithers.
    """
    _require(dithers)
    wave = nominal_wave_um(filter_name)
    wave = wave if np.isfinite(wave) else 10.0
    fwhm = params.fwhm_px or diffraction_fwhm_px(wave, pixel_arcsec)
    mask = params.mask_fwhm * fwhm
    shape = _shape(dithers[0].image)
    total, count = np.zeros(shape), np.zeros(shape, dtype=np.int64)
    for one in dithers:
        values = usable_values(one.image.data, one.image.flags)
        values[distances(shape, (one.place.x, one.place.y)) <= mask] = np.nan
        known = np.isfinite(values)
        total[known] += values[known]
        count += known
    mean = np.full(shape, np.nan)
    np.divide(total, count, out=mean, where=count > 0)
    lost = _lost(dithers, mask, _aperture_px(filter_name, wave, pixel_arcsec))
    return CustomBackground(
        mean=freeze(mean),
        count=frozen(count, dtype=np.int64),
        unit=dithers[0].image.unit,
        ids=tuple(one.id for one in dithers),
        titles=tuple(one.title for one in dithers),
        places=tuple((one.place.x, one.place.y) for one in dithers),
        mask_px=float(mask),
        lost=lost,
        messages=_messages(dithers, count, mask, lost),
    )


def without_background(image: Image, background: CustomBackground) -> Image:
    """Return ``image`` with the mean of the dithers subtracted.

    Pixels that no mean is known of keep the median of the mean off them: they lie under the star
    in every dither.

    Raises
    ------
    DataError
        If shape or unit differ from those of the dithers.
    """
    if image.data.shape != background.mean.shape or image.unit != background.unit:
        raise DataError(
            f"The background is {_described(background.mean, background.unit)}, the image "
            f"{_described(image.data, image.unit)}.",
            hint="Subtract it from the dithers that it was made of.",
        )
    level = np.nanmedian(background.mean) if np.isfinite(background.mean).any() else 0.0
    below: FloatArray = np.where(np.isfinite(background.mean), background.mean, level)
    data = (image.data - below).astype(image.data.dtype)
    return replace(image, data=freeze(data))


def _require(dithers: Sequence[StarImage]) -> None:
    if len(dithers) < 2:
        raise DataError(
            f"{len(dithers) or 'No'} exposure of this observation is open: a mean of dithers needs "
            "two.",
            hint="Open all dithers of the observation (cal or rate files).",
        )
    for one in dithers:
        if one.image.kind not in DETECTOR_KINDS:
            raise DataError(
                f"{one.title} is no image of the detector ({one.image.kind}): its dithers are "
                "combined already.",
                hint="Open the cal or rate files of the exposures.",
            )
    first = dithers[0].image
    for one in dithers[1:]:
        if (_shape(one.image), one.image.unit) != (_shape(first), first.unit):
            raise DataError(
                f"{one.title} has another shape or unit than {dithers[0].title}.",
                hint="Leave one of them out of the observation.",
            )


def _lost(dithers: Sequence[StarImage], mask_px: float, radius_px: float) -> float:
    """Return the part of the light in the aperture that lies beyond the mask, over n."""
    parts = []
    for one in dithers:
        values = usable_values(one.image.data, one.image.flags)
        distance = distances(_shape(one.image), (one.place.x, one.place.y))
        ground = (distance > 2.0 * radius_px) & (distance <= 3.0 * radius_px)
        light = values - (np.nanmedian(values[ground]) if np.isfinite(values[ground]).any() else 0)
        inside = np.nansum(light[distance <= radius_px])
        beyond = np.nansum(light[(distance <= radius_px) & (distance > mask_px)])
        parts.append(float(beyond / inside) if inside > 0 else 0.0)
    return max(float(np.median(parts)), 0.0) / len(dithers)


def _aperture_px(name: str, wave_um: float, pixel_arcsec: float) -> float:
    """Return the radius of 70 %: the published one, else that of diffraction."""
    row = published_apertures().get(name)
    if row is not None:
        return row.apertures.radius_px
    return diffraction_model(wave_um, pixel_arcsec).radius_of(ENCIRCLED[0])


def _messages(
    dithers: Sequence[StarImage], count: IntArray, mask: float, lost: float
) -> tuple[str, ...]:
    said = []
    nowhere = int(np.count_nonzero(count == 0))
    if nowhere:
        said.append(
            f"{counted(nowhere, 'pixel is', 'pixels are')} "
            "behind the mask or missing in every dither: the median of the "
            "mean stands for them."
        )
    if lost > 1e-3:
        said.append(
            f"About {100.0 * lost:.1f} % of the star's light in an aperture of 70 % lies beyond "
            "the mask and is subtracted with the background: a wider mask subtracts less."
        )
    places = np.array([(one.place.x, one.place.y) for one in dithers])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    apart[np.diag_indices(len(dithers))] = np.inf
    if apart.min() < 2.0 * mask:
        said.append(
            f"Two dithers put the star within {apart.min():.1f} px: it is hardly moved between "
            "them, and the mean holds its wings."
        )
    return tuple(said)


def _shape(image: Image) -> tuple[int, int]:
    return image.data.shape[0], image.data.shape[1]


def _described(data: AnyFloatArray, unit: str) -> str:
    return f"{data.shape[1]} by {data.shape[0]} pixels in {unit or 'no unit'}"
