"""Tests of engine.simulate.instrument."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.model.bands import band_named, bands, junctions
from engine.simulate.instrument import draw_instrument
from engine.simulate.program import standard_stars

STARS = [exposure.star for exposure in standard_stars()]


@pytest.fixture
def instrument(rng):
    return draw_instrument(rng)


@pytest.mark.parametrize("band", bands(), ids=lambda band: band.name)
def test_the_mean_over_the_stars_is_the_response_itself(instrument, band):
    wave = np.linspace(band.wave_min_um, band.wave_max_um, 7)

    factors = [instrument.star_factor(star, band, wave) for star in STARS]

    assert_allclose(np.mean(factors, axis=0), 1.0, rtol=1e-12)


def test_hot_stars_lie_three_percent_above_the_others(instrument):
    # Law+2025, Sec. 8.2 and Fig. 19: averages over 5 to 18 um.
    means = {
        star: np.mean(
            [
                instrument.star_factor(star, band, np.array([band.wave_min_um])).mean()
                for band in bands()[:9]
            ]
        )
        for star in STARS
    }
    hot = [means["10 Lac"], means["μ Col"]]
    others = [mean for star, mean in means.items() if star not in {"10 Lac", "μ Col"}]

    assert np.mean(hot) - np.mean(others) == pytest.approx(0.033, abs=0.008)
    assert np.std(others) < 0.015


def test_levels_jump_by_about_a_percent_where_bands_meet(instrument):
    jumps = []
    for star in STARS:
        for junction in junctions()[:8]:
            wave = np.array([np.mean(junction.overlap_um)])
            right, left = (
                instrument.star_factor(star, band, wave)[0]
                for band in (junction.right, junction.left)
            )
            jumps.append(right / left - 1.0)

    assert 0.004 < np.std(jumps) < 0.015
    assert np.max(np.abs(jumps)) < 0.04


def test_the_earlier_calibration_is_off_by_little_and_smoothly(instrument):
    for band in bands():
        wave = np.linspace(band.wave_min_um, band.quality_max_um, 200)
        factor = instrument.earlier_factor(band, wave)

        assert_allclose(factor, 1.0, atol=0.03 if band.channel < 4 else 0.15)
        assert np.ptp(factor) > 1e-3


def test_the_whole_instrument_follows_the_seed():
    one, two, other = (draw_instrument(np.random.default_rng(seed)) for seed in (1, 1, 2))
    wave = np.array([6.0])
    band = band_named("1B")

    assert one.star_factor("10 Lac", band, wave) == two.star_factor("10 Lac", band, wave)
    assert one.responses["1B"] == two.responses["1B"] != other.responses["1B"]
