"""Averages of calibration factors in which every star counts once (Gordon+2025, Secs. 3.3, 3.6)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze

_FEWEST = 4  # "no error bars for three or fewer observations" (Fig. 5)
_DECIMALS = 3  # of the number of stars: sums of 1/n are not exact
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class FactorAverage:
    """Weighted average of some observations.

    Attributes
    ----------
    name : str
        Filter, class or subarray.
    n_rows, n_used : int
        Observations with a factor, and those of them that are used.
    n_stars : float
        Sum of the weights: a star of which one of four observations is flagged counts as 0.75.
    mean : float
        As the factors. NaN: no observation is used.
    scatter : float
        Weighted standard deviation of an observation. NaN: fewer than four observations, or the
        weight of no more than one star.
    error : float
        Weighted standard deviation of the mean. NaN: as the scatter.
    """

    name: str
    n_rows: int
    n_used: int
    n_stars: float
    mean: float
    scatter: float
    error: float

    @property
    def scatter_percent(self) -> float:
        """Scatter over the mean. Unit: per cent."""
        return 100.0 * self.scatter / self.mean

    @property
    def error_percent(self) -> float:
        """Error over the mean: sigma(CF). Unit: per cent."""
        return 100.0 * self.error / self.mean


def star_weights(stars: Sequence[str], counted: BoolArray) -> FloatArray:
    """Return 1 / n for each observation, n being how often its star was observed.

    Parameters
    ----------
    stars : sequence of str
        Star of each observation.
    counted : ndarray of bool, shape (n,)
        Observations that count in n: flagged ones and those left out among them, those without a
        factor not.

    Returns
    -------
    ndarray, shape (n,)
        0 for those that do not count.
    """
    places = {star: i for i, star in enumerate(dict.fromkeys(stars))}
    numbers = np.array([places[star] for star in stars], dtype=np.int64)
    counts = np.bincount(numbers, counted, minlength=len(places))
    weights = np.where(counted, 1.0 / np.maximum(counts[numbers], 1.0), 0.0)
    return freeze(weights)


def average_factors(
    name: str, factors: FloatArray, weights: FloatArray, used: BoolArray
) -> FactorAverage:
    """Average factors with the weights of `star_weights`.

    Parameters
    ----------
    name : str
        What they are.
    factors, weights : ndarray, shape (n,)
        A weight of 0: the observation has no factor.
    used : ndarray of bool, shape (n,)
        Observations that take part.

    Returns
    -------
    FactorAverage
        NaN where there are too few observations.

    Notes
    -----
    ``mean = sum(w C) / W``, ``scatter^2 = sum(w (C - mean)^2) / (W - 1)``, ``error = scatter /
    sqrt(W)`` with ``W = sum(w)``, the number of stars (Gordon+2025, Secs. 3.3 and 3.6). With one
    observation a star these are mean, standard deviation and its error of the mean.
    """
    own, weight = factors[used], weights[used]
    n_rows, total = int(np.count_nonzero(weights)), float(weight.sum())
    if not total > 0.0:
        return FactorAverage(name, n_rows, 0, 0.0, _NAN, _NAN, _NAN)
    mean, n_stars = float(weight @ own) / total, round(total, _DECIMALS)
    scatter = error = _NAN
    if own.size >= _FEWEST and n_stars > 1.0:
        scatter = float(np.sqrt(weight @ (own - mean) ** 2 / (total - 1.0)))
        error = scatter / float(np.sqrt(total))
    return FactorAverage(name, n_rows, int(own.size), n_stars, mean, scatter, error)
