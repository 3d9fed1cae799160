"""Tests of engine.numerics.circles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from photutils.geometry import circular_overlap_grid

from engine.numerics.circles import circle_overlap


def photutils_overlap(radius, center, shape):
    n_y, n_x = shape
    left, bottom = -0.5 - center[0], -0.5 - center[1]
    return circular_overlap_grid(left, left + n_x, bottom, bottom + n_y, n_x, n_y, radius, 1, 1)


def test_the_area_of_a_circle_inside_the_field_is_pi_r_squared():
    radii = np.array([0.01, 0.3, 0.5, 1.0, 5.3, 11.9])

    overlap = circle_overlap(radii, (15.3, 14.8), (31, 33))

    assert_allclose(overlap.sum(axis=(1, 2)), np.pi * radii**2, rtol=1e-13)


def test_a_circle_in_the_middle_of_a_pixel_has_the_area_of_the_rounded_square():
    # Radius 0.6 about a unit pixel: the circle less four segments beyond half a pixel.
    half_angle = np.arccos(0.5 / 0.6)
    segment = 0.6**2 * (half_angle - np.sin(half_angle) * np.cos(half_angle))

    overlap = circle_overlap(np.array([0.6]), (1.0, 1.0), (3, 3))

    assert_allclose(overlap[0, 1, 1], np.pi * 0.6**2 - 4.0 * segment, rtol=1e-14)
    assert_allclose(overlap[0, 0, 1], segment, rtol=1e-12)
    assert overlap[0, 0, 0] == 0.0


def test_a_quarter_of_a_circle_on_the_corner_of_the_field_is_counted():
    overlap = circle_overlap(np.array([2.0]), (-0.5, -0.5), (5, 6))

    assert_allclose(overlap.sum(), np.pi, rtol=1e-14)


@settings(max_examples=150)
@given(
    radius=st.floats(1e-3, 40.0),
    x=st.floats(-10.0, 25.0),
    y=st.floats(-10.0, 25.0),
)
def test_every_pixel_equals_the_exact_kernel_of_photutils(radius, x, y):
    overlap = circle_overlap(np.array([radius]), (x, y), (14, 17))

    assert_allclose(overlap[0], photutils_overlap(radius, (x, y), (14, 17)), atol=1e-12)


@pytest.mark.parametrize("center", [(7.0, 6.0), (7.5, 6.5), (7.0, 6.5)])
@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5, np.sqrt(0.5), 5.0])
def test_circles_that_touch_edges_and_corners_of_pixels_are_exact(center, radius):
    overlap = circle_overlap(np.array([radius]), center, (14, 17))

    assert_allclose(overlap[0], photutils_overlap(radius, center, (14, 17)), atol=1e-12)


def test_a_cutout_holds_the_same_overlap_as_the_whole_field():
    radii = np.linspace(1.0, 6.0, 7)

    whole = circle_overlap(radii, (12.2, 9.7), (20, 25))
    part = circle_overlap(radii, (12.2, 9.7), (8, 10), origin=(5, 6))

    assert_allclose(part, whole[:, 6:14, 5:15], atol=1e-14)


@pytest.mark.parametrize("radius", [0.0, -1.0, np.nan, -np.inf])
def test_a_radius_that_is_none_covers_nothing(radius):
    assert not circle_overlap(np.array([radius]), (2.0, 2.0), (5, 5)).any()


def test_many_radii_give_what_each_gives_alone():
    radii = np.linspace(0.1, 30.0, 2000)

    together = circle_overlap(radii, (20.3, 18.9), (40, 41))

    for k in (0, 555, 1999):
        assert np.array_equal(
            together[k], circle_overlap(radii[k : k + 1], (20.3, 18.9), (40, 41))[0]
        )
