"""The smooth continuum under a spectrum, found in spite of lines and bad samples."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze
from engine.errors import FitError
from engine.numerics.robust import noise_from_differences, robust_scatter, running_median
from engine.numerics.splines import Rejection, SplineFit, SplineSpace, fit_spline

_SAMPLES_PER_PARAMETER = 3  # fewer do not tell a line from the continuum
_LEAST_FOR_FEATURES = 5
_ROUNDING = 64 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False, slots=True)
class Continuum:
    """A smooth curve through a spectrum.

    Attributes
    ----------
    curve : ndarray, shape (n,)
        The continuum from the first to the last measurement. NaN beyond: nothing is
        extrapolated.
    used : ndarray of bool, shape (n,)
        Samples of the last fit; the others are lines, outliers or no measurement.
    breakpoints_um : ndarray, shape (m,)
        Interior breakpoints. Unit: um.
    n_parameters : int
        Coefficients of the curve.
    scatter : float
        Standard deviation of the used samples about the curve, with N - k degrees of freedom, in
        the unit of the flux. NaN without a degree of freedom.
    """

    curve: FloatArray
    used: BoolArray
    breakpoints_um: FloatArray
    n_parameters: int
    scatter: float


def fit_continuum(
    wave_um: FloatArray,
    flux: FloatArray,
    *,
    n_breakpoints: int,
    degree: int = 3,
    n_sigma: float = 4.0,
    line_width: int = 7,
    error: FloatArray | None = None,
) -> Continuum:
    """Fit a spline of moderate order, leaving lines and outliers out.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    flux : ndarray, shape (n,)
        Any unit. Samples that are not finite are never used.
    n_breakpoints : int
        Interior breakpoints, laid so that all pieces hold as many measurements; fewer, and a
        lower degree, when there are not three measurements for each coefficient.
    degree : int, optional
        Degree of the pieces, 1 to 5.
    n_sigma : float, optional
        Samples farther off the curve are left out. Unit: robust standard deviations.
    line_width : int, optional
        Full width of the widest line to be left out. Unit: samples.
    error : ndarray, shape (n,), optional
        How the noise changes along the spectrum; its scale does not matter. Samples where it is
        not positive are not used. By default it is the same everywhere.

    Returns
    -------
    Continuum
        The curve, and what it was fitted to.

    Raises
    ------
    FitError
        If there are fewer than two measurements.

    Notes
    -----
    The first fit leaves out what stands off a running median over three line widths, so that
    a strong line cannot bend it; then curve and selection are repeated until the selection is
    stable. Samples may come back in.
    """
    finite = np.isfinite(flux)
    count = int(np.count_nonzero(finite))
    if count < 2:
        raise FitError(f"{count} measurements have no continuum.", hint="Two or more are needed.")
    degree = max(1, min(degree, count // _SAMPLES_PER_PARAMETER - 1))
    affordable = count // _SAMPLES_PER_PARAMETER - degree - 1
    start = finite & ~_off_the_median(wave_um, flux, n_sigma=n_sigma, line_width=line_width)
    fit, breakpoints = _fit_with_fewer(
        wave_um,
        flux,
        max(0, min(n_breakpoints, affordable)),
        degree=degree,
        rejection=Rejection(below=n_sigma, above=n_sigma),
        start=start,
        error=error,
    )
    curve = fit(wave_um)
    freedom = int(np.count_nonzero(fit.used)) - fit.n_free
    squares = float(np.sum((flux - curve)[fit.used] ** 2))
    return Continuum(
        curve=freeze(curve),
        used=fit.used,
        breakpoints_um=freeze(np.array(breakpoints, dtype=np.float64)),
        n_parameters=fit.n_free,
        scatter=float(np.sqrt(squares / freedom)) if freedom > 0 else float("nan"),
    )


def find_features(
    wave_um: FloatArray, flux: FloatArray, *, n_sigma: float = 5.0, line_width: int = 7
) -> BoolArray:
    """Find samples that stand off the continuum: lines, spikes and dips.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    flux : ndarray, shape (n,)
        Any unit. NaN: no measurement, never a feature.
    n_sigma : float, optional
        Limit. Unit: robust standard deviations of the spectrum about its continuum.
    line_width : int, optional
        Full width of the widest line to be found. Unit: samples.

    Returns
    -------
    ndarray of bool, shape (n,)
        `True` on features, including the samples at their sides that still stand off by half
        the limit. None with fewer than five measurements.

    Notes
    -----
    The continuum is a spline whose pieces are four line widths long. The scatter is the larger
    of that about the spline and that of differences between samples, so that neither noise nor
    fringes count as lines.
    """
    finite = np.isfinite(flux)
    count = int(np.count_nonzero(finite))
    if count < _LEAST_FOR_FEATURES:
        return np.zeros(flux.shape, dtype=bool)
    continuum = fit_continuum(
        wave_um,
        flux,
        n_breakpoints=count // (4 * line_width),
        n_sigma=n_sigma,
        line_width=line_width,
    )
    excess = np.where(finite, flux - continuum.curve, 0.0)
    rounding = _ROUNDING * float(np.max(np.abs(flux[finite])))
    scatter = max(robust_scatter(excess[finite]), noise_from_differences(flux), rounding)
    off = np.abs(excess) / scatter if scatter > 0 else excess
    return _spread(off > n_sigma, off > 0.5 * n_sigma)


def _off_the_median(
    wave_um: FloatArray, flux: FloatArray, *, n_sigma: float, line_width: int
) -> BoolArray:
    """Return what stands off a running median over three line widths.

    A line through the spectrum is taken out first: at the ends of a slope a median is off.
    """
    finite = np.isfinite(flux)
    level = flux - _straight(wave_um, flux, finite)
    excess = level - running_median(np.nan_to_num(level), finite, 3 * line_width)
    off: BoolArray = np.abs(np.nan_to_num(excess)) > n_sigma * robust_scatter(excess)
    return off


def _spread(seeds: BoolArray, reach: BoolArray) -> BoolArray:
    """Return the runs of ``reach`` that hold a seed."""
    edges = np.diff(np.concatenate([[False], reach, [False]]).astype(np.int8))
    grown = np.zeros(seeds.shape, dtype=bool)
    for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        grown[first:last] = seeds[first:last].any()
    return grown


def _straight(wave_um: FloatArray, flux: FloatArray, finite: BoolArray) -> FloatArray:
    """Return the line through the medians of the first and the last third."""
    x, y = wave_um[finite], flux[finite]
    third = max(1, x.size // 3)
    x_low, x_high = np.median(x[:third]), np.median(x[-third:])
    y_low, y_high = np.median(y[:third]), np.median(y[-third:])
    line: FloatArray = y_low + (y_high - y_low) * (wave_um - x_low) / (x_high - x_low)
    return line


def _fit_with_fewer(
    wave_um: FloatArray,
    flux: FloatArray,
    n_breakpoints: int,
    *,
    degree: int,
    rejection: Rejection,
    start: BoolArray,
    error: FloatArray | None,
) -> tuple[SplineFit, tuple[float, ...]]:
    """Fit with as many breakpoints as the samples left by the rejection can bear."""
    measured = wave_um[np.isfinite(flux)]
    limits = (float(measured[0]), float(measured[-1]))
    inner = wave_um[start]
    while True:
        breakpoints = _even_breakpoints(inner, n_breakpoints, limits)
        space = SplineSpace(limits, breakpoints, degree)
        try:
            fit = fit_spline(wave_um, flux, space, rejection=rejection, start=start, error=error)
        except FitError:
            if n_breakpoints == 0 and degree == 1:
                raise
            n_breakpoints, degree = (
                (n_breakpoints // 2, degree) if n_breakpoints else (0, degree - 1)
            )
        else:
            return fit, breakpoints


def _even_breakpoints(
    wave_um: FloatArray, n_breakpoints: int, limits: tuple[float, float]
) -> tuple[float, ...]:
    """Return breakpoints between which lie equal numbers of samples."""
    if n_breakpoints == 0 or wave_um.size < 2:
        return ()
    quantiles = np.linspace(0.0, 1.0, n_breakpoints + 2)[1:-1]
    places = np.interp(quantiles, np.linspace(0.0, 1.0, wave_um.size), wave_um)
    inside = places[(places > limits[0]) & (places < limits[1])]
    return tuple(float(place) for place in np.unique(inside))
