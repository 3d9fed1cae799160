"""Mean squares of noise in wavelength bins."""

from functools import cache

import numpy as np
from scipy.special import ndtri
from scipy.stats.qmc import Sobol

from engine.arrays import FloatArray, IntArray, frozen

_FEWEST_IN_BIN = 5  # samples
_ONE_SIGMA = (0.15865525393145707, 0.8413447460685429)
_LOG_DRAWS = 11  # to the base 2


def bin_places(wave_um: FloatArray, edges_um: FloatArray) -> IntArray:
    """Return the bin of each wavelength; -1 and the number of bins are outside.

    Parameters
    ----------
    wave_um : ndarray, shape (m,)
        Unit: um.
    edges_um : ndarray, shape (k + 1,)
        Increasing; the last edge belongs to the last bin. Unit: um.

    Returns
    -------
    ndarray of int, shape (m,)
    """
    where = np.searchsorted(edges_um, wave_um, side="right") - 1
    return np.where(wave_um == edges_um[-1], edges_um.size - 2, where).astype(np.int64)


def mean_square(values: FloatArray, where: IntArray, n_bins: int) -> tuple[FloatArray, FloatArray]:
    """Return mean square and number of the finite values in each bin.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        NaN does not count.
    where : ndarray of int, shape (m,)
        Bin of each column.
    n_bins : int
        How many bins there are.

    Returns
    -------
    square, count : ndarray, shape (n_bins,)
        NaN squares where fewer than five values count.
    """
    finite = np.isfinite(values)
    inside = (where >= 0) & (where < n_bins)
    squares = np.sum(np.where(finite, values, 0.0) ** 2, axis=0)[inside]
    total = np.bincount(where[inside], weights=squares, minlength=n_bins)
    counted = np.count_nonzero(finite, axis=0)[inside].astype(np.float64)
    count = np.bincount(where[inside], weights=counted, minlength=n_bins)
    enough = count >= _FEWEST_IN_BIN
    square = np.where(enough, total / np.maximum(count, 1.0), np.nan)
    return square, count.astype(np.float64)


def mean_in_bins(values: FloatArray, where: IntArray, n_bins: int) -> FloatArray:
    """Return the mean of the finite values in each bin, NaN without any.

    Parameters
    ----------
    values : ndarray, shape (m,)
        NaN does not count.
    where : ndarray of int, shape (m,)
        Bin of each value.
    n_bins : int
        How many bins there are.

    Returns
    -------
    ndarray, shape (n_bins,)
    """
    used = np.isfinite(values) & (where >= 0) & (where < n_bins)
    total = np.bincount(where[used], weights=values[used], minlength=n_bins)
    count = np.bincount(where[used], minlength=n_bins)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def inverse_root(square: FloatArray) -> FloatArray:
    """Return 1 / sqrt, NaN for what is not positive.

    Parameters
    ----------
    square : ndarray
        Any shape.

    Returns
    -------
    ndarray
        Of the same shape.
    """
    positive = square > 0
    return np.where(positive, np.where(positive, square, 1.0) ** -0.5, np.nan)


def rms(values: FloatArray) -> float:
    """Return the root of the mean square of the finite values, NaN without any.

    Parameters
    ----------
    values : ndarray
        NaN does not count.
    """
    finite = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(finite**2))) if finite.size else float("nan")


def neighbor_correlation(away: FloatArray) -> float:
    """Return the correlation of neighboring columns, 0 to 1, over all rows.

    Parameters
    ----------
    away : ndarray, shape (n, m)
        Deviations about zero. NaN does not count.
    """
    pairs = away[:, 1:] * away[:, :-1]
    finite = np.isfinite(pairs)
    size = rms(away)
    if not finite.any() or not size > 0:
        return 0.0
    return float(np.clip(np.mean(pairs[finite]) / size**2, 0.0, 1.0))


def effective_count(size: FloatArray) -> float:
    """Return how many equal samples have a mean square as uncertain as these.

    Parameters
    ----------
    size : ndarray, shape (m,)
        Standard deviation of each sample: the noisy ones decide. NaN does not count.
    """
    square = size[np.isfinite(size)] ** 2
    fourth = float(np.sum(square**2))
    return float(np.sum(square)) ** 2 / fourth if fourth > 0 else 0.0


def median_error(values: FloatArray, errors: FloatArray) -> float:
    """Return the standard deviation of the median of independent measurements.

    Parameters
    ----------
    values, errors : ndarray, shape (n,)
        What was measured, and its standard deviation. NaN values do not count.

    Returns
    -------
    float
        NaN without a value, or when the error of one is not known.

    Notes
    -----
    Half of the range that holds 68 % of the medians of evenly spread normal deviates (Sobol's
    sequence, without any randomness): errors of values that lie far apart count only as far as
    those values come near the middle.
    """
    kept = np.isfinite(values)
    middle, size = values[kept], errors[kept]
    if not middle.size or not (size > 0).all():
        return float("nan")
    medians = np.median(middle + size * _even_deviates(middle.size), axis=1)
    low, high = np.quantile(medians, _ONE_SIGMA)
    return 0.5 * float(high - low)


@cache
def _even_deviates(count: int) -> FloatArray:
    """Return normal deviates that fill ``count`` dimensions evenly, shape (2^m, count)."""
    places = Sobol(count, scramble=False).random_base2(_LOG_DRAWS)
    return frozen(ndtri(places + 0.5 ** (_LOG_DRAWS + 1)))
