"""Tests of engine.numerics.spline_basis."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import BSpline

from engine.numerics.spline_basis import SplineBasis, clamped_knots, lower_band


def dense(basis):
    """Return the basis at its samples as one matrix."""
    matrix = np.zeros((basis.x.size, basis.size))
    for index, first in enumerate(basis.first):
        rows = slice(basis.bounds[index], basis.bounds[index + 1])
        matrix[rows, first : first + basis.degree + 1] = basis.values[:, rows].T
    return matrix


def test_knots_repeat_at_the_limits_and_at_breaks():
    knots = clamped_knots((1.0, 2.0), np.array([1.7, 1.2]), degree=1, breaks=np.array([1.5]))

    assert_array_equal(knots, [1, 1, 1.2, 1.5, 1.5, 1.7, 2, 2])


@given(seed=st.integers(0, 2**32 - 1), degree=st.integers(1, 5))
@settings(max_examples=40)
def test_the_values_are_those_of_scipy_for_any_knots(seed, degree):
    rng = np.random.default_rng(seed)
    inner = np.sort(rng.uniform(0, 1, rng.integers(0, 15)))
    knots = clamped_knots((0.0, 1.0), inner, degree=degree)
    x = np.sort(np.concatenate([rng.uniform(0, 1, 80), inner, [0.0, 1.0]]))

    basis = SplineBasis(x, knots, degree)

    expected = BSpline.design_matrix(x, knots, degree).toarray()
    assert_allclose(dense(basis), expected, atol=1e-12)
    assert_allclose(basis.rows_at(x), expected, atol=1e-12)


def test_normal_equations_are_those_of_the_dense_matrix(rng):
    x = np.sort(rng.uniform(0, 1, 200))
    basis = SplineBasis(x, clamped_knots((0.0, 1.0), np.array([0.2, 0.3, 0.7]), degree=3), 3)
    weight, y = rng.uniform(0.1, 2.0, 200), rng.normal(size=200)

    band, right = basis.banded(basis.blocks(weight, y))

    matrix = dense(basis)
    normal = matrix.T @ (matrix * weight[:, None])
    assert_allclose(right, matrix.T @ (weight * y), atol=1e-12)
    for offset in range(4):
        assert_allclose(
            band[offset, : basis.size - offset], np.diagonal(normal, -offset), atol=1e-12
        )
    assert_allclose(basis.project(y), matrix.T @ y, atol=1e-12)
    assert_allclose(basis.curve(np.arange(7.0)), matrix @ np.arange(7.0), atol=1e-12)


@pytest.mark.parametrize("moved", [0, 3, 9])
@pytest.mark.parametrize("degree", [1, 3, 5])
def test_moving_a_knot_renews_what_it_touches_and_nothing_else(moved, degree):
    x = np.linspace(0, 1, 500)
    inner = np.linspace(0, 1, 12)[1:-1]
    before = SplineBasis(x, clamped_knots((0.0, 1.0), inner, degree=degree), degree)
    shifted = inner.copy()
    shifted[moved] += 0.03

    after = SplineBasis(
        x, clamped_knots((0.0, 1.0), shifted, degree=degree), degree, previous=before
    )

    fresh = SplineBasis(x, after.knots, degree)
    assert_array_equal(after.values, fresh.values)
    assert after.changed.size <= 2 * degree
    touched = np.any(before.values != after.values, axis=0)
    assert set(after.interval_of(np.flatnonzero(touched))) <= set(after.changed)


def test_the_jump_rows_measure_the_jump_of_the_highest_derivative(rng):
    inner = np.array([0.2, 0.45, 0.7])
    knots = clamped_knots((0.0, 1.0), inner, degree=3)
    coefficients = rng.normal(size=7)

    places, rows = SplineBasis(np.zeros(0), knots, 3).jump_rows()

    third = BSpline(knots, coefficients, 3).derivative(3)
    jumps = (third(inner + 1e-9) - third(inner - 1e-9)) / 6.0
    assert_allclose(knots[places], inner)
    assert_allclose(rows @ coefficients, jumps, rtol=1e-9)


def test_overlapping_blocks_add_up_to_the_band_of_their_matrix(rng):
    first, size = np.array([0, 1, 4]), 7
    blocks = rng.normal(0, 1, (3, 3, 3))
    blocks = blocks + blocks.transpose(0, 2, 1)
    full = np.zeros((size, size))
    for block, at in zip(blocks, first, strict=True):
        full[at : at + 3, at : at + 3] += block

    band = lower_band(blocks, first, size)

    for below in range(3):
        assert_allclose(band[below, : size - below], np.diagonal(full, -below))
