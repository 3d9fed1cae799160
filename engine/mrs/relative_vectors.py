"""Vectors of stars brought onto the wavelengths of the reference star's, and their mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.model.vector import CalibrationVector
from engine.mrs.combination_params import StarVector
from engine.spectra.overlaps import interpolate_inside

_FEWEST_SHARED = 3


@dataclass(frozen=True, eq=False, slots=True)
class BandStars:
    """All stars of one band, on the wavelengths of the reference star's vector.

    Attributes
    ----------
    band : str
        ``"1A"``.
    reference : int
        Row of the reference star.
    vectors : tuple of StarVector
        One a row, m in all.
    ratio, noise : ndarray, shape (m, n)
        Star over reference star, and the relative statistical error of the star alone.
    weight : ndarray, shape (m,)
        0 for what is left out.
    is_compared : ndarray of bool, shape (n,)
        Where all stars with a weight have a value.
    systematic : ndarray, shape (m, n)
        Relative systematic error of each star's vector. NaN: not known.
    """

    band: str
    reference: int
    vectors: tuple[StarVector, ...]
    ratio: FloatArray
    noise: FloatArray
    weight: FloatArray
    is_compared: BoolArray
    systematic: FloatArray

    @property
    def carrier(self) -> CalibrationVector:
        """The vector of the reference star."""
        return self.vectors[self.reference].vector

    @property
    def is_in_mean(self) -> BoolArray:
        """Rows that have a weight and a value somewhere."""
        has_value: BoolArray = (self.weight > 0) & np.isfinite(self.ratio).any(axis=1)
        return has_value

    @property
    def is_shared(self) -> BoolArray:
        """Samples where all stars of the mean have a value."""
        known: BoolArray = np.isfinite(self.ratio[self.is_in_mean])
        shared: BoolArray = np.logical_and.reduce(known, axis=0) & bool(known.size)
        return shared

    @property
    def n_free(self) -> FloatArray:
        """Independent values of each row."""
        return np.array([max(one.n_free, 1) for one in self.vectors], dtype=np.float64)

    def ratio_error(self) -> FloatArray:
        """Return the statistical error of each ratio: none for the reference star's own."""
        error: FloatArray = self.ratio * np.hypot(self.noise, self.noise[self.reference])
        error[self.reference] = np.where(np.isfinite(self.ratio[self.reference]), 0.0, np.nan)
        return error

    def levels(self) -> FloatArray:
        """Return the mean ratio of each row over the compared samples; NaN where it ends."""
        return (
            self.ratio[:, self.is_compared].mean(axis=1) if self.is_compared.any() else _none(self)
        )

    def level_noise(self) -> FloatArray:
        """Return the statistical error of the mean of each row, relative, of the star alone.

        The mean over a spline of n_free coefficients has 1 / n_free of the mean variance of its
        samples, because a constant is itself such a spline.
        """
        if not self.is_compared.any():
            return _none(self)
        variance = np.mean(self.noise[:, self.is_compared] ** 2, axis=1)
        noise: FloatArray = np.sqrt(variance / self.n_free)
        return np.where(np.isfinite(noise), noise, 0.0)

    def level_errors(self) -> FloatArray:
        """Return the statistical error of each row's level."""
        noise, levels = self.level_noise(), self.levels()
        errors: FloatArray = levels * np.hypot(noise, noise[self.reference])
        errors[self.reference] = 0.0
        return errors

    def level_systematics(self) -> FloatArray:
        """Return the relative systematic error of each row's level; NaN: not known.

        What an aperture or a model does to one sample, it does to its neighbors: the mean of a
        systematic error is not smaller for the number of samples.
        """
        rows = self.systematic[:, self.is_compared]
        known = np.isfinite(rows)
        count = known.sum(axis=1)
        total = np.where(known, rows, 0.0).sum(axis=1)
        known_mean: FloatArray = np.divide(
            total, count, out=np.full(count.size, np.nan), where=count > 0
        )
        return known_mean

    def mean(self) -> tuple[FloatArray, FloatArray]:
        """Return the weighted mean of the ratios and its error from their scatter.

        NaN where a star of the mean has no value: a mean of the others would step there, at the
        last of them to the 1 of the reference star, which is no measurement.
        """
        known = np.isfinite(self.ratio) & self.is_shared
        weight = self.weight[:, None] * known
        total = weight.sum(axis=0)
        ratio = np.where(known, self.ratio, 0.0)
        some = total > 0
        mean = np.divide((weight * ratio).sum(axis=0), total, out=_nan(total), where=some)
        return mean, _error_of_mean(ratio - np.where(some, mean, 0.0), weight, total)

    def mean_level(self) -> tuple[float, float]:
        """Return the mean over stars of the levels, and its error by their noise alone.

        The noise of the reference star is in all ratios: with weights w that add up to 1 it
        counts (mean - w) times.
        """
        share = np.where(self.is_in_mean, self.weight, 0.0)
        share = share / share.sum() if share.sum() > 0 else share
        noise, levels = self.level_noise(), np.nan_to_num(self.levels())
        mean = float(np.sum(share * levels))
        terms = share * levels * noise
        terms[self.reference] = (mean - share[self.reference]) * noise[self.reference]
        return mean, float(np.sqrt(np.sum(terms**2)))


def band_stars(
    band: str,
    vectors: Sequence[StarVector],
    reference: int,
    weight: FloatArray,
    *,
    max_wave_um: float,
) -> BandStars:
    """Bring the vectors of a band onto the wavelengths of the reference star's."""
    carrier = vectors[reference].vector
    wave = carrier.wave_um
    values = np.array([_on(one.vector, one.vector.value, wave) for one in vectors])
    errors = np.array([_on(one.vector, one.vector.stat_error, wave) for one in vectors])
    wide = np.array([_on(one.vector, one.vector.sys_error, wave) for one in vectors])
    usable = np.isfinite(values) & (values > 0)
    values = np.where(usable, values, np.nan)
    ratio = values / values[reference]
    noise = np.where(np.isfinite(errors), errors, 0.0) / values
    shared = np.isfinite(ratio[(weight > 0) & np.isfinite(ratio).any(axis=1)])
    compared = np.isfinite(ratio[reference]) & (wave <= max_wave_um)
    compared &= shared.all(axis=0) & bool(shared.size)
    if np.count_nonzero(compared) < _FEWEST_SHARED:
        compared[:] = False
    return BandStars(
        band, reference, tuple(vectors), ratio, noise, weight, compared, np.abs(wide / values)
    )


def _on(vector: CalibrationVector, values: FloatArray, wave_um: FloatArray) -> FloatArray:
    if vector.wave_um is wave_um or np.array_equal(vector.wave_um, wave_um):
        return values
    return interpolate_inside(vector.wave_um, values, wave_um)


def _error_of_mean(deviation: FloatArray, weight: FloatArray, total: FloatArray) -> FloatArray:
    """Return the standard deviation of a weighted mean from the scatter, with N - 1."""
    count = np.count_nonzero(weight > 0, axis=0)
    square = np.sum(weight**2 * deviation**2, axis=0)
    enough = (count > 1) & (total > 0)
    factor = np.divide(count, count - 1, out=_nan(total), where=count > 1)
    variance = np.divide(square * factor, total**2, out=_nan(total), where=enough)
    error: FloatArray = np.sqrt(variance)
    return error


def _nan(like: FloatArray) -> FloatArray:
    return np.full(like.shape, np.nan)


def _none(stars: BandStars) -> FloatArray:
    return np.full(stars.weight.size, np.nan)
