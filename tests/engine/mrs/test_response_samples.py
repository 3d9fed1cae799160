"""Tests of engine.mrs.response_samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError, FitError
from engine.model.spectrum import Spectrum
from engine.mrs.resolution import resolution_element_um
from engine.mrs.response_params import SampleState, StarResponseParams
from engine.mrs.response_samples import (
    LINE_HALF_WIDTH_ELEMENTS,
    across,
    chosen_space,
    line_windows_um,
    measure_ratio,
    select_samples,
    slope_across,
)

WAVE = np.linspace(5.66, 6.63, 600)


def spectrum(flux, *, error=None, unit="Jy", area=None, flags=None):
    return Spectrum(
        wave_um=frozen(WAVE),
        flux=frozen(flux),
        error=frozen(np.full(WAVE.size, np.nan) if error is None else error),
        flags=frozen(np.zeros(WAVE.size) if flags is None else flags, dtype=np.uint32),
        unit=unit,
        pixel_area_sr=area,
    )


MODEL = spectrum(np.full(WAVE.size, 3.0))


def test_count_rates_give_the_calibration_factor_of_gordon_eq_3():
    # C = F[MJy] / (N solid angle): 3 Jy, 200 DN/s, 4e-13 sr.
    measured = measure_ratio(spectrum(np.full(600, 200.0), unit="DN/s", area=4e-13), MODEL)

    assert measured.kind == "calibration factor"
    assert_allclose(measured.ratio, 3e-6 / (200.0 * 4e-13), rtol=1e-13)
    assert_allclose(measured.inverse * measured.ratio, 1.0)


def test_flux_gives_the_relative_factor_with_its_error():
    measured = measure_ratio(spectrum(np.full(600, 2.5), error=np.full(600, 0.1)), MODEL)

    assert measured.kind == "relative factor"
    assert_allclose(measured.ratio, 1.2)
    assert_allclose(measured.ratio_error, 1.2 * 0.1 / 2.5)
    assert measured.signal_to_noise == pytest.approx(25.0)


@pytest.mark.parametrize("unit", ["MJy/sr", "furlong", ""])
def test_other_units_have_no_response(unit):
    with pytest.raises(DataError, match="must be in Jy or DN/s") as caught:
        measure_ratio(spectrum(np.ones(600), unit=unit), MODEL)

    assert (unit or "no unit") in caught.value.what


def test_a_model_in_another_unit_is_refused():
    with pytest.raises(DataError, match="model is in DN/s"):
        measure_ratio(spectrum(np.ones(600)), spectrum(np.ones(600), unit="DN/s"))


@pytest.mark.parametrize("area", [None, 0.0, -1.0])
def test_count_rates_without_a_solid_angle_are_refused(area):
    with pytest.raises(DataError, match="solid angle"):
        measure_ratio(spectrum(np.ones(600), unit="DN/s", area=area), MODEL)


def test_flagged_missing_and_modelless_samples_do_not_count():
    flux, flags, model = np.ones(600), np.zeros(600), np.ones(600)
    flux[3], flags[5], model[7] = np.nan, 1, np.nan
    flags[9] = 4  # a flag that is not DO_NOT_USE

    measured = measure_ratio(spectrum(flux, flags=flags), spectrum(model))

    assert set(np.flatnonzero(~measured.is_good)) == {3, 5, 7}


def test_without_any_error_all_samples_weigh_the_same():
    measured = measure_ratio(spectrum(np.ones(600)), MODEL)
    samples = select_samples(measured, StarResponseParams(), "inverse photon")

    assert "all samples weigh the same" in measured.messages[0]
    assert_allclose(samples.error, 1.0)


def test_samples_with_invalid_errors_are_left_out_and_counted():
    error = np.full(600, 0.1)
    error[[1, 2, 3]] = [0.0, -1.0, np.nan]

    measured = measure_ratio(spectrum(np.ones(600), error=error), MODEL)
    samples = select_samples(measured, StarResponseParams(), "factor")

    assert "3 of 600 samples have no valid error" in measured.messages[0]
    assert (samples.state[[1, 2]] == SampleState.FLAGGED).all()


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_errors_that_are_all_invalid_are_refused_by_name(value):
    with pytest.raises(FitError, match="None of the 600 samples has an error above zero") as caught:
        measure_ratio(spectrum(np.ones(600), error=np.full(600, value)), MODEL)

    assert "weigh the same" in caught.value.hint


def test_errors_that_the_scatter_contradicts_do_not_set_the_signal_to_noise(rng):
    flux = rng.normal(1.0, 1 / 20, 600)

    measured = measure_ratio(spectrum(flux, error=np.full(600, 0.01)), MODEL)

    assert measured.signal_to_noise == pytest.approx(20, rel=0.15)


@pytest.mark.parametrize(
    ("fit_in", "signal_to_noise", "space"),
    [
        ("automatic", 29.0, "inverse photon"),
        ("automatic", 31.0, "factor"),
        ("inverse", 10.0, "inverse"),
        ("factor", 10.0, "factor"),
    ],
)
def test_low_signal_to_noise_is_fitted_as_inverse_photons(fit_in, signal_to_noise, space):
    assert chosen_space(StarResponseParams(fit_in=fit_in), signal_to_noise) == space


@given(st.floats(1e-3, 1e3), st.sampled_from(["factor", "inverse", "inverse photon"]))
def test_each_space_leads_back_to_itself(value, space):
    wave, factor = np.array([6.0]), np.array([value])

    assert_allclose(across(space, wave, across(space, wave, factor)), factor, rtol=1e-14)
    # The slope is the derivative: compare with a small step.
    y = across(space, wave, factor)
    step = across(space, wave, y * (1 + 1e-6))
    assert_allclose(
        slope_across(space, wave, factor), np.abs(step - factor) / (1e-6 * y), rtol=1e-4
    )


def test_line_windows_are_a_few_resolution_elements_wide():
    windows = line_windows_um(WAVE, StarResponseParams())

    named = {name: (low, high) for low, high, name in windows}
    low, high = named["H I 9–6"]  # 5.908 um: Law+2025, Fig. 8
    assert 0.5 * (low + high) == pytest.approx(5.908, abs=1e-3)
    element = float(resolution_element_um(np.array([5.908]))[0])
    assert high - low == pytest.approx(2 * LINE_HALF_WIDTH_ELEMENTS * element, rel=1e-3)


@pytest.mark.parametrize(("species", "fewest"), [("none", 0), ("hydrogen", 1), ("all", 2)])
def test_line_windows_follow_the_choice(species, fewest):
    windows = line_windows_um(WAVE, StarResponseParams(line_windows=species))

    assert len(windows) >= fewest
    assert (len(windows) == 0) == (species == "none")


def test_without_one_sample_that_counts_there_is_nothing_to_fit():
    measured = measure_ratio(spectrum(np.full(600, np.nan)), MODEL)

    with pytest.raises(FitError, match="No sample has both"):
        select_samples(measured, StarResponseParams(), "factor")


def test_cutoffs_without_samples_are_refused():
    measured = measure_ratio(spectrum(np.ones(600)), MODEL)

    with pytest.raises(FitError, match=r"between the cut-offs 7 and 6\.63"):
        select_samples(measured, StarResponseParams(cutoffs_um=(7.0, None)), "factor")
