"""Tests of engine.numerics.periodic_residuals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.numerics.periodic_residuals import periodic_part

X = np.linspace(7.5, 8.8, 1000)
USED = np.ones(X.size, dtype=bool)


def fringe(amplitude, period_per_cm, phase=0.4):
    return amplitude * np.cos(2 * np.pi * 1e4 / X / period_per_cm + phase)


def test_two_families_are_found_in_noise(rng):
    truth = fringe(2.0, 2.9) + fringe(1.0, 1.3)
    used = rng.random(X.size) > 0.1
    seen = np.where(used, truth + rng.normal(size=X.size), 1e6)

    found = periodic_part(X, seen, used, fewest_cycles=6.0)

    assert found.n_sinusoids == 2
    # Each sinusoid costs about 3 parameters of noise over 900 samples.
    assert np.std(found.values - truth) < 3 * np.sqrt(6 / 900)


def test_beating_neighbors_are_both_found(rng):
    truth = fringe(1.4, 2.9) + fringe(0.6, 2.75)

    found = periodic_part(X, truth + 0.3 * rng.normal(size=X.size), USED, fewest_cycles=6.0)

    assert np.std(found.values - truth) < 0.1


def test_white_noise_holds_no_fringes():
    false_alarms = 0
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(size=X.size)
        false_alarms += periodic_part(X, noise, USED, fewest_cycles=6.0).n_sinusoids > 0

    assert false_alarms <= 4  # 0.1 % a trial is asked for


def test_a_bump_in_one_place_is_not_periodic(rng):
    bump = 8.0 * np.exp(-0.5 * ((X - 8.1) / 0.03) ** 2) * np.cos(2 * np.pi * (X - 8.1) / 0.06)

    found = periodic_part(X, bump + rng.normal(size=X.size), USED, fewest_cycles=6.0)

    assert found.n_sinusoids == 0


def test_slow_swings_are_left_to_the_response(rng):
    slow = 5.0 * np.sin(2 * np.pi * 4 * (X - X[0]) / np.ptp(X))

    found = periodic_part(X, slow + rng.normal(size=X.size), USED, fewest_cycles=6.0)

    assert np.std(found.values) < 0.5


@pytest.mark.parametrize("n", [3, 20])
def test_too_few_samples_hold_nothing(n):
    found = periodic_part(X[:n], np.ones(n), USED[:n], fewest_cycles=6.0)

    assert found.n_sinusoids == 0
    assert_allclose(found.values, 0.0)
