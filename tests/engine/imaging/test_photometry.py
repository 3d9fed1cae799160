"""Photometry against photutils, and of injected stars."""

from dataclasses import replace

import numpy as np
from astropy.stats import SigmaClip
from numpy.testing import assert_allclose
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture, aperture_photometry

from engine.imaging.aperture_correction import Apertures, Correction, aperture_correction
from engine.imaging.centering import StarPlace
from engine.imaging.photometry import measure_photometry
from tests.helpers.star_images import (
    CONVERSION,
    PIXEL_SR,
    gaussian,
    gaussian_inside,
    star_image,
)

SHAPE = (80, 80)
CENTER = (40.3, 38.8)
APERTURES = Apertures(4.2, 9.0, 14.6)
PLACE = StarPlace(*CENTER, *CENTER, "by hand")


def noisy_rate(seed=1, flux=5e4):
    rng = np.random.default_rng(seed)
    return 20.0 + gaussian(SHAPE, CENTER, flux, 1.5) + rng.normal(0.0, 0.5, SHAPE)


def test_sum_error_and_level_are_those_of_photutils():
    image = star_image(noisy_rate(), error=0.5)
    data, error = image.data.astype(float), image.error.astype(float)
    circle = CircularAperture(CENTER, APERTURES.radius_px)
    ring = CircularAnnulus(CENTER, APERTURES.inner_px, APERTURES.outer_px)
    sums = aperture_photometry(data, circle, error=error)
    sky = ApertureStats(data, ring, sigma_clip=SigmaClip(3.0))

    found = measure_photometry(image, PLACE, APERTURES, background="clipped mean")

    area = np.pi * APERTURES.radius_px**2
    assert_allclose(found.background_dn_s, sky.mean, rtol=1e-9)
    assert_allclose(found.scatter_dn_s, sky.std, rtol=1e-9)
    assert_allclose(found.flux_dn_s, sums["aperture_sum"][0] - area * sky.mean, rtol=1e-9)
    assert_allclose(found.propagated_error, sums["aperture_sum_err"][0], rtol=1e-9)


def test_mean_of_the_annulus_takes_parts_of_pixels_as_photutils_does():
    image = star_image(noisy_rate())
    ring = CircularAnnulus(CENTER, APERTURES.inner_px, APERTURES.outer_px)
    sums = aperture_photometry(image.data.astype(float), ring)

    found = measure_photometry(image, PLACE, APERTURES)

    assert_allclose(found.background_dn_s, sums["aperture_sum"][0] / ring.area, rtol=1e-12)


def test_correction_and_mean_of_the_annulus_give_all_of_the_light():
    # Eqs. 1 and 2 of Gordon+2025 for a star that fills its annulus; clipping would be biased.
    sigma, flux = 4.0, 5e4
    apertures = Apertures(6.2, 7.2, 10.2)
    rate = 30.0 + gaussian((99, 99), (49.4, 49.7), flux, sigma)
    parts = tuple(float(gaussian_inside(one, sigma)) for one in (6.2, 7.2, 10.2))
    place = StarPlace(49.4, 49.7, 49.4, 49.7, "by hand")

    found = measure_photometry(star_image(rate), place, apertures)

    assert_allclose(found.flux_dn_s * aperture_correction(apertures, parts), flux, rtol=2e-3)


def test_injected_star_is_recovered_with_its_correction():
    flux, sigma = 8e4, 1.5
    image = star_image(20.0 + gaussian(SHAPE, CENTER, flux, sigma), unit="MJy/sr")
    inside = gaussian_inside(APERTURES.radius_px, sigma)

    found = measure_photometry(image, PLACE, APERTURES, correction=Correction(1.0 / inside, 0.0))

    assert_allclose(found.flux_dn_s / inside, flux, rtol=1e-3)
    assert_allclose(found.flux_jy, flux * CONVERSION * PIXEL_SR * 1e6, rtol=1e-3)
    assert_allclose(found.background_dn_s, 20.0, rtol=1e-4)


def test_errors_are_as_large_as_the_scatter_of_many_stars():
    truth = gaussian(SHAPE, CENTER, 5e3, 1.5)
    rng = np.random.default_rng(7)
    found = [
        measure_photometry(
            star_image(20.0 + truth + rng.normal(0.0, 0.5, SHAPE), error=0.5), PLACE, APERTURES
        )
        for _ in range(200)
    ]
    inside = gaussian_inside(APERTURES.radius_px, 1.5)

    pulls = np.array([(one.flux_dn_s - 5e3 * inside) / one.flux_error for one in found])

    # 200 seeds: the mean is good to 0.07, the width to 0.05.
    assert abs(pulls.mean()) < 0.25
    assert 0.8 < pulls.std(ddof=1) < 1.2


