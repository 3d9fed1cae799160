"""The Planck curve and its slope with temperature."""

import numpy as np
from scipy import constants

from engine.arrays import FloatArray

#: Second radiation constant h c / k. Unit: um K.
C2_UM_K = float(constants.value("second radiation constant") * 1e6)
#: 2 h c / um^3 in MJy/sr.
_C1_MJY_SR = float(2.0 * constants.h * constants.c * 1e18 * 1e20)


def planck_mjy_sr(wave_um: FloatArray, temperature_k: float) -> FloatArray:
    """Return the surface brightness of a blackbody.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Vacuum wavelength. Unit: um.
    temperature_k : float
        Above zero. Unit: K.

    Returns
    -------
    ndarray, shape (n,)
        B_nu. Unit: MJy/sr.
    """
    with np.errstate(over="ignore"):
        brightness: FloatArray = (
            _C1_MJY_SR * wave_um**-3.0 / np.expm1(C2_UM_K / (wave_um * temperature_k))
        )
    return brightness


def planck_log_slope_per_k(wave_um: FloatArray, temperature_k: float) -> FloatArray:
    """Return d ln B_nu / dT of a blackbody, shape of ``wave_um``. Unit: 1/K."""
    x = C2_UM_K / (wave_um * temperature_k)
    slope: FloatArray = x / -np.expm1(-x) / temperature_k
    return slope
