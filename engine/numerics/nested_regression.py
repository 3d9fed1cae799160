"""Linear regression of values that share an offset with others, on two levels: star, and filter."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from engine.arrays import FloatArray, IntArray, freeze

_RANGE = (1e-8, 1e4)  # of a variance of groups over the median variance of a value


@dataclass(frozen=True, eq=False, slots=True)
class NestedFit:
    """Coefficients of a linear model with random offsets of groups, and of groups inside groups.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        One for each column of the design.
    covariance : ndarray, shape (p, p)
        Of the coefficients.
    outer_scatter, inner_scatter : float
        Standard deviations of the offsets of both levels.
    """

    coefficients: FloatArray
    covariance: FloatArray
    outer_scatter: float
    inner_scatter: float


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """What the variances of the groups act on."""

    total: FloatArray  # (p + 1, p + 1) of design and values, without any groups
    inner: FloatArray  # (number of inner groups, p + 1)
    inner_weight: FloatArray
    outer_of: IntArray  # outer group of each inner one


def fit_nested(
    design: FloatArray, values: FloatArray, variances: FloatArray, outer: IntArray, inner: IntArray
) -> NestedFit:
    """Fit ``values = design @ coefficients + offset(outer) + offset(inner) + noise``.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        Of full rank.
    values, variances : ndarray, shape (n,)
        Values, and the variances of their noise: positive and known.
    outer, inner : ndarray of int, shape (n,)
        Numbers of the groups from 0. All members of an inner group are of one outer group.

    Returns
    -------
    NestedFit
        Generalized least squares.

    Notes
    -----
    The two variances of the offsets are those of largest restricted likelihood (Patterson &
    Thompson 1971, Biometrika 58, 545). Groups add a matrix of rank one each, so that the inverse
    covariance follows from sums over groups (Sherman & Morrison 1950).
    """
    p = design.shape[1]
    weights = 1.0 / variances
    first = np.linalg.lstsq(design, values, rcond=None)[0]  # small numbers: no digits get lost
    table = np.column_stack([design, values - design @ first])
    number = int(inner.max()) + 1
    sums: FloatArray = np.zeros((number, p + 1))
    np.add.at(sums, inner, weights[:, None] * table)
    outer_of = np.zeros(number, dtype=np.int64)
    outer_of[inner] = outer
    parts = _Sums(
        table.T @ (weights[:, None] * table),
        sums,
        np.bincount(inner, weights, number).astype(np.float64),
        outer_of,
    )
    typical = float(np.median(variances))
    low, high = np.log(typical * np.array(_RANGE))
    found = minimize(
        lambda logs: _cost(parts, np.exp(logs)),
        np.log(typical * np.array([4.0, 1.0])),
        method="L-BFGS-B",
        bounds=[(low, high)] * 2,
    )
    outer_variance, inner_variance = (float(one) for one in np.exp(found.x))
    normal, _ = _reduced(parts, np.exp(found.x))
    covariance = np.linalg.inv(normal[:p, :p]).astype(np.float64)
    return NestedFit(
        coefficients=freeze(first + covariance @ normal[:p, p]),
        covariance=freeze(covariance),
        outer_scatter=outer_variance**0.5,
        inner_scatter=inner_variance**0.5,
    )


def _reduced(parts: _Sums, variances: FloatArray) -> tuple[FloatArray, float]:
    """Return the normal matrix, and the logarithm of the determinant that groups add."""
    outer_variance, inner_variance = variances
    growth = 1.0 + inner_variance * parts.inner_weight
    normal = parts.total - parts.inner.T @ ((inner_variance / growth)[:, None] * parts.inner)
    number = int(parts.outer_of.max()) + 1
    sums: FloatArray = np.zeros((number, parts.inner.shape[1]))
    np.add.at(sums, parts.outer_of, parts.inner / growth[:, None])
    outer_growth = 1.0 + outer_variance * np.bincount(
        parts.outer_of, parts.inner_weight / growth, number
    )
    normal = normal - sums.T @ ((outer_variance / outer_growth)[:, None] * sums)
    return normal, float(np.log(growth).sum() + np.log(outer_growth).sum())


def _cost(parts: _Sums, variances: FloatArray) -> float:
    normal, of_groups = _reduced(parts, variances)
    p = normal.shape[0] - 1
    left = normal[p, p] - normal[:p, p] @ np.linalg.solve(normal[:p, :p], normal[:p, p])
    _, of_design = np.linalg.slogdet(normal[:p, :p])
    return float(left) + of_groups + float(of_design)
