"""Calibration factors of all filters from photometry of stars (Gordon+2025, Secs. 3.2 to 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze
from engine.counting import counted
from engine.errors import DataError
from engine.imaging.averages import average_factors, star_weights
from engine.imaging.calibration_curve import DAY_ZERO_MJD, is_coronagraphic, published_curve
from engine.imaging.deviants import Deviations, find_deviants
from engine.imaging.factor_results import FactorParams, FactorStudy, FilterFactors
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import published_bands, published_throughputs
from engine.imaging.star_suspects import find_suspects
from engine.imaging.time_loss_results import FilterLoss, TimeLoss

_DEFAULTS = FactorParams()


def measure_factors(
    table: ImagingTable,
    params: FactorParams = _DEFAULTS,
    *,
    loss: TimeLoss | None = None,
    throughputs: Mapping[str, float] | None = None,
) -> FactorStudy:
    """Correct the factors for time and subarray, find what deviates, and average them.

    Parameters
    ----------
    table : ImagingTable
        Observations of any filters, in any order; those left out say why.
    params : FactorParams, optional
        What the user decides.
    loss : TimeLoss, optional
        The measured loss with time. Without it, and for filters that it does not hold, that of
        Gordon+2025, Table 8, is taken.
    throughputs : mapping of str to float, optional
        D_SA by subarray; those of Gordon+2025, Table 7, when not given.

    Returns
    -------
    FactorStudy
        A filter without a factor has an average of NaN.

    Raises
    ------
    DataError
        If no observation has a factor.

    Notes
    -----
    The corrected factor is ``C D_SA / (1 + B/A exp(-(t - t0)/tau))``, the asymptote A of
    Gordon+2025, Eq. 4, as this observation gives it.
    """
    raw = table.factors()
    if not np.isfinite(raw.value).any():
        raise DataError(
            f"None of the {len(table)} observations has a calibration factor.",
            hint="Give model fluxes (column model_jy) and aperture corrections, or open models.",
        )
    messages: list[str] = []
    time = _time_correction(table, params, loss, messages)
    subarray = _subarray_correction(table, params, throughputs, messages)
    scale = subarray / time
    factor, error = raw.value * scale, raw.photometry_error * scale
    groups = _groups(table)
    judged = _judge(table, params, factor, groups)
    filters = tuple(
        _filter_factors(name, rows, factor, judged, table, loss, params.time)
        for name, rows in groups.items()
    )
    filters = tuple(sorted(filters, key=lambda one: np.nan_to_num(one.pivot_um, nan=99.0)))
    _say_unknown(table, raw.value, messages)
    return FactorStudy(
        table=table,
        params=params,
        raw=raw,
        time_correction=freeze(time),
        subarray_correction=freeze(subarray),
        factor=freeze(factor),
        error=freeze(error),
        weights=freeze(judged.weights),
        is_used=freeze(judged.is_used),
        is_deviant=freeze(judged.is_deviant),
        sigma=freeze(judged.sigma),
        notes=_notes(table, judged, params),
        filters=filters,
        suspects=find_suspects(
            _star_levels(table, factor, judged, filters, groups), sigma=params.sigma
        ),
        messages=tuple(messages),
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Judged:
    """What the observations of all filters are worth; as in `FactorStudy`."""

    weights: FloatArray
    is_used: BoolArray
    is_deviant: BoolArray
    sigma: FloatArray


def _groups(table: ImagingTable) -> dict[str, IntArray]:
    """Return the rows of each filter."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(table.filters):
        rows.setdefault(name, []).append(row)
    return {name: np.array(own, dtype=np.int64) for name, own in rows.items()}


def _time_correction(
    table: ImagingTable, params: FactorParams, loss: TimeLoss | None, messages: list[str]
) -> FloatArray:
    if params.time == "none":
        return np.ones(len(table))
    found = np.full(len(table), np.nan)
    if params.time == "measured" and loss is not None:
        found = loss.relative_at(table.filters, table.mjd)
    names = np.array(table.filters, dtype=str)
    missing = [str(name) for name in np.unique(names[np.isnan(found)])]
    for name in missing:
        own = (names == name) & np.isnan(found)
        if name in published_bands():
            found[own] = published_curve(name).relative_at(table.mjd[own])
    if params.time == "measured" and missing:
        messages.append(
            f"The loss of {', '.join(missing)} is that of Gordon+2025, Table 8: the observations "
            "do not determine it."
        )
    unknown = int(np.count_nonzero(np.isnan(found)))
    if unknown:
        messages.append(
            f"{counted(unknown, 'observation has', 'observations have')} "
            "no date or no known filter: nothing is corrected for "
            "time in them."
        )
    return np.where(np.isnan(found), 1.0, found)


def _subarray_correction(
    table: ImagingTable,
    params: FactorParams,
    throughputs: Mapping[str, float] | None,
    messages: list[str],
) -> FloatArray:
    if params.subarrays == "none":
        return np.ones(len(table))
    known = published_throughputs() if throughputs is None else throughputs
    found, unknown = np.ones(len(table)), set()
    for row, name in enumerate(table.subarrays):
        if name in known:
            found[row] = known[name]
        elif not is_coronagraphic(name):
            unknown.add(name or "no name")
    if unknown:
        messages.append(
            f"The throughput of the subarrays {', '.join(sorted(unknown))} is not known: nothing "
            "is corrected in their observations."
        )
    return found


