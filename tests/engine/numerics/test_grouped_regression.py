"""Tests of engine.numerics.grouped_regression."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from engine.numerics.grouped_regression import (
    among_many,
    as_sigma,
    chance_of,
    chance_of_each,
    fit_each_grouped,
    fit_grouped,
    weights_with_scatter,
)


def _line(x):
    return np.column_stack([np.ones(x.size), x])


def test_without_repeats_it_is_the_ordinary_line(rng):
    x = rng.uniform(0, 5, 25)
    y = 1.0 + 0.02 * x + rng.normal(0, 0.1, 25)

    fit = fit_grouped(_line(x), y, np.ones(25), np.arange(25), tested=1)

    known = stats.linregress(x, y)
    assert fit.coefficients[1] == pytest.approx(known.slope, rel=1e-9)
    assert np.sqrt(fit.covariance[1, 1]) == pytest.approx(known.stderr, rel=1e-9)
    assert chance_of(fit, 1) == pytest.approx(known.pvalue, rel=1e-9)


def test_categories_give_the_analysis_of_variance(rng):
    kinds = np.repeat([0, 1, 2], [4, 9, 6])
    y = rng.normal(0, 1, 19) + 0.8 * (kinds == 1)
    design = np.column_stack([np.ones(19), kinds == 1, kinds == 2]).astype(float)

    fit = fit_grouped(design, y, np.ones(19), np.arange(19), tested=2)

    known = stats.f_oneway(*(y[kinds == kind] for kind in range(3)))
    assert chance_of(fit, 2) == pytest.approx(known.pvalue, rel=1e-9)


def test_repeats_are_fitted_by_generalized_least_squares(rng):
    groups = np.repeat(np.arange(8), [1, 5, 2, 7, 3, 3, 4, 6])
    x = rng.normal(size=31)
    weights = rng.uniform(0.5, 2.0, 31)
    y = x + rng.normal(0, 1.0, 8)[groups] + rng.normal(0, 0.5, 31) / np.sqrt(weights)

    fit = fit_grouped(_line(x), y, weights, groups, tested=1)

    ratio = (fit.group_scatter / fit.residual_scatter) ** 2
    dense = np.diag(1.0 / weights) + ratio * (groups[:, None] == groups)
    inverse = np.linalg.inv(dense)
    normal = np.linalg.inv(_line(x).T @ inverse @ _line(x))
    expected = normal @ _line(x).T @ inverse @ y
    rest = y - _line(x) @ expected
    assert ratio > 0.1
    assert_allclose(fit.coefficients, expected, rtol=1e-8)
    assert_allclose(fit.covariance, normal * (rest @ inverse @ rest) / 29, rtol=1e-8)


def test_a_balanced_design_gives_the_variances_of_the_analysis_of_variance(rng):
    groups = np.repeat(np.arange(12), 5)
    y = rng.normal(0, 2.0, 12)[groups] + rng.normal(0, 1.0, 60)

    fit = fit_grouped(np.ones((60, 1)), y, np.ones(60), groups, tested=1)

    table = y.reshape(12, 5)
    inside = np.mean(np.var(table, axis=1, ddof=1))
    between = np.var(table.mean(axis=1), ddof=1) - inside / 5
    assert fit.residual_scatter**2 == pytest.approx(inside, rel=0.02)
    assert fit.group_scatter**2 == pytest.approx(between, rel=0.02)
    assert fit.covariance[0, 0] == pytest.approx(np.var(table.mean(axis=1), ddof=1) / 12, rel=0.02)
    assert fit.freedom == pytest.approx(11)


def test_many_observations_of_few_stars_do_not_make_a_trend_between_stars_certain(rng):
    groups = np.repeat(np.arange(5), 40)
    x = np.arange(5.0)[groups]
    chances = []
    for _ in range(60):
        y = rng.normal(0, 1.0, 5)[groups] + rng.normal(0, 0.1, 200)
        chances.append(chance_of(fit_grouped(_line(x), y, np.ones(200), groups, tested=1), 1))

    # 5 % of 60 draws: more than 8 happen once in a hundred times.
    assert np.count_nonzero(np.array(chances) < 0.05) <= 8


def test_the_scatter_beyond_the_errors_enters_the_weights(rng):
    errors = np.where(np.arange(400) % 2, 0.1, 1.0)
    y = rng.normal(0, np.hypot(errors, 0.5))

    weights = weights_with_scatter(y, errors, np.arange(400))

    expected = (1.0 + 0.25) / (0.01 + 0.25)
    assert weights[1] / weights[0] == pytest.approx(expected, rel=0.3)
    assert weights.mean() == pytest.approx(1.0)


def test_an_error_that_is_not_known_counts_as_the_median_one(rng):
    errors = np.array([0.1, 0.2, 0.3, np.nan])

    weights = weights_with_scatter(np.array([1.0, 1.1, 0.9, 1.0]), errors, np.arange(4))

    assert weights[3] == pytest.approx(weights[1])


@pytest.mark.parametrize("tried", [1, 3, 8])
def test_chances_of_independent_tests_add_up(tried):
    assert among_many(0.01, tried) == pytest.approx(1 - 0.99**tried, rel=1e-12)
    assert among_many(1e-20, tried) == pytest.approx(tried * 1e-20, rel=1e-9)


def test_a_chance_is_said_in_sigma():
    assert as_sigma(2 * stats.norm.sf(4.0)) == pytest.approx(4.0)


def test_several_sets_of_values_are_fitted_as_each_alone(rng):
    groups = np.repeat(np.arange(9), 4)
    designs = np.stack([_line(rng.normal(size=36)) for _ in range(3)])
    values = rng.normal(0, 1.0, (3, 9))[:, groups] + rng.normal(0, 0.3, (3, 36))
    weights = rng.uniform(0.5, 2.0, (3, 36))
    weights[1, :6] = 0.0  # a whole group, and half of another
    weights[2, 10:] = 0.0

    found = fit_each_grouped(designs, values, weights, groups, tested=1)

    chances = chance_of_each(found, 1)
    for at, fit in enumerate(found):
        kept = weights[at] > 0
        alone = fit_grouped(
            designs[at, kept],
            values[at, kept],
            weights[at, kept],
            np.unique(groups[kept], return_inverse=True)[1],
            tested=1,
        )
        assert_allclose(fit.coefficients, alone.coefficients, rtol=1e-9)
        assert_allclose(fit.covariance, alone.covariance, rtol=1e-9)
        assert fit.freedom == pytest.approx(alone.freedom)
        assert chances[at] == pytest.approx(chance_of(alone, 1))


def test_no_values_have_no_fits():
    nothing = np.zeros((0, 4))

    assert fit_each_grouped(np.zeros((0, 4, 2)), nothing, nothing, np.arange(4), tested=1) == ()
