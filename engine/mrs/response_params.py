"""What the user decides about a response fit, and what the fit did with each sample."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

FitSpace = Literal["automatic", "factor", "inverse", "inverse photon"]
LineWindows = Literal["none", "hydrogen", "all"]


class SampleState(IntEnum):
    """What the fit did with a sample."""

    USED = 0
    REJECTED = 1
    MASKED = 2
    EXCLUDED = 3
    FLAGGED = 4
    OUTSIDE = 5


@dataclass(frozen=True, slots=True)
class Mask:
    """A range of wavelengths that the fit leaves out.

    Attributes
    ----------
    low_um, high_um : float
        The range. Unit: um.
    name : str
        Why, in the user's words.
    """

    low_um: float
    high_um: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class HeldValue:
    """A point that the curve must pass.

    Attributes
    ----------
    wave_um : float
        Unit: um.
    value : float
        In the unit of the factor.
    """

    wave_um: float
    value: float


@dataclass(frozen=True, slots=True)
class SampleWeight:
    """A weight that the user gave to the sample nearest to a wavelength; 0 excludes it.

    Attributes
    ----------
    wave_um : float
        Unit: um.
    weight : float
        Relative to 1.
    reason : str
        Why, in the user's words.
    """

    wave_um: float
    weight: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """A range of the vector that is replaced after the fit.

    Attributes
    ----------
    low_um, high_um : float
        The range. Unit: um.
    donor : str
        Star whose vector of the same band replaces it; ``""``: interpolation.
    scaling : {"constant", "linear"}
        How the donor's vector is scaled to meet both edges.
    """

    low_um: float
    high_um: float
    donor: str = ""
    scaling: Literal["constant", "linear"] = "linear"


@dataclass(frozen=True, slots=True)
class StarResponseParams:
    """What the user decides about a response fit.

    Attributes
    ----------
    breakpoints_um : tuple of float or None
        Interior breakpoints, increasing; `None`: the fewest that the data ask for. Unit: um.
    degree : int
        Degree of the pieces, 1 to 5.
    reject_below, reject_above : float
        Rejection limits. Unit: robust standard deviations.
    max_iterations : int
        Most fits that are made.
    fit_in : {"automatic", "factor", "inverse", "inverse photon"}
        What is fitted: C, 1/C or wavelength/C. Automatic: inverse photon where the signal-to-noise
        ratio per element is below 30, the factor elsewhere.
    cutoffs_um : tuple of (float or None)
        Range of the vector; `None`: where the data begin or end. Unit: um.
    masks : tuple of Mask
        Ranges left out of the fit.
    line_windows : {"none", "hydrogen", "all"}
        Windows of the line list that are left out.
    held : tuple of HeldValue
        Points that the curve must pass.
    breaks_um : tuple of float
        Wavelengths at which the curve may jump. Unit: um.
    sample_ranges : tuple of Mask
        When there are any, only samples inside them are fitted.
    weights : tuple of SampleWeight
        Samples that the user weighted or excluded.
    patches : tuple of Patch
        Ranges of the vector that are replaced after the fit, by `patch_response`.
    """

    breakpoints_um: tuple[float, ...] | None = None
    degree: int = 3
    reject_below: float = 3.0
    reject_above: float = 3.0
    max_iterations: int = 25
    fit_in: FitSpace = "automatic"
    cutoffs_um: tuple[float | None, float | None] = (None, None)
    masks: tuple[Mask, ...] = ()
    line_windows: LineWindows = "hydrogen"
    held: tuple[HeldValue, ...] = ()
    breaks_um: tuple[float, ...] = ()
    sample_ranges: tuple[Mask, ...] = ()
    weights: tuple[SampleWeight, ...] = ()
    patches: tuple[Patch, ...] = ()
