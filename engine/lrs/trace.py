"""Where the trace of a source lies in a two-dimensional spectrum, and its profile."""

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.errors import DataError
from engine.numerics.robust import robust_scatter

_BLOCK_ROWS = 40  # whose median profile tells where the trace is
_FEWEST_KNOWN = 0.5  # of the rows in which a column must be measured
_CLEAR = 5.0  # robust standard deviations by which the peak of a block stands out
_SIDE = 4  # columns beside the peak in which light must be measured
_CORE = 0.8  # of the height of the peak: columns that are its top


def find_trace(values: FloatArray) -> IntArray:
    """Return the column of the peak of the trace in each row.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        Rows along the dispersion. NaN: no measurement.

    Returns
    -------
    ndarray of int64, shape (n,)
        A straight line through the peaks of the median profiles of blocks of rows, rounded.

    Raises
    ------
    DataError
        If no block shows a peak inside the image.
    """
    n_rows, n_columns = values.shape
    where: list[tuple[float, float]] = []
    n_blocks = max(n_rows // _BLOCK_ROWS, 1)
    for rows in np.array_split(np.arange(n_rows), n_blocks):
        peak = _peak(values[rows])
        if 0 < peak < n_columns - 1:
            where.append((float(np.mean(rows)), float(peak)))
    if not where:
        raise DataError(
            "The image shows no trace: no column stands out of the others.",
            hint="Open the s2d image of a point source.",
        )
    at, columns = np.array(where).T
    middle = float(np.median(columns))
    near = np.abs(columns - middle) <= 3.0
    slope = 0.0
    if np.count_nonzero(near) >= 3:
        slope = _robust_slope(at[near], columns[near])
    offset = float(np.median(columns[near] - slope * at[near]))
    line = np.rint(offset + slope * np.arange(n_rows)).astype(np.int64)
    inside: IntArray = np.clip(line, 1, n_columns - 2)
    return inside


def missing_peaks(values: FloatArray, trace: IntArray) -> BoolArray:
    """Return the rows in which the peak of the trace is missing, but not the light beside it.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        NaN: no measurement.
    trace : ndarray of int64, shape (n,)
        Column of the peak.

    Returns
    -------
    ndarray of bool, shape (n,)
        `True` where a column of the top of the trace is missing. Rows that are missing as a whole
        and those in which only the wings lack something are `False`.
    """
    known = np.pad(np.isfinite(values), ((0, 0), (_SIDE, _SIDE)))
    rows, at = np.arange(values.shape[0]), trace + _SIDE
    left = np.any([known[rows, at - away] for away in range(1, _SIDE + 1)], axis=0)
    right = np.any([known[rows, at + away] for away in range(1, _SIDE + 1)], axis=0)
    gone = np.any([~known[rows, at + offset] for offset in _top_of(values, trace)], axis=0)
    missing: BoolArray = gone & left & right
    return missing


def _top_of(values: FloatArray, trace: IntArray) -> tuple[int, ...]:
    """Return the columns beside and at the peak that are nearly as bright as it."""
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=np.nan)
    rows = np.arange(values.shape[0])
    around = np.stack([padded[rows, trace + 1 + offset] for offset in (-1, 0, 1)])
    whole = np.isfinite(around).all(axis=0) & (around[1] > 0)
    if not whole.any():
        return (0,)
    ratio = np.median(around[:, whole] / around[1, whole], axis=1)
    return tuple(int(i) - 1 for i in np.flatnonzero((ratio >= _CORE) | (np.arange(3) == 1)))


def runs_of(rows: BoolArray) -> tuple[tuple[int, int], ...]:
    """Return the first and last index of each run of `True`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    return tuple((int(a), int(b) - 1) for a, b in edges.reshape(-1, 2))


def _peak(block: FloatArray) -> int:
    """Return the column in which the median profile of some rows has a clear peak, or -1."""
    known = np.count_nonzero(np.isfinite(block), axis=0) > _FEWEST_KNOWN * block.shape[0]
    if np.count_nonzero(known) < 5:
        return -1
    profile = np.full(block.shape[1], np.nan)
    profile[known] = np.nanmedian(block[:, known], axis=0)
    peak = int(np.nanargmax(profile))
    height = profile[peak] - float(np.nanmedian(profile))
    return peak if height > _CLEAR * robust_scatter(profile) and profile[peak] > 0 else -1


def _robust_slope(x: FloatArray, y: FloatArray) -> float:
    """Return the median of the slopes between all pairs (Theil-Sen)."""
    first, second = np.triu_indices(x.size, 1)
    return float(np.median((y[second] - y[first]) / (x[second] - x[first])))
