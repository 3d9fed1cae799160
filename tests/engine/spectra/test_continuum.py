"""Tests of engine.spectra.continuum."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FitError
from engine.spectra.continuum import find_features, fit_continuum

WAVE = np.linspace(7.0, 8.0, 400)
CUBIC = 3.0 - 0.8 * (WAVE - 7.5) + 2.0 * (WAVE - 7.5) ** 3


def gauss(center, sigma):
    return np.exp(-0.5 * ((WAVE - center) / sigma) ** 2)


def test_a_cubic_is_recovered_exactly():
    result = fit_continuum(WAVE, CUBIC, n_breakpoints=4)

    assert_allclose(result.curve, CUBIC, rtol=1e-12)
    assert result.used.all()
    assert result.n_parameters == 8


def test_a_line_far_above_the_continuum_does_not_bend_it(rng):
    noisy = CUBIC * (1 + 0.003 * rng.normal(size=WAVE.size))
    line = gauss(7.46, 0.004)

    result = fit_continuum(WAVE, noisy + 20.0 * line, n_breakpoints=6)

    assert_allclose(result.curve, CUBIC, rtol=0.004)
    assert not result.used[line > 0.01].any()


def test_absorption_is_left_out_too(rng):
    noisy = CUBIC * (1 + 0.003 * rng.normal(size=WAVE.size))
    line = gauss(7.1, 0.004)

    result = fit_continuum(WAVE, noisy - line, n_breakpoints=6)

    assert not result.used[line > 0.1].any()


def test_the_scatter_has_degrees_of_freedom(rng):
    found = [
        fit_continuum(WAVE, CUBIC + 0.01 * rng.normal(size=WAVE.size), n_breakpoints=40).scatter
        for _ in range(30)
    ]

    assert np.mean(found) == pytest.approx(0.01, rel=0.02)


def test_nothing_is_extrapolated_beyond_the_measurements():
    flux = CUBIC.copy()
    flux[:50] = flux[-20:] = np.nan

    result = fit_continuum(WAVE, flux, n_breakpoints=4)

    assert_array_equal(np.isfinite(result.curve), np.isfinite(flux))


def test_a_wide_gap_is_bridged_with_the_breakpoints_that_have_data():
    flux = np.where((WAVE > 7.2) & (WAVE < 7.6), np.nan, CUBIC)

    result = fit_continuum(WAVE, flux, n_breakpoints=10)

    measured = np.isfinite(flux)
    assert_allclose(result.curve[measured], CUBIC[measured], rtol=1e-10)


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_few_samples_get_a_curve_they_can_bear(n):
    wave = np.linspace(5.0, 6.0, n)

    result = fit_continuum(wave, 1.0 + wave, n_breakpoints=20)

    assert_allclose(result.curve, 1.0 + wave, rtol=1e-12)
    assert result.n_parameters <= n


def test_one_measurement_is_refused_in_words():
    flux = np.full(WAVE.size, np.nan)
    flux[7] = 1.0

    with pytest.raises(FitError, match="1 measurements have no continuum"):
        fit_continuum(WAVE, flux, n_breakpoints=3)


def test_white_noise_has_no_features():
    false = [
        find_features(WAVE, CUBIC * (1 + 0.01 * np.random.default_rng(seed).normal(size=400))).any()
        for seed in range(200)
    ]

    assert np.mean(false) < 0.03


def test_fringes_are_no_features(rng):
    fringes = 0.02 * np.sin(2 * np.pi * 40 * WAVE)

    found = find_features(WAVE, CUBIC * (1 + fringes + 0.002 * rng.normal(size=WAVE.size)))

    assert not found.any()


@pytest.mark.parametrize("center", [7.0, 7.003, 7.5, 8.0])
def test_a_line_is_found_with_its_wings_wherever_it_lies(center, rng):
    noisy = CUBIC * (1 + 0.002 * rng.normal(size=WAVE.size))
    line = gauss(center, 0.005)

    found = find_features(WAVE, noisy + 0.5 * line)

    assert found[line > 0.1].all()
    assert not found[np.abs(WAVE - center) > 0.05].any()


def test_missing_samples_are_no_features():
    flux = np.where(np.arange(400) % 7 == 0, np.nan, CUBIC)

    assert not find_features(WAVE, flux).any()


@pytest.mark.parametrize("n", [0, 1, 4])
def test_a_handful_of_samples_has_no_features(n):
    assert not find_features(WAVE[:n], CUBIC[:n]).any()
