"""How much of the light each subarray sees relative to the full frame (Gordon+2025, Sec. 3.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.errors import DataError
from engine.imaging.calibration_curve import is_coronagraphic, published_curve
from engine.imaging.observations import ImagingTable
from engine.imaging.published_factors import published_bands
from engine.imaging.subarray_results import (
    FULL,
    ORDER,
    REFERENCE,
    SubarrayParams,
    SubarrayRatio,
    Subarrays,
    Throughput,
    adopted_relative,
    adopted_throughputs,
)
from engine.imaging.time_loss_results import TimeLoss
from engine.model.star_names import star_key
from engine.numerics.nested_regression import NestedFit, fit_nested

_FEWEST = 4  # observations with an error bar
_REPEAT = 0.003  # where no filter tells how well it repeats
_FLOOR = 1e-6  # a value without any noise would weigh everything
_NAN = float("nan")
_DEFAULTS = SubarrayParams()


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """Observations that take part: the logarithm of the factor without the loss with time."""

    filters: "np.ndarray"
    subarrays: "np.ndarray"
    stars: "np.ndarray"
    mjd: FloatArray
    log_factor: FloatArray
    variance: FloatArray  # of the logarithm, as far as visits repeat

    def __len__(self) -> int:
        return self.mjd.size

    def taken(self, which: BoolArray | IntArray) -> "_Rows":
        columns = (
            self.filters,
            self.subarrays,
            self.stars,
            self.mjd,
            self.log_factor,
            self.variance,
        )
        return _Rows(*(one[which] for one in columns))


def measure_subarrays(
    table: ImagingTable,
    loss: TimeLoss,
    params: SubarrayParams = _DEFAULTS,
) -> Subarrays:
    """Measure the throughput of each subarray.

    Parameters
    ----------
    table : ImagingTable
        Observations in all subarrays; those left out take no part, but for `used_despite`.
    loss : TimeLoss
        Taken out of the factors.
    params : SubarrayParams, optional
        What the user decides.

    Returns
    -------
    Subarrays
        Ratios to SUB256, one for all of them together, and what is adopted.

    Raises
    ------
    DataError
        If no observation can be used.

    Notes
    -----
    Ratios are those of Gordon+2025, Fig. 5: of fluxes back to back, and of SUB256's mean factor
    over that of the subarray, each star with equal weight. All observations together:
    ``ln C = c(filter) - ln D(subarray) + u(star) + v(star, filter) + noise`` with the means of each
    star, filter and subarray, where u and v are random and the noise is what the visits to the
    monitor scatter by: a star seen in two subarrays counts by their difference, others by the
    scatter of the stars. D_SA is relative to FULL.
    """
    rows, messages = _rows(table, loss, params)
    if not len(rows):
        raise DataError(
            "No observation with a factor, a date and a loss with time is left.",
            hint="Bring observations back, or look at “Time loss”.",
        )
    ratios = (*_dedicated(rows, params.together_days), *_averages(rows))
    throughputs, fit, said = _throughputs(rows, params)
    if not any(one.kind == "dedicated" for one in ratios):
        messages.append("No star was observed back to back in SUB256 and another subarray.")
    return Subarrays(
        throughputs=throughputs,
        ratios=ratios,
        star_scatter=_NAN if fit is None else fit.outer_scatter,
        color_scatter=_NAN if fit is None else fit.inner_scatter,
        messages=(*messages, *said),
    )


def _rows(table: ImagingTable, loss: TimeLoss, params: SubarrayParams) -> tuple[_Rows, list[str]]:
    bands = published_bands()
    despite = {star_key(one) for one in params.used_despite}
    relative, borrowed = _relative(table, loss)
    factors = table.factors().value / relative
    is_blue = np.array(
        [one in bands and bands[one].pivot_um <= params.despite_below_um for one in table.filters]
    )
    is_despite = np.array([star_key(one) in despite for one in table.stars], dtype=bool) & is_blue
    kept = np.array([not reason for reason in table.reasons], dtype=bool) | is_despite
    is_direct = np.array([bool(one) and not is_coronagraphic(one) for one in table.subarrays])
    good = kept & is_direct & np.isfinite(factors) & (factors > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = np.log(factors)
    whole = _Rows(
        np.array(table.filters, dtype=str),
        np.array(table.subarrays, dtype=str),
        np.array(table.stars, dtype=str),
        table.mjd,
        logs,
        _variances(table, loss),
    )
    lost = kept & is_direct & np.isfinite(table.factors().value) & ~np.isfinite(relative)
    names = sorted({name for name, one in zip(table.filters, lost, strict=True) if one})
    said = []
    if names:
        said.append(f"{', '.join(names)}: no loss with time is known, so it takes no part.")
    if borrowed:
        said.append(f"The loss with time of {', '.join(borrowed)} is that of Gordon+2025, Table 8.")
    return whole.taken(good), said


def _relative(table: ImagingTable, loss: TimeLoss) -> tuple[FloatArray, list[str]]:
    """Return C(t) over its asymptote, of Table 8 where it is not measured, and these filters."""
    found = loss.relative_at(table.filters, table.mjd)
    names = np.array(table.filters, dtype=str)
    missing = np.isnan(found) & np.isfinite(table.mjd)
    borrowed = [one for one in dict.fromkeys(names[missing].tolist()) if one in published_bands()]
    for name in borrowed:
        own = missing & (names == name)
        found[own] = published_curve(name).relative_at(table.mjd[own])
    return found, borrowed


def _variances(table: ImagingTable, loss: TimeLoss) -> FloatArray:
    """Return the variance of ln C of each row: its photometry, and how its filter repeats."""
    repeats = {one.filter_name: one.repeatability for one in loss.filters}
    known = [one for one in repeats.values() if np.isfinite(one)]
    typical = float(np.median(known)) if known else _REPEAT
    own = np.array([repeats.get(name, _NAN) for name in table.filters])
    repeat = np.where(np.isfinite(own), own, typical)
    factors = table.factors()
    photometry = np.nan_to_num(factors.photometry_error / factors.value)
    return np.maximum(repeat, photometry) ** 2 + _FLOOR**2


# --- the points of Fig. 5 -------------------------------------------------------------------------


def _dedicated(rows: _Rows, together_days: float) -> Iterator[SubarrayRatio]:
    for star, name in dict.fromkeys(zip(rows.stars, rows.filters, strict=True)):
        own = rows.taken((rows.stars == star) & (rows.filters == name))
        reference = own.subarrays == REFERENCE
        others = [one for one in dict.fromkeys(own.subarrays) if one != REFERENCE]
        if not reference.any() or not others:
            continue
        apart = np.abs(own.mjd[:, None] - own.mjd[None, :]) <= together_days
        for subarray in others:
            inside = own.subarrays == subarray
            pairs = apart[np.ix_(inside, reference)]
            if not pairs.any():
                continue
            found = own.log_factor[inside][pairs.any(axis=1)]
            base = own.log_factor[reference][pairs.any(axis=0)]
            ratio, error = _ratio(_mean(found, None), _mean(base, None), found.size)
            yield SubarrayRatio(
                "dedicated", str(name), str(subarray), str(star), ratio, error,
                int(found.size), int(base.size),
            )  # fmt: skip


def _averages(rows: _Rows) -> Iterator[SubarrayRatio]:
    for name in dict.fromkeys(rows.filters):
        own = rows.taken(rows.filters == name)
        base = own.taken(own.subarrays == REFERENCE)
        if not len(base):
            continue
        for subarray in dict.fromkeys(own.subarrays):
            found = own.taken(own.subarrays == subarray)
            if subarray == REFERENCE:
                continue
            ratio, error = _ratio(
                _mean(found.log_factor, found.stars), _mean(base.log_factor, base.stars), len(found)
            )
            yield SubarrayRatio(
                "average", str(name), str(subarray), "", ratio, error, len(found), len(base)
            )


def _mean(logs: FloatArray, stars: "np.ndarray | None") -> tuple[float, float]:
    """Return mean factor, each star with equal weight, and its relative error."""
    values = np.exp(logs)
    weights = np.ones(values.size)
    if stars is not None:
        _, place, counts = np.unique(stars, return_inverse=True, return_counts=True)
        weights = 1.0 / counts[place]
    total = float(weights.sum())
    mean = float(weights @ values) / total
    if values.size < 2:
        return mean, _NAN
    spread = float(weights @ (values - mean) ** 2) / total * values.size / (values.size - 1)
    effective = total**2 / float(weights @ weights)
    return mean, float(np.sqrt(spread / effective)) / mean


def _ratio(
    found: tuple[float, float], base: tuple[float, float], count: int
) -> tuple[float, float]:
    """Return SUB256 over the subarray: fluxes are in the denominator of a factor (Sec. 3.3)."""
    ratio = base[0] / found[0]
    error = ratio * float(np.hypot(found[1], np.nan_to_num(base[1])))
    return ratio, error if count >= _FEWEST else _NAN


# --- all observations together --------------------------------------------------------------------


def _throughputs(
    rows: _Rows, params: SubarrayParams
) -> tuple[tuple[Throughput, ...], NestedFit | None, list[str]]:
    adopted, relative = adopted_throughputs(params), adopted_relative(params)
    own = dict(params.adopted)
    present = dict.fromkeys([*adopted, *rows.subarrays.tolist()])
    names = sorted(present, key=lambda one: (ORDER.index(one) if one in ORDER else 9, one))
    said = [
        f"{one} is no subarray of Table 7, and no throughput is adopted for it: adopt one."
        for one in names
        if one not in adopted
    ]
    found = []
    for name in names:
        inside = rows.subarrays == name
        found.append(
            Throughput(
                subarray=name,
                adopted_relative=relative.get(name, _NAN),
                adopted=adopted.get(name, _NAN),
                is_own=name in own,
                n_used=int(inside.sum()),
                n_stars=len(set(rows.stars[inside].tolist())),
            )
        )
    fit, fitted, why = _joint_fit(rows)
    if fit is None:
        return tuple(found), None, [*said, why]
    return tuple(_with_fit(one, fitted) for one in found), fit, said


@dataclass(frozen=True, eq=False, slots=True)
class _Fitted:
    """Logarithms of the throughputs relative to the first subarray, and their covariance."""

    names: tuple[str, ...]
    logs: FloatArray
    covariance: FloatArray

    def over(self, name: str, base: str) -> tuple[float, float]:
        """Return the throughput of ``name`` relative to ``base``, and its error."""
        if name not in self.names or base not in self.names:
            return _NAN, _NAN
        contrast = np.zeros(len(self.names))
        contrast[self.names.index(name)] += 1.0
        contrast[self.names.index(base)] -= 1.0
        ratio = float(np.exp(float(contrast @ self.logs)))
        return ratio, ratio * float(np.sqrt(max(float(contrast @ self.covariance @ contrast), 0.0)))


def _with_fit(one: Throughput, fitted: _Fitted) -> Throughput:
    ratio, error = fitted.over(one.subarray, FULL)
    relative, relative_error = fitted.over(one.subarray, REFERENCE)
    return replace(
        one,
        fitted=ratio,
        fitted_error=error,
        fitted_relative=relative,
        fitted_relative_error=relative_error,
    )


def _joint_fit(rows: _Rows) -> tuple[NestedFit | None, _Fitted, str]:
    cells = _cells(rows)
    filters, of_filter = np.unique(cells.filters, return_inverse=True)
    names, of_subarray = np.unique(cells.subarrays, return_inverse=True)
    nothing = _Fitted((), np.zeros(0), np.zeros((0, 0)))
    if names.size < 2:
        return None, nothing, f"All observations are in {names[0]}: there is nothing to compare."
    design = np.column_stack(
        [np.eye(filters.size)[of_filter], -np.eye(names.size)[of_subarray][:, 1:]]
    )
    tested = names.size - 1
    if len(cells) < design.shape[1] + 2 or np.linalg.matrix_rank(design) < design.shape[1]:
        return None, nothing, (
            f"{len(cells)} means of a star in a filter and a subarray are too few to tell "
            f"{names.size} subarrays from {filters.size} filters."
        )  # fmt: skip
    outer = np.unique(cells.stars, return_inverse=True)[1]
    inner = np.unique(outer * filters.size + of_filter, return_inverse=True)[1]
    fit = fit_nested(design, cells.log_factor, cells.variance, outer, inner)
    logs = np.concatenate([[0.0], fit.coefficients[-tested:]])
    covariance = np.zeros((names.size, names.size))
    covariance[1:, 1:] = fit.covariance[-tested:, -tested:]
    return fit, _Fitted(tuple(names.tolist()), logs, covariance), ""


def _cells(rows: _Rows) -> _Rows:
    """Return the means of each star, filter and subarray: visits share the star's model."""
    keys = np.array(["\t".join(one) for one in _keys(rows)])
    _, first, place, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    means = np.bincount(place, rows.log_factor) / counts
    variances = np.bincount(place, rows.variance) / counts**2
    return replace(rows.taken(first), log_factor=means, variance=variances)


def _keys(rows: _Rows) -> Iterator[tuple[str, str, str]]:
    return zip(rows.stars, rows.filters, rows.subarrays, strict=True)
