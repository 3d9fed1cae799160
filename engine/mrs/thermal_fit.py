"""The least-squares problem of a thermal spectrum whose bands have levels of their own."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import chi2 as chi2_distribution

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.errors import FitError
from engine.numerics.blackbody import planck_log_slope_per_k, planck_mjy_sr
from engine.numerics.robust import scatter_about_zero

Reflected = Literal["fitted", "none"]

SUN_K = 5772.0  #: effective temperature of the Sun (IAU 2015 Resolution B3)
_NOMINAL_K = 200.0
_AT_UM = np.array(5.0)
_START_K = np.geomspace(60.0, 800.0, 90)
_START_REFLECTED = (0.0, 0.2, 0.5, 1.0, 2.0, 5.0)
_START_BLOCKS = 40
_MOST_STEPS = 60
_CONVERGED = 1e-9
_BLOCKS_PER_BAND = 25
_FEWEST_IN_BLOCK = 8
_CHANCE = 1e-3  # below it the errors of a band are raised


@dataclass(frozen=True, eq=False, slots=True)
class ThermalSamples:
    """Samples of several bands. All arrays have the shape (n,).

    Attributes
    ----------
    wave_um, flux_jy, error_jy : ndarray
        Finite; errors above zero.
    band : ndarray of int
        Number of the band, 0 to ``n_bands - 1``.
    n_bands : int
        Number of bands.
    """

    wave_um: FloatArray
    flux_jy: FloatArray
    error_jy: FloatArray
    band: IntArray
    n_bands: int

    def only(self, keep: BoolArray) -> "ThermalSamples":
        """Return some of the samples."""
        return replace(
            self,
            wave_um=self.wave_um[keep],
            flux_jy=self.flux_jy[keep],
            error_jy=self.error_jy[keep],
            band=self.band[keep],
        )

    def with_errors_raised(self, factors: FloatArray) -> "ThermalSamples":
        """Return the samples with the errors of each band multiplied."""
        return replace(self, error_jy=self.error_jy * factors[self.band])


@dataclass(frozen=True, eq=False, slots=True)
class ThermalFit:
    """What was fitted: temperature, reflected share, and one level a band.

    Attributes
    ----------
    temperature_k : float
        Unit: K.
    reflected : float
        Reflected sunlight over the thermal flux of a body of 200 K, at 5 um; 0: not fitted.
    levels : ndarray, shape (n_bands,)
        Flux over `thermal_shape`. Unit: Jy.
    covariance : ndarray, shape (2 + n_bands, 2 + n_bands)
        Of temperature, reflected share and the natural logarithms of the levels; zero for a
        share that was not fitted.
    chi2 : float
        Of the samples.
    """

    temperature_k: float
    reflected: float
    levels: FloatArray
    covariance: FloatArray
    chi2: float


def thermal_shape(wave_um: FloatArray, temperature_k: float, reflected: float) -> FloatArray:
    """Return thermal emission and reflected sunlight, in units of a 200 K body at 5 um.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.
    temperature_k : float
        Of the body. Unit: K.
    reflected : float
        As in `ThermalFit`.
    """
    unit = float(planck_mjy_sr(_AT_UM, _NOMINAL_K))
    thermal: FloatArray = planck_mjy_sr(wave_um, temperature_k) / unit
    return thermal + reflected * _sunlight(wave_um) if reflected else thermal


def shape_gradient(wave_um: FloatArray, temperature_k: float, reflected: float) -> FloatArray:
    """Return the derivatives of ln `thermal_shape`, shape (2, n): by temperature, by share."""
    thermal = thermal_shape(wave_um, temperature_k, 0.0)
    sunlight = _sunlight(wave_um)
    whole = thermal + reflected * sunlight
    slope = planck_log_slope_per_k(wave_um, temperature_k)
    return np.array([thermal * slope / whole, sunlight / whole])


def _sunlight(wave_um: FloatArray) -> FloatArray:
    sunlight: FloatArray = planck_mjy_sr(wave_um, SUN_K) / float(planck_mjy_sr(_AT_UM, SUN_K))
    return sunlight


def fit_thermal(
    samples: ThermalSamples, *, reflected: Reflected, start: ThermalFit | None = None
) -> ThermalFit:
    """Fit temperature, reflected share and the levels of all bands together.

    Parameters
    ----------
    samples : ThermalSamples
        At least two in each band.
    reflected : {"fitted", "none"}
        Whether sunlight is among the parameters.
    start : ThermalFit, optional
        A fit of nearly the same samples; by default the best of a grid of temperatures.

    Returns
    -------
    ThermalFit
        At the minimum of chi2.

    Raises
    ------
    FitError
        If the samples do not determine the parameters.

    Notes
    -----
    Gauss-Newton with exact derivatives; the levels, which are linear, are solved for at each step.
    """
    n_shape = 2 if reflected == "fitted" else 1
    shape = _start(samples, reflected) if start is None else _shape_of(start)
    shape = shape[:n_shape]
    levels, chi2 = _levels(samples, shape)
    for _ in range(_MOST_STEPS):
        step = _step(samples, shape, levels)[:n_shape]
        tried, best, lowest = shape, levels, chi2
        for _half in range(12):
            tried = shape + step
            if 10.0 < tried[0] < 3000.0:
                best, lowest = _levels(samples, tried)
                if lowest <= chi2 * (1.0 + 1e-12):
                    break
            step = 0.5 * step
        moved = abs(step[0]) / shape[0] + (abs(step[1]) if n_shape == 2 else 0.0)
        if lowest <= chi2 * (1.0 + 1e-12):
            shape, levels, chi2 = tried, best, lowest
        if moved < _CONVERGED:
            break
    covariance = _covariance(samples, shape, levels)
    share = float(shape[1]) if n_shape == 2 else 0.0
    return ThermalFit(float(shape[0]), share, levels, covariance, chi2)


def _shape_of(fit: ThermalFit) -> FloatArray:
    return np.array([fit.temperature_k, fit.reflected])


def _model(samples: ThermalSamples, shape: FloatArray) -> FloatArray:
    return thermal_shape(samples.wave_um, float(shape[0]), float(shape[1]) if shape.size > 1 else 0)


def _levels(samples: ThermalSamples, shape: FloatArray) -> tuple[FloatArray, float]:
    """Return the best level of each band for a given shape, and chi2."""
    model = _model(samples, shape)
    weight = samples.error_jy**-2.0
    over = np.bincount(samples.band, weight * model * samples.flux_jy, samples.n_bands)
    under = np.bincount(samples.band, weight * model**2, samples.n_bands)
    levels = over / under
    residual = samples.flux_jy - levels[samples.band] * model
    return levels, float(np.sum(weight * residual**2))


def _jacobian(samples: ThermalSamples, shape: FloatArray, levels: FloatArray) -> FloatArray:
    """Return d (model / error), shape (n, shape.size + n_bands), by shape and ln levels."""
    share = float(shape[1]) if shape.size > 1 else 0.0
    model = levels[samples.band] * _model(samples, shape) / samples.error_jy
    gradient = shape_gradient(samples.wave_um, float(shape[0]), share)[: shape.size]
    jacobian = np.zeros((model.size, shape.size + samples.n_bands))
    jacobian[:, : shape.size] = (gradient * model).T
    jacobian[np.arange(model.size), shape.size + samples.band] = model
    return jacobian


def _step(samples: ThermalSamples, shape: FloatArray, levels: FloatArray) -> FloatArray:
    jacobian = _jacobian(samples, shape, levels)
    model = levels[samples.band] * _model(samples, shape)
    residual = (samples.flux_jy - model) / samples.error_jy
    scale = np.sqrt(np.sum(jacobian**2, axis=0))
    if not np.all(scale > 0):
        raise FitError("The fluxes of a band are zero: it has no level.", hint="Leave it out.")
    matrix = (jacobian / scale).T @ (jacobian / scale)
    solved = np.linalg.lstsq(matrix, (jacobian / scale).T @ residual, rcond=1e-13)[0]
    step: FloatArray = solved / scale
    return step


def _covariance(samples: ThermalSamples, shape: FloatArray, levels: FloatArray) -> FloatArray:
    jacobian = _jacobian(samples, shape, levels)
    scale = np.sqrt(np.sum(jacobian**2, axis=0))
    matrix = (jacobian / scale).T @ (jacobian / scale)
    if np.linalg.cond(matrix) > 1e13:
        raise FitError(
            "The samples do not determine the temperature apart from the levels of the bands.",
            hint="Widen the fit range, or add bands.",
        )
    inverse = np.linalg.inv(matrix) / np.outer(scale, scale)
    n_parameters = 2 + samples.n_bands
    at = np.r_[np.arange(shape.size), np.arange(2, n_parameters)]
    covariance = np.zeros((n_parameters, n_parameters))
    covariance[np.ix_(at, at)] = inverse
    return covariance


def _start(samples: ThermalSamples, reflected: Reflected) -> FloatArray:
    """Return the best of a grid, on medians of blocks: outliers must not choose the valley."""
    blocks = _medians(samples)
    shares = _START_REFLECTED if reflected == "fitted" else (0.0,)
    best = np.array([_NOMINAL_K, 0.0])
    lowest = np.inf
    for temperature in _START_K:
        for share in shares:
            shape = np.array([temperature, share])
            levels, chi2 = _levels(blocks, shape)
            if chi2 < lowest and np.all(levels > 0):
                best, lowest = shape, chi2
    return best


def _medians(samples: ThermalSamples) -> ThermalSamples:
    pieces = [
        block
        for band in range(samples.n_bands)
        for block in np.array_split(np.flatnonzero(samples.band == band), _START_BLOCKS)
        if block.size
    ]

    def medians(values: FloatArray) -> FloatArray:
        return np.array([np.median(values[block]) for block in pieces])

    return ThermalSamples(
        wave_um=medians(samples.wave_um),
        flux_jy=medians(samples.flux_jy),
        error_jy=medians(samples.error_jy),
        band=np.array([samples.band[block[0]] for block in pieces]),
        n_bands=samples.n_bands,
    )


def deviations(samples: ThermalSamples, fit: ThermalFit) -> FloatArray:
    """Return (flux - fit) / error, shape (n,)."""
    shape = thermal_shape(samples.wave_um, fit.temperature_k, fit.reflected)
    return (samples.flux_jy - fit.levels[samples.band] * shape) / samples.error_jy


def temperature_shift_k(
    samples: ThermalSamples, fit: ThermalFit, band: int, relative: FloatArray
) -> float:
    """Return by how much the temperature moves when one band is tilted.

    Parameters
    ----------
    samples : ThermalSamples
        Those in use.
    fit : ThermalFit
        The fit of them.
    band : int
        Number of the band.
    relative : ndarray, shape (n,)
        Relative size of the tilt at each sample: the flux falls by it at one end of the band and
        rises by it at the other.

    Notes
    -----
    To first order: covariance x (model gradient) . tilt / error^2.
    """
    shape = np.array([fit.temperature_k, fit.reflected])
    jacobian = _jacobian(samples, shape, fit.levels)
    own = samples.band == band
    wave = samples.wave_um[own]
    span = float(np.ptp(wave)) or 1.0
    tilt = np.zeros(samples.wave_um.size)
    model = fit.levels[band] * thermal_shape(wave, fit.temperature_k, fit.reflected)
    tilt[own] = relative[own] * model * 2.0 * (wave - wave.mean()) / span
    return float(fit.covariance[0] @ (jacobian.T @ (tilt / samples.error_jy)))


def outliers(samples: ThermalSamples, deviation: FloatArray, n_sigma: float) -> BoolArray:
    """Return which samples stand off the fit, measured by the scatter of their band."""
    scatter = np.array(
        [scatter_about_zero(deviation[samples.band == band]) for band in range(samples.n_bands)]
    )
    limit = n_sigma * np.maximum(np.nan_to_num(scatter, nan=1.0), 1e-12)
    off: BoolArray = np.abs(deviation) > limit[samples.band]
    return off


def raised_errors(samples: ThermalSamples, deviation: FloatArray) -> FloatArray:
    """Return by what factor the errors of each band are too small for its slow residuals.

    Parameters
    ----------
    samples : ThermalSamples
        Those in use.
    deviation : ndarray, shape (n,)
        As from `deviations`.

    Returns
    -------
    ndarray, shape (n_bands,)
        1 where chance alone explains the residuals.

    Notes
    -----
    Means of up to 25 blocks: residual fringes and errors of the calibration vector, which are
    slow, show there and not from sample to sample.
    """
    factors = np.ones(samples.n_bands)
    for band in range(samples.n_bands):
        own = deviation[samples.band == band]
        n_blocks = min(_BLOCKS_PER_BAND, own.size // _FEWEST_IN_BLOCK)
        if n_blocks < 4:
            continue
        blocks = np.array_split(own, n_blocks)
        chi2 = float(sum(block.sum() ** 2 / block.size for block in blocks))
        freedom = n_blocks - 2
        if chi2_distribution.sf(chi2, freedom) < _CHANCE:
            factors[band] = np.sqrt(chi2 / freedom)
    return factors
