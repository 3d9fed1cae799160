"""How a factor depends on the columns of a table (Law+2025, Sec. 8.2, Figs. 19 and 20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import t

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.compare.factor_table import FactorTable, Parameter
from engine.compare.trend_results import Difference, FactorTrends, Level, Trend, TrendParams
from engine.counting import counted
from engine.errors import DataError
from engine.numerics.grouped_regression import (
    GroupedFit,
    among_many,
    chance_of,
    fit_grouped,
    weights_with_scatter,
)

_NAN = float("nan")
_DEFAULTS = TrendParams()
_FEWEST = 4  # a line and its scatter
_BETWEEN_CLASSES = "It cannot be told from the offsets of the classes."


def measure_trends(
    table: FactorTable,
    params: TrendParams = _DEFAULTS,
    *,
    subsets: Mapping[str, Sequence[str]] | None = None,
) -> FactorTrends:
    """Measure mean, class means and the dependence on every column.

    Parameters
    ----------
    table : FactorTable
        Observations, in any order. Those without a factor, or left out, take no part.
    params : TrendParams, optional
        What is reported, and what is tried.
    subsets : mapping of str to sequence of str, optional
        Ids of the observations of each named subset.

    Returns
    -------
    FactorTrends
        A column that cannot be fitted says why.

    Raises
    ------
    DataError
        If fewer than two observations are left.

    Notes
    -----
    Observations of one star share its offset (model, disk), so they are fitted with a random
    offset for each star; with one observation a star this is ordinary least squares. The scatter
    is measured, never taken from the errors alone; the errors only weight. A slope has Student's
    t; its chance is multiplied up for the number of columns tried (Sidak).
    """
    used = table.used
    if np.count_nonzero(used) < 2:
        raise DataError(
            f"{np.count_nonzero(used)} of {len(table)} observations can be used: nothing to "
            "compare.",
            hint="Bring observations back, or open more of them.",
        )
    frame = _frame(table, used)
    trends = _trends(table, _with_classes(table, frame, params), params)
    classes, differences = _classes(table, frame, params)
    return FactorTrends(
        table=table,
        all=_level("all", frame),
        classes=classes,
        differences=differences,
        subsets=_subsets(table, frame, params, subsets or {}),
        trends=trends,
        n_tried=sum(bool(np.isfinite(one.chance)) for one in trends),
        messages=_messages(table),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Frame:
    """The observations that are used; `index` are their rows in the table."""

    index: IntArray
    classes: FloatArray  # one centered column for each class but the first; none when kept
    values: FloatArray
    weights: FloatArray
    groups: IntArray

    def taken(self, which: BoolArray) -> "_Frame":
        return _Frame(
            self.index[which],
            _centered(self.classes[which]),
            self.values[which],
            self.weights[which],
            np.unique(self.groups[which], return_inverse=True)[1],
        )

    @property
    def n_stars(self) -> int:
        return int(self.groups.max()) + 1

    def fit(self, design: FloatArray, tested: int) -> GroupedFit:
        return fit_grouped(design, self.values, self.weights, self.groups, tested=tested)


def _frame(table: FactorTable, used: BoolArray) -> _Frame:
    groups = np.unique(table.star_numbers[used], return_inverse=True)[1]
    values = table.factor[used]
    weights = weights_with_scatter(values, table.error[used], groups)
    return _Frame(np.flatnonzero(used), np.zeros((values.size, 0)), values, weights, groups)


def _with_classes(table: FactorTable, frame: _Frame, params: TrendParams) -> _Frame:
    """Return the frame with what takes an offset of each class out of the trends."""
    if params.class_offsets == "kept":
        return frame
    own = np.array(table.classes)[frame.index]
    names = np.unique(own)[1:]
    columns = np.array([own == name for name in names], dtype=np.float64).T
    return replace(frame, classes=_centered(columns.reshape(own.size, names.size)))


def _centered(columns: FloatArray) -> FloatArray:
    """Return the columns about their means, without those that say nothing."""
    if not columns.size:
        return np.zeros((columns.shape[0], 0))
    kept = np.ptp(columns, axis=0) > 0
    away: FloatArray = columns[:, kept] - columns[:, kept].mean(axis=0)
    return away


def _level(name: str, frame: _Frame) -> Level:
    if not frame.values.size:
        return Level(name, 0, 0, _NAN, _NAN, _NAN)
    means = _star_means(frame)
    rms = float(np.std(means, ddof=1)) if means.size > 1 else _NAN
    if frame.values.size == 1:
        return Level(name, 1, 1, float(frame.values[0]), _NAN, rms)
    if frame.n_stars == 1:  # the mean of this star, whatever others say
        frame = replace(frame, groups=np.arange(frame.values.size))
        fit = frame.fit(np.ones((frame.values.size, 1)), 1)
        error = float(np.sqrt(fit.covariance[0, 0]))
        return Level(name, frame.values.size, 1, float(fit.coefficients[0]), error, rms)
    fit = frame.fit(np.ones((frame.values.size, 1)), 1)
    error = float(np.sqrt(fit.covariance[0, 0]))
    return Level(name, frame.values.size, frame.n_stars, float(fit.coefficients[0]), error, rms)


def _star_means(frame: _Frame) -> FloatArray:
    total = np.bincount(frame.groups, frame.weights)
    means: FloatArray = np.bincount(frame.groups, frame.weights * frame.values) / total
    return means


# --- trends ---------------------------------------------------------------------------------------


def _trends(table: FactorTable, frame: _Frame, params: TrendParams) -> tuple[Trend, ...]:
    found = [_trend(one, frame) for one in table.parameters]
    wanted = {one.name for one in table.parameters} - set(params.ignored)
    tried = sum(not one.reason and one.parameter in wanted for one in found)
    return tuple(
        one if one.reason or one.parameter not in wanted else _judged(one, tried, params)
        for one in found
    )


def _judged(trend: Trend, tried: int, params: TrendParams) -> Trend:
    chance = among_many(trend.single_chance, tried)
    return replace(trend, chance=chance, is_reported=chance < params.chance)


def _trend(parameter: Parameter, frame: _Frame) -> Trend:
    x = parameter.x[frame.index]
    known = np.isfinite(x)
    part = frame if known.all() else frame.taken(known)
    x = x[known]
    reason = _why_not(parameter, x)
    if reason:
        return Trend(parameter.name, x.size, part.n_stars if x.size else 0, reason=reason)
    if parameter.kind == "category":
        return _by_category(parameter, x.astype(np.int64), part)
    middle = float(np.average(x, weights=part.weights))
    spread = float(np.std(x))
    design = np.column_stack([np.ones(x.size), part.classes, (x - middle) / spread])
    if _is_singular(design):
        return Trend(parameter.name, x.size, part.n_stars, reason=_BETWEEN_CLASSES)
    fit = part.fit(design, 1)
    errors = np.sqrt(np.diag(fit.covariance))
    return Trend(
        parameter.name,
        x.size,
        part.n_stars,
        slope=float(fit.coefficients[-1]) / spread,
        slope_error=float(errors[-1]) / spread,
        middle=middle,
        level=float(fit.coefficients[0]),
        level_error=float(errors[0]),
        single_chance=chance_of(fit, 1),
        freedom=fit.freedom,
    )


def _why_not(parameter: Parameter, x: FloatArray) -> str:
    if x.size < _FEWEST:
        known = counted(x.size, "observation has", "observations have")
        return f"{known} a value, {_FEWEST} are needed."
    different = np.unique(x).size
    if different < 2 or np.ptp(x) <= 1e-12 * float(np.max(np.abs(x))):
        return "It is the same for all observations."
    if parameter.kind == "category" and different > x.size // 2:
        return f"{different} categories for {x.size} observations are too many to compare."
    return ""


def _is_singular(design: FloatArray) -> bool:
    """Tell whether the columns cannot be told apart, or leave no scatter to be measured."""
    rows, columns = design.shape
    return rows < columns + 2 or bool(np.linalg.matrix_rank(design) < columns)


def _by_category(parameter: Parameter, place: IntArray, frame: _Frame) -> Trend:
    levels = tuple(
        _level(parameter.categories[i], frame.taken(place == i)) for i in np.unique(place)
    )
    dummies = [place == i for i in np.unique(place)[1:]]
    design = np.column_stack([np.ones(place.size), frame.classes, *dummies]).astype(np.float64)
    if _is_singular(design):
        return Trend(parameter.name, place.size, frame.n_stars, reason=_BETWEEN_CLASSES)
    fit = frame.fit(design, len(dummies))
    return Trend(
        parameter.name,
        place.size,
        frame.n_stars,
        levels=levels,
        single_chance=chance_of(fit, len(dummies)),
        freedom=fit.freedom,
    )


# --- classes and subsets --------------------------------------------------------------------------


def _classes(
    table: FactorTable, frame: _Frame, params: TrendParams
) -> tuple[tuple[Level, ...], tuple[Difference, ...]]:
    own = np.array(table.classes)[frame.index]
    present = set(own)
    names = [name for name in table.class_names if name in present]
    levels = [_level(name, frame.taken(own == name)) for name in names]
    part = frame.taken(own != "")
    own = own[own != ""]
    if len(names) < 2 or part.n_stars <= len(names):  # stars cannot be told from their classes
        return tuple(levels), ()
    fit = part.fit(np.column_stack([own == name for name in names]).astype(np.float64), len(names))
    stars = np.array([one.n_stars for one in levels], dtype=np.float64)
    for i, level in enumerate(levels):
        contrast = np.where(np.arange(len(names)) == i, 1.0, -stars / (stars.sum() - stars[i]))
        offset, error, chance = _contrast(fit, contrast, len(names))
        levels[i] = replace(
            level,
            mean=float(fit.coefficients[i]),
            error=float(np.sqrt(fit.covariance[i, i])),
            offset=offset,
            offset_error=error,
            chance=chance,
            is_reported=chance < params.chance,
        )
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    differences = []
    for i, j in pairs:
        contrast = np.zeros(len(names))
        contrast[[i, j]] = 1.0, -1.0
        value, error, chance = _contrast(fit, contrast, len(pairs))
        differences.append(
            Difference(names[i], names[j], value, error, chance, chance < params.chance)
        )
    return tuple(levels), tuple(differences)


def _contrast(fit: GroupedFit, contrast: FloatArray, tried: int) -> tuple[float, float, float]:
    value = float(contrast @ fit.coefficients)
    error = float(np.sqrt(contrast @ fit.covariance @ contrast))
    chance = 2.0 * float(t.sf(abs(value) / error, fit.freedom)) if error > 0 else float(value == 0)
    return value, error, among_many(chance, tried)


def _subsets(
    table: FactorTable,
    frame: _Frame,
    params: TrendParams,
    subsets: Mapping[str, Sequence[str]],
) -> tuple[Level, ...]:
    found = []
    for name, members in subsets.items():
        chosen = set(members)
        inside = np.array([table.ids[i] in chosen for i in frame.index], dtype=bool)
        level = _level(name, frame.taken(inside))
        if inside.any() and not inside.all() and inside.size > 2:
            fit = frame.fit(np.column_stack([np.ones(inside.size), inside]).astype(np.float64), 1)
            chance = among_many(chance_of(fit, 1), len(subsets))
            level = replace(
                level,
                offset=float(fit.coefficients[1]),
                offset_error=float(np.sqrt(fit.covariance[1, 1])),
                chance=chance,
                is_reported=chance < params.chance,
            )
        found.append(level)
    return tuple(found)


def _messages(table: FactorTable) -> tuple[str, ...]:
    found = []
    missing = int(np.count_nonzero(~np.isfinite(table.factor)))
    if missing:
        found.append(f"{missing} of {len(table)} observations have no factor.")
    unknown = int(np.count_nonzero(table.used & ~(table.error > 0)))
    if unknown:
        found.append(
            counted(
                unknown,
                "observation has no error: it weighs as the median one.",
                "observations have no error: they weigh as the median one.",
            )
        )
    return tuple(found)
