"""The spline fit against PyDL `iterfit`, iterated to convergence (Law+2025 used it)."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.numerics.splines import Rejection, SplineSpace, fit_spline

pytestmark = [pytest.mark.reference, pytest.mark.filterwarnings("default")]

LIMITS = (5.0, 7.0)
SIGMA = 0.005


def pydl_iterfit(x, y, error, breakpoints, mask, *, limit):
    """Fit once with PyDL; its own iteration never refits, so it is driven from outside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pydlutils = pytest.importorskip("pydl.pydlutils.bspline")
        # The lowest and highest breakpoint are moved to the ends of the data, in place.
        ends = np.array([LIMITS[0], *breakpoints, LIMITS[1]])
        spline, _ = pydlutils.iterfit(
            x, y, invvar=mask / error**2, bkpt=ends, nord=4, maxiter=0, upper=limit, lower=limit
        )
        curve, _ = spline.value(x)
    return curve


def pydl_converged(x, y, error, breakpoints, *, limit):
    mask = np.ones(x.size, dtype=bool)
    for _ in range(100):
        curve = pydl_iterfit(x, y, error, breakpoints, mask, limit=limit)
        kept = np.abs(y - curve) <= limit * error
        if np.array_equal(kept, mask):
            return curve, mask
        mask = kept
    pytest.fail("PyDL did not come to rest")


def noisy(rng, n):
    x = np.linspace(*LIMITS, n)
    y = 2.0 + 0.3 * np.sin(3.0 * x) + 0.05 * np.cos(9.0 * x) + rng.normal(0, SIGMA, n)
    return x, y


@pytest.mark.parametrize("n_breakpoints", [3, 10, 40])
@pytest.mark.parametrize("n", [500, 5000])
def test_without_rejection_the_curve_is_that_of_pydl(n, n_breakpoints, rng):
    x, y = noisy(rng, n)
    breakpoints = tuple(np.sort(rng.uniform(5.05, 6.95, n_breakpoints)))
    error = rng.uniform(0.5, 2.0, n) * SIGMA

    fit = fit_spline(x, y, SplineSpace(LIMITS, breakpoints), error=error)

    theirs = pydl_iterfit(x, y, error, breakpoints, np.ones(n), limit=1e9)
    assert_allclose(fit(x), theirs, rtol=1e-10)


@pytest.mark.parametrize("outliers", [0.005, 0.03])
@pytest.mark.parametrize("n_breakpoints", [6, 30])
def test_iterated_to_convergence_the_curve_is_that_of_pydl(n_breakpoints, outliers, rng):
    n = 2000
    x, y = noisy(rng, n)
    hit = rng.random(n) < outliers
    hit[[0, -1]] = False  # PyDL would move the ends of its knots
    y[hit] += 0.3
    breakpoints = tuple(np.linspace(*LIMITS, n_breakpoints + 2)[1:-1])
    error = np.full(n, SIGMA)

    trusting = Rejection(3.5, 3.5, scale="errors", max_fits=100)
    fit = fit_spline(x, y, SplineSpace(LIMITS, breakpoints), error=error, rejection=trusting)

    theirs, mask = pydl_converged(x, y, error, breakpoints, limit=3.5)
    assert fit.n_fits > 2
    assert_array_equal(fit.used, mask)
    assert_allclose(fit(x), theirs, rtol=1e-10)
    assert not fit.used[hit].any()
