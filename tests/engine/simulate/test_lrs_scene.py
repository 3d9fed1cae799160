"""Tests of engine.simulate.lrs_scene."""

import numpy as np

from engine.simulate.lrs_scene import (
    Source,
    folded_light,
    pixel_noise_jy,
    profile,
    row_wavelengths_um,
)

BLUE = Source("a", "blue", 0.05, "1", "1", 60000.0)
RED = Source("b", "red", 0.05, "1", "1", 60000.0)


def test_wavelengths_fall_along_the_rows_and_370_of_them_hold_5_to_12_um():
    wave = row_wavelengths_um(390, 4.6)

    assert np.all(np.diff(wave) < 0)
    assert 230 < np.count_nonzero((wave > 5.0) & (wave < 12.0)) < 390


def test_the_profile_holds_all_the_light_in_the_middle():
    parts = profile(44, 21.3, np.array([5.0, 14.0]))

    assert np.allclose(parts.sum(axis=1), 1.0, atol=1e-6)
    assert np.all(np.argmax(parts, axis=1) == 21)
    assert parts[0].max() > parts[1].max()


def test_light_folds_over_at_the_blue_end_and_more_of_a_blue_source():
    wave = np.array([4.5, 5.0, 8.0])

    assert np.all(np.diff(folded_light(BLUE, wave)) < 0)
    assert folded_light(BLUE, wave)[-1] < 1e-6
    assert folded_light(RED, wave)[1] < folded_light(BLUE, wave)[1]


def test_the_sources_have_the_slopes_that_they_are_called_after():
    wave = np.array([6.0, 7.0])

    assert np.isclose(np.diff(np.log(BLUE.flux_jy(wave)))[0] / np.log(7.0 / 6.0), -2.0)
    assert np.diff(RED.flux_jy(wave))[0] > 0
    assert np.all(np.diff(pixel_noise_jy(np.linspace(5.0, 14.0, 9), 1e-5)) > 0)
