"""Tests of engine.imaging.averages: every star counts once."""

import numpy as np
import pytest

from engine.imaging.averages import average_factors, star_weights


def test_a_small_case_worked_out_by_hand():
    # Star a: 4 observations, one of them flagged; star b: 2; star c: 1.
    stars = ("a", "a", "a", "a", "b", "b", "c")
    factors = np.array([1.0, 2.0, 3.0, 9.0, 4.0, 6.0, 8.0])
    used = np.array([True, True, True, False, True, True, True])

    weights = star_weights(stars, np.ones(7, dtype=bool))
    average = average_factors("F560W", factors, weights, used)

    # W = 3/4 + 1 + 1; sum w C = (1 + 2 + 3)/4 + (4 + 6)/2 + 8 = 14.5
    assert weights.tolist() == [0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 1.0]
    assert (average.n_rows, average.n_used, average.n_stars) == (7, 6, 2.75)
    assert average.mean == pytest.approx(14.5 / 2.75, rel=1e-15)
    # sum w C^2 = (1 + 4 + 9)/4 + (16 + 36)/2 + 64 = 93.5
    variance = (93.5 - 14.5**2 / 2.75) / (2.75 - 1.0)
    assert average.scatter == pytest.approx(variance**0.5, rel=1e-14)
    assert average.error == pytest.approx((variance / 2.75) ** 0.5, rel=1e-14)


def test_the_number_of_stars_is_whole_when_nothing_is_flagged():
    stars = tuple(f"star {i // 3}" for i in range(15))
    every = np.ones(15, dtype=bool)

    average = average_factors("F560W", np.linspace(1, 2, 15), star_weights(stars, every), every)

    assert average.n_stars == 5.0  # thrice a third, five times, is 4.999999999999999


def test_with_one_observation_a_star_it_is_the_ordinary_standard_deviation_of_the_mean(rng):
    factors = rng.normal(0.45, 0.01, 12)
    stars = [f"star {number}" for number in range(12)]
    every = np.ones(12, dtype=bool)

    average = average_factors("F560W", factors, star_weights(stars, every), every)

    assert average.mean == pytest.approx(factors.mean(), rel=1e-14)
    assert average.scatter == pytest.approx(factors.std(ddof=1), rel=1e-12)
    assert average.error == pytest.approx(factors.std(ddof=1) / 12**0.5, rel=1e-12)
    assert average.error_percent == pytest.approx(100 * average.error / average.mean, rel=1e-14)


def test_a_star_observed_a_hundred_times_counts_as_one():
    stars = ["monitor"] * 100 + ["once"]
    factors = np.array([1.0] * 100 + [2.0])
    every = np.ones(101, dtype=bool)

    average = average_factors("F770W", factors, star_weights(stars, every), every)

    assert average.mean == pytest.approx(1.5, rel=1e-13)
    assert average.n_stars == pytest.approx(2.0, rel=1e-13)


def test_an_observation_without_a_factor_does_not_count():
    counted = np.array([True, False, True])

    weights = star_weights(("a", "a", "b"), counted)
    average = average_factors("x", np.array([1.0, np.nan, 3.0]), weights, counted)

    assert weights.tolist() == [1.0, 0.0, 1.0]
    assert (average.n_rows, average.mean) == (2, 2.0)


def test_three_observations_have_no_error():
    every = np.ones(3, dtype=bool)

    average = average_factors("x", np.array([1.0, 2.0, 3.0]), np.ones(3), every)

    assert average.mean == 2.0
    assert np.isnan(average.scatter)
    assert np.isnan(average.error)


def test_one_star_alone_has_no_error_however_often_it_was_seen():
    every = np.ones(8, dtype=bool)

    average = average_factors("x", np.arange(8.0), star_weights(["a"] * 8, every), every)

    assert average.n_stars == pytest.approx(1.0)
    assert np.isnan(average.error)


def test_nothing_used_has_no_mean():
    average = average_factors("x", np.ones(2), np.ones(2), np.zeros(2, dtype=bool))

    assert (average.n_used, average.n_stars) == (0, 0.0)
    assert np.isnan(average.mean)
