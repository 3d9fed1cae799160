"""Regression with offsets of groups inside groups, against dense algebra and injected scatter."""

import numpy as np
import pytest

from engine.numerics.nested_regression import NestedFit, fit_nested


def drawn(rng: np.random.Generator, stars: int = 40) -> tuple[NestedFit, np.ndarray, np.ndarray]:
    """Return a fit of two levels of offsets, the dense true covariance, and the design."""
    outer = np.repeat(np.arange(stars), 6)
    inner = np.repeat(np.arange(stars * 3), 2)
    design = np.column_stack([np.ones(outer.size), np.tile([0.0, 1.0], stars * 3)])
    noise = np.full(outer.size, 0.003**2)
    values = (
        design @ [2.0, 0.5]
        + rng.normal(0.0, 0.015, stars)[outer]
        + rng.normal(0.0, 0.006, stars * 3)[inner]
        + rng.normal(0.0, 0.003, outer.size)
    )
    dense = np.diag(noise)
    dense += 0.015**2 * (outer[:, None] == outer) + 0.006**2 * (inner[:, None] == inner)
    return fit_nested(design, values, noise, outer, inner), dense, design


def test_the_scatter_of_both_levels_is_found(rng: np.random.Generator) -> None:
    fits = [drawn(rng)[0] for _ in range(20)]

    # 20 draws of 40 stars and 80 free differences between filters: 4 standard errors
    assert np.mean([one.outer_scatter for one in fits]) == pytest.approx(0.015, rel=4 / 40)
    assert np.mean([one.inner_scatter for one in fits]) == pytest.approx(0.006, rel=4 / 50)


def test_errors_are_those_of_the_dense_covariance(rng: np.random.Generator) -> None:
    fit, dense, design = drawn(rng, stars=300)

    expected = np.linalg.inv(design.T @ np.linalg.solve(dense, design))

    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(np.sqrt(np.diag(expected)), rel=0.15)
    assert fit.coefficients[1] == pytest.approx(0.5, abs=4 * np.sqrt(expected[1, 1]))


def test_what_differs_inside_a_group_does_not_feel_the_offsets(rng: np.random.Generator) -> None:
    fit, *_ = drawn(rng)

    # 120 pairs, each with a difference of sqrt(2) times the noise
    assert np.sqrt(fit.covariance[1, 1]) == pytest.approx(0.003 * np.sqrt(2 / 120), rel=1e-3)


def test_without_any_scatter_of_groups_it_is_weighted_least_squares(
    rng: np.random.Generator,
) -> None:
    x = np.linspace(0.0, 1.0, 30)
    errors = np.where(x > 0.5, 0.1, 0.2)
    values = 1.0 + x + errors * np.tile([1.0, -1.0], 15) * 0.5
    design = np.column_stack([np.ones(30), x])

    fit = fit_nested(design, values, errors**2, np.arange(30) // 6, np.arange(30) // 2)

    slope, level = np.polyfit(x, values, 1, w=1.0 / errors)
    assert fit.coefficients == pytest.approx([level, slope], rel=1e-5)
    assert fit.outer_scatter < 1e-3
