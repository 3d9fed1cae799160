"""Where a pixel flat starts: the solid angle of each pixel, and a level of 1 at each wavelength."""

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray
from engine.model.detector_image import DetectorImage
from engine.mrs.composite_cube import gradient_in_slice

_LEAST_PIXELS = 5  # in a bin of wavelength
_LEAST_PART = 0.5  # of the pixels that the bins have as a rule


def relative_solid_angle(image: DetectorImage) -> FloatArray:
    """Return the solid angle of each pixel over the median of the band.

    Parameters
    ----------
    image : DetectorImage
        Its `area` is used when it is there; else the change of alpha from pixel to pixel, slices
        being equally wide.

    Returns
    -------
    ndarray, shape (ny, nx)
        NaN: no light.
    """
    lit = image.is_lit
    slices = np.where(lit, image.slices, 0)
    if image.area is not None and np.any(np.isfinite(image.area[lit]) & (image.area[lit] > 0)):
        area = np.where(lit & (image.area > 0), image.area, np.nan).astype(np.float64)
    else:
        area = np.abs(gradient_in_slice(image.alpha_arcsec, slices, axis=1))
    median = float(np.nanmedian(area[lit]))
    return np.where(lit, np.where(np.isfinite(area), area / median, 1.0), np.nan)


def level_per_wavelength(
    flat: FloatArray, wave_um: AnyFloatArray, bin_um: float, *, least: float = 0.0
) -> FloatArray:
    """Return the median of a flat at the wavelength of each pixel.

    Parameters
    ----------
    flat : ndarray, shape (ny, nx)
        NaN: takes no part; bins with few pixels are bridged.
    wave_um : ndarray, shape (ny, nx)
        Unit: um.
    bin_um : float
        Width of the bins, the medians of which are interpolated. Unit: um.
    least : float, optional
        Pixels with a smaller flat take no part.

    Returns
    -------
    ndarray, shape (ny, nx)
        1 where nothing is known; NaN where the wavelength is.
    """
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(flat) & (flat >= least) & np.isfinite(wave_um)
    wave, values = np.asarray(wave_um[usable], dtype=np.float64), flat[usable]
    if not wave.size:
        return np.where(np.isfinite(wave_um), 1.0, np.nan)
    bins = _bins(wave, bin_um)
    middles = np.array([wave[one].mean() for one in bins])
    medians = np.array([float(np.median(values[one])) for one in bins])
    level: FloatArray = np.interp(np.asarray(wave_um, dtype=np.float64), middles, medians)
    return level


def is_beyond_level(flat: FloatArray, wave_um: AnyFloatArray, bin_um: float) -> BoolArray:
    """Tell which pixels lie at the ends of the band, where few pixels share their wavelength.

    There nothing sets the level of the flat.
    """
    usable = np.isfinite(flat) & np.isfinite(wave_um)
    if not np.any(usable):
        return np.zeros(flat.shape, dtype=bool)
    wave = np.asarray(wave_um[usable], dtype=np.float64)
    bins = _bins(wave, bin_um)
    low, high = float(wave[bins[0]].min()), float(wave[bins[-1]].max())
    beyond: BoolArray = (wave_um < low) | (wave_um > high)
    return beyond


def _bins(wave: FloatArray, bin_um: float) -> list[IntArray]:
    """Return the pixels of each bin of wavelength that holds enough of them."""
    place = np.floor((wave - wave.min()) / bin_um).astype(np.int64)
    order = np.argsort(place, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(place[order])) + 1)
    least = max(_LEAST_PIXELS, _LEAST_PART * float(np.median([one.size for one in parts])))
    return [one for one in parts if one.size >= least] or [order]
