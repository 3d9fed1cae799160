"""How the response of each filter falls with time, from repeated observations of stars."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.errors import DataError
from engine.imaging.calibration_curve import DAY_ZERO_MJD, throughput_of
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import (
    PublishedBand,
    published_bands,
    published_throughputs,
)
from engine.imaging.time_loss_fit import SHORTEST_DAYS, ApproachFit, fit_approach
from engine.imaging.time_loss_results import FilterLoss, LossPoints, TimeLoss, TimeLossParams
from engine.model.star_names import star_key

_NAN = float("nan")
_TELLING = 3.5  # sigma of a point that is told


_DEFAULTS = TimeLossParams()


def measure_time_loss(
    table: ImagingTable,
    params: TimeLossParams = _DEFAULTS,
    *,
    throughputs: Mapping[str, float] | None = None,
) -> TimeLoss:
    """Fit the loss of each imaging filter, and interpolate that of FND and the coronagraphs.

    Parameters
    ----------
    table : ImagingTable
        Observations of all filters; those left out say why.
    params : TimeLossParams, optional
        What the user decides.
    throughputs : mapping of str to float, optional
        D_SA by subarray, taken out of the factors first; those of Table 7 when not given.

    Returns
    -------
    TimeLoss
        A filter without a loss says why.

    Raises
    ------
    DataError
        If no filter has one.

    Notes
    -----
    ``C D_SA = A + B exp(-(t - 59720) / tau)`` (Gordon+2025, Sec. 3.1 and Eq. 4). For FND and the
    coronagraphs abs(B) / A and tau are interpolated linearly in the pivot wavelength.
    """
    throughputs = published_throughputs() if throughputs is None else throughputs
    bands = published_bands()
    present = [name for name in table.filter_names if name]
    problems = [
        (name, "It is no filter of the imager or its coronagraphs.")
        for name in present
        if name not in bands
    ]
    imaging = [bands[name] for name in present if name in bands and bands[name].kind == "imaging"]
    others = [bands[name] for name in present if name in bands and bands[name].kind != "imaging"]
    fitted, said = _each(
        imaging, lambda one: _filter_loss(table.of_filter(one.name), one, params, throughputs)
    )
    problems += said
    if not fitted:
        first = f" {problems[0][0]}: {problems[0][1]}" if problems else ""
        raise DataError(
            f"No imaging filter has a loss with time.{first}",
            hint="Open observations of one star on several dates.",
        )
    between, said = _each(others, lambda one: _interpolated(one, fitted))
    filters = tuple(sorted([*fitted, *between], key=lambda one: one.pivot_um))
    return TimeLoss(filters, throughputs, (*problems, *said))


def _each(
    bands: Sequence[PublishedBand], measure: Callable[[PublishedBand], FilterLoss]
) -> tuple[list[FilterLoss], list[tuple[str, str]]]:
    """Return the losses that can be had, and why others cannot."""
    found, problems = [], []
    for band in bands:
        try:
            found.append(measure(band))
        except DataError as error:
            problems.append((band.name, error.sentence))
    return found, problems


def monitor_of(table: ImagingTable, wanted: str) -> str:
    """Return the star that others are normalized to: ``wanted``, else the one seen most often."""
    used = [star for star, reason in zip(table.stars, table.reasons, strict=True) if not reason]
    if not used:
        return ""
    same = next((one for one in used if star_key(one) == star_key(wanted)), "")
    return same or max(dict.fromkeys(used), key=used.count)


# --- one filter -----------------------------------------------------------------------------------


def _filter_loss(
    table: ImagingTable,
    band: PublishedBand,
    params: TimeLossParams,
    throughputs: Mapping[str, float],
) -> FilterLoss:
    throughput, messages = _throughputs(table, throughputs)
    factors = table.factors()
    values = factors.value * throughput
    errors = np.nan_to_num(factors.photometry_error * throughput)
    is_whole = np.isfinite(values) & (values > 0) & np.isfinite(table.mjd)
    kept = np.array([not reason for reason in table.reasons], dtype=bool)
    usable = table.rows(is_whole & kept)
    monitor = monitor_of(usable, params.monitor)
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
    is_repeated = _is_repeated(table, is_whole & kept, monitor)
    # The monitor is star 0; what is left out is normalized as its star is, but weighs nothing.
    own = is_whole & kept & is_repeated
    numbers = _numbers(table, own, monitor)
    days = table.mjd[own] - DAY_ZERO_MJD
    fit = fit_approach(
        days,
        values[own],
        errors[own],
        numbers,
        near_days=params.near_days,
        tau_days=params.tau_days,
        free_above=params.free_above,
    )
    messages += _remarks(band.name, fit, days, table.rows(own), monitor)
    shown = is_whole & (is_repeated | ~kept)
    points = _points(table, values, errors, shown, own, fit)
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
        messages=(*messages, *_deviant(band.name, points, fit.scatter)),
    )


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


def _numbers(table: ImagingTable, own: BoolArray, monitor: str) -> "np.ndarray":
    places = {monitor: 0}
    return np.array([places.setdefault(table.stars[i], len(places)) for i in np.flatnonzero(own)])


def _points(
    table: ImagingTable,
    values: FloatArray,
    errors: FloatArray,
    shown: BoolArray,
    own: BoolArray,
    fit: ApproachFit,
) -> LossPoints:
    scale = _scales(table, values, own, fit)
    order = np.flatnonzero(shown)[np.argsort(table.mjd[shown], kind="stable")]
    normalized = np.array([values[i] * scale.get(table.stars[i], _NAN) for i in order])
    relative = np.nan_to_num(errors[order] / values[order])
    response = (fit.asymptote + fit.amplitude) / normalized
    model = fit.at(table.mjd[order] - DAY_ZERO_MJD)
    return LossPoints(
        ids=tuple(table.ids[i] for i in order),
        stars=tuple(table.stars[i] for i in order),
        subarrays=tuple(table.subarrays[i] for i in order),
        mjd=freeze(table.mjd[order]),
        response=freeze(response),
        error=freeze(response * relative),
        residual_percent=freeze(100.0 * (model / normalized - 1.0)),
        reasons=tuple(table.reasons[i] for i in order),
    )


def _scales(
    table: ImagingTable, values: FloatArray, own: BoolArray, fit: ApproachFit
) -> dict[str, float]:
    """Return by what the values of each star are multiplied; NaN: never seen near the monitor."""
    places = np.flatnonzero(own)
    ratios = fit.normalized / values[places]
    return {table.stars[i]: float(ratio) for i, ratio in zip(places, ratios, strict=True)}


def _remarks(
    name: str, fit: ApproachFit, days: FloatArray, table: ImagingTable, monitor: str
) -> list[str]:
    found = []
    lost = sorted(
        {star for star, one in zip(table.stars, fit.normalized, strict=True) if np.isnan(one)}
    )
    if lost:
        found.append(
            f"{', '.join(lost)} {'was' if len(lost) == 1 else 'were'} never observed near "
            f"{monitor} in time in {name}, and cannot be compared with it."
        )
    taken = days[np.isfinite(fit.normalized)]
    dates = int(np.unique(np.round(taken)).size)
    if float(np.ptp(taken)) < SHORTEST_DAYS:
        found.append(
            f"The observations of {name} span {np.ptp(taken):.0f} d: its loss with time is not "
            "known, and taken as none."
        )
    elif dates == 2:
        found.append(
            f"{name} has two dates: an exponential through them fixes neither its time constant, "
            f"taken as {fit.tau_days:g} d, nor the scatter about it."
        )
    return found


def _deviant(name: str, points: LossPoints, scatter: float) -> list[str]:
    """Tell points that lie far from the fit."""
    if not np.isfinite(scatter) or scatter <= 0:
        return []
    found = []
    for star, mjd, residual, reason in zip(
        points.stars, points.mjd, points.residual_percent, points.reasons, strict=True
    ):
        if not reason and abs(residual) > 100.0 * _TELLING * scatter:
            sigma = residual / (100.0 * scatter)
            found.append(
                f"{star} at MJD {mjd:.1f} lies {abs(residual):.1f} % ({abs(sigma):.1f} σ) "
                f"{'above' if residual > 0 else 'below'} the fit of {name}."
            )
    return found


# --- between filters ------------------------------------------------------------------------------


def _interpolated(band: PublishedBand, fitted: Sequence[FilterLoss]) -> FilterLoss:
    known = [one for one in fitted if np.isfinite(one.amplitude_ratio)]
    below = [one for one in known if one.pivot_um <= band.pivot_um]
    above = [one for one in known if one.pivot_um > band.pivot_um]
    if not below or not above:
        side = "below" if not below else "above"
        raise DataError(
            f"No imaging filter {side} {band.pivot_um:.2f} µm has a loss to interpolate from.",
            hint="Open observations of more imaging filters.",
        )
    low = max(below, key=lambda one: one.pivot_um)
    high = min(above, key=lambda one: one.pivot_um)
    share = (band.pivot_um - low.pivot_um) / (high.pivot_um - low.pivot_um)
    shares = np.array([1.0 - share, share])
    ratio = shares @ [low.amplitude_ratio, high.amplitude_ratio]
    errors = np.nan_to_num([low.amplitude_ratio_error, high.amplitude_ratio_error])
    tau_errors = np.nan_to_num([low.tau_error, high.tau_error])
    tau_error = float(np.hypot(*(shares * tau_errors)))
    return FilterLoss(
        filter_name=band.name,
        pivot_um=band.pivot_um,
        source="interpolated",
        amplitude_ratio=float(ratio),
        amplitude_ratio_error=float(np.hypot(*(shares * errors))),
        tau_days=float(shares @ [low.tau_days, high.tau_days]),
        tau_error=tau_error if tau_error > 0 else _NAN,
        asymptote=_NAN,
        asymptote_error=_NAN,
        amplitude=_NAN,
        amplitude_error=_NAN,
        repeatability=_NAN,
        n_used=0,
        points=_no_points(),
        messages=(f"Interpolated between {low.filter_name} and {high.filter_name}.",),
    )


def _no_points() -> LossPoints:
    none = frozen([])
    return LossPoints((), (), (), none, none, none, none, ())
