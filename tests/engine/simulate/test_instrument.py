"""Tests of engine.simulate.instrument."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.model.bands import band_named, bands, junctions
from engine.simulate.instrument import draw_instrument
from engine.simulate.program import deeper_observations, standard_stars

STARS = [exposure.star for exposure in standard_stars()]
SEEN = {exposure.star: exposure for exposure in standard_stars()}


@pytest.fixture
def instrument(rng):
    return draw_instrument(rng)


def test_the_mean_over_perfect_observations_of_the_stars_is_the_response_itself(instrument):
    wave = np.linspace(4.9, 28.7, 60)

    factors = [instrument.star_factor(star, wave) for star in STARS]

    assert_allclose(np.mean(factors, axis=0), 1.0, rtol=1e-12)


def test_what_a_star_sends_does_not_jump_where_bands_meet(instrument):
    wave = np.linspace(4.9, 28.7, 2000)

    for star in STARS:
        assert np.abs(np.diff(np.log(instrument.star_factor(star, wave)))).max() < 1e-4


def test_hot_stars_lie_three_percent_above_the_others(instrument):
    # Law+2025, Sec. 8.2 and Fig. 19: averages over 5 to 18 um.
    means = {
        star: np.mean(
            [
                instrument.observed_factor(SEEN[star], band, np.array([band.wave_min_um])).mean()
                for band in bands()[:9]
            ]
        )
        for star in STARS
    }
    hot = [means["10 Lac"], means["μ Col"]]
    others = [mean for star, mean in means.items() if star not in {"10 Lac", "μ Col"}]

    assert np.mean(hot) - np.mean(others) == pytest.approx(0.033, abs=0.008)
    assert np.std(others) < 0.015


def test_levels_jump_by_a_fifth_of_a_percent_where_bands_meet(instrument):
    jumps = []
    for star in STARS:
        for junction in junctions()[:8]:
            wave = np.array([np.mean(junction.overlap_um)])
            right, left = (
                instrument.observed_factor(SEEN[star], band, wave)[0]
                for band in (junction.right, junction.left)
            )
            jumps.append(right / left - 1.0)

    assert 0.0015 < np.std(jumps) < 0.005
    assert np.max(np.abs(jumps)) < 0.015


def test_many_dithers_average_the_levels_of_the_reference_star():
    # Law+2025, Sec. 5.1: 57 dithers of 10 Lac, 4 of the others: the root of their ratio is 3.8.
    drawn = [draw_instrument(np.random.default_rng(seed)).levels for seed in range(20)]
    names = [band.name for band in bands()]

    spread = {
        star: np.std([[one[star, name] for name in names] for one in drawn], axis=0)
        for star in STARS
    }

    others = np.sqrt(np.mean([spread[star] ** 2 for star in STARS if star != "10 Lac"], axis=0))
    assert np.mean(others / spread["10 Lac"]) == pytest.approx(3.8, rel=0.15)


def test_a_level_that_is_given_is_taken_before_one_that_is_drawn(instrument):
    [again] = deeper_observations()
    wave, band = np.array([5.2]), band_named("1A")

    seen = instrument.observed_factor(again, band, wave)

    expected = instrument.star_factor("10 Lac", wave) / dict(again.levels)["1A"]
    assert_allclose(seen, expected, rtol=1e-12)


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

    seen = [each.observed_factor(SEEN["10 Lac"], band, wave) for each in (one, two, other)]
    assert seen[0] == seen[1] != seen[2]
    assert one.responses["1B"] == two.responses["1B"] != other.responses["1B"]
