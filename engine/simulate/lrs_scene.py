"""What the LRS of the demo sees: sources, dispersion, image of a point, noise."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import erf

from engine.arrays import FloatArray

Color = Literal["blue", "red"]

PIXEL_AREA_SR = 2.8606e-13  #: of the MIRI imager (Gordon et al. 2025)
_PIXEL_ARCSEC = 0.11
_LONGEST_UM = 14.3
_FOLD_UM = 4.5
_DIAMETER_M = 6.5
_FOLDED_PART = 0.30  # of the light below 4.5 um that comes back at the fold
_FOLDED_OVER_UM = 0.30


@dataclass(frozen=True, slots=True)
class Source:
    """A source of known spectrum.

    Attributes
    ----------
    target : str
        Its name.
    color : {"blue", "red"}
        Rayleigh-Jeans slope, or rising with wavelength.
    flux_10um_jy : float
        Unit: Jy.
    program, observation : str
        As in the header.
    mjd : float
        Middle of the first exposure. Unit: d.
    """

    target: str
    color: Color
    flux_10um_jy: float
    program: str
    observation: str
    mjd: float

    def flux_jy(self, wave_um: FloatArray) -> FloatArray:
        """Return the true spectrum. Unit: Jy."""
        if self.color == "blue":
            return self.flux_10um_jy * (wave_um / 10.0) ** -2.0
        silicate = 1.0 + 0.25 * np.exp(-0.5 * ((wave_um - 9.8) / 1.0) ** 2)
        flux: FloatArray = self.flux_10um_jy * (wave_um / 10.0) ** 1.2 * silicate / 1.25
        return flux


def row_wavelengths_um(n_rows: int, shortest_um: float) -> FloatArray:
    """Return the wavelength of each row: the square is linear in the row, as prisms nearly do.

    It falls with the row, as on the detector. Unit: um.
    """
    squares = np.linspace(_LONGEST_UM**2, shortest_um**2, n_rows)
    return np.sqrt(squares)


def profile(n_columns: int, center: float, wave_um: FloatArray) -> FloatArray:
    """Return the part of the light in each column, shape (n, n_columns): pixel-integrated."""
    fwhm = 1.025 * wave_um * 1e-6 / _DIAMETER_M * 206264.8 / _PIXEL_ARCSEC
    sigma = np.maximum(fwhm, 1.6)[:, None] / 2.3548 * np.sqrt(2.0)
    edges = np.arange(n_columns + 1)[None, :] - 0.5 - center
    steps: FloatArray = 0.5 * np.diff(erf(edges / sigma), axis=1)
    return steps


def folded_light(source: Source, wave_um: FloatArray) -> FloatArray:
    """Return the part of the flux that is added where no slit filter blocks what folds over."""
    away = np.clip(wave_um - _FOLD_UM, 0.0, 2.0)
    part = _FOLDED_PART * np.exp(-((away / _FOLDED_OVER_UM) ** 2))
    from_um = _FOLD_UM - 0.8 * away
    ratio: FloatArray = source.flux_jy(from_um) / source.flux_jy(wave_um)
    return part * ratio / (from_um / wave_um) ** -2.0  # calibrated away for a Rayleigh-Jeans slope


def pixel_noise_jy(wave_um: FloatArray, level_jy: float) -> FloatArray:
    """Return the noise of one pixel: it grows with the background towards the red. Unit: Jy."""
    noise: FloatArray = level_jy * (1.0 + (wave_um / 8.5) ** 7.0)
    return noise
