"""Linear regression of values that come in groups: several observations of one star."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution
from scipy.stats import norm

from engine.arrays import FloatArray, IntArray, freeze

_GRID = 41
_RANGE = 4.0  # decades of the ratio of variances, on both sides of 1
_UNKNOWN = 1e6  # ratio of variances of groups that say nothing about each other
_ITERATIONS = 60
_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class GroupedFit:
    """Coefficients of a linear model with a random offset for each group.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        One for each column of the design.
    covariance : ndarray, shape (p, p)
        Scaled so that the residuals have their scatter.
    residual_scatter, group_scatter : float
        Standard deviation of a value of mean weight inside its group, and of the groups.
    freedom : float
        Degrees of freedom of the columns that are tested (Satterthwaite).
    """

    coefficients: FloatArray
    covariance: FloatArray
    residual_scatter: float
    group_scatter: float
    freedom: float


def weights_with_scatter(values: FloatArray, errors: FloatArray, groups: IntArray) -> FloatArray:
    """Return 1 / (error^2 + scatter^2), the scatter being what errors leave open inside groups.

    Parameters
    ----------
    values, errors : ndarray, shape (n,)
        Values are finite; an error that is not known counts as the median one.
    groups : ndarray of int, shape (n,)
        Numbers of the groups, from 0. When no group has two members, all are taken as one.

    Returns
    -------
    ndarray, shape (n,)
        Relative weights with a mean of 1.

    Notes
    -----
    Paule & Mandel (1982): chi^2 about the weighted means of the groups equals the degrees of
    freedom.
    """
    known = errors[np.isfinite(errors) & (errors > 0)]
    if not known.size:
        return np.ones(values.size)
    squares = np.where(np.isfinite(errors) & (errors > 0), errors, np.median(known)) ** 2
    if np.unique(groups).size == groups.size:
        groups = np.zeros(groups.size, dtype=np.int64)
    freedom = groups.size - np.unique(groups).size
    if freedom < 1 or float(np.ptp(squares)) == 0.0:
        return np.ones(values.size)
    spread = float(np.ptp(values)) ** 2
    low, high = 0.0, 4.0 * spread + float(squares.max())
    floor = 1e-12 * high
    if _chi2(values, squares + floor, groups) > freedom:
        for _ in range(_ITERATIONS):
            middle = 0.5 * (low + high)
            is_low = _chi2(values, squares + floor + middle, groups) > freedom
            low, high = (middle, high) if is_low else (low, middle)
            if high - low <= _TOLERANCE * high:
                break
        squares = squares + high
    weights = 1.0 / (squares + floor)
    scaled: FloatArray = weights / weights.mean()
    return scaled


def fit_grouped(
    design: FloatArray,
    values: FloatArray,
    weights: FloatArray,
    groups: IntArray,
    *,
    tested: int,
) -> GroupedFit:
    """Fit ``values = design @ coefficients + offset of the group + noise``.

    Parameters
    ----------
    design : ndarray, shape (n, p)
        Of full rank.
    values, weights : ndarray, shape (n,)
        Finite; weights positive, inverse variances up to a common factor.
    groups : ndarray of int, shape (n,)
        Numbers of the groups, from 0.
    tested : int
        How many columns of the design, counted from the last, the degrees of freedom are for.

    Returns
    -------
    GroupedFit
        Generalized least squares.

    Notes
    -----
    The covariance of one group is proportional to diag(1 / w) + r J; r is that of largest
    restricted likelihood (Patterson & Thompson 1971, Biometrika 58, 545), looked for on a grid.
    Without repeated members r cannot be told from the noise and is 0: ordinary weighted least
    squares. With as few groups as columns it cannot be known either, and counts as very large:
    then only what differs inside groups is tested. The columns that are tested have
    1 / (f_b^2 / (G - p) + f_w^2 / (n - G - q)) degrees of freedom, f being the shares of their
    information between and within groups.
    """
    n, p = design.shape
    number = int(groups.max()) + 1
    table = np.column_stack([design, values])
    sums: FloatArray = np.zeros((number, p + 1))
    np.add.at(sums, groups, weights[:, None] * table)
    total: FloatArray = table.T @ (weights[:, None] * table)
    size = np.bincount(groups, weights, number).astype(np.float64)
    has_repeats = n > number
    ratio = _best_ratio(total, sums, size, n) if n > number > p else 0.0
    if has_repeats and number <= p:  # what differs between so few groups is not known to be more
        ratio = _UNKNOWN
    normal, square = _reduced(total, sums, size, np.array([ratio]))
    inverse: FloatArray = np.linalg.inv(normal[0, :p, :p]).astype(np.float64)
    variance = float(square[0]) / (n - p)
    freedom = float(n - p)
    if has_repeats:
        freedom = _freedom(total, sums, size, ratio, tested, (n, number))
    return GroupedFit(
        coefficients=freeze(inverse @ normal[0, :p, p]),
        covariance=freeze(inverse * variance),
        residual_scatter=float(np.sqrt(variance)),
        group_scatter=float(np.sqrt(variance * ratio)),
        freedom=freedom,
    )


def chance_of(fit: GroupedFit, tested: int) -> float:
    """Return the probability of coefficients so far from 0, for the last ``tested`` columns."""
    values = fit.coefficients[-tested:]
    covariance = fit.covariance[-tested:, -tested:]
    if not np.any(np.diag(covariance) > 0):
        return 1.0 if not values.any() else 0.0
    f_value = float(values @ np.linalg.solve(covariance, values)) / tested
    return float(f_distribution.sf(f_value, tested, fit.freedom))


def among_many(chance: float, tried: int) -> float:
    """Return the probability that the best of ``tried`` independent tests is as good by chance.

    Notes
    -----
    Sidak (1967): 1 - (1 - p)^m. Tests that go together make it too large: fewer false reports.
    """
    return float(-np.expm1(tried * np.log1p(-min(chance, 1.0 - 1e-16))))


def as_sigma(chance: float) -> float:
    """Return the Gaussian sigma with the same two-sided probability."""
    return float(norm.isf(0.5 * max(chance, 1e-300)))


def _chi2(values: FloatArray, variances: FloatArray, groups: IntArray) -> float:
    weights = 1.0 / variances
    means = np.bincount(groups, weights * values) / np.bincount(groups, weights).clip(1e-300)
    return float(np.sum(weights * (values - means[groups]) ** 2))


def _reduced(
    total: FloatArray, sums: FloatArray, size: FloatArray, ratios: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the normal matrices for some ratios, and the sums of squares that are left."""
    share = ratios[:, None] / (1.0 + ratios[:, None] * size)
    number, columns = sums.shape
    squares = (sums[:, :, None] * sums[:, None, :]).reshape(number, -1)
    normal = total - (share @ squares).reshape(-1, columns, columns)
    p = columns - 1
    explained = np.einsum(
        "la,la->l",
        normal[:, :p, p],
        np.linalg.solve(normal[:, :p, :p], normal[:, :p, p][:, :, None])[:, :, 0],
    )
    return normal, np.maximum(normal[:, p, p] - explained, 1e-24 * abs(total[p, p]) + 1e-300)


