"""Tests of engine.compare.stochastic_noise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.stats import beta, norm

from engine.arrays import frozen
from engine.compare.stochastic_noise import (
    NoiseParams,
    measure_noise,
    median_variance,
    others_median,
)
from engine.errors import DataError
from tests.helpers.visits import drawn_visits, grid, star_flux, visit

STAR = "HD 163466"


def band_of(visits, name="1B", **params):
    result = measure_noise(STAR, visits, NoiseParams(**params))
    return next(one for one in result.bands if one.band == name)


def check_recovery(n_seeds, *, n, noise):
    found = [
        band_of(drawn_visits(np.random.default_rng([9, n, seed]), n=n, noise=noise)[0])
        for seed in range(n_seeds)
    ]
    values = np.array([one.noise for one in found])
    pulls = (values - noise) / np.array([one.noise_error for one in found])
    tolerance = 4.0 / np.sqrt(2.0 * 400 * (n - 1) * n_seeds)
    second_order = 2.0 * noise**2
    assert_allclose(np.mean(values), noise, rtol=0.004 + tolerance + second_order)
    assert np.std(pulls) == pytest.approx(1.0, abs=0.1 + 4.0 / np.sqrt(2.0 * n_seeds))


@pytest.mark.parametrize("n", [2, 3, 4, 21])
def test_the_injected_noise_is_recovered_from_any_number_of_visits(n):
    check_recovery(40, n=n, noise=0.003)


@pytest.mark.rig
@pytest.mark.parametrize("n", [2, 3, 5, 14, 21])
@pytest.mark.parametrize("noise", [0.003, 0.1])
def test_the_injected_noise_is_recovered_over_many_stars(n, noise):
    check_recovery(400, n=n, noise=noise)


@pytest.mark.parametrize("k", [1, 2, 5, 10, 14])
def test_the_variance_of_a_median_is_that_of_the_middle_order_statistic(k):
    middle = beta(k + 1, k + 1)

    def weight(x):
        return x**2 * middle.pdf(norm.cdf(x)) * norm.pdf(x)

    expected, _ = quad(weight, -9.0, 9.0, limit=200)
    assert_allclose(median_variance(np.array([2 * k + 1])), expected, atol=6e-6)


def test_the_variance_of_a_median_is_right_for_even_and_large_numbers():
    rng = np.random.default_rng(3)

    drawn = {
        n: np.var(np.median(rng.standard_normal((n, 200_000)), axis=0)) for n in (2, 4, 10, 41)
    }

    for n, variance in drawn.items():
        assert_allclose(median_variance(np.array([n]))[0], variance, rtol=0.02)
    assert np.isnan(median_variance(np.array([0]))[0])


def test_the_median_of_the_others_is_what_a_loop_gives(rng):
    values = rng.standard_normal((7, 60))
    values[rng.random((7, 60)) < 0.3] = np.nan

    found = others_median(values)

    for i, j in np.ndindex(values.shape):
        rest = np.delete(values[:, j], i)
        rest = rest[np.isfinite(rest)]
        if np.isnan(values[i, j]) or not rest.size:
            assert np.isnan(found[i, j])
        else:
            assert found[i, j] == pytest.approx(np.median(rest), rel=1e-14)


def test_levels_and_scale_do_not_count_as_noise(rng):
    visits, _ = drawn_visits(np.random.default_rng(1), n=8, scatter=0.0)
    loud, _ = drawn_visits(np.random.default_rng(1), levels=np.ones(8))
    factors = 1.0 + 0.05 * rng.standard_normal(8)
    loud = [
        replace(one, spectrum=replace(one.spectrum, flux=frozen(factor * one.spectrum.flux)))
        for one, factor in zip(loud, factors, strict=True)
    ]
    quiet, _ = drawn_visits(np.random.default_rng(1), levels=np.ones(8))

    assert_allclose(band_of(loud).noise, band_of(quiet).noise, rtol=1e-3)
    assert band_of(visits).snr == pytest.approx(1.0 / 0.003, rel=0.05)


def test_the_histogram_has_the_rms_it_is_drawn_with(rng):
    visits, _ = drawn_visits(rng, n=5, size=900)

    band = band_of(visits)

    middle = 0.5 * (band.edges[1:] + band.edges[:-1])
    width = np.diff(band.edges)[0]
    rms = np.sqrt(np.sum(band.counts * middle**2) / band.counts.sum() - width**2 / 12.0)
    assert rms == pytest.approx(band.noise, rel=0.01)
    assert band.counts.sum() >= 0.999 * band.n_values


def test_cosmic_rays_are_left_out_and_counted(rng):
    visits, _ = drawn_visits(rng, n=6, size=800)
    flux = np.array(visits[0].spectrum.flux)
    flux[20::40] *= 1.5
    visits[0] = replace(visits[0], spectrum=replace(visits[0].spectrum, flux=frozen(flux)))

    band = band_of(visits)

    assert band.n_rejected >= 20
    assert band.noise == pytest.approx(0.003, rel=0.05)


def test_noise_that_grows_along_the_band_is_not_an_outlier(rng):
    wave = grid()
    sigma = np.geomspace(0.001, 0.02, wave.size)
    visits = [
        visit(i, star_flux(wave) * (1.0 + sigma * rng.standard_normal(wave.size)), wave)
        for i in range(12)
    ]

    band = band_of(visits)

    assert band.n_rejected <= 2
    assert band.noise == pytest.approx(np.sqrt(np.mean(sigma**2)), rel=0.05)
    ratio = band.element_noise / sigma
    assert np.median(ratio) == pytest.approx(1.0, abs=0.05)


def test_errors_that_are_five_times_too_small_are_told(rng):
    visits, _ = drawn_visits(rng, n=5)
    visits[1] = replace(
        visits[1],
        spectrum=replace(visits[1].spectrum, error=frozen(0.2 * visits[1].spectrum.error)),
    )

    result = measure_noise(STAR, visits)

    told = [one for one in result.messages if "times its noise" in one]
    assert len(told) == 1
    assert "HD 163466/1539-2" in told[0]
    one = result.bands[1].visits[1]
    assert one.stated / one.noise == pytest.approx(0.2, rel=0.1)


def test_spectra_without_errors_state_none(rng):
    wave = grid()
    visits = [
        visit(i, star_flux(wave) * (1 + 0.01 * rng.standard_normal(400)), wave) for i in range(3)
    ]

    band = band_of(visits)

    assert np.isnan([one.stated for one in band.visits]).all()
    assert band.noise > 0.008


def test_an_excluded_visit_does_not_count(rng):
    visits, _ = drawn_visits(rng, n=5)
    without = band_of(visits[:4])
    visits[4] = replace(visits[4], excluded="mirror tilt")

    band = band_of(visits)

    assert band.noise == without.noise
    assert band.visits[4].reason == "mirror tilt"
    assert np.isnan(band.visits[4].noise)


def test_too_few_visits_are_said_in_words(rng):
    visits, _ = drawn_visits(rng, n=1)

    result = measure_noise(STAR, visits)

    band = result.bands[1]
    assert "Only one visit" in band.reason
    assert np.isnan(band.noise)
    assert np.isnan(band.snr)
    assert band.counts.size == 0
    assert result.messages == ("No band has two visits that can be compared.",)


def test_equal_visits_have_no_noise():
    wave = grid()
    visits = [visit(i, star_flux(wave), wave) for i in range(4)]

    band = band_of(visits)

    assert band.noise == pytest.approx(0.0, abs=1e-12)


def test_rebinned_visits_are_told(rng):
    wave, finer = grid(), grid(size=900, shift=0.3)
    visits = [visit(0, star_flux(wave), wave), visit(1, star_flux(finer), finer)]

    result = measure_noise(STAR, visits)

    assert any("were rebinned" in one for one in result.messages)


def test_no_visits_are_refused():
    with pytest.raises(DataError, match="no spectrum"):
        measure_noise(STAR, [])
