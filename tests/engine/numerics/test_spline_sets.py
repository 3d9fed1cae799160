"""Tests of engine.numerics.spline_sets."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FitError
from engine.numerics.breakpoints import even
from engine.numerics.spline_sets import SplineSets
from engine.numerics.splines import SplineSpace, fit_spline

LIMITS = (5.0, 6.0)
SETS = [even(LIMITS, count) for count in range(13)]


@pytest.fixture
def samples(rng):
    x = np.sort(rng.uniform(*LIMITS, 400))
    error = rng.uniform(0.005, 0.02, x.size)
    return x, 1.0 + np.sin(10 * x) + rng.normal(0, error), error


def one_by_one(x, y, error, space):
    """Return each curve from a fit of its own."""
    rows = []
    for breakpoints in SETS:
        own = tuple(at for at in breakpoints if at not in space.breaks)
        single = SplineSpace(LIMITS, own, space.degree, space.breaks, space.held)
        try:
            rows.append(fit_spline(x, y, single, error=error)(x))
        except FitError:
            rows.append(np.full(x.size, np.nan))
    return np.array(rows)


@pytest.mark.parametrize("degree", [1, 3, 5])
@pytest.mark.parametrize("breaks", [(), (5.5,)])
def test_each_set_gives_the_curve_of_its_own_fit(samples, degree, breaks):
    x, y, error = samples
    space = SplineSpace(LIMITS, degree=degree, breaks=breaks)

    curves = SplineSets.of(x, space, SETS).weighted(error**-2).fitted(y)

    assert_allclose(curves, one_by_one(x, y, error, space), atol=1e-9)


def test_held_points_are_passed_closely(samples):
    x, y, error = samples
    space = SplineSpace(LIMITS, held=((5.3, 2.0), (5.8, 1.0)))

    curves = SplineSets.of(x, space, SETS).weighted(error**-2).fitted(y)

    assert_allclose(curves, one_by_one(x, y, error, space), atol=1e-4)


def test_one_factorization_serves_any_ordinates(samples, rng):
    x, y, error = samples
    sets = SplineSets.of(x, SplineSpace(LIMITS), SETS).weighted(error**-2)
    other = rng.normal(0, 1, x.size)

    together = sets.fitted(y + other)

    assert_allclose(together, sets.fitted(y) + sets.fitted(other), atol=1e-10)


def test_each_set_may_weigh_the_samples_in_its_own_way(samples):
    x, y, error = samples
    left = np.where(x < 5.6, error**-2, 0.0)
    space = SplineSpace(LIMITS)

    curves = SplineSets.of(x, space, [(), ()]).weighted(np.array([error**-2, left])).fitted(y)

    kept = np.where(x < 5.6, y, np.nan)
    assert_allclose(curves[0], fit_spline(x, y, space, error=error)(x), atol=1e-10)
    assert_allclose(curves[1], fit_spline(x, kept, space, error=error)(x), atol=1e-8)


def test_sets_without_data_are_named_and_spoil_no_other(samples):
    x, y, error = samples
    gap = np.where((x > 5.2) & (x < 5.65), 0.0, 1.0)
    holed = np.where(gap, y, np.nan)

    sets = SplineSets.of(x, SplineSpace(LIMITS), SETS).weighted(gap * error**-2)
    curves = sets.fitted(y)

    alone = one_by_one(x, holed, error, SplineSpace(LIMITS))
    assert 0 < np.count_nonzero(sets.determined) < len(SETS)
    assert_array_equal(sets.determined, np.isfinite(alone[:, 0]))
    assert_allclose(curves, alone, atol=1e-6)


def test_stretches_without_samples_do_not_matter_where_the_spline_is_determined(samples):
    x, y, error = samples
    outside = (x < 5.40) | (x > 5.52)
    x, y, error = x[outside], y[outside], error[outside]

    sets = SplineSets.of(x, SplineSpace(LIMITS), SETS).weighted(error**-2)

    expected = one_by_one(x, y, error, SplineSpace(LIMITS))
    assert sets.determined.all()
    assert_allclose(sets.fitted(y), expected, atol=1e-6)
