"""A star in the field of the IFU: background, footprint, noise of the voxels."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, freeze, frozen
from engine.model.cube import Cube
from engine.model.identity import Identity
from engine.model.sky import SkyPlane
from engine.simulate.point_spread import Annulus, fwhm_arcsec, point_spread
from engine.simulate.signal import BandSignal, put_cosmic_rays, spaxel_area_sr

Background = Literal["thermal", "none"]
Footprint = Literal["four dithers", "whole frame"]

#: The aperture and the annulus for which the signal-to-noise ratio is meant.
APERTURE_FWHM = 2.0
ANNULUS = Annulus(3.0, 4.0)

_OUTSIDE_FLAGS = 513  # DO_NOT_USE + NON_SCIENCE
_SMALLEST_SIDE, _LARGEST_SIDE = 21, 31
_FIELD_ROTATION_DEG = 15.0
_POINTING_ERROR_PIXELS = (0.4, -0.3)  # target coordinates minus star
_COSMIC_RAY_FRACTION = 2e-4
#: Variance of the background in a spaxel, relative to that of the whole star.
_BACKGROUND_VARIANCE = {1: 0.002, 2: 0.002, 3: 0.003, 4: 0.010}
#: Dithers as fractions of the frame (x, y), and half-sizes of one field.
_DITHERS = ((0.055, 0.030), (-0.055, -0.030), (0.045, 0.020), (-0.045, -0.020))
_HALF_FIELD = (0.365, 0.395)
_ROUNDING_PER_SIGMA = 8.0
_ERROR_BITS = 8


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the star lies and what lies under it.

    Attributes
    ----------
    side : int
        Spaxels along y and x.
    center_pixel : tuple of float
        Position (x, y) of the star, counted from 0.
    background : {"thermal", "none"}
        Thermal: rises with wavelength, with a slope and a curvature over the field.
    footprint : {"four dithers", "whole frame"}
        Which spaxels hold data.
    cosmic_rays : {"some", "none"}
        Whether voxels are hit.
    sky_deg : tuple of float
        Right ascension and declination of the star. Unit: deg.
    """

    side: int
    center_pixel: tuple[float, float]
    background: Background = "thermal"
    footprint: Footprint = "four dithers"
    cosmic_rays: Literal["some", "none"] = "some"
    sky_deg: tuple[float, float] = (295.4664, 50.5173)


def observe_cube(
    rng: np.random.Generator, signal: BandSignal, scene: Scene, identity: Identity
) -> Cube:
    """Return the cube of a star.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    signal : BandSignal
        The star.
    scene : Scene
        The field.
    identity : Identity
        What the cube says it is.

    Returns
    -------
    Cube
        In DN/s for a signal in DN/s, in MJy/sr for one in Jy; NaN where nothing is measured.

    Notes
    -----
    The noise of the voxels is independent and such that aperture photometry with `APERTURE_FWHM`
    and `ANNULUS` has the noise of the signal. Values are rounded to an eighth of their noise or
    less, which files can compress.
    """
    band = signal.band
    per_voxel = 1.0 if signal.unit == "DN/s" else 1e-6 / spaxel_area_sr(band)
    shares = point_spread(band.channel).on_spaxels(
        signal.wave_um, scene.side, scene.center_pixel, band.spaxel_arcsec
    )
    sigma = per_voxel * _voxel_sigma(signal, shares)
    noise = sigma * rng.standard_normal(shares.shape)
    if scene.cosmic_rays == "some":
        noise = put_cosmic_rays(rng, noise, sigma, _COSMIC_RAY_FRACTION)
    values = per_voxel * signal.fringed[:, None, None] * shares + background(signal, scene) + noise
    weights = _weights(signal, scene)
    is_seen = weights > 0
    step = _power_of_two_below(sigma / _ROUNDING_PER_SIGMA)
    error_step = _power_of_two_below(sigma) * 2.0**-_ERROR_BITS
    return Cube(
        wave_um=frozen(signal.wave_um),
        data=frozen(np.where(is_seen, np.rint(values / step) * step, np.nan), dtype=np.float32),
        error=frozen(
            np.where(is_seen, np.rint(sigma / error_step) * error_step, np.nan), dtype=np.float32
        ),
        flags=frozen(np.where(is_seen, 0, _OUTSIDE_FLAGS), dtype=np.uint32),
        weights=freeze(weights),
        unit="DN/s" if signal.unit == "DN/s" else "MJy/sr",
        pixel_area_sr=spaxel_area_sr(band),
        spaxel_arcsec=band.spaxel_arcsec,
        sky=_sky_plane(scene, band.spaxel_arcsec),
        target_deg=_target_deg(scene, band.spaxel_arcsec),
        identity=identity,
    )


