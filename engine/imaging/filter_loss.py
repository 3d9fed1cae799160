"""The loss with time of one filter: which observations it rests on, and what is told about it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.errors import DataError
from engine.imaging.calibration_curve import DAY_ZERO_MJD, throughput_of
from engine.imaging.deviants import Deviations, find_deviants
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import PublishedBand
from engine.imaging.time_loss_fit import SHORTEST_DAYS, ApproachFit, fit_approach
from engine.imaging.time_loss_results import (
    CLEAR_ERRORS,
    FilterLoss,
    LossPoints,
    TimeLossParams,
)
from engine.model.star_names import star_key

_NAN = float("nan")
_ROUNDS = 6  # of leaving out and fitting again
_OF_OTHERS = 1.4  # spread of a star that is normalized by one other observation
_LEAST = 0.3  # a point that draws the fit to itself tells nothing


def monitor_of(table: ImagingTable, wanted: str) -> str:
    """Return the star that others are normalized to: ``wanted``, else the one seen most often."""
    used = [star for star, reason in zip(table.stars, table.reasons, strict=True) if not reason]
    if not used:
        return ""
    same = next((one for one in used if star_key(one) == star_key(wanted)), "")
    return same or max(dict.fromkeys(used), key=used.count)


def filter_loss(
    table: ImagingTable,
    band: PublishedBand,
    params: TimeLossParams,
    throughputs: Mapping[str, float],
) -> FilterLoss:
    """Fit the loss of one filter.

    Parameters
    ----------
    table : ImagingTable
        Observations of this filter; those left out say why.
    band : PublishedBand
        The filter.
    params : TimeLossParams
        What the user decides.
    throughputs : mapping of str to float
        D_SA by subarray.

    Returns
    -------
    FilterLoss
        Of no loss at all when the dates are too close together, and it says so.

    Raises
    ------
    DataError
        If no observation has a date and a factor.
    """
    throughput, messages = _throughputs(table, throughputs)
    whole, bare = _with_models(table)
    factors = whole.factors()
    values = factors.value * throughput
    errors = np.nan_to_num(factors.photometry_error * throughput)
    is_whole = np.isfinite(values) & (values > 0) & np.isfinite(table.mjd)
    kept = is_whole & np.array([not reason for reason in table.reasons], dtype=bool)
    monitor = monitor_of(table.rows(kept), params.monitor)
    if not monitor:
        raise DataError(
            f"No observation of {band.name} has a date and a factor.",
            hint="Bring observations back, or give their models.",
        )
    if star_key(monitor) != star_key(params.monitor):
        messages.append(
            f"{params.monitor} is not among the observations of {band.name}: {monitor}, which was "
            "observed most often, takes its place."
        )
    if monitor in bare:
        messages.append(
            f"{monitor} has no model in {band.name}: B/A and τ hold, A and B are those of a "
            "model of 1 Jy."
        )
    is_repeated = _is_repeated(table, kept, monitor)
    series = _Series(table, values, errors, monitor)
    fit, own, sigma = _fit_without_deviants(series, kept & is_repeated, params)
    shown = is_whole & (is_repeated | ~kept)
    placed = _places(series, is_whole, own, fit, params.near_days)
    points = _points(series, shown, own, fit, sigma, placed)
    messages += _remarks(band.name, fit, table.rows(own), monitor)
    return FilterLoss(
        filter_name=band.name,
        pivot_um=band.pivot_um,
        source="fitted",
        amplitude_ratio=fit.amplitude / fit.asymptote,
        amplitude_ratio_error=fit.fraction_error,
        tau_days=fit.tau_days,
        tau_error=float(fit.errors[2]),
        asymptote=fit.asymptote,
        asymptote_error=float(fit.errors[0]),
        amplitude=fit.amplitude,
        amplitude_error=float(fit.errors[1]),
        repeatability=fit.scatter,
        n_used=int(np.count_nonzero(np.isfinite(fit.normalized))),
        points=points,
        messages=(*messages, *_deviant(band.name, points)),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Series:
    """All observations of the filter, with their factors as in the full frame."""

    table: ImagingTable
    values: FloatArray
    errors: FloatArray
    monitor: str

    def days(self, which: BoolArray | IntArray) -> FloatArray:
        return self.table.mjd[which] - DAY_ZERO_MJD


def _fit_without_deviants(
    series: _Series, own: BoolArray, params: TimeLossParams
) -> tuple[ApproachFit, BoolArray, FloatArray]:
    """Return the fit, what it rests on, and how many sigma each observation lies off."""
    always = np.array([one in params.kept for one in series.table.ids], dtype=bool)
    is_out = np.zeros(own.size, dtype=bool)
    for _ in range(_ROUNDS):
        used = own & ~is_out
        fit = _fit(series, used, params)
        residuals = _response_residuals(series, np.arange(own.size), used, fit)
        tested = own & np.isfinite(residuals)
        relative = residuals / _spread(series, used, fit)
        found = find_deviants(relative, np.ones(own.size), tested, sigma=params.sigma)
        again = _out(found, is_out, series) & ~always
        has_monitor = (own & ~again)[[one == series.monitor for one in series.table.stars]].any()
        if np.array_equal(again, is_out) or not has_monitor:
            break
        is_out = again
    return fit, used, found.sigma


def _out(found: Deviations, is_out: BoolArray, series: _Series) -> BoolArray:
    """Return what is left out next: of each star but the monitor one more at a time.

    One that deviates draws the normalization of its star, so that all others seem to deviate.
    """
    wanted = found.is_deviant.copy()
    more = np.flatnonzero(wanted & ~is_out)
    farthest: dict[str, int] = {}
    for i in more[np.argsort(-np.abs(found.sigma[more]))]:
        star = series.table.stars[i]
        if star != series.monitor:
            wanted[i] = farthest.setdefault(star, int(i)) == i
    return wanted


def _spread(series: _Series, used: BoolArray, fit: ApproachFit) -> FloatArray:
    """Return how much each residual is expected to scatter, relative to a single value."""
    is_monitor = np.array([one == series.monitor for one in series.table.stars], dtype=bool)
    spread = np.where(is_monitor, 1.0, _OF_OTHERS)
    spread[used] = np.where(np.isfinite(fit.spread), np.maximum(fit.spread, _LEAST), 1.0)
    return spread


def _fit(series: _Series, used: BoolArray, params: TimeLossParams) -> ApproachFit:
    return fit_approach(
        series.days(used),
        series.values[used],
        series.errors[used],
        _numbers(series.table, used, series.monitor),
        near_days=params.near_days,
        tau_days=params.tau_days,
        free_above=params.free_above,
    )


def _response_residuals(
    series: _Series, which: IntArray, used: BoolArray, fit: ApproachFit
) -> FloatArray:
    """Return response over that of the fit, minus 1; NaN: the star cannot be normalized."""
    normalized = _normalized(series, which, used, fit)
    residuals: FloatArray = fit.at(series.days(which)) / normalized - 1.0
    return residuals


def _normalized(series: _Series, which: IntArray, used: BoolArray, fit: ApproachFit) -> FloatArray:
    """Return values brought to the monitor, of what the fit rests on and of what it does not."""
    places = np.flatnonzero(used)
    ratios = fit.normalized / series.values[places]
    stars = series.table.stars
    scale = {stars[i]: float(ratio) for i, ratio in zip(places, ratios, strict=True)}
    return np.array([series.values[i] * scale.get(stars[i], _NAN) for i in which])


def _places(
    series: _Series, known: BoolArray, used: BoolArray, fit: ApproachFit, near_days: float
) -> FloatArray:
    """Return values brought to the monitor, one for each row of the table.

    What is left out stays in view where it was: when the fit rests on nothing else of its star,
    all observations of the star bring it to the monitor. A star never near it stays NaN.
    """
    rows = np.arange(known.size)
    placed = _normalized(series, rows, used, fit)
    stars, days = np.array(series.table.stars), series.days(rows)
    is_out = np.array([bool(reason) for reason in series.table.reasons], dtype=bool)
    is_monitor = known & (stars == series.monitor)
    for star in dict.fromkeys(stars[is_out & known & np.isnan(placed)].tolist()):
        own = known & (stars == star)
        is_near = np.abs(days[own][:, None] - days[is_monitor][None, :]) <= near_days
        if not is_near.any():
            continue
        level = [
            np.log(series.values[one] / np.abs(fit.at(days[one])))[is_near.any(axis=axis)].mean()
            for axis, one in ((1, own), (0, is_monitor))
        ]
        lone = own & is_out
        placed[lone] = series.values[lone] * np.exp(level[1] - level[0])
    return placed


def _with_models(table: ImagingTable) -> tuple[ImagingTable, frozenset[str]]:
    """Return the table with a model of 1 Jy for stars without any, and these stars.

    A star is only compared with itself, so its loss does not need its model.
    """
    known = {s for s, one in zip(table.stars, table.model_jy, strict=True) if np.isfinite(one)}
    bare = frozenset(table.stars) - known
    if not bare:
        return table, bare
    is_bare = np.array([one in bare for one in table.stars], dtype=bool)
    return replace(table, model_jy=freeze(np.where(is_bare, 1.0, table.model_jy))), bare


def _throughputs(table: ImagingTable, known: Mapping[str, float]) -> tuple[FloatArray, list[str]]:
    """Return D_SA of each row, NaN where it is not known, and what is to be told about it."""
    by_name = {}
    messages = []
    for name in dict.fromkeys(table.subarrays):
        try:
            by_name[name] = throughput_of(known, name)
        except DataError as error:
            by_name[name] = _NAN
            count = table.subarrays.count(name)
            messages.append(f"{count} of its observations take no part: {error.sentence}")
    return np.array([by_name[name] for name in table.subarrays]), messages


def _is_repeated(table: ImagingTable, usable: BoolArray, monitor: str) -> BoolArray:
    """Tell which rows are of the monitor, or of a star with two usable observations or more."""
    counts: dict[str, int] = {}
    for star, is_usable in zip(table.stars, usable, strict=True):
        counts[star] = counts.get(star, 0) + bool(is_usable)
    repeated = {star for star, count in counts.items() if count >= 2} | {monitor}
    return np.array([star in repeated for star in table.stars], dtype=bool)


def _numbers(table: ImagingTable, own: BoolArray, monitor: str) -> IntArray:
    places = {monitor: 0}
    return np.array([places.setdefault(table.stars[i], len(places)) for i in np.flatnonzero(own)])


def _points(
    series: _Series,
    shown: BoolArray,
    used: BoolArray,
    fit: ApproachFit,
    sigma: FloatArray,
    placed: FloatArray,
) -> LossPoints:
    table = series.table
    order = np.flatnonzero(shown)[np.argsort(table.mjd[shown], kind="stable")]
    normalized = _normalized(series, order, used, fit)
    response = (fit.asymptote + fit.amplitude) / placed[order]
    return LossPoints(
        ids=tuple(table.ids[i] for i in order),
        stars=tuple(table.stars[i] for i in order),
        subarrays=tuple(table.subarrays[i] for i in order),
        mjd=freeze(table.mjd[order]),
        response=freeze(response),
        error=freeze(response * np.nan_to_num(series.errors[order] / series.values[order])),
        residual_percent=freeze(100.0 * (fit.at(series.days(order)) / placed[order] - 1.0)),
        reasons=tuple(table.reasons[i] for i in order),
        is_used=freeze(used[order] & np.isfinite(normalized)),
        sigma=freeze(sigma[order]),
    )


def _remarks(name: str, fit: ApproachFit, table: ImagingTable, monitor: str) -> list[str]:
    found = []
    is_lost = np.isnan(fit.normalized)
    lost = sorted({star for star, one in zip(table.stars, is_lost, strict=True) if one})
    if lost:
        found.append(
            f"{', '.join(lost)} {'was' if len(lost) == 1 else 'were'} never observed near "
            f"{monitor} in time in {name}, and cannot be compared with it."
        )
    taken = table.mjd[~is_lost]
    span, dates = float(np.ptp(taken)), int(np.unique(np.round(taken)).size)
    if span < SHORTEST_DAYS:
        found.append(
            f"The observations of {name} that can be compared span {span:.0f} d: its loss with "
            "time is not known, and that of Gordon+2025, Table 8, is taken."
        )
    elif dates == 2:
        found.append(
            f"{name} has two dates: an exponential through them fixes neither its time constant, "
            f"taken as {fit.tau_days:g} d, nor the scatter about it."
        )
    return [*found, *_unclear(name, fit)]


def _unclear(name: str, fit: ApproachFit) -> list[str]:
    """Tell that a loss is within its errors, or that the response rises."""
    lost, error = -100.0 * fit.amplitude / fit.asymptote, 100.0 * fit.fraction_error
    if not lost < CLEAR_ERRORS * error:
        return []
    said = f"{lost:.2f}".replace("-", "\N{MINUS SIGN}")
    rise = " (the response rises)" if lost < 0 else ""
    return [f"No loss is measured in {name}: {said} ± {error:.2f} %{rise}."]


def _deviant(name: str, points: LossPoints) -> list[str]:
    """Tell the points that deviate and are left out of the fit."""
    found = []
    for i in np.flatnonzero(points.is_deviant):
        off = float(points.residual_percent[i])
        found.append(
            f"{points.stars[i]} at MJD {points.mjd[i]:.1f} lies {abs(off):.1f} % "
            f"({abs(points.sigma[i]):.1f} σ) {'above' if off > 0 else 'below'} the fit of {name}, "
            "which does not rest on it."
        )
    return found
