"""Tests of engine.mrs.extraction_preview."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.model.aperture import ApertureCorrection
from engine.mrs.extraction import ExtractionParams, extract_spectrum
from engine.mrs.extraction_preview import ExtractionPreview
from tests.helpers.cubes import star_cube

PARAMS = ExtractionParams(center=(20.3, 19.8))


@pytest.mark.parametrize("unit", ["MJy/sr", "DN/s"])
@pytest.mark.parametrize("background", ["annulus", "none"])
def test_the_preview_is_the_spectrum_that_the_extraction_gives(unit, background):
    # Without noise there is nothing to clip, so the two have to agree.
    cube = star_cube(n_wave=200, background=5e3, profile="airy", unit=unit, flux_jy=3.0)
    params = replace(PARAMS, background=background)

    wave, flux = ExtractionPreview(cube).extract(params, params.center)

    assert np.array_equal(wave, cube.wave_um)
    assert_allclose(flux, extract_spectrum(cube, params).spectrum.flux, rtol=1e-3)


def test_the_center_of_the_preview_is_the_one_it_is_given():
    preview = ExtractionPreview(star_cube(n_wave=30))
    params = replace(PARAMS, background="none")

    _, at_star = preview.extract(params, (20.3, 19.8))
    _, beside = preview.extract(params, (35.0, 19.8))

    assert_allclose(at_star, 1.0, rtol=2e-3)
    assert_allclose(beside, 0.0, atol=1e-3)


def test_missing_voxels_take_no_part():
    cube = star_cube(n_wave=30)
    data = cube.data.copy()
    data[:, 15, 20] = np.nan  # in the annulus
    data[4] = np.nan

    _, flux = ExtractionPreview(replace(cube, data=data)).extract(PARAMS, PARAMS.center)

    assert np.isnan(flux[4])
    assert_allclose(np.delete(flux, 4), 1.0, rtol=2e-3)


def test_a_center_outside_the_field_measures_nothing():
    _, flux = ExtractionPreview(star_cube(n_wave=3)).extract(PARAMS, (-50.0, 10.0))

    assert np.isnan(flux).all()


def test_an_annulus_outside_the_field_subtracts_nothing():
    params = replace(PARAMS, annulus_fwhm=(40.0, 50.0))

    _, flux = ExtractionPreview(star_cube(n_wave=3)).extract(params, PARAMS.center)

    assert_allclose(flux, 1.0, rtol=2e-3)


def test_a_correction_multiplies_the_flux():
    wave, radius = np.array([4.0, 7.0]), np.array([[0.1, 0.1], [3.0, 3.0]])
    factor = frozen(np.full((2, 2), 1.3))
    table = ApertureCorrection("1A", frozen(wave), frozen(radius), factor, factor)
    preview = ExtractionPreview(star_cube(n_wave=3))

    _, plain = preview.extract(PARAMS, PARAMS.center)
    _, corrected = preview.extract(PARAMS, PARAMS.center, correction=table)

    assert_allclose(corrected, 1.3 * plain)
