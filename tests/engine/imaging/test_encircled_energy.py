"""Encircled energy of Gaussian and Airy stars, whose curves are known."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import j0, j1

from engine.errors import DataError
from engine.imaging.aperture_correction import (
    Apertures,
    aperture_correction,
    published_apertures,
)
from engine.imaging.centering import StarPlace
from engine.imaging.encircled_energy import (
    PARTS,
    EnergyParams,
    StarImage,
    measure_energy,
)
from engine.imaging.light_model import LightModel
from tests.helpers.star_images import airy, gaussian, gaussian_inside, star_image

SIDE = 121
CENTER = (60.3, 59.8)
RADIUS = np.arange(0.0, 300.0, 0.1)


def star(rate, number=1, center=CENTER, flags=None):
    place = StarPlace(*center, *center, "by hand")
    return StarImage(f"e{number}", f"star {number}", star_image(rate, flags=flags), place)


def gaussian_model(sigma):
    return LightModel(RADIUS, gaussian_inside(RADIUS, sigma), "table of encircled energy")


def airy_model(scale):
    v = scale * RADIUS
    return LightModel(RADIUS, 1.0 - j0(v) ** 2 - j1(v) ** 2, "table of encircled energy")


def measured(stars, model, **params):
    return measure_energy("F1000W", stars, model, EnergyParams(**params), pixel_arcsec=0.11)


def test_gaussian_star_gives_its_radii_and_its_correction():
    sigma = 4.0
    rate = 30.0 + gaussian((SIDE, SIDE), CENTER, 1e6, sigma)

    found = measured([star(rate)], gaussian_model(sigma), join_px=25.0)

    wide = np.sqrt(sigma**2 + 2.0 / 12.0)
    truth = wide * np.sqrt(-2.0 * np.log1p(-np.array(PARTS)))
    assert_allclose(found.part_radius_px, truth, atol=0.01)
    closed_form = 1.0 / (0.70 - 0.05 * np.log(0.30) / np.log(0.15 / 0.20))
    assert_allclose(found.correction.value, closed_form, rtol=3e-3)


def test_airy_star_gives_its_encircled_energy():
    scale = 0.3  # the first dark ring lies at 12.8 px: pixels hardly smear the core
    rate = 12.0 + airy((SIDE, SIDE), CENTER, 1e6, scale, finer=2)

    found = measured([star(rate)], airy_model(scale), join_px=40.0)

    v = scale * found.radius_px
    truth = 1.0 - j0(v) ** 2 - j1(v) ** 2
    assert_allclose(found.energy, truth, atol=4e-3)
    assert_allclose(
        found.part_radius_px[PARTS.index(0.7)], airy_model(scale).radius_of(0.7), rtol=5e-3
    )


def test_star_counts_inside_the_join_and_the_model_outside():
    seen, model = 4.0, gaussian_model(6.0)
    rate = gaussian((SIDE, SIDE), CENTER, 1e6, seen)

    found = measured([star(rate)], model, join_px=10.0, background="none")

    inside = found.radius_px <= 10.0
    at_join = gaussian_inside(10.0, 6.0) / gaussian_inside(10.0, seen)
    truth = gaussian_inside(found.radius_px, seen) * at_join
    assert_allclose(found.energy[inside], truth[inside], atol=1e-3)
    assert_allclose(
        found.energy[~inside], gaussian_inside(found.radius_px[~inside], 6.0), atol=1e-4
    )


def test_join_is_continuous_whatever_the_background():
    rate = 80.0 + gaussian((SIDE, SIDE), CENTER, 1e5, 4.0)

    for background in ("ring", "none"):
        found = measured([star(rate)], gaussian_model(4.0), join_px=12.0, background=background)
        at = round(12.0 / 0.25)
        assert_allclose(found.energy[at], found.model[at], rtol=1e-12)


def test_background_does_not_change_the_curve():
    rate = airy((SIDE, SIDE), CENTER, 1e6, 0.75)

    dark = measured([star(rate)], airy_model(0.75), join_px=30.0)
    bright = measured([star(rate + 500.0)], airy_model(0.75), join_px=30.0)

    assert_allclose(bright.energy, dark.energy, atol=2e-5)
    assert_allclose(bright.observed[0].background - dark.observed[0].background, 500.0, rtol=1e-5)


def test_scatter_over_observations_is_the_error():
    sigmas = (3.9, 4.0, 4.1, 4.2)
    stars = [star(gaussian((SIDE, SIDE), CENTER, 1e6, sigma), i) for i, sigma in enumerate(sigmas)]

    found = measured(stars, gaussian_model(4.05), join_px=30.0)

    truth = [np.sqrt(-2 * np.log(0.3)) * np.sqrt(sigma**2 + 2 / 12) for sigma in sigmas]
    assert_allclose(found.part_error_px[PARTS.index(0.7)], np.std(truth, ddof=1), rtol=0.02)
    assert found.correction.error == np.std([one.correction for one in found.observed], ddof=1)


def test_dithers_of_one_observation_have_at_least_the_published_error():
    rate = gaussian((SIDE, SIDE), CENTER, 1e6, 4.0)
    dithers = [replace(star(rate, i), observation="star/1536-22") for i in range(4)]
    published = published_apertures()["F1000W"]

    found = measured(dithers, gaussian_model(4.0), join_px=10.0)

    assert found.correction.error == published.correction.error
    relative = published.radius_errors_px[2] / published.apertures.outer_px
    assert_allclose(found.part_error_px[-1], relative * found.part_radius_px[-1], rtol=1e-9)
    assert "4 dithers of one observation tell no scatter between observations" in found.error_from
    assert "the model outside the join is taken as exact" in found.error_from


def test_dithers_count_as_one_observation_in_the_scatter():
    sigmas = (3.9, 3.9, 4.0, 4.1)
    stars = [
        replace(
            star(gaussian((SIDE, SIDE), CENTER, 1e6, sigma), i), observation=f"star/1-{max(i, 1)}"
        )
        for i, sigma in enumerate(sigmas)
    ]

    found = measured(stars, gaussian_model(4.0), join_px=30.0)

    own = [one.correction for one in found.observed]
    assert_allclose(
        found.correction.error, np.std([(own[0] + own[1]) / 2, *own[2:]], ddof=1), rtol=1e-12
    )


def test_filter_without_published_errors_has_the_stated_floor():
    rate = gaussian((SIDE, SIDE), CENTER, 1e6, 4.0)

    for name in ("F2550W", "unknown"):
        found = measure_energy(
            name, [star(rate)], gaussian_model(4.0), EnergyParams(join_px=25.0), pixel_arcsec=0.11
        )

        assert_allclose(found.part_error_px, 0.03 * found.part_radius_px)
        assert found.correction.error > 0
        assert "at least 3 % of a radius" in found.error_from


def test_holes_are_like_the_rest_of_their_ring():
    rate = gaussian((SIDE, SIDE), CENTER, 1e6, 4.0)
    holed = rate.copy()
    holed[52:56, 60:75] = np.nan

    whole = measured([star(rate)], gaussian_model(4.0), join_px=25.0)
    found = measured([star(holed)], gaussian_model(4.0), join_px=25.0)

    assert_allclose(found.energy, whole.energy, atol=2e-3)


def test_small_image_is_joined_where_it_ends():
    center = (31.0, 32.0)
    rate = gaussian((64, 64), center, 1e6, 4.0)

    found = measured([star(rate, center=center)], gaussian_model(4.0), join_px=60.0)

    assert 25.0 < found.observed[0].join_px < 45.0
    assert "its image ends soon after" in found.messages[0]
    assert_allclose(found.part_radius_px[6], np.sqrt(-2 * np.log(0.3)) * 4.02, atol=0.02)


def test_join_of_zero_takes_the_model_alone():
    found = measured([], gaussian_model(4.0), join_px=0.0)

    assert found.observed == ()
    assert_allclose(found.energy, found.model)
    assert found.correction.error == published_apertures()["F1000W"].correction.error
    assert "is that of the model" in found.messages[0]


def test_correction_of_any_aperture_follows_from_the_curve():
    found = measured(
        [star(gaussian((SIDE, SIDE), CENTER, 1e6, 4.0))], gaussian_model(4.0), join_px=25.0
    )
    apertures = Apertures(6.0, 9.0, 13.0)

    parts = tuple(gaussian_inside(one, 4.0) for one in (6.0, 9.0, 13.0))
    assert_allclose(
        found.correction_for(apertures).value, aperture_correction(apertures, parts), rtol=1e-3
    )
    assert_allclose(found.correction_for(found.apertures).value, found.correction.value, rtol=1e-6)


def test_saturated_star_and_empty_place_are_left_out_and_said():
    good = star(gaussian((SIDE, SIDE), CENTER, 1e6, 4.0))
    full = StarImage("e2", "full", good.image, StarPlace(*CENTER, *CENTER, "coordinates", 3))
    empty = star(np.zeros((SIDE, SIDE)), 3)

    found = measured([good, full, empty], gaussian_model(4.0), join_px=25.0)

    assert [one.id for one in found.observed] == ["e1"]
    assert "full is left out: its core is saturated." in found.messages
    assert "star 3 is left out: there is no light at its place." in found.messages


def test_ground_that_makes_the_curve_fall_is_said():
    y, x = np.mgrid[:SIDE, :SIDE]
    bowl = -8.0 * (np.hypot(x - CENTER[0], y - CENTER[1]) > 15.0)

    found = measured(
        [star(gaussian((SIDE, SIDE), CENTER, 1e5, 3.0) + bowl)],
        gaussian_model(3.0),
        join_px=40.0,
        background="none",
    )

    assert any("falls beyond" in one for one in found.messages)


def test_no_star_is_said():
    with pytest.raises(DataError, match="There is no image of a star in F1000W"):
        measured([], gaussian_model(4.0))


def test_join_out_of_reach_is_refused():
    with pytest.raises(DataError, match="A join radius of 2 px is not between"):
        measured([star(np.ones((SIDE, SIDE)))], gaussian_model(4.0), join_px=2.0)
