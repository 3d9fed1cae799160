"""Flux-conserving resampling of spectra to the bins of another spectrum."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, IntArray, freeze
from engine.errors import DataError

_EDGE_TOLERANCE = 1e-9  # of a bin: edges that differ by rounding alone are the same


def bin_edges(wave_um: FloatArray) -> FloatArray:
    """Return the edges of the bins around ``wave_um``: midpoints, the outer ones mirrored.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Centers, strictly increasing, at least two. Unit: um.

    Returns
    -------
    ndarray, shape (n + 1,)
        Edges. Unit: um.

    Raises
    ------
    DataError
        If the centers do not increase or there are fewer than two.
    """
    wave_um = _checked_wave(wave_um)
    if wave_um.size < 2:
        raise DataError(
            f"{wave_um.size} wavelength has no bin width.", hint="Two or more are needed."
        )
    middle = 0.5 * (wave_um[1:] + wave_um[:-1])
    first, last = 2 * wave_um[0] - middle[0], 2 * wave_um[-1] - middle[-1]
    return freeze(np.concatenate(([first], middle, [last])))


def rebin(wave_um: FloatArray, flux: FloatArray, target_wave_um: FloatArray) -> FloatArray:
    """Average a spectrum over the bins of other wavelengths, conserving flux.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Wavelengths of the spectrum, strictly increasing; finer or coarser than the target.
        Unit: um.
    flux : ndarray, shape (n,)
        Flux density, any unit. A sample that is not finite makes the bins it touches NaN.
    target_wave_um : ndarray, shape (m,)
        Centers of the bins, strictly increasing, at least two. Unit: um.

    Returns
    -------
    ndarray, shape (m,)
        Mean flux density in each bin. NaN where a bin is not wholly between the first and the
        last wavelength of the spectrum: nothing is extrapolated.

    Raises
    ------
    DataError
        If wavelengths do not increase, or shapes differ.

    Notes
    -----
    The spectrum is taken as piecewise linear and integrated exactly over each bin; the edges of
    the bins lie midway between their centers, the outer ones mirrored.
    """
    flux = _checked_values(wave_um, flux, "flux")
    pieces = _pieces(wave_um, target_wave_um)
    return freeze(pieces.average(np.where(np.isfinite(flux), flux, np.nan)))


def rebin_with_error(
    wave_um: FloatArray, flux: FloatArray, error: FloatArray, target_wave_um: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Average a spectrum and propagate its error, samples taken as independent.

    Parameters
    ----------
    wave_um, flux, target_wave_um : ndarray
        As for `rebin`.
    error : ndarray, shape (n,)
        One standard deviation of ``flux``. One that is not finite makes the errors of the bins
        it touches NaN, not their flux.

    Returns
    -------
    flux, error : ndarray, shape (m,)
        Mean flux density in each bin, and its standard deviation. NaN as for `rebin`.

    Raises
    ------
    DataError
        If wavelengths do not increase, or shapes differ.

    Notes
    -----
    Each sample enters a bin with the weight that the exact integral gives it. Bins narrower than
    the samples share samples: their errors are right one by one, but correlated.
    """
    flux = _checked_values(wave_um, flux, "flux")
    error = _checked_values(wave_um, error, "error")
    pieces = _pieces(wave_um, target_wave_um)
    mean = pieces.average(np.where(np.isfinite(flux), flux, np.nan))
    sigma = pieces.propagate(np.where(np.isfinite(error), error, np.nan))
    sigma[np.isnan(mean)] = np.nan
    return freeze(mean), freeze(sigma)


