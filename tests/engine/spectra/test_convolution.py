"""Tests of engine.spectra.convolution: Gaussians, lines and power laws have known answers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.spectra.convolution import convolve_gaussian, convolved_error

X = np.linspace(0.0, 100.0, 4001)


def gaussian(x, fwhm):
    return np.exp(-4.0 * np.log(2.0) * ((x - 50.0) / fwhm) ** 2)


@pytest.mark.parametrize("fwhm", [2.0, 5.0, 15.0])
def test_a_gaussian_gets_wider_in_quadrature_and_keeps_its_area(fwhm):
    at = np.linspace(35.0, 65.0, 31)

    found = convolve_gaussian(X, gaussian(X, 4.0), at, fwhm=fwhm)

    wide = np.hypot(4.0, fwhm)
    assert_allclose(found, gaussian(at, wide) * 4.0 / wide, atol=2e-3 * 4.0 / wide)


def test_a_straight_line_stays_one():
    at = np.linspace(20.0, 80.0, 7)

    assert_allclose(convolve_gaussian(X, 3.0 + 0.1 * X, at, fwhm=8.0), 3.0 + 0.1 * at, rtol=1e-9)


def test_a_curve_grows_by_half_its_second_derivative_times_the_variance():
    at = np.array([40.0, 60.0])
    fwhm = 6.0

    found = convolve_gaussian(X, X**2, at, fwhm=fwhm)

    assert_allclose(found, at**2 + (fwhm / 2.354820045) ** 2, rtol=1e-4)


def test_uneven_samples_do_not_weigh_by_their_number(rng):
    x = np.sort(np.concatenate([[0.0, 100.0], rng.uniform(0.0, 100.0, 6000)]))
    x = np.unique(np.concatenate([x, np.linspace(40.0, 45.0, 3000)]))
    at = np.array([41.0, 50.0, 60.0])

    found = convolve_gaussian(x, np.sin(x / 8.0), at, fwhm=5.0)

    even = convolve_gaussian(X, np.sin(X / 8.0), at, fwhm=5.0)
    assert_allclose(found, even, atol=2e-4)


def test_near_the_ends_there_is_no_value():
    found = convolve_gaussian(
        X, np.ones(X.size), np.array([-1.0, 1.0, 50.0, 99.0, 101.0]), fwhm=5.0
    )

    assert_allclose(found, [np.nan, np.nan, 1.0, np.nan, np.nan])


def test_a_gap_spoils_what_it_touches_and_nothing_else():
    values = np.where((X > 48.0) & (X < 52.0), np.nan, 2.0)

    found = convolve_gaussian(X, values, np.array([30.0, 50.0, 70.0]), fwhm=5.0)

    assert_allclose(found, [2.0, np.nan, 2.0])


def test_the_error_is_the_scatter_of_drawings(rng):
    at = np.array([30.0, 50.0, 70.0])
    sigma = 0.3 + 0.004 * X
    drawn = [convolve_gaussian(X, sigma * rng.standard_normal(X.size), at, fwhm=2.0)
             for _ in range(200)]  # fmt: skip

    found = convolved_error(X, sigma, at, fwhm=2.0)

    assert_allclose(found, np.std(drawn, axis=0), rtol=4.0 / np.sqrt(400))


@pytest.mark.parametrize(("x", "fwhm"), [(X, 0.0), (X[::-1], 1.0), (X[:1], 1.0), (X, 1e-6)])
def test_what_cannot_be_convolved_is_refused(x, fwhm):
    with pytest.raises(DataError):
        convolve_gaussian(x, np.ones(x.size), x, fwhm=fwhm)
