"""Tests of engine.mrs.calibrated_spectra."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.identity import Identity, Origin
from engine.model.spectrum import Spectrum
from engine.model.vector import BACKGROUND_LIMITED, EXTRAPOLATED, CalibrationVector
from engine.mrs.calibrated_spectra import (
    assemble_segments,
    calibrate_spectrum,
    vector_from_response,
)
from engine.mrs.star_response import StarResponse

WAVE = np.arange(5.66, 6.63, 0.0008)
OMEGA_SR = 2.86e-13
FLUX_ESTIMATED, UNRELIABLE_ERROR = 1 << 28, 1 << 8


def model_jy(wave_um):
    return 3.0 * (wave_um / 6.0) ** -2


def truth(wave_um):
    """Return a calibration factor in (MJy/sr)/(DN/s)."""
    return 0.05 * (1.0 + 0.2 * (wave_um - 6.1) - 0.3 * (wave_um - 6.1) ** 2)


def spectrum(flux, *, wave=WAVE, error=None, unit="DN/s", band="1B", **more):
    values = np.asarray(flux, dtype=float)
    return Spectrum(
        wave_um=frozen(wave),
        flux=frozen(values),
        error=frozen(np.zeros(values.size) if error is None else error),
        flags=frozen(np.zeros(values.size), dtype=np.uint32),
        unit=unit,
        identity=Identity(target="10 Lac", band=band),
        pixel_area_sr=OMEGA_SR,
        **more,
    )


def vector(value, *, wave=WAVE, kind="calibration factor", stat=0.0, sys=0.0, flags=0, band="1B"):
    def column(x):
        return frozen(np.broadcast_to(x, wave.shape))

    return CalibrationVector(
        wave_um=frozen(wave),
        value=column(value),
        stat_error=column(stat),
        sys_error=column(sys),
        flags=frozen(np.broadcast_to(flags, wave.shape), dtype=np.uint32),
        kind=kind,
        identity=Identity(target="16 Cyg B", band=band),
    )


def observed_rate(wave=WAVE):
    """Return the count rate that the truth makes of the model. Unit: DN/s."""
    return model_jy(wave) / (truth(wave) * OMEGA_SR * 1e6)


def test_a_rate_times_the_true_factor_is_the_model():
    fine = np.linspace(5.5, 6.8, 40001)
    model = spectrum(model_jy(fine), wave=fine, unit="Jy", band="")

    result = calibrate_spectrum(spectrum(observed_rate()), vector(truth(WAVE)), model=model)

    assert result.spectrum.unit == "Jy"
    assert_allclose(result.spectrum.flux, model_jy(WAVE), rtol=1e-13)
    assert_allclose(result.model_jy, model_jy(WAVE), rtol=1e-6)
    assert_allclose(result.ratio, 1.0, rtol=1e-6)


def test_a_relative_factor_multiplies_jy():
    observed = spectrum(model_jy(WAVE) / 1.1, unit="Jy")

    result = calibrate_spectrum(observed, vector(1.1, kind="relative factor"))

    assert_allclose(result.spectrum.flux, model_jy(WAVE), rtol=1e-14)
    assert np.isnan(result.model_jy).all()
    assert np.isnan(result.ratio).all()


def pulls_of(n_seeds):
    snr, stat = 150.0, 0.002
    found = []
    for seed in range(n_seeds):
        rng = np.random.default_rng(seed)
        rate = observed_rate()
        error = rate / snr
        noisy = spectrum(rate + rng.normal(size=WAVE.size) * error, error=error)
        factor = truth(WAVE) * (1.0 + stat * rng.normal(size=WAVE.size))
        result = calibrate_spectrum(noisy, vector(factor, stat=stat * truth(WAVE)))
        found.append((result.spectrum.flux - model_jy(WAVE)) / result.spectrum.error)
    return np.array(found)


def test_calibrating_with_the_injected_truth_returns_the_model_within_noise():
    found = pulls_of(5)

    assert abs(found.mean()) < 0.05
    assert 0.95 < found.std(ddof=1) < 1.05


@pytest.mark.rig
def test_pulls_against_the_injected_truth_are_normal_at_each_wavelength():
    found = pulls_of(400)

    assert abs(found.mean(axis=0)).max() < 0.2 + 4 / np.sqrt(400)
    assert abs(found.mean()) < 0.02
    assert 0.97 < found.std(axis=0, ddof=1).mean() < 1.03


def test_statistical_errors_add_in_quadrature_and_the_systematic_stays_apart():
    observed = spectrum(np.full(WAVE.size, 2.0), error=np.full(WAVE.size, 0.06), unit="Jy")
    factor = vector(1.5, kind="relative factor", stat=0.06, sys=0.03)

    result = calibrate_spectrum(observed, factor)

    assert_allclose(result.spectrum.error, np.hypot(0.06 * 1.5, 2.0 * 0.06))
    assert_allclose(result.sys_error, 2.0 * 0.03)


def test_a_vector_without_errors_leaves_those_of_the_observation_and_says_so():
    observed = spectrum(np.full(WAVE.size, 2.0), error=np.full(WAVE.size, 0.1), unit="Jy")

    result = calibrate_spectrum(
        observed, vector(1.5, kind="relative factor", stat=np.nan, sys=np.nan)
    )

    assert_allclose(result.spectrum.error, 0.15)
    assert np.isnan(result.sys_error).all()
    assert any("observation's alone" in message for message in result.messages)
    assert any("not known, not zero" in message for message in result.messages)


def test_nothing_is_extrapolated():
    inside = (WAVE >= 5.8) & (WAVE <= 6.4)
    short = vector(truth(WAVE[inside]), wave=WAVE[inside])

    result = calibrate_spectrum(spectrum(observed_rate()), short)

    assert_array_equal(np.isfinite(result.spectrum.flux), inside)


def test_cut_offs_inside_the_vector_stay_empty():
    value = np.where((WAVE > 5.8) & (WAVE < 6.4), truth(WAVE), np.nan)

    result = calibrate_spectrum(spectrum(observed_rate()), vector(value))

    assert_array_equal(np.isfinite(result.spectrum.flux), np.isfinite(value))


def test_a_vector_on_other_wavelengths_is_interpolated():
    coarse = np.linspace(5.6, 6.7, 300)

    result = calibrate_spectrum(spectrum(observed_rate()), vector(truth(coarse), wave=coarse))

    straight = 0.3 * 2 * (coarse[1] - coarse[0]) ** 2 / 8  # bound of linear interpolation
    assert_allclose(result.spectrum.flux, model_jy(WAVE), rtol=1.3 * straight)


def test_a_vector_that_covers_nothing_says_so():
    far = np.linspace(7.0, 8.0, 50)

    result = calibrate_spectrum(spectrum(observed_rate()), vector(1.0, wave=far))

    assert np.isnan(result.spectrum.flux).all()
    assert "covers no measurement" in result.messages[0]


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("Jy", "calibration factor"), ("DN/s", "relative factor"), ("MJy/sr", "relative factor")],
)
def test_units_that_do_not_go_together_are_refused_in_one_sentence(unit, kind):
    with pytest.raises(DataError, match=f"not in {unit}\\.") as caught:
        calibrate_spectrum(spectrum(observed_rate(), unit=unit), vector(1.0, kind=kind))

    assert caught.value.hint


def test_a_calibration_factor_needs_the_solid_angle():
    without = replace(spectrum(observed_rate()), pixel_area_sr=None)

    with pytest.raises(DataError, match="solid angle") as caught:
        calibrate_spectrum(without, vector(truth(WAVE)))

    assert "PIXAR_SR" in caught.value.hint


def test_the_vector_of_another_band_is_refused():
    with pytest.raises(DataError, match="band 1C does not apply to a spectrum of band 1B"):
        calibrate_spectrum(spectrum(observed_rate()), vector(truth(WAVE), band="1C"))


def test_a_model_in_another_unit_is_refused():
    model = spectrum(model_jy(WAVE), unit="MJy/sr", band="")

    with pytest.raises(DataError, match="model is in MJy/sr"):
        calibrate_spectrum(spectrum(observed_rate()), vector(truth(WAVE)), model=model)


def test_the_model_is_empty_where_it_does_not_reach():
    reach = WAVE < 6.0
    model = spectrum(model_jy(WAVE[reach]), wave=WAVE[reach], unit="Jy", band="")

    result = calibrate_spectrum(spectrum(observed_rate()), vector(truth(WAVE)), model=model)

    assert np.isnan(result.ratio[WAVE > 6.0]).all()
    assert_allclose(result.ratio[(WAVE > 5.67) & (WAVE < 5.99)], 1.0, rtol=1e-6)


def test_flags_of_both_are_carried():
    flags = np.where(WAVE > 6.5, EXTRAPOLATED, 0) + np.where(WAVE < 5.7, BACKGROUND_LIMITED, 0)
    observed = spectrum(observed_rate())
    bad = np.zeros(WAVE.size)
    bad[100] = 1
    observed = replace(observed, flags=frozen(bad, dtype=np.uint32))

    result = calibrate_spectrum(observed, vector(truth(WAVE), flags=flags))

    got = result.spectrum.flags
    assert got[100] == 1
    assert_array_equal((got & FLUX_ESTIMATED) != 0, WAVE > 6.5)
    assert_array_equal((got & UNRELIABLE_ERROR) != 0, WAVE < 5.7)
    assert any("extrapolated" in message for message in result.messages)
    assert any("background-limited" in message for message in result.messages)


def test_missing_measurements_stay_missing():
    rate = observed_rate()
    rate[[0, 50, -1]] = np.nan

    result = calibrate_spectrum(spectrum(rate), vector(truth(WAVE)))

    assert_array_equal(np.isnan(result.spectrum.flux), np.isnan(rate))


def test_columns_that_still_hold_are_scaled_or_kept():
    columns = {
        "surf_bright_mjy_sr": frozen(np.full(WAVE.size, 4.0)),
        "n_pixels": frozen(np.full(WAVE.size, 21.5)),
    }
    observed = spectrum(model_jy(WAVE), unit="Jy", columns=columns)

    result = calibrate_spectrum(observed, vector(0.5, kind="relative factor"))

    assert_allclose(result.spectrum.columns["surf_bright_mjy_sr"], 2.0)
    assert_allclose(result.spectrum.columns["n_pixels"], 21.5)


def test_a_spectrum_of_one_sample_is_calibrated_without_model():
    one = spectrum([2.0], wave=np.array([6.0]), unit="Jy")
    model = spectrum(model_jy(WAVE), unit="Jy", band="")

    result = calibrate_spectrum(one, vector(1.5, kind="relative factor"), model=model)

    assert_allclose(result.spectrum.flux, 3.0)
    assert np.isnan(result.ratio).all()


def test_scaling_the_observation_scales_the_result():
    one = calibrate_spectrum(spectrum(observed_rate()), vector(truth(WAVE)))

    other = calibrate_spectrum(spectrum(observed_rate() * 1e-7), vector(truth(WAVE)))

    assert_allclose(other.spectrum.flux, one.spectrum.flux * 1e-7, rtol=1e-14)


def test_the_notes_name_the_vector_and_inputs_are_left_alone():
    observed = replace(spectrum(observed_rate()), origin=Origin(notes=("Read.",)))

    result = calibrate_spectrum(observed, vector(truth(WAVE)))

    assert result.spectrum.origin.notes == (
        "Read.",
        "Multiplied by the calibration factor of 16 Cyg B in 1B.",
    )
    assert observed.origin.notes == ("Read.",)
    with pytest.raises(ValueError, match="read-only"):
        result.spectrum.flux[0] = 0.0


def test_a_response_becomes_a_vector():
    n = WAVE.size
    arrays = {
        name: frozen(np.full(n, value))
        for name, value in (
            ("ratio", 1.1),
            ("ratio_error", 0.1),
            ("model_jy", 3.0),
            ("vector", 1.05),
            ("stat_error", 0.01),
            ("sys_error", 0.02),
        )
    }
    response = StarResponse(
        wave_um=frozen(WAVE),
        state=frozen(np.zeros(n), dtype=np.uint32),
        sys_terms=(),
        flags=frozen(np.full(n, EXTRAPOLATED), dtype=np.uint32),
        kind="relative factor",
        fitted_in="factor",
        breakpoints_um=frozen([6.0]),
        breakpoint_values=frozen([1.05]),
        scatter=0.01,
        n_used=n,
        n_samples=n,
        n_fits=1,
        **arrays,
    )

    made = vector_from_response(response, Identity(target="10 Lac", band="1B"), recipe="{}")

    assert_array_equal(made.value, response.vector)
    assert_array_equal(made.stat_error, response.stat_error)
    assert_array_equal(made.sys_error, response.sys_error)
    assert_array_equal(made.flags, response.flags)
    assert (made.kind, made.recipe, made.identity.band) == ("relative factor", "{}", "1B")


def two_bands():
    second = np.arange(6.53, 7.65, 0.0008)
    found = []
    for wave, band, level in ((WAVE, "1B", 1.0), (second, "1C", 1.04)):
        observed = spectrum(model_jy(wave) * level, wave=wave, unit="Jy", band=band)
        model = spectrum(model_jy(wave), wave=wave, unit="Jy", band="")
        factor = vector(1.0, wave=wave, kind="relative factor", sys=0.01, band=band)
        found.append(calibrate_spectrum(observed, factor, model=model))
    return found


def test_segments_are_assembled_in_order_with_the_scales_stated():
    bands = two_bands()

    joined = assemble_segments(bands[::-1], scales={"1C": 1 / 1.04, "1B": 1.0})

    assert np.all(np.diff(joined.spectrum.wave_um) > 0)
    inner = np.isfinite(joined.ratio)
    assert_allclose(joined.ratio[inner], 1.0, rtol=1e-6)
    assert_allclose(joined.sys_error, 0.01 * joined.spectrum.flux, rtol=1e-12)
    assert joined.spectrum.origin.notes == (
        "Stitched: 1B times 1.",
        "Stitched: 1C times 0.961538.",
    )


def test_segments_keep_their_levels_by_default():
    joined = assemble_segments(two_bands())

    red = joined.spectrum.wave_um > 6.7
    assert_allclose(np.nanmedian(joined.ratio[red]), 1.04, rtol=1e-6)
    assert joined.spectrum.origin.notes[1] == "Stitched: 1C unscaled."


def test_no_segment_is_refused():
    with pytest.raises(DataError, match="no spectrum to stitch"):
        assemble_segments([])


def test_a_calibration_factor_turns_the_rate_of_the_annulus_into_its_surface_brightness():
    level = np.linspace(2.0, 3.0, WAVE.size)
    columns = {"background_dn_s": frozen(level), "background_error_dn_s": frozen(0.1 * level)}

    kept = calibrate_spectrum(spectrum(50.0 + WAVE, columns=columns), vector(truth(WAVE)))

    made = kept.spectrum.columns
    assert_allclose(made["background_mjy_sr"], level * truth(WAVE), rtol=1e-12)
    assert_allclose(made["background_error_mjy_sr"], 0.1 * level * truth(WAVE), rtol=1e-12)
    assert "background_dn_s" not in made
