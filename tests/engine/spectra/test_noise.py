"""Tests of engine.spectra.noise."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import FitError
from engine.spectra.noise import measure_noise

BREAKPOINTS = 20


def wavelengths(n):
    return np.linspace(5.0, 6.0, n)


def star(wave):
    return 4.0 * wave**-2 * (1.0 + 0.02 * np.sin(8.0 * wave))


def draws(n, count, *, snr=200.0, share=0.0):
    """Return spectra with known noise; ``share`` mixes each element with the one before."""
    wave = wavelengths(n)
    for seed in range(count):
        noise = np.random.default_rng([n, seed]).normal(size=n + 1)
        mixed = (noise[1:] + share * noise[:-1]) / np.sqrt(1.0 + share**2)
        yield wave, star(wave) * (1.0 + mixed / snr)


@pytest.mark.parametrize("n", [540, 1050])
def test_the_mean_rms_of_100_draws_is_the_injected_noise_within_one_percent(n):
    found = [measure_noise(*draw, n_breakpoints=BREAKPOINTS).rms for draw in draws(n, 100)]

    assert np.mean(found) == pytest.approx(1 / 200.0, rel=0.01)


def test_degrees_of_freedom_are_what_makes_it_right():
    results = [measure_noise(*draw, n_breakpoints=100) for draw in draws(540, 30)]

    rms = np.mean([result.rms for result in results])
    kept = np.mean([1 - result.n_parameters / result.n_used for result in results])
    assert rms == pytest.approx(1 / 200.0, rel=0.015)
    assert np.sqrt(kept) < 0.91  # with N alone it would be that much too low


def test_the_stated_error_is_the_scatter_of_the_draws():
    results = [measure_noise(*draw) for draw in draws(540, 300)]

    scatter = np.std([result.signal_to_noise for result in results], ddof=1)
    stated = np.mean([result.signal_to_noise_error for result in results])
    assert stated == pytest.approx(scatter, rel=0.15)


@pytest.mark.parametrize("n", [540, 1050])
@pytest.mark.parametrize("share", [0.3, 1.0])
def test_the_rms_of_correlated_noise_is_within_one_percent_too(n, share):
    truth = share / (1 + share**2)
    results = [
        measure_noise(*draw, n_breakpoints=BREAKPOINTS) for draw in draws(n, 100, share=share)
    ]

    assert np.mean([result.rms for result in results]) == pytest.approx(1 / 200.0, rel=0.01)
    assert np.mean([result.correlation for result in results]) == pytest.approx(truth, abs=0.02)


def test_white_noise_has_no_correlation():
    results = [measure_noise(*draw) for draw in draws(1050, 100)]

    assert np.mean([result.correlation for result in results]) == pytest.approx(0.0, abs=0.01)
    assert np.mean([result.inflation for result in results]) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("kernel", "inflation"), [((1, 1), 2.0), ((1, 2, 1), 16 / 6), ((1, 1, 1), 3)]
)
def test_what_a_mean_over_many_elements_is_worth(kernel, inflation):
    """The variance of a mean of noise mixed by weights w is (sum w)^2 / sum w^2 that of white."""
    weights = np.array(kernel) / np.sqrt(np.sum(np.square(kernel)))
    wave = wavelengths(1050)
    results = []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(size=1050 + len(kernel) - 1)
        mixed = np.convolve(noise, weights, "valid")
        results.append(measure_noise(wave, star(wave) * (1.0 + mixed / 200.0)))

    found = np.mean([result.inflation for result in results])
    assert found == pytest.approx(inflation, rel=0.05)
    snr = np.mean([result.independent_signal_to_noise for result in results])
    assert snr == pytest.approx(200.0 / np.sqrt(inflation), rel=0.05)


def test_lines_do_not_count_as_noise():
    wave, flux = next(draws(1050, 1))
    lines = sum(np.exp(-(((wave - center) / 0.002) ** 2)) for center in (5.2, 5.5, 5.8))

    result = measure_noise(wave, flux * (1 + 0.5 * lines))

    assert result.rms == pytest.approx(1 / 200.0, rel=0.08)
    assert not result.used[lines > 0.5].any()


@pytest.mark.parametrize("factor", [1e-12, 1e9])
def test_the_unit_does_not_matter(factor):
    wave, flux = next(draws(540, 1))

    assert_allclose(
        measure_noise(wave, flux * factor).rms, measure_noise(wave, flux).rms, rtol=1e-9
    )


def test_missing_elements_are_left_out():
    wave, flux = next(draws(1050, 1))
    holes = np.random.default_rng(1).random(wave.size) < 0.2
    holes[:30] = True

    result = measure_noise(wave, np.where(holes, np.nan, flux))

    assert result.n_used <= np.count_nonzero(~holes)
    assert result.rms == pytest.approx(1 / 200.0, rel=0.1)
    assert np.isnan(result.continuum[:30]).all()


def test_a_handful_of_elements_has_no_number():
    result = measure_noise(np.array([5.0, 5.1, 5.2]), np.array([1.0, 1.1, 1.0]))

    assert np.isnan([result.rms, result.signal_to_noise, result.correlation]).all()


def test_no_measurement_is_refused_in_words():
    with pytest.raises(FitError, match="0 measurements"):
        measure_noise(wavelengths(50), np.full(50, np.nan))
