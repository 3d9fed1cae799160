"""Tests of engine.numerics.spline_drag."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.errors import FitError
from engine.numerics.spline_drag import SplineDrag
from engine.numerics.splines import SplineSpace, fit_spline

X = np.linspace(5.0, 7.0, 800)
START = tuple(np.linspace(5.0, 7.0, 12)[1:-1])


@pytest.fixture
def curve(rng):
    y = 2.0 + 0.3 * np.sin(3.0 * X) + rng.normal(0, 0.01, X.size)
    used = rng.random(X.size) > 0.1
    y[~used] = np.nan
    error = rng.uniform(0.01, 0.02, X.size)
    return y, used, error


def drag_of(curve, space):
    y, used, error = curve
    return SplineDrag(X, y, space, used, error=error, weight=np.ones(X.size))


@pytest.mark.parametrize("breaks", [(), (6.05,)])
@pytest.mark.parametrize("degree", [1, 3, 5])
def test_every_step_of_a_drag_is_the_full_fit(curve, breaks, degree):
    y, _used, error = curve
    space = SplineSpace((5.0, 7.0), START, degree, breaks)
    drag = drag_of(curve, space)

    for shift in (0.0, 0.02, 0.05, -0.03):
        moved = (*START[:4], START[4] + shift, *START[5:])
        full = fit_spline(X, y, replace(space, breakpoints=moved), error=error)
        assert_allclose(drag.move(moved), full(X), rtol=1e-10)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_any_sequence_of_edits_ends_at_the_full_fit(seed):
    rng = np.random.default_rng(seed)
    y = 2.0 + 0.3 * np.sin(3.0 * X)
    drag = SplineDrag(
        X,
        y,
        SplineSpace((5.0, 7.0)),
        np.ones(X.size, dtype=bool),
        error=np.ones(X.size),
        weight=np.ones(X.size),
    )

    for _ in range(6):
        points = tuple(np.sort(rng.uniform(5.1, 6.9, rng.integers(1, 12))))
        held = ((float(rng.uniform(5.0, 7.0)), 2.2),) if rng.random() < 0.5 else ()
        result = drag.move(points, held)

    full = fit_spline(X, y, SplineSpace((5.0, 7.0), points, held=held))
    assert_allclose(result, full(X), rtol=1e-8)


def test_a_held_point_is_followed(curve):
    drag = drag_of(curve, SplineSpace((5.0, 7.0)))

    result = drag.move(START, ((float(X[300]), 2.5),))

    assert_allclose(result[300], 2.5, rtol=1e-12)


def test_a_step_that_fails_leaves_the_drag_usable(curve):
    drag = drag_of(curve, SplineSpace((5.0, 7.0)))
    before = drag.move(START)

    with pytest.raises(FitError, match="not between"):
        drag.move((*START[:-1], 7.5))
    with pytest.raises(FitError):
        drag.move((*(6.0 + 1e-5 * i for i in range(10)),))

    assert_allclose(drag.move(START), before, rtol=1e-12)
