"""C(t) of each filter beside what was delivered before (Gordon+2025, Eq. 4 and Fig. 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.errors import DataError
from engine.imaging.calibration_curve import DAY_ZERO_MJD, CalibrationCurve
from engine.imaging.factor_results import FactorStudy, FilterFactors
from engine.imaging.photom_tables import FOLLOWED_DAYS, LossTables, factors_at, photom_of
from engine.imaging.published_factors import PublishedBand, published_bands
from engine.imaging.time_loss_results import TimeLoss
from engine.model.imaging_photom import ImagingPhotom

_NAN = float("nan")
#: Start and end of Fig. 9's symbols: day zero, and when all expected change has happened.
START_MJD, END_MJD = DAY_ZERO_MJD + FOLLOWED_DAYS[0], DAY_ZERO_MJD + FOLLOWED_DAYS[1]
_FULL = "FULL"
_MJD_ZERO = datetime(1858, 11, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HistoryParams:
    """What the user decides about C(t) and the reference file.

    Attributes
    ----------
    subarray : str
        For which C(t) is drawn.
    tables : {"both", "exponential", "power law"}
        Which tables of the reference file hold the loss with time.
    """

    subarray: str = _FULL
    tables: LossTables = "both"


@dataclass(frozen=True, eq=False, slots=True)
class Delivery:
    """A photom reference that was delivered.

    Attributes
    ----------
    id, name : str
        What the caller knows it by, and its file.
    reference : ImagingPhotom
        Its content.
    """

    id: str
    name: str
    reference: ImagingPhotom

    @property
    def mjd(self) -> float:
        """Day of its USEAFTER keyword; NaN: none."""
        return _mjd_of(self.reference.useafter)


@dataclass(frozen=True, slots=True)
class DeliveredValue:
    """The factor of one filter in one delivery.

    Attributes
    ----------
    id, name : str
        Of the delivery.
    mjd : float
        From when it is used. Unit: d. NaN: not known.
    start, end : float
        Factor on day zero, and when the expected change has happened.
        Unit: MJy/sr per DN/s. NaN: none.
    """

    id: str
    name: str
    mjd: float
    start: float
    end: float

    @property
    def is_constant(self) -> bool:
        """Whether it does not change with time."""
        return abs(self.end - self.start) <= 1e-6 * abs(self.start)


@dataclass(frozen=True, eq=False, slots=True)
class FilterCalibration:
    """The calibration of one filter.

    Attributes
    ----------
    curve : CalibrationCurve
        C(t) of this session.
    error_percent : float
        sigma(CF). NaN: not known. Unit: per cent.
    repeat_percent : float
        sigma(repeat). NaN: not known. Unit: per cent.
    n_stars : float
        Stars behind it.
    delivered : tuple of DeliveredValue
        Earlier ones, in order of time.
    published : PublishedBand or None
        Row of Gordon+2025, Table 8.
    """

    curve: CalibrationCurve
    error_percent: float
    repeat_percent: float
    n_stars: float
    delivered: tuple[DeliveredValue, ...]
    published: PublishedBand | None

    @property
    def filter_name(self) -> str:
        """``"F2550W"``."""
        return self.curve.filter_name


@dataclass(frozen=True, eq=False, slots=True)
class CalibrationHistory:
    """The calibration of all filters.

    Attributes
    ----------
    filters : tuple of FilterCalibration
        In order of wavelength.
    deliveries : tuple of Delivery
        In order of time.
    reference : ImagingPhotom
        C(t) of this session as the pipeline's file.
    worst_percent : mapping of str to float
        How far its tables are from C(t) at most, by filter. Unit: per cent.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    filters: tuple[FilterCalibration, ...]
    deliveries: tuple[Delivery, ...]
    reference: ImagingPhotom
    worst_percent: Mapping[str, float]
    messages: tuple[str, ...] = ()

    def of(self, filter_name: str) -> FilterCalibration | None:
        """Return the calibration of a filter, or `None`."""
        return next((one for one in self.filters if one.filter_name == filter_name), None)


_DEFAULTS = HistoryParams()


