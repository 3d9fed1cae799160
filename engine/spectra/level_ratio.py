"""The ratio of two levels that were measured on one grid, with an honest error."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr

from engine.arrays import BoolArray, FloatArray
from engine.model.spectrum import Spectrum
from engine.numerics.robust import noise_from_differences, running_median
from engine.spectra.overlaps import CommonGrid, error_of_sum, good_error

_WEIGHT_WINDOW = 11  # samples over which weights are smoothed
_MIN_PAIRS = 10  # fewer neighboring pairs do not tell a correlation
_MAX_CORRELATION = 0.8
_ROUNDING = 4 * float(np.finfo(np.float64).eps)  # no sum is better known than its digits
_MANY = 30.0  # degrees of freedom from which Student's t is taken for a Gaussian
_LEAST_CHANCE = 1e-300
_FEWEST_FOR_LONE = 4  # a ratio and its scatter without one of them
_LONE_CHANCE = 0.01
_LEAST_LEVEL = 3.0  # a level below this many errors has no ratio


@dataclass(frozen=True, slots=True)
class LevelRatio:
    """Right over left, and right minus left.

    Attributes
    ----------
    ratio, ratio_error : float
        NaN when the left level does not stand above the noise.
    difference, difference_error : float
        In the unit of both sides.
    level : float
        Weighted mean of the left side, in the same unit.
    freedom : float
        Degrees of freedom of the errors; infinite when they are not those of a scatter.
    """

    ratio: float
    ratio_error: float
    difference: float
    difference_error: float
    level: float
    freedom: float = math.inf

    @property
    def significance(self) -> float:
        """How far the ratio is from 1; without a ratio, the difference from 0. Unit: sigma.

        The scatter of few samples is not well known: where an error is one, this is the Gaussian
        sigma of the probability that Student's t gives.
        """
        if np.isfinite(self.ratio):
            return _in_sigma(self.ratio - 1.0, self.ratio_error, self.freedom)
        return _in_sigma(self.difference, self.difference_error, self.freedom)


def measure_level_ratio(
    grid: CommonGrid, used: BoolArray, *, left: Spectrum, right: Spectrum
) -> LevelRatio:
    """Measure the ratio and the difference of two levels.

    Parameters
    ----------
    grid : CommonGrid
        Both sides on one grid.
    used : ndarray of bool, shape (m,)
        Samples to compare, two or more: finite on both sides. Either all have errors on both
        sides, or none has.
    left, right : Spectrum
        Both sides before rebinning, from which errors are propagated.

    Returns
    -------
    LevelRatio
        The estimates.

    Notes
    -----
    ratio = sum(w right) / sum(w left), with w one over the variance of right - left, smoothed
    over wavelength so that noise does not choose its own weight. A ratio of sums is biased by
    1 / (S/N of the sum)^2 only, a mean of ratios by 1 / (S/N of a sample)^2.
    The error is the larger of two: the errors of the samples, propagated through the rebinning
    by the weight that each has in the whole sum; and the scatter of right - ratio * left, its
    variance enlarged by (1 + r) / (1 - r) for a correlation r of neighbors. No sample is rejected
    for its value: among few an outlier cannot be told from the noise, and it enlarges the error.
    """
    comparison = _Comparison(grid, used, _weights(grid, used), left, right)
    total_left, total_right = comparison.sums()
    total = float(np.sum(comparison.weights))
    level, difference = total_left / total, (total_right - total_left) / total
    error, freedom = comparison.error(factor=1.0, offset=difference)
    difference_error = error / total
    if not level > _LEAST_LEVEL * comparison.level_error() / total:
        return LevelRatio(np.nan, np.nan, difference, difference_error, level, freedom)
    ratio = total_right / total_left
    error, freedom = comparison.error(factor=ratio, offset=0.0)
    return LevelRatio(ratio, error / total_left, difference, difference_error, level, freedom)


def find_lone_sample(left: FloatArray, right: FloatArray) -> tuple[int, float]:
    """Find the one sample whose ratio is unlike that of all others.

    Parameters
    ----------
    left, right : ndarray, shape (m,)
        Both sides, finite.

    Returns
    -------
    tuple of (int, float)
        Its index and the ratio of the others' sums; (-1, NaN) when there is none.

    Notes
    -----
    Each sample against the ratio and the scatter of the others: Student's t with m - 2 degrees of
    freedom, called unlike where chance makes one of m so far off in less than 1 %.
    """
    count = left.size
    if count < _FEWEST_FOR_LONE:
        return -1, math.nan
    other_ratio = (right.sum() - right) / (left.sum() - left)
    away = right[None, :] - other_ratio[:, None] * left[None, :]  # a row for each that is left out
    own = np.diagonal(away)
    scatter = np.sqrt((np.sum(away**2, axis=1) - own**2) / (count - 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        student = np.abs(own) / (scatter * np.sqrt(1.0 + 1.0 / (count - 1)))
    farthest = int(np.argmax(np.nan_to_num(student, posinf=np.finfo(float).max)))
    chance = 2.0 * count * float(stdtr(count - 2, -student[farthest]))
    if not chance < _LONE_CHANCE:
        return -1, math.nan
    return farthest, float(other_ratio[farthest])


@dataclass(frozen=True, eq=False, slots=True)
class _Comparison:
    """Samples of both sides, weighted."""

    grid: CommonGrid
    used: BoolArray
    weights: FloatArray
    left: Spectrum
    right: Spectrum

    def sums(self) -> tuple[float, float]:
        weight = self.weights[self.used]
        left, right = self.grid.left[self.used], self.grid.right[self.used]
        return float(np.sum(weight * left)), float(np.sum(weight * right))

    def level_error(self) -> float:
        """Return the noise of the weighted sum of the left side."""
        propagated = self._propagated("left")
        if np.isfinite(propagated) and propagated > 0:
            return propagated
        noise = noise_from_differences(self.grid.left[self.used])
        return float(np.nan_to_num(noise) * np.sqrt(np.sum(self.weights**2)))

    def error(self, *, factor: float, offset: float) -> tuple[float, float]:
        """Return the error of the weighted sum of right - factor * left, and its freedom."""
        left, right = self._propagated("left"), self._propagated("right")
        propagated = float(np.hypot(right, factor * left))
        rounding = _ROUNDING * abs(self.sums()[1])
        scatter, freedom = self._empirical(factor, offset)
        empirical = max(scatter, rounding)
        if np.isfinite(propagated) and propagated > empirical:
            return propagated, math.inf
        return empirical, freedom

    def _propagated(self, side: str) -> float:
        if self.grid.finer == side:
            spectrum = self.left if side == "left" else self.right
            return error_of_sum(
                spectrum.wave_um, good_error(spectrum), self.grid.wave_um, self.weights
            )
        error = self.grid.left_error if side == "left" else self.grid.right_error
        return float(np.sqrt(np.sum((self.weights * error)[self.used] ** 2)))

    def _empirical(self, factor: float, offset: float) -> tuple[float, float]:
        """Return the error from the scatter of the samples, and its degrees of freedom."""
        residual = np.where(self.used, self.grid.right - factor * self.grid.left - offset, 0.0)
        parts = self.weights * residual
        count = int(np.count_nonzero(self.used))
        pairs = self.used[1:] & self.used[:-1]
        variance = float(np.sum(parts**2)) * count / (count - 1)
        if variance == 0.0 or np.count_nonzero(pairs) < _MIN_PAIRS:
            return float(np.sqrt(variance)), count - 1.0
        product = float(np.mean((parts[1:] * parts[:-1])[pairs]))
        # One constant was taken out, which lowers the correlation by one over the samples.
        correlation = product * count / float(np.sum(parts**2)) + 1.0 / count
        correlation = min(max(correlation, 0.0), _MAX_CORRELATION)
        fewer = (1.0 + correlation) / (1.0 - correlation)
        # of the variance of a first-order autoregression (Bayley & Hammersley 1946)
        independent = count * (1.0 - correlation**2) / (1.0 + correlation**2)
        return float(np.sqrt(variance * fewer)), max(independent - 1.0, 1.0)


def _weights(grid: CommonGrid, used: BoolArray) -> FloatArray:
    """Return one over the smoothed variance, scaled to 1 at most; 0 where not used."""
    variance = grid.left_error**2 + grid.right_error**2
    if not np.isfinite(variance[used]).all():
        return used.astype(np.float64)
    smooth = running_median(np.nan_to_num(variance), used, _WEIGHT_WINDOW)
    return np.where(used, np.min(smooth[used]) / smooth, 0.0)


def _in_sigma(value: float, error: float, freedom: float) -> float:
    if not error > 0:
        return 0.0
    sigma = abs(value) / error
    if freedom >= _MANY:
        return sigma
    return float(-ndtri(max(float(stdtr(freedom, -sigma)), _LEAST_CHANCE)))
