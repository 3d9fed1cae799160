"""Tests of engine.numerics.breakpoint_search."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FitError
from engine.numerics.breakpoint_search import propose_breakpoints
from engine.numerics.splines import SplineSpace, fit_spline

LIMITS = (7.51, 8.77)
X = np.linspace(*LIMITS, 970)
SPACE = SplineSpace(LIMITS)
SIGMA = 1 / 400
ERROR = np.full(X.size, SIGMA)


def response(x):
    """Two bumps on a slope with a logistic edge: smooth, and no spline."""
    bumps = 0.03 * np.exp(-0.5 * ((x - 7.9) / 0.12) ** 2)
    bumps -= 0.02 * np.exp(-0.5 * ((x - 8.4) / 0.10) ** 2)
    return 1.0 + 0.1 * (x - 8.1) + bumps + 0.2 / (1 + np.exp(-(x - 8.8) / 0.12))


def noisy(rng):
    return response(X) + rng.normal(0, SIGMA, X.size)


def count(y, **kwargs):
    return len(propose_breakpoints(X, y, SPACE, error=ERROR, **kwargs).breakpoints)


def test_a_cubic_needs_no_breakpoints():
    counts = [
        count(1.0 + 0.1 * (X - 8) ** 3 + np.random.default_rng(seed).normal(0, SIGMA, X.size))
        for seed in range(20)
    ]

    assert counts.count(0) >= 17


def test_what_is_proposed_follows_the_curve_within_the_noise(rng):
    y = noisy(rng)

    proposal = propose_breakpoints(X, y, SPACE, error=ERROR)
    fit = fit_spline(X, y, SplineSpace(LIMITS, proposal.breakpoints), error=ERROR)

    misfit = np.sqrt(np.mean((fit(X) - response(X)) ** 2))
    # n parameters cost sigma sqrt(n / N); twice that leaves room for the shape missed.
    assert misfit < 2 * SIGMA * np.sqrt(fit.n_free / X.size)
    assert 3 <= len(proposal.breakpoints) <= 10


def test_fewer_samples_or_more_noise_ask_for_fewer_breakpoints(rng):
    noise = rng.normal(0, 1, X.size)

    quiet = propose_breakpoints(X, response(X) + 1e-3 * noise, SPACE, error=ERROR).breakpoints
    loud = propose_breakpoints(X, response(X) + 3e-2 * noise, SPACE, error=ERROR).breakpoints

    assert len(loud) < len(quiet)


@pytest.mark.parametrize("period_per_cm", [2.9, 8.0, 20.0])
@pytest.mark.parametrize("amplitude", [0.005, 0.02])
def test_fringes_attract_no_breakpoints(period_per_cm, amplitude, rng):
    y = noisy(rng)
    fringes = amplitude * np.cos(2 * np.pi * 1e4 / X / period_per_cm + 1.0)

    assert abs(count(y + fringes) - count(y)) <= 2


def test_lines_and_outliers_attract_no_breakpoints(rng):
    y = noisy(rng)
    spoiled = y + 0.1 * np.exp(-0.5 * ((X - 8.2) / 0.003) ** 2)
    spoiled += 0.05 * np.exp(-0.5 * ((X - 7.7) / 0.003) ** 2)
    spoiled[rng.random(X.size) < 0.03] += 0.3

    assert abs(count(spoiled) - count(y)) <= 1


def test_a_feature_in_one_place_gets_breakpoints_there_only():
    rng = np.random.default_rng(4)
    y = 1.0 + 0.08 * np.exp(-0.5 * ((X - 8.3) / 0.05) ** 2) + rng.normal(0, SIGMA, X.size)

    breakpoints = np.array(propose_breakpoints(X, y, SPACE, error=ERROR).breakpoints)

    assert np.count_nonzero(np.abs(breakpoints - 8.3) < 0.2) >= 3
    assert np.count_nonzero(np.abs(breakpoints - 8.3) > 0.3) <= 2


def test_correlated_noise_does_not_pass_for_structure():
    from scipy.ndimage import gaussian_filter1d

    counts = []
    for seed in range(10):
        raw = np.random.default_rng(seed).normal(0, 1, X.size)
        smooth = gaussian_filter1d(raw, 2.0, mode="wrap")
        counts.append(count(1.0 + SIGMA * smooth / smooth.std()))

    assert np.mean(counts) < 1.5


def test_errors_wrong_by_a_factor_change_nothing(rng):
    y = noisy(rng)

    right = propose_breakpoints(X, y, SPACE, error=ERROR)
    wrong = propose_breakpoints(X, y, SPACE, error=0.2 * ERROR)

    assert right.breakpoints == wrong.breakpoints
    assert_allclose(wrong.choice_error, right.choice_error, rtol=1e-6)


def test_samples_that_do_not_count_do_not_matter(rng):
    y = noisy(rng)
    gone = rng.random(X.size) < 0.1

    weighted = propose_breakpoints(X, y, SPACE, error=ERROR, weight=np.where(gone, 0.0, 1.0))
    missing = propose_breakpoints(X, np.where(gone, np.nan, y), SPACE, error=ERROR)

    assert weighted.breakpoints == missing.breakpoints


def test_very_many_samples_are_averaged_to_the_same_end():
    rng = np.random.default_rng(8)
    many = np.linspace(*LIMITS, 40_000)
    y = response(many) + rng.normal(0, SIGMA * np.sqrt(40_000 / X.size), many.size)

    proposal = propose_breakpoints(many, y, SPACE, error=np.full(many.size, SIGMA))

    assert 3 <= len(proposal.breakpoints) <= 10
    assert proposal.x.size <= 4000


def test_held_points_and_breaks_are_respected(rng):
    y = np.where(X < 8.1, 1.0, 1.2) + rng.normal(0, SIGMA, X.size)

    jumping = propose_breakpoints(X, y, SplineSpace(LIMITS, breaks=(8.1,)), error=ERROR)
    plain = propose_breakpoints(X, y, SPACE, error=ERROR)

    assert len(jumping.breakpoints) <= 1
    assert len(plain.breakpoints) > 5


def test_a_handful_of_samples_asks_for_none():
    assert propose_breakpoints(X[:9], np.ones(9), SPACE, error=ERROR[:9]).breakpoints == ()


def test_no_samples_at_all_are_refused():
    with pytest.raises(FitError):
        propose_breakpoints(X, np.full(X.size, np.nan), SPACE, error=ERROR)


def test_the_same_data_give_the_same_proposal(rng):
    y = noisy(rng)

    one, two = (propose_breakpoints(X, y, SPACE, error=ERROR) for _ in range(2))

    assert one.breakpoints == two.breakpoints
    assert_array_equal(one.choice_error, two.choice_error)
