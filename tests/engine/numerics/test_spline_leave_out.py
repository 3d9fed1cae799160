"""Tests of engine.numerics.spline_leave_out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.numerics.spline_leave_out import leave_out_changes, thinned_curves
from engine.numerics.splines import SplineSpace, fit_spline

X = np.linspace(5.0, 7.0, 500)
BREAKPOINTS = (5.3, 5.7, 6.0, 6.2, 6.8)


@pytest.fixture
def data(rng):
    y = 2.0 + 0.3 * np.sin(4.0 * X) + rng.normal(0, 0.02, X.size)
    return y, rng.uniform(0.01, 0.03, X.size)


@pytest.mark.parametrize("degree", [1, 3, 4])
@pytest.mark.parametrize("held", [(), ((6.1, 2.0),)])
@pytest.mark.parametrize("breaks", [(), (6.5,)])
def test_the_shortcut_is_the_refit_without_the_breakpoint(data, degree, held, breaks):
    y, error = data
    space = SplineSpace((5.0, 7.0), BREAKPOINTS, degree, breaks, held)
    fit = fit_spline(X, y, space, error=error)

    places, change = leave_out_changes(fit, X)

    assert_allclose(places, BREAKPOINTS)
    for index in range(len(BREAKPOINTS)):
        fewer = (*BREAKPOINTS[:index], *BREAKPOINTS[index + 1 :])
        again = fit_spline(X, y, SplineSpace((5.0, 7.0), fewer, degree, breaks, held), error=error)
        assert_allclose(change[index], again(X) - fit(X), atol=1e-9)


@pytest.mark.parametrize("degree", [1, 3, 4])
@pytest.mark.parametrize("held", [(), ((6.1, 2.0),)])
@pytest.mark.parametrize("breaks", [(), (6.5,)])
def test_thinning_is_to_refit_without_the_breakpoint_that_costs_least(data, degree, held, breaks):
    y, error = data
    left = BREAKPOINTS

    def refit(breakpoints):
        space = SplineSpace((5.0, 7.0), breakpoints, degree, breaks, held)
        return fit_spline(X, y, space, error=error)(X)

    def chi2(curve):
        return np.sum(((y - curve) / error) ** 2)

    full = fit_spline(X, y, SplineSpace((5.0, 7.0), left, degree, breaks, held), error=error)

    for gone, values in zip(*thinned_curves(full, X), strict=True):
        fewer = {at: refit(tuple(one for one in left if one != at)) for at in left}
        assert chi2(fewer[gone]) == pytest.approx(min(map(chi2, fewer.values())), rel=1e-9)
        assert_allclose(values, fewer[gone], atol=1e-9)
        left = tuple(at for at in left if at != gone)

    assert left == ()


def test_without_breakpoints_nothing_changes():
    fit = fit_spline(X, X, SplineSpace((5.0, 7.0)))

    places, change = leave_out_changes(fit, X)

    assert places.size == 0
    assert change.shape == (0, X.size)
