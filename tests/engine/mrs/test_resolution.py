"""Tests of engine.mrs.resolution."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import erf

from engine.mrs.resolution import at_mrs_resolution, resolution_element_um, resolving_power
from engine.spectra.resample import bin_edges, rebin

BINS = np.arange(11.5, 12.5, 0.0025)


def test_the_resolving_power_is_that_of_jones_2023():
    assert_allclose(resolving_power(np.array([5.0, 20.0])), [3963.0, 2043.0])


def gaussian_over_bins(center, sigma, area):
    edges = bin_edges(BINS)
    total = 0.5 * area * erf((edges - center) / (sigma * np.sqrt(2)))
    return np.diff(total) / np.diff(edges)


def test_a_narrow_line_takes_the_shape_of_the_instrument():
    wave = np.arange(11.0, 13.0, 5e-5)
    sigma, area = 3e-4, 0.01
    line = area / (sigma * np.sqrt(2 * np.pi)) * np.exp(-0.5 * ((wave - 12.0) / sigma) ** 2)

    seen = at_mrs_resolution(wave, 1.0 + line, BINS)

    instrument = float(resolution_element_um(np.array([12.0]))[0]) / 2.3548
    expected = 1.0 + gaussian_over_bins(12.0, np.hypot(sigma, instrument), area)
    assert_allclose(seen, expected, atol=0.01 * (expected.max() - 1.0))
    assert np.sum((seen - 1.0) * np.diff(bin_edges(BINS))) == pytest.approx(area, rel=1e-3)


def test_a_smooth_model_is_not_changed_by_the_blur():
    wave = np.arange(11.0, 13.0, 5e-5)

    seen = at_mrs_resolution(wave, (wave / 12.0) ** -2, BINS)

    assert_allclose(seen, (BINS / 12.0) ** -2, rtol=1e-5)


def test_a_coarse_model_is_only_averaged():
    wave = np.arange(11.0, 13.0, 0.02)
    flux = 1.0 + np.sin(40 * wave)

    assert_array_equal(at_mrs_resolution(wave, flux, BINS), rebin(wave, flux, BINS))


def test_a_model_on_the_bins_is_taken_as_it_is():
    flux = np.sin(BINS)

    assert_array_equal(at_mrs_resolution(BINS, flux, BINS), flux)


@pytest.mark.parametrize("step", [5e-5, 0.02])
def test_beyond_the_model_there_is_no_value(step):
    wave = np.arange(11.8, 12.2, step)

    seen = at_mrs_resolution(wave, np.ones(wave.size), BINS)

    assert np.isnan(seen[(BINS < 11.79) | (BINS > 12.21)]).all()
    assert_allclose(seen[(BINS > 11.85) & (BINS < 12.15)], 1.0, rtol=1e-9)


def test_a_hole_in_the_model_stays_a_hole():
    wave = np.arange(11.0, 13.0, 5e-5)
    flux = np.where(np.abs(wave - 12.0) < 0.01, np.nan, 1.0)

    seen = at_mrs_resolution(wave, flux, BINS)

    assert np.isnan(seen[np.abs(BINS - 12.0) < 0.008]).all()
    assert_allclose(seen[np.abs(BINS - 12.0) > 0.013], 1.0, rtol=1e-9)


def test_a_model_elsewhere_gives_nothing():
    assert np.isnan(at_mrs_resolution(np.array([5.0, 6.0]), np.ones(2), BINS)).all()
