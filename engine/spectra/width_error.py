"""Error of an equivalent width: correlated scatter, and the continuum under the line."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from scipy.linalg import lstsq

from engine.arrays import BoolArray, FloatArray
from engine.numerics.splines import SplineSpace
from engine.spectra.continuum import Continuum

_REACH = 8.0  # widths of the window: how far beside it the scatter is looked at
_FEWEST = 40  # samples that tell how scatter is correlated
_NAN = float("nan")


@dataclass(frozen=True, eq=False, slots=True)
class Baseline:
    """A normalized spectrum and the continuum that it was divided by. Arrays have shape (n,).

    Attributes
    ----------
    wave_um, step_um : ndarray
        Wavelengths, increasing, and width of each sample. Unit: um.
    data : ndarray
        Flux over continuum. NaN: no measurement.
    fitted : ndarray of bool
        Samples that the continuum could be fitted to: measured, and on no line.
    continuum : Continuum
        A spline through those of them that it did not reject.
    """

    wave_um: FloatArray
    step_um: FloatArray
    data: FloatArray
    fitted: BoolArray
    continuum: Continuum


def width_error(baseline: Baseline, inside: BoolArray) -> float:
    """Return the error of the integral of 1 - f over a window.

    Parameters
    ----------
    baseline : Baseline
        The spectrum; nothing inside the window was fitted.
    inside : ndarray of bool, shape (n,)
        Samples of the window.

    Returns
    -------
    float
        One standard deviation. Unit: um. NaN with fewer than 40 samples of continuum nearby.

    Notes
    -----
    A width is linear in the deviations r of all samples from the true continuum: those inside
    count with minus their step, those beside by what they pull the spline under the window. With
    these weights a the variance is sum over f of P(f) |A(f)|^2, P the power spectrum of the
    residuals beside the window, over degrees of freedom, within eight widths of it, and A that
    of the weights: white noise gives sigma^2 sum(a^2); noise that neighbors share, and fringes,
    give what they have at the scale of the window.
    """
    continuum = baseline.continuum
    used: BoolArray = continuum.used & baseline.fitted
    center, width = _extent(baseline, inside)
    near = used & (np.abs(baseline.wave_um - center) <= _REACH * width)
    count, n_used = int(np.count_nonzero(near)), int(np.count_nonzero(used))
    if count < _FEWEST or n_used <= continuum.n_parameters:
        return _NAN
    weights = _weights(baseline, inside, used)
    residual = np.where(near, baseline.data - 1.0, 0.0)
    size = 2 * residual.size
    freedom = count * (1.0 - continuum.n_parameters / n_used)
    power = np.abs(np.fft.fft(residual, size)) ** 2 / freedom
    return float(np.sqrt(np.mean(power * np.abs(np.fft.fft(weights, size)) ** 2)))


def _extent(baseline: Baseline, inside: BoolArray) -> tuple[float, float]:
    """Return middle and width of the window."""
    wave = baseline.wave_um[inside]
    return 0.5 * float(wave[0] + wave[-1]), float(wave[-1] - wave[0])


def _weights(baseline: Baseline, inside: BoolArray, used: BoolArray) -> FloatArray:
    """Return what each sample's deviation does to the width."""
    found, wave = baseline.continuum, baseline.wave_um
    limits = (float(wave[baseline.fitted][0]), float(wave[baseline.fitted][-1]))
    breakpoints = tuple(float(one) for one in found.breakpoints_um)
    degree = found.n_parameters - len(breakpoints) - 1
    knots = SplineSpace(limits, breakpoints, degree).knots()
    below = BSpline.design_matrix(wave[inside], knots, degree)
    beside = BSpline.design_matrix(wave[used], knots, degree).toarray()
    share = below.T @ (baseline.step_um[inside] / found.curve[inside])
    pull = lstsq(beside.T, share)[0]  # the least of those that move the spline so
    weights = np.zeros(wave.size)
    weights[used] = found.curve[used] * pull
    weights[inside] -= baseline.step_um[inside]
    return weights
