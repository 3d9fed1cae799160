"""Tests of engine.photometry.synthetic: boxes and power laws, for which integrals are known."""

import numpy as np
import pytest

from engine.errors import DataError
from engine.model.bandpass import Bandpass
from engine.photometry.synthetic import band_flux, pivot_wavelength

LOW, HIGH = 6.5, 8.8
BOX = Bandpass("BOX", np.linspace(LOW, HIGH, 400), np.full(400, 0.3))
WAVE = np.geomspace(4.0, 30.0, 6000)


def test_the_pivot_of_a_box_is_analytic():
    expected = np.sqrt((HIGH**2 - LOW**2) / 2.0 / np.log(HIGH / LOW))

    assert pivot_wavelength(BOX) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("slope", [-2.0, -1.0, 0.0, 1.0, 2.0])
def test_a_power_law_through_a_box_is_analytic(slope):
    measured = band_flux(BOX, WAVE, WAVE**slope)

    integral = (HIGH**slope - LOW**slope) / slope if slope else np.log(HIGH / LOW)
    assert measured.flux == pytest.approx(integral / np.log(HIGH / LOW), rel=2e-7)
    assert measured.coverage == pytest.approx(1.0, abs=1e-12)


def test_equation_2_in_flux_per_wavelength_gives_the_same(rng):
    response = Bandpass("X", np.linspace(7.0, 9.0, 50), rng.uniform(0.0, 1.0, 50))
    per_frequency = 2.0 + np.sin(WAVE)

    measured = band_flux(response, WAVE, per_frequency)

    fine = np.linspace(7.0, 9.0, 400_001)
    r = np.interp(fine, response.wave_um, response.response)
    per_wavelength = np.interp(fine, WAVE, per_frequency) / fine**2  # times c
    numerator = np.trapezoid(per_wavelength * r * fine, fine)
    assert measured.flux == pytest.approx(numerator / np.trapezoid(r / fine, fine), rel=1e-7)


def test_the_flux_at_the_pivot_converts_between_the_two_kinds_of_density():
    slope = -2.0  # per frequency; -4 per wavelength
    per_frequency = band_flux(BOX, WAVE, WAVE**slope).flux

    mean_per_wavelength = ((HIGH**-2 - LOW**-2) / -2.0) / ((HIGH**2 - LOW**2) / 2.0)  # times c

    pivot = pivot_wavelength(BOX)
    assert per_frequency == pytest.approx(mean_per_wavelength * pivot**2, rel=1e-6)


def test_a_scale_of_the_response_does_not_matter():
    scaled = Bandpass("BOX", BOX.wave_um, 1e-7 * BOX.response)

    assert band_flux(scaled, WAVE, WAVE).flux == pytest.approx(
        band_flux(BOX, WAVE, WAVE).flux, rel=1e-12
    )


def test_errors_of_samples_add_in_quadrature(rng):
    wave = np.linspace(6.0, 9.5, 500)
    drawn = [band_flux(BOX, wave, rng.normal(1.0, 0.1, wave.size)).flux for _ in range(300)]

    measured = band_flux(BOX, wave, np.ones(wave.size), np.full(wave.size, 0.1))

    assert measured.error == pytest.approx(np.std(drawn), rel=4.0 / np.sqrt(2 * 300))


def test_an_error_that_is_not_known_is_not_taken_for_none():
    wave = np.linspace(6.0, 9.5, 500)
    error = np.full(wave.size, 0.1)
    error[250] = np.nan

    measured = band_flux(BOX, wave, np.ones(wave.size), error)

    assert np.isnan(measured.error)
    assert measured.flux == pytest.approx(1.0)


def test_the_part_that_is_covered_is_counted_in_photons():
    wave = np.linspace(6.0, 8.0, 500)

    measured = band_flux(BOX, wave, np.ones(wave.size))

    assert measured.coverage == pytest.approx(np.log(8.0 / LOW) / np.log(HIGH / LOW), rel=1e-6)


def test_a_star_goes_on_where_the_spectrum_ends():
    wave = np.linspace(6.0, 8.0, 2000)

    cut = band_flux(BOX, wave, wave**-2)
    extended = band_flux(BOX, wave, wave**-2, outside="Rayleigh-Jeans")

    whole = band_flux(BOX, WAVE, WAVE**-2).flux
    assert extended.flux == pytest.approx(whole, rel=1e-6)
    assert cut.flux > 1.02 * whole
    assert extended.extension == pytest.approx(whole / cut.flux, rel=1e-6)


def test_single_bad_samples_are_bridged_and_wide_gaps_are_not():
    wave = np.linspace(6.0, 9.5, 3500)
    flux = np.ones(wave.size)
    flux[1500] = np.nan
    gap = np.where((wave > 7.0) & (wave < 7.5), np.nan, 1.0)

    bridged, broken = band_flux(BOX, wave, flux), band_flux(BOX, wave, gap)

    assert bridged.coverage == pytest.approx(1.0, abs=1e-9)
    assert broken.coverage == pytest.approx(1.0 - np.log(7.5 / 7.0) / np.log(HIGH / LOW), abs=2e-3)
    assert broken.flux == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("flux", [np.full(50, np.nan), np.ones(50)])
def test_nothing_in_the_band_is_no_flux(flux):
    measured = band_flux(BOX, np.linspace(10.0, 12.0, 50), flux)

    assert np.isnan(measured.flux)
    assert measured.coverage == 0.0


def test_wavelengths_that_do_not_increase_are_refused():
    with pytest.raises(DataError, match="increase"):
        band_flux(BOX, WAVE[::-1], WAVE)
