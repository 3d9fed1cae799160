"""What the systematic errors of vectors do to the model of an asteroid."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.spectrum import Spectrum
from engine.mrs.thermal_fit import ThermalFit, ThermalSamples, temperature_shift_k


@dataclass(frozen=True, eq=False, slots=True)
class VectorErrors:
    """Systematic errors of the vectors that the fitted bands were calibrated with."""

    bands: tuple[Spectrum, ...]
    relative: Mapping[str, FloatArray]

    def of_temperature(self, samples: ThermalSamples, fit: ThermalFit) -> float:
        """Return the error of the temperature."""
        shifts = [0.0]
        for number, one in enumerate(self.bands):
            given = self.relative.get(one.identity.band)
            if given is not None:
                at = np.interp(samples.wave_um, one.wave_um, np.nan_to_num(given))
                shifts.append(temperature_shift_k(samples, fit, number, at))
        return math.sqrt(sum(shift**2 for shift in shifts))

    def of_scale(self, band: str, anchor: str) -> float:
        """Return the error of a scale; NaN where it is not known."""
        given = [self.relative.get(name) for name in (band, anchor)]
        known = [float(np.nanmedian(one)) for one in given if one is not None]
        return math.hypot(*known) if len(known) == 2 and band != anchor else float("nan")


def error_of_level(
    covariance: FloatArray, anchor: int, shape: FloatArray, temperature_k: float
) -> float:
    """Return the relative error of the model at one wavelength near its anchor band.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)
        Of temperature, share and levels.
    anchor : int
        Place of the level of the anchor band in it.
    shape : ndarray, shape (2, 2)
        Derivatives of the logarithm of the model by temperature and share, at the wavelength and
        in the middle of the anchor band.
    temperature_k : float
        Error of the temperature that the fit does not know of. Unit: K.

    Notes
    -----
    Of the fit, with the correlation of temperature and level. Where vectors that are off, or
    another choice of bands, move the temperature, the level follows the samples of the anchor
    band: what is left is how the shape changes from their middle to the wavelength.
    """
    gradient = np.zeros(len(covariance))
    gradient[:2] = shape[:, 0]
    gradient[anchor] = 1.0
    variance = max(float(gradient @ covariance @ gradient), 0.0)
    return math.hypot(math.sqrt(variance), (shape[0, 0] - shape[0, 1]) * temperature_k)
