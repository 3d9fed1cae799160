"""Tests of engine.mrs.response_curve."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import FitError
from engine.mrs.response_curve import fit_found, held_in, spline_space_of, vector_of
from engine.mrs.response_params import HeldValue, SampleState, StarResponseParams
from engine.mrs.response_samples import FitSamples

WAVE = np.linspace(5.0, 6.0, 200)


def samples(*, space="factor", used=None):
    used = np.ones(WAVE.size, dtype=bool) if used is None else used
    return FitSamples(
        wave_um=WAVE,
        y=1.0 + 0.1 * WAVE,
        error=np.full(WAVE.size, 0.01),
        weight=used.astype(float),
        start=used,
        state=np.where(used, SampleState.USED, SampleState.MASKED).astype(np.uint8),
        space=space,
        limits_um=(5.0, 6.0),
    )


@pytest.mark.parametrize(
    ("space", "value"), [("factor", 2.0), ("inverse", 0.5), ("inverse photon", 2.6)]
)
def test_a_held_factor_is_turned_into_the_fit_space(space, value):
    assert held_in(space, HeldValue(5.2, 2.0)) == pytest.approx(value)


def test_what_lies_outside_the_limits_is_left_out():
    params = StarResponseParams(breaks_um=(4.0, 5.5, 5.5), held=(HeldValue(7.0, 1.0),))

    space = spline_space_of(params, samples(), (4.9, 5.0, 5.3, 6.0))

    assert space.breakpoints == (5.3,)
    assert space.breaks == (5.5,)
    assert space.held == ()


def test_breakpoints_that_were_found_give_way_where_there_are_no_data():
    gap = samples(used=(WAVE < 5.3) | (WAVE > 5.7))
    crowded = (5.1, 5.32, 5.4, 5.45, 5.5, 5.55, 5.6, 5.9)
    params = StarResponseParams()

    fit, space = fit_found(gap, spline_space_of(params, gap, crowded), params)

    assert space.breakpoints == (5.1, 5.9)
    assert_allclose(fit(WAVE), 1.0 + 0.1 * WAVE, rtol=1e-9)


def test_without_breakpoints_to_give_up_the_failure_stands():
    few = samples(used=WAVE < 5.01)
    params = StarResponseParams()

    with pytest.raises(FitError, match="cannot determine"):
        fit_found(few, spline_space_of(params, few, ()), params)


def test_an_inverse_that_is_not_positive_has_no_factor():
    curve = np.array([0.5, 0.0, -0.5, np.nan])

    assert_allclose(vector_of(curve, "inverse", np.ones(4)), [2.0, np.nan, np.nan, np.nan])
    assert_allclose(vector_of(curve, "factor", np.ones(4)), curve)
