"""Tests of engine.mrs.centroid."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.mrs.centroid import (
    SourcePosition,
    find_brightest,
    fit_centroid,
    locate_source,
    locate_source_as_pipeline,
    measure_drift,
)
from engine.mrs.wavelength_bins import bin_planes
from tests.helpers.cubes import star_cube

FWHM = 2.15  # of the test cubes, in spaxels


def located(cube, center="auto"):
    return locate_source(cube, bin_planes(cube), center, fwhm_pixels=FWHM)


@pytest.mark.parametrize("profile", ["gaussian", "airy"])
@pytest.mark.parametrize("center", [(20.3, 19.8), (8.5, 30.5), (33.0, 12.27)])
def test_the_centroid_is_found_to_a_fiftieth_of_a_spaxel(profile, center, rng):
    cube = star_cube(center=center, profile=profile, noise=2e4, background=1e5, rng=rng)

    position = located(cube)

    assert_allclose((position.x, position.y), center, atol=0.02)
    assert "brightest" in position.source


def test_the_centroid_is_better_than_that_of_the_finder(rng):
    found, started = [], []
    for _ in range(25):
        center = tuple(20.0 + rng.uniform(-0.5, 0.5, 2))
        cube = star_cube(n_wave=3, center=center, profile="airy", noise=3e3, rng=rng)
        image = cube.data.mean(axis=0).astype(np.float64)
        start = find_brightest(image, fwhm=FWHM)
        started.append(np.hypot(*np.subtract(start, center)))
        found.append(np.hypot(*np.subtract(fit_centroid(image, start, fwhm_pixels=FWHM), center)))

    assert np.mean(found) < 0.6 * np.mean(started)


def test_a_border_without_data_and_a_hot_plane_do_not_draw_the_centroid():
    cube = star_cube(background=1e5, center=(14.2, 25.6))
    data = cube.data.copy()
    data[:, :4], data[:, :, 35:], data[3] = np.nan, np.nan, 1e12

    position = located(replace(cube, data=data))

    assert_allclose((position.x, position.y), (14.2, 25.6), atol=0.02)


def test_planes_beyond_26_um_do_not_count():
    cube = star_cube(wave_um=(24.5, 28.6), spaxel_arcsec=0.35, center=(10.0, 12.0))
    late = star_cube(wave_um=(24.5, 28.6), spaxel_arcsec=0.35, center=(30.0, 30.0), flux_jy=50.0)
    data = np.where((cube.wave_um > 26.0)[:, None, None], late.data, cube.data)

    position = locate_source(
        replace(cube, data=data), bin_planes(replace(cube, data=data)), "auto", fwhm_pixels=2.7
    )

    assert_allclose((position.x, position.y), (10.0, 12.0), atol=0.02)


def test_the_target_is_found_between_the_spaxels():
    cube = star_cube()

    position = located(cube, "target")

    assert_allclose((position.x, position.y), (20.3, 19.8), atol=1e-6)


def test_an_empty_field_falls_back_to_the_target():
    position = located(star_cube(flux_jy=0.0, background=5.0))

    assert_allclose((position.x, position.y), (20.3, 19.8), atol=1e-6)
    assert "No source stands out" in position.messages[0]


def test_an_empty_field_without_a_target_is_refused():
    with pytest.raises(DataError, match="No source stands out") as caught:
        located(star_cube(flux_jy=0.0, target_deg=None))

    assert "Click" in caught.value.hint


def test_a_target_that_is_not_in_the_header_or_the_field_is_refused():
    with pytest.raises(DataError, match="does not say where"):
        located(star_cube(target_deg=None), "target")
    with pytest.raises(DataError, match="outside the field"):
        located(star_cube(target_deg=(200.1, 30.0)), "target")


# ------------------------------------------------------------------------------ as the pipeline


def test_the_pipeline_takes_the_whole_pixel_nearest_to_the_target():
    position = locate_source_as_pipeline(star_cube(), "target")

    assert (position.x, position.y) == (20.0, 20.0)


@pytest.mark.parametrize("center", [(0.2, 20.0), (42.4, 20.0), (20.0, 40.1), (99.0, 20.0)])
def test_the_pipeline_takes_half_the_size_for_a_target_on_or_beyond_the_border(center):
    cube = star_cube()
    cube = replace(cube, target_deg=cube.sky.pixel_to_sky(*center))

    position = locate_source_as_pipeline(cube, "target")

    assert (position.x, position.y) == (21.5, 20.5)
    assert position.messages


def test_the_pipeline_falls_back_to_the_target_when_nothing_is_found():
    position = locate_source_as_pipeline(star_cube(flux_jy=0.0), "auto")

    assert (position.x, position.y) == (20.0, 20.0)
    assert "No source stands out" in position.messages[0]


# ------------------------------------------------------------------------------ drift


def test_an_injected_drift_is_measured():
    cube = star_cube(n_wave=80, noise=1e4, rng=np.random.default_rng(1))
    shifted = star_cube(
        n_wave=80, center=(20.3 + 0.2, 19.8 - 0.1), noise=1e4, rng=np.random.default_rng(2)
    )
    data = np.where((np.arange(80) >= 40)[:, None, None], shifted.data, cube.data)
    binned = bin_planes(replace(cube, data=data))

    drift = measure_drift(binned, SourcePosition(20.3, 19.8, "test"), fwhm_pixels=FWHM)

    assert drift.wave_um.size == 8
    assert_allclose(drift.x, [0.0] * 4 + [0.2] * 4, atol=0.02)
    assert_allclose(drift.y, [0.0] * 4 + [-0.1] * 4, atol=0.02)
    assert_allclose(drift.rms, np.hypot(0.2, 0.1) / np.sqrt(2.0), atol=0.015)


def test_where_the_star_fades_the_drift_is_not_measurable(rng):
    flux = np.where(np.arange(80) < 40, 1.0, 1e-6)
    binned = bin_planes(star_cube(n_wave=80, flux_jy=flux, noise=1e3, rng=rng))

    drift = measure_drift(binned, SourcePosition(20.3, 19.8, "test"), fwhm_pixels=FWHM)

    assert np.isfinite(drift.x).tolist() == [True] * 4 + [False] * 4


def test_a_cube_of_few_planes_has_as_many_intervals():
    binned = bin_planes(star_cube(n_wave=3))

    drift = measure_drift(binned, SourcePosition(20.3, 19.8, "test"), fwhm_pixels=FWHM)

    assert drift.wave_um.size == 3


def test_a_fit_in_an_empty_window_gives_no_centroid():
    image = np.full((20, 20), np.nan)
    image[5, 5] = 1.0

    assert fit_centroid(image, (5.0, 5.0), fwhm_pixels=FWHM) is None
    assert np.isnan(measure_drift_of(image).rms)


def measure_drift_of(image):
    cube = star_cube(n_wave=1, shape=image.shape, data=image[None].astype(np.float32))
    return measure_drift(bin_planes(cube), SourcePosition(5.0, 5.0, "test"), fwhm_pixels=FWHM)
