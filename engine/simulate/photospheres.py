"""Analytic stars: a Planck curve, an opacity slope, lines, and what a model does not know.

Every number here is chosen so that the stars look like those of Law+2025, Table 1; none of it is
read from a model atmosphere. The *model* is what a calibrator would have at hand; the *star* is
the model times the features that the model lacks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit

from engine.arrays import FloatArray

PhotosphereClass = Literal["hot", "A", "G"]

_PLANCK_C2_UM_K = 14387.768775
_RYDBERG_HYDROGEN_PER_UM = 10.967758340
_SPEED_OF_LIGHT_KM_S = 299792.458

#: Exponent of the wavelength by which the continuum departs from the Planck curve.
_OPACITY_SLOPE: dict[PhotosphereClass, float] = {"hot": -0.030, "A": -0.045, "G": -0.055}
#: Depth of the n+1 -> n line of hydrogen in the model; negative is emission.
_MODEL_LINE_DEPTH: dict[PhotosphereClass, float] = {"hot": -0.010, "A": 0.060, "G": 0.006}
#: The same in the star: models of hot stars make too little emission, those of A stars too deep.
_STAR_LINE_DEPTH: dict[PhotosphereClass, float] = {"hot": -0.030, "A": 0.055, "G": 0.006}
_LINE_WIDTH_KM_S: dict[PhotosphereClass, float] = {"hot": 150.0, "A": 400.0, "G": 120.0}

_COMB_NORM = 1.206  # makes the root mean square of the CO lines 1 over band 1A

#: Broad flat-topped features: center um, half-width um, height (Law+2025, Sec. 5.2).
_WIND_FEATURES = (
    (7.6524, 0.024, 0.006),
    (14.3200, 0.050, 0.030),
    (24.3175, 0.075, 0.050),
    (25.8900, 0.080, 0.040),
)


@dataclass(frozen=True, slots=True)
class Photosphere:
    """A star.

    Attributes
    ----------
    star_class : {"hot", "A", "G"}
        Decides lines and opacity.
    temperature_k : float
        Temperature of the Planck curve. Unit: K.
    flux_10um_jy : float
        Continuum of the model at 10 um. Unit: Jy.
    wind_features : {"none", "high ionization"}
        Whether the star has the broad lines of 10 Lac that its model lacks.
    carbon_monoxide_rms : float
        Relative scatter that unresolved lines of CO put on band 1A; the model has only their mean.
    """

    star_class: PhotosphereClass
    temperature_k: float
    flux_10um_jy: float
    wind_features: Literal["none", "high ionization"] = "none"
    carbon_monoxide_rms: float = 0.0


def model_flux_jy(star: Photosphere, wave_um: FloatArray) -> FloatArray:
    """Return the flux of the star's model.

    Parameters
    ----------
    star : Photosphere
        The star.
    wave_um : ndarray, shape (n,)
        Vacuum wavelength. Unit: um.

    Returns
    -------
    ndarray, shape (n,)
        Flux density. Unit: Jy.
    """
    depth = _MODEL_LINE_DEPTH[star.star_class]
    lines = _hydrogen_lines(wave_um, depth, _LINE_WIDTH_KM_S[star.star_class])
    return _continuum_jy(star, wave_um) * lines * _carbon_monoxide_band(star, wave_um)


def star_flux_jy(star: Photosphere, wave_um: FloatArray) -> FloatArray:
    """Return the flux that the star really sends: the model and what the model lacks.

    Parameters
    ----------
    star : Photosphere
        The star.
    wave_um : ndarray, shape (n,)
        Vacuum wavelength. Unit: um.

    Returns
    -------
    ndarray, shape (n,)
        Flux density. Unit: Jy.
    """
    depth = _STAR_LINE_DEPTH[star.star_class]
    flux = _continuum_jy(star, wave_um) * _carbon_monoxide_band(star, wave_um)
    flux *= _hydrogen_lines(wave_um, depth, _LINE_WIDTH_KM_S[star.star_class])
    flux *= 1.0 + star.carbon_monoxide_rms * _carbon_monoxide_comb(wave_um)
    if star.wind_features == "high ionization":
        for center, half_width, height in _WIND_FEATURES:
            flux *= 1.0 + height * np.exp(-(((wave_um - center) / half_width) ** 6))
    return flux


def mean_over_bins(
    star: Photosphere,
    wave_um: FloatArray,
    step_um: FloatArray | float,
    *,
    of: Literal["model", "star"],
) -> FloatArray:
    """Return the flux averaged over each bin, as a detector sees it.

    Parameters
    ----------
    star : Photosphere
        The star.
    wave_um : ndarray, shape (n,)
        Centers of the bins. Unit: um.
    step_um : float or ndarray, shape (n,)
        Width of the bins. Unit: um.
    of : {"model", "star"}
        What is averaged.

    Returns
    -------
    ndarray, shape (n,)
        Flux density. Unit: Jy.

    Notes
    -----
    Three-point Gauss-Legendre quadrature, exact for a quintic inside a bin.
    """
    flux_jy = model_flux_jy if of == "model" else star_flux_jy
    nodes, weights = np.polynomial.legendre.leggauss(3)
    mean: FloatArray = np.zeros_like(wave_um)
    for node, weight in zip(nodes, weights, strict=True):
        mean += 0.5 * weight * flux_jy(star, wave_um + 0.5 * step_um * node)
    return mean


def hydrogen_lines_um(shortest_um: float, longest_um: float) -> tuple[tuple[int, int, float], ...]:
    """Return (lower level, upper level, vacuum wavelength in um) of the lines in a range.

    Notes
    -----
    Rydberg formula with the reduced mass of hydrogen; lower levels 5 to 9, up to nine levels up.
    """
    lines = []
    for lower in range(5, 10):
        for upper in range(lower + 1, lower + 10):
            wave = 1.0 / (_RYDBERG_HYDROGEN_PER_UM * (lower**-2 - upper**-2))
            if shortest_um <= wave <= longest_um:
                lines.append((lower, upper, wave))
    return tuple(lines)


def _continuum_jy(star: Photosphere, wave_um: FloatArray) -> FloatArray:
    def shape(wave: FloatArray) -> FloatArray:
        planck: FloatArray = wave**-3 / np.expm1(_PLANCK_C2_UM_K / (wave * star.temperature_k))
        return planck * (wave / 10.0) ** _OPACITY_SLOPE[star.star_class]

    return star.flux_10um_jy * shape(wave_um) / shape(np.array(10.0))


def _hydrogen_lines(wave_um: FloatArray, depth: float, width_km_s: float) -> FloatArray:
    transmission = np.ones_like(wave_um)
    margin = 10.0 * width_km_s / _SPEED_OF_LIGHT_KM_S
    low, high = wave_um.min() * (1.0 - margin), wave_um.max() * (1.0 + margin)
    for lower, upper, center in hydrogen_lines_um(low, high):
        strength = depth / (upper - lower) ** 1.5
        sigma = center * width_km_s / _SPEED_OF_LIGHT_KM_S
        transmission -= strength * np.exp(-0.5 * ((wave_um - center) / sigma) ** 2)
    return transmission


def _carbon_monoxide_band(star: Photosphere, wave_um: FloatArray) -> FloatArray:
    """Return the smooth depression below 5.3 um of a solar analog."""
    if star.star_class != "G":
        return np.ones_like(wave_um)
    band: FloatArray = 1.0 - 0.05 * expit((5.15 - wave_um) / 0.12)
    return band


def _carbon_monoxide_comb(wave_um: FloatArray) -> FloatArray:
    """Return line-like structure with a root mean square of 1 between 4.9 and 5.74 um.

    Two ladders of lines, 3.8 and 3.1 cm-1 apart like two vibrational bands, beat; they end before
    band 1B begins.
    """
    wavenumber = 1e4 / wave_um
    comb = np.cos(2 * np.pi * wavenumber / 3.8) + np.cos(2 * np.pi * wavenumber / 3.1 + 1.0)
    envelope: FloatArray = expit((5.50 - wave_um) / 0.025)
    return _COMB_NORM * comb * envelope
