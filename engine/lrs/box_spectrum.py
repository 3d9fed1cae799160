"""Sums over the trace, and profiles that fill what is missing of it."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray


def box_spectrum(values: FloatArray, trace: IntArray, half_width: int) -> FloatArray:
    """Return the sum of the columns of the trace in each row.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        NaN counts as nothing, as in the extraction of the pipeline.
    trace : ndarray of int64, shape (n,)
        Column of the peak.
    half_width : int
        Columns at each side of it. Unit: pixel.

    Returns
    -------
    ndarray, shape (n,)
        NaN for rows without any measurement.
    """
    cut = cut_trace(values, trace, half_width)
    known = np.isfinite(cut)
    return np.where(known.any(axis=1), np.sum(np.where(known, cut, 0.0), axis=1), np.nan)


def cut_trace(values: FloatArray, trace: IntArray, half_width: int) -> FloatArray:
    """Return the columns around the trace, shape (n, 2 half_width + 1); NaN beyond the image."""
    padded = np.pad(values, ((0, 0), (half_width, half_width)), constant_values=np.nan)
    rows = np.arange(values.shape[0])[:, None]
    cut: FloatArray = padded[rows, trace[:, None] + np.arange(2 * half_width + 1)[None, :]]
    return cut


@dataclass(frozen=True, eq=False, slots=True)
class TraceProfiles:
    """Profiles of the trace in the rows that lack its peak.

    Attributes
    ----------
    trace : ndarray of int64, shape (n,)
        Column of the peak.
    half_width : int
        Columns at each side. Unit: pixel.
    shapes : dict of int to ndarray
        Profile of each row that needs one, its sum 1.
    """

    trace: IntArray
    half_width: int
    shapes: dict[int, FloatArray]

    def fill(self, values: FloatArray, rows: BoolArray) -> FloatArray:
        """Return a copy in which missing pixels of the trace in ``rows`` follow the profile."""
        filled = values.copy()
        cut = cut_trace(values, self.trace, self.half_width)
        for row in np.flatnonzero(rows):
            shape = self.shapes.get(int(row))
            known = np.isfinite(cut[row])
            if shape is None or not np.any(known & (shape > 0)):
                continue
            weight = float(np.sum(shape[known] ** 2))
            scale = float(np.sum(cut[row, known] * shape[known])) / weight
            columns = self.trace[row] + np.arange(-self.half_width, self.half_width + 1)
            inside = ~known & (columns >= 0) & (columns < values.shape[1])
            filled[row, columns[inside]] = scale * shape[inside]
        return filled


def trace_profiles(
    values: FloatArray, trace: IntArray, rows: BoolArray, half_width: int, profile_rows: int
) -> TraceProfiles:
    """Return the median profile of the rows beside each row of ``rows``.

    Parameters
    ----------
    values : ndarray, shape (n, m)
        NaN: no measurement.
    trace : ndarray of int64, shape (n,)
        Column of the peak.
    rows : ndarray of bool, shape (n,)
        Rows that need a profile.
    half_width : int
        Columns at each side of the peak. Unit: pixel.
    profile_rows : int
        Complete rows on each side whose profile counts.
    """
    cut = cut_trace(values, trace, half_width)
    total = np.sum(cut, axis=1)  # NaN where anything is missing
    complete = np.flatnonzero(np.isfinite(total) & (total > 0) & ~rows)
    shapes: dict[int, FloatArray] = {}
    for row in np.flatnonzero(rows):
        at = int(np.searchsorted(complete, row))
        beside = complete[max(at - profile_rows, 0) : at + profile_rows]
        if beside.size:
            shape = np.median(cut[beside] / total[beside, None], axis=0)
            shapes[int(row)] = shape / np.sum(shape)
    return TraceProfiles(trace, half_width, shapes)
