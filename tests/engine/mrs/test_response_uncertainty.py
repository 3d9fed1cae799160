"""Tests of engine.mrs.response_uncertainty."""

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from engine.mrs.response_uncertainty import background_limited, given_terms, in_quadrature

VECTOR = np.array([1.0, 2.0, np.nan])


def test_relative_spreads_become_errors_of_the_vector():
    terms = given_terms((("annulus", np.array([0.1, np.nan, 0.1])),), VECTOR)

    assert_allclose(dict(terms)["annulus"], [0.1, np.nan, np.nan])


def test_a_spread_that_was_measured_nowhere_is_no_term():
    assert given_terms((("centroid", np.full(3, np.nan)),), VECTOR) == ()


def test_a_term_counts_where_it_was_measured():
    terms = (("a", np.array([3.0, 3.0, 1.0])), ("b", np.array([4.0, np.nan, 1.0])))

    assert_allclose(in_quadrature(terms, VECTOR), [5.0, 3.0, np.nan])


def test_without_any_term_the_systematic_error_is_not_known():
    assert_array_equal(in_quadrature((), VECTOR), [np.nan] * 3)


def test_only_the_annulus_limits_and_only_above_five_percent():
    spreads = (
        ("annulus", np.array([0.049, 0.051, 0.5])),
        ("aperture", np.array([0.9, 0.0, 0.0])),
    )

    assert_array_equal(background_limited(spreads, VECTOR), [False, True, False])
