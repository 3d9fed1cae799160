"""Photom references of imaging from C(t), and C(t) from photom references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.optimize import least_squares

from engine.arrays import FloatArray, freeze, frozen
from engine.errors import DataError
from engine.imaging.calibration_curve import CalibrationCurve
from engine.imaging.observations import PIXEL_SR
from engine.model.imaging_photom import ImagingPhotom

LossTables = Literal["both", "exponential", "power law"]
YEAR_DAYS = 365.0  #: as in the pipeline's forms
GENERIC = "GENERIC"
#: Days after day zero over which a table follows C(t): ten years.
FOLLOWED_DAYS = (0.0, 3650.0)
_MASKS = {"F1065C": "MASK1065", "F1140C": "MASK1140", "F1550C": "MASK1550", "F2300C": "MASKLYOT"}
_EXPONENTIAL, _POWER = "TIMECOEFF_EXPONENTIAL", "TIMECOEFF_POWERLAW"
_TSOFT = 100.0  # where the fit of a power law begins. Unit: d
_TSOFT_RANGE = (1.0, 5000.0)  # a power law has no value before t0 - tsoft


@dataclass(frozen=True, eq=False, slots=True)
class PhotomTable:
    """A photom reference, and how well its tables follow C(t).

    Attributes
    ----------
    reference : ImagingPhotom
        What is written.
    worst_percent : mapping of str to float
        Largest difference from C(t) over ten years, by filter. Unit: per cent.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    reference: ImagingPhotom
    worst_percent: Mapping[str, float]
    messages: tuple[str, ...] = ()


def photom_of(
    curves: Sequence[CalibrationCurve],
    errors: Mapping[str, float],
    *,
    tables: LossTables = "both",
) -> PhotomTable:
    """Make a photom reference of imaging.

    Parameters
    ----------
    curves : sequence of CalibrationCurve
        One for each filter.
    errors : mapping of str to float
        Relative sigma(CF) by filter; NaN or missing: not known.
    tables : {"both", "exponential", "power law"}
        Which tables hold the loss with time; with both, the pipeline takes their product.

    Returns
    -------
    PhotomTable
        A row for each filter and subarray with a throughput, and one for all others.

    Raises
    ------
    DataError
        If there is no curve.

    Notes
    -----
    The pipeline divides a factor by ``amplitude exp(-(t - t0) / tau) + const`` and by
    ``year1value ((t - t0 + tsoft) / (365 + tsoft))^alpha``, where Gordon+2025, Eq. 4, has an
    exponential in the factor itself: the reciprocal of one exponential is none. The tables are
    those closest to C(t) in the first ten years, with a product of 1 in the end where the
    exponential stands alone.
    """
    if not curves:
        raise DataError("No filter has a calibration factor to write.")
    filters, subarrays, factor, error = [], [], [], []
    rows: dict[str, list[FloatArray]] = {_EXPONENTIAL: [], _POWER: []}
    worst, zeros = {}, []
    for curve in curves:
        fitted = _follow(curve, tables)
        worst[curve.filter_name] = fitted.worst_percent
        own = errors.get(curve.filter_name, float("nan"))
        for subarray, throughput in _subarrays(curve):
            filters.append(curve.filter_name)
            subarrays.append(subarray)
            factor.append(curve.asymptote / throughput)
            error.append(own * curve.asymptote / throughput)
            zeros.append(curve.t0_mjd)
            rows[_EXPONENTIAL].append(fitted.exponential)
            rows[_POWER].append(fitted.power)
    names = {_EXPONENTIAL: ("amplitude", "tau", "const"), _POWER: ("year1value", "tsoft", "alpha")}
    wanted = {"both": (_EXPONENTIAL, _POWER), "exponential": (_EXPONENTIAL,)}.get(tables, (_POWER,))
    losses = {
        name: MappingProxyType(
            {"t0": freeze(np.array(zeros))}
            | {one: freeze(np.array(rows[name])[:, i]) for i, one in enumerate(names[name])}
        )
        for name in wanted
    }
    reference = ImagingPhotom(
        filters=tuple(filters),
        subarrays=tuple(subarrays),
        factor=freeze(np.array(factor)),
        error=freeze(np.array(error)),
        losses=MappingProxyType(losses),
        pixel_area_sr=PIXEL_SR,
        description="Flux calibration of MIRI imaging and coronagraphy",
    )
    return PhotomTable(reference, MappingProxyType(worst), _remarks(worst))


