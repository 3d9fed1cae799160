"""Tests of engine.numerics.spline_samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from engine.errors import FitError
from engine.numerics.spline_basis import clamped_knots
from engine.numerics.spline_samples import require_independent, require_samples

GRID = np.linspace(0.0, 1.0, 25)


def random_knots(rng, degree):
    inner = np.sort(rng.choice(GRID[1:-1], rng.integers(0, 8), replace=False))
    breaks = rng.choice(GRID[1:-1], rng.integers(0, 2), replace=False)
    inner = np.setdiff1d(inner, breaks)
    return clamped_knots((0.0, 1.0), inner, degree=degree, breaks=breaks)


def has_full_column_rank(x, knots, degree):
    matrix = BSpline.design_matrix(x, knots, degree).toarray()
    return np.linalg.matrix_rank(matrix, tol=1e-13) == matrix.shape[1]


@given(seed=st.integers(0, 2**32 - 1), degree=st.integers(1, 4))
@settings(max_examples=200)
def test_the_condition_is_full_rank(seed, degree):
    rng = np.random.default_rng(seed)
    knots = random_knots(rng, degree)
    x = np.sort(rng.choice(GRID, rng.integers(1, 20)))

    determined = has_full_column_rank(x, knots, degree)

    if determined:
        require_samples(x, knots, degree)
    else:
        with pytest.raises(FitError) as caught:
            require_samples(x, knots, degree)
        inner = knots[(knots > 0) & (knots < 1)]
        assert set(caught.value.breakpoints_um) <= set(inner)


@given(seed=st.integers(0, 2**32 - 1), degree=st.integers(1, 4))
@settings(max_examples=200)
def test_points_can_be_passed_together_when_their_rows_are_independent(seed, degree):
    rng = np.random.default_rng(seed)
    knots = random_knots(rng, degree)
    points = np.sort(rng.choice(GRID, rng.integers(1, 8), replace=False))

    matrix = BSpline.design_matrix(points, knots, degree).toarray()
    if np.linalg.matrix_rank(matrix, tol=1e-13) == points.size:
        require_independent(points, knots, degree)
    else:
        with pytest.raises(FitError, match="held value at"):
            require_independent(points, knots, degree)


def test_the_sentence_lists_six_breakpoints_and_counts_the_rest():
    knots = clamped_knots((5.0, 6.0), np.linspace(5.2, 5.4, 10), degree=3)
    x = np.concatenate([np.linspace(5.0, 5.15, 20), np.linspace(5.45, 6.0, 20)])

    with pytest.raises(FitError, match="and 4 more µm") as caught:
        require_samples(x, knots, 3)

    assert len(caught.value.breakpoints_um) == 10
    assert len(caught.value.what) < 300
