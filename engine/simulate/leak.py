"""The 12.2 um leak: light of band 1B that arrives in 3A at twice its wavelength.

Beside it a source without light of its own at 6.1 um, which shows what 3A is without the leak.
"""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray
from engine.simulate.response import BandResponse
from engine.simulate.signal import BandSignal, SignalUnit, plane_wavelengths_um, spaxel_area_sr

LEAKING_BAND, LEAKY_BAND = "1B", "3A"
#: Peak, its wavelength (um), and widths toward the blue and the red (um), like the curve that the
#: pipeline uses near its peak (Law+2025, Sec. 5.3: roughly 2.5 %). The faint wings are left out.
LEAK_PEAK = 0.025
_PEAK_UM = 12.22
_WIDTHS_UM = (0.050, 0.072)
_PLANCK_C2_UM_K = 14387.768775


def leak_fraction(wave_um: FloatArray) -> FloatArray:
    """Return leaked flux over the flux at half the wavelength, both in Jy."""
    x = wave_um - _PEAK_UM
    width = np.where(x < 0, _WIDTHS_UM[0], _WIDTHS_UM[1])
    fraction: FloatArray = LEAK_PEAK * np.exp(-0.5 * (x / width) ** 2)
    return fraction


def leak_truth() -> dict[str, FloatArray]:
    """Return the leak that is in the count rates of the demo."""
    wave = np.linspace(11.9, 12.7, 161)
    return {"wave_um": wave, "fraction": leak_fraction(wave)}


def leak_rate_fraction(
    wave_um: FloatArray, leaking: BandResponse, leaky: BandResponse
) -> FloatArray:
    """Return leaked count rate over the count rate at half the wavelength.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Wavelengths in 3A. Unit: um.
    leaking, leaky : BandResponse
        Of 1B and 3A: a rate is flux over factor and solid angle.
    """
    ratio = leaking.factor(0.5 * wave_um) * spaxel_area_sr(leaking.band)
    fraction: FloatArray = leak_fraction(wave_um) * ratio
    return fraction / (leaky.factor(wave_um) * spaxel_area_sr(leaky.band))


def add_leak(leaky: BandSignal, leaking: BandSignal, *, strength: float = 1.0) -> BandSignal:
    """Return the signal of 3A with what leaks into it from that of 1B.

    Parameters
    ----------
    leaky, leaking : BandSignal
        3A and 1B of one source, in one unit.
    strength : float, optional
        Factor on the leak.
    """
    wave = leaky.wave_um
    at_half = np.interp(0.5 * wave, leaking.wave_um, leaking.clean)
    fraction = strength * leak_fraction(wave)
    if leaky.unit == "DN/s":
        factor = np.interp(0.5 * wave, leaking.wave_um, leaking.factor)
        ratio = factor * spaxel_area_sr(leaking.band) / spaxel_area_sr(leaky.band)
        fraction = fraction * ratio / leaky.factor
    leak = fraction * at_half
    return replace(leaky, clean=leaky.clean + leak, fringed=leaky.fringed + leak)


def cold_signal(
    response: BandResponse,
    *,
    temperature_k: float,
    flux_12um_jy: float,
    snr: float,
    unit: SignalUnit = "DN/s",
    miscalibration: float = 1.0,
) -> BandSignal:
    """Return what a cold body sends to a band: a Planck curve without lines or fringes.

    Parameters
    ----------
    response : BandResponse
        The instrument.
    temperature_k, flux_12um_jy : float
        Of the body. Units: K, Jy.
    snr : float
        Signal-to-noise ratio of every sample.
    unit : {"DN/s", "Jy"}, optional
        Of the signal.
    miscalibration : float, optional
        Model over observed.
    """
    wave = plane_wavelengths_um(response.band)
    factor = response.factor(wave)
    flux = flux_12um_jy * _planck(wave, temperature_k) / _planck(np.array(12.0), temperature_k)
    per_jy = 1e-6 / (factor * spaxel_area_sr(response.band)) if unit == "DN/s" else 1.0
    clean = flux * per_jy / miscalibration
    return BandSignal(
        band=response.band,
        unit=unit,
        wave_um=wave,
        model_jy=flux,
        response=(factor if unit == "DN/s" else np.ones_like(wave)) * miscalibration,
        factor=factor,
        clean=clean,
        fringed=clean,
        sigma=clean / snr,
    )


def _planck(wave_um: FloatArray, temperature_k: float) -> FloatArray:
    planck: FloatArray = wave_um**-3.0 / np.expm1(_PLANCK_C2_UM_K / (wave_um * temperature_k))
    return planck
