"""Tests of engine.numerics.held_out."""

import numpy as np

from engine.numerics.breakpoints import even
from engine.numerics.held_out import significantly_better
from engine.numerics.splines import SplineSpace

LIMITS = (5.0, 7.0)
X = np.linspace(*LIMITS, 1000)
ERROR = np.full(X.size, 0.01)


def space(count):
    return SplineSpace(LIMITS, even(LIMITS, count))


def test_breakpoints_that_the_curve_needs_predict_better(rng):
    y = np.sin(10 * X) + rng.normal(0, 0.01, X.size)

    assert significantly_better(X, y, space(12), space(3), error=ERROR)
    assert not significantly_better(X, y, space(3), space(12), error=ERROR)


def test_breakpoints_that_only_follow_noise_do_not():
    wins = 0
    for seed in range(40):
        y = 1.0 + np.random.default_rng(seed).normal(0, 0.01, X.size)
        wins += significantly_better(X, y, space(12), space(3), error=ERROR)

    assert wins == 0


def test_a_rival_that_cannot_do_without_the_held_out_samples_does_not_win(rng):
    x = X[(X < 5.9) | (X > 6.1)]
    y = np.sin(10 * x)

    crowded = SplineSpace(LIMITS, tuple(np.linspace(5.8, 6.2, 12)))
    assert not significantly_better(x, y, crowded, space(3), error=np.full(x.size, 0.01))
