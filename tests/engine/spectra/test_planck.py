"""Tests of engine.spectra.planck: round trips, limits, astropy, and a known total."""

import numpy as np
import pytest
from astropy import units as u
from astropy.modeling.physical_models import BlackBody
from numpy.testing import assert_allclose

from engine.spectra.planck import (
    brightness_temperature_k,
    per_wavenumber,
    planck_radiance,
    temperature_slope,
)

WAVENUMBER = np.linspace(340.0, 2000.0, 300)


@pytest.mark.parametrize("temperature", [30.0, 55.0, 98.0, 193.9, 1000.0, 35000.0])
def test_radiance_and_back_gives_the_temperature(temperature):
    radiance = planck_radiance(WAVENUMBER, np.full(300, temperature))

    assert_allclose(brightness_temperature_k(WAVENUMBER, radiance), temperature, rtol=1e-10)


def test_the_radiance_of_a_body_is_that_of_astropy():
    nu = (WAVENUMBER / u.cm).to(u.Hz, equivalencies=u.spectral())
    body = BlackBody(temperature=98.0 * u.K)(nu).to(u.MJy / u.sr).value

    assert_allclose(
        per_wavenumber(body), planck_radiance(WAVENUMBER, np.full(300, 98.0)), rtol=1e-6
    )


def test_the_total_is_that_of_stefan_and_boltzmann():
    wavenumber = np.linspace(1e-2, 6000.0, 400_000)

    total = np.trapezoid(planck_radiance(wavenumber, np.array(200.0)), wavenumber)

    assert np.pi * total == pytest.approx(5.670374419e-8 * 200.0**4, rel=1e-6)


def test_the_slope_is_the_derivative():
    step = 1e-3
    upper = planck_radiance(WAVENUMBER, np.array(98.0 + step))
    lower = planck_radiance(WAVENUMBER, np.array(98.0 - step))

    slope = temperature_slope(WAVENUMBER, np.array(98.0))

    assert_allclose(slope, (upper - lower) / (2.0 * step), rtol=1e-7)


def test_what_is_not_positive_has_no_temperature():
    found = brightness_temperature_k(np.array([500.0] * 3), np.array([-1.0, 0.0, np.nan]))

    assert np.isnan(found).all()
    assert np.isnan(planck_radiance(np.array(500.0), np.array(-5.0)))
