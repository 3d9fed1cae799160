"""Robust statistics that a loop can afford: medians, scatter, running medians."""

import numpy as np
from scipy.ndimage import median_filter

from engine.arrays import BoolArray, FloatArray

#: Standard deviation of a Gaussian in units of the median of its absolute value.
GAUSSIAN_PER_MEDIAN = 1.482602218505602


def median(values: FloatArray) -> float:
    """Return the median of finite values, one or more.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite.

    Returns
    -------
    float
        That of `numpy.median`, which takes twice as long over a spectrum.
    """
    half = values.size // 2
    if values.size % 2:
        return float(np.partition(values, half)[half])
    lower, upper = np.partition(values, (half - 1, half))[half - 1 : half + 1]
    return float(0.5 * (lower + upper))


def scatter_about_zero(values: FloatArray) -> float:
    """Return the standard deviation of residuals from the median of their absolute values.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Residuals about a fit; finite. An empty array gives NaN.

    Returns
    -------
    float
        Scaled to a Gaussian.
    """
    if values.size == 0:
        return float("nan")
    return GAUSSIAN_PER_MEDIAN * median(np.abs(values))


def robust_scatter(values: FloatArray) -> float:
    """Return the standard deviation from the median absolute deviation about the median.

    Parameters
    ----------
    values : ndarray, shape (n,)
        NaN: no measurement. Without any measurement the result is NaN.

    Returns
    -------
    float
        Scaled to a Gaussian.
    """
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return float("nan")
    return scatter_about_zero(finite - np.median(finite))


def noise_from_differences(values: FloatArray) -> float:
    """Return the noise per sample of a spectrum from differences over two samples.

    Parameters
    ----------
    values : ndarray, shape (n,)
        A spectrum. NaN: no measurement; neighbors are then those that remain.

    Returns
    -------
    float
        One standard deviation; NaN with fewer than five measurements.

    Notes
    -----
    DER_SNR (Stoehr et al. 2008): 1.4826 / sqrt(6) median abs(2 f(i) - f(i-2) - f(i+2)). Smooth
    structure cancels; taking every second sample evades the correlation of direct neighbors.
    """
    finite = values[np.isfinite(values)]
    if finite.size < 5:
        return float("nan")
    second = 2.0 * finite[2:-2] - finite[:-4] - finite[4:]
    return scatter_about_zero(second) / float(np.sqrt(6.0))


def running_median(values: FloatArray, use: BoolArray, window: int) -> FloatArray:
    """Return the running median of the samples in use, carried over to those that are not.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Evenly ordered samples.
    use : ndarray of bool, shape (n,)
        Samples that count; their values must be finite.
    window : int
        Number of samples in use that each median sees; the ends are mirrored.

    Returns
    -------
    ndarray, shape (n,)
        NaN when no sample is in use.
    """
    where = np.flatnonzero(use)
    if where.size == 0:
        return np.full(values.size, np.nan)
    size = max(1, min(window, where.size))
    smooth = median_filter(values[where], size=size, mode="reflect")
    carried: FloatArray = np.interp(np.arange(values.size), where, smooth)
    return carried
