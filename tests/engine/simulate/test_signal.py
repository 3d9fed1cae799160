"""Tests of engine.simulate.signal."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.model.bands import band_named
from engine.simulate.fringes import Fringes
from engine.simulate.photospheres import Photosphere, star_flux_jy
from engine.simulate.response import draw_response
from engine.simulate.signal import band_signal, plane_wavelengths_um, put_cosmic_rays

STAR = Photosphere("G", 5750.0, 0.5)
NO_FRINGES = Fringes(())


def test_planes_lie_as_the_cube_builder_puts_them():
    # Law's 16 Cyg B 4A cube: first plane 17.703 um, 542 planes of 0.006 um.
    wave = plane_wavelengths_um(band_named("4A"))

    assert wave.size == 542
    assert_allclose([wave[0], wave[1] - wave[0]], [17.703, 0.006])


def test_the_count_rate_obeys_the_definition_of_the_factor(rng):
    response = draw_response(rng, band_named("3A"))

    signal = band_signal(STAR, response, NO_FRINGES, snr=100.0)

    # C = F / (N * solid angle): F in MJy, 0.2 arcsec spaxels, 1 arcsec^2 = 2.350443e-11 sr.
    flux_mjy = 1e-6 * star_flux_jy(STAR, signal.wave_um)
    factor = flux_mjy / (signal.clean * 0.2**2 * 2.350443e-11)
    # The line at 12.37 um averages over the bin.
    assert_allclose(factor, response.factor(signal.wave_um), rtol=1e-4)


@pytest.mark.parametrize("band", ["1A", "3C", "4C"])
def test_the_noise_has_the_mean_square_asked_for(band, rng):
    row = band_named(band)

    signal = band_signal(STAR, draw_response(rng, row), NO_FRINGES, snr=40.0)

    inside = signal.wave_um <= row.quality_max_um
    relative = (signal.sigma / signal.clean)[inside]
    assert np.sqrt(np.mean(relative**2)) == pytest.approx(1 / 40.0, rel=1e-12)


def test_a_miscalibration_dims_the_signal_and_raises_the_response(rng):
    response = draw_response(rng, band_named("2A"))

    one = band_signal(STAR, response, NO_FRINGES, snr=100.0)
    other = band_signal(STAR, response, NO_FRINGES, snr=100.0, miscalibration=1.03)

    assert_allclose(other.clean, one.clean / 1.03, rtol=1e-12)
    assert_allclose(other.response, one.response * 1.03, rtol=1e-12)
    assert_array_equal(other.model_jy, one.model_jy)


def test_cosmic_rays_hit_the_fraction_asked_for_and_leave_the_rest_alone(rng):
    values, sigma = np.zeros(100_000), np.full(100_000, 2.0)

    struck = put_cosmic_rays(rng, values, sigma, 0.02)

    height = np.abs(struck[struck != 0.0])
    assert height.size == pytest.approx(2000, rel=0.1)
    assert height.min() >= 16.0
    assert height.max() <= 120.0
    assert np.mean(struck[struck != 0.0] < 0.0) == pytest.approx(1 / 3, abs=0.05)
