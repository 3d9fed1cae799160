"""Resolving power of the MRS, and models smoothed to it."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from engine.arrays import FloatArray
from engine.spectra.resample import rebin

_R_OFFSET, _R_SLOPE_PER_UM = 4603.0, 128.0
_SAMPLES_PER_ELEMENT = 8  # of the grid that the smoothing works on
_FINE_SAMPLES_PER_ELEMENT = 4.0  # a model sampled more finely than this holds what the MRS blurs
_FWHM_PER_SIGMA = 2.354820045030949
_REACH_ELEMENTS = 4.0


def resolving_power(wave_um: FloatArray) -> FloatArray:
    """Return the resolving power of the MRS.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.

    Returns
    -------
    ndarray, shape (n,)
        Wavelength over the FWHM of an unresolved line.

    Notes
    -----
    R = 4603 - 128 wavelength[um] (Jones et al. 2023, MNRAS 523, 2519).
    """
    power: FloatArray = _R_OFFSET - _R_SLOPE_PER_UM * np.asarray(wave_um, dtype=np.float64)
    return power


def resolution_element_um(wave_um: FloatArray) -> FloatArray:
    """Return the FWHM of an unresolved line at ``wave_um``, in um."""
    element: FloatArray = wave_um / resolving_power(wave_um)
    return element


def at_mrs_resolution(
    wave_um: FloatArray, flux: FloatArray, target_wave_um: FloatArray
) -> FloatArray:
    """Average a model over the bins of an observation, blurred as the MRS blurs it.

    Parameters
    ----------
    wave_um, flux : ndarray, shape (n,)
        Model spectrum, wavelengths strictly increasing. NaN makes what it touches NaN. Unit of
        the wavelengths: um.
    target_wave_um : ndarray, shape (m,)
        Centers of the observed bins, strictly increasing. Unit: um.

    Returns
    -------
    ndarray, shape (m,)
        Mean flux density in each bin. NaN where a bin is not wholly inside the model.

    Notes
    -----
    A model on the observed wavelengths is taken to be averaged over them already and returned as
    it is. A model with more than four samples per resolution element is first convolved with a
    Gaussian of one resolution element FWHM, on a grid on which that element is constant: du =
    R(wavelength) dwavelength / wavelength, with R linear in wavelength. Coarser models are only
    averaged, flux-conserving: they hold nothing that the instrument would blur.
    """
    if np.array_equal(wave_um, target_wave_um):
        return np.array(flux, dtype=np.float64)
    margin = _REACH_ELEMENTS * resolution_element_um(target_wave_um[[0, -1]])
    low, high = target_wave_um[0] - margin[0], target_wave_um[-1] + margin[1]
    first = max(int(np.searchsorted(wave_um, low)) - 2, 0)
    last = min(int(np.searchsorted(wave_um, high)) + 2, wave_um.size)
    near, values = wave_um[first:last], flux[first:last]
    if near.size < 2 or not _is_fine(near):
        return rebin(near, values, target_wave_um)
    return rebin(*_blurred(near, values), target_wave_um)


def _is_fine(wave_um: FloatArray) -> bool:
    middle = 0.5 * (wave_um[1:] + wave_um[:-1])
    per_element = resolution_element_um(middle) / np.diff(wave_um)
    return float(np.median(per_element)) > _FINE_SAMPLES_PER_ELEMENT


def _blurred(wave_um: FloatArray, flux: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the model blurred, on its own range."""
    elements = _elements(wave_um)
    # Two bins of the grid per mean sample of the model at least: nothing of it is lost.
    own = int(np.ceil(2 * wave_um.size / (elements[-1] - elements[0])))
    per_element = max(_SAMPLES_PER_ELEMENT, own)
    count = int((elements[-1] - elements[0]) * per_element)
    grid = np.linspace(elements[0], elements[-1], max(count, 2))
    grid_wave = np.interp(grid, elements, wave_um)
    even = np.interp(grid, elements, flux)
    sigma = (grid.size - 1) / (grid[-1] - grid[0]) / _FWHM_PER_SIGMA
    known = np.isfinite(even)
    # Normalized convolution: at the ends of the model the kernel is cut, not filled with zeros.
    blurred = gaussian_filter1d(np.where(known, even, 0.0), sigma, mode="constant", truncate=5.0)
    share = gaussian_filter1d(known.astype(np.float64), sigma, mode="constant", truncate=5.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        smooth = np.where(known, blurred / share, np.nan)
    inside = (grid_wave >= wave_um[0]) & (grid_wave <= wave_um[-1])
    return grid_wave[inside], smooth[inside]


def _elements(wave_um: FloatArray) -> FloatArray:
    """Return the number of resolution elements from wavelength 1 um: the integral of R/w."""
    counted: FloatArray = _R_OFFSET * np.log(wave_um) - _R_SLOPE_PER_UM * (wave_um - 1.0)
    return counted
