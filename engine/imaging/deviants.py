"""Observations, or stars, that deviate from all the others: found one after the other."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from engine.arrays import BoolArray, FloatArray, freeze

_HIDDEN = 0.1  # how much rarer a deviation has to be behind one that chance can make
_FEWEST = 4
_TINY = 1e-300  # of a variance: equal values lie at their mean
_MOST = 0.3  # of the values may deviate: with more it is not clear which ones do


@dataclass(frozen=True, eq=False, slots=True)
class Deviations:
    """How far values lie from the weighted mean of those that do not deviate.

    Attributes
    ----------
    is_deviant : ndarray of bool, shape (n,)
        Those that deviate.
    sigma : ndarray, shape (n,)
        Distance of each value from the mean of the others that do not deviate, as the Gaussian
        sigma of the same probability; with its sign. NaN: not known.
    """

    is_deviant: BoolArray
    sigma: FloatArray


def find_deviants(
    values: FloatArray, weights: FloatArray, tested: BoolArray, *, sigma: float = 3.5
) -> Deviations:
    """Find the values that lie farther from the weighted mean than chance lets them.

    Parameters
    ----------
    values, weights : ndarray, shape (n,)
        A star counts once: the weights of its observations add up to 1.
    tested : ndarray of bool, shape (n,)
        Values that take part; all others neither count nor are flagged.
    sigma : float, optional
        Limit: how rare a deviation has to be, in sigma of a normal distribution.

    Returns
    -------
    Deviations
        Nothing deviates when there are fewer than four values or three stars.

    Notes
    -----
    Gordon+2025, Sec. 3.2: more than 3.5 sigma from the weighted mean, iterated. A value that is
    compared with a mean and a scatter which contain it can never be farther away than
    (n - 1) / sqrt(n): of twelve stars none could deviate. So each value is compared with the
    others, by Student's t, and the farthest is taken out again and again; the last that is too far
    to be chance, and all that were farther out, deviate (as Rosner 1983): two that deviate alike
    do not hide each other.
    """
    kept = tested & np.isfinite(values) & (weights > 0.0)
    middle = float(np.median(values[kept])) if kept.any() else 0.0
    values = values - middle  # sums of squares keep their digits about the middle
    limit = 2.0 * float(ndtr(-sigma))
    order: list[int] = []
    n_deviant = 0
    n_rounds = int(_MOST * np.count_nonzero(kept))
    remaining = kept.copy()
    for _ in range(n_rounds):
        distance, freedom = _distances(values, weights, remaining)
        if freedom < 1.0:
            break
        place = int(np.argmax(np.where(remaining, np.abs(distance), -1.0)))
        order.append(place)
        remaining[place] = False
        is_next = len(order) == n_deviant + 1
        if _chance(distance[place], freedom) < (limit if is_next else _HIDDEN * limit):
            n_deviant = len(order)
    is_deviant = np.zeros(values.size, dtype=bool)
    is_deviant[order[:n_deviant]] = True
    distance, freedom = _distances(values, weights, kept & ~is_deviant)
    known = np.where(np.isfinite(values) & (freedom >= 1.0), distance, np.nan)
    return Deviations(freeze(is_deviant), freeze(_as_sigma(known, freedom)))


def _distances(
    values: FloatArray, weights: FloatArray, kept: BoolArray
) -> tuple[FloatArray, float]:
    """Return the distance of each value from the mean of the kept others, and the freedom.

    The distance is in units of the scatter of the others and of their mean.
    """
    weight = np.where(kept, weights, 0.0)
    total = float(weight.sum())
    freedom = total - 2.0
    if freedom < 1.0 or np.count_nonzero(kept) < _FEWEST:
        return np.full(values.size, np.nan), 0.0
    first = weight * np.where(kept, values, 0.0)
    second = first * values if kept.all() else first * np.where(kept, values, 0.0)
    others = total - weight  # without the value itself, if it is kept
    mean = (first.sum() - first) / others
    variance = np.maximum(second.sum() - second - others * mean**2, _TINY) / np.maximum(
        others - 1.0, 0.1
    )
    distance: FloatArray = (values - mean) / np.sqrt(variance * (1.0 + 1.0 / others))
    return distance, freedom


def _chance(distance: FloatArray | float, freedom: float) -> FloatArray:
    """Return how often chance gives so large a distance, on either side."""
    chance: FloatArray = np.maximum(2.0 * stdtr(freedom, -np.abs(distance)), 1e-300)
    return chance


def _as_sigma(distance: FloatArray, freedom: float) -> FloatArray:
    """Return the sigma of a normal distribution with the same probability."""
    if freedom < 1.0:
        return np.full(distance.size, np.nan)
    sigma: FloatArray = -np.sign(distance) * ndtri(0.5 * _chance(distance, freedom))
    return sigma
