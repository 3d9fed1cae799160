"""How another version lies beside this one: by how much it differs, and how much room it takes."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from guiapp.look.numbers import fixed_text
from guiapp.look.units import wave_text
from guiapp.plots.layers import Bounds

_COARSE_PERCENT = 0.1  # from here on two decimals tell enough
_EDGE_PERCENT = 0.5  # of the samples on either side that may run away
_ROOM = 0.1  # of the range, beyond what is compared
_WORDS = 0.25  # of the range, in a plot some five lines high


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """By how much a curve differs from another version of it, in percent.

    Attributes
    ----------
    median : float
        Of ``this / other - 1``: the shift of the level.
    rms : float
        Of ``this / other - 1`` about zero: shift and shape together.
    most, at_um : float
        The largest difference, and its wavelength.
    """

    median: float
    rms: float
    most: float
    at_um: float

    @property
    def short(self) -> str:
        """Median and rms."""
        median = _percent(self.median, self.rms)
        return f"median {median} %, rms {_percent(self.rms, self.rms)} %"

    @property
    def whole(self) -> str:
        """Median, rms, and the largest difference with its place."""
        most = _percent(self.most, self.rms)
        return f"{self.short}, at most {most} %, {wave_text(self.at_um, 2)}"


def version_difference(wave_um: FloatArray, percent: FloatArray) -> VersionDifference | None:
    """Return what curves that differ by ``percent`` differ by as a whole; `None`: no sample."""
    known = np.flatnonzero(np.isfinite(percent))
    if not known.size:
        return None
    values = percent[known]
    at = int(np.argmax(np.abs(values)))
    return VersionDifference(
        float(np.median(values)),
        float(np.sqrt(np.mean(values**2))),
        float(values[at]),
        float(wave_um[known][at]),
    )


def with_room_for(bounds: Bounds | None, *others: tuple[FloatArray, FloatArray]) -> Bounds | None:
    """Return ``bounds`` with room in y for what is compared with: pairs of x and y.

    What lies beside them in x has none, nor the few samples that ran away.
    """
    if bounds is None:
        return None
    left, right, bottom, top = bounds
    known = [y[np.isfinite(y) & (x >= left) & (x <= right)] for x, y in others]
    values = np.concatenate(known) if known else np.zeros(0)
    if not values.size:
        return bounds
    low, high = (
        float(one) for one in np.percentile(values, [_EDGE_PERCENT, 100.0 - _EDGE_PERCENT])
    )
    room = _ROOM * (max(high, top) - min(low, bottom))
    if low < bottom:  # a logarithmic axis has no zero
        bottom = 0.9 * low if bottom > 0.0 and 0.0 < low <= room else low - room
    return left, right, bottom, top if high <= top else high + room


def with_room_for_words(bounds: Bounds | None) -> Bounds | None:
    """Return ``bounds`` of a small plot with room for a line of words above the curves."""
    if bounds is None:
        return None
    left, right, bottom, top = bounds
    return left, right, bottom, top + _WORDS * (top - bottom)


def _percent(value: float, rms: float) -> str:
    return fixed_text(value, 2 if rms >= _COARSE_PERCENT or not rms else 4)
