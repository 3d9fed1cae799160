"""Tests of engine.compare.junction_kinds."""

import numpy as np
import pytest
from scipy.stats import norm, t

from engine.arrays import frozen
from engine.compare.junction_kinds import _fit as fitted_factor
from engine.compare.junction_kinds import (
    classify_discontinuities,
    judge_differences,
    judge_junction,
)
from engine.compare.junctions import SourceJunctions, measure_junctions
from engine.errors import DataError
from engine.model.bands import band_named
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

LEVELS = np.geomspace(0.01, 10.0, 10)


def side(band_name, rng, *, level, factor=1.0, offset=0.0, noise_jy=2e-4, snr=300.0, unit="Jy"):
    band = band_named(band_name)
    wave = np.arange(band.wave_min_um + rng.random() * band.step_um, band.wave_max_um, band.step_um)
    error = np.full(wave.size, np.hypot(noise_jy, level / snr))
    flux = level * factor + offset + error * rng.normal(size=wave.size)
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(error),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit=unit,
        identity=Identity(band=band_name),
    )


def sources(rng, *, factor=1.0, offset=0.0, spread=0.0, levels=LEVELS, unit="Jy"):
    """Return the junction 2A|2B of sources with a known jump."""
    return [
        measure_junctions(
            f"source {at}",
            [
                side("2A", rng, level=level, unit=unit),
                side(
                    "2B",
                    rng,
                    level=level,
                    factor=factor + spread * rng.normal(),
                    offset=offset,
                    unit=unit,
                ),
            ],
        )
        for at, level in enumerate(levels)
    ]


def test_a_jump_that_grows_with_the_flux_multiplies(rng):
    verdict = judge_junction(sources(rng, factor=1.03), "2A|2B")

    assert verdict.kind == "multiplicative"
    assert verdict.factor == pytest.approx(1.03, abs=3 * verdict.factor_error)
    assert verdict.factor_error < 0.003
    assert verdict.chi2_additive > 10 * verdict.chi2_multiplicative
    assert "+" in verdict.evidence
    assert "%" in verdict.evidence


def test_a_jump_that_is_the_same_at_any_flux_adds(rng):
    verdict = judge_junction(sources(rng, offset=0.002), "2A|2B")

    assert verdict.kind == "additive"
    assert verdict.offset == pytest.approx(0.002, abs=3 * verdict.offset_error)
    assert verdict.preference < 0
    assert "Jy" in verdict.evidence


def test_a_scatter_between_sources_does_not_hide_that_it_multiplies(rng):
    verdict = judge_junction(sources(rng, factor=1.03, spread=0.01), "2A|2B")

    assert verdict.kind == "multiplicative"
    assert verdict.factor == pytest.approx(1.03, abs=3 * verdict.factor_error)
    assert verdict.factor_error == pytest.approx(0.01 / np.sqrt(10), rel=0.7)
    assert verdict.chi2_multiplicative > 30


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ({"factor": 1.03, "spread": 0.005}, "multiplicative"),
        ({"offset": 0.001}, "additive"),
        ({}, "none"),
    ],
)
def test_the_kind_is_right_in_nearly_all_of_30_cases(made, kind):
    kinds = [
        judge_junction(sources(np.random.default_rng(seed), **made), "2A|2B").kind
        for seed in range(30)
    ]

    assert kinds.count(kind) >= 28


@pytest.mark.rig
def test_without_a_jump_few_of_400_are_called_one():
    kinds = [
        judge_junction(sources(np.random.default_rng(seed)), "2A|2B").kind for seed in range(400)
    ]

    assert kinds.count("none") >= 392


