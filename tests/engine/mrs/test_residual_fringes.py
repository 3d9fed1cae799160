"""Tests of engine.mrs.residual_fringes."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import Cancelled
from engine.model.bands import bands
from engine.model.identity import Origin
from engine.mrs.residual_fringes import ResidualFringeParams, correct_residual_fringes
from engine.mrs.response_params import Mask
from engine.simulate.spectra import simulate_response_spectrum
from tests.helpers.fringes import NOISE, fringed, fringed_spectrum, spectrum_of

BANDS = [band.name for band in bands()]


def scatter(flux, clean, used):
    return float(np.std((flux / clean)[used]))


@pytest.mark.parametrize("amplitude", [0.04, 0.004])
@pytest.mark.parametrize("band", BANDS)
def test_simulated_fringes_are_taken_down_to_the_noise(band, amplitude, rng):
    spectrum, clean = fringed_spectrum(band, rng, amplitude=amplitude)
    used = spectrum.wave_um <= 27.6

    result = correct_residual_fringes(spectrum)

    assert result.outcome == "corrected"
    assert scatter(spectrum.flux, clean, used) > 1.3 * NOISE
    assert scatter(result.spectrum.flux, clean, used) < 1.1 * NOISE
    assert np.sum(result.spectrum.flux) == pytest.approx(np.sum(clean), rel=1e-3)
    assert np.sum(result.spectrum.flux) == pytest.approx(np.sum(spectrum.flux), rel=1e-3)


def test_what_was_removed_makes_up_for_what_is_left():
    spectrum, _ = fringed_spectrum("3A")

    result = correct_residual_fringes(spectrum)

    corrected = result.spectrum.flux
    assert_allclose(corrected * (1.0 + result.modulation), spectrum.flux, rtol=1e-12)
    assert_allclose(corrected + result.removed, spectrum.flux, rtol=1e-12)
    assert_array_equal(result.observed, spectrum.flux)


def test_the_periods_that_were_put_in_are_found(rng):
    wave, _, _ = fringed("3B", rng, amplitude=0.0)
    number = 1e4 / wave
    clean = 0.2 * (wave / 10.0) ** -2.0
    modulation = 0.02 * np.cos(2 * np.pi * number / 2.75) + 0.01 * np.cos(
        2 * np.pi * number / 0.41 + 1
    )
    flux = clean * (1.0 + modulation + NOISE * rng.standard_normal(wave.size))

    detector, dichroic = correct_residual_fringes(spectrum_of(wave, flux, band="3B")).families

    assert detector.period_per_cm == pytest.approx([2.75], rel=1e-3)
    assert dichroic.period_per_cm == pytest.approx([0.41], rel=1e-3)
    assert detector.amplitude == pytest.approx([0.02], rel=0.02)
    assert dichroic.amplitude == pytest.approx([0.01], rel=0.04)


@pytest.mark.parametrize("noise", [0.001, 0.02, 0.3])
@pytest.mark.parametrize("band", ["1A", "2C", "3A", "4B", "4C"])
def test_nothing_is_removed_from_noise(band, noise, rng):
    spectrum, _ = fringed_spectrum(band, rng, amplitude=0.0, noise=noise)

    result = correct_residual_fringes(spectrum)

    assert result.outcome == "no fringes"
    assert result.spectrum is spectrum
    assert_array_equal(result.modulation, 0.0)
    assert "stand out of the noise" in result.messages[0]


def lined(rng, band="1C", at=7.46, height=0.5, **how):
    """Return a spectrum with a line at ``at``, its flux without fringes, and where it is."""
    wave, _, _ = fringed(band, np.random.default_rng(0))
    line = 1.0 + height * np.exp(-0.5 * ((wave - at) / (at / 3000 / 2.355)) ** 2)
    spectrum, clean = fringed_spectrum(band, rng, extra=line, **how)
    return spectrum, clean, np.abs(wave - at) < 0.008


def test_a_protected_line_is_exactly_what_it_was(rng):
    spectrum, _, _ = lined(rng, amplitude=0.04)
    protected = Mask(7.40, 7.52, "H I 6-5")
    inside = (spectrum.wave_um >= 7.40) & (spectrum.wave_um <= 7.52)

    result = correct_residual_fringes(spectrum, ResidualFringeParams(protected=(protected,)))

    assert result.outcome == "corrected"
    assert_array_equal(result.spectrum.flux[inside], spectrum.flux[inside])
    assert_array_equal(result.spectrum.error[inside], spectrum.error[inside])
    assert_array_equal(result.modulation[inside], 0.0)
    assert (result.modulation[~inside] != 0.0).mean() > 0.99


@pytest.mark.parametrize("height", [0.03, 0.5, 20.0])
def test_a_line_that_nobody_protects_keeps_its_flux(height, rng):
    spectrum, clean, near = lined(rng, height=height, amplitude=0.01)
    continuum = 0.2 * (spectrum.wave_um / 10.0) ** -2.0
    truth = float(np.sum((clean - continuum)[near]))

    result = correct_residual_fringes(spectrum)

    flux = float(np.sum((result.spectrum.flux - continuum)[near]))
    error = NOISE * float(np.sqrt(np.sum(clean[near] ** 2)))
    assert flux == pytest.approx(truth, abs=3.0 * error + 0.003 * truth)


def test_lines_do_not_count_in_the_fits(rng):
    spectrum, _, near = lined(rng, height=0.5)

    result = correct_residual_fringes(spectrum)

    peak = int(np.argmax(np.where(near, spectrum.flux, 0.0)))
    assert_array_equal(result.weight[peak - 1 : peak + 2], 0.0)
    assert (result.weight > 0).mean() > 0.95


def test_faint_samples_keep_value_and_sign(rng):
    spectrum, _ = fringed_spectrum("2B", rng, amplitude=0.02, noise=0.5)
    dark = spectrum.flux <= 0

    result = correct_residual_fringes(spectrum)

    assert dark.any()
    assert_array_equal(np.sign(result.spectrum.flux), np.sign(spectrum.flux))
    assert_array_equal(result.spectrum.flux[dark], spectrum.flux[dark])
    assert any("not above zero" in message for message in result.messages)


def test_missing_samples_stay_missing_and_change_nothing_else(rng):
    spectrum, clean = fringed_spectrum("2A", rng)
    flux = spectrum.flux.copy()
    flux[[0, 1, -1, 300]] = np.nan

    result = correct_residual_fringes(spectrum_of(spectrum.wave_um, flux, band="2A"))

    assert_array_equal(np.isnan(result.spectrum.flux), np.isnan(flux))
    finite = np.isfinite(flux)
    assert scatter(result.spectrum.flux, clean, finite) < 1.1 * NOISE
    assert np.isfinite(result.modulation).all()


def test_nothing_is_changed_beyond_the_longest_wavelength(rng):
    spectrum, _ = fringed_spectrum("4C", rng, amplitude=0.02)
    beyond = spectrum.wave_um > 27.0

    result = correct_residual_fringes(spectrum, ResidualFringeParams(longest_um=27.0))

    assert result.outcome == "corrected"
    assert_array_equal(result.spectrum.flux[beyond], spectrum.flux[beyond])
    assert "Beyond 27 µm nothing is changed." in result.messages


@pytest.mark.parametrize("n", [0, 1, 24, 40])
def test_a_short_spectrum_comes_back_unchanged_with_the_reason(n, rng):
    wave, _, flux = fringed("1A", rng)
    spectrum = spectrum_of(wave[:n], flux[:n], band="1A")

    result = correct_residual_fringes(spectrum)

    assert result.spectrum is spectrum
    assert result.outcome == "left as it is"
    assert any("nothing was removed" in message for message in result.messages)
    assert_array_equal(result.modulation, 0.0)


def test_a_spectrum_that_is_corrected_already_is_not_corrected_again(rng):
    spectrum, _ = fringed_spectrum("1A", rng)
    once = correct_residual_fringes(spectrum).spectrum

    twice = correct_residual_fringes(once)

    assert once.origin.step("S_RESFRI") == "COMPLETE"
    assert "2 sinusoids near 2.9 cm-1" in once.origin.notes[-1]
    assert twice.spectrum is once
    assert twice.outcome == "left as it is"
    assert "nothing is corrected twice" in twice.messages[0]


@pytest.mark.parametrize("how", ["header", "column"])
def test_the_file_says_that_it_was_corrected_before(how, rng):
    spectrum, _ = fringed_spectrum("1A", rng)
    if how == "header":
        before = replace(spectrum, origin=Origin(steps=(("S_RESFRI", "COMPLETE"),)))
    else:
        before = replace(spectrum, columns={"fringe_corrected_flux_jy": spectrum.flux})

    left = correct_residual_fringes(before)
    again = correct_residual_fringes(before, ResidualFringeParams(when_corrected="correct again"))

    assert left.outcome == "left as it is"
    assert "nothing is corrected twice" in left.messages[0]
    assert again.outcome == "corrected"


def test_a_step_that_was_skipped_is_no_correction(rng):
    spectrum, _ = fringed_spectrum("1A", rng)
    skipped = replace(spectrum, origin=Origin(steps=(("S_RESFRI", "SKIPPED"),)))

    assert correct_residual_fringes(skipped).outcome == "corrected"


def test_the_corrected_column_of_the_file_is_superseded_and_the_flux_is_corrected(rng):
    spectrum, clean = fringed_spectrum("1A", rng)
    columns = {
        "fringe_corrected_flux_jy": 1.01 * clean,
        "surf_bright_mjy_sr": 100.0 * spectrum.flux,
        "background_mjy_sr": np.full(clean.size, 3.0),
    }

    result = correct_residual_fringes(replace(spectrum, columns=columns))

    kept = result.spectrum.columns
    assert "fringe_corrected_flux_jy" not in kept
    assert_allclose(kept["surf_bright_mjy_sr"], 100.0 * result.spectrum.flux, rtol=1e-12)
    assert_array_equal(kept["background_mjy_sr"], 3.0)
    assert any("RF_FLUX" in message for message in result.messages)


def test_errors_are_divided_like_the_flux(rng):
    spectrum, _ = fringed_spectrum("1A", rng, amplitude=0.04)

    corrected = correct_residual_fringes(spectrum).spectrum

    assert_allclose(corrected.error / corrected.flux, spectrum.error / spectrum.flux, rtol=1e-12)


def test_a_spectrum_of_no_band_waits_for_a_choice_of_families(rng):
    spectrum, clean = fringed_spectrum("3A", rng)
    nameless = replace(spectrum, identity=replace(spectrum.identity, band=""))

    left = correct_residual_fringes(nameless)
    chosen = correct_residual_fringes(nameless, ResidualFringeParams(families="both"))

    assert left.outcome == "left as it is"
    assert "no single band" in left.messages[0]
    assert scatter(chosen.spectrum.flux, clean, slice(None)) < 1.1 * NOISE


def test_a_channel_without_dichroic_fringes_says_so(rng):
    spectrum, _ = fringed_spectrum("2A", rng)

    result = correct_residual_fringes(spectrum, ResidualFringeParams(families="dichroic"))

    assert result.spectrum is spectrum
    assert result.messages == ("Channel 2 shows no dichroic fringes: nothing was removed.",)


def test_fringes_too_large_to_be_believed_are_left_where_they_are(rng):
    wave, _, _ = fringed("1A", rng)
    x = 1e4 / wave - 1e4 / wave.mean()
    beats = 0.12 * (np.cos(2 * np.pi * x / 2.9) + np.cos(2 * np.pi * (1 / 2.9 + 0.008) * x))
    clean = 0.2 * np.ones(wave.size)
    flux = clean * (1.0 + beats + NOISE * rng.standard_normal(wave.size))

    result = correct_residual_fringes(spectrum_of(wave, flux, band="1A"))

    middle = float(wave.mean())
    ((low, high),) = [one for one in result.families[0].tamed_um if one[0] < middle < one[1]]
    inside = (wave > low) & (wave < high)
    assert high - low > 0.1
    assert_array_equal(result.modulation[inside], 0.0)
    assert any("too large to be believed" in message for message in result.messages)


def comb(wave, height, width):
    """Return a comb of lines around 5 um, 3.8 cm-1 apart like the P branch of CO."""
    lines = height * np.cos(2 * np.pi * 1e4 / wave / 3.8)
    return 1.0 + lines * np.exp(-0.5 * ((wave - 5.0) / width) ** 2)


def test_a_narrow_comb_of_lines_is_not_removed(rng):
    wave, _, _ = fringed("1A", rng)
    flux = 0.2 * (comb(wave, 0.04, 0.03) + 0.001 * rng.standard_normal(wave.size))

    result = correct_residual_fringes(spectrum_of(wave, flux, band="1A"))

    assert result.outcome == "no fringes"


def test_a_wide_comb_that_passes_for_fringes_is_told(rng):
    wave, _, _ = fringed("1A", rng)
    flux = 0.2 * (comb(wave, 0.01, 0.15) + 0.001 * rng.standard_normal(wave.size))

    result = correct_residual_fringes(spectrum_of(wave, flux, band="1A"))

    assert any("between 4.9" in message and "protect it" in message for message in result.messages)


def test_lines_at_high_signal_to_noise_are_left_alone(rng):
    sim = simulate_response_spectrum(
        rng, "3A", snr=1000.0, fringe_amplitude=0.004, unit="Jy", star_class="A"
    )
    without_fringes = sim.observed.columns["fringe_corrected_flux_jy"]
    observed = replace(sim.observed, columns={})
    measured = np.isfinite(without_fringes) & (without_fringes > 0)

    result = correct_residual_fringes(observed)

    before = scatter(observed.flux, without_fringes, measured)
    assert scatter(result.spectrum.flux, without_fringes, measured) < 0.15 * before


def test_scaling_the_flux_scales_the_result(rng):
    spectrum, _ = fringed_spectrum("3C", rng)
    scaled = spectrum_of(spectrum.wave_um, 1e-4 * spectrum.flux, band="3C")

    one, other = correct_residual_fringes(spectrum), correct_residual_fringes(scaled)

    assert_allclose(other.spectrum.flux, 1e-4 * one.spectrum.flux, rtol=1e-9)


def test_the_result_is_the_same_each_time(rng):
    spectrum, _ = fringed_spectrum("4A", rng)

    one, other = correct_residual_fringes(spectrum), correct_residual_fringes(spectrum)

    assert_array_equal(one.spectrum.flux, other.spectrum.flux)
    assert_array_equal(one.periodogram.after, other.periodogram.after)


def test_the_periodogram_shows_the_fringes_before_and_not_after(rng):
    spectrum, _ = fringed_spectrum("3A", rng, amplitude=0.02)

    result = correct_residual_fringes(spectrum)

    shown = result.periodogram
    for fit in result.families:
        strongest = int(np.argmax(fit.amplitude))
        place = int(np.argmin(np.abs(shown.frequency_cm - fit.frequency_cm[strongest])))
        near = slice(place - 3, place + 4)
        assert shown.before[near].max() == pytest.approx(fit.amplitude[strongest], rel=0.5)
        assert shown.after[near].max() < 0.05 * fit.amplitude[strongest]
    assert result.scatter_before > 3 * result.scatter_after
    assert result.scatter_after == pytest.approx(NOISE, rel=0.15)


def test_the_continuum_is_the_flux_without_fringes(rng):
    spectrum, clean = fringed_spectrum("2C", rng, amplitude=0.04)

    result = correct_residual_fringes(spectrum)

    assert_allclose(result.continuum, clean, rtol=0.006)


def test_inputs_are_left_alone_and_results_are_read_only(rng):
    spectrum, _ = fringed_spectrum("3A", rng)  # its arrays are read-only

    result = correct_residual_fringes(spectrum)

    for array in (result.spectrum.flux, result.modulation, result.continuum, result.weight):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0.0


def test_the_work_can_be_stopped(rng):
    class Stop:
        def step(self, done, total, note=""):
            raise Cancelled

    spectrum, _ = fringed_spectrum("3A", rng)

    with pytest.raises(Cancelled):
        correct_residual_fringes(spectrum, progress=Stop())


@pytest.mark.rig
@pytest.mark.parametrize("band", ["1A", "2C", "3A", "3C", "4A", "4C"])
def test_noise_is_taken_for_fringes_less_than_once_in_two_hundred(band):
    alarms = 0
    for seed in range(400):
        spectrum, _ = fringed_spectrum(
            band, np.random.default_rng(seed), amplitude=0.0, noise=0.003
        )
        alarms += correct_residual_fringes(spectrum).outcome == "corrected"

    assert alarms <= 2
