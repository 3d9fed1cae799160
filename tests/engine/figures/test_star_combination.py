"""Tests of engine.figures.star_combination."""

from dataclasses import replace

import pytest
from matplotlib.figure import Figure
from numpy.testing import assert_array_equal

from engine.figures import draw_star_combination
from engine.mrs.star_combination import CombinationParams, combine_stars
from tests.helpers.star_vectors import BANDS, OFFSETS, star_vectors


@pytest.fixture
def combination(rng):
    vectors = [
        replace(v, excluded="odd") if v.vector.identity.target == "HD 2811" else v
        for v in star_vectors(rng)
    ]
    return combine_stars(vectors, CombinationParams(order=1))


@pytest.fixture
def axes(combination):
    figure = Figure(layout="constrained")
    draw_star_combination(figure, combination, title="All stars")
    figure.draw_without_rendering()
    return figure.axes


def test_every_star_is_drawn_in_every_band_and_dotted_when_left_out(axes, combination):
    curves = [line for line in axes[0].lines if line.get_linewidth() == 0.6]

    assert len(curves) == len(BANDS) * len(OFFSETS)
    assert_array_equal(curves[0].get_ydata(), combination.relative[0].ratio)
    assert len({line.get_color() for line in curves}) == 3
    assert sum(line.get_linestyle() == ":" for line in curves) == len(BANDS)


def test_mean_polynomial_and_classes_are_in_the_legend(axes):
    _, labels = axes[0].get_legend_handles_labels()

    assert labels[-3:] == ["mean of the stars", "polynomial, order 1", "left out of the mean"]
    assert set(labels[:-3]) == {"hot stars", "A dwarfs", "solar analogs"}


def test_the_residuals_are_those_of_the_bands(axes, combination):
    points = [line for line in axes[1].lines if line.get_marker() == "o"]

    drawn = [float(line.get_ydata()[0]) for line in points]
    assert drawn == pytest.approx([100 * one.residual for one in combination.bands])
