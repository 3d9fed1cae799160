"""Tests of engine.compare.brightness_temperature: black bodies, and numbers of the paper."""

from dataclasses import replace

import numpy as np
import pytest
from astropy import units as u
from astropy.modeling.physical_models import BlackBody
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.brightness_temperature import (
    RadianceMap,
    TemperatureParams,
    measure_temperatures,
    percent_of_flux,
)
from engine.errors import DataError

WAVE = np.linspace(15.0, 27.9, 4000)
LATITUDES = np.array([0.0, 30.0, 60.0])
NO_ERROR = np.full((1, WAVE.size), np.nan)


def body(temperature, wave=WAVE):
    """Return I_nu of a black body in MJy/sr, by astropy."""
    return BlackBody(temperature=temperature * u.K)(wave * u.um).to(u.MJy / u.sr).value


def spectrum(values, *, error=None, name="Saturn", wave=WAVE):
    row = np.atleast_2d(values)
    sigma = np.full(row.shape, np.nan) if error is None else np.atleast_2d(error)
    return RadianceMap(name, frozen(wave), frozen([np.nan]), frozen(row), frozen(sigma))


def latitude_map(temperatures, name="Saturn"):
    rows = np.array([body(one) for one in temperatures])
    return RadianceMap(
        name, frozen(WAVE), frozen(LATITUDES), frozen(rows), frozen(np.full(rows.shape, np.nan))
    )


def temperatures_of(source, reference=None, **choices):
    return measure_temperatures(source, reference, TemperatureParams(**choices))


def test_a_black_body_has_its_temperature_at_every_wavelength():
    result = temperatures_of(spectrum(body(98.0)), fwhm_per_cm=0.0)

    assert_allclose(result.temperature_k[0], 98.0, rtol=1e-7)


def test_the_convolution_keeps_a_smooth_body_and_has_no_ends():
    result = temperatures_of(spectrum(body(98.0)))

    found = result.temperature_k[0]
    inside = np.isfinite(found)
    assert_allclose(found[inside], 98.0, atol=0.12)  # the curvature of B over 15/cm
    assert not inside[0]
    assert not inside[-1]
    assert inside.mean() > 0.8


def test_a_narrow_line_is_blurred_to_fifteen_per_centimeter():
    center = 500.0  # 1/cm
    wavenumber = 1e4 / WAVE
    line = body(98.0) * (1.0 + 5.0 * np.exp(-0.5 * ((wavenumber - center) / 0.5) ** 2))

    with_line, without = (temperatures_of(spectrum(one)) for one in (line, body(98.0)))

    excess = with_line.temperature_k[0] - without.temperature_k[0]
    excess = np.nan_to_num(excess)
    half = wavenumber[excess > 0.5 * excess.max()]
    assert np.ptp(half) == pytest.approx(15.0, rel=0.06)
    assert wavenumber[np.argmax(excess)] == pytest.approx(center, abs=0.5)


@pytest.mark.parametrize(
    ("temperature", "difference", "wave", "percent"),
    [
        (98.0, 1.0, 25.0, 6.1),
        (98.0, 3.0, 17.0, 29.0),
        (98.0, 3.5, 17.0, 35.0),
        (55.0, 0.4, 25.0, 7.8),
        (55.0, 0.4, 28.0, 7.0),
        (55.0, 0.4, 38.0, 5.1),
    ],
)
def test_a_difference_of_temperature_means_the_published_per_cent(
    temperature, difference, wave, percent
):
    found = percent_of_flux(np.array(wave), np.array(temperature), np.array(difference))

    assert float(found) == pytest.approx(percent, rel=0.011)


def test_the_difference_to_a_reference_comes_out_with_its_per_cent():
    source, reference = spectrum(body(99.0)), spectrum(body(98.0), name="CIRS")

    result = temperatures_of(source, reference, ranges_um=((24.0, 26.0),))

    [one] = result.ranges
    assert one.difference_k == pytest.approx(1.0, abs=2e-3)
    assert one.percent == pytest.approx(6.1, abs=0.1)
    assert result.reference == "CIRS"


def test_a_map_is_compared_latitude_by_latitude():
    source = latitude_map([90.0, 95.0, 101.0])
    reference = latitude_map([90.0, 94.0, 98.0], "CIRS")

    result = temperatures_of(source, reference)

    difference = np.nanmean(result.difference_k, axis=1)
    assert_allclose(difference, [0.0, 1.0, 3.0], atol=2e-3)


def test_a_reference_of_temperatures_is_taken_as_it_is():
    values = np.full((1, WAVE.size), 97.0)
    reference = replace(
        spectrum(body(90.0), name="CIRS"), values=frozen(values), quantity="temperature"
    )

    result = temperatures_of(spectrum(body(98.0)), reference, fwhm_per_cm=0.0)

    assert_allclose(result.difference_k[0], 1.0, atol=1e-6)


def test_a_reference_on_other_places_is_interpolated_and_never_extrapolated():
    rows = np.array([body(90.0), body(100.0)])
    reference = RadianceMap(
        "CIRS", frozen(WAVE), frozen([0.0, 40.0]), frozen(rows), frozen(np.full(rows.shape, np.nan))
    )

    result = temperatures_of(latitude_map([90.0, 97.5, 98.0]), reference, fwhm_per_cm=0.0)

    assert_allclose(result.difference_k[1], 0.0, atol=1e-6)
    assert np.isnan(result.difference_k[2]).all()


def test_the_error_is_the_scatter_of_drawings(rng):
    clean = body(98.0)
    error = 0.1 * clean
    drawn = [
        temperatures_of(spectrum(clean + error * rng.standard_normal(WAVE.size))).temperature_k[0]
        for _ in range(100)
    ]

    result = temperatures_of(spectrum(clean, error=error))

    inside = np.isfinite(result.temperature_k[0]) & np.isfinite(result.error_k[0])
    ratio = np.std(drawn, axis=0, ddof=1)[inside] / result.error_k[0][inside]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)


def test_a_typical_temperature_is_used_for_the_per_cent_when_it_is_given():
    source, reference = spectrum(body(99.0)), spectrum(body(98.0), name="CIRS")

    result = temperatures_of(source, reference, typical_k=55.0, ranges_um=((24.0, 26.0),))

    expected = percent_of_flux(np.array(25.0), np.array(55.0), np.array(1.0))
    assert result.ranges[0].percent == pytest.approx(float(expected), rel=0.01)


def test_nothing_in_common_is_said_and_is_no_number():
    far = np.linspace(5.0, 8.0, 500)
    reference = spectrum(body(98.0, far), name="CIRS", wave=far)

    result = temperatures_of(spectrum(body(98.0)), reference)

    assert np.isnan(result.difference_k).all()
    assert "no place in common" in " ".join(result.messages)
    assert all(np.isnan(one.difference_k) for one in result.ranges)


def test_values_that_are_not_positive_have_no_temperature_and_are_counted():
    values = body(98.0)
    values[100] = -1.0

    result = temperatures_of(spectrum(values), fwhm_per_cm=0.0)

    assert np.isnan(result.temperature_k[0, 100])
    assert "1 value of Saturn is not positive" in result.messages[0]


def test_a_map_of_temperatures_is_no_source():
    source = replace(spectrum(body(98.0)), quantity="temperature")

    with pytest.raises(DataError, match="not surface brightness"):
        measure_temperatures(source)


def test_two_wavelengths_are_too_few():
    with pytest.raises(DataError, match="fewer than 3"):
        measure_temperatures(spectrum(body(98.0, WAVE[:2]), wave=WAVE[:2]))
