"""What one star sends to one band, before the noise: the root of spectra and cubes alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.errors import DataError
from engine.model.bands import Band, band_named
from engine.simulate.fringes import Fringes
from engine.simulate.photospheres import Photosphere, mean_over_bins
from engine.simulate.response import BandResponse

SignalUnit = Literal["DN/s", "Jy"]

ARCSEC2_SR = 2.350443053909789e-11
_EDGE_SAMPLES = (3, 5)  # planes without a measurement at either end of a band
_LAST_4C_UM = 28.45
_RELATIVE_FACTOR_LEVEL = 1.08


@dataclass(frozen=True, eq=False, slots=True)
class BandSignal:
    """The noise-free signal of one star in one band, at infinite aperture.

    Attributes
    ----------
    band : Band
        The band.
    unit : {"DN/s", "Jy"}
        Of `clean`, `fringed` and `sigma`.
    wave_um : ndarray, shape (n,)
        Unit: um.
    model_jy : ndarray, shape (n,)
        What a calibrator believes that the star sends. Unit: Jy.
    response : ndarray, shape (n,)
        Model over `clean`, line errors apart: calibration factor or relative factor.
    factor : ndarray, shape (n,)
        Calibration factor of the instrument, for the background. Unit: (MJy/sr)/(DN/s).
    clean, fringed : ndarray, shape (n,)
        Signal without and with residual fringes.
    sigma : ndarray, shape (n,)
        Noise that an extracted spectrum is to have.
    transmitted : float or ndarray, shape (n,)
        Count rate over that without loss: the other members hold it, `background` follows it.
    """

    band: Band
    unit: SignalUnit
    wave_um: FloatArray
    model_jy: FloatArray
    response: FloatArray
    factor: FloatArray
    clean: FloatArray
    fringed: FloatArray
    sigma: FloatArray
    transmitted: FloatArray | float = 1.0

    @property
    def background(self) -> FloatArray:
        """Thermal background in one spaxel, shape (n,), in DN/s or MJy/sr.

        0.4 to 1 DN/s in channel 4 (Law+2025, Sec. 5.1).
        """
        rate = 0.002 + 0.7 * (self.wave_um / 25.0) ** 3.5
        rate = rate * self.transmitted
        level: FloatArray = rate if self.unit == "DN/s" else rate * self.factor
        return level

    @property
    def is_covered(self) -> BoolArray:
        """Where the detector sees the whole field."""
        covered = self.wave_um < (_LAST_4C_UM if self.band.name == "4C" else np.inf)
        covered[: _EDGE_SAMPLES[0]] = covered[-_EDGE_SAMPLES[1] :] = False
        return covered


def band_signal(
    star: Photosphere,
    response: BandResponse,
    fringes: Fringes,
    *,
    snr: float,
    unit: SignalUnit = "DN/s",
    miscalibration: FloatArray | float = 1.0,
) -> BandSignal:
    """Return what a star sends to a band.

    Parameters
    ----------
    star : Photosphere
        The star.
    response : BandResponse
        The instrument.
    fringes : Fringes
        Residual fringes of this spectrum.
    snr : float
        Signal-to-noise ratio per wavelength element: the root mean square of the relative noise
        over the quality range of the band is ``1/snr``.
    unit : {"DN/s", "Jy"}, optional
        Count rate, or flux calibrated with some earlier vector.
    miscalibration : float or ndarray, shape (n,), optional
        The factor by which model over observed differs from that of a perfect star and, for Jy,
        of a perfect earlier calibration.

    Notes
    -----
    ``rate = F / (C * solid angle of a spaxel)`` with F in MJy (SPEC, calibration factor). The
    noise is that of photons: it goes with the root of the rate.
    """

    def flux(wave: FloatArray) -> FloatArray:
        return mean_over_bins(star, wave, response.band.step_um, of="star")

    def model(wave: FloatArray) -> FloatArray:
        return mean_over_bins(star, wave, response.band.step_um, of="model")

    return signal_of_flux(
        flux,
        response,
        fringes,
        snr=snr,
        unit=unit,
        miscalibration=miscalibration,
        model_jy=model,
    )


def signal_of_flux(
    flux_jy: Callable[[FloatArray], FloatArray],
    response: BandResponse,
    fringes: Fringes,
    *,
    snr: float,
    unit: SignalUnit = "DN/s",
    miscalibration: FloatArray | float = 1.0,
    model_jy: Callable[[FloatArray], FloatArray] | None = None,
) -> BandSignal:
    """Return what any point source sends to a band.

    Parameters
    ----------
    flux_jy : callable
        From wavelengths in um to the flux of the source in Jy.
    response, fringes, snr, unit, miscalibration
        As for `band_signal`.
    model_jy : callable, optional
        What a calibrator believes of the source; by default the truth.
    """
    band = response.band
    wave = plane_wavelengths_um(band)
    factor = response.factor(wave)
    source_jy = flux_jy(wave)
    per_jy = 1e-6 / (factor * spaxel_area_sr(band)) if unit == "DN/s" else np.ones_like(wave)
    clean = source_jy * per_jy / miscalibration
    photons = source_jy / factor
    inside = (wave >= band.quality_min_um) & (wave <= band.quality_max_um)
    return BandSignal(
        band=band,
        unit=unit,
        wave_um=wave,
        model_jy=source_jy if model_jy is None else model_jy(wave),
        response=(factor if unit == "DN/s" else np.ones_like(wave)) * miscalibration,
        factor=factor,
        clean=clean,
        fringed=clean * fringes.modulation(wave),
        sigma=clean * _noise_profile(photons, inside) / snr,
    )


def dimmed(signal: BandSignal, transmitted: FloatArray) -> BandSignal:
    """Return ``signal`` where only a part is counted: the signal-to-noise ratio stays.

    Parameters
    ----------
    signal : BandSignal
        In DN/s.
    transmitted : ndarray, shape (n,)
        Count rate over that without loss.
    """
    return replace(
        signal,
        response=signal.response / transmitted,
        clean=signal.clean * transmitted,
        fringed=signal.fringed * transmitted,
        sigma=signal.sigma * transmitted,
        transmitted=transmitted,
    )


def relative_factor(response: BandResponse) -> FloatArray:
    """Return a smooth factor near 1: how far off an earlier calibration of the band is."""
    factor = response.factor(plane_wavelengths_um(response.band))
    relative: FloatArray = _RELATIVE_FACTOR_LEVEL * (factor / np.median(factor)) ** 0.3
    return relative


def plane_wavelengths_um(band: Band) -> FloatArray:
    """Return the wavelengths of the planes of a cube of ``band``. Unit: um."""
    n_planes = int(np.ceil((band.wave_max_um - band.wave_min_um) / band.step_um - 1e-6))
    number = np.arange(n_planes, dtype=np.float64)
    return band.wave_min_um + (number + 0.5) * band.step_um


def spaxel_area_sr(band: Band) -> float:
    """Return the solid angle of a spaxel of ``band``. Unit: sr."""
    return band.spaxel_arcsec**2 * ARCSEC2_SR


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


def put_cosmic_rays(
    rng: np.random.Generator, values: FloatArray, sigma: FloatArray, fraction: float
) -> FloatArray:
    """Return ``values`` with hits of 8 to 60 sigma on a fraction of them, one in three negative."""
    hit = rng.random(values.shape) < fraction
    count = int(np.count_nonzero(hit))
    height = rng.uniform(8.0, 60.0, count) * rng.choice([1.0, 1.0, -1.0], count)
    struck = values.copy()
    struck[hit] += height * sigma[hit]
    return struck


def _noise_profile(photons: FloatArray, inside: BoolArray) -> FloatArray:
    """Return the relative noise of each sample, with a mean square of 1 over ``inside``."""
    profile = 1.0 / np.sqrt(photons)
    normalized: FloatArray = profile / np.sqrt(np.mean(profile[inside] ** 2))
    return normalized
