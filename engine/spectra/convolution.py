"""Convolution of sampled curves with a Gaussian, on wavelengths, wavenumbers or their logarithm."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.spectra.resample import bin_edges, rebin

_FWHM_PER_SIGMA = 2.354820045030949
_STEPS_PER_FWHM = 16  # at least
_MOST_STEPS_PER_FWHM = 256
_REACH = 5.0  # sigma: beyond, the kernel is cut
_FEWEST_COVERED = 0.98  # of the kernel
_WHOLE_STEP = 1.0 - 1e-9
_MOST_STEPS = 4_000_000


def convolve_gaussian(
    x: FloatArray, values: FloatArray, at: FloatArray, *, fwhm: float
) -> FloatArray:
    """Convolve a curve with a Gaussian.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Where the curve is sampled, strictly increasing, any unit.
    values : ndarray, shape (n,)
        The curve, linear between samples. NaN: no measurement; what touches it is not covered.
    at : ndarray, shape (m,)
        Where the convolved curve is wanted, any order, in the unit of ``x``.
    fwhm : float
        Full width of the Gaussian at half of its maximum, in the unit of ``x``.

    Returns
    -------
    ndarray, shape (m,)
        NaN where less than 98 % of the Gaussian falls on measured parts of the curve.

    Raises
    ------
    DataError
        If ``x`` does not increase, has fewer than two values, or the width is not positive.
    """
    centers, step = _steps(x, fwhm)
    curve, measured = _on_steps(centers, x, values)
    smooth, covered = _smoothed(curve, measured, fwhm / step)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = np.where(covered >= _FEWEST_COVERED, smooth / covered, np.nan)
    return freeze(_read(centers, result, at))


def convolved_error(x: FloatArray, error: FloatArray, at: FloatArray, *, fwhm: float) -> FloatArray:
    """Return the error of `convolve_gaussian` for independent samples.

    Parameters
    ----------
    x, at, fwhm
        As for `convolve_gaussian`.
    error : ndarray, shape (n,)
        One standard deviation of each sample. NaN: not known; what it touches has no error.

    Returns
    -------
    ndarray, shape (m,)
        One standard deviation.

    Notes
    -----
    A sample enters with its own width times the kernel, so the variance is the integral of
    sigma^2 times the width of the sample over the square of the kernel: a Gaussian narrower by
    the root of 2. Samples are taken to be narrower than the kernel.
    """
    centers, step = _steps(x, fwhm)
    density = error**2 * np.diff(bin_edges(x))
    curve, measured = _on_steps(centers, x, density)
    smooth, covered = _smoothed(curve, measured, fwhm / np.sqrt(2.0) / step)
    sigma = fwhm / _FWHM_PER_SIGMA
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = smooth / covered / (2.0 * sigma * np.sqrt(np.pi))
        result = np.where(covered >= _FEWEST_COVERED, np.sqrt(variance), np.nan)
    return freeze(_read(centers, result, at))


def _steps(x: FloatArray, fwhm: float) -> tuple[FloatArray, float]:
    """Return an even grid over ``x``, fine against the kernel."""
    if not fwhm > 0.0:
        raise DataError(f"The width of the kernel is {fwhm:g}.", hint="It must be positive.")
    if x.size < 2 or np.any(np.diff(x) <= 0.0):
        raise DataError("A curve to be convolved needs two or more increasing samples.")
    span = float(x[-1] - x[0])
    finest = max(float(np.median(np.diff(x))), fwhm / _MOST_STEPS_PER_FWHM)
    count = int(np.ceil(span / min(fwhm / _STEPS_PER_FWHM, finest))) + 1
    if count > _MOST_STEPS:
        raise DataError(
            f"The kernel of {fwhm:g} is too narrow for a curve that is {span:g} long.",
            hint="Convolve with a wider one.",
        )
    centers = np.linspace(x[0], x[-1], max(count, 2))
    return centers, float(centers[1] - centers[0])


def _on_steps(
    centers: FloatArray, x: FloatArray, values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the curve averaged over each step, and 1 where all of the step is measured."""
    good = np.isfinite(values)
    curve = rebin(x, np.where(good, values, 0.0), centers)
    share = rebin(x, good.astype(np.float64), centers)
    measured = np.nan_to_num(share) > _WHOLE_STEP
    return np.where(measured, curve, 0.0), measured.astype(np.float64)


def _smoothed(
    curve: FloatArray, measured: FloatArray, fwhm_steps: float
) -> tuple[FloatArray, FloatArray]:
    sigma = fwhm_steps / _FWHM_PER_SIGMA

    def smooth(values: FloatArray) -> FloatArray:
        result: FloatArray = gaussian_filter1d(values, sigma, mode="constant", truncate=_REACH)
        return result

    return smooth(curve), smooth(measured)


def _read(centers: FloatArray, values: FloatArray, at: FloatArray) -> FloatArray:
    """Interpolate inside the grid only."""
    inside = (at >= centers[0]) & (at <= centers[-1])
    return np.where(inside, np.interp(at, centers, values), np.nan)
