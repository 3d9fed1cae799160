"""Mending a pixel flat where the nebula has emission lines, and cutting its dark edges."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray, freeze
from engine.numerics.robust import robust_scatter, running_median

Range = tuple[float, float]

_LINE_SIGMA = 6.0
_LEAST_EXCESS = 0.01  # of the continuum: less does not harm a flat
_CONTINUUM_PLANES = 41
_END = 7  # planes whose median is the level of an end
_SURE = 5.0  # times the limit that a line at an end must stand above
_GROWN = 3  # planes at each side of a line: its wings, and the undersampling
_STEP = 1.3  # ratio of the two sides of a range
_LEAST_ROWS = 2  # of one parity at a side of a range


@dataclass(frozen=True, eq=False, slots=True)
class Patched:
    """A flat after patching.

    Attributes
    ----------
    flat, error : ndarray, shape (ny, nx)
        In patched pixels the interpolation, and the scatter of the pixels it rests on.
    is_patched : ndarray of bool, shape (ny, nx)
        Where something was replaced.
    n_left : int
        Pixels in a range that could not be replaced; they are NaN.
    """

    flat: FloatArray
    error: FloatArray
    is_patched: BoolArray
    n_left: int


def find_line_ranges(wave_um: FloatArray, spectrum: FloatArray) -> tuple[Range, ...]:
    """Return the ranges of emission lines in the spectrum of a nebula.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Evenly spaced. Unit: um.
    spectrum : ndarray, shape (n,)
        Any unit. NaN: no measurement.

    Returns
    -------
    tuple of (float, float)
        From the first to the last sample that stands above the running median over 41 planes by
        six robust standard deviations and one per cent (five times that at the ends), grown by
        three samples. Absorption is no line: it stays for the narrow-feature analysis. Unit: um.
    """
    good = np.isfinite(spectrum)
    if np.count_nonzero(good) < 5:
        return ()
    filled = np.interp(wave_um, wave_um[good], spectrum[good])
    window = min(_CONTINUUM_PLANES, 2 * (wave_um.size // 4) + 1)
    level = _running_level(filled, good, window)
    excess = filled / level - 1.0
    limit = max(_LINE_SIGMA * robust_scatter(excess[good]), _LEAST_EXCESS)
    above = (excess > limit) & good
    for end in (slice(None, _END), slice(-_END, None)):  # few spaxels see the ends of a band
        above[end] &= excess[end] > _SURE * limit
    grown = np.convolve(above, np.ones(2 * _GROWN + 1), mode="same") > 0
    edges = np.diff(np.concatenate([[False], grown, [False]]).astype(np.int8))
    half = 0.5 * float(np.median(np.diff(wave_um)))
    return tuple(
        (float(wave_um[first] - half), float(wave_um[last - 1] + half))
        for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
    )


def _running_level(values: FloatArray, good: BoolArray, window: int) -> FloatArray:
    """Return the running median; a slope goes on beyond the ends, turned about their level."""
    reach = window // 2
    first, last = np.median(values[:_END]), np.median(values[-_END:])
    left, right = 2.0 * first - values[reach:0:-1], 2.0 * last - values[-2 : -reach - 2 : -1]
    padded = np.concatenate([left, values, right])
    level: FloatArray = running_median(padded, np.pad(good, reach, mode="reflect"), window)
    return level[reach : reach + values.size]


def in_ranges(wave_um: AnyFloatArray, ranges: Sequence[Range]) -> BoolArray:
    """Tell which wavelengths lie in one of ``ranges``; NaN lies in none."""
    inside = np.zeros(wave_um.shape, dtype=bool)
    for low, high in ranges:
        inside |= (wave_um >= low) & (wave_um <= high)
    return inside


def patch_flat(
    flat: FloatArray,
    error: FloatArray,
    wave_um: AnyFloatArray,
    slices: IntArray,
    ranges: Sequence[Range],
    *,
    n_rows: int = 8,
) -> Patched:
    """Replace a flat inside ranges of wavelength by what lies beside them.

    Parameters
    ----------
    flat, error : ndarray, shape (ny, nx)
        NaN: no measurement.
    wave_um : ndarray, shape (ny, nx)
        Unit: um.
    slices : ndarray of int64, shape (ny, nx)
        Number of the slice; 0: none.
    ranges : sequence of (float, float)
        Unit: um.
    n_rows : int, optional
        Rows of one parity that are looked at on each side.

    Returns
    -------
    Patched
        New arrays.

    Notes
    -----
    Column by column inside a slice, so that trends along the slice and odd and even columns stay;
    odd and even rows apart (Law+2025, Sec. 2.2). Linear in the row between the medians of the
    nearest ``n_rows`` good rows of each side; constant where one side has none.
    """
    inside = in_ranges(wave_um, ranges) & (slices > 0)
    good = np.isfinite(flat) & ~inside & (slices > 0)
    new, new_error, done = flat.copy(), error.copy(), np.zeros(flat.shape, dtype=bool)
    rows = np.arange(flat.shape[0])
    for x in np.flatnonzero(inside.any(axis=0)):
        for parity in (0, 1):
            for gap in _gaps(inside[:, x], slices[:, x], rows, parity):
                own = (slices[:, x] == slices[gap[0], x]) & good[:, x] & (rows % 2 == parity)
                found = _across(gap, np.flatnonzero(own), flat[:, x], n_rows)
                if found is None:
                    new[gap, x] = new_error[gap, x] = np.nan
                else:
                    new[gap, x], new_error[gap, x] = found
                    done[gap, x] = True
    left = int(np.count_nonzero(inside & ~done))
    return Patched(freeze(new), freeze(new_error), freeze(done), left)


def trim_flat(flat: FloatArray, least: float) -> FloatArray:
    """Return the flat with NaN where its response is below ``least``."""
    with np.errstate(invalid="ignore"):
        return np.where(flat >= least, flat, np.nan)


def _gaps(inside: BoolArray, slices: IntArray, rows: IntArray, parity: int) -> list[IntArray]:
    """Return the rows of one parity that are to be replaced, run by run."""
    picked = rows[inside & (rows % 2 == parity)]
    if not picked.size:
        return []
    breaks = (np.diff(picked) > 2) | (np.diff(slices[picked]) != 0)
    return list(np.split(picked, np.flatnonzero(breaks) + 1))


def _across(
    gap: IntArray, good: IntArray, column: FloatArray, n_rows: int
) -> tuple[FloatArray, float] | None:
    """Return the values across a gap and their scatter, or `None` without good rows near it."""
    below, above = good[good < gap[0]][-n_rows:], good[good > gap[-1]][:n_rows]
    sides = [rows for rows in (below, above) if rows.size >= _LEAST_ROWS]
    if not sides:
        return None
    where = [float(np.median(rows)) for rows in sides]
    level = [float(np.median(column[rows])) for rows in sides]
    if max(level) > _STEP * min(level):
        return None  # a dark edge begins in between, nobody knows where
    rest = np.concatenate([column[rows] - one for rows, one in zip(sides, level, strict=True)])
    return np.interp(gap, where, level), float(np.std(rest, ddof=len(sides)))
