"""From values to brightness: how much of the range an image gives to faint and to bright data."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FloatArray

Stretch = Literal["arcsinh", "linear", "log"]
STRETCHES: tuple[Stretch, ...] = ("arcsinh", "linear", "log")
_LOG_RANGE = 1000.0  # ratio of the steepest to the flattest part of the logarithm


@dataclass(frozen=True, slots=True)
class Levels:
    """Which values are shown.

    Attributes
    ----------
    low, high : float
        Values shown faintest and brightest. NaN: there are no values.
    knee : float
        Above ``low``, up to here, the arcsinh stretch is nearly linear. In the unit of the values.
    """

    low: float
    high: float
    knee: float

    @property
    def span(self) -> float:
        """High minus low; 0 when all values are equal or there are none."""
        span = self.high - self.low
        return span if math.isfinite(span) and span > 0.0 else 0.0


NO_LEVELS = Levels(math.nan, math.nan, math.nan)


def brightness(values: AnyFloatArray, levels: Levels, stretch: Stretch) -> FloatArray:
    """Return how bright ``values`` are shown, 0 to 1; NaN stays NaN, equal values are 0.5."""
    values = np.asarray(values, dtype=np.float64)
    if levels.span == 0.0:
        return np.where(np.isfinite(values), 0.5, np.nan)
    share = np.clip((values - levels.low) / levels.span, 0.0, 1.0)
    if stretch == "linear":
        return share
    if stretch == "log":
        logarithmic: FloatArray = np.log1p(_LOG_RANGE * share) / math.log1p(_LOG_RANGE)
        return logarithmic
    steep = _steepness(levels)
    curved: FloatArray = np.arcsinh(steep * share) / math.asinh(steep)
    return curved


def value_at(share: float, levels: Levels, stretch: Stretch) -> float:
    """Return the value whose brightness is ``share``: the inverse of `brightness`."""
    if stretch == "log":
        share = math.expm1(share * math.log1p(_LOG_RANGE)) / _LOG_RANGE
    elif stretch == "arcsinh":
        steep = _steepness(levels)
        share = math.sinh(share * math.asinh(steep)) / steep
    return levels.low + share * levels.span


def _steepness(levels: Levels) -> float:
    return levels.span / levels.knee if levels.knee > 0.0 else 1.0
