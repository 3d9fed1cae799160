"""Tests of engine.mrs.pipeline_sums; the comparison with jwst itself is in tests/reference."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from photutils.aperture import CircularAnnulus

from engine.errors import DataError
from engine.mrs.aperture import ConicalAperture
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from engine.mrs.pipeline_sums import sum_apertures_as_pipeline
from tests.helpers.cubes import fwhm_arcsec, star_cube


def conical(cube, multiples=(2.0, 3.0, 4.0)):
    width = fwhm_arcsec(cube.wave_um) / cube.spaxel_arcsec
    return ConicalAperture((20.3, 19.8), *(multiple * width for multiple in multiples))


def with_block(rng, value=9e4):
    """Return a cube of level 1000 with ten clipped voxels in the annulus."""
    cube = star_cube(n_wave=3, flux_jy=0.0, background=1000.0, noise=1.0, rng=rng)
    data = cube.data.copy()
    data[:, 27, 15:25] = value
    return replace(cube, data=data)


def test_clipped_voxels_still_count_in_the_area_of_the_annulus(rng):
    cube = with_block(rng)
    aperture = conical(cube)

    sums = sum_apertures_as_pipeline(cube, aperture)

    for k in range(3):
        ring = CircularAnnulus(aperture.center, aperture.inner[k], aperture.outer[k])
        overlap = ring.to_mask(method="exact").to_image(cube.shape[1:])
        clipped = overlap[27, 15:25].sum()
        assert clipped > 4.0
        assert_allclose(sums.level[k], 1000.0 * (1.0 - clipped / ring.area), rtol=5e-4)


def test_the_unbiased_method_does_not_lower_the_level(rng):
    params = ExtractionParams(center=(20.3, 19.8))
    cube = with_block(rng)

    unbiased = extract_spectrum(cube, params).spectrum.columns["background_mjy_sr"]

    assert_allclose(unbiased, 1000.0, rtol=1e-3)


def test_the_bias_of_the_pipeline_is_said(rng):
    cube = with_block(rng)
    star = star_cube(n_wave=3, noise=1e-3, rng=rng)
    cube = replace(cube, data=cube.data + star.data)

    params = ExtractionParams(center=(20.3, 19.8), method="pipeline")
    messages = extract_spectrum(cube, params).messages

    assert any("clipped voxels" in m and "moves the flux by +" in m for m in messages)


@pytest.mark.parametrize("bad", [(0.0, 4.0), (4.0, 3.0), (-1.0, 3.0)])
def test_one_plane_without_a_valid_annulus_turns_the_background_off_for_all_later_planes(bad, rng):
    cube = star_cube(n_wave=6, flux_jy=0.0, background=1000.0, noise=1.0, rng=rng)
    aperture = conical(cube)
    inner, outer = aperture.inner.copy(), aperture.outer.copy()
    inner[2], outer[2] = bad

    sums = sum_apertures_as_pipeline(cube, replace(aperture, inner=inner, outer=outer))

    area = np.pi * aperture.radius**2
    assert_allclose(sums.total[:2] / area[:2], 0.0, atol=10.0)
    assert_allclose(sums.total[2:] / area[2:], 1000.0, atol=1.0)
    assert np.isnan(sums.level[2:]).all()
    assert "from plane 2 on" in sums.messages[0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_voxel_that_is_no_number_but_reached_spoils_its_plane(value):
    cube = star_cube(n_wave=3)
    data = cube.data.copy()
    data[1, 20, 20] = value

    sums = sum_apertures_as_pipeline(replace(cube, data=data), conical(cube))

    assert np.isnan(sums.total).tolist() == [False, True, False]


def test_flags_are_not_looked_at():
    cube = star_cube(n_wave=3)
    flagged = replace(cube, flags=np.full_like(cube.flags, 1))

    assert np.array_equal(
        sum_apertures_as_pipeline(cube, conical(cube)).total,
        sum_apertures_as_pipeline(flagged, conical(cube)).total,
    )


def test_a_plane_that_no_pixel_reaches_is_no_measurement():
    cube = star_cube(n_wave=3)
    weights = cube.weights.copy()
    weights[1] = 0.0

    params = ExtractionParams(method="pipeline", center=(20.3, 19.8))
    spectrum = extract_spectrum(replace(cube, weights=weights), params).spectrum

    assert np.isnan(spectrum.flux).tolist() == [False, True, False]
    assert (spectrum.flags & 1).tolist() == [0, 1, 0]


def test_an_aperture_without_a_radius_is_refused():
    cube = star_cube(n_wave=3)

    with pytest.raises(DataError, match="not positive"):
        sum_apertures_as_pipeline(cube, conical(cube, multiples=(0.0, 3.0, 4.0)))
