"""Tests of engine.mrs.extraction_spread."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.model.aperture import ApertureCorrection
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from tests.helpers.cubes import fwhm_arcsec, gaussian_energy, star_cube

PARAMS = ExtractionParams(center=(20.3, 19.8))


def test_the_annulus_spread_of_a_bowl_is_the_analytic_one():
    # Over a background c d^2 the mean of an annulus is c (i^2 + o^2) / 2.
    curvature = 400.0
    cube = star_cube(n_wave=40)
    y, x = np.indices(cube.shape[1:])
    bowl = curvature * ((x - 20.3) ** 2 + (y - 19.8) ** 2)
    cube = replace(cube, data=cube.data + bowl.astype(np.float32))

    extraction = extract_spectrum(cube, PARAMS)

    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    levels = [curvature * width**2 * (i**2 + (i + 1.0) ** 2) / 2.0 for i in (2.5, 3.0, 3.5)]
    area = np.pi * (2.0 * width) ** 2 * cube.pixel_area_sr * 1e6
    star = 1.0 + area * curvature * (2.0 * width) ** 2 / 2.0
    changes = [np.abs(level - levels[1]) * area / (star - area * levels[1]) for level in levels]
    expected = (changes[0] + changes[2]) / 2.0
    assert_allclose(extraction.annulus_spread[3:-3], expected[3:-3], rtol=0.02)


def test_a_flat_background_leaves_no_annulus_spread(rng):
    cube = star_cube(n_wave=720, background=500.0, noise=30.0, rng=rng)

    extraction = extract_spectrum(cube, PARAMS)

    # What noise leaves: bins of 20 planes, the running median of 5 of them.
    noise = 30.0 / np.sqrt(20.0 * 100.0) * 60.0 * cube.pixel_area_sr * 1e6
    assert (extraction.annulus_spread < 3.0 * noise).all()


def test_the_annulus_never_moves_into_the_aperture():
    # From 2.2 FWHM it can move inward by 0.2 only; at 2.0 there is no room.
    for inner, room in ((2.2, True), (2.0, False)):
        params = replace(PARAMS, annulus_fwhm=(inner, 4.0))
        cube = star_cube(n_wave=20, profile="airy")

        extraction = extract_spectrum(cube, params)

        assert np.isfinite(extraction.annulus_spread).all(), room


def test_without_a_table_the_aperture_spread_is_the_change_of_shape_only():
    # The larger aperture holds more light, by the same part everywhere: no systematic error.
    cube = star_cube(n_wave=40, wave_um=(5.0, 5.01))
    params = replace(PARAMS, radius_fwhm=0.75, background="none")

    extraction = extract_spectrum(cube, params)

    assert gaussian_energy(1.0) / gaussian_energy(0.75) > 1.15
    assert (extraction.aperture_spread < 1e-3).all()


def test_a_star_whose_width_departs_from_the_line_has_an_aperture_spread():
    # The star keeps its width in spaxels while the aperture grows.
    cube = star_cube(n_wave=40, wave_um=(5.0, 7.0))
    narrow = star_cube(n_wave=1, wave_um=(5.0, 5.0))
    cube = replace(cube, data=np.repeat(narrow.data, 40, axis=0))
    params = replace(PARAMS, radius_fwhm=0.75, background="none")

    extraction = extract_spectrum(cube, params)

    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    star = fwhm_arcsec(5.0) / cube.spaxel_arcsec
    energy = [gaussian_energy(k * width / star, fwhm_pixels=star) for k in (0.5, 0.75, 1.0)]
    ratios = [energy[k] / energy[1] for k in (0, 2)]
    expected = np.mean([np.abs(r / np.median(r) - 1.0) for r in ratios], axis=0)
    assert_allclose(extraction.aperture_spread[2:-2], expected[2:-2], atol=0.006)
    assert expected.max() > 0.05


@pytest.mark.parametrize(("table_is_right", "low", "high"), [(True, 0.0, 0.005), (False, 0.1, 0.4)])
def test_with_a_table_a_wrong_growth_curve_is_an_aperture_spread(table_is_right, low, high):
    cube = star_cube(n_wave=40, wave_um=(5.0, 5.01))
    width = float(fwhm_arcsec(5.005))
    multiples = np.array([0.4, 0.5, 0.75, 1.0, 1.2])
    energy = gaussian_energy(multiples, fwhm_pixels=width / cube.spaxel_arcsec)
    factor = 1.0 / energy if table_is_right else np.ones(5)
    table = ApertureCorrection(
        "1A",
        frozen([4.9, 5.1]),
        frozen(np.repeat((multiples * width)[:, None], 2, axis=1)),
        frozen(np.repeat(factor[:, None], 2, axis=1)),
        frozen(np.zeros((5, 2))),
    )
    params = replace(PARAMS, radius_fwhm=0.75, background="none")

    extraction = extract_spectrum(cube, params, correction=table)

    assert (extraction.aperture_spread >= low).all()
    assert (extraction.aperture_spread <= high).all()


def test_a_wrong_center_costs_the_light_that_a_moved_aperture_loses():
    # Moving a circle of radius r by d off a Gaussian changes the sum by  d^2 r^2 / (4 s^4)
    # exp(-r^2 / 2 s^2) to second order, in every direction.
    cube = star_cube(n_wave=40, center=(20.4, 19.8))
    params = replace(PARAMS, radius_fwhm=1.0, background="none", center=(20.3, 19.8))

    extraction = extract_spectrum(cube, params)

    assert_allclose(extraction.drift_x_pixels, 0.1, atol=0.01)
    assert_allclose(extraction.drift_y_pixels, 0.0, atol=0.01)
    sigma2 = (fwhm_arcsec(cube.wave_um) / 0.13) ** 2 / (8.0 * np.log(2.0)) + 1.0 / 6.0
    r2 = extraction.radius_pixels**2
    slope = 0.1**2 * r2 / sigma2**2 * np.exp(-r2 / (2.0 * sigma2))  # first order, from d = 0.1
    assert (extraction.centroid_spread > 0.2 * slope).all()
    assert (extraction.centroid_spread < 2.0 * slope).all()


def test_without_a_measurable_centroid_its_spread_is_not_known():
    cube = star_cube(n_wave=40, flux_jy=0.0, background=1e3)

    extraction = extract_spectrum(cube, replace(PARAMS, background="none"))

    assert np.isnan(extraction.drift_x_pixels).all()
    assert np.isnan(extraction.centroid_spread).all()


def test_a_star_that_is_lost_in_the_background_has_no_relative_spread():
    cube = star_cube(n_wave=40, flux_jy=-1e-3, background=1e3)

    extraction = extract_spectrum(cube, PARAMS)

    assert np.isnan(extraction.annulus_spread).all()
    assert not extraction.background_limited.any()
