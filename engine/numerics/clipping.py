"""Iterative clipping of many rows of values at once."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class ClippedStatistics:
    """What is left of each row after clipping.

    Attributes
    ----------
    mean, std : ndarray, shape (n_rows,)
        Mean and population standard deviation of the values kept. NaN: an empty row.
    low, high : ndarray, shape (n_rows,)
        Smallest and largest value kept. NaN: an empty row.
    """

    mean: FloatArray
    std: FloatArray
    low: FloatArray
    high: FloatArray


def clip_rows(
    values: AnyFloatArray, *, n_sigma: float = 3.0, max_iterations: int = 5
) -> ClippedStatistics:
    """Clip each row at its median plus and minus ``n_sigma`` standard deviations, iteratively.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n)
        The rows. Values that are not finite take no part.
    n_sigma : float, optional
        Where to clip, in standard deviations of the values still kept.
    max_iterations : int, optional
        Upper limit on the number of clips; clipping ends as soon as nothing is clipped.

    Returns
    -------
    ClippedStatistics
        Mean, standard deviation and extreme values of what is kept.

    Notes
    -----
    The rule of `astropy.stats.sigma_clip` (median, population standard deviation). What is kept
    of a sorted row is one contiguous run, so each row is sorted once and every later mean and
    standard deviation is a difference of two running sums, in float64 and about the median.
    """
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=1)
    count = np.count_nonzero(~np.isnan(ordered), axis=1)
    if ordered.shape[1] == 0:
        empty = np.full(ordered.shape[0], np.nan)
        return ClippedStatistics(empty, empty, empty, empty)
    rows = _SortedRows(ordered, count)
    first, last = np.zeros_like(count), count
    for _ in range(max_iterations):
        _, std = rows.mean_and_std(first, last)
        median = rows.median(first, last)
        new_first = rows.position(median - n_sigma * std, first, last, side="left")
        new_last = rows.position(median + n_sigma * std, first, last, side="right")
        if np.array_equal(new_first, first) and np.array_equal(new_last, last):
            break
        first, last = new_first, new_last
    mean, std = rows.mean_and_std(first, last)
    return ClippedStatistics(mean, std, *rows.extremes(first, last))


class _SortedRows:
    """Sorted rows, NaN last, with running sums about their median."""

    def __init__(self, ordered: AnyFloatArray, count: IntArray) -> None:
        self._ordered = ordered
        self._row = np.arange(ordered.shape[0])
        self._shift = np.nan_to_num(self.median(np.zeros_like(count), count))
        centered = ordered - self._shift[:, np.newaxis]
        centered[np.isnan(centered)] = 0.0
        self._sums = np.zeros((ordered.shape[0], ordered.shape[1] + 1))
        self._squares = np.zeros_like(self._sums)
        np.cumsum(centered, axis=1, out=self._sums[:, 1:])
        np.cumsum(np.square(centered, out=centered), axis=1, out=self._squares[:, 1:])

    def median(self, first: IntArray, last: IntArray) -> FloatArray:
        """Return the median of each run ``[first, last)``; NaN when it is empty."""
        top = self._ordered.shape[1] - 1
        left = self._ordered[self._row, np.clip((first + last - 1) // 2, 0, top)]
        right = self._ordered[self._row, np.clip((first + last) // 2, 0, top)]
        middle = 0.5 * (left.astype(np.float64) + right)
        return np.where(last > first, middle, np.nan)

    def mean_and_std(self, first: IntArray, last: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and population standard deviation of each run; NaN when it is empty."""
        n = np.where(last > first, last - first, np.nan)
        mean = (self._sums[self._row, last] - self._sums[self._row, first]) / n
        square = (self._squares[self._row, last] - self._squares[self._row, first]) / n
        return self._shift + mean, np.sqrt(np.maximum(square - mean**2, 0.0))

    def extremes(self, first: IntArray, last: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the smallest and largest value of each run; NaN when it is empty."""
        top = self._ordered.shape[1] - 1
        filled = last > first
        low = self._ordered[self._row, np.minimum(first, top)].astype(np.float64)
        high = self._ordered[self._row, np.maximum(last - 1, 0)].astype(np.float64)
        return np.where(filled, low, np.nan), np.where(filled, high, np.nan)

    def position(
        self, limit: FloatArray, first: IntArray, last: IntArray, *, side: str
    ) -> IntArray:
        """Return where ``limit`` would be inserted in each run ``[first, last)``."""
        low, high = first.copy(), last.copy()
        while np.any(low < high):
            middle = np.minimum((low + high) // 2, self._ordered.shape[1] - 1)
            value = self._ordered[self._row, middle]
            before: BoolArray = (value < limit) if side == "left" else (value <= limit)
            open_run = low < high
            low = np.where(open_run & before, middle + 1, low)
            high = np.where(open_run & ~before, middle, high)
        return low
