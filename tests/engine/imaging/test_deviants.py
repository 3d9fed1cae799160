"""Tests of engine.imaging.deviants: found with the false-alarm rate that is asked for."""

import numpy as np
import pytest
from scipy.stats import norm, t

from engine.imaging.deviants import find_deviants


def deviants(values, weights=None, sigma=3.5):
    values = np.asarray(values, dtype=float)
    weights = np.ones(values.size) if weights is None else np.asarray(weights)
    return find_deviants(values, weights, np.ones(values.size, dtype=bool), sigma=sigma)


def test_one_star_of_twelve_is_found_although_its_own_scatter_hides_it(rng):
    values = rng.normal(1.0, 0.01, 12)
    values[4] = 1.10

    found = deviants(values)

    # (n - 1) / sqrt(n) = 3.2: no value of twelve lies 3.5 sigma from a mean that contains it.
    assert np.abs(values - values.mean()).max() / values.std(ddof=1) < 3.5
    assert np.flatnonzero(found.is_deviant).tolist() == [4]
    assert found.sigma[4] > 4


def test_two_that_deviate_alike_do_not_hide_each_other(rng):
    values = rng.normal(1.0, 0.01, 16)
    values[[2, 9]] = 0.90, 0.91

    assert np.flatnonzero(deviants(values).is_deviant).tolist() == [2, 9]


def test_the_distance_is_students_t_from_the_others(rng):
    values = rng.normal(5.0, 1.0, 9)
    others = values[1:]
    distance = (values[0] - others.mean()) / (others.std(ddof=1) * np.sqrt(1 + 1 / 8))

    found = deviants(values)

    expected = np.sign(distance) * norm.isf(t.sf(abs(distance), 7))
    assert found.sigma[0] == pytest.approx(expected, rel=1e-9)


def test_false_alarms_are_about_as_rare_as_asked_for(rng):
    alarms = sum(deviants(rng.normal(size=12), sigma=3.0).is_deviant.sum() for _ in range(1500))

    # After a first alarm the others are tested again, so there are some more than of one test.
    expected = 2 * norm.sf(3.0) * 12 * 1500
    assert expected - 4 * np.sqrt(expected) < alarms < 1.7 * expected + 4 * np.sqrt(expected)


def test_observations_of_one_star_weigh_together(rng):
    values = np.concatenate([rng.normal(1.0, 0.01, 10), np.full(50, 1.03)])
    weights = np.concatenate([np.ones(10), np.full(50, 0.02)])

    found = deviants(values, weights)

    assert not found.is_deviant.any()  # one star among eleven that lies 3 sigma out
    assert np.all(np.abs(found.sigma[10:]) > 1)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 50.0]])
def test_too_few_values_have_no_deviants(values):
    found = deviants(values)

    assert not found.is_deviant.any()
    assert np.isnan(found.sigma).all()


def test_values_that_take_no_part_are_not_flagged_and_do_not_count(rng):
    values = rng.normal(1.0, 0.01, 12)
    values[3], values[5] = 2.0, np.nan
    tested = np.arange(12) != 3

    found = find_deviants(values, np.ones(12), tested)

    assert not found.is_deviant.any()
    assert found.sigma[3] > 5  # said, but not decided
    assert np.isnan(found.sigma[5])


def test_equal_values_do_not_deviate():
    found = deviants(np.full(10, 0.4))

    assert not found.is_deviant.any()
