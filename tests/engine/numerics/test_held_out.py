"""Tests of engine.numerics.held_out."""

import numpy as np

from engine.numerics.breakpoints import even
from engine.numerics.held_out import best_predicting
from engine.numerics.splines import SplineSpace

LIMITS = (5.0, 7.0)
SPACE = SplineSpace(LIMITS)
X = np.linspace(*LIMITS, 1000)
ERROR = np.full(X.size, 0.01)


def best(y, *counts):
    return counts[best_predicting(X, y, SPACE, [even(LIMITS, n) for n in counts], error=ERROR)]


def test_breakpoints_that_the_curve_needs_predict_better(rng):
    y = np.sin(10 * X) + rng.normal(0, 0.01, X.size)

    assert best(y, 3, 12) == 12
    assert best(y, 12, 3) == 12


def test_each_rival_is_compared_with_the_one_that_holds(rng):
    y = np.sin(10 * X) + rng.normal(0, 0.01, X.size)

    assert best(y, 1, 3, 12, 3) == 12
    assert best(y, 3, 12, 13) == 12


def test_breakpoints_that_only_follow_noise_do_not():
    wins = 0
    for seed in range(40):
        y = 1.0 + np.random.default_rng(seed).normal(0, 0.01, X.size)
        wins += best(y, 3, 12) == 12

    assert wins == 0


def test_a_rival_that_cannot_do_without_the_held_out_samples_does_not_win():
    x = X[(X < 5.9) | (X > 6.1)]
    y = np.sin(10 * x)
    crowded = tuple(np.linspace(5.8, 6.2, 12))
    error = np.full(x.size, 0.01)

    assert best_predicting(x, y, SPACE, [even(LIMITS, 3), crowded], error=error) == 0
    assert best_predicting(x, y, SPACE, [crowded, even(LIMITS, 3)], error=error) == 0
