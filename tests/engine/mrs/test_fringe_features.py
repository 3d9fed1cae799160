"""Tests of engine.mrs.fringe_features."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from engine.mrs.fringe_features import find_fringe_features, fit_envelopes

N = np.arange(600)
FRINGES = 1.0 + 0.03 * np.cos(2 * np.pi * N / 12.0)


def test_envelopes_run_through_the_extrema():
    envelopes = fit_envelopes(FRINGES)

    inside = slice(12, -12)
    assert_allclose(envelopes.upper[inside], 1.03, rtol=1e-12)
    assert_allclose(envelopes.lower[inside], 0.97, rtol=1e-12)
    assert_allclose(envelopes.middle[inside], 1.0, rtol=1e-12)


def test_both_envelopes_meet_at_the_ends():
    envelopes = fit_envelopes(FRINGES)

    for end in (0, -1):
        assert envelopes.lower[end] == envelopes.upper[end] == FRINGES[end]


def test_a_single_higher_sample_beside_a_higher_one_is_no_extremum():
    flux = np.array([1.0, 1.0, 1.0, 3.0, 2.0, 3.5, 1.0, 1.0, 1.0])

    upper = fit_envelopes(flux).upper

    assert upper[5] == 3.5
    assert upper[3] > 3.0  # the curve passes over it


def test_an_emission_line_is_found_and_fringes_are_not():
    flux = FRINGES * (1.0 + 0.6 * np.exp(-0.5 * ((N - 300) / 2.0) ** 2))

    features = find_fringe_features(flux, fit_envelopes(flux), sigma=5.0)

    assert features[299:302].all()
    assert not features[:280].any()
    assert not features[320:].any()


def test_a_deep_dip_is_found():
    flux = np.where(np.abs(N - 200) < 2, 0.3, FRINGES)

    features = find_fringe_features(flux, fit_envelopes(flux), sigma=5.0)

    assert features[199:202].all()


def test_scaling_the_flux_changes_nothing():
    flux = FRINGES * (1.0 + 0.6 * np.exp(-0.5 * ((N - 300) / 2.0) ** 2))

    one = find_fringe_features(flux, fit_envelopes(flux), sigma=5.0)
    other = find_fringe_features(1e-5 * flux, fit_envelopes(1e-5 * flux), sigma=5.0)

    assert_array_equal(one, other)


def test_a_spectrum_of_few_samples_has_the_straight_line_between_its_ends():
    envelopes = fit_envelopes(np.array([1.0, 5.0, 3.0]))

    assert_allclose(envelopes.lower, [1.0, 2.0, 3.0])
    assert_allclose(envelopes.upper, [1.0, 2.0, 3.0])
