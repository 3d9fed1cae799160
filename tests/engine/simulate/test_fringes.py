"""Tests of engine.simulate.fringes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import lombscargle

from engine.model.bands import band_named
from engine.simulate.fringes import draw_fringes


def _strongest_period(wave_um, modulation, periods):
    power = lombscargle(1e4 / wave_um, modulation - 1.0, 2 * np.pi / periods)
    return periods[np.argmax(power)]


@pytest.mark.parametrize(("band", "families"), [("1A", 1), ("2C", 1), ("3A", 2), ("4B", 2)])
def test_channels_3_and_4_have_a_second_family(band, families, rng):
    fringes = draw_fringes(rng, band_named(band), amplitude=0.004)

    periods = np.array([period for _, period, _ in fringes.waves])

    assert len(set(np.round(periods / 1.5))) == families
    assert np.all((np.abs(periods - 2.9) < 0.3) | (np.abs(periods - 0.4) < 0.05))


def test_the_period_is_constant_in_wavenumber(rng):
    fringes = draw_fringes(rng, band_named("1B"), amplitude=0.004)
    short, long = np.linspace(4.9, 5.4, 4001), np.linspace(8.0, 9.3, 4001)
    periods = np.linspace(1.5, 5.0, 1500)

    found = [_strongest_period(w, fringes.modulation(w), periods) for w in (short, long)]

    assert_allclose(found, fringes.waves[0][1], rtol=0.03)


def test_no_amplitude_is_no_fringe(rng):
    fringes = draw_fringes(rng, band_named("3B"), amplitude=0.0)

    assert_allclose(fringes.modulation(np.linspace(13.0, 15.0, 100)), 1.0)
