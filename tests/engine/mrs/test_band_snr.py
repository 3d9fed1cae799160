"""Tests of engine.mrs.band_snr."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.mrs.band_snr import (
    BandSnrParams,
    measure_band_snr,
    published_row,
    published_rows,
)
from engine.simulate.spectra import simulate_response_spectrum

CYG = Identity(target="16 Cyg B", program="1538", observation="1")


def observed(seed, band, *, snr=250.0, identity=CYG):
    """Return a simulated star whose noise is known, without fringes, hits and strong lines."""
    made = simulate_response_spectrum(
        np.random.default_rng([seed, len(band)]),
        band,
        snr=snr,
        fringe_amplitude=0.0,
        outlier_fraction=0.0,
        star_class="G",
    )
    return replace(made.observed, identity=replace(identity, band=band))


def spectrum(band, wave_um, flux, *, flags=None, identity=CYG):
    flags = np.zeros(wave_um.size) if flags is None else flags
    return Spectrum(
        frozen(wave_um),
        frozen(flux),
        frozen(np.full(wave_um.size, np.nan)),
        frozen(flags, dtype=np.uint32),
        "Jy",
        replace(identity, band=band),
    )


def drizzled(rng, wave_um, *, snr, dithers=4, pixel=1.6):
    """Return flux whose elements share pixels, and the true correlation of neighbors.

    Each dither has pixels ``pixel`` planes wide at an offset of its own, each with white noise; a
    plane is the mean of what overlaps it, by the length of the overlap.
    """
    n = wave_um.size
    low = np.arange(n) - 0.5
    rows = []
    for offset in rng.uniform(0.0, pixel, dithers):
        starts = np.arange(-2.0 - pixel, n + 1.0, pixel) + offset
        reach = np.minimum(low[:, None] + 1.0, starts + pixel) - np.maximum(low[:, None], starts)
        rows.append(np.clip(reach, 0.0, None))
    weight = np.hstack(rows)
    weight /= weight.sum(axis=1, keepdims=True)
    variance = np.sum(weight**2, axis=1)
    shared = np.sum(weight[1:] * weight[:-1], axis=1)
    correlation = np.mean(shared / np.sqrt(variance[1:] * variance[:-1]))
    noise = weight @ rng.normal(size=weight.shape[1]) / np.sqrt(np.mean(variance))
    return 2.0 * wave_um**-2 * (1.0 + noise / snr), correlation


@pytest.mark.parametrize(("band", "planes"), [("4A", 542), ("1A", 1050)])
def test_the_mean_of_100_draws_is_the_injected_noise_within_one_percent(band, planes):
    found = []
    for seed in range(100):
        drawn = observed(seed, band)
        assert drawn.size == planes
        found.append(measure_band_snr("x", [("e1", drawn)]).band(band).noise.rms)

    assert np.mean(found) == pytest.approx(1 / 250.0, rel=0.01)


def test_the_correlation_that_drizzling_makes_is_measured():
    wave = np.linspace(4.91, 5.72, 1000)
    measured, truths, rms = [], [], []
    for seed in range(40):
        flux, truth = drizzled(np.random.default_rng(seed), wave, snr=200.0)
        result = measure_band_snr("x", [("e1", spectrum("1A", wave, flux))]).band("1A")
        measured.append(result.correlation)
        truths.append(truth)
        rms.append(result.noise.rms)

    assert np.mean(truths) > 0.3
    assert np.mean(measured) == pytest.approx(np.mean(truths), abs=0.02)
    assert np.mean(rms) == pytest.approx(1 / 200.0, rel=0.01)


def test_what_drizzling_shares_is_said():
    wave = np.linspace(4.91, 5.72, 1000)
    flux, _ = drizzled(np.random.default_rng(3), wave, snr=200.0)

    said = measure_band_snr("x", [("e1", spectrum("1A", wave, flux))]).messages

    assert any("share their scatter (1A 0." in one for one in said)


def test_all_twelve_bands_stand_in_order_and_those_not_observed_say_so():
    result = measure_band_snr("x", [("e2", observed(1, "2B")), ("e1", observed(1, "1A"))])

    assert [one.band for one in result.bands][:4] == ["1A", "1B", "1C", "2A"]
    assert [one.id for one in result.bands if one.id] == ["e1", "e2"]
    missing = result.band("3C")
    assert missing.noise is None
    assert np.isnan(missing.snr)
    assert missing.reason == "3C was not observed."


def test_flagged_samples_and_those_beyond_the_trusted_range_do_not_count():
    wave = np.linspace(24.41, 28.7, 700)
    rng = np.random.default_rng(2)
    flux = 1.0 + rng.normal(0.0, 0.01, wave.size)
    flux[wave > 27.95] *= rng.uniform(0.0, 2.0, np.count_nonzero(wave > 27.95))
    flux[100:110] = 7.0
    flags = np.zeros(wave.size)
    flags[100:110] = 1

    result = measure_band_snr("x", [("e1", spectrum("4C", wave, flux, flags=flags))])

    one = result.band("4C")
    assert one.noise.rms == pytest.approx(0.01, rel=0.15)
    assert not one.noise.used[100:110].any()
    assert not one.noise.used[wave > 27.95].any()


def test_a_handful_of_samples_has_a_sentence_and_no_number():
    wave = np.linspace(5.0, 5.1, 12)

    result = measure_band_snr("x", [("e1", spectrum("1A", wave, np.ones(12)))])

    assert np.isnan(result.band("1A").snr)
    assert "1A: 12 good samples, 30 are needed." in result.messages


def test_an_exact_spectrum_has_no_infinite_ratio():
    wave = np.linspace(5.0, 5.6, 300)

    result = measure_band_snr("x", [("e1", spectrum("1A", wave, np.ones(300)))])

    assert not np.isinf(result.band("1A").snr)


# Law+2025, Table 1, read from the paper.
@pytest.mark.parametrize(
    ("star", "place", "band", "snr"),
    [
        ("16 Cyg B", "1538-1", "1A", 84), ("16 Cyg B", "1538-1", "4B", 182),
        ("10 Lac", "1524-16", "1B", 1190), ("HD 163466", "1536-23", "4C", 13),
        ("515 Athalia", "1549-6", "3B", 799),
    ],
)  # fmt: skip
def test_the_published_table_is_at_hand(star, place, band, snr):
    program, _, observation = place.partition("-")
    identity = Identity(target=star, program=program, observation=observation)

    row, is_same = published_row(identity)

    assert row.snr[band] == snr
    assert is_same


def test_the_published_table_has_twelve_sources_and_gaps_where_the_paper_has_them():
    rows = {row.star: row for row in published_rows()}

    assert len(rows) == 12
    assert np.isnan(rows["SAO 206462"].snr["1A"])
    assert rows["SAO 206462"].snr["3A"] == 509


def test_another_observation_of_a_published_star_is_told():
    later = replace(CYG, observation="77")

    result = measure_band_snr("x", [("e1", observed(1, "4B", identity=later))])

    assert result.published_as == "1538-1"
    assert result.band("4B").published == 182
    assert any("another observation" in one for one in result.messages)


def test_a_star_that_is_not_published_has_nothing_to_compare_with():
    unknown = Identity(target="HD 1")

    result = measure_band_snr("x", [("e1", observed(1, "4B", identity=unknown))])

    assert result.published_as == ""
    assert np.isnan(result.band("4B").published)


def test_the_co_lines_of_g_stars_are_named():
    g_star = measure_band_snr("x", [("e1", observed(1, "1A"))])
    a_star = measure_band_snr("x", [("e1", observed(1, "1A", identity=Identity(target="HD 2811")))])

    assert any("CO" in one for one in g_star.messages)
    assert not any("CO" in one for one in a_star.messages)


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"n_breakpoints": -1}, "-1 breakpoints"), ({"n_sigma": 0.5}, "0.5 σ"),
     ({"n_sigma": float("nan")}, "nan σ")],
)  # fmt: skip
def test_parameters_out_of_range_are_refused_in_words(changes, what):
    with pytest.raises(DataError, match=what):
        measure_band_snr("x", [("e1", observed(1, "4B"))], BandSnrParams(**changes))


def test_a_band_that_comes_twice_and_no_spectrum_at_all_are_refused():
    with pytest.raises(DataError, match="4B comes twice"):
        measure_band_snr("x", [("e1", observed(1, "4B")), ("e2", observed(2, "4B"))])
    with pytest.raises(DataError, match="no spectrum"):
        measure_band_snr("x", [])