def shares_within(limits, *, n_sources, draws, scatter=0.03, jump=0.1):
    """Return the shares of draws whose factor is off by fewer sigma (Student's t) than limits."""
    rng = np.random.default_rng(n_sources)
    levels = np.geomspace(1.0, 10.0, n_sources)
    errors = 0.01 * levels
    sigma = []
    for _ in range(draws):
        off = levels * (scatter * rng.normal(size=n_sources) + 0.01 * rng.normal(size=n_sources))
        fit = fitted_factor(off + jump * levels, errors, levels)
        chance = t.sf(abs(fit.amplitude - jump) / fit.error, fit.freedom_of_error)
        sigma.append(norm.isf(chance))
    return [float(np.mean(np.array(sigma) < limit)) for limit in limits]


@pytest.mark.parametrize("n_sources", [3, 5, 8])
def test_one_sigma_of_the_mean_jump_of_few_sources_covers_two_thirds(n_sources):
    [covered] = shares_within([1.0], n_sources=n_sources, draws=300)

    assert covered == pytest.approx(0.683, abs=0.08)


@pytest.mark.rig
@pytest.mark.parametrize("n_sources", [3, 5, 8])
@pytest.mark.parametrize("scatter", [0.01, 0.03, 0.1])
def test_intervals_of_the_mean_jump_of_few_sources_cover_what_they_say(n_sources, scatter):
    one, three = shares_within([1.0, 3.0], n_sources=n_sources, draws=5000, scatter=scatter)

    assert 0.66 <= one <= 0.78  # too wide where scatter and errors are alike
    assert three >= 0.96  # of three sources, some scatter by less than their errors by chance


def test_the_scatter_of_equal_sources_is_that_of_the_sample():
    # Equal errors and levels: restricted likelihood is largest where scatter^2 + error^2 is the
    # sample variance with n - 1, and the mean has the error s / sqrt(n) with n - 1 freedom.
    ratio = np.array([0.01, 0.05, 0.02, 0.09, 0.03])
    error = 0.005

    fit = fitted_factor(ratio, np.full(5, error), np.ones(5))

    variance = np.var(ratio, ddof=1)
    assert fit.scatter == pytest.approx(np.sqrt(variance - error**2), rel=0.003)
    assert fit.error == pytest.approx(np.sqrt(variance / 5), rel=0.003)
    assert fit.freedom_of_error == pytest.approx(4.0)


def test_three_sources_that_scatter_need_more_than_three_errors_for_a_jump():
    ratio = np.array([0.03, 0.05, 0.065])  # 0.048 +- 0.010: 4.7 errors, 2.0 sigma by Student's t

    verdict = judge_differences("2A|2B", ratio * [1, 3, 9], 0.002 * np.array([1, 3, 9]),
                                np.array([1.0, 3.0, 9.0]), unit="Jy")  # fmt: skip

    assert (verdict.factor - 1.0) / verdict.factor_error > 4.0
    assert verdict.kind == "none"
    assert "(2.0 σ by Student's t)" in verdict.evidence


def test_one_source_that_is_far_off_is_not_called_a_jump_of_all(rng):
    stars = sources(rng)
    odd = sources(rng, factor=1.12, levels=[20.0])

    verdict = judge_junction([*stars, *odd], "2A|2B")

    assert verdict.kind == "differs between sources"
    assert verdict.evidence.startswith("The jump is not the same for all: ")
    assert "on average over 11 sources" in verdict.evidence


def test_jumps_of_either_sign_are_no_common_one(rng):
    mixed = [sources(rng, factor=1.0 + 0.05 * (-1) ** at, levels=[one])[0]
             for at, one in enumerate(LEVELS)]  # fmt: skip

    assert judge_junction(mixed, "2A|2B").kind == "differs between sources"


