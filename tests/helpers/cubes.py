"""Cubes with a point source of known flux, written without the engine's numerics."""

import numpy as np
from scipy.special import j0, j1

from engine.arrays import frozen
from engine.model.cube import Cube
from engine.model.identity import Identity
from engine.model.sky import SkyPlane

SLOPE, OFFSET = 0.033, 0.106


def fwhm_arcsec(wave_um):
    """Return the default width of the point-spread function (Law+2023)."""
    return SLOPE * np.asarray(wave_um) + OFFSET


def gaussian_energy(radius_fwhm, *, fwhm_pixels=np.inf):
    """Return the part of a Gaussian's light inside a radius in units of its FWHM.

    ``1 - 2^(-4 k^2)``. Spaxels of finite size widen the star and the edge of the aperture by a
    variance of 1/12 square spaxel each.
    """
    variance = np.asarray(fwhm_pixels) ** 2 / (8.0 * np.log(2.0))
    widening = 1.0 + 1.0 / 6.0 / variance
    return 1.0 - 2.0 ** (-4.0 * np.asarray(radius_fwhm) ** 2 / widening)


def airy_energy(radius_fwhm):
    """Return the part of an Airy pattern's light inside a radius in units of its FWHM."""
    x = np.pi * np.asarray(radius_fwhm) * 1.02899397
    return 1.0 - j0(x) ** 2 - j1(x) ** 2


def _gaussian(distance_fwhm):
    return 4.0 * np.log(2.0) / np.pi * np.exp(-4.0 * np.log(2.0) * distance_fwhm**2)


def _airy(distance_fwhm):
    scale = np.pi * 1.02899397
    x = np.maximum(scale * distance_fwhm, 1e-9)
    return scale**2 / np.pi * (j1(x) / x) ** 2


PROFILES = {"gaussian": _gaussian, "airy": _airy}


def star_planes(wave_um, shape, center, spaxel_arcsec, *, profile="gaussian", oversampling=3):
    """Return planes with a star of total 1, averaged over each spaxel."""
    n_y, n_x = shape
    steps = (np.arange(oversampling) + 0.5) / oversampling - 0.5
    x = (np.arange(n_x)[:, None] + steps).ravel() - center[0]
    y = (np.arange(n_y)[:, None] + steps).ravel() - center[1]
    distance = np.hypot(x, y[:, None])
    planes = np.empty((len(wave_um), n_y, n_x))
    for k, fwhm in enumerate(fwhm_arcsec(wave_um) / spaxel_arcsec):
        fine = PROFILES[profile](distance / fwhm) / fwhm**2
        planes[k] = fine.reshape(n_y, oversampling, n_x, oversampling).mean(axis=(1, 3))
    return planes


def star_cube(
    *,
    n_wave=40,
    shape=(41, 43),
    center=(20.3, 19.8),
    wave_um=(5.0, 5.6),
    spaxel_arcsec=0.13,
    flux_jy=1.0,
    background=0.0,
    noise=0.0,
    error=None,
    profile="gaussian",
    unit="MJy/sr",
    rng=None,
    **changes,
):
    """Return a cube with one star on a flat background, and white noise of ``noise``.

    ``flux_jy`` is a number or one a plane; for a cube in DN/s it is the count rate.
    """
    wave = np.linspace(*wave_um, n_wave)
    area_sr = (spaxel_arcsec * np.pi / 180.0 / 3600.0) ** 2
    scale = np.broadcast_to(flux_jy, n_wave) / (area_sr * 1e6 if unit == "MJy/sr" else 1.0)
    planes = star_planes(wave, shape, center, spaxel_arcsec, profile=profile)
    data = planes * scale[:, None, None] + background
    if noise:
        data = data + rng.normal(0.0, noise, data.shape)
    degrees = spaxel_arcsec / 3600.0
    sky = SkyPlane((10.0, 12.0), (200.0, 30.0), ((-degrees, 0.0), (0.0, degrees)))
    fields = {
        "wave_um": frozen(wave),
        "data": frozen(data, dtype=np.float32),
        "error": frozen(np.full(data.shape, error or noise or 1.0), dtype=np.float32),
        "flags": frozen(np.zeros(data.shape), dtype=np.uint32),
        "weights": frozen(np.full(data.shape, 3.0), dtype=np.float32),
        "unit": unit,
        "pixel_area_sr": area_sr,
        "spaxel_arcsec": spaxel_arcsec,
        "sky": sky,
        "target_deg": sky.pixel_to_sky(*center),
        "identity": Identity(target="Test star", band="1A", source_type="POINT"),
    }
    return Cube(**(fields | changes))
