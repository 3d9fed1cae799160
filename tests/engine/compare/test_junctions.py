"""Tests of engine.compare.junctions."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.compare.junctions import (
    JunctionLimits,
    JunctionParams,
    level_of,
    measure_junctions,
    sigma_text,
)
from engine.compare.stitching import scale_errors, stitch
from engine.errors import DataError
from engine.model.bands import band_named, bands
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum

SNR = 100.0
DEFAULTS = JunctionParams()


def continuum(wave_um):
    """Return a sloping continuum in Jy, analytic everywhere."""
    return 2.0 * (wave_um / 10.0) ** 1.5


def spectrum_of(
    band_name, rng, *, scale=1.0, offset=0.0, snr=SNR, step_um=None, level=continuum, phase=0.3
):
    """Return one band of the source, on a grid of its own, with white noise of known size."""
    band = band_named(band_name)
    step = step_um or band.step_um
    wave = np.arange(band.wave_min_um + phase * step, band.wave_max_um, step)
    truth = level(wave) * scale + offset
    error = np.abs(level(wave)) / snr
    flux = truth + rng.normal(size=wave.size) * error
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(flux),
        error=frozen(error),
        flags=frozen(np.zeros(wave.size), dtype=np.uint32),
        unit="Jy",
        identity=Identity(target="Made up", band=band_name),
    )


def edited(spectrum, **changes):
    arrays = {key: frozen(value) for key, value in changes.items() if key != "flags"}
    if "flags" in changes:
        arrays["flags"] = frozen(changes["flags"], dtype=np.uint32)
    return replace(spectrum, **arrays)


def measure_of(result, junction):
    return next(m for m in result.measures if m.junction == junction)


def one_junction(left, right, params=DEFAULTS):
    junction = f"{left.identity.band}|{right.identity.band}"
    return measure_of(measure_junctions("Made up", [left, right], params), junction)


@pytest.mark.parametrize("jump", [0.97, 1.0, 1.03])
@pytest.mark.parametrize("junction", ["1A|1B", "1C|2A", "2C|3A", "3C|4A", "4B|4C"])
def test_an_injected_jump_is_recovered_within_two_sigma(junction, jump, rng):
    left, right = junction.split("|")

    measure = one_junction(spectrum_of(left, rng), spectrum_of(right, rng, scale=jump, phase=0.77))

    assert measure.ratio == pytest.approx(jump, abs=2.0 * measure.ratio_error)
    assert measure.ratio_error < 0.006


def test_a_jump_of_three_percent_is_called_one_and_none_is_not(rng):
    left = spectrum_of("2A", rng)
    jumped = one_junction(left, spectrum_of("2B", rng, scale=1.03))
    level = one_junction(left, spectrum_of("2B", rng))

    assert (jumped.verdict, level.verdict) == ("jump", "agrees")
    assert jumped.significance > 3.0 > level.significance
    assert "σ" in jumped.reason


def test_without_noise_the_ratio_is_exact():
    rng = np.random.default_rng(0)
    flat = {"level": lambda wave: np.full(wave.size, 3.0), "snr": 1e9}

    measure = one_junction(
        spectrum_of("1C", rng, **flat), spectrum_of("2A", rng, scale=1.05, **flat)
    )

    assert measure.ratio == pytest.approx(1.05, rel=1e-8)
    assert measure.difference == pytest.approx(0.15, rel=1e-7)


def pulls(n_seeds, *, snr, junction="1C|2A", jump=1.03):
    left, right = junction.split("|")
    found = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        measure = one_junction(
            spectrum_of(left, rng, snr=snr),
            spectrum_of(right, rng, snr=snr, scale=jump, phase=0.1 + 0.8 * rng.random()),
        )
        found.append((measure.ratio - jump) / measure.ratio_error)
    return np.array(found)


@pytest.mark.parametrize("snr", [5.0, 300.0])
def test_pulls_are_normal_over_a_few_seeds(snr):
    found = pulls(40, snr=snr)

    assert abs(found.mean()) < 0.5
    assert 0.65 < found.std(ddof=1) < 1.35


@pytest.mark.rig
@pytest.mark.parametrize("snr", [3.0, 30.0, 1000.0])
@pytest.mark.parametrize("junction", ["1A|1B", "1C|2A", "3C|4A", "4B|4C"])
def test_pulls_are_normal_over_400_seeds(junction, snr):
    found = pulls(400, snr=snr, junction=junction)

    assert abs(found.mean()) < 0.2
    assert 0.8 < found.std(ddof=1) < 1.2


def correlated_pulls(n_seeds, *, share, modesty):
    """Return pulls when noise is shared between neighbors and errors are too small."""
    found = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        pair = []
        for band, scale in (("1C", 1.0), ("2A", 1.03)):
            clean = spectrum_of(band, rng, scale=scale, snr=1e9, phase=rng.random())
            noise = rng.normal(size=clean.size + 1)
            noise = (noise[1:] + share * noise[:-1]) / np.hypot(1.0, share)
            sigma = continuum(clean.wave_um) / 50.0
            pair.append(edited(clean, flux=clean.flux + noise * sigma, error=sigma / modesty))
        measure = one_junction(*pair)
        found.append((measure.ratio - 1.03) / measure.ratio_error)
    return np.array(found)


def test_errors_hold_when_noise_is_shared_and_the_file_understates_it():
    found = correlated_pulls(40, share=1.0, modesty=10.0)

    assert 0.6 < found.std(ddof=1) < 1.35


@pytest.mark.rig
@pytest.mark.parametrize(("share", "modesty"), [(0.3, 1.0), (0.3, 10.0), (1.0, 1.0), (1.0, 10.0)])
def test_pulls_hold_over_400_seeds_of_shared_noise(share, modesty):
    found = correlated_pulls(400, share=share, modesty=modesty)

    assert abs(found.mean()) < 0.2
    assert 0.8 < found.std(ddof=1) < 1.2


def with_line(spectrum, center_um, fwhm_um, peak):
    profile = np.exp(-4 * np.log(2) * ((spectrum.wave_um - center_um) / fwhm_um) ** 2)
    return edited(spectrum, flux=spectrum.flux + peak * profile)


def test_an_emission_line_that_two_bands_resolve_differently_does_not_move_the_ratio(rng):
    left, right = spectrum_of("1C", rng), spectrum_of("2A", rng)
    without = one_junction(left, right)

    measure = one_junction(
        with_line(left, 7.58, 0.0025, 3.0), with_line(right, 7.58, 0.0040, 3.0 * 25 / 40)
    )

    line = np.abs(measure.wave_um - 7.58) < 0.0025
    assert not measure.used[line].any()
    assert measure.used.mean() > 0.7
    assert measure.ratio == pytest.approx(without.ratio, abs=0.5 * without.ratio_error)


def test_a_line_may_be_kept(rng):
    left = with_line(spectrum_of("1C", rng), 7.58, 0.0025, 30.0)
    right = spectrum_of("2A", rng)

    kept = one_junction(left, right, JunctionParams(lines="keep lines"))
    left_out = one_junction(left, right)

    assert kept.ratio < 0.95 < left_out.ratio


def test_a_line_at_the_edge_of_the_overlap_is_left_out_too(rng):
    left, right = spectrum_of("1C", rng), spectrum_of("2A", rng)

    measure = one_junction(with_line(left, 7.512, 0.004, 3.0), right)

    assert measure.ratio == pytest.approx(1.0, abs=2.5 * measure.ratio_error)


def test_no_overlap_gives_the_sentence_and_no_number(rng):
    left = spectrum_of("1A", rng)
    right = edited(spectrum_of("1B", rng), wave_um=spectrum_of("1B", rng).wave_um + 0.87)

    measure = one_junction(left, right)

    assert measure.verdict == "no overlap"
    assert "bands do not overlap (5.74–6.53 µm): no ratio" in measure.reason
    assert np.isnan([measure.ratio, measure.difference, measure.significance]).all()
    assert measure.wave_um.size == 0


def test_the_overlap_is_that_of_the_valid_samples(rng):
    left, right = spectrum_of("1A", rng), spectrum_of("1B", rng)
    flags = np.where(left.wave_um > 5.60, 1, 0)

    measure = one_junction(edited(left, flags=flags), right)

    assert measure.verdict == "no overlap"


def test_flagged_samples_do_not_count(rng):
    left, right = spectrum_of("1A", rng), spectrum_of("1B", rng)
    bad = (left.wave_um > 5.68) & (left.wave_um < 5.70)
    spoiled = edited(left, flux=np.where(bad, 1e6, left.flux), flags=np.where(bad, 1, 0))

    measure = one_junction(spoiled, right)

    assert measure.ratio == pytest.approx(1.0, abs=3.0 * measure.ratio_error)


def test_a_flag_does_what_a_missing_value_does(rng):
    left, right = spectrum_of("2A", rng), spectrum_of("2B", rng)
    bad = rng.random(right.size) < 0.1

    flagged = one_junction(left, edited(right, flags=bad))
    missing = one_junction(left, edited(right, flux=np.where(bad, np.nan, right.flux)))

    assert (flagged.ratio, flagged.ratio_error) == (missing.ratio, missing.ratio_error)


def test_the_level_is_that_of_the_left_side(rng):
    measure = one_junction(spectrum_of("2A", rng), spectrum_of("2B", rng, scale=1.5))

    assert level_of(measure) == pytest.approx(continuum(8.72), rel=0.01)
    assert np.isnan(level_of(measure_junctions("HD 1", []).measures[0]))


def test_two_common_samples_are_too_few_for_a_number(rng):
    left, right = spectrum_of("4A", rng), spectrum_of("4B", rng)
    right = edited(right, flux=np.where(right.wave_um < 20.94, np.nan, right.flux))

    measure = one_junction(left, right)

    assert measure.verdict == "too few samples"
    assert np.isnan(measure.ratio)
    assert "common samples" in measure.reason


@pytest.mark.parametrize("which", [0, 1])
def test_a_spectrum_of_one_sample_has_no_ratio(which, rng):
    pair = [spectrum_of("4A", rng), spectrum_of("4B", rng)]
    at = np.abs(pair[which].wave_um - 20.8).argmin()
    keep = slice(at, at + 1)
    full = pair[which]
    pair[which] = edited(
        full, wave_um=full.wave_um[keep], flux=full.flux[keep], error=full.error[keep],
        flags=full.flags[keep],
    )  # fmt: skip

    measure = one_junction(*pair)

    assert measure.verdict == "too few samples"
    assert np.isnan(measure.ratio)


@pytest.mark.parametrize("invalid", [0.0, -1.0, np.nan])
def test_errors_that_are_not_positive_are_no_errors(invalid, rng):
    left, right = spectrum_of("2A", rng), spectrum_of("2B", rng, scale=1.03)
    blind = edited(left, error=np.full(left.size, invalid))

    result = measure_junctions("Made up", [blind, right])
    measure = measure_of(result, "2A|2B")

    assert any("No errors in 2A" in message for message in result.messages)
    assert measure.ratio == pytest.approx(1.03, abs=3.0 * measure.ratio_error)
    assert 0.0005 < measure.ratio_error < 0.005


def test_samples_of_invalid_error_are_left_out_when_others_have_one(rng):
    left, right = spectrum_of("2A", rng), spectrum_of("2B", rng)
    hole = (left.wave_um > 8.70) & (left.wave_um < 8.72)
    error = np.where(hole, 0.0, left.error)

    measure = one_junction(edited(left, error=error), right)

    inside = (measure.wave_um > 8.702) & (measure.wave_um < 8.718)
    assert not measure.used[inside].any()
    assert np.isfinite(measure.ratio)


def test_scatter_beyond_the_errors_enlarges_the_error(rng):
    left, right = spectrum_of("3A", rng), spectrum_of("3B", rng)
    honest = one_junction(left, right)

    modest = one_junction(
        edited(left, error=left.error / 10), edited(right, error=right.error / 10)
    )

    assert modest.ratio_error == pytest.approx(honest.ratio_error, rel=0.5)


def test_a_source_below_its_noise_has_a_difference_but_no_ratio(rng):
    nothing = {"level": lambda wave: np.zeros(wave.size) + 1e-6}
    left = spectrum_of("3A", rng, **nothing)
    right = spectrum_of("3B", rng, **nothing)
    noise = rng.normal(size=left.size), rng.normal(size=right.size)
    left = edited(left, flux=noise[0], error=np.ones(left.size))
    right = edited(right, flux=noise[1] + 2.0, error=np.ones(right.size))

    measure = one_junction(left, right)

    assert np.isnan(measure.ratio)
    assert measure.verdict == "jump"
    assert measure.difference == pytest.approx(2.0, abs=3 * measure.difference_error)
    assert "no ratio" in measure.reason


def test_mixed_units_are_refused_by_name(rng):
    left = spectrum_of("1A", rng)
    right = replace(spectrum_of("1B", rng), unit="MJy/sr")

    measure = one_junction(left, right)

    assert np.isnan(measure.ratio)
    assert "1A is in Jy and 1B in MJy/sr" in measure.reason


def test_two_spectra_of_one_band_are_refused_by_name(rng):
    with pytest.raises(DataError, match="HD 1 has two spectra of band 1A"):
        measure_junctions("HD 1", [spectrum_of("1A", rng), spectrum_of("1A", rng)])


def test_a_spectrum_without_band_is_refused_by_name(rng):
    nowhere = replace(spectrum_of("1A", rng), identity=Identity(band="P750L"))

    with pytest.raises(DataError, match="P750L"):
        measure_junctions("HD 1", [nowhere])


def test_all_eleven_junctions_are_listed_in_any_case(rng):
    result = measure_junctions("HD 1", [spectrum_of("1A", rng)])

    assert len(result.measures) == 11
    assert result.measures[0].reason == "There is no spectrum of 1B: no ratio."
    assert measure_junctions("HD 1", []).stitch_scales == ()


def test_the_order_of_the_bands_does_not_matter(rng):
    spectra = [spectrum_of(name, rng) for name in ("2A", "2B", "2C")]

    one, other = (measure_junctions("HD 1", order) for order in (spectra, spectra[::-1]))

    assert [m.ratio for m in one.measures[3:5]] == [m.ratio for m in other.measures[3:5]]
    assert one.stitch_scales == other.stitch_scales


@pytest.mark.parametrize("factor", [1e-9, 1e12])
def test_scaling_both_sides_keeps_the_ratio(factor, rng):
    left, right = spectrum_of("2A", rng), spectrum_of("2B", rng, scale=1.02)
    scaled = [edited(s, flux=s.flux * factor, error=s.error * factor) for s in (left, right)]

    plain, other = one_junction(left, right), one_junction(*scaled)

    assert other.ratio == pytest.approx(plain.ratio, rel=1e-12)
    assert other.ratio_error == pytest.approx(plain.ratio_error, rel=1e-9)
    assert other.difference == pytest.approx(plain.difference * factor, rel=1e-9)


def test_limits_of_the_user_are_kept_to(rng):
    left, right = spectrum_of("3C", rng), spectrum_of("4A", rng)
    limits = JunctionParams(limits=(JunctionLimits("3C|4A", 17.7, 17.85),))

    measure = one_junction(left, right, limits)

    assert measure.limits_um == (pytest.approx(17.7018, abs=1e-6), 17.85)
    assert measure.wave_um.max() <= 17.85
    assert measure.wave_um.size < one_junction(left, right).wave_um.size


def test_limits_outside_the_overlap_say_so(rng):
    limits = JunctionParams(limits=(JunctionLimits("3C|4A", 18.5, 19.0),))

    measure = one_junction(spectrum_of("3C", rng), spectrum_of("4A", rng), limits)

    assert measure.verdict == "no overlap"
    assert "18.500–19.000" in measure.reason


def twelve(rng, scales):
    return [
        spectrum_of(band.name, rng, scale=scale)
        for band, scale in zip(bands(), scales, strict=True)
    ]


def test_stitching_brings_all_levels_to_the_anchor(rng):
    scales = 1.0 + 0.05 * np.sin(np.arange(12))

    result = measure_junctions("HD 1", twelve(rng, scales), JunctionParams(anchor="2B"))

    found = dict(result.stitch_scales)
    expected = scales[4] / scales
    assert found["2B"] == 1.0
    assert_allclose(list(found.values()), expected, rtol=0.02)


def test_a_stitched_spectrum_is_continuous_and_states_its_scales(rng):
    spectra = twelve(rng, 1.0 + 0.05 * np.sin(np.arange(12)))
    result = measure_junctions("HD 1", spectra)

    stitched = stitch(spectra, result)

    assert np.all(np.diff(stitched.wave_um) > 0)
    level = stitched.flux / continuum(stitched.wave_um)
    assert_allclose(level / np.median(level), 1.0, atol=0.08)
    said = [one for one in stitched.origin.notes if one.startswith("Stitched: ")]
    assert len(said) == 12
    assert stitched.identity.band == ""


def test_bands_beyond_a_gap_have_no_stitch_scale(rng):
    spectra = [spectrum_of(name, rng) for name in ("1A", "1B", "2A", "2B", "2C")]

    result = measure_junctions("HD 1", spectra)
    notes = stitch(spectra, result).origin.notes

    scales = dict(result.stitch_scales)
    assert np.isnan([scales["1A"], scales["1B"]]).all()
    assert scales["2A"] == 1.0
    assert notes[:2] == ("Stitched: 1A unscaled.", "Stitched: 1B unscaled.")


def noisy_last(rng):
    """Return 4A and 4B with a certain jump between them, and a 4C that is mostly noise."""
    spectra = [spectrum_of(name, rng) for name in ("4A", "4B", "4C")]
    spectra[1] = replace(spectra[1], flux=1.1 * spectra[1].flux)
    noise = 0.8 * rng.standard_normal(spectra[2].size)
    flux = spectra[2].flux * (1.0 + noise)
    return [*spectra[:2], replace(spectra[2], flux=flux, error=0.8 * np.abs(spectra[2].flux))]


def test_noise_that_is_no_jump_moves_no_band(rng):
    spectra = noisy_last(rng)

    result = measure_junctions("HD 1", spectra, JunctionParams(anchor="4A"))

    scales, errors = dict(result.stitch_scales), dict(result.stitch_errors)
    [(junction, why)] = result.stitch_left
    measured = {one.junction: one for one in result.measures}
    assert scales["4B"] == pytest.approx(1 / 1.1, rel=0.01)
    assert scales["4C"] == scales["4B"]
    assert errors["4C"] == errors["4B"] > 0
    assert junction == "4B|4C"
    assert why.startswith(f"{measured[junction].ratio:.2f}")
    assert any("4B|4C" in one and "σ" in one for one in stitch(spectra, result).origin.notes)


def test_every_measured_junction_is_stitched_on_demand_with_the_error_of_its_noise(rng):
    spectra = noisy_last(rng)
    params = JunctionParams(anchor="4A", stitch_at="every junction")

    result = measure_junctions("HD 1", spectra, params)

    measured = {one.junction: one for one in result.measures}
    both = [measured["4A|4B"], measured["4B|4C"]]
    relative = np.hypot(*[one.ratio_error / one.ratio for one in both])
    scale = dict(result.stitch_scales)["4C"]
    assert scale == pytest.approx(1.0 / (both[0].ratio * both[1].ratio))
    assert dict(result.stitch_errors)["4C"] == pytest.approx(scale * relative)
    assert result.stitch_left == ()
    shared = scale_errors(spectra, result)
    in_4c = stitch(spectra, result).wave_um > 26.0
    assert_allclose(shared[in_4c], relative)
    assert np.all(shared[stitch(spectra, result).wave_um < 20.0] == 0.0)


def test_errors_of_scales_are_those_of_their_scatter(rng):
    """Pulls of the scale of a band two junctions away, over draws of the noise."""
    pulls = []
    for _ in range(60):
        scales = (1.0, 1.2, 0.9)
        spectra = [
            spectrum_of(name, rng, scale=one)
            for name, one in zip(("4A", "4B", "4C"), scales, strict=True)
        ]
        result = measure_junctions("HD 1", spectra, JunctionParams(anchor="4A"))
        found, error = dict(result.stitch_scales)["4C"], dict(result.stitch_errors)["4C"]
        pulls.append((found - 1.0 / 0.9) / error)

    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(60)
    assert 0.7 < np.std(pulls) < 1.3


def test_sigma_says_why_it_is_less_than_the_errors(rng):
    left, right = spectrum_of("4B", rng), spectrum_of("4C", rng, scale=1.3)
    certain = one_junction(left, right)
    few = replace(certain, ratio=1.3, ratio_error=0.03, significance=5.5, n_independent=14.0)

    assert sigma_text(few) == (
        "5.5\N{NO-BREAK SPACE}σ: 10 errors, from the scatter of 14 independent samples"
    )


def test_an_anchor_that_was_not_observed_is_refused(rng):
    with pytest.raises(DataError, match="4C was not observed"):
        measure_junctions("HD 1", [spectrum_of("1A", rng)], JunctionParams(anchor="4C"))


def test_results_are_read_only(rng):
    measure = one_junction(spectrum_of("1A", rng), spectrum_of("1B", rng))

    for name in ("wave_um", "left", "right", "left_error", "right_error", "used"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(measure, name)[0] = 0