def frame_side(signal: BandSignal) -> int:
    """Return the odd number of spaxels that holds the annulus, within limits."""
    widest = ANNULUS.outer_fwhm * fwhm_arcsec(signal.wave_um[-1]) / signal.band.spaxel_arcsec
    side = int(np.rint(widest / 0.42)) // 2 * 2 + 1
    return min(max(side, _SMALLEST_SIDE), _LARGEST_SIDE)


def background(signal: BandSignal, scene: Scene) -> FloatArray:
    """Return the background of every voxel, shape (nw, side, side), in the unit of the cube.

    Notes
    -----
    Its curvature is what makes the choice of the annulus matter beyond 26 um, where the star is
    faint against it.
    """
    if scene.background == "none":
        return np.zeros((signal.wave_um.size, scene.side, scene.side))
    y, x = np.mgrid[: scene.side, : scene.side] * (signal.band.spaxel_arcsec / 3.5)
    middle = (scene.side - 1) / 2 * signal.band.spaxel_arcsec / 3.5
    x, y = x - middle, y - middle
    shape = 1.0 + 0.020 * x - 0.015 * y + 0.009 * (x**2 + y**2)
    plane: FloatArray = signal.background[:, None, None] * shape
    return plane


def _voxel_sigma(signal: BandSignal, shares: FloatArray) -> FloatArray:
    """Return the noise of the voxels of a cube in units of the total signal."""
    spread = point_spread(signal.band.channel)
    radii = fwhm_arcsec(signal.wave_um)
    aperture = np.pi * (APERTURE_FWHM * radii / signal.band.spaxel_arcsec) ** 2
    ring = aperture * (ANNULUS.outer_fwhm**2 - ANNULUS.inner_fwhm**2) / APERTURE_FWHM**2
    inside = spread.encircled_energy(APERTURE_FWHM * radii, signal.wave_um)
    floor = _BACKGROUND_VARIANCE[signal.band.channel]
    measured = inside + floor * aperture * (1.0 + aperture / ring)
    correction = spread.aperture_correction(APERTURE_FWHM, signal.wave_um, annulus=ANNULUS)
    variance = (signal.sigma / correction) ** 2 / measured
    sigma: FloatArray = np.sqrt(variance[:, None, None] * (shares + floor))
    return sigma


def _weights(signal: BandSignal, scene: Scene) -> AnyFloatArray:
    """Return how many detector pixels reach each voxel; 0 outside the footprint."""
    y, x = np.mgrid[: scene.side, : scene.side]
    middle = (scene.side - 1) / 2
    if scene.footprint == "whole frame":
        dithers = np.full(x.shape, len(_DITHERS))
    else:
        dithers = np.zeros(x.shape, dtype=int)
        for shift_x, shift_y in _DITHERS:
            inside = np.abs(x - middle - shift_x * scene.side) <= _HALF_FIELD[0] * scene.side
            inside &= np.abs(y - middle - shift_y * scene.side) <= _HALF_FIELD[1] * scene.side
            dithers += inside
    # The pattern repeats after three planes.
    patterns = [np.where(dithers > 0, 2 * dithers + (x + y + k) % 3, 0) for k in range(3)]
    weights = np.stack(patterns).astype(np.float32)[np.arange(signal.wave_um.size) % 3]
    if scene.footprint != "whole frame":
        weights[~signal.is_covered] = 0.0
    return weights


def _power_of_two_below(values: FloatArray) -> FloatArray:
    _, exponent = np.frexp(values)
    power: FloatArray = np.ldexp(1.0, exponent - 1)
    return power


def _sky_plane(scene: Scene, spaxel_arcsec: float) -> SkyPlane:
    angle = np.deg2rad(_FIELD_ROTATION_DEG)
    step = spaxel_arcsec / 3600.0
    cosine, sine = float(step * np.cos(angle)), float(step * np.sin(angle))
    return SkyPlane(
        reference_pixel=scene.center_pixel,
        reference_sky_deg=scene.sky_deg,
        matrix_deg=((-cosine, -sine), (-sine, cosine)),
    )


def _target_deg(scene: Scene, spaxel_arcsec: float) -> tuple[float, float]:
    x, y = scene.center_pixel
    dx, dy = _POINTING_ERROR_PIXELS
    return _sky_plane(scene, spaxel_arcsec).pixel_to_sky(x + dx, y + dy)
