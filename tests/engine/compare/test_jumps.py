"""Tests of engine.compare.jumps."""

from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import frozen
from engine.compare.jumps import JumpSource, compare_jumps
from engine.compare.junctions import JunctionMeasure, SourceJunctions, measure_junctions
from engine.errors import DataError
from engine.model.bands import junctions
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

LEVELS = np.geomspace(0.01, 10.0, 12)
FIRST_MJD = 59700.0


def side(rng, band, low_um, high_um, *, level, scale=1.0, offset=0.0, unit="Jy"):
    wave = np.arange(low_um, high_um, 0.0015)
    error = np.full(wave.size, np.hypot(2e-4, level / 300.0))
    flux = level * scale + offset + error * rng.standard_normal(wave.size)
    flags = frozen(np.zeros(wave.size), dtype=np.uint32)
    return Spectrum(frozen(wave), frozen(flux), frozen(error), flags, unit, Identity(band=band))


def drawn(rng, *, scale=1.0, offset=0.0, per_year=0.0, levels=LEVELS, unit="Jy"):
    """Return sources with spectra of 2A and 2B, one every two months."""
    found = []
    for at, level in enumerate(levels):
        years = at / 6.0
        own = scale + per_year * years
        spectra = [
            side(rng, "2A", 7.51, 8.77, level=level, unit=unit),
            side(rng, "2B", 8.67, 10.13, level=level, scale=own, offset=offset, unit=unit),
        ]
        found.append(
            JumpSource(
                f"star {at}",
                FIRST_MJD + 365.25 * years,
                measure_junctions(f"star {at}/1-1", spectra),
            )
        )
    return found


def measured(rng, *, ratio, error, flux):
    """Return junctions of one source whose ratios are drawn directly."""
    nothing = frozen([])
    rows = []
    for junction in junctions():
        value = ratio + error * rng.standard_normal()
        rows.append(
            JunctionMeasure(
                junction.name,
                (1.0, 2.0),
                frozen([1.5]),
                frozen([flux]),
                frozen([flux]),
                nothing,
                nothing,
                frozen([True], dtype=bool),
                value,
                error,
                flux * (value - 1.0),
                flux * error,
                0.0,
                "agrees",
                "",
                "Jy",
            )
        )
    return tuple(rows)


def drawn_ratios(seed, *, n=20):
    rng = np.random.default_rng(seed)
    found = []
    for at in range(n):
        years, flux = 2.0 * rng.random(), 10.0 ** rng.uniform(-2.0, 1.0)
        rows = measured(rng, ratio=1.0, error=0.004, flux=flux)
        source = SourceJunctions(f"star {at}/1-1", rows, ())
        found.append(JumpSource(f"star {at}", FIRST_MJD + 365.25 * years, source))
    return found


def test_a_jump_of_3_percent_multiplies_at_every_brightness(rng):
    found = compare_jumps(drawn(rng, scale=1.03))

    verdict = found.verdict("2A|2B")
    assert verdict.kind == "multiplicative"
    assert verdict.factor == pytest.approx(1.03, abs=2 * verdict.factor_error)
    assert [one.junction for one in found.points] == ["2A|2B"] * LEVELS.size
    assert found.points[3].flux == pytest.approx(LEVELS[3], rel=0.01)


def test_an_offset_makes_the_ratio_change_with_flux(rng):
    found = compare_jumps(drawn(rng, offset=0.002))

    assert found.verdict("2A|2B").kind == "additive"
    assert found.trend("2A|2B", "flux").slope < 0


def test_a_loss_that_is_not_corrected_is_a_trend_with_date(rng):
    found = compare_jumps(drawn(rng, per_year=-0.03, levels=np.full(12, 1.0)))

    trend = found.trend("2A|2B", "date")
    assert trend.slope == pytest.approx(-0.03, abs=3 * trend.slope_error)
    assert trend.is_reported
    assert any("2A|2B changes by" in one and "per year" in one for one in found.messages)
    line = trend.ratio_at(np.array([FIRST_MJD, FIRST_MJD + 365.25]))
    assert line[1] - line[0] == pytest.approx(trend.slope)


