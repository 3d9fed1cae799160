"""Periodograms of unevenly spaced, weighted samples."""

from dataclasses import dataclass

import numpy as np
from scipy.fft import next_fast_len, rfft

from engine.arrays import FloatArray, IntArray, freeze

_CELLS_PER_CYCLE = 16  # of the grid that samples are put on: costs a per cent of power
_OVERSAMPLING = 4  # frequencies within one over the range
_BLOCKS = 12  # of frequencies, that the noise is judged by
_PAIRS = np.triu_indices(_BLOCKS, k=1)
_LOG_OF_LOG_2 = float(np.log(np.log(2.0)))


@dataclass(frozen=True, eq=False, slots=True)
class Periodogram:
    """How strongly each frequency is present.

    Attributes
    ----------
    frequency : ndarray, shape (m,)
        Cycles per unit of x, from 0 in even steps.
    power : ndarray, shape (m,)
        Half of what a sinusoid of this frequency takes off the weighted sum of squares: white noise
        of variance 1/weight has a mean of 1.
    total_weight : float
        Sum of the weights.
    """

    frequency: FloatArray
    power: FloatArray
    total_weight: float

    @property
    def amplitude(self) -> FloatArray:
        """Amplitude of the sinusoid at each frequency, shape (m,), in the unit of the values."""
        amplitude: FloatArray = 2.0 * np.sqrt(self.power / self.total_weight)
        return amplitude


class PeriodogramGrid:
    """Makes periodograms of many curves at the same samples.

    Parameters
    ----------
    x : ndarray, shape (n,)
        Abscissae, strictly increasing; two or more.
    highest : float
        Highest frequency wanted. Unit: cycles per unit of x.
    """

    def __init__(self, x: FloatArray, *, highest: float) -> None:
        self.span = float(x[-1] - x[0])
        wanted = int(max(_CELLS_PER_CYCLE * highest * self.span, 2 * x.size))
        self._n_cells = next_fast_len(wanted, real=True)
        self._length = next_fast_len(_OVERSAMPLING * self._n_cells, real=True)
        place = (x - x[0]) / self.span * self._n_cells
        self._cell: IntArray = np.minimum(place.astype(np.int64), self._n_cells - 1)
        self._step = self._n_cells / self._length / self.span
        self._size = min(int(highest / self._step) + 2, self._length // 2 + 1)

    def of(self, values: FloatArray, weight: FloatArray) -> Periodogram:
        """Return the periodogram of ``values``, shape (n,), with weights 0 or more."""
        gridded = np.bincount(self._cell, weight * values, minlength=self._n_cells)
        total = float(weight.sum())
        power = np.abs(rfft(gridded, self._length)[: self._size]) ** 2 / total
        frequency = np.arange(self._size) * self._step
        return Periodogram(freeze(frequency), freeze(power), total)


def noise_level(periodogram: Periodogram, range_used: tuple[float, float]) -> FloatArray:
    """Return the mean power of the noise at each frequency, whatever stands out of it.

    Parameters
    ----------
    periodogram : Periodogram
        Of residuals.
    range_used : tuple of float
        Frequencies that the noise is judged by: many more than hold a signal, and twelve or more.

    Returns
    -------
    ndarray, shape (m,)
        Exponential in frequency, because noise that is correlated over neighbors is strongest
        at low frequencies.

    Notes
    -----
    The power of noise is distributed exponentially: its median is the mean times ln 2. The slope is
    that of Theil (1950) and Sen (1968) through the medians of twelve blocks: three that are full of
    signal do not mislead it.
    """
    tiny = float(np.finfo(np.float64).tiny)
    frequency = periodogram.frequency
    inside = np.flatnonzero((frequency >= range_used[0]) & (frequency <= range_used[1]))
    length = inside.size // _BLOCKS
    if not length:
        return np.full(frequency.size, tiny)
    blocks = inside[: _BLOCKS * length].reshape(_BLOCKS, length)
    centers = frequency[blocks].mean(axis=1)
    logs = np.log(np.maximum(np.median(periodogram.power[blocks], axis=1), tiny))
    first, second = _PAIRS
    slope = float(np.median((logs[second] - logs[first]) / (centers[second] - centers[first])))
    height = float(np.median(logs - slope * centers)) - _LOG_OF_LOG_2
    level: FloatArray = np.exp(slope * frequency + height)
    return np.maximum(level, tiny)
