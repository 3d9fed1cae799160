"""Tests of engine.numerics.splines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import BSpline, make_lsq_spline

from engine.errors import FitError
from engine.numerics.splines import Rejection, SplineSpace, fit_spline

X = np.linspace(5.0, 7.0, 400)
SPACE = SplineSpace((5.0, 7.0), (5.5, 6.0, 6.5))
REJECT = Rejection(3.0, 3.0)


def smooth(x):
    return 2.0 + 0.3 * np.sin(2.0 * x)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_a_polynomial_of_the_degree_is_recovered_exactly(degree):
    y = 2.0 - 0.3 * (X - 6) + 0.7 * (X - 6) ** degree

    fit = fit_spline(X, y, SplineSpace((5.0, 7.0), (5.5, 6.0, 6.5), degree), rejection=REJECT)

    assert_allclose(fit(X), y, rtol=1e-12)
    assert fit.used.all()


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
def test_the_curve_is_that_of_scipy_on_the_same_knots(degree, rng):
    y = smooth(X) + rng.normal(0, 0.01, X.size)
    error = rng.uniform(0.005, 0.05, X.size)
    breakpoints = tuple(np.sort(rng.uniform(5.1, 6.9, 12)))

    fit = fit_spline(X, y, SplineSpace((5.0, 7.0), breakpoints, degree), error=error)

    scipy_curve = make_lsq_spline(X, y, fit.knots, degree, w=1 / error)
    assert_allclose(fit(X), scipy_curve(X), rtol=1e-11)


def test_the_covariance_is_that_of_the_dense_normal_equations(rng):
    error = rng.uniform(0.005, 0.05, X.size)

    fit = fit_spline(X, smooth(X), SPACE, error=error, weight=np.full(X.size, 0.25))

    design = BSpline.design_matrix(X, fit.knots, 3).toarray()
    normal = design.T @ (design * (0.25 / error**2)[:, None])
    assert_allclose(fit.inverse_normal, np.linalg.inv(normal), rtol=1e-8, atol=1e-16)
    expected = np.einsum("ij,jk,ik->i", design, np.linalg.inv(normal), design)
    assert_allclose(fit.variance(X), expected, rtol=1e-8)


def test_a_narrow_line_does_not_bend_the_curve(rng):
    y = smooth(X) + rng.normal(scale=1e-3, size=X.size)
    line = np.abs(X - 5.908) < 0.012

    limit = Rejection(6.0, 6.0)  # beyond all noise: both masks are the line alone
    with_line = fit_spline(X, y + 0.05 * line, SPACE, rejection=limit)
    without = fit_spline(X, np.where(line, np.nan, y), SPACE, rejection=limit)

    assert not with_line.used[line].any()
    assert_allclose(with_line(X), without(X), rtol=1e-12)


def test_the_mask_returned_is_the_one_of_the_last_fit(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    y[::17] += 0.2

    fit = fit_spline(X, y, SPACE, rejection=REJECT)
    again = fit_spline(np.where(fit.used, X, np.nan), y, SPACE)

    assert fit.converged
    assert fit.n_fits > 1
    assert_allclose(fit(X), again(X), rtol=1e-12)


def test_rejection_is_stable_at_its_end(rng):
    y = smooth(X) + rng.standard_t(2, size=X.size) * 0.01

    fit = fit_spline(X, y, SPACE, rejection=REJECT)

    deviation = np.abs(y - fit(X))
    assert_array_equal(fit.used, deviation <= 3.0 * fit.scale)


def test_limits_above_and_below_are_apart(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    y[50], y[150] = y[50] + 0.5, y[150] - 0.5

    fit = fit_spline(X, y, SPACE, rejection=Rejection(below=np.inf, above=5.0))

    assert not fit.used[50]
    assert fit.used[150]


def test_errors_as_given_decide_when_asked(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    y[50] += 0.05

    trusting = Rejection(3.0, 3.0, scale="errors")
    wide = fit_spline(X, y, SPACE, error=np.full(X.size, 0.1), rejection=trusting)
    narrow = fit_spline(X, y, SPACE, error=np.full(X.size, 0.01), rejection=trusting)

    assert wide.used.all()
    assert not narrow.used[50]
    assert wide.scale == pytest.approx(0.1, rel=0.2)


def test_the_iteration_ends_where_it_is_told_and_says_so(rng):
    y = smooth(X) + rng.standard_t(1.5, size=X.size) * 0.01

    fit = fit_spline(X, y, SPACE, rejection=Rejection(1.5, 1.5, max_fits=2))

    assert fit.n_fits == 2
    assert not fit.converged


@given(seed=st.integers(0, 2**32 - 1), limit=st.floats(0.7, 2.0))
@settings(max_examples=60)
def test_rejection_always_comes_to_rest(seed, limit):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0, 1, 60))
    y = rng.standard_t(1.2, size=60)

    fit = fit_spline(
        x, y, SplineSpace((0.0, 1.0), (), 1), rejection=Rejection(limit, limit, max_fits=500)
    )

    assert fit.converged


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e30, -3.0])
def test_scaling_the_data_scales_the_curve(scale, rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)

    one = fit_spline(X, y, SPACE, rejection=REJECT)
    scaled = fit_spline(X, scale * y, SPACE, rejection=REJECT)

    assert_allclose(scaled(X), scale * one(X), rtol=1e-11)
    assert_array_equal(one.used, scaled.used)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25)
def test_order_does_not_matter_and_dropped_is_as_good_as_missing(seed):
    rng = np.random.default_rng(seed)
    y = smooth(X) + rng.standard_t(3, size=X.size) * 0.01
    gone = rng.random(X.size) < 0.2
    shuffled = rng.permutation(X.size)

    one = fit_spline(X, np.where(gone, np.nan, y), SPACE, rejection=REJECT)
    dropped = fit_spline(X[~gone], y[~gone], SPACE, rejection=REJECT)
    masked = fit_spline(X, y, SPACE, weight=np.where(gone, 0.0, 1.0), rejection=REJECT)
    reordered = fit_spline(
        X[shuffled], np.where(gone, np.nan, y)[shuffled], SPACE, rejection=REJECT
    )

    for other in (dropped, masked, reordered):
        assert_allclose(other(X), one(X), rtol=1e-11)
    assert_array_equal(reordered.used, one.used[shuffled])


def test_samples_without_a_valid_error_are_left_out_and_counted(rng):
    error = np.full(X.size, 0.01)
    error[[3, 50, 70, 71]] = [0.0, -1.0, np.nan, np.inf]
    y = smooth(X)
    y[[3, 50, 70, 71]] = 100.0

    fit = fit_spline(X, y, SPACE, error=error)

    assert fit.n_invalid == 4
    without = np.setdiff1d(np.arange(X.size), [3, 50, 70, 71])
    assert_allclose(fit(X), fit_spline(X[without], y[without], SPACE)(X), rtol=1e-12)


def test_errors_weigh(rng):
    y = np.where(X < 6.0, 1.0, 1.0)
    y[::2] += 0.1
    error = np.where(np.arange(X.size) % 2 == 0, 3.0, 1.0)

    fit = fit_spline(X, y, SplineSpace((5.0, 7.0), (), 1), error=error)

    assert_allclose(fit(X), 1.0 + 0.1 * 0.1, atol=2e-4)  # weights 1/9 and 1


def test_repeated_abscissae_count_as_separate_measurements():
    x = np.repeat(X, 2)
    y = np.repeat(smooth(X), 2) + np.tile([0.1, -0.1], X.size)

    fit = fit_spline(x, y, SPACE)

    assert_allclose(fit(X), fit_spline(X, smooth(X), SPACE)(X), rtol=1e-11)


def test_a_held_value_is_passed_exactly_and_the_rest_still_fits(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    held = ((5.2, 2.4), (6.1, 1.7))

    fit = fit_spline(X, y, SplineSpace((5.0, 7.0), (5.5, 6.0, 6.5), held=held))

    assert_allclose(fit(np.array([5.2, 6.1])), [2.4, 1.7], rtol=1e-14)
    assert fit.n_free == 7 - 2
    assert_allclose(fit.variance(np.array([5.2, 6.1])), 0.0, atol=1e-12)


def test_held_values_give_the_constrained_least_squares_solution(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    space = SplineSpace((5.0, 7.0), (5.5, 6.0, 6.5), held=((5.7, 2.0),))

    fit = fit_spline(X, y, space)

    # The dense solution of the same problem: eliminate along the null space of the constraint.
    design = BSpline.design_matrix(X, fit.knots, 3).toarray()
    row = BSpline.design_matrix(np.array([5.7]), fit.knots, 3).toarray()
    null = np.linalg.svd(row)[2][1:].T
    start = np.linalg.pinv(row) @ [2.0]
    free = np.linalg.lstsq(design @ null, y - design @ start, rcond=None)[0]
    assert_allclose(fit.coefficients, start + null @ free, rtol=1e-9)


def test_a_curve_may_hang_on_held_values_where_there_are_no_data():
    x = X[(X < 5.6) | (X > 6.4)]
    space = SplineSpace((5.0, 7.0), (5.55, 5.8, 6.2, 6.45), held=((5.9, 3.0), (6.05, 3.1)))

    fit = fit_spline(x, np.full(x.size, 2.0), space)

    assert_allclose(fit(np.array([5.9, 6.05])), [3.0, 3.1], rtol=1e-12)


def test_more_held_values_than_freedom_are_refused_by_name():
    held = tuple((5.50 + 0.01 * i, 2.0 + i) for i in range(6))

    with pytest.raises(FitError, match=r"held value at 5\.5\d") as caught:
        fit_spline(X, smooth(X), SplineSpace((5.0, 7.0), held=held))

    assert "Release" in caught.value.hint


@pytest.mark.parametrize("at", [5.0, 6.0, 7.0])
def test_values_may_be_held_at_the_limits_and_at_a_break(at):
    space = SplineSpace((5.0, 7.0), (5.5,), breaks=(6.0,), held=((at, 9.0),))

    fit = fit_spline(X, smooth(X), space)

    assert_allclose(fit(np.array([at])), 9.0, rtol=1e-12)


@pytest.mark.parametrize("point", [(4.9, 1.0), (6.0, np.nan)])
def test_a_held_value_that_makes_no_sense_is_refused(point):
    with pytest.raises(FitError, match="held value at"):
        fit_spline(X, smooth(X), SplineSpace((5.0, 7.0), held=(point,)))


def test_a_break_lets_the_curve_jump():
    y = np.where(X < 6.1, smooth(X), smooth(X) + 0.5)

    jumping = fit_spline(X, y, SplineSpace((5.0, 7.0), (5.5, 6.5), breaks=(6.1,)))
    plain = fit_spline(X, y, SplineSpace((5.0, 7.0), (5.5, 6.1, 6.5)))

    assert_allclose(jumping(X), y, atol=2e-3)
    assert np.abs(plain(X) - y).max() > 0.1


def test_the_two_sides_of_a_break_do_not_feel_each_other():
    y = smooth(X)
    space = SplineSpace((5.0, 7.0), (5.5, 6.5), breaks=(6.1,))

    one = fit_spline(X, y, space)
    other = fit_spline(X, np.where(X < 6.1, y, 100.0), space)

    assert_allclose(one(X[X < 6.1]), other(X[X < 6.1]), rtol=1e-12)


def test_an_empty_stretch_names_its_breakpoints():
    y = np.where((X > 5.2) & (X < 5.41), np.nan, 1.0)
    space = SplineSpace((5.0, 7.0), (5.1, 5.22, 5.25, 5.28, 5.30, 5.35, 6.0))

    with pytest.raises(FitError, match=r"No data between 5\.20 and 5\.41 µm") as caught:
        fit_spline(X, y, space)

    assert caught.value.breakpoints_um == (5.22, 5.25, 5.28, 5.30, 5.35)
    assert "5.22, 5.25, 5.28, 5.30, 5.35 µm" in caught.value.what
    assert caught.value.hint == "Move or remove one, or reject fewer samples."


def test_a_break_without_data_on_one_side_is_refused():
    with pytest.raises(FitError, match=r"6\.99") as caught:
        fit_spline(X, smooth(X), SplineSpace((5.0, 7.0), breaks=(6.99,)))

    assert caught.value.breakpoints_um == (6.99,)


@given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(1, 14), m=st.integers(0, 8), k=st.integers(1, 5)
)
@settings(max_examples=150)
def test_what_is_accepted_has_full_rank_and_what_is_refused_has_not(seed, n, m, k):
    rng = np.random.default_rng(seed)
    x = np.sort(rng.choice(np.linspace(0.0, 1.0, 21), n, replace=True))
    breakpoints = np.sort(rng.choice(np.linspace(0.0, 1.0, 21)[1:-1], m, replace=False))
    space = SplineSpace((0.0, 1.0), tuple(breakpoints), k)

    design = BSpline.design_matrix(x, space.knots(), k).toarray()
    independence = _smallest_singular_value(design)
    try:
        fit = fit_spline(x, np.ones(n), space)
    except FitError:
        assert independence < 1e-5
    else:
        assert independence > 1e-14
        assert_allclose(design @ fit.coefficients, 1.0, atol=1e-9)
        assert_allclose(fit.coefficients, 1.0, atol=1e-8 / independence)


def _smallest_singular_value(design):
    """Of columns of length one: 0 where samples do not determine them, 1 where they are alone."""
    length = np.linalg.norm(design, axis=0)
    if length.size > design.shape[0] or not length.all():
        return 0.0
    return np.linalg.svd(design / length, compute_uv=False)[-1]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_too_few_samples_for_the_degree_are_refused_by_number(n):
    with pytest.raises(FitError, match=rf"{n} samples? cannot determine a curve of degree 3"):
        fit_spline(X[:n], np.ones(n), SplineSpace((5.0, 7.0)))


def test_nothing_to_fit_is_said_in_words():
    with pytest.raises(FitError, match="no measurement"):
        fit_spline(X, np.full(X.size, np.nan), SPACE)
    with pytest.raises(FitError, match="None of the 400 samples has an error above zero"):
        fit_spline(X, smooth(X), SPACE, error=np.zeros(X.size))
    with pytest.raises(FitError, match="All 400 samples are excluded"):
        fit_spline(X, smooth(X), SPACE, weight=np.zeros(X.size))


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (SplineSpace((5.0, 7.0), (6.0, 5.5)), "do not increase"),
        (SplineSpace((5.0, 7.0), (6.0, 6.0)), "do not increase"),
        (SplineSpace((5.0, 7.0), (5.0, 6.0)), "breakpoint at 5 µm is not between"),
        (SplineSpace((5.0, 7.0), (6.0, 7.5)), "breakpoint at 7.5 µm is not between"),
        (SplineSpace((5.0, 7.0), breaks=(8.0,)), "break at 8 µm is not between"),
        (SplineSpace((5.0, 7.0), degree=0), "degree of 0"),
        (SplineSpace((5.0, 7.0), degree=6), "degree of 6"),
        (SplineSpace((7.0, 5.0)), "Nothing lies between"),
    ],
)
def test_spaces_that_make_no_sense_are_refused(space, words):
    with pytest.raises(FitError, match=words):
        fit_spline(X, smooth(X), space)


def test_a_breakpoint_on_a_break_is_the_break():
    y = np.where(X < 6.0, 1.0, 2.0)

    fit = fit_spline(X, y, SplineSpace((5.0, 7.0), (5.5, 6.0), breaks=(6.0,)))

    assert_allclose(fit(X), y, rtol=1e-11)


def test_beyond_the_limits_there_is_no_value():
    fit = fit_spline(X, smooth(X), SplineSpace((5.5, 6.5), (6.0,)))

    assert np.isnan(fit(np.array([5.49, 6.51]))).all()
    assert_array_equal(fit.used, (X >= 5.5) & (X <= 6.5))


def test_an_outlier_with_a_tiny_error_leaves_no_trace_once_rejected(rng):
    y = smooth(X) + rng.normal(scale=0.01, size=X.size)
    error = np.full(X.size, 0.01)
    y[200], error[200] = y[200] + 0.5, 1e-6

    fit = fit_spline(X, y, SPACE, error=error, rejection=REJECT, start=np.arange(X.size) != 200)
    without = fit_spline(np.delete(X, 200), np.delete(y, 200), SPACE, rejection=REJECT)

    assert not fit.used[200]
    assert_allclose(fit(X), without(X), rtol=1e-10)


@pytest.mark.parametrize(
    ("breakpoints", "degree"), [((5.5, 6.0, 6.5), 5), ((5.011, 5.0145, 5.0149), 5)]
)
def test_badly_conditioned_fits_are_as_good_as_an_orthogonal_solution(breakpoints, degree):
    x = X[(X <= 5.05) | (X >= 5.6)]
    y = np.sin(x) + 1e3
    error = np.where(x < 6.0, 1e-4, 1.0)

    fit = fit_spline(x, y, SplineSpace((5.0, 7.0), breakpoints, degree), error=error)

    design = BSpline.design_matrix(x, fit.knots, degree).toarray() / error[:, None]
    orthogonal = np.linalg.lstsq(design, y / error, rcond=None)[0]
    assert_allclose(fit.coefficients, orthogonal, rtol=2e-12)


def test_inputs_are_left_alone(rng):
    x, y, error = (np.array(v) for v in (X, smooth(X), np.ones(X.size)))
    for array in (x, y, error):
        array.setflags(write=False)

    fit = fit_spline(x, y, SPACE, error=error, rejection=REJECT)  # raises if it writes

    with pytest.raises(ValueError, match="read-only"):
        fit.coefficients[0] = 0.0
