"""Low-order polynomials through the levels of bands, with the scatter that errors leave open."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from engine.arrays import FloatArray, freeze

_ITERATIONS = 60
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class OrderTest:
    """Whether a polynomial of higher order describes the levels better.

    Attributes
    ----------
    order, against : int
        Order tried, and the one it is compared with.
    f_value, probability : float
        F, and the probability of so large a value if the lower order were right.
    n_free : int
        Degrees of freedom that the higher order leaves.
    is_better : bool
        Whether the higher order was taken.
    """

    order: int
    against: int
    f_value: float
    probability: float
    n_free: int
    is_better: bool


@dataclass(frozen=True, eq=False, slots=True)
class LevelFit:
    """Coefficients through levels.

    Attributes
    ----------
    coefficients : ndarray, shape (k,)
        One for each column of the design.
    covariance : ndarray, shape (k, k)
        Of the errors and the scatter together.
    scatter : float
        Standard deviation of the levels beyond their errors; 0 when the errors explain them.
    """

    coefficients: FloatArray
    covariance: FloatArray
    scatter: float


def fit_levels(design: FloatArray, levels: FloatArray, errors: FloatArray) -> LevelFit:
    """Fit levels that scatter by more than their errors.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Value of each basis function at each level; n >= k.
    levels, errors : ndarray, shape (n,)
        Finite; errors not negative.

    Returns
    -------
    LevelFit
        Weighted by 1 / (error^2 + scatter^2).

    Notes
    -----
    The scatter is the one for which chi^2 equals n - k (Paule & Mandel 1982); with n = k it
    cannot be known and is taken as 0.
    """
    n_free = levels.size - design.shape[1]
    tiny = 1e-12 * max(float(np.max(np.abs(levels))), 1e-300)
    floor = np.maximum(errors, tiny)

    def solved(scatter: float) -> tuple[FloatArray, FloatArray, float]:
        weight = 1.0 / (floor**2 + scatter**2)
        normal = design.T @ (weight[:, None] * design)
        covariance: FloatArray = np.linalg.inv(normal).astype(np.float64)
        coefficients = covariance @ (design.T @ (weight * levels))
        chi2 = float(np.sum(weight * (levels - design @ coefficients) ** 2))
        return coefficients, covariance, chi2

    low, high = 0.0, 2.0 * float(np.ptp(levels)) + tiny
    if n_free > 0 and solved(0.0)[2] > n_free:
        for _ in range(_ITERATIONS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if solved(middle)[2] > n_free else (low, middle)
            if high - low <= _TOLERANCE * high:
                break
        scatter = high
    else:
        scatter = 0.0
    coefficients, covariance, _ = solved(scatter)
    return LevelFit(freeze(coefficients), freeze(covariance), scatter)


def choose_order(
    design: FloatArray, levels: FloatArray, errors: FloatArray, *, significance: float = 0.01
) -> tuple[int, tuple[OrderTest, ...]]:
    """Choose how many columns of ``design`` the levels ask for.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Columns in the order in which they are tried.
    levels, errors : ndarray, shape (n,)
        Finite.
    significance : float, optional
        Probability below which the higher order is taken.

    Returns
    -------
    order : int
        Index of the last column that is needed.
    tests : tuple of OrderTest
        Every comparison that was made.

    Notes
    -----
    F = (RSS_low - RSS_high) / (p_high - p_low) / (RSS_high / (n - p_high)), with weights from the
    errors and the scatter about the highest order. Each order is compared with the best so far,
    so that a curvature is found without a slope.
    """
    n, n_columns = design.shape
    highest = min(n_columns, n - 2)
    if highest < 2:
        return 0, ()
    scatter = fit_levels(design[:, :highest], levels, errors).scatter
    weight = 1.0 / np.sqrt(np.maximum(errors, 1e-12) ** 2 + scatter**2)
    sums = [_residual_sum(design[:, : k + 1], levels, weight) for k in range(highest)]
    best, tests = 0, []
    for order in range(1, highest):
        n_free = n - order - 1
        gain = max(sums[best] - sums[order], 0.0) / (order - best)
        noise = max(sums[order] / n_free, 1e-24)
        f_value = gain / noise
        probability = float(f_distribution.sf(f_value, order - best, n_free))
        is_better = probability < significance
        tests.append(OrderTest(order, best, f_value, probability, n_free, is_better))
        best = order if is_better else best
    return best, tuple(tests)


def mean_powers(waves_um: Sequence[FloatArray], order: int, *, domain: FloatArray) -> FloatArray:
    """Return the mean of each Legendre polynomial up to ``order`` over each band's samples."""
    return np.array([legendre(wave, order, domain=domain).mean(axis=0) for wave in waves_um])


def legendre(wave_um: FloatArray, order: int, *, domain: FloatArray) -> FloatArray:
    """Return the Legendre polynomials 0 to ``order``, shape (n, order + 1), over ``domain``."""
    x = (2.0 * wave_um - domain[0] - domain[1]) / (domain[1] - domain[0])
    basis: FloatArray = np.polynomial.legendre.legvander(x, order)
    return basis


def _residual_sum(design: FloatArray, levels: FloatArray, weight: FloatArray) -> float:
    coefficients = np.linalg.lstsq(design * weight[:, None], levels * weight, rcond=None)[0]
    return float(np.sum((weight * (levels - design @ coefficients)) ** 2))
