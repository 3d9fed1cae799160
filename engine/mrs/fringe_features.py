"""Which samples tell about fringes: envelopes of a spectrum, and what stands off their middle."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from engine.arrays import BoolArray, FloatArray, IntArray

_REACH = 2  # neighbors on each side that an extremum must beat
_MOST_CLIPPINGS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Envelopes:
    """The curves through the local minima and the local maxima of a spectrum.

    Attributes
    ----------
    lower, upper : ndarray, shape (n,)
        In the unit of the flux.
    """

    lower: FloatArray
    upper: FloatArray

    @property
    def middle(self) -> FloatArray:
        """Mean of both."""
        middle: FloatArray = 0.5 * (self.lower + self.upper)
        return middle


def fit_envelopes(flux: FloatArray) -> Envelopes:
    """Draw monotone cubic curves through the local minima and through the local maxima.

    Parameters
    ----------
    flux : ndarray, shape (n,)
        Finite; three samples or more.

    Returns
    -------
    Envelopes
        An extremum beats two neighbors on each side; both ends belong to both curves.
    """
    number = np.arange(flux.size)
    lower, upper = (
        PchipInterpolator(nodes, flux[nodes])(number) for nodes in (_extrema(-flux), _extrema(flux))
    )
    return Envelopes(lower, upper)


def find_fringe_features(flux: FloatArray, envelopes: Envelopes, *, sigma: float) -> BoolArray:
    """Find lines and spikes: samples too far off the middle of the envelopes to be fringes.

    Parameters
    ----------
    flux : ndarray, shape (n,)
        Above zero.
    envelopes : Envelopes
        Of this spectrum.
    sigma : float
        Limit. Unit: standard deviations of the distance, clipped upward only.

    Returns
    -------
    ndarray of bool, shape (n,)
        `True` on features.
    """
    distance = np.abs(flux / envelopes.middle - 1.0)
    kept = np.ones(flux.size, dtype=bool)
    limit = np.inf
    for _ in range(_MOST_CLIPPINGS):
        limit = float(np.median(distance[kept]) + sigma * np.std(distance[kept]))
        stays = kept & (distance <= limit)
        if np.array_equal(stays, kept):
            break
        kept = stays
    features: BoolArray = distance > limit
    return features


def _extrema(values: FloatArray) -> IntArray:
    """Return the first and last index, and the indices of local maxima in between."""
    inner = values[_REACH:-_REACH] if values.size > 2 * _REACH else values[:0]
    highest = np.ones(inner.size, dtype=bool)
    for shift in (-2, -1, 1, 2):
        highest &= inner > values[_REACH + shift : _REACH + shift + inner.size]
    return np.concatenate([[0], np.flatnonzero(highest) + _REACH, [values.size - 1]])
