"""Iterative clipping of many rows of values at once."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray, IntArray

_GROUP = 32  #: values that are summed together


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
    ordered, count = _sorted_rows(values)
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


def median_of_rows(values: AnyFloatArray) -> AnyFloatArray:
    """Return the median of each row, in the precision of ``values``.

    Parameters
    ----------
    values : ndarray, shape (n_rows, n)
        The rows. Values that are not finite take no part.

    Returns
    -------
    ndarray, shape (n_rows,)
        Medians. NaN: an empty row.
    """
    ordered, count = _sorted_rows(values)
    if ordered.shape[1] == 0:
        return np.full(ordered.shape[0], np.nan, dtype=values.dtype)
    row = np.arange(count.size)
    low = ordered[row, np.maximum(count - 1, 0) // 2]
    high = ordered[row, np.minimum(count // 2, ordered.shape[1] - 1)]
    median: AnyFloatArray = np.where(count > 0, (low + high) / 2, values.dtype.type(np.nan))
    return median


def _sorted_rows(values: AnyFloatArray) -> tuple[AnyFloatArray, IntArray]:
    """Return the rows in order, what is not finite last as NaN, and how many are finite."""
    ordered = np.where(np.isfinite(values), values, values.dtype.type(np.nan))
    ordered.sort(axis=1)
    return ordered, np.count_nonzero(~np.isnan(ordered), axis=1)


class _SortedRows:
    """Sorted rows, NaN last, with running sums about their median.

    The sums run over groups of values; what a run holds of a group is added value by value.
    """

    def __init__(self, ordered: AnyFloatArray, count: IntArray) -> None:
        n_rows, n = ordered.shape
        self._ordered = ordered
        self._row = np.arange(n_rows)
        self._shift = np.nan_to_num(self.median(np.zeros_like(count), count))
        n_groups = n // _GROUP + 1
        self._centered = np.zeros((n_rows, n_groups * _GROUP))
        np.subtract(ordered, self._shift[:, np.newaxis], out=self._centered[:, :n])
        self._centered[np.isnan(self._centered)] = 0.0
        groups = self._centered.reshape(n_rows, n_groups, _GROUP)
        self._sums = np.cumsum(np.pad(groups.sum(axis=2), ((0, 0), (1, 0))), axis=1)
        squares = np.vecdot(groups, groups)
        self._squares = np.cumsum(np.pad(squares, ((0, 0), (1, 0))), axis=1)

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
        sum_first, square_first = self._sums_before(first)
        sum_last, square_last = self._sums_before(last)
        mean = (sum_last - sum_first) / n
        variance = (square_last - square_first) / n - mean**2
        return self._shift + mean, np.sqrt(np.maximum(variance, 0.0))

    def _sums_before(self, position: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the sum of the values, and of their squares, before a position in each row."""
        group, n_left = np.divmod(position, _GROUP)
        columns = group[:, np.newaxis] * _GROUP + np.arange(_GROUP)
        rest = self._centered[self._row[:, np.newaxis], columns]
        rest[np.arange(_GROUP) >= n_left[:, np.newaxis]] = 0.0
        return (
            self._sums[self._row, group] + rest.sum(axis=1),
            self._squares[self._row, group] + np.vecdot(rest, rest),
        )

    def extremes(self, first: IntArray, last: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the smallest and largest value of each run; NaN when it is empty."""
        top = self._ordered.shape[1] - 1
        filled = last > first
        low = self._ordered[self._row, np.minimum(first, top)].astype(np.float64)
        high = self._ordered[self._row, np.maximum(last - 1, 0)].astype(np.float64)
        return np.where(filled, low, np.nan), np.where(filled, high, np.nan)

    def position(
        self, limit: FloatArray, first: IntArray, last: IntArray, *, side: Literal["left", "right"]
    ) -> IntArray:
        """Return where ``limit`` would be inserted in each run ``[first, last)``."""
        before = np.less if side == "left" else np.less_equal
        low, high = first.copy(), last.copy()
        for _ in range(int(np.max(last - first, initial=0)).bit_length()):
            middle = (low + high) >> 1
            value = self._ordered[self._row, np.minimum(middle, self._ordered.shape[1] - 1)]
            goes_right = before(value, limit) & (low < high)
            low = np.where(goes_right, middle + 1, low)
            high = np.where(goes_right, high, middle)
        return low
