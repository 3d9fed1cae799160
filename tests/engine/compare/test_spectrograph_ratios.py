"""Tests of engine.compare.spectrograph_ratios: analytic spectra on two grids."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.spectrograph_ratios import (
    SpectrographParams,
    SpectrumPair,
    compare_spectrographs,
)
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.spectra.resample import bin_edges

FINE = np.linspace(5.0, 27.9, 9000)
COARSE = np.geomspace(5.3, 35.0, 300)


def spectrum(wave, flux, error=None, *, unit="Jy", flags=None):
    sigma = np.full(wave.size, np.nan) if error is None else error
    bits = np.zeros(wave.size) if flags is None else flags
    return Spectrum(frozen(wave), frozen(flux), frozen(sigma), frozen(bits, dtype=np.uint32), unit)


def mean_of_power_law(slope, wave):
    """Return the mean of a power law over each bin, analytically."""
    edges = bin_edges(wave)
    integral = (edges[1:] ** (slope + 1) - edges[:-1] ** (slope + 1)) / (slope + 1)
    return integral / np.diff(edges)


def pair(star="HD 163466", *, ratio=1.0, fine=None, coarse=None, reason=""):
    flux = 0.1 * (FINE / 10.0) ** -2.0
    other = 0.1 * mean_of_power_law(-2.0, COARSE) * 100.0 / ratio
    return SpectrumPair(
        star, f"{star} IRS", f"{star}/1-1",
        spectrum(FINE, flux, 2e-3 * flux) if fine is None else fine,
        spectrum(COARSE, other, 5e-3 * other) if coarse is None else coarse,
        reason,
    )  # fmt: skip


def test_a_power_law_divided_by_its_mean_over_the_bins_is_the_ratio():
    [one] = compare_spectrographs([pair(ratio=1.03)]).stars

    inside = np.isfinite(one.ratio)
    assert_allclose(one.ratio[inside], 1.03, rtol=2e-6)
    edges = bin_edges(COARSE)
    assert_allclose(inside, (edges[:-1] >= FINE[0]) & (edges[1:] <= FINE[-1]))
    assert_allclose(one.short.mean, 1.03, rtol=1e-6)
    assert one.short.high_um < 18.0 <= one.long.low_um


def test_without_rebinning_a_steep_line_would_be_wrong():
    center = COARSE[130]
    line = 1.0 + 3.0 * np.exp(-0.5 * ((FINE - center) / 0.008) ** 2)
    area = 3.0 * 0.008 * np.sqrt(2.0 * np.pi)
    edges = bin_edges(COARSE)
    expected = 1.0 + area * ((edges[:-1] < center) & (edges[1:] > center)) / np.diff(edges)

    [one] = compare_spectrographs(
        [pair(fine=spectrum(FINE, line), coarse=spectrum(COARSE, np.ones(300)))]
    ).stars

    inside = np.isfinite(one.ratio)
    assert_allclose(one.ratio[inside], expected[inside], atol=3e-3)


def test_smoothing_to_the_resolving_power_widens_a_line_to_it():
    power = 60.0
    line = 1.0 + 3.0 * np.exp(-0.5 * ((FINE - 12.0) / 0.01) ** 2)
    dense = np.geomspace(9.0, 15.0, 700)  # bins that blur less than the resolution

    [one] = compare_spectrographs(
        [pair(fine=spectrum(FINE, line), coarse=spectrum(dense, np.ones(700)))],
        SpectrographParams(resolving_power=power),
    ).stars

    excess = one.ratio - 1.0
    half = excess >= 0.5 * np.nanmax(excess)
    width = dense[half][-1] - dense[half][0]
    assert width == pytest.approx(12.0 / power, rel=0.1)
    area = np.nansum(excess * np.diff(bin_edges(dense)))
    assert area == pytest.approx(3.0 * 0.01 * np.sqrt(2.0 * np.pi), rel=0.01)


def test_the_errors_are_those_of_both_in_quadrature():
    [one] = compare_spectrographs([pair()]).stars

    per_bin = np.diff(bin_edges(COARSE)) / np.median(np.diff(FINE))
    expected = np.hypot(2e-3 / np.sqrt(per_bin), 5e-3)
    inside = np.isfinite(one.ratio)
    assert_allclose(one.error[inside], expected[inside], rtol=0.02)


def test_the_ratio_recovers_what_was_put_in_within_its_error(rng):
    truth = {"HD 163466": 1.01, "HR 5467": 0.98, "δ UMi": 1.005}
    pairs = []
    for star, ratio in truth.items():
        one = pair(star, ratio=ratio)
        noisy = one.coarse.flux * rng.normal(1.0, 0.02, COARSE.size)
        pairs.append(pair(star, coarse=spectrum(COARSE, noisy, 0.02 * noisy)))

    result = compare_spectrographs(pairs)

    for one in result.stars:
        assert abs(one.short.mean - truth[one.star]) < 4.0 * one.short.error
    assert result.short.mean == pytest.approx(np.mean(list(truth.values())), abs=4e-3)
    assert result.short.n_samples == 3


def test_samples_that_are_known_badly_take_no_part():
    one = pair()
    error = np.where(COARSE > 20.0, 0.3, 0.005) * one.coarse.flux
    noisy = pair(coarse=spectrum(COARSE, one.coarse.flux, error))

    [found] = compare_spectrographs([noisy]).stars

    assert not found.is_used[COARSE > 20.1].any()
    assert found.long.high_um < 20.1
    assert np.isfinite(found.ratio[COARSE > 20.1]).any()


def test_single_flagged_samples_are_bridged_and_wide_gaps_are_not():
    flux = np.ones(FINE.size)
    flags = np.zeros(FINE.size)
    flags[1000] = 1
    flags[(FINE > 10.0) & (FINE < 10.5)] = 1
    flux[1000] = 50.0

    [one] = compare_spectrographs(
        [pair(fine=spectrum(FINE, flux, flags=flags), coarse=spectrum(COARSE, np.ones(300)))]
    ).stars

    edges = bin_edges(COARSE)
    gap = (edges[1:] > 10.0) & (edges[:-1] < 10.5)
    assert np.isnan(one.ratio[gap]).all()
    rest = ~gap & (edges[:-1] > FINE[0]) & (edges[1:] < FINE[-1])
    assert_allclose(one.ratio[rest], 1.0)


def test_a_star_that_is_left_out_is_shown_and_not_averaged():
    params = SpectrographParams(excluded=(("HR 5467", "saturated"),))

    result = compare_spectrographs([pair(), pair("HR 5467", ratio=1.5)], params)

    assert [one.reason for one in result.stars] == ["", "saturated"]
    assert result.short.mean == pytest.approx(1.0, abs=1e-5)


def test_a_star_with_several_spectra_counts_once():
    visits = [replace(pair(ratio=1.02), source=f"HD 163466/1-{i}") for i in range(3)]

    result = compare_spectrographs([*visits, pair("HR 5467", ratio=0.98)])

    assert result.short.n_samples == 2
    assert result.short.mean == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("one", "word"),
    [
        (pair(coarse=spectrum(COARSE, np.ones(300), unit="MJy/sr")), "no ratio"),
        (pair(coarse=spectrum(np.geomspace(30.0, 40.0, 50), np.ones(50))), "do not overlap"),
        (pair(coarse=spectrum(np.linspace(6.0, 8.0, 5000), np.ones(5000))), "finer"),
        (pair(coarse=spectrum(COARSE[:2], np.ones(2))), "samples"),
        (pair(fine=spectrum(FINE, np.full(FINE.size, np.nan))), "no valid samples"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(one, word):
    with pytest.raises(DataError, match=word):
        compare_spectrographs([one])


def test_one_pair_that_fails_does_not_stop_the_others():
    bad = pair("HR 5467", coarse=spectrum(COARSE, np.ones(300), unit="DN/s"))

    result = compare_spectrographs([pair(), bad])

    assert [one.star for one in result.stars] == ["HD 163466"]
    assert "HR 5467" in result.messages[0]


def test_no_pair_is_refused():
    with pytest.raises(DataError, match="both instruments"):
        compare_spectrographs([])
