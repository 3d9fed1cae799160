"""Tests of engine.compare.noise_bins."""

import numpy as np
import pytest

from engine.compare.noise_bins import median_error

SPREAD = np.array([100.0, 130.0, 160.0, 200.0, 240.0, 250.0, 255.0, 300.0, 310.0])


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        (np.full(9, 200.0), np.full(9, 10.0)),
        (np.full(10, 200.0), np.full(10, 10.0)),
        (SPREAD, 0.05 * SPREAD),
        (SPREAD[:-1], 0.05 * SPREAD[:-1]),
        (SPREAD[:2], np.array([3.0, 4.0])),
    ],
    ids=["equal", "an even number", "spread", "spread, an even number", "two"],
)
def test_the_error_of_a_median_is_the_scatter_of_its_draws(rng, values, errors):
    draws = np.median(values + errors * rng.standard_normal((20_000, values.size)), axis=1)

    error = median_error(values, errors)

    low, high = np.quantile(draws, [0.15866, 0.84134])
    assert error == pytest.approx(0.5 * (high - low), rel=0.08)


def test_one_value_has_its_own_error_and_gaps_do_not_count():
    error = median_error(np.array([np.nan, 5.0]), np.array([np.nan, 0.3]))

    assert error == pytest.approx(0.3, rel=0.01)


@pytest.mark.parametrize(
    ("values", "errors"), [([], []), ([np.nan], [1.0]), ([5.0, 6.0], [1.0, np.nan])]
)
def test_without_values_or_errors_nothing_is_known(values, errors):
    assert np.isnan(median_error(np.array(values), np.array(errors)))
