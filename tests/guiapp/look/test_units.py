"""What is read on the screen is the same quantity in another unit, as astropy turns it."""

import numpy as np
import pytest
from astropy import units as u
from numpy.testing import assert_allclose

from guiapp.look.units import (
    flux_factor,
    flux_label,
    flux_text,
    reading_of,
    shown_units,
    wave_text,
)

WAVE = np.array([4.9, 6.986, 12.3719, 28.7])


@pytest.fixture(autouse=True)
def usual_units():
    """Put the units back: there is one choice in a process."""
    yield
    shown_units.choose(wave="µm", flux="Jy", line_um=12.3719)


def test_axes_are_read_as_their_data_are_until_another_unit_is_chosen():
    assert reading_of("Wavelength (µm)") is None
    assert reading_of("Flux density (Jy)") is None


@pytest.mark.parametrize("label", ["Wavelength", "Radius (µm)", "C (MJy/sr per DN/s)", "S/N", ""])
def test_axes_of_something_else_stay_as_they_are(label):
    shown_units.choose(wave="cm⁻¹", flux="mJy")

    assert reading_of(label) is None


def test_wavenumbers_are_those_of_astropy_and_lead_back():
    shown_units.choose(wave="cm⁻¹")
    reading = reading_of("Wavelength (µm)")

    assert reading.label == "Wavenumber (cm⁻¹)"
    expected = (WAVE * u.um).to_value("cm-1", equivalencies=u.spectral())
    assert_allclose(reading.to_shown(WAVE), expected, rtol=1e-12)
    assert_allclose(reading.to_data(reading.to_shown(WAVE)), WAVE, rtol=1e-12)


def test_velocities_are_the_optical_ones_around_the_line():
    shown_units.choose(wave="km/s", line_um=6.986)
    reading = reading_of("Wavelength (µm)")

    expected = (WAVE * u.um).to_value("km/s", equivalencies=u.doppler_optical(6.986 * u.um))
    assert_allclose(reading.to_shown(WAVE), expected, atol=1e-6)
    assert_allclose(reading.to_data(reading.to_shown(WAVE)), WAVE, rtol=1e-12)
    assert wave_text(6.986) == "v 0 km/s"


@pytest.mark.parametrize(
    ("chosen", "label", "unit"),
    [
        ("mJy", "Flux density (Jy)", u.mJy),
        ("mag", "Flux density (Jy)", u.ABmag),
        ("mJy", "Surface brightness (MJy/sr)", u.mJy / u.arcsec**2),
    ],
)
def test_fluxes_are_those_of_astropy_and_lead_back(chosen, label, unit):
    shown_units.choose(flux=chosen)
    reading = reading_of(label)
    values = np.array([3e-4, 0.2, 7.0])
    given = values * (u.MJy / u.sr if "sr" in label else u.Jy)

    assert_allclose(reading.to_shown(values), given.to_value(unit), rtol=2e-6)
    assert_allclose(reading.to_data(reading.to_shown(values)), values, rtol=1e-12)


def test_magnitudes_of_surface_brightness_are_per_square_arcsecond():
    shown_units.choose(flux="mag")
    reading = reading_of("Surface brightness (MJy/sr)")

    per_arcsec2 = (1.0 * u.MJy / u.sr).to_value(u.Jy / u.arcsec**2)
    assert reading.label == "Surface brightness (AB mag/arcsec²)"
    assert_allclose(
        reading.to_shown(np.array([1.0])), (per_arcsec2 * u.Jy).to_value(u.ABmag), atol=1e-5
    )


def test_an_error_is_no_magnitude():
    shown_units.choose(flux="mag")

    assert reading_of("Error (Jy)") is None


def test_flux_per_wavelength_is_drawn_and_said():
    shown_units.choose(flux="Fλ")

    flam = u.W / u.m**2 / u.um
    expected = u.Jy.to(flam, 1.0, equivalencies=u.spectral_density(WAVE * u.um))
    assert_allclose(flux_factor("Jy", WAVE), expected, rtol=1e-9)
    assert flux_factor("DN/s", WAVE) == 1.0
    assert flux_label("Flux density", "Jy") == "Fλ (W m⁻² µm⁻¹)"
    label = flux_label("Flux density", "Jy", 2.5e-13)
    assert label == "Fλ (10⁻¹³ W m⁻² µm⁻¹)"
    assert reading_of(label).to_shown(2.5e-13) == pytest.approx(2.5)
    assert reading_of(label).to_data(2.5) == pytest.approx(2.5e-13)
    assert flux_text(0.5, 0.01, "Jy", 10.0) == "(1.499 ± 0.030) × 10⁻¹⁴ W m⁻² µm⁻¹"


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        ("Jy", "0.2000 ± 0.0020 Jy"),
        ("mJy", "200.0 ± 2.0 mJy"),
        ("mag", "10.647 ± 0.011 AB mag"),
    ],
)
def test_read_outs_have_the_unit_that_was_chosen_and_its_error(chosen, text):
    shown_units.choose(flux=chosen)

    assert flux_text(0.2, 0.002, "Jy", 10.0) == text


def test_what_has_no_magnitude_is_a_dash():
    shown_units.choose(flux="mag")

    assert flux_text(-0.1, 0.01, "Jy", 10.0) == "–"


def test_read_outs_of_other_units_stay():
    shown_units.choose(wave="cm⁻¹", flux="mJy")

    assert flux_text(12.0, None, "DN/s") == "12 DN/s"
    assert wave_text(10.0) == "ν̃ 1000.00 cm⁻¹"


def test_a_choice_is_told_once_and_only_when_it_is_another_one(qtbot):
    with qtbot.waitSignal(shown_units.changed):
        shown_units.choose(flux="mag")
    with qtbot.assertNotEmitted(shown_units.changed):
        shown_units.choose(flux="mag")
