"""What a photometer would measure of a spectrum (Law+2025, Eqs. 2 and 3)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.errors import DataError
from engine.model.bandpass import Bandpass

Outside = Literal["Rayleigh-Jeans", "leave out"]

_WIDEST_GAP = 0.02  # of the wavelength: wider gaps between samples are not bridged
_WIDEST_STEPS = 3.0  # or this many usual steps, for spectra that are coarse throughout


@dataclass(frozen=True, slots=True)
class BandFlux:
    """The flux density of a spectrum in one bandpass.

    Attributes
    ----------
    flux : float
        Photon-weighted mean, in the unit of the spectrum. NaN: nothing of the band is covered.
    error : float
        One standard deviation, samples independent. NaN: an error in the band is not known.
    coverage : float
        Part of the photon weight of the band that the spectrum covers, 0 to 1.
    extension : float
        Factor in `flux` that stands for the part that is not covered; 1: none.
    """

    flux: float
    error: float
    coverage: float
    extension: float = 1.0


def pivot_wavelength(bandpass: Bandpass) -> float:
    """Return the pivot wavelength of a bandpass, in um.

    Raises
    ------
    DataError
        If the response adds up to nothing.

    Notes
    -----
    lambda_p = sqrt(int R lambda dlambda / int R dlambda / lambda) (Law+2025, Eq. 3).
    """
    wave, response, weight = _quadrature(bandpass.wave_um, bandpass)
    above = float(np.sum(weight * response * wave))
    below = float(np.sum(weight * response / wave))
    if not (above > 0.0 and below > 0.0):
        raise DataError(f"The response of {bandpass.name} adds up to nothing.")
    return float(np.sqrt(above / below))


def band_flux(
    bandpass: Bandpass,
    wave_um: FloatArray,
    flux: FloatArray,
    error: FloatArray | None = None,
    *,
    outside: Outside = "leave out",
) -> BandFlux:
    """Measure the photon-weighted mean flux density of a spectrum in a bandpass.

    Parameters
    ----------
    bandpass : Bandpass
        Response per photon.
    wave_um : ndarray, shape (n,)
        Wavelengths of the spectrum, strictly increasing. Unit: um.
    flux : ndarray, shape (n,)
        Flux density per unit frequency, any unit. Samples that are not finite are left out and
        bridged linearly when the gap is below 2 % of the wavelength, or three usual steps.
    error : ndarray, shape (n,), optional
        One standard deviation of ``flux``. NaN: not known.
    outside : {"leave out", "Rayleigh-Jeans"}, optional
        What stands for the part of the band that the spectrum does not cover: nothing, so that
        the mean is over the covered part; or a spectrum that falls with the square of the
        wavelength, at the level of the covered part.

    Returns
    -------
    BandFlux
        Mean, error, and how much of the band is covered.

    Raises
    ------
    DataError
        If shapes differ or wavelengths do not increase.

    Notes
    -----
    <f_nu> = int f_lambda R lambda dlambda / (c int R dlambda / lambda) (Law+2025, Eq. 2), which
    is int f_nu R dlambda / lambda over int R dlambda / lambda: each photon counts once. Response
    and flux are linear between their nodes; Simpson's rule on the nodes of both.
    """
    wave, value, sigma = _checked(wave_um, flux, error)
    whole_wave, whole_response, whole_weight = _quadrature(bandpass.wave_um, bandpass)
    whole = float(np.sum(whole_weight * whole_response / whole_wave))
    if wave.size < 2 or not whole > 0.0:
        return BandFlux(float("nan"), float("nan"), 0.0)
    weights, square = _sample_weights(bandpass, wave, _is_bridged(wave, wave_um))
    covered = float(np.sum(weights))
    if not covered > 0.0:
        return BandFlux(float("nan"), float("nan"), 0.0)
    mean = float(np.sum(weights * value)) / covered
    touched = weights != 0.0
    spread = float(np.sqrt(np.sum((weights[touched] * sigma[touched]) ** 2))) / covered
    extension = 1.0
    if outside == "Rayleigh-Jeans":
        whole_square = float(np.sum(whole_weight * whole_response / whole_wave**3))
        extension = (whole_square / whole) / (square / covered)
    return BandFlux(mean * extension, spread * extension, min(covered / whole, 1.0), extension)


def _checked(
    wave_um: FloatArray, flux: FloatArray, error: FloatArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the samples that are finite."""
    if wave_um.shape != flux.shape or (error is not None and error.shape != flux.shape):
        raise DataError("Wavelengths, flux and errors differ in number.")
    if np.any(np.diff(wave_um) <= 0.0):
        raise DataError("The wavelengths of the spectrum do not increase.")
    good = np.isfinite(flux) & np.isfinite(wave_um)
    sigma = np.full(flux.shape, np.nan) if error is None else error
    return wave_um[good], flux[good], sigma[good]


def _is_bridged(wave: FloatArray, all_wave: FloatArray) -> BoolArray:
    """Tell which intervals between good samples count as measured."""
    step = np.diff(wave)
    usual = float(np.median(np.diff(all_wave)))
    widest = np.maximum(_WIDEST_GAP * wave[1:], _WIDEST_STEPS * usual)
    bridged: BoolArray = step <= widest
    return bridged


def _quadrature(nodes: FloatArray, bandpass: Bandpass) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return points, response and weights of Simpson's rule between ``nodes``."""
    low, high = nodes[:-1], nodes[1:]
    middle, width = 0.5 * (low + high), (high - low) / 6.0
    points = np.concatenate([low, middle, high])
    weight = np.concatenate([width, 4.0 * width, width])
    response = np.interp(points, bandpass.wave_um, bandpass.response, left=0.0, right=0.0)
    return points, response, weight


def _sample_weights(
    bandpass: Bandpass, wave: FloatArray, bridged: BoolArray
) -> tuple[FloatArray, float]:
    """Return the weight of each sample in the integral, and the integral of wavelength^-2."""
    low = max(bandpass.wave_um[0], wave[0])
    high = min(bandpass.wave_um[-1], wave[-1])
    if not low < high:
        return np.zeros(wave.size), 0.0
    nodes = np.unique(np.concatenate([[low, high], bandpass.wave_um, wave]))
    nodes = nodes[(nodes >= low) & (nodes <= high)]
    points, response, weight = _quadrature(nodes, bandpass)
    # The interval is found from its middle, for its ends belong to two of them.
    middle = np.tile(0.5 * (nodes[:-1] + nodes[1:]), 3)
    left = np.clip(np.searchsorted(wave, middle, side="right") - 1, 0, wave.size - 2)
    part = weight * response / points * bridged[left]
    along = (points - wave[left]) / (wave[left + 1] - wave[left])
    weights: FloatArray = np.bincount(left, part * (1.0 - along), wave.size).astype(np.float64)
    weights += np.bincount(left + 1, part * along, wave.size)
    return weights, float(np.sum(part / points**2))