def _best_ratio(total: FloatArray, sums: FloatArray, size: FloatArray, n: int) -> float:
    """Return the ratio of largest restricted likelihood; 0 is among those tried."""
    p = sums.shape[1] - 1

    def cost(ratios: FloatArray) -> FloatArray:
        normal, square = _reduced(total, sums, size, ratios)
        _, of_design = np.linalg.slogdet(normal[:, :p, :p])
        of_groups = np.log1p(ratios[:, None] * size).sum(axis=1)
        lost: FloatArray = of_groups + of_design + (n - p) * np.log(square)
        return lost

    logs = np.linspace(-_RANGE, _RANGE, _GRID)
    coarse = cost(10.0**logs)
    best = int(np.argmin(coarse))
    step = logs[1] - logs[0]
    fine = 10.0 ** (logs[best] + np.linspace(-step, step, _GRID))
    costs = cost(np.r_[0.0, fine])
    chosen = int(np.argmin(costs))
    return 0.0 if chosen == 0 else float(fine[chosen - 1])


def _freedom(
    total: FloatArray,
    sums: FloatArray,
    size: FloatArray,
    ratio: float,
    tested: int,
    counts: tuple[int, int],
) -> float:
    n, number = counts
    p = sums.shape[1] - 1
    first = p - tested
    within = total - np.einsum("g,ga,gb->ab", 1.0 / size, sums, sums)
    between = np.einsum("g,ga,gb->ab", 1.0 / (size * (1.0 + ratio * size)), sums, sums)
    rest = between[:p, :p]
    if first:
        head = np.linalg.solve(rest[:first, :first], rest[:first, first:])
        own = rest[first:, first:] - rest[first:, :first] @ head
    else:
        own = rest
    of_within = float(np.trace(within[first:p, first:p]))
    of_between = max(float(np.trace(own)), 0.0)
    share = of_between / (of_between + of_within) if of_between + of_within > 0 else 1.0
    inside = max(n - number - tested, 1)
    return float(1.0 / (share**2 / max(number - p, 1) + (1.0 - share) ** 2 / inside))
