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
    spectra = _Spectra(near, fewest_cycles)
    left = np.array(deviation[where], dtype=np.float64)
    for _ in range(_MOST_SINUSOIDS):
        if not spectra.cycles.size:
            break
        power = spectra.power(left)
        level = spectra.local_level(power)
        at = int(np.argmax(power / level))
        noise = float(level[at])
        if not power[at] > noise * np.log(spectra.cycles.size / _CHANCE):
            break
        frequency = _refined(near, left, float(spectra.cycles[at]))
        rows = _rows(near, frequency)
        amplitudes = _amplitudes(rows, left)
        found = amplitudes @ rows
        if not _shows_everywhere(near, left, found, noise):
            break
        left = left - found
        total += amplitudes @ _rows(phase, frequency)
        count += 1
    return Periodic(total, count)


class _Spectra:
    """Power spectra of samples at the same places; uneven ones are put on a fine grid."""

    def __init__(self, phase: FloatArray, fewest_cycles: float) -> None:
        self._n_samples = phase.size
        self._n_cells = _CELLS_PER_SAMPLE * phase.size
        self._cell = np.minimum((phase * self._n_cells).astype(np.int64), self._n_cells - 1)
        self._length = next_fast_len(4 * self._n_cells, real=True)
        cycles = np.arange(self._length // 2 + 1) * (self._n_cells / self._length)
        first, last = np.searchsorted(cycles, [fewest_cycles, 0.45 * phase.size])
        self._wanted = slice(int(first), int(last))
        self.cycles = cycles[self._wanted]  #: over the range
        if self.cycles.size:
            span = float(self.cycles[-1] - self.cycles[0])
            self._n_blocks = max(int(span / _LEVEL_CYCLES), 1)
            self._centers = _in_blocks(self.cycles, self._n_blocks).mean(axis=1)

    def power(self, values: FloatArray) -> FloatArray:
        """Return the power at `cycles`."""
        grid = np.bincount(self._cell, weights=values, minlength=self._n_cells)
        transform = rfft(grid, self._length)[self._wanted]
        power: FloatArray = (transform.real**2 + transform.imag**2) / self._n_samples
        return power

    def local_level(self, power: FloatArray) -> FloatArray:
        """Return the mean power of the noise around each frequency, from medians in blocks."""
        blocks = _in_blocks(power, self._n_blocks)
        half = blocks.shape[1] // 2
        medians = np.partition(blocks, half, axis=1)[:, half]
        level = np.interp(self.cycles, self._centers, medians) / np.log(2.0)
        return np.asarray(np.maximum(level, np.finfo(np.float64).tiny), dtype=np.float64)


def _in_blocks(values: FloatArray, n_blocks: int) -> FloatArray:
    """Return values in blocks of equal length; the few that are left over at the end are not."""
    length = values.size // n_blocks
    return values[: n_blocks * length].reshape(n_blocks, length)


def _rows(phase: FloatArray, frequency: float) -> FloatArray:
    angle = 2.0 * np.pi * frequency * phase
    return np.array([np.cos(angle), np.sin(angle)])


def _amplitudes(rows: FloatArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.linalg.solve(rows @ rows.T, rows @ values), dtype=np.float64)


def _refined(phase: FloatArray, values: FloatArray, frequency: float) -> float:
    """Return the frequency of least squares next to a peak of the spectrum (Gauss-Newton)."""
    start = frequency
    for _ in range(_NEWTON_STEPS):
        rows = _rows(phase, frequency)
        cosine, sine = _amplitudes(rows, values)
        slope = 2.0 * np.pi * phase * (sine * rows[0] - cosine * rows[1])
        step = float(_amplitudes(np.vstack([rows, slope]), values)[2])
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
