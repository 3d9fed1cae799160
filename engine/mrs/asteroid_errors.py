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