def test_error_is_propagated_and_background_in_quadrature():
    image = star_image(noisy_rate(), error=0.5)

    found = measure_photometry(image, PLACE, APERTURES)

    # Propagated: 0.5 on an area of pi r^2; background: the area times 0.5 over root n of the ring.
    area, ring = np.pi * 4.2**2, np.pi * (14.6**2 - 9.0**2)
    assert_allclose(found.propagated_error, 0.5 * np.sqrt(area), rtol=1e-6)
    assert_allclose(found.background_error, area * 0.5 / np.sqrt(ring), rtol=0.08)
    assert_allclose(
        found.flux_error, np.hypot(found.propagated_error, found.background_error), rtol=1e-12
    )


def test_peak_and_well_depth_are_those_of_the_central_pixel():
    rate = noisy_rate()
    image = star_image(rate, unit="MJy/sr", header={"EFFINTTM": "27.75"})

    found = measure_photometry(image, PLACE, APERTURES)

    assert_allclose(found.peak_dn_s, rate.max(), rtol=1e-6)
    assert_allclose(found.well_depth_dn, 27.75 * rate.max(), rtol=1e-6)


def test_integration_time_follows_from_groups_when_it_is_not_written():
    image = star_image(noisy_rate(), header={"TGROUP": "2.775", "NGROUPS": "10"})

    assert_allclose(measure_photometry(image, PLACE, APERTURES).integration_s, 27.75)


def test_saturated_core_gives_no_flux_and_says_so():
    rate = noisy_rate()
    flags = np.zeros(SHAPE, dtype=np.uint32)
    rate[39, 40], flags[39, 40] = np.nan, 3

    found = measure_photometry(star_image(rate, flags=flags), PLACE, APERTURES)

    assert np.isnan(found.flux_dn_s)
    assert_allclose(found.background_dn_s, 20.0, atol=0.2)
    assert "The core of the star is saturated: 1 pixel" in found.messages[-1]


def test_missing_pixel_in_the_wing_is_filled_from_its_ring_and_said():
    whole, holed = noisy_rate(), noisy_rate()
    holed[42, 41] = np.nan

    with_hole = measure_photometry(star_image(holed), PLACE, APERTURES)

    without = measure_photometry(star_image(whole), PLACE, APERTURES)
    assert_allclose(with_hole.flux_dn_s, without.flux_dn_s, rtol=5e-3)
    assert "1 pixel of the aperture holds no measurement" in " ".join(with_hole.messages)
    assert 0.0 < with_hole.filled < 0.02


def test_star_at_the_edge_gives_no_flux():
    place = StarPlace(1.0, 38.8, 1.0, 38.8, "by hand")
    rate = 20.0 + gaussian(SHAPE, (1.0, 38.8), 5e4, 1.5)

    found = measure_photometry(star_image(rate), place, APERTURES)

    assert np.isnan(found.flux_dn_s)
    assert "is missing" in found.messages[-1] or "leaves the image" in found.messages[-1]


def test_annulus_outside_the_image_subtracts_nothing_and_says_so():
    found = measure_photometry(star_image(noisy_rate()), PLACE, Apertures(4.2, 60.0, 64.0))

    assert found.background_dn_s == 0.0
    assert "no background is subtracted" in found.messages[0]


def test_image_of_unknown_unit_has_no_count_rate():
    image = star_image(noisy_rate())

    found = measure_photometry(replace(image, unit="furlong"), PLACE, APERTURES)

    assert np.isnan(found.flux_dn_s)
    assert "its unit is “furlong”" in found.messages[0]


def test_median_of_the_annulus_has_the_larger_error():
    image = star_image(noisy_rate())

    mean = measure_photometry(image, PLACE, APERTURES, background="clipped mean")
    median = measure_photometry(image, PLACE, APERTURES, background="clipped median")

    assert_allclose(median.background_error / mean.background_error, np.sqrt(np.pi / 2.0))


def test_no_background_subtracts_nothing():
    found = measure_photometry(star_image(noisy_rate()), PLACE, APERTURES, background="none")

    assert found.background_dn_s == 0.0
    assert found.background_error == 0.0


def test_errors_that_are_not_known_leave_that_of_the_background():
    image = star_image(noisy_rate(), error=np.nan)

    found = measure_photometry(image, PLACE, APERTURES)

    assert np.isnan(found.propagated_error)
    assert found.flux_error == found.background_error
    assert "The image has no errors" in " ".join(found.messages)
