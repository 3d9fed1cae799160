"""Tests of what engine.mrs.extraction says of a center that the user chose."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.mrs.extraction import ExtractionParams, extract_spectrum
from tests.helpers.cubes import fwhm_arcsec, star_cube

STAR = (20.3, 19.8)


def centered_at(x, y, *, method="unbiased", **cube):
    return extract_spectrum(star_cube(**cube), ExtractionParams(center=(x, y), method=method))


@pytest.mark.parametrize("method", ["unbiased", "pipeline"])
def test_the_distance_of_a_chosen_center_from_the_star_is_measured_and_said(method):
    extraction = centered_at(STAR[0] + 1.8, STAR[1] - 2.4, method=method)

    arcsec = 3.0 * 0.13
    fwhm = arcsec / fwhm_arcsec(5.3)
    assert extraction.star_distance_arcsec == pytest.approx(arcsec, abs=0.003)
    assert extraction.star_distance_fwhm == pytest.approx(fwhm, abs=0.02)
    assert (
        f"0.39″ from the star's center (the brightest source), {fwhm:.1f} FWHM"
        in (extraction.messages[0])
    )


def test_the_centroid_of_a_star_in_the_aperture_is_found_from_a_center_far_off():
    extraction = centered_at(STAR[0] + 3.0, STAR[1])

    assert_allclose(extraction.drift_x_pixels, -3.0, atol=0.02)
    assert np.isfinite(extraction.centroid_spread).all()
    assert (extraction.centroid_spread > 0.01).any()


def test_a_center_close_to_the_star_is_measured_without_a_word():
    extraction = centered_at(STAR[0] + 0.3, STAR[1])

    assert extraction.star_distance_arcsec == pytest.approx(0.3 * 0.13, abs=0.003)
    assert not any("star's center" in text for text in extraction.messages)


def test_the_centroid_is_not_told_how_far_it_is_from_itself():
    assert np.isnan(extract_spectrum(star_cube()).star_distance_arcsec)


def test_without_a_star_its_distance_is_not_known():
    extraction = centered_at(*STAR, flux_jy=0.0, background=1e3)

    assert np.isnan(extraction.star_distance_fwhm)
    assert not any("star's center" in text for text in extraction.messages)


def test_the_part_of_the_annulus_that_is_in_the_field_is_counted():
    whole = extract_spectrum(star_cube(n_wave=3))
    cube = star_cube(n_wave=3)
    y, x = np.indices(cube.shape[1:])
    right_of_the_aperture = (x > 20.5) & (np.hypot(x - 20.5, y - 19.8) > 5.3)
    half = np.where(right_of_the_aperture, np.nan, cube.data)

    cut = extract_spectrum(replace(cube, data=half), ExtractionParams(center=(20.5, 19.8)))

    assert_allclose(whole.annulus_covered_fraction, 1.0)
    assert_allclose(cut.annulus_covered_fraction, 0.5, atol=1e-6)


def test_without_an_annulus_none_of_it_is_covered():
    extraction = extract_spectrum(star_cube(n_wave=3), ExtractionParams(background="none"))

    assert np.isnan(extraction.annulus_covered_fraction).all()
