"""Tests of engine.compare.stated_errors: scatter that the errors do not contain is told."""

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.stated_errors import check_errors
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

SIZE = 1000
WAVE = np.linspace(4.9, 5.74, SIZE)


def spectrum(flux, error):
    return Spectrum(
        wave_um=frozen(WAVE),
        flux=frozen(flux),
        error=frozen(np.broadcast_to(error, flux.shape)),
        flags=frozen(np.zeros(flux.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target="Star", band="1A"),
    )


def star(rng, *, noise, fringes=0.0):
    """Return a smooth star with white noise and fringes of 22 samples, both of the flux."""
    level = 2.0 * (5.0 / WAVE) ** 2
    phase = rng.uniform(0.0, 2.0 * np.pi)
    ripple = fringes * np.sin(2.0 * np.pi * np.arange(SIZE) / 22.0 + phase)
    return level * (1.0 + ripple + rng.normal(0.0, noise, SIZE)), level


@pytest.mark.parametrize("stated", [1.0, 0.5, 0.2])
def test_white_noise_is_measured_in_units_of_its_stated_error(rng, stated):
    flux, level = star(rng, noise=0.004)

    found = check_errors(spectrum(flux, stated * 0.004 * level))

    assert found.excess == pytest.approx(1.0 / stated, rel=0.08)
    assert found.correlation < 0.3


def test_errors_that_are_right_are_not_remarked_on(rng):
    flux, level = star(rng, noise=0.004)

    assert check_errors(spectrum(flux, 0.004 * level)).message == ""


def test_fringes_that_the_errors_do_not_contain_are_told(rng):
    # a sine of amplitude 1 % has an rms of 0.71 %, beside noise of 0.1 %: 7.1 times the errors
    flux, level = star(rng, noise=0.001, fringes=0.01)

    found = check_errors(spectrum(flux, 0.001 * level))

    assert found.excess == pytest.approx(np.hypot(0.01 / np.sqrt(2.0), 0.001) / 0.001, rel=0.1)
    assert found.correlation > 0.8
    assert "times more than their errors, neighbors alike: fringes, or a vector" in found.message


def test_a_vector_that_is_too_coarse_is_a_possible_cause_like_fringes(rng):
    flux, level = star(rng, noise=0.001)
    knots = np.linspace(WAVE[0], WAVE[-1], 60)
    polygon = np.interp(WAVE, knots, 1.0 + 0.02 * (-1.0) ** np.arange(60))

    found = check_errors(spectrum(flux * polygon, 0.001 * level))

    assert "fringes, or a vector or model that does not follow the data" in found.message


def test_noise_that_is_more_than_its_errors_is_no_fringe(rng):
    flux, level = star(rng, noise=0.01)

    message = check_errors(spectrum(flux, 0.002 * level)).message

    assert "more than their errors" in message
    assert "fringe" not in message


def test_a_line_is_no_scatter(rng):
    flux, level = star(rng, noise=0.004)
    flux[500:510] *= 1.5

    assert check_errors(spectrum(flux, 0.004 * level)).message == ""


@pytest.mark.parametrize("error", [np.nan, 0.0])
def test_without_errors_there_is_nothing_to_compare(rng, error):
    flux, _ = star(rng, noise=0.004)

    found = check_errors(spectrum(flux, error))

    assert np.isnan(found.excess)
    assert found.message == ""


def test_few_samples_tell_nothing(rng):
    flux, level = star(rng, noise=0.004)
    flux[30:] = np.nan

    assert np.isnan(check_errors(spectrum(flux, 0.001 * level)).excess)
