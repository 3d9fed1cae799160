"""Tests of engine.numerics.background_spline."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import make_lsq_spline

from engine.numerics.background_spline import BackgroundSpline, bisquare, fit_background

X = np.sort(np.concatenate([np.linspace(-50.0, 50.0, 300), np.linspace(-49.0, 20.3, 100)]))
SPLINE = BackgroundSpline(X, spacing=4.0, degree=2)


def test_a_polynomial_of_its_degree_is_followed():
    parabola = 9.0 + 0.02 * X - 0.001 * X**2

    smooth = SPLINE.weighted(np.ones(X.size)).smooth(parabola)

    assert_allclose(smooth, parabola, rtol=1e-6)


def test_the_fit_is_that_of_scipy_on_the_same_knots(rng):
    values, weight = rng.normal(5.0, 1.0, X.size), rng.uniform(0.5, 2.0, X.size)
    edges = np.linspace(X[0], X[-1], 26)
    knots = np.concatenate([[X[0]] * 2, edges, [X[-1]] * 2])

    smooth = SPLINE.weighted(weight).smooth(values)

    expected = make_lsq_spline(X, values, knots, k=2, w=np.sqrt(weight))(X)
    assert_allclose(smooth, expected, rtol=1e-5)


@pytest.mark.parametrize("degree", [1, 2, 3])
def test_columns_are_smoothed_like_single_curves(degree, rng):
    spline = BackgroundSpline(X, spacing=3.0, degree=degree)
    fit = spline.weighted(rng.uniform(0.5, 2.0, X.size))
    columns = rng.normal(size=(X.size, 3))

    together = fit.smooth(columns)

    for number in range(3):
        assert_allclose(together[:, number], fit.smooth(columns[:, number]), atol=1e-12)


def test_what_is_left_of_a_curve_and_its_smooth_part_make_the_curve(rng):
    values = rng.normal(size=X.size)
    fit = SPLINE.weighted(np.ones(X.size))

    assert_allclose(fit.smooth(values) + fit.remainder(values), values, atol=1e-12)
    assert_allclose(fit.smooth(fit.remainder(values)), 0.0, atol=1e-5)


def test_a_gap_of_many_pieces_is_bridged_by_a_straight_line():
    weight = np.where(np.abs(X) < 12.0, 0.0, 1.0)
    line = 7.0 + 0.3 * X
    spiked = np.where(weight > 0, line, 1e6)

    smooth = SPLINE.weighted(weight).smooth(spiked)

    assert_allclose(smooth, line, rtol=1e-4)


def test_outliers_do_not_bend_the_background(rng):
    truth = 10.0 + 0.05 * X
    values = truth * (1.0 + rng.normal(0.0, 0.002, X.size))
    hit = rng.random(X.size) < 0.03
    values[hit] *= 1.5

    background, fit = fit_background(SPLINE, values, np.ones(X.size), domain=10.0)

    assert_allclose(background, truth, rtol=0.005)
    assert_array_equal(fit.weight[hit], 0.0)


def test_bisquare_weights_fall_from_one_to_zero():
    deviation = np.array([0.0, 1.0, -1.0, 2.0, 20.0])
    scatter = 1.482602218505602

    weights = bisquare(deviation, np.ones(5, dtype=bool), domain=2.0)

    expected = (1.0 - (np.minimum(np.abs(deviation), 2.0 * scatter) / (2.0 * scatter)) ** 2) ** 2
    assert_allclose(weights, expected, atol=1e-12)
    assert weights[0] == 1.0
    assert weights[-1] == 0.0


def test_residuals_without_scatter_all_count():
    assert_array_equal(bisquare(np.zeros(4), np.ones(4, dtype=bool), domain=5.0), 1.0)
