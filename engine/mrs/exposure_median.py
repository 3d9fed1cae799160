"""The median of each pixel over exposures, with an uncertainty from their scatter."""

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray
from engine.numerics.clipping import median_of_rows
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN

LEAST_EXPOSURES = 3
_OUTLIER = 6.0  # sigma: a cosmic ray
_MOST_LEVERAGE = 0.9


def median_of_exposures(
    ratios: AnyFloatArray, leverage: FloatArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return the median of each pixel over exposures, and its relative standard deviation.

    Parameters
    ----------
    ratios : ndarray, shape (n_pixels, n_exposures)
        NaN: no measurement.
    leverage : ndarray, shape (n_pixels,), optional
        Own part of each pixel in what it was divided by.

    Returns
    -------
    median, error : ndarray, shape (n_pixels,)
        NaN with fewer than three measurements.

    Notes
    -----
    Scatter about the median with N - 1, without outliers; the variance of a median of N normal
    values is that of one of them times about pi / (2 N + pi - 2). A pixel with leverage h
    scatters too little by sqrt(1 - h), and the reference that it is compared with is known from
    the remaining 1 - h of the data: as in a fit of rows and columns both raise the error.
    """
    median = median_of_rows(ratios).astype(np.float64)
    off = ratios - median[:, None]
    kept = np.where(np.abs(off) <= outlier_limit(np.abs(off))[:, None], off, np.nan)
    count = np.count_nonzero(np.isfinite(kept), axis=1)
    enough = np.count_nonzero(np.isfinite(off), axis=1) >= LEAST_EXPOSURES
    squares = np.nansum(kept.astype(np.float64) ** 2, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        scatter = np.sqrt(squares / (count - 1))
        error = scatter * np.sqrt(np.pi / (2.0 * count + np.pi - 2.0)) / np.abs(median)
    if leverage is not None:
        error = error / (1.0 - np.minimum(leverage, _MOST_LEVERAGE))
    return np.where(enough, median, np.nan), np.where(enough, error, np.nan)


def outlier_limit(off: AnyFloatArray) -> FloatArray:
    """Return beyond which distance from the median a measurement of a pixel is an outlier.

    Parameters
    ----------
    off : ndarray, shape (n_pixels, n_exposures)
        Absolute distances from the median of the pixel.

    Returns
    -------
    ndarray, shape (n_pixels,)
        Six robust standard deviations of the pixel, or of all pixels where that is more.
    """
    own = median_of_rows(off).astype(np.float64)
    known = own[np.isfinite(own)]
    pooled = float(np.median(known)) if known.size else 0.0
    limit: FloatArray = _OUTLIER * GAUSSIAN_PER_MEDIAN * np.fmax(own, pooled)
    return limit
