"""Tests of engine.simulate.point_spread."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from photutils.aperture import CircularAperture

from engine.simulate.point_spread import Annulus, fwhm_arcsec, point_spread

WAVE_UM = np.array([10.0])


@pytest.mark.parametrize("channel", [1, 2, 3, 4])
def test_half_the_peak_is_reached_at_half_the_fwhm(channel):
    fine_arcsec, side = 0.005, 301
    middle = (side - 1) / 2

    image = point_spread(channel).on_spaxels(WAVE_UM, side, (middle, middle), fine_arcsec)[0]

    row = image[side // 2]
    radius = np.interp(0.5, (row / row.max())[side // 2 :][::-1], np.arange(side // 2 + 1)[::-1])
    # Literature value: 0.033 * 10 + 0.106 arcsec at 10 um.
    assert 2.0 * radius * fine_arcsec == pytest.approx(0.436, rel=2e-3)


@pytest.mark.parametrize("channel", [1, 4])
def test_the_encircled_energy_is_the_integral_of_the_image(channel):
    fine_arcsec, side = 0.04, 401
    middle = (side - 1) / 2
    spread = point_spread(channel)
    y, x = np.mgrid[:side, :side] - middle
    radius_arcsec = np.hypot(x, y) * fine_arcsec

    image = spread.on_spaxels(WAVE_UM, side, (middle, middle), fine_arcsec)[0]

    for limit in (0.5, 1.0, 3.0):
        energy = spread.encircled_energy(np.array(limit), WAVE_UM[0])
        assert image[radius_arcsec <= limit].sum() == pytest.approx(float(energy), rel=4e-3)


def test_all_flux_is_kept_wherever_the_star_lies():
    spread = point_spread(2)

    images = [
        spread.on_spaxels(WAVE_UM, 401, center, 0.17)[0]
        for center in ((200.0, 200.0), (203.37, 198.2))
    ]

    assert_allclose([image.sum() for image in images], 1.0, atol=1e-6)


@pytest.mark.parametrize(
    ("channel", "self_subtraction"), [(1, 0.005), (2, 0.005), (3, 0.010), (4, 0.015)]
)
def test_aperture_corrections_resemble_those_of_the_instrument(channel, self_subtraction):
    # Law+2025, Sec. 4: 10 to 15 % at 2 FWHM; footnote 15: about 0.5, 1 and 2 % are subtracted.
    spread = point_spread(channel)

    bare = spread.aperture_correction(2.0, WAVE_UM)[0]
    with_annulus = spread.aperture_correction(2.0, WAVE_UM, annulus=Annulus())[0]

    assert 1.09 < with_annulus < 1.16
    assert 1.0 / bare - 1.0 / with_annulus == pytest.approx(self_subtraction, abs=0.003)


def test_the_aperture_correction_is_the_inverse_of_the_encircled_energy():
    spread = point_spread(3)

    energy = spread.encircled_energy(1.5 * fwhm_arcsec(WAVE_UM), WAVE_UM)

    assert_allclose(spread.aperture_correction(1.5, WAVE_UM), 1.0 / energy, rtol=1e-12)


def test_more_flux_lies_inside_larger_circles_up_to_all_of_it():
    radii = np.array([0.0, 0.5, 1.0, 5.0, 500.0])

    energy = point_spread(4).encircled_energy(radii, np.array(25.0))

    assert energy[0] == 0.0
    assert np.all(np.diff(energy) > 0.0)
    assert energy[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("center", [(30.0, 30.0), (30.31, 29.77), (30.5, 30.5)])
@pytest.mark.parametrize(("radius_fwhm", "tolerance"), [(1.5, 1.5e-3), (2.0, 4e-4), (3.0, 2e-4)])
def test_what_an_exact_sum_over_spaxels_measures_is_known(center, radius_fwhm, tolerance):
    spread, wave, spaxel = point_spread(1), np.array([5.0]), 0.13
    radius_arcsec = radius_fwhm * fwhm_arcsec(wave)

    image = spread.on_spaxels(wave, 61, center, spaxel)[0]
    aperture = CircularAperture(center, float(radius_arcsec[0]) / spaxel)
    measured = aperture.do_photometry(image, method="exact")[0][0]

    energy = spread.encircled_energy(radius_arcsec, wave, spaxel_arcsec=spaxel)
    assert measured == pytest.approx(float(energy[0]), abs=tolerance)
