"""No finer than the screen: the range of each pixel column instead of thousands of samples."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, IntArray
from guiapp.plots.pixels import PixelMap

_DENSE = 3.0  # samples a pixel column, above which columns are drawn


@dataclass(frozen=True, eq=False, slots=True)
class Envelope:
    """What one pixel column holds, in pixels.

    Attributes
    ----------
    columns : ndarray, shape (m,)
        Column of each entry.
    first, last : ndarray, shape (m,)
        The two ends of the column's stroke, in such an order that strokes join up. NaN: a gap.
    """

    columns: FloatArray
    first: FloatArray
    last: FloatArray


def visible_slice(
    x: FloatArray, pixels: PixelMap, *, beyond: int = 1, margin: float = 0.0
) -> slice:
    """Return which samples of increasing ``x`` are in view, and ``beyond`` on either side.

    The view is taken to be wider by ``margin`` pixels on either side.
    """
    low, high = sorted((pixels.x_at(-margin), pixels.x_at(pixels.width + margin)))
    first = int(np.searchsorted(x, low)) - beyond
    last = int(np.searchsorted(x, high, side="right")) + beyond
    return slice(max(first, 0), max(last, 0))


def is_dense(n_visible: int, pixels: PixelMap) -> bool:
    """Return whether so many samples are better drawn by pixel columns."""
    return n_visible > _DENSE * max(pixels.width, 1.0)


def column_envelope(x: FloatArray, y: FloatArray, pixels: PixelMap) -> Envelope | None:
    """Return the range of ``y`` in each pixel column; `None` when samples are not that dense."""
    seen = visible_slice(x, pixels)
    x, y = x[seen], y[seen]
    if not is_dense(x.size, pixels):
        return None
    return envelope_of(x, y, pixels)


def envelope_of(x: FloatArray, y: FloatArray, pixels: PixelMap) -> Envelope:
    """Return the range of ``y`` in each pixel column, also of those that are not in view."""
    columns = np.floor(pixels.x_pixels(x))
    rows = pixels.y_pixels(y)
    starts = np.concatenate([[0], np.flatnonzero(columns[1:] != columns[:-1]) + 1])
    low = column_extreme(np.fmin, rows, starts)
    high = column_extreme(np.fmax, rows, starts)
    ends = np.concatenate([starts[1:], [rows.size]]) - 1
    rising = rows[starts] <= rows[ends]
    first = np.where(rising, low, high)
    last = np.where(rising, high, low)
    return Envelope(columns[starts] + 0.5, first, last)


def thinned(x: FloatArray, pixels: PixelMap, *, step: float = 2.0) -> IntArray:
    """Return which samples of a smooth curve to draw: those in view, one every ``step`` pixels."""
    seen = visible_slice(x, pixels)
    if (seen.stop - seen.start) * step <= pixels.width:
        return np.arange(seen.start, min(seen.stop, x.size))
    n_columns = max(int(pixels.width / step), 2)
    low, high = pixels.x_range
    places = low + (high - low) * np.linspace(0.0, 1.0, n_columns)
    wanted = 10.0**places if pixels.x_scale == "log" else places
    found = np.searchsorted(x, wanted)
    ends = [seen.start, min(seen.stop, x.size) - 1]
    chosen: IntArray = np.unique(np.concatenate([ends, found[found < x.size]]))
    return chosen


def column_extreme(extreme: np.ufunc, values: FloatArray, starts: IntArray) -> FloatArray:
    """Return the extreme of each run of ``values``, NaN only where all are NaN."""
    found: FloatArray = extreme.reduceat(values, starts)
    return found
