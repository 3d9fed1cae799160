"""Tests of engine.numerics.spline_solution."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import FitError
from engine.numerics.spline_basis import SplineBasis, clamped_knots
from engine.numerics.spline_solution import Solution, held_points

KNOTS = clamped_knots((0.0, 1.0), np.array([0.3, 0.6]), degree=3)
X = np.linspace(0.0, 1.0, 50)


def solved(y, *, points=(), weight=None):
    basis = SplineBasis(X, KNOTS, 3)
    weight = np.ones(X.size) if weight is None else weight
    band, right = basis.banded(basis.blocks(weight, y))
    return basis, Solution(basis, band, right, held_points(basis, points))


def test_the_inverse_is_that_of_the_normal_matrix():
    basis, solution = solved(np.sin(X))

    rows = basis.rows_at(X)
    assert_allclose(solution.inverse(), np.linalg.inv(rows.T @ rows), rtol=1e-10)


def test_held_points_leave_no_freedom_in_their_direction():
    basis, solution = solved(np.sin(X), points=((0.4, 2.0), (0.5, 1.0)))

    rows = basis.rows_at(np.array([0.4, 0.5]))
    assert_allclose(rows @ solution.coefficients, [2.0, 1.0], rtol=1e-14)
    assert_allclose(rows @ solution.inverse(), 0.0, atol=1e-13)
    assert np.linalg.matrix_rank(solution.inverse(), tol=1e-10) == basis.size - 2


def test_refining_keeps_held_points_and_the_minimum():
    basis, solution = solved(np.sin(X), points=((0.4, 2.0),))
    before = solution.coefficients.copy()

    solution.refine(basis.project(np.sin(X) - basis.curve(before)))

    assert_allclose(solution.coefficients, before, rtol=1e-10)
    assert_allclose(basis.rows_at(np.array([0.4])) @ solution.coefficients, 2.0, rtol=1e-13)


def test_weights_over_thirty_decades_are_solved():
    y = np.sin(X)
    weight = np.where(X < 0.5, 1e-15, 1e15)

    basis, solution = solved(y, weight=weight)

    right_half = X > 0.65
    assert_allclose(basis.curve(solution.coefficients)[right_half], y[right_half], rtol=1e-4)


def test_coefficients_without_any_weight_are_refused_with_their_breakpoints():
    with pytest.raises(FitError, match="do not determine the curve") as caught:
        solved(np.sin(X), weight=np.where(X < 0.28, 1.0, 0.0))

    assert caught.value.breakpoints_um
