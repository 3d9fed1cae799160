"""Tests of engine.compare.signal_to_noise."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.signal_to_noise import (
    CalculatorCurve,
    SnrParams,
    measure_signal_to_noise,
)
from engine.errors import Cancelled, DataError
from tests.helpers.visits import grid, star_flux, visit

STAR = "HD 163466"
N_BINS = 10


def noise_at(wave):
    """Return the relative noise that is put in: it triples along the band."""
    along = (wave - wave[0]) / (wave[-1] - wave[0])
    return 0.002 * 3.0**along


def noise_in_bins(wave):
    """Return the rms of the noise in ten equal bins of wavelength."""
    edges = np.linspace(wave[0], wave[-1], N_BINS + 1)
    where = np.clip(np.searchsorted(edges, wave, side="right") - 1, 0, N_BINS - 1)
    square = noise_at(wave) ** 2
    return np.sqrt(np.bincount(where, weights=square) / np.bincount(where))


def drawn(rng, *, n, size=1000, stated=1.0, band="1B", levels=0.004):
    """Return visits whose noise is known, and whose errors are ``stated`` times it."""
    wave = grid(band, size)
    flux = star_flux(wave)
    found = []
    for number in range(n):
        level = 1.0 + levels * rng.standard_normal()
        noisy = flux * level * (1.0 + noise_at(wave) * rng.standard_normal(size))
        error = stated * noise_at(wave) * flux * level
        found.append(visit(number, noisy, wave, band=band, error=error))
    return found


def band_of(star_snr, name="1B"):
    return next(one for one in star_snr.bands if one.band == name)


def measured(visits, **params):
    return band_of(measure_signal_to_noise(STAR, visits, SnrParams(**params)))


def calculator(wave, *, band="1B", snr=None, flux_jy=None):
    snr = 1.0 / noise_at(wave) if snr is None else snr
    flux_jy = np.full(wave.size, np.nan) if flux_jy is None else flux_jy
    return CalculatorCurve(band, frozen(wave), frozen(snr), frozen(flux_jy))


def check_pulls(n_seeds):
    truth = 1.0 / noise_in_bins(grid("1B", 1000))
    spline, among, own = [], [], []
    for seed in range(n_seeds):
        band = measured(drawn(np.random.default_rng([18, seed]), n=5))
        first = band.visits[0]
        spline.append((first.by_spline - truth) / first.by_spline_error)
        among.append((band.by_visits - truth) / band.by_visits_error)
        own.append((first.by_visits - truth) / first.by_visits_error)
    slack = 4.0 / np.sqrt(n_seeds * N_BINS)
    for pulls in (np.array(spline), np.array(among), np.array(own)):
        assert abs(np.mean(pulls)) < 0.2 + slack
        assert 0.8 - slack < np.std(pulls) < 1.2 + slack


def test_spline_and_repeated_visits_recover_the_noise_within_their_errors():
    check_pulls(20)


@pytest.mark.rig
def test_spline_and_repeated_visits_recover_the_noise_over_400_seeds():
    check_pulls(400)


def test_stated_errors_and_the_calculator_give_what_was_put_in(rng):
    wave = grid("1B", 1000)

    result = measure_signal_to_noise(STAR, drawn(rng, n=2), SnrParams(), curves=(calculator(wave),))

    truth = 1.0 / noise_in_bins(wave)
    assert_allclose(band_of(result).visits[0].stated, truth, rtol=0.01)
    assert_allclose(band_of(result).calculator, truth, rtol=0.01)


def test_errors_that_are_five_times_too_small_are_told_for_the_visit_that_has_them(rng):
    visits = drawn(rng, n=4)
    visits[2] = drawn(rng, n=3, stated=0.2)[2]

    result = measure_signal_to_noise(STAR, visits)

    rows = band_of(result).visits
    assert [row.verdict for row in rows] == ["agrees", "agrees", "too small", "agrees"]
    assert rows[2].factor == pytest.approx(0.2, abs=4 * rows[2].factor_error)
    [said] = [one for one in result.messages if "times its noise" in one]
    assert rows[2].source in said
    assert f"{rows[2].factor:.2f} times" in said


def test_errors_that_are_too_small_are_found_in_a_single_visit_by_its_spline(rng):
    result = measure_signal_to_noise(STAR, drawn(rng, n=1, stated=0.2))

    [row] = band_of(result).visits
    assert (row.verdict, row.basis) == ("too small", "spline")
    assert row.factor == pytest.approx(0.2, abs=4 * row.factor_error)
    assert "spline" in result.messages[-1]


def test_errors_that_are_too_large_are_told(rng):
    [row] = measured(drawn(rng, n=1, stated=3.0)).visits

    assert row.verdict == "too large"


@pytest.mark.parametrize("n", [1, 2, 5])
def test_right_errors_raise_no_alarm(n):
    verdicts = [
        row.verdict
        for seed in range(8)
        for row in measured(drawn(np.random.default_rng([5, n, seed]), n=n)).visits
    ]

    assert set(verdicts) == {"agrees"}


def test_the_factor_has_an_honest_error():
    pulls = []
    for seed in range(20):
        rows = measured(drawn(np.random.default_rng([6, seed]), n=5, stated=0.5)).visits
        pulls += [(row.factor - 0.5) / row.factor_error for row in rows]

    assert abs(np.mean(pulls)) < 0.2 + 4 / np.sqrt(100)
    assert np.std(pulls) == pytest.approx(1.0, abs=0.2 + 4 / np.sqrt(200))


def test_two_visits_do_not_tell_whose_noise_it_is(rng):
    visits = [drawn(rng, n=1)[0], drawn(rng, n=2, stated=0.2)[1]]

    band = measured(visits)

    assert np.all(np.isfinite(band.by_visits))
    assert all(np.isnan(row.by_visits).all() for row in band.visits)
    assert [row.basis for row in band.visits] == ["spline", "spline"]


def test_levels_are_no_noise():
    quiet = measured(drawn(np.random.default_rng(4), n=6, levels=0.0))
    loud = measured(drawn(np.random.default_rng(4), n=6, levels=0.05))

    truth = 1.0 / noise_in_bins(grid("1B", 1000))
    for band in (quiet, loud):
        assert np.median(band.by_visits / truth) == pytest.approx(1.0, abs=0.05)


def test_a_visit_that_is_left_out_keeps_its_own_curves(rng):
    visits = drawn(rng, n=4)
    visits[1] = replace(visits[1], excluded="mirror tilt")

    band = measured(visits)

    left_out = band.visits[1]
    assert left_out.reason == "mirror tilt"
    assert np.all(np.isfinite(left_out.by_spline))
    assert np.all(np.isnan(left_out.by_visits))


def test_without_errors_nothing_is_judged(rng):
    wave = grid("1B", 1000)
    noisy = star_flux(wave) * (1.0 + noise_at(wave) * rng.standard_normal(wave.size))

    result = measure_signal_to_noise(STAR, [visit(0, noisy, wave, error=np.zeros(wave.size))])

    [row] = band_of(result).visits
    assert row.verdict == "not judged"
    assert np.all(np.isnan(row.stated))
    assert np.all(np.isfinite(row.by_spline))
    assert any("states errors" in one for one in result.messages)


def test_a_spectrum_without_samples_has_no_number_and_no_alarm():
    wave = grid("1B", 1000)

    band = measured([visit(0, np.full(wave.size, np.nan), wave)])

    assert band.edges_um.size == 0
    assert band.reason


def test_a_curve_that_ends_inside_the_band_is_not_extended(rng):
    wave = grid("1B", 1000)
    half = wave[:500]

    result = measure_signal_to_noise(
        STAR, drawn(rng, n=1), curves=(calculator(half, snr=1.0 / noise_at(wave)[:500]),)
    )

    known = np.isfinite(band_of(result).calculator)
    assert known[:4].all()
    assert not known[5:].any()


def test_a_curve_for_another_flux_is_told(rng):
    wave = grid("1B", 1000)

    result = measure_signal_to_noise(
        STAR, drawn(rng, n=1), curves=(calculator(wave, flux_jy=10.0 * star_flux(wave)),)
    )

    [said] = [one for one in result.messages if "another flux" in one]
    assert "1B (0.1 ×)" in said


def test_correlated_neighbors_widen_the_errors(rng):
    wave = grid("1B", 1000)
    visits = []
    for number in range(5):
        white = rng.standard_normal(wave.size + 1)
        shared = (white[1:] + white[:-1]) / np.sqrt(2.0)
        visits.append(visit(number, star_flux(wave) * (1.0 + 0.003 * shared), wave))

    band = measured(visits)

    white_error = band.by_visits / np.sqrt(2.0 * 500 * 4 / 5)
    assert np.median(band.by_visits_error / white_error) > 1.1
    assert band.visits[0].correlation == pytest.approx(0.5, abs=0.15)


def test_nothing_to_measure_is_said():
    with pytest.raises(DataError, match="no spectrum"):
        measure_signal_to_noise(STAR, [])


def test_measuring_stops_between_two_bands(rng):
    class Stop:
        def step(self, done, total, note=""):
            if (done, total) == (1, 12):
                raise Cancelled

    with pytest.raises(Cancelled):
        measure_signal_to_noise(STAR, drawn(rng, n=1), progress=Stop())
