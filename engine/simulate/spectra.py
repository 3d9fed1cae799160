"""One observed spectrum of a standard star, with the response that was put into it."""

from typing import Literal, NamedTuple

import numpy as np

from engine.arrays import BoolArray, FloatArray, frozen
from engine.errors import DataError
from engine.model.bands import Band, band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.simulate.fringes import draw_fringes
from engine.simulate.photospheres import Photosphere, PhotosphereClass, mean_over_bins
from engine.simulate.response import draw_response

ARCSEC2_SR = 2.350443053909789e-11
_TEMPERATURE_K: dict[PhotosphereClass, float] = {"hot": 35000.0, "A": 8500.0, "G": 5750.0}
_EDGE_SAMPLES = (3, 5)  # samples without a measurement at either end of a band
_MODEL_STEPS_PER_BIN = 3


class SimulatedSpectrum(NamedTuple):
    """What `simulate_response_spectrum` makes.

    Attributes
    ----------
    observed : Spectrum
        In DN/s or Jy.
    model : Spectrum
        Of the same star, in Jy, three samples to a bin, beyond both ends of the band.
    response : ndarray, shape (n,)
        The truth at ``observed.wave_um``: calibration factor in (MJy/sr)/(DN/s) for DN/s,
        relative factor without unit for Jy.
    """

    observed: Spectrum
    model: Spectrum
    response: FloatArray


def require_band(name: str) -> Band:
    """Return the band called ``name``.

    Raises
    ------
    DataError
        If there is none.
    """
    band = band_named(name)
    if band is None:
        raise DataError(f"There is no MRS band {name!r}.", hint="Use 1A to 4C.")
    return band


def plane_wavelengths_um(band: Band) -> FloatArray:
    """Return the wavelengths of the planes of a cube of ``band``. Unit: um."""
    n_planes = int(np.ceil((band.wave_max_um - band.wave_min_um) / band.step_um - 1e-6))
    number = np.arange(n_planes, dtype=np.float64)
    return band.wave_min_um + (number + 0.5) * band.step_um


def noise_profile(rate: FloatArray, inside: BoolArray) -> FloatArray:
    """Return the relative noise of each sample, with a mean square of 1 over ``inside``.

    Photon noise: the relative noise goes with the inverse root of the count rate.
    """
    profile = 1.0 / np.sqrt(rate)
    normalized: FloatArray = profile / np.sqrt(np.mean(profile[inside] ** 2))
    return normalized


def put_outliers(
    rng: np.random.Generator, flux: FloatArray, sigma: FloatArray, fraction: float
) -> FloatArray:
    """Return ``flux`` with cosmic rays of 8 to 60 sigma on a fraction of its samples."""
    hit = rng.random(flux.shape) < fraction
    height = rng.uniform(8.0, 60.0, flux.shape) * rng.choice([1.0, 1.0, -1.0], flux.shape)
    struck: FloatArray = np.where(hit, flux + height * sigma, flux)
    return struck


def simulate_response_spectrum(
    rng: np.random.Generator,
    band: str,
    *,
    snr: float = 300.0,
    fringe_amplitude: float = 0.004,
    outlier_fraction: float = 0.02,
    unit: Literal["DN/s", "Jy"] = "DN/s",
    star_class: PhotosphereClass = "hot",
    flux_10um_jy: float = 0.2,
) -> SimulatedSpectrum:
    """Simulate one extracted spectrum of a standard star.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; the response is drawn from it too.
    band : str
        ``"1A"`` to ``"4C"``.
    snr : float, optional
        Signal-to-noise ratio per wavelength element: the root mean square of the relative noise
        over the quality range of the band is ``1/snr``.
    fringe_amplitude : float, optional
        Amplitude of the residual fringes, relative to the flux.
    outlier_fraction : float, optional
        Fraction of the samples hit by cosmic rays.
    unit : {"DN/s", "Jy"}, optional
        Of the observed flux.
    star_class : {"hot", "A", "G"}, optional
        Kind of star; the observed lines are not quite those of the model.
    flux_10um_jy : float, optional
        Model flux at 10 um. Unit: Jy.

    Returns
    -------
    SimulatedSpectrum
        Observed and model spectrum and the true response; unpacks as three values. The observed
        one has NaN at both ends and its true noise as error.

    Raises
    ------
    DataError
        If there is no such band.

    Notes
    -----
    ``rate = F_star / (C * solid angle of a spaxel)`` with F in MJy (SPEC, calibration factor).
    """
    the_band = require_band(band)
    star = Photosphere(star_class, _TEMPERATURE_K[star_class], flux_10um_jy)
    wave = plane_wavelengths_um(the_band)
    factor = draw_response(rng, the_band).factor(wave)
    flux = mean_over_bins(star, wave, the_band.step_um, of="star")
    area_sr = the_band.spaxel_arcsec**2 * ARCSEC2_SR
    rate = flux * 1e-6 / (factor * area_sr)
    response = factor
    if unit == "Jy":
        response = 1.08 * (factor / np.median(factor)) ** 0.3
    signal = rate if unit == "DN/s" else flux / response
    inside = (wave >= the_band.quality_min_um) & (wave <= the_band.quality_max_um)
    sigma = signal * noise_profile(rate, inside) / snr
    fringes = draw_fringes(rng, the_band, amplitude=fringe_amplitude)
    seen = signal * fringes.modulation(wave) + sigma * rng.standard_normal(wave.size)
    seen = put_outliers(rng, seen, sigma, outlier_fraction)
    seen[: _EDGE_SAMPLES[0]] = seen[-_EDGE_SAMPLES[1] :] = np.nan
    observed = Spectrum(
        wave_um=frozen(wave),
        flux=frozen(seen),
        error=frozen(np.where(np.isfinite(seen), sigma, np.nan)),
        flags=frozen(~np.isfinite(seen), dtype=np.uint32),
        unit=unit,
        identity=Identity(target="simulated star", band=band, instrument="MIRI"),
        pixel_area_sr=area_sr,
    )
    return SimulatedSpectrum(observed, _model_spectrum(star, the_band), frozen(response))


def _model_spectrum(star: Photosphere, band: Band) -> Spectrum:
    step = band.step_um / _MODEL_STEPS_PER_BIN
    wave = np.arange(band.wave_min_um - 0.1, band.wave_max_um + 0.1, step)
    flux = mean_over_bins(star, wave, step, of="model")
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(np.full(wave.size, np.nan)),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target="simulated star"),
    )
