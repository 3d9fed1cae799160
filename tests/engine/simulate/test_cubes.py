"""Tests of engine.simulate.cubes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from photutils.aperture import CircularAnnulus, CircularAperture

from engine.model.bands import bands
from engine.simulate.cubes import simulate_cube
from engine.simulate.point_spread import Annulus

NOISE_FREE = {
    "snr": 1e9,
    "background": "none",
    "footprint": "whole frame",
    "cosmic_rays": "none",
    "fringe_amplitude": 0.0,
}


def _aperture_sum(plane, center, radius):
    aperture = CircularAperture(center, radius)
    return float(aperture.do_photometry(np.asarray(plane, dtype=float), method="exact")[0][0])


def _fwhm_pixels(cube, plane):
    return (0.033 * cube.wave_um[plane] + 0.106) / cube.spaxel_arcsec  # Law+2023


@pytest.mark.parametrize("band", ["1A", "2B", "3C", "4C"])
@pytest.mark.parametrize("radius_fwhm", [1.5, 2.0, 3.0])
def test_an_aperture_holds_the_encircled_part_of_model_over_response(band, radius_fwhm, rng):
    cube, truth = simulate_cube(rng, band, side=31, star_class="G", **NOISE_FREE)
    k = cube.wave_um.size // 3
    radius = radius_fwhm * _fwhm_pixels(cube, k)

    measured = _aperture_sum(cube.data[k], truth.center_pixel, radius)

    model_mjy = 1e-6 * np.interp(cube.wave_um[k], truth.model.wave_um, truth.model.flux)
    rate = model_mjy / (truth.response[k] * cube.pixel_area_sr)
    energy = truth.point_spread.encircled_energy(
        np.array(radius * cube.spaxel_arcsec), cube.wave_um[k], spaxel_arcsec=cube.spaxel_arcsec
    )
    assert measured == pytest.approx(rate * float(energy), rel=1e-3)


def test_a_calibrated_cube_holds_the_flux_over_the_relative_factor(rng):
    cube, truth = simulate_cube(rng, "3A", unit="MJy/sr", side=31, star_class="G", **NOISE_FREE)
    k, radius = 400, 5.0

    measured_mjy = _aperture_sum(cube.data[k], truth.center_pixel, radius) * cube.pixel_area_sr

    model_jy = np.interp(cube.wave_um[k], truth.model.wave_um, truth.model.flux)
    energy = truth.point_spread.encircled_energy(
        np.array(1.0), cube.wave_um[k], spaxel_arcsec=cube.spaxel_arcsec
    )
    assert cube.unit == "MJy/sr"
    assert 0.8 < truth.response[k] < 1.4
    assert 1e6 * measured_mjy * truth.response[k] == pytest.approx(model_jy * energy, rel=1e-3)


def test_an_annulus_takes_back_what_the_correction_says(rng):
    cube, truth = simulate_cube(rng, "4B", side=51, star_class="A", **NOISE_FREE)
    k = 300
    fwhm = _fwhm_pixels(cube, k)

    total = _aperture_sum(cube.data[k], truth.center_pixel, 2.0 * fwhm)
    ring = CircularAnnulus(truth.center_pixel, 3.0 * fwhm, 4.0 * fwhm)
    level = ring.do_photometry(cube.data[k].astype(float), method="exact")[0][0] / ring.area
    net = total - level * np.pi * (2.0 * fwhm) ** 2

    correction = truth.point_spread.aperture_correction(
        2.0, cube.wave_um[k], annulus=Annulus(3.0, 4.0), spaxel_arcsec=cube.spaxel_arcsec
    )
    assert net * correction == pytest.approx(truth.total[k], rel=1e-3)


@pytest.mark.parametrize(("band", "snr"), [("1B", 600.0), ("3B", 300.0), ("4B", 80.0)])
def test_the_extracted_spectrum_has_the_signal_to_noise_ratio_asked_for(band, snr, rng):
    state = rng.bit_generator.state
    plain = {**NOISE_FREE, "side": 31}
    cube, truth = simulate_cube(rng, band, **{**plain, "snr": snr})
    rng.bit_generator.state = state
    noiseless, _ = simulate_cube(rng, band, **plain)

    relative = []
    for k in range(0, cube.wave_um.size, 4):
        noise = cube.data[k].astype(float) - noiseless.data[k]
        fwhm = _fwhm_pixels(cube, k)
        ring = CircularAnnulus(truth.center_pixel, 3.0 * fwhm, 4.0 * fwhm)
        level = ring.do_photometry(noise, method="exact")[0][0] / ring.area
        net = _aperture_sum(noise, truth.center_pixel, 2.0 * fwhm)
        net -= level * np.pi * (2.0 * fwhm) ** 2
        relative.append(net / truth.total[k])
    correction = truth.point_spread.aperture_correction(
        2.0, cube.wave_um.mean(), annulus=Annulus(3.0, 4.0)
    )

    # 200 to 300 planes; exact partial spaxels count once in the noise, not squared.
    assert correction * np.std(relative) == pytest.approx(1.0 / snr, rel=0.15)


@pytest.mark.parametrize("band", [band.name for band in bands()])
def test_a_quarter_to_a_third_of_the_voxels_is_empty_and_says_so(band, rng):
    cube, _ = simulate_cube(rng, band)
    empty = np.isnan(cube.data)

    assert 0.22 < empty.mean() < 0.40
    assert_array_equal(np.isnan(cube.error), empty)
    assert_array_equal(cube.weights == 0.0, empty)
    assert_array_equal((cube.flags & 1) == 1, empty)


def test_the_noise_of_the_voxels_is_the_error_they_state(rng):
    state = rng.bit_generator.state
    noisy, _ = simulate_cube(rng, "4A", snr=60.0, cosmic_rays="none")
    rng.bit_generator.state = state
    noiseless, _ = simulate_cube(rng, "4A", snr=1e9, cosmic_rays="none")

    pulls = (noisy.data.astype(float) - noiseless.data) / noisy.error

    assert np.nanstd(pulls) == pytest.approx(1.0, abs=0.01)


def test_the_thermal_background_rises_and_curves(rng):
    with_background, truth = simulate_cube(rng, "4C", snr=1e9, footprint="whole frame")
    k = [10, 500]

    corner = with_background.data[k, 0, 0]

    assert corner[1] > 1.15 * corner[0]
    assert 0.4 < corner[0] < 1.2  # DN/s: Law+2025, Sec. 5.1
    assert truth.total[k[1]] < 40.0


def test_the_sky_puts_the_target_near_the_star(rng):
    cube, truth = simulate_cube(rng, "2A")

    x, y = cube.target_pixel()

    assert_allclose((x - truth.center_pixel[0], y - truth.center_pixel[1]), (0.4, -0.3), atol=1e-6)
    assert cube.sky.pixel_scale_arcsec == pytest.approx(0.17)


def test_one_seed_makes_one_cube():
    one, two = (simulate_cube(np.random.default_rng(5), "4A").cube for _ in range(2))

    assert_array_equal(one.data, two.data)
    assert_array_equal(one.error, two.error)