@dataclass(frozen=True, eq=False, slots=True)
class _Pieces:
    """The stretches in which neither the segment of the source nor the target bin changes.

    Over each the source is linear, so its mean there is its value in the middle: ``left`` and
    ``right`` are the weights of the two samples around, as fractions of the bin.
    """

    bin_of: IntArray
    sample_of: IntArray
    left: FloatArray
    right: FloatArray
    is_inside: FloatArray
    n_bins: int

    def average(self, values: FloatArray) -> FloatArray:
        parts = self.left * values[self.sample_of] + self.right * values[self.sample_of + 1]
        total = np.bincount(self.bin_of, weights=parts, minlength=self.n_bins)
        result: FloatArray = total + self.is_inside
        return result

    def propagate(self, sigma: FloatArray) -> FloatArray:
        # A sample reaches a bin from the pieces on both its sides: add weights before squaring.
        n_samples = sigma.size
        key = np.concatenate(
            [self.bin_of * n_samples + self.sample_of, self.bin_of * n_samples + self.sample_of + 1]
        )
        unique, where = np.unique(key, return_inverse=True)
        weight = np.bincount(where, weights=np.concatenate([self.left, self.right]))
        touched = weight > 0
        variance = np.bincount(
            unique[touched] // n_samples,
            weights=(weight[touched] * sigma[unique[touched] % n_samples]) ** 2,
            minlength=self.n_bins,
        )
        result: FloatArray = np.sqrt(variance) + self.is_inside
        return result


def _pieces(wave_um: FloatArray, target_wave_um: FloatArray) -> _Pieces:
    """Cut the wavelengths where a source sample or a bin edge lies."""
    wave_um = _checked_wave(wave_um)
    edges = bin_edges(target_wave_um)
    width = np.diff(edges)
    n_bins = width.size
    if wave_um.size < 2:
        no_piece, no_weight = np.zeros(0, dtype=np.int64), np.zeros(0)
        outside = np.full(n_bins, np.nan)
        return _Pieces(no_piece, no_piece, no_weight, no_weight, outside, n_bins)
    slack = _EDGE_TOLERANCE * width
    inside = (edges[:-1] >= wave_um[0] - slack) & (edges[1:] <= wave_um[-1] + slack)
    cuts = np.unique(np.concatenate([wave_um, edges]))
    cuts = cuts[(cuts >= max(wave_um[0], edges[0])) & (cuts <= min(wave_um[-1], edges[-1]))]
    length, middle = np.diff(cuts), 0.5 * (cuts[1:] + cuts[:-1])
    sample_of = np.clip(np.searchsorted(wave_um, middle, side="right") - 1, 0, wave_um.size - 2)
    bin_of = np.clip(np.searchsorted(edges, middle, side="right") - 1, 0, n_bins - 1)
    step = wave_um[sample_of + 1] - wave_um[sample_of]
    rightward = (middle - wave_um[sample_of]) / step
    fraction = length / width[bin_of]
    return _Pieces(
        bin_of=bin_of,
        sample_of=sample_of,
        left=fraction * (1.0 - rightward),
        right=fraction * rightward,
        is_inside=np.where(inside, 0.0, np.nan),
        n_bins=n_bins,
    )


def _checked_wave(wave_um: FloatArray) -> FloatArray:
    wave_um = np.asarray(wave_um, dtype=np.float64)
    if not np.isfinite(wave_um).all():
        raise DataError(
            f"{np.count_nonzero(~np.isfinite(wave_um))} wavelengths are not numbers.",
            hint="Remove these samples.",
        )
    falls = np.flatnonzero(np.diff(wave_um) <= 0)
    if falls.size:
        at = int(falls[0])
        raise DataError(
            f"Wavelengths must increase, but {wave_um[at + 1]:.6g} follows {wave_um[at]:.6g}.",
            hint="Sort the spectrum and merge repeated wavelengths.",
        )
    return wave_um


def _checked_values(wave_um: FloatArray, values: FloatArray, name: str) -> FloatArray:
    values = np.asarray(values, dtype=np.float64)
    if values.shape != np.shape(wave_um):
        raise DataError(
            f"The {name} has {values.size} samples but there are {np.size(wave_um)} wavelengths."
        )
    return values