def test_a_factor_of_one_sigma_is_no_jump_though_chi_square_is_large():
    # Ratios alternate by 1.652 σ about a mean of 1 σ of itself: χ² is 28.3 for no jump, exceeded in
    # 0.16 % of cases, and 27.3 for one factor, exceeded in 0.12 %.
    sigma = 0.01
    ratio = sigma * (1.652 * (-1.0) ** np.arange(LEVELS.size) + LEVELS.size**-0.5)

    verdict = judge_differences("2A|2B", ratio * LEVELS, sigma * LEVELS, LEVELS, unit="Jy")

    assert verdict.chi2_none == pytest.approx(28.3, abs=0.1)
    assert verdict.chi2_multiplicative == pytest.approx(27.3, abs=0.1)
    assert verdict.kind == "none"
    assert "No jump beyond 3 σ in 10 sources" in verdict.evidence


def test_sources_of_one_brightness_cannot_tell(rng):
    verdict = judge_junction(sources(rng, factor=1.05, levels=[1.0, 1.1, 1.2]), "2A|2B")

    assert verdict.kind == "undetermined"
    assert "differ in brightness by 1.2" in verdict.evidence


def test_two_sources_cannot_tell(rng):
    verdict = judge_junction(sources(rng, factor=1.05, levels=[0.1, 10.0]), "2A|2B")

    assert verdict.kind == "undetermined"
    assert "three or more sources" in verdict.evidence


def test_without_a_source_there_is_no_number():
    verdict = judge_junction([], "2A|2B")

    assert (verdict.kind, verdict.n_sources) == ("undetermined", 0)
    assert np.isnan([verdict.factor, verdict.offset, verdict.chi2_none]).all()


def test_sources_without_the_junction_are_left_out(rng):
    with_it = sources(rng, factor=1.03)
    without = measure_junctions("only 1A", [side("1A", rng, level=1.0)])

    verdict = judge_junction([*with_it, without], "2A|2B")

    assert verdict.n_sources == len(with_it)


def test_levels_may_be_given(rng):
    found = sources(rng, factor=1.03)

    verdict = judge_junction(found, "2A|2B", levels=[np.nan, *LEVELS[1:]])

    assert verdict.n_sources == 9
    assert verdict.kind == "multiplicative"


def test_levels_that_do_not_match_are_refused(rng):
    with pytest.raises(DataError, match="1 levels do not match 10 sources"):
        judge_junction(sources(rng), "2A|2B", levels=[1.0])


def test_mixed_units_are_refused(rng):
    mixed = [*sources(rng, levels=[1.0]), *sources(rng, levels=[2.0], unit="MJy/sr")]

    with pytest.raises(DataError, match="Jy and MJy/sr"):
        judge_junction(mixed, "2A|2B")


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_the_unit_does_not_change_the_kind(scale):
    plain = sources(np.random.default_rng(5), offset=0.001)
    scaled = [rescaled(source, scale) for source in plain]

    one, other = judge_junction(plain, "2A|2B"), judge_junction(scaled, "2A|2B")

    assert one.kind == other.kind
    assert other.offset == pytest.approx(one.offset * scale, rel=1e-3)
    assert other.preference == pytest.approx(one.preference, rel=1e-3)


def rescaled(source, scale):
    from dataclasses import replace

    measures = tuple(
        replace(
            m,
            left=frozen(m.left * scale),
            difference=m.difference * scale,
            difference_error=m.difference_error * scale,
        )
        for m in source.measures
    )
    return SourceJunctions(source.source, measures, source.stitch_scales)


def test_all_eleven_junctions_are_judged(rng):
    verdicts = classify_discontinuities(sources(rng, factor=1.03))

    assert len(verdicts) == 11
    assert [v.kind for v in verdicts].count("multiplicative") == 1


def test_numbers_give_the_same_verdict_as_the_sources_they_come_from(rng):
    measured = sources(rng, factor=1.03)
    found = [one.measures[3] for one in measured]

    verdict = judge_differences(
        "2A|2B",
        np.array([one.difference for one in found]),
        np.array([one.difference_error for one in found]),
        np.array([one.level for one in found]),
        unit="Jy",
    )

    assert found[0].junction == "2A|2B"
    assert verdict == judge_junction(measured, "2A|2B")
