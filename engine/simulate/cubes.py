"""One cube of a standard star, with the truth that was put into it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.model.cube import Cube
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.simulate.fringes import Fringes, draw_fringes
from engine.simulate.photospheres import Photosphere, PhotosphereClass
from engine.simulate.point_spread import PointSpread, point_spread
from engine.simulate.response import BandResponse, draw_response
from engine.simulate.scene import Background, Footprint, Scene, frame_side, observe_cube
from engine.simulate.signal import BandSignal, band_signal, relative_factor, require_band
from engine.simulate.spectra import TYPICAL_TEMPERATURE_K, model_of_band


@dataclass(frozen=True, eq=False, slots=True)
class CubeTruth:
    """What was put into a cube.

    Attributes
    ----------
    wave_um : ndarray, shape (nw,)
        Unit: um.
    total : ndarray, shape (nw,)
        Flux of the star at infinite aperture, fringes included: DN/s for a cube in DN/s, Jy for
        one in MJy/sr.
    response : ndarray, shape (nw,)
        Model over observed: calibration factor in (MJy/sr)/(DN/s), or relative factor.
    model : Spectrum
        The star's model. Unit: Jy.
    center_pixel : tuple of float
        Position (x, y) of the star, counted from 0.
    point_spread : PointSpread
        With its encircled energy and aperture correction in closed form.
    """

    wave_um: FloatArray
    total: FloatArray
    response: FloatArray
    model: Spectrum
    center_pixel: tuple[float, float]
    point_spread: PointSpread


class SimulatedCube(NamedTuple):
    """A cube and what was put into it; unpacks as two values."""

    cube: Cube
    truth: CubeTruth


def simulate_cube(
    rng: np.random.Generator,
    band: str,
    *,
    snr: float = 300.0,
    unit: Literal["DN/s", "MJy/sr"] = "DN/s",
    side: int | None = None,
    offset_pixels: tuple[float, float] = (1.3, -0.8),
    background: Background = "thermal",
    footprint: Footprint = "four dithers",
    cosmic_rays: Literal["some", "none"] = "some",
    fringe_amplitude: float = 0.004,
    star_class: PhotosphereClass = "hot",
    flux_10um_jy: float = 0.2,
) -> SimulatedCube:
    """Simulate the cube of one standard star in one band.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; the response is drawn from it too.
    band, fringe_amplitude, star_class, flux_10um_jy : optional
        As for `simulate_response_spectrum`.
    snr : float, optional
        Signal-to-noise ratio per plane of what an aperture of 2 FWHM with an annulus of 3 to 4
        FWHM measures: root mean square over the quality range. 1e9 is as good as no noise.
    unit : {"DN/s", "MJy/sr"}, optional
        Of the voxels.
    side : int, optional
        Spaxels along y and x; `None`: as many as hold the annulus.
    offset_pixels : tuple of float, optional
        Position (x, y) of the star minus the middle of the frame.
    background, footprint, cosmic_rays : optional
        As for `Scene`. Whole frame: all voxels hold data, at all wavelengths.

    Returns
    -------
    SimulatedCube
        Cube and truth.

    Raises
    ------
    DataError
        If there is no such band.
    """
    star = Photosphere(star_class, TYPICAL_TEMPERATURE_K[star_class], flux_10um_jy)
    response = draw_response(rng, require_band(band))
    fringes = draw_fringes(rng, response.band, amplitude=fringe_amplitude)
    signal = _signal(star, response, fringes, snr=snr, unit=unit)
    side = side or frame_side(signal)
    x, y = ((side - 1) / 2 + offset for offset in offset_pixels)
    scene = Scene(side, (x, y), background, footprint, cosmic_rays)
    identity = Identity(target="simulated star", band=band, instrument="MIRI", source_type="POINT")
    cube = observe_cube(rng, signal, scene, identity)
    return SimulatedCube(cube, _truth(star, signal, scene))


def _signal(
    star: Photosphere,
    response: BandResponse,
    fringes: Fringes,
    *,
    snr: float,
    unit: Literal["DN/s", "MJy/sr"],
) -> BandSignal:
    if unit == "DN/s":
        return band_signal(star, response, fringes, snr=snr)
    relative = relative_factor(response)
    return band_signal(star, response, fringes, snr=snr, unit="Jy", miscalibration=relative)


def _truth(star: Photosphere, signal: BandSignal, scene: Scene) -> CubeTruth:
    return CubeTruth(
        wave_um=frozen(signal.wave_um),
        total=frozen(signal.fringed),
        response=frozen(signal.response),
        model=model_of_band(star, signal.band),
        center_pixel=scene.center_pixel,
        point_spread=point_spread(signal.band.channel),
    )