def _judge(
    table: ImagingTable, params: FactorParams, factor: FloatArray, groups: Mapping[str, IntArray]
) -> _Judged:
    known = np.isfinite(factor)
    allowed = known & np.array([not reason for reason in table.reasons], dtype=bool)
    weights, sigma = np.zeros(factor.size), np.full(factor.size, np.nan)
    is_deviant = np.zeros(factor.size, dtype=bool)
    for rows in groups.values():
        stars = [table.stars[row] for row in rows]
        weights[rows] = star_weights(stars, known[rows])
        found = _deviants_of(
            factor[rows].tobytes(), weights[rows].tobytes(), allowed[rows].tobytes(), params.sigma
        )
        is_deviant[rows], sigma[rows] = found.is_deviant, found.sigma
    kept = set(params.kept)
    is_out = is_deviant & np.array([one not in kept for one in table.ids], dtype=bool)
    is_used = allowed & ~is_out if params.deviants == "left out" else allowed
    return _Judged(weights, is_used, is_deviant, sigma)


@lru_cache(maxsize=96)
def _deviants_of(factor: bytes, weights: bytes, allowed: bytes, sigma: float) -> Deviations:
    """Return what deviates; filters that an edit leaves as they are have it at hand."""
    return find_deviants(
        np.frombuffer(factor), np.frombuffer(weights), np.frombuffer(allowed, bool), sigma=sigma
    )


def _filter_factors(
    name: str,
    rows: IntArray,
    factor: FloatArray,
    judged: _Judged,
    table: ImagingTable,
    loss: TimeLoss | None,
    time: str,
) -> FilterFactors:
    average = average_factors(name, factor[rows], judged.weights[rows], judged.is_used[rows])
    band = published_bands().get(name)
    own = None if loss is None else loss.of(name)
    return FilterFactors(
        average=average,
        pivot_um=float("nan") if band is None else band.pivot_um,
        repeatability=float("nan") if own is None else own.repeatability,
        n_deviant=int(np.count_nonzero(judged.is_deviant[rows])),
        n_excluded=sum(bool(table.reasons[row]) for row in rows),
        loss_percent=_loss_percent(own, time, table.mjd[rows], judged, rows),
    )


def _loss_percent(
    loss: FilterLoss | None, time: str, mjd: FloatArray, judged: _Judged, rows: IntArray
) -> float:
    """Return what the error of B/A does to the average: all observations move together."""
    if loss is None or time != "measured" or not loss.is_known:
        return float("nan")
    decay = np.exp(-(mjd - DAY_ZERO_MJD) / loss.tau_days)
    moved = decay / (1.0 + loss.amplitude_ratio * decay)
    weights = judged.weights[rows] * judged.is_used[rows]
    known = np.isfinite(moved) & (weights > 0)
    if not known.any():
        return float("nan")
    mean = float(weights[known] @ moved[known]) / float(weights.sum())
    return 100.0 * mean * loss.amplitude_ratio_error


def _star_levels(
    table: ImagingTable,
    factor: FloatArray,
    judged: _Judged,
    filters: tuple[FilterFactors, ...],
    groups: Mapping[str, IntArray],
) -> dict[str, dict[str, float]]:
    """Return the factor of each star over the average, by star and filter.

    Of a star of which all observations of a filter deviate, all of them count.
    """
    levels: dict[str, dict[str, float]] = {}
    for one in filters:
        own: dict[str, tuple[list[float], list[float]]] = {}
        for row in groups[one.name]:
            if judged.weights[row] > 0 and not table.reasons[row]:
                used, flagged = own.setdefault(table.stars[row], ([], []))
                (flagged if judged.is_deviant[row] else used).append(float(factor[row]))
        for star, (used, flagged) in own.items():
            values = used or flagged
            level = sum(values) / len(values) / one.average.mean
            if level > 0:
                levels.setdefault(star, {})[one.name] = level
    return levels


def _notes(table: ImagingTable, judged: _Judged, params: FactorParams) -> tuple[str, ...]:
    notes = list(table.flags)
    kept = set(params.kept) if params.deviants == "left out" else set(table.ids)
    for row in np.flatnonzero(judged.is_deviant):
        said = f"{abs(judged.sigma[row]):.1f} σ {'above' if judged.sigma[row] > 0 else 'below'}"
        if table.ids[row] in kept:
            said += ", kept"
        notes[row] = "; ".join(filter(None, (notes[row], said)))
    return tuple(notes)


def _say_unknown(table: ImagingTable, raw: FloatArray, messages: list[str]) -> None:
    without = np.isnan(raw)
    n_model = int(np.count_nonzero(without & np.isnan(table.model_jy)))
    if n_model:
        stars = sorted({table.stars[i] for i in np.flatnonzero(np.isnan(table.model_jy))})
        more = f" and {len(stars) - 3} more" if len(stars) > 3 else ""
        messages.append(
            f"{counted(n_model, 'observation has', 'observations have')} "
            "no model flux, hence no factor: "
            f"{', '.join(stars[:3])}{more}."
        )
    others = int(np.count_nonzero(without)) - n_model
    if others:
        messages.append(
            f"{counted(others, 'observation has', 'observations have')} "
            "no positive sum or no aperture correction, and no factor."
        )
