"""Tests of engine.numerics.band_polynomial."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.numerics.band_polynomial import choose_order, fit_levels, legendre, mean_powers

DOMAIN = np.array([5.0, 18.0])
WAVE = np.linspace(5.0, 18.0, 12)


def test_levels_on_a_polynomial_give_its_coefficients():
    design = legendre(WAVE, 2, domain=DOMAIN)
    truth = np.array([1.0, 0.02, -0.01])

    fit = fit_levels(design, design @ truth, np.full(12, 1e-3))

    assert_allclose(fit.coefficients, truth, rtol=1e-10)
    assert fit.scatter == 0.0


def test_the_mean_of_a_basis_over_a_band_is_exact():
    samples = np.linspace(6.0, 7.0, 5)

    [row] = mean_powers([samples], 1, domain=DOMAIN)

    assert_allclose(row, [1.0, (6.5 - 11.5) / 6.5])


def test_scatter_beyond_the_errors_is_found_and_enters_the_covariance(rng):
    levels = 1 + rng.normal(0, 0.01, 4000)

    fit = fit_levels(np.ones((4000, 1)), levels, np.full(4000, 0.006))

    assert fit.scatter == pytest.approx(0.008, rel=0.05)
    assert fit.covariance[0, 0] ** 0.5 == pytest.approx(0.01 / 4000**0.5, rel=0.05)


def test_as_many_levels_as_coefficients_leave_no_scatter():
    fit = fit_levels(np.eye(2), np.array([1.0, 2.0]), np.array([0.1, 0.2]))

    assert fit.scatter == 0.0
    assert_allclose(np.diag(fit.covariance), [0.01, 0.04])


def test_levels_without_errors_are_weighted_equally():
    levels = np.array([1.0, 2.0, 3.0, 6.0])

    fit = fit_levels(np.ones((4, 1)), levels, np.zeros(4))

    assert fit.coefficients[0] == pytest.approx(3.0)
    assert fit.scatter == pytest.approx(np.std(levels, ddof=1), rel=1e-4)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_the_f_tests_find_the_order_that_was_put_in(rng, order):
    design = legendre(WAVE, 4, domain=DOMAIN)
    levels = 1 + 0.05 * design[:, order] + rng.normal(0, 0.001, 12)

    found, tests = choose_order(design, levels, np.full(12, 0.001))

    assert found == order
    assert [one.order for one in tests] == [1, 2, 3, 4]


def test_two_bands_cannot_ask_for_more_than_a_constant():
    design = legendre(WAVE[:2], 4, domain=DOMAIN)

    assert choose_order(design, np.array([1.0, 1.1]), np.full(2, 0.01)) == (0, ())
