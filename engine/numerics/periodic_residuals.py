"""Periodic residuals: fringes, found so that they mislead neither errors nor breakpoints.

Residual fringes are sinusoids of constant period in wavenumber (FORMATS B3: families near 2.9 and
0.4 per cm in the MRS), over a whole band. They are found here in the residuals of a smooth fit,
one sinusoid after the other, and each must show in most of the band: a bump of the response that
a stiff curve misses shows in one place only.
"""

from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len, rfft

from engine.arrays import BoolArray, FloatArray

_MOST_SINUSOIDS = 8
_CHANCE = 1e-3  # false-alarm probability of one sinusoid in white noise
_SEGMENTS = 4
_SEGMENTS_NEEDED = 3
_SEGMENT_GAIN = 4.0  # drop of chi2 that counts in a segment: 2 sigma
_SEGMENT_SHARE = 0.3  # and this part of the mean drop: the ringing next to a bump dies away
_CELLS_PER_SAMPLE = 4
_LEVEL_CYCLES = 40.0  # range over which the noise is taken as white
_NEWTON_STEPS = 3


@dataclass(frozen=True, eq=False, slots=True)
class Periodic:
    """Sinusoids found in residuals.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Their sum; zero when there is none.
    n_sinusoids : int
        How many.
    """

    values: FloatArray
    n_sinusoids: int


def periodic_part(
    x: FloatArray, deviation: FloatArray, used: BoolArray, *, fewest_cycles: float
) -> Periodic:
    """Return the sinusoids in 1/x that residuals hold.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Wavelength, increasing, above zero.
    deviation : ndarray, shape (n,)
        Residuals over their scatter; those not in use do not matter.
    used : ndarray of bool, shape (n,)
        Samples that count.
    fewest_cycles : float
        Cycles over the whole range below which nothing counts as periodic.

    Returns
    -------
    Periodic
        Their sum, in the unit of ``deviation``.
    """
    total = np.zeros(x.size)
    where = np.flatnonzero(used)
    count = 0
    if where.size < 8 * fewest_cycles:
        return Periodic(total, count)
    phase = (1.0 / x - 1.0 / x[-1]) / (1.0 / x[0] - 1.0 / x[-1])  # 0 to 1 over the range
    near = phase[where]
    left = np.array(deviation[where], dtype=np.float64)
    for _ in range(_MOST_SINUSOIDS):
        cycles, power = _spectrum(near, left)
        wanted = (cycles >= fewest_cycles) & (cycles <= 0.45 * where.size)
        if not wanted.any():
            break
        cycles, power = cycles[wanted], power[wanted]
        level = _local_level(cycles, power)
        at = int(np.argmax(power / level))
        noise = float(level[at])
        if not power[at] > noise * np.log(cycles.size / _CHANCE):
            break
        frequency = _refined(near, left, float(cycles[at]))
        coefficients = _amplitudes(near, left, frequency)
        found = _rows(near, frequency) @ coefficients
        if not _shows_everywhere(near, left, found, noise):
            break
        left = left - found
        total += _rows(phase, frequency) @ coefficients
        count += 1
    return Periodic(total, count)


def _spectrum(phase: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return cycles over the range and power; unevenly spaced samples are put on a fine grid."""
    n_cells = _CELLS_PER_SAMPLE * phase.size
    cell = np.minimum((phase * n_cells).astype(np.int64), n_cells - 1)
    grid = np.bincount(cell, weights=values, minlength=n_cells)
    length = next_fast_len(4 * n_cells, real=True)
    power = np.abs(rfft(grid, length)) ** 2 / phase.size
    cycles = np.arange(power.size) * (n_cells / length)
    near = cycles <= 0.5 * phase.size
    return cycles[near], power[near]


def _local_level(cycles: FloatArray, power: FloatArray) -> FloatArray:
    """Return the mean power of the noise around each frequency, from medians in blocks."""
    span = float(cycles[-1] - cycles[0])
    blocks = np.array_split(np.arange(cycles.size), max(int(span / _LEVEL_CYCLES), 1))
    centers = np.array([cycles[block].mean() for block in blocks])
    medians = np.array([np.median(power[block]) for block in blocks])
    level = np.interp(cycles, centers, medians) / np.log(2.0)
    return np.asarray(np.maximum(level, np.finfo(np.float64).tiny), dtype=np.float64)


def _rows(phase: FloatArray, frequency: float) -> FloatArray:
    angle = 2.0 * np.pi * frequency * phase
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _amplitudes(phase: FloatArray, values: FloatArray, frequency: float) -> FloatArray:
    rows = _rows(phase, frequency)
    return np.asarray(np.linalg.solve(rows.T @ rows, rows.T @ values), dtype=np.float64)


def _refined(phase: FloatArray, values: FloatArray, frequency: float) -> float:
    """Return the frequency of least squares next to a peak of the spectrum (Gauss-Newton)."""
    start = frequency
    for _ in range(_NEWTON_STEPS):
        cosine, sine = _amplitudes(phase, values, frequency)
        rows = _rows(phase, frequency)
        slope = 2.0 * np.pi * phase * (sine * rows[:, 0] - cosine * rows[:, 1])
        design = np.column_stack([rows, slope])
        step = float(np.linalg.lstsq(design, values, rcond=None)[0][2])
        frequency = float(np.clip(frequency + step, start - 0.5, start + 0.5))
    return frequency


def _shows_everywhere(
    phase: FloatArray, values: FloatArray, found: FloatArray, noise: float
) -> bool:
    segment = np.minimum((phase * _SEGMENTS).astype(np.int64), _SEGMENTS - 1)
    drop = values**2 - (values - found) ** 2
    gain = np.bincount(segment, weights=drop, minlength=_SEGMENTS) / noise
    enough = max(_SEGMENT_GAIN, _SEGMENT_SHARE * float(gain.mean()))
    return int(np.count_nonzero(gain > enough)) >= _SEGMENTS_NEEDED
