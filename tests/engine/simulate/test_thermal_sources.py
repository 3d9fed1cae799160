"""Tests of engine.simulate.thermal_sources and of the two red sources of the demo."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.files import load
from engine.simulate.instrument import draw_instrument
from engine.simulate.red_sources import red_exposures, red_spectrum
from engine.simulate.thermal_sources import (
    asteroid_flux_jy,
    disk_flux_jy,
    draw_band_scales,
    simulate_channel4,
)


def test_sunlight_is_comparable_at_5_um_and_8_percent_at_6_um():
    wave = np.array([5.0, 6.0])

    whole = asteroid_flux_jy(wave)
    bare = asteroid_flux_jy(wave, reflected_at_5_um=0.0)

    assert_allclose(whole / bare - 1.0, [0.8, 0.08], atol=0.01)


def test_the_disk_rises_smoothly():
    wave = np.linspace(15.0, 28.8, 300)
    flux = disk_flux_jy(wave)

    assert np.all(np.diff(flux) > 0)
    assert np.abs(np.diff(np.log(flux), n=2)).max() < 1e-3


def test_levels_jump_by_up_to_ten_percent(rng):
    scales = np.array([list(draw_band_scales(rng).values()) for _ in range(200)])

    assert scales.min() == pytest.approx(0.9, abs=0.002)
    assert scales.max() == pytest.approx(1.1, abs=0.002)
    assert scales.shape == (200, 12)


def test_the_asteroid_is_too_low_beyond_23_um_in_4b_only(rng):
    made = simulate_channel4(rng, snr={"4A": 1e6, "4B": 1e6}, disk_snr={})

    for band, lowest in (("4A", 1.0), ("4B", 0.95)):
        one = made.asteroid[band]
        expected = asteroid_flux_jy(one.wave_um) * made.scales[band]
        factor = made.responses[band].factor(one.wave_um)
        seen = one.flux * factor * 1e6 * one.pixel_area_sr / expected
        assert np.nanmin(seen) == pytest.approx(lowest, abs=0.003)


def test_the_files_are_recognized_by_their_roles(tmp_path):
    instrument = draw_instrument(np.random.default_rng(1))
    for exposure in red_exposures():
        made = red_spectrum(
            instrument, 2025, exposure, exposure.bands[-1], np.random.default_rng(2)
        )
        path = tmp_path / f"{exposure.program}.fits"
        path.write_bytes(made.content)

        loaded = load(path)

        assert loaded.role == exposure.source
        assert loaded.products[0].identity.band == "4C"
        assert loaded.products[0].unit == "DN/s"
