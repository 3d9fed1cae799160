"""Tests of engine.numerics.correlated_noise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.ndimage import uniform_filter1d

from engine.numerics.correlated_noise import curve_covariance, local_scatter, noise_power
from engine.numerics.splines import SplineSpace, fit_spline

X = np.linspace(7.5, 8.8, 1000)
SPACE = SplineSpace((7.5, 8.8), tuple(np.linspace(7.5, 8.8, 10)[1:-1]))
ERROR = np.full(X.size, 0.01)


def white(rng):
    return rng.normal(0, 0.01, X.size)


def drizzled(rng):
    """Noise whose neighbors share half of what they measure."""
    raw = rng.normal(0, 0.01, X.size + 2)
    return (0.5 * raw[:-2] + raw[1:-1] + 0.5 * raw[2:]) / np.sqrt(1.5)


def widening(rng):
    return rng.normal(0, 1.0, X.size) * np.linspace(0.005, 0.02, X.size)


@pytest.mark.parametrize("noise", [white, drizzled, widening])
def test_the_error_of_the_curve_is_its_scatter_over_many_draws(noise):
    rng = np.random.default_rng(11)
    curves, variances = [], []
    for _ in range(150):
        y = 1.0 + noise(rng)
        fit = fit_spline(X, y, SPACE, error=ERROR)
        curves.append(fit(X))
        covariance = curve_covariance(fit, X, y, ERROR, np.ones(X.size))
        variances.append(fit.variance(X, covariance))

    stated = np.sqrt(np.mean(variances, axis=0))
    scatter = np.std(curves, axis=0)
    smooth = slice(100, -100)
    ratio = uniform_filter1d(stated / scatter, 200)[smooth]
    assert_allclose(ratio, 1.0, atol=0.13)


def test_errors_wrong_by_a_factor_change_nothing(rng):
    y = 1.0 + white(rng)

    right, wrong = (
        curve_covariance(
            fit_spline(X, y, SPACE, error=scale * ERROR), X, y, scale * ERROR, np.ones(X.size)
        )
        for scale in (1.0, 0.2)
    )

    assert_allclose(wrong, right, rtol=1e-9)


def test_fringes_far_from_the_breakpoints_hardly_widen_the_band(rng):
    y = 1.0 + white(rng)
    fringes = 0.02 * np.sin(2 * np.pi * 1e4 / X / 2.9)

    plain, fringed = (
        curve_covariance(fit_spline(X, v, SPACE, error=ERROR), X, v, ERROR, np.ones(X.size))
        for v in (y, y + fringes)
    )

    ratio = np.sqrt(np.trace(fringed) / np.trace(plain))
    assert ratio == pytest.approx(1.0, abs=0.35)  # their power is 3 times that of the noise


def test_white_noise_has_power_one(rng):
    used = np.ones(100_000, dtype=bool)

    power, _ = noise_power(rng.normal(size=used.size), used, 20, periodic=np.zeros(used.size))

    assert power.mean() == pytest.approx(1.0, rel=0.02)
    assert power[0] == pytest.approx(1.0, rel=0.06)


def test_the_local_scatter_follows_the_noise(rng):
    along = np.linspace(1.0, 3.0, 5000)
    used = rng.random(5000) > 0.1
    deviation = np.where(used, along * rng.normal(size=5000), 1e9)

    assert_allclose(local_scatter(deviation, used), along, rtol=0.2)
