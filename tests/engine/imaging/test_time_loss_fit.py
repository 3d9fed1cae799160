"""The fit of an exponential approach: the normalization, and what decides about tau."""

import numpy as np
import pytest

from engine.imaging.time_loss_fit import ApproachFit, fit_approach


def fitted(
    days: np.ndarray, values: np.ndarray, stars: list[int] | None = None, **changes: float
) -> ApproachFit:
    options = {"near_days": 30.0, "tau_days": 200.0, "free_above": 10.0} | changes
    numbers = np.zeros(days.size, dtype=np.int64) if stars is None else np.array(stars)
    return fit_approach(days, values, 1e-3 * values, numbers, **options)


def test_a_line_in_the_decay_is_that_of_ordinary_least_squares(rng: np.random.Generator) -> None:
    days = np.linspace(0.0, 900.0, 12)
    values = 1.0 - 0.005 * np.exp(-days / 200.0) + 1e-3 * rng.standard_normal(12)

    fit = fitted(days, values, free_above=1e9)

    slope, level = np.polyfit(np.exp(-days / 200.0), values, 1, w=1.0 / values)
    assert fit.amplitude == pytest.approx(slope, rel=1e-3)  # weights change with the scatter
    assert fit.asymptote == pytest.approx(level, rel=1e-6)
    assert fit.freedom == pytest.approx(10.0, rel=1e-3)


def test_a_star_is_brought_to_the_monitor_although_the_response_fell_in_between() -> None:
    days = np.array([0.0, 20.0, 300.0, 600.0, 900.0, 130.0, 320.0])
    truth = 1.0 - 0.2 * np.exp(-days / 150.0)
    values = truth * np.where(np.arange(7) >= 5, 1.7, 1.0)

    fit = fitted(days, values, [0, 0, 0, 0, 0, 1, 1])

    assert fit.normalized == pytest.approx(truth, rel=1e-5)
    assert fit.is_tau_free
    assert fit.tau_days == pytest.approx(150.0, rel=1e-3)


def test_a_star_that_is_never_near_in_time_is_not_used() -> None:
    days = np.array([0.0, 300.0, 900.0, 500.0, 600.0])

    fit = fitted(days, np.ones(5), [0, 0, 0, 1, 1])

    assert np.isnan(fit.normalized).tolist() == [False, False, False, True, True]


@pytest.mark.parametrize(("free_above", "is_free"), [(5.0, True), (1000.0, False)])
def test_tau_is_free_where_the_amplitude_is_clear(
    rng: np.random.Generator, free_above: float, is_free: bool
) -> None:
    days = np.linspace(0.0, 900.0, 30)
    values = 1.0 - 0.1 * np.exp(-days / 120.0) + 1e-3 * rng.standard_normal(30)

    fit = fitted(days, values, free_above=free_above)

    assert fit.is_tau_free is is_free
    assert bool(np.isfinite(fit.errors[2])) is is_free


def test_three_dates_never_make_tau_free() -> None:
    days = np.array([0.0, 0.0, 200.0, 200.0, 900.0, 900.0])

    fit = fitted(days, 1.0 - 0.2 * np.exp(-days / 120.0))

    assert not fit.is_tau_free


def test_days_within_half_a_time_constant_tell_no_loss() -> None:
    fit = fitted(np.array([0.0, 10.0, 20.0]), np.array([0.9, 1.0, 1.1]))

    assert fit.amplitude == 0.0
    assert np.isnan(fit.errors[1:]).all()
    assert fit.scatter == pytest.approx(0.1, rel=0.05)  # relative to a weighted mean


def test_values_without_any_error_or_scatter_have_errors_that_are_not_known() -> None:
    days = np.array([0.0, 600.0])

    fit = fit_approach(
        days, np.array([0.8, 1.0]), np.zeros(2), np.zeros(2, dtype=np.int64),
        near_days=30.0, tau_days=200.0, free_above=10.0,
    )  # fmt: skip

    assert np.isnan(fit.errors).all()
