"""One observed spectrum of a standard star, with the response that was put into it."""

from typing import NamedTuple

import numpy as np

from engine.arrays import FloatArray, frozen
from engine.model.bands import Band
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.simulate.fringes import draw_fringes
from engine.simulate.photospheres import Photosphere, PhotosphereClass, mean_over_bins
from engine.simulate.response import draw_response
from engine.simulate.signal import (
    BandSignal,
    SignalUnit,
    band_signal,
    put_cosmic_rays,
    relative_factor,
    require_band,
    spaxel_area_sr,
)

TYPICAL_TEMPERATURE_K: dict[PhotosphereClass, float] = {"hot": 35000.0, "A": 8500.0, "G": 5750.0}
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


def simulate_response_spectrum(
    rng: np.random.Generator,
    band: str,
    *,
    snr: float = 300.0,
    fringe_amplitude: float = 0.004,
    outlier_fraction: float = 0.02,
    unit: SignalUnit = "DN/s",
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
    """
    star = Photosphere(star_class, TYPICAL_TEMPERATURE_K[star_class], flux_10um_jy)
    response = draw_response(rng, require_band(band))
    signal = band_signal(
        star,
        response,
        draw_fringes(rng, response.band, amplitude=fringe_amplitude),
        snr=snr,
        unit=unit,
        miscalibration=relative_factor(response) if unit == "Jy" else 1.0,
    )
    identity = Identity(target="simulated star", band=band, instrument="MIRI")
    observed = observe_spectrum(rng, signal, identity, outlier_fraction=outlier_fraction)
    return SimulatedSpectrum(observed, model_of_band(star, response.band), frozen(signal.response))


def observe_spectrum(
    rng: np.random.Generator,
    signal: BandSignal,
    identity: Identity,
    *,
    outlier_fraction: float,
    error_scale: float = 1.0,
) -> Spectrum:
    """Return a signal with noise, cosmic rays and ends without a measurement.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    signal : BandSignal
        What is observed.
    identity : Identity
        What the spectrum says it is.
    outlier_fraction : float
        Fraction of the samples hit by cosmic rays.
    error_scale : float, optional
        Stated error over true noise.

    Returns
    -------
    Spectrum
        In the unit of the signal. Calibrated ones have the columns ``fringe_corrected_flux_jy``
        (the same noise without fringes) and ``background_mjy_sr``.
    """
    noise = signal.sigma * rng.standard_normal(signal.wave_um.size)
    noise = put_cosmic_rays(rng, noise, signal.sigma, outlier_fraction)
    covered = signal.is_covered
    columns = {}
    if signal.unit == "Jy":
        clean = np.where(covered, signal.clean + noise, np.nan)
        columns["fringe_corrected_flux_jy"] = frozen(clean)
        columns["background_mjy_sr"] = frozen(np.where(covered, signal.background, np.nan))
    return Spectrum(
        wave_um=frozen(signal.wave_um),
        flux=frozen(np.where(covered, signal.fringed + noise, np.nan)),
        error=frozen(np.where(covered, error_scale * signal.sigma, np.nan)),
        flags=frozen(~covered, dtype=np.uint32),
        unit=signal.unit,
        identity=identity,
        pixel_area_sr=spaxel_area_sr(signal.band),
        columns=columns,
    )


def model_of_band(star: Photosphere, band: Band) -> Spectrum:
    """Return the star's model around a band, three samples to a bin. Unit: Jy."""
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
