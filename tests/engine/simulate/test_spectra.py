"""Tests of engine.simulate.spectra."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import DataError
from engine.model.bands import band_named, bands
from engine.simulate.spectra import simulate_response_spectrum

CLEAN = {"fringe_amplitude": 0.0, "outlier_fraction": 0.0}


@pytest.mark.parametrize("band", [band.name for band in bands()])
def test_model_over_observed_is_the_response(band, rng):
    observed, model, response = simulate_response_spectrum(rng, band, snr=1e7, **CLEAN)

    flux_mjy = 1e-6 * np.interp(observed.wave_um, model.wave_um, model.flux)
    factor = flux_mjy / (observed.flux * observed.pixel_area_sr)

    # Between the lines, which the model does not know exactly.
    assert np.nanmedian(np.abs(factor / response - 1.0)) < 1e-4


def test_calibrated_data_give_the_relative_factor(rng):
    observed, model, response = simulate_response_spectrum(
        rng, "2B", unit="Jy", star_class="G", snr=1e7, **CLEAN
    )

    factor = np.interp(observed.wave_um, model.wave_um, model.flux) / observed.flux

    assert observed.unit == "Jy"
    assert_allclose(np.median(response), 1.08)
    assert np.nanmedian(np.abs(factor / response - 1.0)) < 1e-4


@pytest.mark.parametrize(("band", "snr"), [("1B", 900.0), ("3C", 300.0), ("4C", 20.0)])
def test_neighboring_samples_scatter_as_the_signal_to_noise_ratio_says(band, snr, rng):
    row = band_named(band)
    observed, _, _ = simulate_response_spectrum(rng, band, snr=snr, star_class="G", **CLEAN)
    inside = (observed.wave_um < row.quality_max_um) & np.isfinite(observed.flux)

    flux = observed.flux[inside]
    change = np.diff(flux, 2) / flux[1:-1] / np.sqrt(6.0)

    assert np.sqrt(np.mean(change**2)) == pytest.approx(1.0 / snr, rel=0.08)


def test_the_error_is_the_noise_that_was_drawn(rng):
    observed, _, _ = simulate_response_spectrum(rng, "2A", snr=50.0, star_class="G", **CLEAN)
    noiseless, _, _ = simulate_response_spectrum(
        np.random.default_rng(20250113), "2A", snr=1e9, star_class="G", **CLEAN
    )

    pulls = (observed.flux - noiseless.flux) / observed.error

    assert np.nanstd(pulls) == pytest.approx(1.0, abs=0.08)


def test_fringes_have_the_period_and_the_amplitude_asked_for(rng):
    seed = rng.bit_generator.state
    plain, _, _ = simulate_response_spectrum(rng, "1C", snr=1e9, **CLEAN)
    rng.bit_generator.state = seed
    fringed, _, _ = simulate_response_spectrum(
        rng, "1C", snr=1e9, fringe_amplitude=0.004, outlier_fraction=0.0
    )

    modulation = fringed.flux / plain.flux - 1.0
    crossings = np.count_nonzero(np.diff(np.sign(modulation[~np.isnan(modulation)])))
    extent_per_cm = 1e4 / plain.wave_um[3] - 1e4 / plain.wave_um[-6]

    assert 0.0025 < np.nanmax(np.abs(modulation)) <= 0.0041
    assert 2.0 * extent_per_cm / crossings == pytest.approx(2.9, abs=0.3)


def test_outliers_are_as_many_as_asked_for(rng):
    state = rng.bit_generator.state
    observed, _, _ = simulate_response_spectrum(
        rng, "1C", snr=300.0, fringe_amplitude=0.0, outlier_fraction=0.03
    )
    rng.bit_generator.state = state
    noiseless, _, _ = simulate_response_spectrum(rng, "1C", snr=1e9, **CLEAN)

    pulls = np.abs(observed.flux - noiseless.flux) / observed.error
    good = pulls[np.isfinite(pulls)]

    assert np.count_nonzero(good > 5.0) / good.size == pytest.approx(0.03, abs=0.012)


def test_the_edges_hold_no_measurement_and_say_so(rng):
    observed, model, _ = simulate_response_spectrum(rng, "1A")

    assert_array_equal(observed.is_good, np.isfinite(observed.flux))
    assert np.isnan(observed.flux[[0, -1]]).all()
    assert model.wave_um[0] < observed.wave_um[0]
    assert model.wave_um[-1] > observed.wave_um[-1]


def test_one_seed_makes_one_spectrum():
    one, two = (simulate_response_spectrum(np.random.default_rng(3), "4A") for _ in range(2))

    assert_array_equal(one.observed.flux, two.observed.flux)
    assert_array_equal(one.response, two.response)


def test_a_band_that_does_not_exist_is_refused(rng):
    with pytest.raises(DataError, match="5A"):
        simulate_response_spectrum(rng, "5A")