def check_false_reports(n_seeds):
    reported = [
        any(trend.is_reported for trend in compare_jumps(drawn_ratios([8, seed])).trends)
        for seed in range(n_seeds)
    ]
    assert np.mean(reported) <= 0.05 + 4.0 * np.sqrt(0.05 * 0.95 / n_seeds)


def test_no_trend_is_found_where_there_is_none():
    check_false_reports(20)


@pytest.mark.rig
def test_no_trend_is_found_where_there_is_none_in_95_percent_of_400_draws():
    check_false_reports(400)


def test_a_source_that_is_left_out_keeps_its_point(rng):
    sources = drawn(rng, scale=1.03)
    sources[0] = replace(sources[0], excluded="off-target pointing")

    found = compare_jumps(sources)

    assert found.points[0].reason == "off-target pointing"
    assert not found.points[0].is_used
    assert found.verdict("2A|2B").n_sources == LEVELS.size - 1


def test_other_units_are_never_averaged_in(rng):
    sources = drawn(rng, scale=1.03)
    [odd] = drawn(rng, scale=1.4, levels=[1.0], unit="MJy/sr")
    odd = replace(odd, junctions=replace(odd.junctions, source="odd/1-1"))

    found = compare_jumps([*sources, odd])

    assert found.verdict("2A|2B").n_sources == LEVELS.size
    assert "It is in MJy/sr" in found.points[-1].reason
    assert any("odd/1-1" in one for one in found.messages)
    assert found.unit == "Jy"
    assert "odd/1-1" not in {one.source for one in found.at("2A|2B")}


def named(sources, names):
    """Return the sources with other names."""
    pairs = zip(sources, names, strict=True)
    return [replace(one, junctions=replace(one.junctions, source=name)) for one, name in pairs]


def with_asteroid(rng, **made):
    """Return four standard stars with a jump, and one asteroid that is off by 40 %."""
    stars = drawn(rng, levels=LEVELS[::4], **made)
    names = ("MUCOL/1-1", "10 Lac/2-1", "HD 2811/3-1")
    odd = drawn(rng, scale=1.4, levels=[30.0])
    return [*named(stars, names), *named(odd, ["515 Athalia/4-1"])]


@pytest.mark.parametrize(
    ("made", "kind"),
    [({"scale": 1.03}, "multiplicative"), ({"offset": 0.003}, "additive"), ({}, "none")],
)
def test_one_asteroid_decides_nothing_where_standard_stars_count(rng, made, kind):
    found = compare_jumps(with_asteroid(rng, **made))

    verdict = found.verdict("2A|2B")
    assert (verdict.kind, verdict.n_sources) == (kind, 3)
    assert "3 observations of standard stars" in verdict.evidence
    assert [one.is_used for one in found.points] == [True, True, True, False]
    assert "no standard star" in found.points[-1].reason


def test_without_standard_stars_that_count_all_sources_do(rng):
    sources = with_asteroid(rng, scale=1.03)
    kept = [
        one if "515" in one.junctions.source else replace(one, excluded="variable")
        for one in sources
    ]

    found = compare_jumps(kept)

    assert found.verdict("2A|2B").n_sources == 1
    assert "in 1 source" in found.verdict("2A|2B").evidence


def test_few_sources_have_no_trend_and_say_why(rng):
    found = compare_jumps(drawn(rng, levels=LEVELS[:2]))

    trend = found.trend("2A|2B", "date")
    assert np.isnan(trend.slope)
    assert trend.reason.startswith("2 sources")
    assert not trend.is_reported


def test_the_same_source_twice_is_refused(rng):
    [one] = drawn(rng, levels=[1.0])

    with pytest.raises(DataError, match="comes twice"):
        compare_jumps([one, one])


def test_no_source_is_refused():
    with pytest.raises(DataError, match="no source"):
        compare_jumps([])


def test_leaving_out_looks_at_no_measure_again(rng):
    [source] = drawn(rng, levels=[1.0])
    points, columns = source.points, source.columns

    other = source.left_out("variable")

    assert other.excluded == "variable"
    assert other.points is points
    assert other.left_out("").columns is columns
