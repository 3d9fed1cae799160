"""Noise of a spectrum about its own smooth continuum (Law+2025, Table 1, fn. 19)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import erf

from engine.arrays import BoolArray, FloatArray, freeze
from engine.spectra.continuum import Continuum, fit_continuum

_MIN_FREEDOM = 3
_LAGS = 5  # elements: drizzling shares noise among fewer
_ROUNDS = 4  # of noise and correlation, which depend on each other
_CERTAIN = 2.0  # standard errors: a correlation below that is none
_LEAST_LEFT = 0.3  # of the elements: correlated noise cannot count for fewer


@dataclass(frozen=True, eq=False, slots=True)
class NoiseAboutSpline:
    """How much a spectrum scatters about a spline of moderate order.

    Attributes
    ----------
    signal_to_noise : float
        One over `rms`: per wavelength element. NaN when it cannot be measured.
    signal_to_noise_error : float
        Its standard error; correlated elements count for less.
    rms : float
        Standard deviation of spectrum / spline - 1, with N - k degrees of freedom for white noise,
        N - k `inflation` for correlated noise. No unit.
    correlation : float
        Correlation of neighboring elements, corrected for what the spline takes out; 0 for
        white noise. It tells how far drizzling has shared the noise out.
    correlation_error : float
        Its standard error for white noise.
    inflation : float
        1 + 2 (sum of the correlations at all distances): by how much the variance of a mean over
        many elements exceeds that of white noise. 1 when no positive correlation is certain.
    continuum : ndarray, shape (n,)
        The spline, in the unit of the flux. NaN beyond the measurements.
    used : ndarray of bool, shape (n,)
        Elements that count.
    n_used, n_parameters : int
        N and k.
    """

    signal_to_noise: float
    signal_to_noise_error: float
    rms: float
    correlation: float
    correlation_error: float
    inflation: float
    continuum: FloatArray
    used: BoolArray
    n_used: int
    n_parameters: int

    @property
    def independent_signal_to_noise(self) -> float:
        """Signal-to-noise ratio per element that a mean over many elements has.

        The rms of correlated elements understates the error of such a mean by sqrt(`inflation`).
        """
        return self.signal_to_noise / float(np.sqrt(self.inflation))


def measure_noise(
    wave_um: FloatArray,
    flux: FloatArray,
    *,
    n_breakpoints: int = 20,
    n_sigma: float = 4.0,
) -> NoiseAboutSpline:
    """Measure the signal-to-noise ratio per element from the scatter about a spline.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    flux : ndarray, shape (n,)
        Any unit. NaN: no measurement.
    n_breakpoints : int, optional
        Interior breakpoints of the spline: enough to follow features and residual fringes, few
        against the elements.
    n_sigma : float, optional
        Elements farther off the spline are left out as lines. Unit: robust standard deviations.

    Returns
    -------
    NoiseAboutSpline
        NaN in all numbers when fewer than three degrees of freedom are left.

    Raises
    ------
    FitError
        If there are fewer than two measurements.

    Notes
    -----
    Law+2025, fn. 19. rms^2 = sum((f/s - 1)^2) / (N - k), divided by the part of a Gaussian's
    variance within n_sigma, so that leaving outliers out does not improve the noise. The spline
    is fitted twice, the second time with errors in proportion to the first curve, because it is
    the relative scatter that is judged.

    A spline takes out k modes that are all smooth. White noise has one variance in each. Noise
    that drizzling correlates, r_j at a distance of j elements, has 1 + 2 sum(r_j) variances in a
    smooth mode: so much is missing from the sum of squares, and from that of products of
    neighbors, for each of the k. Variance and correlations are solved for in turn; the sum ends
    before the first distance without a certain positive correlation.
    """
    first = fit_continuum(wave_um, flux, n_breakpoints=n_breakpoints, n_sigma=n_sigma)
    continuum = fit_continuum(
        wave_um, flux, n_breakpoints=n_breakpoints, n_sigma=n_sigma, error=_relative(first.curve)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = flux / continuum.curve - 1.0
    used: BoolArray = continuum.used & np.isfinite(deviation)
    count = int(np.count_nonzero(used))
    if count - continuum.n_parameters < _MIN_FREEDOM:
        return _unmeasured(continuum, used)
    shared = _shared_noise(deviation, used, continuum.n_parameters)
    rms = float(np.sqrt(shared.variance / _variance_within(n_sigma)))
    snr = 1.0 / rms if rms > 0 else float("nan")
    # Elements that share noise count as fewer: their squares have the correlation r^2.
    independent = (count - continuum.n_parameters) / (1.0 + 2.0 * float(np.sum(shared.certain**2)))
    return NoiseAboutSpline(
        signal_to_noise=snr,
        signal_to_noise_error=snr / float(np.sqrt(2.0 * independent)),
        rms=rms,
        correlation=shared.correlation,
        correlation_error=shared.correlation_error,
        inflation=shared.inflation,
        continuum=continuum.curve,
        used=freeze(used),
        n_used=count,
        n_parameters=continuum.n_parameters,
    )


def _relative(curve: FloatArray) -> FloatArray:
    """Return errors in proportion to the flux, bounded where it nears zero."""
    size = np.abs(curve)
    typical = float(np.nanmedian(size))
    return np.maximum(np.where(np.isfinite(size), size, typical), 0.1 * typical)


@dataclass(frozen=True, eq=False, slots=True)
class _SharedNoise:
    """Variance of the elements, and how they are correlated."""

    variance: float
    correlation: float
    correlation_error: float
    certain: FloatArray
    inflation: float


def _shared_noise(deviation: FloatArray, used: BoolArray, n_parameters: int) -> _SharedNoise:
    """Solve for variance and correlations together."""
    count = int(np.count_nonzero(used))
    square = float(np.sum(deviation[used] ** 2))
    products, pairs = _products(np.where(used, deviation, 0.0), used)
    known = pairs > 0
    error = np.divide(1.0, np.sqrt(pairs), out=np.full(_LAGS, np.nan), where=known)
    inflation, certain, correlations = 1.0, np.zeros(0), np.full(_LAGS, np.nan)
    variance = square / (count - n_parameters)
    for _ in range(_ROUNDS if variance > 0 else 0):
        taken_out = n_parameters * inflation
        variance = square / max(count - taken_out, _LEAST_LEFT * count)
        missing = taken_out * variance * pairs / count
        correlations = np.divide(
            products + missing, pairs * variance, out=np.full(_LAGS, np.nan), where=known
        )
        is_certain = correlations > _CERTAIN * error
        certain = correlations[: int(np.argmin(np.append(is_certain, False)))]
        inflation = 1.0 + 2.0 * float(np.sum(certain))
    first = float(correlations[0]) if variance > 0 else 0.0
    return _SharedNoise(variance, first, float(error[0]), certain, inflation)


def _products(deviation: FloatArray, used: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return sums of products of elements 1, 2 ... apart, and how many pairs are in each."""
    lags = range(1, _LAGS + 1)
    products = [float(np.sum(deviation[lag:] * deviation[:-lag])) for lag in lags]
    pairs = [float(np.count_nonzero(used[lag:] & used[:-lag])) for lag in lags]
    return np.array(products), np.array(pairs)


def _variance_within(n_sigma: float) -> float:
    """Return the variance of a unit Gaussian cut at plus and minus ``n_sigma``."""
    density = np.exp(-0.5 * n_sigma**2) / np.sqrt(2.0 * np.pi)
    return float(1.0 - 2.0 * n_sigma * density / erf(n_sigma / np.sqrt(2.0)))


def _unmeasured(continuum: Continuum, used: BoolArray) -> NoiseAboutSpline:
    nan = float("nan")
    return NoiseAboutSpline(
        signal_to_noise=nan,
        signal_to_noise_error=nan,
        rms=nan,
        correlation=nan,
        correlation_error=nan,
        inflation=nan,
        continuum=continuum.curve,
        used=freeze(used),
        n_used=int(np.count_nonzero(used)),
        n_parameters=continuum.n_parameters,
    )