def factors_at(reference: ImagingPhotom, mjd: float) -> FloatArray:
    """Return the factor of each row at a time, as the pipeline applies it.

    Parameters
    ----------
    reference : ImagingPhotom
        Old form or new.
    mjd : float
        Middle of the exposure. Unit: d.

    Returns
    -------
    ndarray, shape (n,)
        Unit: MJy/sr per DN/s. NaN: no factor, or no value of a power law so early.

    Notes
    -----
    New forms are losses: the factor is divided by their product. The old table ``TIMECOEFF`` is
    added: ``photmjsr + amplitude exp(-(t - t0) / tau)``.
    """
    loss, added = np.ones(len(reference.filters)), np.zeros(len(reference.filters))
    for name, columns in reference.losses.items():
        days = mjd - columns["t0"]
        if name == "TIMECOEFF":
            added = columns["amplitude"] * np.exp(-days / columns["tau"])
        elif name == "TIMECOEFF_LINEAR":
            loss = loss * (1.0 - columns["lossperyear"] * days / YEAR_DAYS)
        elif name == _EXPONENTIAL:
            loss = loss * _exponential(days, columns["amplitude"], columns["tau"], columns["const"])
        else:
            loss = loss * _power(days, columns["year1value"], columns["tsoft"], columns["alpha"])
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = (reference.factor + added) / loss
    return freeze(np.where(np.isfinite(factors), factors, np.nan))


# --- tables that follow a curve -------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class _Followed:
    """Rows of both tables: amplitude, tau, const and year1value, tsoft, alpha."""

    exponential: FloatArray
    power: FloatArray
    worst_percent: float


_NO_EXPONENTIAL = (0.0, 200.0, 1.0)
_NO_POWER = (1.0, _TSOFT, 0.0)


def _follow(curve: CalibrationCurve, tables: LossTables) -> _Followed:
    if curve.amplitude == 0.0:
        return _Followed(frozen(_NO_EXPONENTIAL), frozen(_NO_POWER), 0.0)
    return _followed(-curve.amplitude / curve.asymptote, curve.tau_days, tables)


@lru_cache(maxsize=256)
def _followed(share: float, tau_days: float, tables: LossTables) -> _Followed:
    """Return the tables for a loss of ``share`` with a time constant: the same for all levels."""
    first, last = FOLLOWED_DAYS
    days = np.concatenate([np.arange(first, 1000.0, 10.0), np.arange(1000.0, last, 50.0)])
    loss = 1.0 / (1.0 - share * np.exp(-days / tau_days))
    # 1 / (1 - x) = 1 + x + x^2 + ...: the exponential begins higher and falls faster.
    start = np.array([share / (1.0 - share), np.log(tau_days), 1.0, np.log(_TSOFT), 0.0])
    free = {"exponential": [0, 1, 2], "power law": [2, 3, 4]}.get(tables, [0, 1, 2, 3, 4])
    if tables == "power law":
        start[[0, 4]] = 0.0, -share / 5.0

    def rows(values: FloatArray) -> tuple[FloatArray, FloatArray]:
        amplitude, tau, level, tsoft, alpha = values
        is_level = tables == "exponential"
        exponential = np.array([amplitude, np.exp(tau), level if is_level else 1.0])
        return exponential, np.array([1.0 if is_level else level, np.exp(tsoft), alpha])

    def off(changed: FloatArray) -> FloatArray:
        values = start.copy()
        values[free] = changed
        exponential, power = rows(values)
        ratio: FloatArray = _exponential(days, *exponential) * _power(days, *power) / loss - 1.0
        return ratio

    low, high = np.full(5, -np.inf), np.full(5, np.inf)
    low[3], high[3] = np.log(_TSOFT_RANGE)
    found = least_squares(
        off, start[free], bounds=(low[free], high[free]), x_scale="jac", xtol=1e-12, ftol=1e-12,
        gtol=1e-12, max_nfev=400,
    ).x  # fmt: skip
    values = start.copy()
    values[free] = found
    exponential, power = rows(values)
    worst = 100.0 * float(np.max(np.abs(off(found))))
    return _Followed(freeze(exponential), freeze(power), worst)


def _exponential(
    days: FloatArray,
    amplitude: FloatArray | float,
    tau: FloatArray | float,
    const: FloatArray | float,
) -> FloatArray:
    loss: FloatArray = amplitude * np.exp(-days / tau) + const
    return loss


def _power(
    days: FloatArray,
    year1value: FloatArray | float,
    tsoft: FloatArray | float,
    alpha: FloatArray | float,
) -> FloatArray:
    since = days + tsoft
    with np.errstate(invalid="ignore", divide="ignore"):
        loss: FloatArray = year1value * np.where(
            since > 0, since / (YEAR_DAYS + tsoft), np.nan
        ) ** (alpha)
    return loss


def _subarrays(curve: CalibrationCurve) -> list[tuple[str, float]]:
    mask = _MASKS.get(curve.filter_name)
    if mask is not None:
        return [(mask, 1.0), (GENERIC, 1.0)]
    return [*curve.throughputs.items(), (GENERIC, 1.0)]


def _remarks(worst: Mapping[str, float]) -> tuple[str, ...]:
    name = max(worst, key=lambda one: worst[one])
    if worst[name] < 0.01:
        return ()
    return (
        "The pipeline's tables cannot hold Eq. 4 exactly: over ten years they follow it within "
        f"{worst[name]:.2g} % ({name}).",
    )
