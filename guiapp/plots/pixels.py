"""Between data and pixels: the one place that knows how a plot's axes are scaled."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import FloatArray

Scale = Literal["linear", "log"]


def to_axis(values: FloatArray, scale: Scale) -> FloatArray:
    """Return where ``values`` lie on an axis; what has no place on a log axis becomes NaN."""
    values = np.asarray(values, dtype=np.float64)
    if scale == "linear":
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm: FloatArray = np.log10(values)
    logarithm[~np.isfinite(logarithm)] = np.nan
    return logarithm


def from_axis(value: float, scale: Scale) -> float:
    """Return the value that lies at ``value`` on an axis."""
    return value if scale == "linear" else 10.0**value


@dataclass(frozen=True, slots=True)
class PixelMap:
    """What part of the data a plot shows, and on how many pixels.

    Attributes
    ----------
    x_range, y_range : tuple of float
        The range shown, in axis units: log10 of the data on a log axis.
    width, height : float
        Size of the plot's inside. Unit: device-independent pixel.
    x_scale, y_scale : {"linear", "log"}
        How the axes are scaled.
    y_down : bool
        Whether y grows downward.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: float
    height: float
    x_scale: Scale = "linear"
    y_scale: Scale = "linear"
    y_down: bool = False

    @property
    def reach(self) -> float:
        """How far beyond a plot paths are drawn; never less than the plot, however flat it is."""
        return 16.0 * max(self.width, self.height, 1.0)

    def x_pixels(self, x: FloatArray) -> FloatArray:
        """Return the columns of data ``x``; NaN where there is none."""
        low, high = self.x_range
        return (to_axis(x, self.x_scale) - low) * (self.width / (high - low))

    def y_pixels(self, y: FloatArray) -> FloatArray:
        """Return the rows of data ``y``, counted from the top; NaN where there is none."""
        low, high = self.y_range
        up = (to_axis(y, self.y_scale) - low) * (self.height / (high - low))
        return up if self.y_down else self.height - up

    def x_pixel(self, x: float) -> float:
        """Return the column of one value."""
        return float(self.x_pixels(np.array([x]))[0])

    def y_pixel(self, y: float) -> float:
        """Return the row of one value."""
        return float(self.y_pixels(np.array([y]))[0])

    def x_at(self, column: float) -> float:
        """Return the data x under a column."""
        low, high = self.x_range
        return from_axis(low + column * (high - low) / self.width, self.x_scale)

    def y_at(self, row: float) -> float:
        """Return the data y under a row."""
        low, high = self.y_range
        up = row if self.y_down else self.height - row
        return from_axis(low + up * (high - low) / self.height, self.y_scale)
