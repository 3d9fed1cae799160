"""Models of the point-spread function of an imager: which part of the light is inside a radius."""

import re
from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.point_spread import EncircledEnergy
from engine.mrs.diffraction import diffraction_energy

_NUMBER = re.compile(r"F(\d{3,4})")
_FND_UM = 12.9  # pivot of the neutral density filter: Gordon+2025, Table 6
_DIAMETER_M = 6.5
_ARCSEC_PER_RAD = 206264.80624709636


@dataclass(frozen=True, eq=False, slots=True)
class LightModel:
    """The encircled energy of a model at one wavelength.

    Attributes
    ----------
    radius_px, energy : ndarray, shape (n,)
        Radii, from 0, and the part of all light inside each. Unit: pixel.
    source : str
        Where it comes from, in words.
    """

    radius_px: FloatArray
    energy: FloatArray
    source: str

    def inside(self, radius_px: FloatArray) -> FloatArray:
        """Return the part of the light inside each radius; the last one beyond the table."""
        found: FloatArray = np.interp(radius_px, self.radius_px, self.energy)
        return found

    def radius_of(self, part: float) -> float:
        """Return the radius that ``part`` of the light is inside of; NaN: beyond the table."""
        above = np.flatnonzero(self.energy >= part)
        if not above.size or above[0] == 0:
            return float("nan")
        i = int(above[0])
        low, high = self.energy[i - 1], self.energy[i]
        step = self.radius_px[i] - self.radius_px[i - 1]
        return float(self.radius_px[i - 1] + step * (part - low) / (high - low))


def nominal_wave_um(name: str) -> float:
    """Return about the middle of a filter, from its name: 7.7 for F770W. NaN: not known."""
    if name.upper() == "FND":
        return _FND_UM
    found = _NUMBER.match(name.upper())
    return int(found[1]) / 100.0 if found else float("nan")


def diffraction_fwhm_px(wave_um: float, pixel_arcsec: float) -> float:
    """Return the width at half maximum of the diffraction of 6.5 m. Unit: pixel.

    Notes
    -----
    1.029 wavelength / D, and never less than a pixel and a half.
    """
    arcsec = 1.029 * 1e-6 * wave_um / _DIAMETER_M * _ARCSEC_PER_RAD
    return max(arcsec / pixel_arcsec, 1.5)


def diffraction_model(wave_um: float, pixel_arcsec: float) -> LightModel:
    """Return the diffraction of a round aperture of 6.5 m: what is left without a model."""
    radius = np.arange(0.0, 400.0, 0.1)
    energy = diffraction_energy(np.array([wave_um]), radius * pixel_arcsec)
    return LightModel(freeze(radius), freeze(energy), "diffraction of 6.5 m")


def tabulated_model(table: EncircledEnergy, wave_um: float, pixel_arcsec: float) -> LightModel:
    """Return a table of encircled energy at one wavelength, its ends beyond its range."""
    along = [np.interp(wave_um, table.wave_um, row) for row in table.fraction]
    return LightModel(
        freeze(np.r_[0.0, table.radius_arcsec] / pixel_arcsec),
        freeze(np.r_[0.0, along]),
        "table of encircled energy",
    )
