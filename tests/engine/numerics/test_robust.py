"""Tests of engine.numerics.robust."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.numerics.robust import (
    median,
    noise_from_differences,
    robust_scatter,
    running_median,
    scatter_about_zero,
)


@pytest.mark.parametrize("size", [1, 2, 3, 10, 11, 1000, 1001])
def test_the_median_is_that_of_numpy(size, rng):
    values = rng.normal(0, 1, size)

    assert median(values) == np.median(values)


def test_the_scatter_of_a_gaussian_is_its_standard_deviation(rng):
    values = rng.normal(3.0, 0.2, 100_000)

    assert robust_scatter(values) == pytest.approx(0.2, rel=0.01)
    assert scatter_about_zero(values - 3.0) == pytest.approx(0.2, rel=0.01)


def test_a_tenth_of_outliers_hardly_moves_it(rng):
    values = rng.normal(0.0, 0.2, 10_000)
    values[::10] = 50.0

    assert robust_scatter(values) == pytest.approx(0.2, rel=0.2)


def test_missing_values_do_not_count(rng):
    values = rng.normal(0.0, 0.2, 10_000)
    gaps = values.copy()
    gaps[::2] = np.nan

    assert robust_scatter(gaps) == pytest.approx(robust_scatter(values[1::2]))
    assert np.isnan(robust_scatter(np.full(3, np.nan)))
    assert np.isnan(scatter_about_zero(np.zeros(0)))


def test_noise_is_told_from_a_steep_slope(rng):
    x = np.linspace(0.0, 1.0, 5000)
    spectrum = 100.0 * np.exp(-3 * x) + rng.normal(0, 0.1, x.size)

    assert noise_from_differences(spectrum) == pytest.approx(0.1, rel=0.05)


def test_noise_of_less_than_five_samples_is_not_known():
    assert np.isnan(noise_from_differences(np.array([1.0, 2.0, np.nan, 1.0, 2.0])))


def test_a_running_median_passes_over_spikes_and_samples_not_in_use():
    values = np.ones(101)
    values[50] = 90.0
    values[10:14] = -5.0
    use = np.ones(101, dtype=bool)
    use[10:14] = False

    assert_array_equal(running_median(values, use, 7), np.ones(101))


def test_a_running_median_of_nothing_is_nothing():
    assert np.isnan(running_median(np.ones(4), np.zeros(4, dtype=bool), 3)).all()
