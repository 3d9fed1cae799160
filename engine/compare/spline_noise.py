"""The noise of a spectrum about a spline through itself, sample by sample (Law+2025, fn. 19)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import erf

from engine.arrays import BoolArray, FloatArray, freeze
from engine.compare.noise_bins import neighbor_correlation
from engine.errors import FitError
from engine.model.spectrum import Spectrum
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN, running_median
from engine.spectra.continuum import Continuum, fit_continuum
from engine.spectra.overlaps import good_error, good_flux

_LOCAL_WINDOW = 101  # samples over which the noise is taken as constant when lines are found
_N_SIGMA = 4.0
_FEWEST_DEGREES = 3
_INSIDE = float(
    1.0 - 2.0 * _N_SIGMA * np.exp(-0.5 * _N_SIGMA**2) / np.sqrt(2 * np.pi) / erf(_N_SIGMA / 2**0.5)
)  # variance of a unit Gaussian cut at n sigma


@dataclass(frozen=True, eq=False, slots=True)
class SplineNoise:
    """What one spectrum says of its own noise, at its own n samples.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.
    residual, level : ndarray, shape (n,)
        Flux minus spline, and the spline, in the unit of the flux. NaN: not used.
    error : ndarray, shape (n,)
        What the spectrum states. NaN: not used, or not stated.
    used : ndarray of bool, shape (n,)
        Samples that are measured and hold no line.
    variance_part : float
        Mean square of residuals over the variance of the noise: what the spline takes out, and
        what lies beyond the limit of lines.
    correlation : float
        Of neighboring samples, 0 to 1.
    """

    wave_um: FloatArray
    residual: FloatArray
    level: FloatArray
    error: FloatArray
    used: BoolArray
    variance_part: float
    correlation: float

    @property
    def shared(self) -> float:
        """By how much squares of correlated samples count less than independent ones."""
        return 1.0 + 2.0 * self.correlation**2


def measure_spline_noise(spectrum: Spectrum, *, n_breakpoints: int) -> SplineNoise | None:
    """Compare a spectrum with a spline through itself.

    Parameters
    ----------
    spectrum : Spectrum
        In any unit; flagged samples do not count.
    n_breakpoints : int
        Interior breakpoints, fewer when there are not three samples for each coefficient.

    Returns
    -------
    SplineNoise or None
        `None` when there are too few samples for a spline.

    Notes
    -----
    As `engine.spectra.noise.measure_noise`, but lines are told from noise that changes along the
    band: the limit of four sigma follows the running median of the residuals over 101 samples.
    """
    flux = good_flux(spectrum)
    try:
        first = fit_continuum(spectrum.wave_um, flux, n_breakpoints=n_breakpoints)
        scale = _local_scale(flux - first.curve)
        found = fit_continuum(spectrum.wave_um, flux, n_breakpoints=n_breakpoints, error=scale)
    except FitError:
        return None
    used: BoolArray = found.used & np.isfinite(flux - found.curve)
    count = int(np.count_nonzero(used))
    if count - found.n_parameters < _FEWEST_DEGREES:
        return None
    residual = np.where(used, flux - found.curve, np.nan)
    return SplineNoise(
        wave_um=spectrum.wave_um,
        residual=freeze(residual),
        level=freeze(np.where(used, found.curve, np.nan)),
        error=freeze(np.where(used, good_error(spectrum), np.nan)),
        used=freeze(used),
        variance_part=_INSIDE * (count - found.n_parameters) / count,
        correlation=_correlation(residual / scale, found, count),
    )


def _local_scale(residual: FloatArray) -> FloatArray:
    """Return the scatter along the spectrum; nowhere less than a hundredth of the typical one."""
    finite = np.isfinite(residual)
    size = np.nan_to_num(np.abs(residual))
    scale = GAUSSIAN_PER_MEDIAN * running_median(size, finite, _LOCAL_WINDOW)
    least = 0.01 * float(np.median(scale[finite])) if finite.any() else 0.0
    return np.maximum(scale, least) if least > 0 else np.ones(residual.size)


def _correlation(deviation: FloatArray, found: Continuum, count: int) -> float:
    """Return the correlation of neighbors with what the spline takes out put back."""
    seen = neighbor_correlation(deviation[None, :])
    taken = found.n_parameters / count
    return float(np.clip(seen * (1.0 - taken) + taken, 0.0, 1.0)) if seen > 0 else 0.0
