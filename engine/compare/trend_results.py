"""Class means and trends of factors: what is decided about them, and what is found."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.compare.factor_table import FactorTable
from engine.numerics.grouped_regression import as_sigma

ClassOffsets = Literal["kept", "taken out"]
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TrendParams:
    """What the user decides about trends.

    Attributes
    ----------
    low_um, high_um : float
        Range of wavelengths over which a vector is averaged into one factor. Unit: um.
    chance : float
        A trend or an offset is reported when it arises by chance less often than this, all
        parameters that were tried taken together.
    ignored : tuple of str
        Columns in which no trend is sought: they do not count among those tried.
    class_offsets : {"kept", "taken out"}
        Whether each class may have an offset of its own while trends are sought, so that one
        between classes is no trend with whatever differs between them.
    """

    low_um: float = 5.0
    high_um: float = 18.0
    chance: float = 0.05
    ignored: tuple[str, ...] = ()
    class_offsets: ClassOffsets = "kept"


@dataclass(frozen=True, slots=True)
class Level:
    """Mean of some observations.

    Attributes
    ----------
    name : str
        Class, category or subset.
    n_used, n_stars : int
        Observations and stars behind it.
    mean, error : float
        Every star counts as its scatter and that of its observations ask for. NaN: none.
    rms : float
        Standard deviation of the means of the stars, with N - 1. NaN: fewer than two.
    offset, offset_error : float
        Mean minus the mean of all others.
    chance : float
        Probability of such an offset by chance, all levels taken together. NaN: none.
    is_reported : bool
        Whether that is below the limit.
    """

    name: str
    n_used: int
    n_stars: int
    mean: float
    error: float
    rms: float
    offset: float = _NAN
    offset_error: float = _NAN
    chance: float = _NAN
    is_reported: bool = False

    @property
    def significance(self) -> float:
        """Gaussian sigma of the same probability as `chance`."""
        return as_sigma(self.chance) if np.isfinite(self.chance) else _NAN


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference between two classes, the first minus the second; as in `Level`."""

    first: str
    second: str
    difference: float
    error: float
    chance: float
    is_reported: bool

    @property
    def significance(self) -> float:
        """Gaussian sigma of the same probability as `chance`."""
        return as_sigma(self.chance)


@dataclass(frozen=True, slots=True)
class Trend:
    """How the factor changes with one parameter.

    Attributes
    ----------
    parameter : str
        Name of the column.
    n_used, n_stars : int
        Observations with a value, and their stars.
    slope, slope_error : float
        Per unit of the parameter, or per factor of ten; NaN for a category, or without a fit.
    middle, level, level_error : float
        The line goes through `level` at `middle`, in the values of `Parameter.x`.
    levels : tuple of Level
        Means of the categories.
    single_chance : float
        Probability of such a slope, or such differences, by chance.
    chance : float
        The same for the best of all parameters that were tried.
    is_reported : bool
        Whether that is below the limit.
    reason : str
        Why there is no number; ``""``: there is.
    freedom : float
        Degrees of freedom behind the error, those of the observations or of the stars, as far as
        either tells of the slope. NaN: no fit.
    """

    parameter: str
    n_used: int = 0
    n_stars: int = 0
    slope: float = _NAN
    slope_error: float = _NAN
    middle: float = _NAN
    level: float = _NAN
    level_error: float = _NAN
    levels: tuple[Level, ...] = ()
    single_chance: float = _NAN
    chance: float = _NAN
    is_reported: bool = False
    reason: str = ""
    freedom: float = _NAN

    @property
    def significance(self) -> float:
        """Gaussian sigma of the same probability as `chance`."""
        return as_sigma(self.chance) if np.isfinite(self.chance) else _NAN

    @property
    def single_significance(self) -> float:
        """Gaussian sigma of `single_chance`: as if no other parameter had been tried."""
        return as_sigma(self.single_chance) if np.isfinite(self.single_chance) else _NAN

    def at(self, x: FloatArray) -> FloatArray:
        """Return the line at ``x``, in the values of `Parameter.x`."""
        return self.level + self.slope * (x - self.middle)

    def error_at(self, x: FloatArray) -> FloatArray:
        """Return the standard deviation of the line at ``x``."""
        return np.hypot(self.level_error, self.slope_error * (x - self.middle))


@dataclass(frozen=True, eq=False, slots=True)
class FactorTrends:
    """Mean, class means and trends of a table.

    Attributes
    ----------
    table : FactorTable
        What was measured, with what is left out.
    all : Level
        Mean of everything that is used.
    classes : tuple of Level
        Classes of the calibration first, from hot to cool; others by name.
    differences : tuple of Difference
        Between all pairs of classes.
    subsets : tuple of Level
        Named subsets; each against all observations outside of it.
    trends : tuple of Trend
        One for each column.
    n_tried : int
        Parameters that a chance accounts for.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    table: FactorTable
    all: Level
    classes: tuple[Level, ...]
    differences: tuple[Difference, ...]
    subsets: tuple[Level, ...]
    trends: tuple[Trend, ...]
    n_tried: int
    messages: tuple[str, ...] = ()

    def trend(self, parameter: str) -> Trend | None:
        """Return the trend with ``parameter``, or `None`."""
        return next((one for one in self.trends if one.parameter == parameter), None)

    @property
    def reported(self) -> tuple[Trend, ...]:
        """Trends that chance hardly explains, the clearest first."""
        return tuple(sorted((o for o in self.trends if o.is_reported), key=lambda o: o.chance))
