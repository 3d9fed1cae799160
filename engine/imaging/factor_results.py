"""Calibration factors of images: what is decided about them, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.imaging.averages import FactorAverage
from engine.imaging.observations import ImagingFactors, ImagingTable
from engine.imaging.star_suspects import StarSuspect

TimeCorrection = Literal["measured", "published", "none"]
SubarrayCorrection = Literal["adopted", "none"]
Deviants = Literal["left out", "kept"]


@dataclass(frozen=True, slots=True)
class FactorParams:
    """What the user decides about calibration factors of images.

    Attributes
    ----------
    time : {"measured", "published", "none"}
        Which loss with time is taken out: that of the observations, that of Gordon+2025, Table 8,
        or none.
    subarrays : {"adopted", "none"}
        Whether what subarrays differ by is taken out.
    sigma : float
        How far from the weighted mean an observation deviates, as rare as so many sigma of a
        normal distribution.
    deviants : {"left out", "kept"}
        Whether observations that deviate take part in the averages.
    kept : tuple of str
        Ids of observations that take part although they deviate.
    """

    time: TimeCorrection = "measured"
    subarrays: SubarrayCorrection = "adopted"
    sigma: float = 3.5
    deviants: Deviants = "left out"
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class FilterFactors:
    """The factors of one filter.

    Attributes
    ----------
    average : FactorAverage
        Weighted average of what is used, corrected as the parameters say.
    pivot_um : float
        NaN: the filter is not one of the imager.
    repeatability : float
        Relative standard deviation of repeated observations of one star. NaN: not known.
    n_deviant, n_excluded : int
        Observations that deviate, and that the user left out.
    loss_percent : float
        What the error of the measured loss with time adds to that of the average. NaN: not
        corrected, or with a loss that has no error. Unit: per cent.
    """

    average: FactorAverage
    pivot_um: float
    repeatability: float
    n_deviant: int
    n_excluded: int
    loss_percent: float = float("nan")

    @property
    def total_percent(self) -> float:
        """sigma(CF) and the error of the loss; what is wrong in all models is not in it."""
        return float(np.hypot(self.average.error_percent, np.nan_to_num(self.loss_percent)))

    @property
    def name(self) -> str:
        """The filter."""
        return self.average.name


@dataclass(frozen=True, eq=False, slots=True)
class FactorStudy:
    """Factors of all observations, their averages, and what deviates.

    Columns have the length of the table.

    Attributes
    ----------
    table : ImagingTable
        What was measured, with what is left out.
    params : FactorParams
        What was decided.
    raw : ImagingFactors
        Gordon+2025, Eq. 3, nothing corrected.
    time_correction, subarray_correction : ndarray, shape (n,)
        What the factor was divided by and multiplied with: C(t) over its asymptote, D_SA.
    factor, error : ndarray, shape (n,)
        The corrected factor and the error of its photometry. NaN: none.
        Unit: MJy/sr per DN/s/pixel.
    weights : ndarray, shape (n,)
        1 / n of the star in the filter; 0: no factor.
    is_used, is_deviant : ndarray of bool, shape (n,)
        What takes part in the averages, and what deviates.
    sigma : ndarray, shape (n,)
        Distance from the average of the others, in sigma.
    notes : tuple of str
        What is known against each observation, in words; ``""``: nothing.
    filters : tuple of FilterFactors
        In the order of wavelength.
    suspects : tuple of StarSuspect
        Stars that the user may want to leave out.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    table: ImagingTable
    params: FactorParams
    raw: ImagingFactors
    time_correction: FloatArray
    subarray_correction: FloatArray
    factor: FloatArray
    error: FloatArray
    weights: FloatArray
    is_used: BoolArray
    is_deviant: BoolArray
    sigma: FloatArray
    notes: tuple[str, ...]
    filters: tuple[FilterFactors, ...]
    suspects: tuple[StarSuspect, ...]
    messages: tuple[str, ...] = ()

    def of(self, filter_name: str) -> FilterFactors | None:
        """Return the factors of a filter, or `None`."""
        return next((one for one in self.filters if one.name == filter_name), None)

    @property
    def averages(self) -> Mapping[str, float]:
        """Average factor by filter."""
        return {one.name: one.average.mean for one in self.filters}
