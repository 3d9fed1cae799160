"""The mean of dithers: injected structure goes, the star stays."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.imaging.aperture_correction import Apertures
from engine.imaging.centering import StarPlace
from engine.imaging.custom_background import (
    BackgroundParams,
    mean_of_dithers,
    without_background,
)
from engine.imaging.encircled_energy import StarImage
from engine.imaging.photometry import measure_photometry
from tests.helpers.star_images import gaussian, star_image

SHAPE = (72, 80)
PLACES = ((20.2, 30.1), (52.4, 25.7), (30.5, 52.3), (60.0, 50.9))
SIGMA = 1.3


def structure():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return 200.0 + 15.0 * np.sin(x / 4.0) + 0.4 * y + 20.0 * (np.abs(y - 30) < 2)


def dither(place, number, noise=None, flux=2e4):
    rate = structure() + gaussian(SHAPE, place, flux, SIGMA) + (0.0 if noise is None else noise)
    return StarImage(
        f"e{number}", f"dither {number}", star_image(rate), StarPlace(*place, *place, "by hand")
    )


def dithers(**changes):
    return [dither(place, i, **changes) for i, place in enumerate(PLACES)]


def test_injected_structure_is_removed():
    images = dithers()

    background = mean_of_dithers(images, BackgroundParams(mask_fwhm=3.0, fwhm_px=3.0))

    # The star is a Gaussian: 9 px away nothing is left of it.
    assert_allclose(background.mean, structure(), rtol=1e-6)
    left = without_background(images[0].image, background)
    assert_allclose(left.data - gaussian(SHAPE, PLACES[0], 2e4, SIGMA), 0.0, atol=2e-3)


def test_flux_is_right_after_the_structure_is_gone():
    images = dithers()
    background = mean_of_dithers(images, BackgroundParams(mask_fwhm=3.0, fwhm_px=3.0))
    apertures, place = Apertures(4.2, 9.0, 14.6), images[0].place
    truth = -np.expm1(-0.5 * 4.2**2 / (SIGMA**2 + 2 / 12)) * 2e4

    before = measure_photometry(images[0].image, place, apertures)
    after = measure_photometry(without_background(images[0].image, background), place, apertures)

    assert abs(before.flux_dn_s / truth - 1.0) > 0.01
    assert_allclose(after.flux_dn_s, truth, rtol=1e-3)


def test_each_pixel_is_the_mean_of_the_dithers_that_do_not_hold_the_star():
    images = dithers()

    background = mean_of_dithers(images, BackgroundParams(mask_fwhm=2.0, fwhm_px=3.0))

    assert background.mask_px == 6.0
    assert background.count[30, 20] == 3
    assert background.count[5, 5] == 4
    by_hand = np.mean([one.image.data[30, 20].astype(float) for one in images[1:]])
    assert_allclose(background.mean[30, 20], by_hand, rtol=1e-12)


def test_narrow_mask_says_how_much_of_the_star_goes():
    images = dithers(flux=2e6)

    narrow = mean_of_dithers(images, BackgroundParams(1.0, 1.5), filter_name="F1000W")
    wide = mean_of_dithers(images, BackgroundParams(4.0, 1.5), filter_name="F1000W")

    beyond = np.exp(-0.5 * 1.5**2 / (SIGMA**2 + 1 / 12))  # of a Gaussian, all of it inside 4.6 px
    assert_allclose(narrow.lost, beyond / 4, rtol=0.06)
    assert "a wider mask subtracts less" in " ".join(narrow.messages)
    assert wide.lost < 1e-3


def test_star_that_stays_leaves_a_hole_that_is_said():
    images = [dither((40.0, 40.0), i) for i in range(2)]

    background = mean_of_dithers(images, BackgroundParams(mask_fwhm=1.0, fwhm_px=4.0))

    assert np.isnan(background.mean[40, 40])
    assert "in every dither" in background.messages[0]
    assert "within 0.0 px" in background.messages[-1]
    assert np.isfinite(without_background(images[0].image, background).data).all()


def test_missing_pixels_take_no_part():
    images = dithers()
    data = np.array(images[1].image.data)
    data[60, 10] = np.nan
    images[1] = replace(images[1], image=replace(images[1].image, data=data))

    background = mean_of_dithers(images, BackgroundParams(fwhm_px=3.0))

    assert background.count[60, 10] == 3
    assert np.isfinite(background.mean[60, 10])


def test_one_dither_is_not_enough():
    with pytest.raises(DataError, match="1 exposure of this observation is open"):
        mean_of_dithers(dithers()[:1])


def test_mosaics_are_refused():
    images = dithers()
    images[1] = replace(images[1], image=replace(images[1].image, kind="i2d"))

    with pytest.raises(DataError, match=r"dither 1 is no image of the detector \(i2d\)"):
        mean_of_dithers(images)


def test_images_that_do_not_fit_are_refused():
    images = dithers()
    images[2] = replace(images[2], image=replace(images[2].image, unit="MJy/sr"))

    with pytest.raises(DataError, match="dither 2 has another shape or unit"):
        mean_of_dithers(images)


def test_background_of_another_subarray_is_refused():
    background = mean_of_dithers(dithers())

    with pytest.raises(DataError, match="The background is 80 by 72 pixels in DN/s, the image"):
        without_background(star_image(np.ones((64, 64))), background)
