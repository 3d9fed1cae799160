"""The loss of response with time: what is decided about it, and what is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, frozen
from engine.imaging.calibration_curve import DAY_ZERO_MJD, CalibrationCurve
from engine.imaging.published_factors import monitor_star, published_number

LossSource = Literal["fitted", "interpolated"]
CLEAR_ERRORS = 3.0  #: a loss below so many of its errors is not called one
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TimeLossParams:
    """What the user decides about the loss with time.

    Attributes
    ----------
    monitor : str
        Star to which others are normalized.
    near_days : float
        Stars are compared when observed within so many days. Unit: d.
    tau_days : float
        Time constant where the data do not determine one. Unit: d.
    free_above : float
        The time constant is fitted where abs(B) exceeds so many of its errors.
    sigma : float
        An observation deviates from the fit, which then does not rest on it, when chance makes it
        lie as far off no more often than so many sigma of a normal distribution.
    kept : tuple of str
        Ids of observations on which the fit rests although they deviate.
    """

    monitor: str = monitor_star()
    near_days: float = 30.0
    tau_days: float = published_number("tau_days")
    free_above: float = 10.0
    sigma: float = 3.5
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class LossPoints:
    """The observations behind the loss of a filter, in order of time; all of length n.

    Attributes
    ----------
    ids, stars, subarrays : tuple of str
        As in the table.
    mjd : ndarray
        Unit: d.
    response, error : ndarray
        Over that of day zero, of the fit. NaN: the star is never seen near the monitor in time.
    residual_percent : ndarray
        Response over that of the fit, minus 1. Unit: per cent.
    reasons : tuple of str
        Why it is left out; ``""``: it is not.
    is_used : ndarray of bool
        Whether the fit rests on it.
    sigma : ndarray
        How far it lies from the others, with its sign. NaN: not known.
    """

    ids: tuple[str, ...]
    stars: tuple[str, ...]
    subarrays: tuple[str, ...]
    mjd: FloatArray
    response: FloatArray
    error: FloatArray
    residual_percent: FloatArray
    reasons: tuple[str, ...]
    is_used: BoolArray
    sigma: FloatArray

    @property
    def is_deviant(self) -> BoolArray:
        """Which ones the fit does not rest on because they deviate."""
        left = np.array([bool(reason) for reason in self.reasons], dtype=bool)
        deviant: BoolArray = ~self.is_used & ~left & np.isfinite(self.residual_percent)
        return deviant


@dataclass(frozen=True, eq=False, slots=True)
class FilterLoss:
    """The loss of one filter.

    Attributes
    ----------
    filter_name : str
        ``"F2550W"``.
    pivot_um : float
        Unit: um.
    source : {"fitted", "interpolated"}
        Interpolated between filters: FND and the coronagraphs.
    amplitude_ratio, amplitude_ratio_error : float
        B / A of Eq. 4: negative where the response falls. NaN: not determined.
    tau_days, tau_error : float
        Time constant; the error is NaN where it is fixed. Unit: d.
    asymptote, asymptote_error, amplitude, amplitude_error : float
        A and B for the monitor star, with its model. NaN: interpolated.
        Unit: MJy/sr per DN/s/pixel.
    repeatability : float
        Relative standard deviation about the fit: sigma(repeat). NaN: not known.
    n_used : int
        Observations behind it.
    points : LossPoints
        Used and left out.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    filter_name: str
    pivot_um: float
    source: LossSource
    amplitude_ratio: float
    amplitude_ratio_error: float
    tau_days: float
    tau_error: float
    asymptote: float
    asymptote_error: float
    amplitude: float
    amplitude_error: float
    repeatability: float
    n_used: int
    points: LossPoints
    messages: tuple[str, ...] = ()

    @property
    def loss_fraction(self) -> float:
        """-B / A: what Fig. 4 calls the amplitude A; negative where the response rises."""
        return 0.0 - self.amplitude_ratio

    @property
    def is_measured(self) -> bool:
        """Whether the response falls by more than three errors; an error not known excuses it."""
        return not self.loss_fraction < CLEAR_ERRORS * self.amplitude_ratio_error

    @property
    def is_known(self) -> bool:
        """Whether the dates tell a loss at all."""
        return bool(self.amplitude_ratio != 0.0 or np.isfinite(self.amplitude_ratio_error))

    @property
    def is_tau_fitted(self) -> bool:
        """Whether the data determine the time constant."""
        return bool(np.isfinite(self.tau_error))

    def response_at(self, mjd: FloatArray) -> FloatArray:
        """Return the response over that of day zero, (A + B) / C(t)."""
        decay = np.exp(-(mjd - DAY_ZERO_MJD) / self.tau_days)
        found: FloatArray = (1.0 + self.amplitude_ratio) / (1.0 + self.amplitude_ratio * decay)
        return found

    def curve(self, asymptote: float, throughputs: Mapping[str, float]) -> CalibrationCurve:
        """Return C(t) with this shape and the mean factor ``asymptote`` of all stars."""
        return CalibrationCurve(
            self.filter_name,
            asymptote,
            self.amplitude_ratio * asymptote,
            self.tau_days,
            throughputs,
        )


@dataclass(frozen=True, eq=False, slots=True)
class TimeLoss:
    """The loss of all filters.

    Attributes
    ----------
    filters : tuple of FilterLoss
        In order of wavelength.
    throughputs : mapping of str to float
        D_SA that was taken out before.
    problems : tuple of (str, str)
        Filters without a loss, and why.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    filters: tuple[FilterLoss, ...]
    throughputs: Mapping[str, float]
    problems: tuple[tuple[str, str], ...] = ()
    messages: tuple[str, ...] = ()

    def of(self, filter_name: str) -> FilterLoss | None:
        """Return the loss of a filter, or `None`."""
        return next((one for one in self.filters if one.filter_name == filter_name), None)

    def relative_at(self, filters: Sequence[str], mjd: FloatArray) -> FloatArray:
        """Return C(t) over its asymptote for rows of a table: divide factors by it.

        Parameters
        ----------
        filters : sequence of str
            Filter of each row.
        mjd : ndarray, shape (n,)
            Unit: d.

        Returns
        -------
        ndarray, shape (n,)
            NaN where the loss of the filter, or the date, is not known.
        """
        found = np.full(len(filters), _NAN)
        names = np.array(filters, dtype=str)
        for one in self.filters:
            if not one.is_known:
                continue
            own = names == one.filter_name
            decay = np.exp(-(mjd[own] - DAY_ZERO_MJD) / one.tau_days)
            found[own] = 1.0 + one.amplitude_ratio * decay
        return found


def no_points() -> LossPoints:
    """Return the points of a filter whose loss is interpolated: none."""
    none = frozen([])
    is_used = np.zeros(0, dtype=bool)
    return LossPoints((), (), (), none, none, none, none, (), is_used, none)
