"""Tests of engine.mrs.aperture_sums."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from photutils.aperture import ApertureStats, CircularAnnulus, CircularAperture, aperture_photometry

from engine.mrs.aperture import ConicalAperture
from engine.mrs.aperture_sums import sum_apertures
from tests.helpers.cubes import fwhm_arcsec, gaussian_energy, star_cube


def conical(cube, *, center=(20.3, 19.8), multiples=(2.0, 3.0, 4.0)):
    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    return ConicalAperture(center, *(multiple * width for multiple in multiples)), width


def test_sums_and_errors_are_those_of_photutils_plane_by_plane(rng):
    cube = star_cube(n_wave=5, background=2e3, noise=300.0, rng=rng)
    aperture, width = conical(cube)

    sums = sum_apertures(cube, aperture, fwhm_pixels=width, n_sigma=100.0)

    for k in range(5):
        circle = CircularAperture(aperture.center, aperture.radius[k])
        ring = CircularAnnulus(aperture.center, aperture.inner[k], aperture.outer[k])
        data = cube.data[k].astype(np.float64)
        level = ApertureStats(data, ring, sum_method="exact").sum / ring.area
        total = aperture_photometry(data, circle)["aperture_sum"][0] - level * circle.area
        variance = circle.area * 300.0**2 + circle.area**2 * 300.0**2 / ring.area
        assert_allclose(sums.level[k], level, rtol=1e-10)
        assert_allclose(sums.total[k], total, rtol=1e-9)
        assert_allclose(sums.variance[k], variance, rtol=1e-6)
        assert_allclose(sums.area[k], circle.area, rtol=1e-12)
        assert_allclose(sums.annulus_area[k], ring.area, rtol=1e-12)


def test_clipped_voxels_count_neither_in_the_sum_nor_in_the_area_of_the_annulus(rng):
    cube = star_cube(n_wave=30, flux_jy=0.0, background=1000.0, noise=1.0, rng=rng)
    data = cube.data.copy()
    data[:, 26:28, 18:21] = 5e4
    aperture, width = conical(cube)

    sums = sum_apertures(replace(cube, data=data), aperture, fwhm_pixels=width)

    assert_allclose(sums.level, 1000.0, atol=1.0)


def test_planes_whose_annulus_radii_are_nan_are_summed_without_background():
    cube = star_cube(n_wave=4, background=1e4)
    aperture, width = conical(cube)
    radii = {name: getattr(aperture, name).copy() for name in ("inner", "outer")}
    radii["inner"][1:3] = radii["outer"][1:3] = np.nan

    sums = sum_apertures(cube, replace(aperture, **radii), fwhm_pixels=width)

    pixels = cube.pixel_area_sr * 1e6
    below = np.pi * aperture.radius**2 * 1e4 * pixels
    expected = gaussian_energy(2.0, fwhm_pixels=width) + np.where(
        np.isnan(radii["inner"]), below, 0
    )
    assert_allclose(sums.total * pixels, expected, rtol=1e-3)


@pytest.mark.parametrize(
    ("offset_fwhm", "measured"),
    # A Gaussian keeps 2 % of its light beyond 1.19 FWHM (one-dimensional tail: 0.87 FWHM).
    [(0.5, False), (0.8, False), (0.95, True), (1.5, True)],
)
def test_a_star_near_the_edge_is_measured_when_98_percent_of_its_light_is_inside(
    offset_fwhm, measured
):
    width = 20.0 * 0.271 / 0.271  # finely sampled, so that half a spaxel does not matter
    cube = star_cube(
        n_wave=1,
        wave_um=(5.0, 5.0),
        spaxel_arcsec=0.271 / width,
        shape=(101, 101),
        center=(50.0, offset_fwhm * width - 0.5),
    )
    aperture, width = conical(cube, center=(50.0, offset_fwhm * width - 0.5))

    sums = sum_apertures(cube, aperture, fwhm_pixels=width)

    assert np.isfinite(sums.total[0]) == measured


def test_a_dead_voxel_matters_by_the_light_that_falls_on_it():
    cube = star_cube(n_wave=3)
    weights = cube.weights.copy()
    weights[1, 20, 20] = 0.0  # the peak
    weights[2, 17, 20] = 0.0  # the rim
    aperture, width = conical(cube)

    sums = sum_apertures(replace(cube, weights=weights), aperture, fwhm_pixels=width)

    assert np.isfinite(sums.total).tolist() == [True, False, True]
    assert_allclose(sums.area, np.pi * aperture.radius**2 - [0.0, 1.0, 1.0], rtol=1e-12)
