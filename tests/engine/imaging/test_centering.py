"""Finding the star: known places, saturated cores, empty sky."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.imaging.centering import locate_star, place_of_coordinates
from tests.helpers.star_images import airy, gaussian, sky_plane, star_image

SHAPE = (64, 64)


@pytest.mark.parametrize("center", [(30.0, 31.0), (30.5, 31.5), (29.73, 32.21)])
def test_center_of_mass_is_that_of_the_star(center):
    image = star_image(10.0 + gaussian(SHAPE, center, 5e4, 1.4))

    place = locate_star(image, (33.0, 28.0), search_px=10.0, fwhm_px=3.0)

    assert_allclose((place.x, place.y), center, atol=2e-3)
    assert place.how == "center of mass"


def test_airy_rings_do_not_pull_the_center():
    center = (30.31, 31.87)
    image = star_image(airy(SHAPE, center, 1e5, 1.1))

    place = locate_star(image, (30.0, 30.0), search_px=8.0, fwhm_px=2.9)

    assert_allclose((place.x, place.y), center, atol=0.02)


def test_brightest_source_near_the_coordinates_is_taken_and_not_a_brighter_one_far_away():
    stars = gaussian(SHAPE, (20.0, 20.0), 3e3, 1.4) + gaussian(SHAPE, (50.0, 50.0), 9e4, 1.4)

    place = locate_star(star_image(5.0 + stars), (22.0, 19.0), search_px=8.0, fwhm_px=3.0)

    assert_allclose((place.x, place.y), (20.0, 20.0), atol=0.01)


def test_missing_pixel_moves_the_center_little():
    rate = 10.0 + gaussian(SHAPE, (30.2, 30.4), 5e4, 1.6)
    rate[33, 31] = np.nan

    place = locate_star(star_image(rate), (31.0, 30.0), search_px=10.0, fwhm_px=3.5)

    assert_allclose((place.x, place.y), (30.2, 30.4), atol=0.03)


def test_saturated_core_leaves_the_coordinates():
    rate = 10.0 + gaussian(SHAPE, (30.2, 30.4), 5e6, 1.6)
    flags = np.zeros(SHAPE, dtype=np.uint32)
    rate[30, 30], flags[30, 30] = np.nan, 3

    place = locate_star(star_image(rate, flags=flags), (30.1, 30.3), search_px=10.0, fwhm_px=3.5)

    assert place.how == "coordinates"
    assert place.n_saturated == 1
    assert (place.x, place.y) == (30.1, 30.3)


def test_empty_sky_says_that_nothing_stands_out():
    sky = 10.0 + np.random.default_rng(3).normal(0.0, 1.0, SHAPE)

    place = locate_star(star_image(sky), (30.0, 30.0), search_px=5.0, fwhm_px=3.0)

    assert place.how == "coordinates"
    assert "Nothing stands out within 5 px" in place.messages[0]


def test_sky_place_becomes_a_pixel():
    image = star_image(np.ones(SHAPE), sky=sky_plane())

    x, y = place_of_coordinates(image, image.sky.pixel_to_sky(12.3, 45.6), "x")

    assert_allclose((x, y), (12.3, 45.6), atol=1e-6)


@pytest.mark.parametrize("sky_deg", [(246.01, 65.0), (66.0, -65.0)])
def test_star_outside_the_image_is_said(sky_deg):
    image = star_image(np.ones(SHAPE), sky=sky_plane())

    with pytest.raises(DataError, match="10 Lac lies outside the image: "):
        place_of_coordinates(image, sky_deg, "10 Lac")


def test_image_without_coordinates_is_said():
    with pytest.raises(DataError, match="The image has no coordinates"):
        place_of_coordinates(star_image(np.ones(SHAPE)), (246.0, 65.0), "x")
