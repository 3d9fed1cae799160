"""Tests of engine.simulate.lrs_slitless."""

import numpy as np

from engine.simulate.lrs_demo import BLUE_SLITLESS, RED_SLITLESS
from engine.simulate.lrs_slitless import (
    SlitlessTruth,
    Wave,
    background,
    read_times_s,
    slitless_ramps,
    slitless_rates,
    slitless_spectra,
)

QUIET = SlitlessTruth(60.0, 0.25, 0.03, (), 0.01)


def test_the_background_has_the_gradient_and_the_drift_that_are_asked_for():
    level = background(QUIET, 5)

    assert np.allclose(level[:, :, 71] / level[:, :, 4], (1 + 0.125) / (1 + 0.25 * (4 / 71 - 0.5)))
    assert np.isclose(level[4, 100, 20] / level[0, 100, 20], 1.015 / 0.985)
    assert not level[:, :, :4].any()


def test_a_frame_is_read_in_the_time_that_the_pipeline_says():
    frames, places = read_times_s(2, 5)

    assert np.isclose(frames[0, 1], 0.15904)
    assert np.isclose(frames[1, 0], 6 * 0.15904)  # one frame of reset between
    assert np.isclose(places[1, 0], 280e-6)


def test_the_slope_of_a_ramp_is_its_count_rate():
    rng = np.random.default_rng(1)
    ramps = slitless_ramps(BLUE_SLITLESS, QUIET, rng, n_ints=1, n_groups=6)[0]
    rates, _ = slitless_rates(BLUE_SLITLESS, QUIET, rng, n_ints=1, n_groups=6)

    slope = np.polyfit(np.arange(6) * 0.15904, ramps.reshape(6, -1), 1)[0].reshape(416, 72)

    assert abs(np.mean(slope[:, 4:] - rates[0][:, 4:])) < 1.0


def test_the_pattern_in_rates_is_that_of_a_fit_to_ramps():
    wavy = SlitlessTruth(0.0, 0.0, 0.0, (Wave(390.625, 6.0, 0.4),), 0.0)
    dark = type(BLUE_SLITLESS)("dark", "blue", 1e-15, "1", "1", 60000.0)
    rng = np.random.default_rng(1)
    ramps = slitless_ramps(dark, wavy, rng, n_ints=1, n_groups=6)[0]
    rates, _ = slitless_rates(dark, wavy, rng, n_ints=1, n_groups=6)

    slope = np.polyfit(np.arange(6) * 0.15904, ramps.reshape(6, -1), 1)[0].reshape(416, 72)

    assert np.std(rates[0]) > 1.0
    assert np.allclose(slope, rates[0], atol=1e-3)


def test_fold_over_is_calibrated_away_for_a_hot_star_and_not_for_a_red_source():
    rng = np.random.default_rng(1)
    for source, changed in ((BLUE_SLITLESS, False), (RED_SLITLESS, True)):
        wave, flux, _, true = slitless_spectra(source, rng, n_ints=20, snr=500.0)
        near = (wave > 4.5) & (wave < 4.8)

        away = abs(np.mean(flux[:, near] / true[near]) - 1.0)

        assert (away > 0.02) == changed