def make_history(
    study: FactorStudy,
    loss: TimeLoss | None,
    throughputs: Mapping[str, float],
    deliveries: Sequence[Delivery] = (),
    params: HistoryParams = _DEFAULTS,
) -> CalibrationHistory:
    """Put mean factors, loss and subarrays together into C(t), beside earlier deliveries.

    Parameters
    ----------
    study : FactorStudy
        Mean factors, corrected to when the exponential has decayed.
    loss : TimeLoss, optional
        Shape of the loss; that of Table 8 for filters that it does not hold.
    throughputs : mapping of str to float
        D_SA by subarray.
    deliveries : sequence of Delivery, optional
        References that were delivered, in any order.
    params : HistoryParams, optional
        What the user decides.

    Returns
    -------
    CalibrationHistory
        Filters without a mean factor are told.

    Raises
    ------
    DataError
        If no filter has a mean factor.

    Notes
    -----
    ``C(t) = (A + B exp(-(t - 59720) / tau)) / D_SA`` (Gordon+2025, Eq. 4), with the mean factor as
    A and B = A (B / A) from the loss.
    """
    ordered = sorted(deliveries, key=lambda one: np.nan_to_num(one.mjd, nan=0.0))
    values = {one.id: _ends(one) for one in ordered}
    messages, found, borrowed = _remarks(study), [], []
    for own in study.filters:
        mean = own.average.mean
        if not (np.isfinite(mean) and mean > 0):
            messages.append(f"{own.name} has no mean factor, hence no C(t).")
            continue
        curve = _curve(own.name, mean, loss, throughputs)
        if curve is None:
            messages.append(f"{own.name} has no loss with time: its factor is taken as constant.")
            curve = CalibrationCurve(own.name, mean, 0.0, 200.0, throughputs)
        elif not _is_own(loss, own.name):
            borrowed.append(own.name)
        found.append(_calibration(own, curve, ordered, values))
    if not found:
        raise DataError(
            "No filter has a mean factor to make C(t) from.",
            hint="Look at “Factors”: bring observations back, or give models.",
        )
    if borrowed:
        messages.append(f"The loss of {', '.join(borrowed)} is that of Gordon+2025, Table 8.")
    messages += _unmeasured(loss, [one.filter_name for one in found])
    errors = {one.filter_name: 0.01 * one.error_percent for one in found}
    made = photom_of([one.curve for one in found], errors, tables=params.tables)
    return CalibrationHistory(
        filters=tuple(found),
        deliveries=tuple(ordered),
        reference=made.reference,
        worst_percent=made.worst_percent,
        messages=(*messages, *made.messages),
    )


def _is_own(loss: TimeLoss | None, name: str) -> bool:
    own = None if loss is None else loss.of(name)
    return own is not None and own.is_known


def _unmeasured(loss: TimeLoss | None, names: Sequence[str]) -> list[str]:
    """Say of which filters the fitted loss is within its errors, or a gain."""
    fitted = [] if loss is None else [one for one in loss.filters if one.source == "fitted"]
    unclear = [o.filter_name for o in fitted if o.filter_name in names and not o.is_measured]
    if not unclear:
        return []
    return [f"No loss with time is measured in {', '.join(unclear)}: it is below three errors."]


def _remarks(study: FactorStudy) -> list[str]:
    """Say when the mean factors are not what Eq. 4 calls A."""
    found = []
    if study.params.time == "none":
        found.append("The mean factors still hold the loss with time: correct them in “Factors”.")
    if study.params.subarrays == "none":
        found.append("The mean factors are not corrected for subarrays: do so in “Factors”.")
    return found


def _mjd_of(date: str) -> float:
    """Return the MJD of an ISO date; NaN: it is none."""
    try:
        day = datetime.fromisoformat(date.strip())
    except ValueError:
        return _NAN
    return (day.replace(tzinfo=day.tzinfo or UTC) - _MJD_ZERO) / timedelta(days=1)


def _curve(
    name: str, mean: float, loss: TimeLoss | None, throughputs: Mapping[str, float]
) -> CalibrationCurve | None:
    own = None if loss is None else loss.of(name)
    if own is not None and own.is_known:
        return own.curve(mean, throughputs)
    band = published_bands().get(name)
    if band is None:
        return None
    ratio = band.amplitude / band.asymptote
    return CalibrationCurve(name, mean, ratio * mean, band.tau_days, throughputs)


def _ends(delivery: Delivery) -> tuple[FloatArray, FloatArray]:
    """Return the factors of all rows at the start and at the end."""
    return (
        factors_at(delivery.reference, START_MJD),
        factors_at(delivery.reference, END_MJD),
    )


def _calibration(
    own: FilterFactors,
    curve: CalibrationCurve,
    deliveries: Sequence[Delivery],
    values: Mapping[str, tuple[FloatArray, FloatArray]],
) -> FilterCalibration:
    delivered = []
    for one in deliveries:
        row = _row(one, own.name)
        if row >= 0:
            start, end = (float(ends[row]) for ends in values[one.id])
            delivered.append(DeliveredValue(one.id, one.name, one.mjd, start, end))
    return FilterCalibration(
        curve=curve,
        error_percent=own.average.error_percent,
        repeat_percent=100.0 * own.repeatability,
        n_stars=own.average.n_stars,
        delivered=tuple(delivered),
        published=published_bands().get(own.name),
    )


def _row(delivery: Delivery, filter_name: str) -> int:
    """Return the row of a filter in FULL, or in the subarray of its coronagraph; -1: none."""
    row = delivery.reference.row(filter_name, _FULL)
    filters = delivery.reference.filters
    return filters.index(filter_name) if row < 0 and filter_name in filters else row


def delivered_factors(delivery: Delivery, filter_name: str, mjd: FloatArray) -> FloatArray:
    """Return the factor of a delivery for FULL over time; NaN: it does not have the filter."""
    row = _row(delivery, filter_name)
    if row < 0:
        return np.full(mjd.size, _NAN)
    return freeze(np.array([factors_at(delivery.reference, float(one))[row] for one in mjd]))
