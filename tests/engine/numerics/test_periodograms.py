"""Tests of engine.numerics.periodograms."""

import numpy as np
import pytest
from astropy.timeseries import LombScargle
from numpy.testing import assert_allclose

from engine.numerics.periodograms import PeriodogramGrid, noise_level

X = 1e4 / np.linspace(5.8, 4.9, 1100)  # evenly in wavelength: unevenly in wavenumber
SPAN = X[-1] - X[0]


def test_a_sinusoid_stands_at_its_frequency_with_its_amplitude():
    values = 0.03 * np.cos(2 * np.pi * 0.41 * X + 1.0)

    periodogram = PeriodogramGrid(X, highest=1.0).of(values, np.ones(X.size))

    peak = int(np.argmax(periodogram.power))
    assert periodogram.frequency[peak] == pytest.approx(0.41, abs=0.2 / SPAN)
    assert periodogram.amplitude[peak] == pytest.approx(0.03, rel=0.03)


def test_power_is_that_of_lomb_and_scargle(rng):
    weight = rng.uniform(0.5, 2.0, X.size)
    values = 0.5 * np.sin(2 * np.pi * 0.3 * X) + rng.normal(size=X.size) / np.sqrt(weight)

    periodogram = PeriodogramGrid(X, highest=1.0).of(values, weight)

    keep = periodogram.frequency > 3.0 / SPAN
    scargle = LombScargle(
        X, values, dy=1 / np.sqrt(weight), center_data=False, fit_mean=False
    ).power(periodogram.frequency[keep], normalization="psd", method="cython")
    assert_allclose(periodogram.power[keep], scargle, rtol=0.03, atol=0.5)


def test_white_noise_has_a_mean_power_of_one(rng):
    weight = rng.uniform(0.5, 2.0, X.size)
    grid = PeriodogramGrid(X, highest=1.5)

    powers = [
        grid.of(rng.normal(size=X.size) / np.sqrt(weight), weight).power[20:] for _ in range(20)
    ]

    assert np.mean(powers) == pytest.approx(1.0, abs=0.05)


def test_the_level_follows_noise_that_is_correlated(rng):
    grid = PeriodogramGrid(X, highest=1.5)
    step = float(np.mean(np.diff(X)))
    levels = []
    for _ in range(20):
        noise = rng.normal(size=X.size + 1)
        periodogram = grid.of(noise[1:] + 0.4 * noise[:-1], np.ones(X.size))
        levels.append(noise_level(periodogram, (0.2, 1.4)))
    near = np.searchsorted(periodogram.frequency, [0.4, 0.8, 1.2])

    level = np.mean(levels, axis=0)[near]

    expected = 1.16 + 0.8 * np.cos(2 * np.pi * periodogram.frequency[near] * step)
    assert_allclose(level, expected, rtol=0.15)


def test_the_level_does_not_see_what_stands_out(rng):
    grid = PeriodogramGrid(X, highest=1.5)
    noise = rng.normal(size=X.size)
    fringes = sum(2.0 * np.cos(2 * np.pi * f * X) for f in (0.33, 0.345, 0.36))

    alone = noise_level(grid.of(noise, np.ones(X.size)), (0.2, 1.4))
    among = noise_level(grid.of(noise + fringes, np.ones(X.size)), (0.2, 1.4))

    assert_allclose(among, alone, rtol=0.5)


def test_a_range_without_frequencies_has_no_noise():
    periodogram = PeriodogramGrid(X, highest=1.0).of(np.ones(X.size), np.ones(X.size))

    level = noise_level(periodogram, (5.0, 6.0))

    assert (level > 0).all()
    assert (level < 1e-300).all()
