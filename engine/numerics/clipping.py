"""Iterative clipping of many rows of values at once."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray

_GROUP = 16  #: values that are summed together
_BLOCK = 1 << 16  #: values that are worked on together


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
    values: AnyFloatArray,
    *,
    n_sigma: float = 3.0,
    max_iterations: int = 5,
    where: BoolArray | None = None,
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
    where : ndarray of bool, shape (n_rows, n), optional
        Which values take part; by default all.

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
    if values.shape[1] == 0:
        empty = np.full(values.shape[0], np.nan)
        return ClippedStatistics(empty, empty, empty, empty)
    rows = _SortedRows(values, where)
    run = np.stack([np.zeros_like(rows.count), rows.count])
    for _ in range(max_iterations):
        _, std = rows.mean_and_std(run)
        median = rows.median(run)
        clipped = rows.run_within(median - n_sigma * std, median + n_sigma * std, run)
        if np.array_equal(clipped, run):
            break
        run = clipped
    mean, std = rows.mean_and_std(run)
    return ClippedStatistics(mean, std, *rows.extremes(run))


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
    return _median_in_place(values.copy())


def median_of_columns(values: AnyFloatArray) -> AnyFloatArray:
    """Return the median of each column: `median_of_rows` of the transpose, in less memory.

    Parameters
    ----------
    values : ndarray, shape (n, n_columns)
        The columns, in any byte order. Values that are not finite take no part.

    Returns
    -------
    ndarray, shape (n_columns,)
        Medians. NaN: an empty column.
    """
    return _median_in_place(values.T.astype(values.dtype.newbyteorder("="), order="C"))


def _median_in_place(ordered: AnyFloatArray) -> AnyFloatArray:
    """Return the median of each row, and sort the rows."""
    if ordered.shape[1] == 0:
        return np.full(ordered.shape[0], np.nan, dtype=ordered.dtype)
    count = _sort_in_place(ordered)
    row = np.arange(count.size)
    low = ordered[row, np.maximum(count - 1, 0) // 2]
    high = ordered[row, np.minimum(count // 2, ordered.shape[1] - 1)]
    median: AnyFloatArray = np.where(count > 0, (low + high) / 2, ordered.dtype.type(np.nan))
    return median


def _sort_in_place(rows: AnyFloatArray) -> IntArray:
    """Sort rows, what is not finite last as NaN; return how many of each are finite."""
    count = _counts(~np.isnan(rows))
    rows.sort(axis=1)
    ends = rows[:, 0], rows[np.arange(count.size), np.maximum(count - 1, 0)]
    if rows.size and np.isinf(ends).any():
        rows[np.isinf(rows)] = np.nan
        count = _counts(~np.isnan(rows))
        rows.sort(axis=1)
    return count


def _counts(masks: BoolArray) -> IntArray:
    """Return how many are set in each row; `np.count_nonzero` along an axis takes longer."""
    count: IntArray = masks.sum(axis=1, dtype=np.int32).astype(np.intp)
    return count


class _SortedRows:
    """Sorted rows, NaN last, with running sums about their middle.

    The sums run over groups of values; what a run holds of a group is added value by value. A run
    ``[first, last)`` of each row is an array of shape (2, n_rows). Everything that all values are
    needed for is done for a few rows at a time, while they are in the cache.
    """

    def __init__(self, values: AnyFloatArray, where: BoolArray | None) -> None:
        n_rows, n = values.shape
        self._row = np.arange(n_rows)
        self._ordered = np.empty_like(values, order="C")
        self.count: IntArray = np.empty(n_rows, dtype=np.intp)
        n_groups = n // _GROUP + 1
        self._shift = np.zeros(n_rows)
        self._sums = np.zeros((n_rows, n_groups + 1))
        self._squares = np.zeros((n_rows, n_groups + 1))
        step = max(1, _BLOCK // n)
        scratch = np.zeros((step, n_groups * _GROUP))  # the same memory for all: it is in the cache
        ones = np.ones(_GROUP)
        for start in range(0, n_rows, step):
            rows = slice(start, start + step)
            block = self._ordered[rows]
            block[:] = values[rows]
            if where is not None:
                block[~where[rows]] = np.nan
            count = self.count[rows] = _sort_in_place(block)
            middle = block[self._row[: count.size], np.maximum(count - 1, 0) // 2]
            self._shift[rows] = np.where(count > 0, middle, 0.0)
            centered = scratch[: block.shape[0]]
            # NaN spoils sums only of groups that no run reaches the end of.
            centered[:, :n] = block  # converted before, not while subtracting: twice as fast
            centered[:, :n] -= self._shift[rows, np.newaxis]
            groups = centered.reshape(block.shape[0], n_groups, _GROUP)
            np.cumsum(groups @ ones, axis=1, out=self._sums[rows, 1:])
            np.cumsum(np.vecdot(groups, groups), axis=1, out=self._squares[rows, 1:])

    def median(self, run: IntArray) -> FloatArray:
        """Return the median of each run; NaN when it is empty."""
        first, last = run
        top = self._ordered.shape[1] - 1
        left = self._ordered[self._row, np.clip((first + last - 1) // 2, 0, top)]
        right = self._ordered[self._row, np.clip((first + last) // 2, 0, top)]
        middle = 0.5 * (left.astype(np.float64) + right)
        return np.where(last > first, middle, np.nan)

    def mean_and_std(self, run: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return mean and population standard deviation of each run; NaN when it is empty."""
        first, last = run
        n = np.where(last > first, last - first, np.nan)
        sums, squares = self._sums_before(run)
        mean = (sums[1] - sums[0]) / n
        variance = (squares[1] - squares[0]) / n - mean**2
        return self._shift + mean, np.sqrt(np.maximum(variance, 0.0))

    def _sums_before(self, position: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the sum of the values, and of their squares, before positions in each row."""
        group, n_left = np.divmod(position, _GROUP)
        columns = group[..., np.newaxis] * _GROUP + np.arange(_GROUP)
        taken = np.minimum(columns, self._ordered.shape[1] - 1)
        rest = self._ordered[self._row[:, np.newaxis], taken] - self._shift[:, np.newaxis]
        rest[np.arange(_GROUP) >= n_left[..., np.newaxis]] = 0.0
        return (
            self._sums[self._row, group] + rest.sum(axis=-1),
            self._squares[self._row, group] + np.vecdot(rest, rest),
        )

    def extremes(self, run: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the smallest and largest value of each run; NaN when it is empty."""
        first, last = run
        top = self._ordered.shape[1] - 1
        filled = last > first
        low = self._ordered[self._row, np.minimum(first, top)].astype(np.float64)
        high = self._ordered[self._row, np.maximum(last - 1, 0)].astype(np.float64)
        return np.where(filled, low, np.nan), np.where(filled, high, np.nan)

    def run_within(self, low: FloatArray, high: FloatArray, run: IntArray) -> IntArray:
        """Return the part of each run whose values lie from ``low`` to ``high``."""
        limits = np.stack([low, np.nextafter(high, np.inf)])  # values before these go, or stay
        left, right = np.stack([run[0], run[0]]), np.stack([run[1], run[1]])
        for _ in range(int(np.max(run[1] - run[0], initial=0)).bit_length()):
            middle = (left + right) >> 1
            value = self._ordered[self._row, np.minimum(middle, self._ordered.shape[1] - 1)]
            goes_right = (value < limits) & (left < right)
            left = np.where(goes_right, middle + 1, left)
            right = np.where(goes_right, right, middle)
        return left
