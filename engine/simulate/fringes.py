"""Residual fringes: sinusoids whose period is constant in wavenumber."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.bands import Band

#: Period and its half-range of the two families, cm-1: detector substrate, and dichroic. The
#: second is seen in channels 3 and 4 only (the families of the residual-fringe step of `jwst`).
_DETECTOR_PERIOD_PER_CM = (2.9, 0.25)
_DICHROIC_PERIOD_PER_CM = (0.4, 0.02)


@dataclass(frozen=True, slots=True)
class Fringes:
    """Residual fringes of one spectrum.

    Attributes
    ----------
    waves : tuple of tuple of float
        Amplitude, period in cm-1 and phase in rad of each sinusoid.
    """

    waves: tuple[tuple[float, float, float], ...]

    def modulation(self, wave_um: FloatArray) -> FloatArray:
        """Return the factor, with mean near 1, that the fringes put on a spectrum."""
        wavenumber_per_cm = 1e4 / wave_um
        modulation: FloatArray = np.ones_like(wave_um)
        for amplitude, period, phase in self.waves:
            modulation += amplitude * np.cos(2 * np.pi * wavenumber_per_cm / period + phase)
        return modulation


def draw_fringes(rng: np.random.Generator, band: Band, *, amplitude: float) -> Fringes:
    """Draw the residual fringes of one spectrum.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness.
    band : Band
        Channels 3 and 4 have two families, 1 and 2 one.
    amplitude : float
        Largest amplitude of each family, relative to the flux; each family is two neighboring
        periods that beat. 0: none.

    Returns
    -------
    Fringes
        The sinusoids.
    """
    families = [_DETECTOR_PERIOD_PER_CM]
    if band.channel >= 3:
        families.append(_DICHROIC_PERIOD_PER_CM)
    waves = []
    for period, spread in families:
        for share in (0.7, 0.3):
            drawn = (period + rng.uniform(-spread, spread), rng.uniform(0.0, 2 * np.pi))
            waves.append((share * amplitude, float(drawn[0]), float(drawn[1])))
    return Fringes(tuple(waves))
