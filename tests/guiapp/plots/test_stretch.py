"""Tests of guiapp.plots.stretch."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from guiapp.plots.stretch import NO_LEVELS, STRETCHES, Levels, brightness, value_at

LEVELS = Levels(-10.0, 1000.0, 20.0)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_lowest_value_is_dark_and_the_highest_is_bright(stretch):
    shares = brightness(np.array([-50.0, -10.0, 1000.0, 5000.0]), LEVELS, stretch)

    assert_allclose(shares, [0.0, 0.0, 1.0, 1.0], atol=1e-12)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_brighter_data_are_drawn_brighter(stretch):
    shares = brightness(np.linspace(-10.0, 1000.0, 300), LEVELS, stretch)

    assert np.all(np.diff(shares) > 0.0)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_the_value_of_a_brightness_is_found_again(stretch):
    values = np.array([-10.0, 0.0, 3.0, 700.0, 1000.0])

    shares = brightness(values, LEVELS, stretch)

    assert_allclose([value_at(share, LEVELS, stretch) for share in shares], values, atol=1e-9)


def test_arcsinh_is_linear_below_the_knee_and_logarithmic_far_above():
    wide = Levels(0.0, 1e6, 1.0)

    low = brightness(np.array([0.01, 0.02]), wide, "arcsinh")
    high = brightness(np.array([1e3, 1e4, 1e5]), wide, "arcsinh")

    assert low[1] / low[0] == pytest.approx(2.0, rel=1e-3)
    assert_allclose(np.diff(high), math.log(10.0) / math.asinh(1e6), rtol=1e-5)


@pytest.mark.parametrize("stretch", STRETCHES)
def test_no_measurement_has_no_brightness(stretch):
    shares = brightness(np.array([np.nan, 5.0]), LEVELS, stretch)

    assert_array_equal(np.isnan(shares), [True, False])


@pytest.mark.parametrize("levels", [NO_LEVELS, Levels(3.0, 3.0, 0.0)])
def test_equal_values_are_all_of_middle_brightness(levels):
    shares = brightness(np.array([3.0, np.nan]), levels, "arcsinh")

    assert_array_equal(shares, [0.5, np.nan])
