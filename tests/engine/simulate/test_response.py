"""Tests of engine.simulate.response."""

import numpy as np
import pytest

from engine.model.bands import band_named, bands
from engine.simulate.response import draw_response


def _grid(band):
    return np.linspace(band.wave_min_um, band.quality_max_um, 1001)


@pytest.mark.parametrize("band", bands(), ids=lambda band: band.name)
def test_the_factor_is_positive_smooth_and_moderate(band, rng):
    factor = draw_response(rng, band).factor(_grid(band))

    assert np.all(factor > 0.0)
    assert factor.max() / factor.min() < 3.5
    assert np.abs(np.diff(factor, 2)).max() < 1e-4 * factor.max()


@pytest.mark.parametrize("band", bands(), ids=lambda band: band.name)
def test_no_polynomial_of_a_spline_piece_can_be_the_response(band, rng):
    wave = _grid(band)
    factor = draw_response(rng, band).factor(wave)

    x = np.linspace(-1.0, 1.0, wave.size)
    cubic = np.polynomial.Polynomial.fit(x, factor, 3)(x)

    assert np.std(factor / cubic - 1.0) > 1e-3


def test_the_throughput_of_4c_nears_zero_at_its_red_end(rng):
    factor = draw_response(rng, band_named("4C")).factor(np.array([26.0, 28.65]))

    assert factor[1] / factor[0] > 6.0


def test_another_draw_is_another_response(rng):
    band = band_named("2B")

    one, two = (draw_response(rng, band).factor(_grid(band)) for _ in range(2))

    assert np.std(one / two) > 0.01
