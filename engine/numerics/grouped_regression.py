"""Linear regression of values that come in groups: several observations of one star."""

from collections.abc import Sequence
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
    [fit] = fit_each_grouped(design[None], values[None], weights[None], groups, tested=tested)
    return fit


def fit_each_grouped(
    designs: FloatArray,
    values: FloatArray,
    weights: FloatArray,
    groups: IntArray,
    *,
    tested: int,
) -> tuple[GroupedFit, ...]:
    """Fit several models to several sets of values of the same members, as `fit_grouped` does.

    Parameters
    ----------
    designs : ndarray, shape (k, n, p)
        Of full rank over the members that count.
    values, weights : ndarray, shape (k, n)
        Finite; a member of weight 0 has no part in a fit.
    groups : ndarray of int, shape (n,)
        Numbers of the groups, from 0; some may have no member that counts.
    tested : int
        How many columns of the designs, counted from the last, the degrees of freedom are for.

    Returns
    -------
    tuple of GroupedFit
        One for each set of values.
    """
    if not len(values):
        return ()
    p = designs.shape[2]
    belongs = (groups[:, None] == np.arange(int(groups.max()) + 1)).astype(np.float64)
    table = np.concatenate([designs, values[:, :, None]], axis=2)
    weighted = weights[:, :, None] * table
    sums = _Sums(
        total=np.swapaxes(table, 1, 2) @ weighted,
        of_group=belongs.T @ weighted,
        size=weights @ belongs,
        n=np.count_nonzero(weights, axis=1),
    )
    number = sums.number
    is_sought = (sums.n > number) & (number > p)
    ratio = np.where(is_sought, _best_ratios(sums) if is_sought.any() else 0.0, 0.0)
    # what differs between so few groups is not known to be more
    ratio = np.where((sums.n > number) & (number <= p), _UNKNOWN, ratio)
    normal, square = (one[:, 0] for one in _reduced(sums, ratio[:, None]))
    inverse = np.linalg.inv(normal[:, :p, :p]).astype(np.float64)
    variance = square / (sums.n - p)
    freedom = np.where(sums.n > number, _freedom(sums, ratio, tested), sums.n - p)
    return tuple(
        GroupedFit(
            coefficients=freeze(inverse[i] @ normal[i, :p, p]),
            covariance=freeze(inverse[i] * variance[i]),
            residual_scatter=float(np.sqrt(variance[i])),
            group_scatter=float(np.sqrt(variance[i] * ratio[i])),
            freedom=float(freedom[i]),
        )
        for i in range(len(values))
    )


def chance_of(fit: GroupedFit, tested: int) -> float:
    """Return the probability of coefficients so far from 0, for the last ``tested`` columns."""
    return float(chance_of_each([fit], tested)[0])


def chance_of_each(fits: Sequence[GroupedFit], tested: int) -> FloatArray:
    """Return `chance_of` of several fits."""
    f_values = np.array([_f_value(fit, tested) for fit in fits])
    freedom = np.array([fit.freedom for fit in fits])
    chances: FloatArray = np.asarray(f_distribution.sf(f_values, tested, freedom), dtype=np.float64)
    return chances


def _f_value(fit: GroupedFit, tested: int) -> float:
    """Return the variance ratio of the last columns; without any noise 0 or infinity."""
    values = fit.coefficients[-tested:]
    covariance = fit.covariance[-tested:, -tested:]
    if not np.any(np.diag(covariance) > 0):
        return np.inf if values.any() else 0.0
    return float(values @ np.linalg.solve(covariance, values)) / tested


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


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """Weighted sums of products of the columns of several fits, the values being the last.

    ``total`` is of shape (k, p + 1, p + 1), ``of_group`` (k, G, p + 1), ``size`` (k, G): the
    weights; ``n`` (k,) counts members.
    """

    total: FloatArray
    of_group: FloatArray
    size: FloatArray
    n: IntArray

    @property
    def number(self) -> IntArray:
        """Groups with a member, of each fit."""
        counts: IntArray = np.count_nonzero(self.size, axis=1)
        return counts


def _reduced(sums: _Sums, ratios: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the normal matrices for some ratios (k, l), and the sums of squares that are left."""
    share = ratios[:, :, None] / (1.0 + ratios[:, :, None] * sums.size[:, None, :])
    fits, number, columns = sums.of_group.shape
    squares = sums.of_group[:, :, :, None] * sums.of_group[:, :, None, :]
    of_groups = (share @ squares.reshape(fits, number, -1)).reshape(fits, -1, columns, columns)
    normal = sums.total[:, None] - of_groups
    p = columns - 1
    solved = np.linalg.solve(normal[..., :p, :p], normal[..., :p, p:])[..., 0]
    explained = np.sum(normal[..., :p, p] * solved, axis=-1)
    least = 1e-24 * np.abs(sums.total[:, p, p]) + 1e-300
    return normal, np.maximum(normal[..., p, p] - explained, least[:, None])


def _best_ratios(sums: _Sums) -> FloatArray:
    """Return the ratio of largest restricted likelihood of each fit; 0 is among those tried."""
    p = sums.total.shape[1] - 1

    def cost(ratios: FloatArray) -> FloatArray:
        normal, square = _reduced(sums, ratios)
        _, of_design = np.linalg.slogdet(normal[..., :p, :p])
        of_groups = np.log1p(ratios[:, :, None] * sums.size[:, None, :]).sum(axis=2)
        lost: FloatArray = of_groups + of_design + (sums.n[:, None] - p) * np.log(square)
        return lost

    logs = np.linspace(-_RANGE, _RANGE, _GRID)
    coarse = cost(np.broadcast_to(10.0**logs, (len(sums.n), _GRID)))
    step = logs[1] - logs[0]
    fine = 10.0 ** (logs[np.argmin(coarse, axis=1), None] + np.linspace(-step, step, _GRID))
    tried = np.concatenate([np.zeros((len(sums.n), 1)), fine], axis=1)
    best: FloatArray = tried[np.arange(len(sums.n)), np.argmin(cost(tried), axis=1)]
    return best


def _freedom(sums: _Sums, ratio: FloatArray, tested: int) -> FloatArray:
    """Return the degrees of freedom of the last columns of each fit (Satterthwaite)."""
    p = sums.total.shape[1] - 1
    first = p - tested
    has_members = sums.size > 0
    size = np.where(has_members, sums.size, 1.0)
    of_group, across = sums.of_group, np.swapaxes(sums.of_group, 1, 2)
    within = sums.total - across @ (of_group / size[:, :, None])
    weight = size * (1.0 + ratio[:, None] * size)
    rest = (across @ (of_group / weight[:, :, None]))[:, :p, :p]
    own = rest
    if first:
        # fewer groups than columns leave it singular
        head = np.linalg.pinv(rest[:, :first, :first], hermitian=True) @ rest[:, :first, first:]
        own = rest[:, first:, first:] - rest[:, first:, :first] @ head
    of_within = np.trace(within[:, first:p, first:p], axis1=1, axis2=2)
    of_between = np.maximum(np.trace(own, axis1=1, axis2=2), 0.0)
    whole = of_between + of_within
    share = np.where(whole > 0, of_between / np.where(whole > 0, whole, 1.0), 1.0)
    between = np.maximum(sums.number - p, 1)
    inside = np.maximum(sums.n - sums.number - tested, 1)
    freedom: FloatArray = 1.0 / (share**2 / between + (1.0 - share) ** 2 / inside)
    return freedom
