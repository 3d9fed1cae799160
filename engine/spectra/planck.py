"""Planck's law per wavenumber, and back."""

import numpy as np

from engine.arrays import FloatArray

PLANCK = 6.62607015e-34  # J s, exact
LIGHT = 2.99792458e8  # m/s, exact
BOLTZMANN = 1.380649e-23  # J/K, exact
_PER_M = 100.0  # 1/m in 1/cm
_MJY = 1e-20  # W/m2/Hz in MJy
#: c1 and c2 of Planck's law for wavenumbers in 1/cm: radiance in W / (m2 sr 1/cm), and K cm.
FIRST = 2.0 * PLANCK * LIGHT**2 * _PER_M**4
SECOND = PLANCK * LIGHT * _PER_M / BOLTZMANN


def per_wavenumber(surf_bright_mjy_sr: FloatArray) -> FloatArray:
    """Return radiance per wavenumber, in W / (m2 sr 1/cm), from I_nu in MJy/sr."""
    radiance: FloatArray = np.asarray(surf_bright_mjy_sr) * (_MJY * LIGHT * _PER_M)
    return radiance


def planck_radiance(wavenumber_per_cm: FloatArray, temperature_k: FloatArray) -> FloatArray:
    """Return the radiance of a black body.

    Parameters
    ----------
    wavenumber_per_cm : ndarray
        Unit: 1/cm.
    temperature_k : ndarray
        Broadcast against the wavenumbers. NaN, and what is not positive, gives NaN. Unit: K.

    Returns
    -------
    ndarray
        Unit: W / (m2 sr 1/cm).
    """
    temperature = np.asarray(temperature_k, dtype=np.float64)
    temperature = np.where(temperature > 0.0, temperature, np.nan)
    with np.errstate(over="ignore"):
        radiance: FloatArray = (
            FIRST * wavenumber_per_cm**3 / np.expm1(SECOND * wavenumber_per_cm / temperature)
        )
    return radiance


def brightness_temperature_k(wavenumber_per_cm: FloatArray, radiance: FloatArray) -> FloatArray:
    """Return the temperature of the black body that has a radiance: the inverse of Planck's law.

    Parameters
    ----------
    wavenumber_per_cm : ndarray
        Unit: 1/cm.
    radiance : ndarray
        NaN, and what is not positive, gives NaN. Unit: W / (m2 sr 1/cm).

    Returns
    -------
    ndarray
        Unit: K.
    """
    positive = np.where(np.asarray(radiance) > 0.0, radiance, np.nan)
    temperature: FloatArray = (
        SECOND * wavenumber_per_cm / np.log1p(FIRST * wavenumber_per_cm**3 / positive)
    )
    return temperature


def temperature_slope(wavenumber_per_cm: FloatArray, temperature_k: FloatArray) -> FloatArray:
    """Return how the radiance of a black body rises with temperature, per K.

    Parameters
    ----------
    wavenumber_per_cm : ndarray
        Unit: 1/cm.
    temperature_k : ndarray
        NaN gives NaN. Unit: K.

    Returns
    -------
    ndarray
        Unit: W / (m2 sr 1/cm K).
    """
    x = SECOND * wavenumber_per_cm / temperature_k
    slope: FloatArray = planck_radiance(wavenumber_per_cm, temperature_k) * (
        x / temperature_k / -np.expm1(-x)
    )
    return slope
