"""Noise of a spectrum about its own smooth continuum (Law+2025, Table 1, fn. 19)."""

from dataclasses import dataclass

import numpy as np
from scipy.special import erf

from engine.arrays import BoolArray, FloatArray, freeze
from engine.spectra.continuum import Continuum, fit_continuum

_MIN_FREEDOM = 3


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
        Standard deviation of spectrum / spline - 1, with N - k degrees of freedom. No unit.
    correlation : float
        Correlation of neighboring elements, corrected for what the spline takes out; 0 for
        white noise. It tells how far drizzling has shared the noise out.
    correlation_error : float
        Its standard error for white noise.
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
    continuum: FloatArray
    used: BoolArray
    n_used: int
    n_parameters: int

    @property
    def independent_signal_to_noise(self) -> float:
        """Signal-to-noise ratio of an element if neighbors were averaged and had nothing in common.

        The rms of correlated elements understates the error of a mean over many of them by
        sqrt((1 + r) / (1 - r)).
        """
        shared = min(max(self.correlation, 0.0), 0.95)
        return self.signal_to_noise * float(np.sqrt((1.0 - shared) / (1.0 + shared)))


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
    the relative scatter that is judged. It takes k modes out of white noise that are all smooth:
    this lowers the sum of products of neighbors by k variances, which the correlation puts back.
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
    variance = float(np.sum(deviation[used] ** 2)) / (count - continuum.n_parameters)
    correlation, pairs = _neighbor_correlation(deviation, used, continuum.n_parameters, variance)
    rms = float(np.sqrt(variance / _variance_within(n_sigma)))
    snr = 1.0 / rms if rms > 0 else float("nan")
    # Elements that share noise count as fewer: their squares have the correlation r^2.
    independent = (count - continuum.n_parameters) / (1.0 + 2.0 * correlation**2)
    return NoiseAboutSpline(
        signal_to_noise=snr,
        signal_to_noise_error=snr / float(np.sqrt(2.0 * independent)),
        rms=rms,
        correlation=correlation,
        correlation_error=1.0 / float(np.sqrt(pairs)) if pairs else float("nan"),
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


def _neighbor_correlation(
    deviation: FloatArray, used: BoolArray, n_parameters: int, variance: float
) -> tuple[float, int]:
    pairs = used[1:] & used[:-1]
    count = int(np.count_nonzero(pairs))
    if not count or not variance > 0:
        return float("nan") if not count else 0.0, count
    products = float(np.sum((deviation[1:] * deviation[:-1])[pairs]))
    taken_out = n_parameters * variance * count / int(np.count_nonzero(used))
    return (products + taken_out) / (count * variance), count


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
        continuum=continuum.curve,
        used=freeze(used),
        n_used=int(np.count_nonzero(used)),
        n_parameters=continuum.n_parameters,
    )
