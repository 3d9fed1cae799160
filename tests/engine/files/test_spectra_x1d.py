"""Tests of engine.files.spectra_x1d."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import X1D_UNITS, written, x1d_values


def spectra_of(hdus, path):
    return load(written(hdus, path)).products


def test_every_column_comes_back_under_its_canonical_name(tmp_path):
    values = x1d_values()

    (spectrum,) = spectra_of(baselines.x1d(values), tmp_path / "x1d.fits")

    assert spectrum.unit == "Jy"
    assert_array_equal(spectrum.wave_um, values["WAVELENGTH"])
    assert_array_equal(spectrum.flux, values["FLUX"])
    assert_array_equal(spectrum.error, values["FLUX_ERROR"])
    for canonical, name in {
        "surf_bright_mjy_sr": "SURF_BRIGHT",
        "surf_bright_error_mjy_sr": "SB_ERROR",
        "background_mjy_sr": "BACKGROUND",
        "background_error_mjy_sr": "BKGD_ERROR",
        "n_pixels": "NPIXELS",
    }.items():
        assert_array_equal(spectrum.columns[canonical], values[name])


def test_the_fringe_corrected_flux_goes_along_and_is_dropped_when_it_is_empty(tmp_path):
    values = x1d_values()
    values["RF_FLUX"] = values["FLUX"] * 1.01

    (corrected,) = spectra_of(baselines.x1d(values), tmp_path / "corrected.fits")
    (without,) = spectra_of(baselines.x1d(), tmp_path / "without.fits")

    assert_array_equal(corrected.flux, values["FLUX"])
    assert_array_equal(corrected.columns["fringe_corrected_flux_jy"], values["RF_FLUX"])
    assert "fringe_corrected_flux_jy" not in without.columns


def test_extended_sources_are_shown_in_surface_brightness(tmp_path):
    values = x1d_values()

    (spectrum,) = spectra_of(baselines.x1d(SRCTYPE="EXTENDED"), tmp_path / "x1d.fits")

    assert spectrum.unit == "MJy/sr"
    assert_array_equal(spectrum.flux, values["SURF_BRIGHT"])
    assert_array_equal(spectrum.error, values["SB_ERROR"])
    assert_array_equal(spectrum.columns["flux_jy"], values["FLUX"])


def test_an_empty_flux_gives_way_to_the_surface_brightness(tmp_path):
    values = x1d_values()
    values["FLUX"] = np.full(baselines.N_WAVE, np.nan)

    loaded = load(written(baselines.x1d(values), tmp_path / "x1d.fits"))

    assert loaded.products[0].unit == "MJy/sr"
    assert "FLUX is empty" in loaded.messages[0].text


def test_all_spectra_of_a_file_are_kept_in_order(tmp_path):
    spectra = spectra_of(baselines.x1d_three(), tmp_path / "x1d.fits")

    assert len(spectra) == 3
    assert_allclose([one.wave_um[0] for one in spectra], 11.55125 + np.array([0.0, 0.03, 0.06]))


def test_a_time_series_gives_one_spectrum_an_integration(tmp_path):
    spectra = spectra_of(baselines.x1dints(), tmp_path / "x1dints.fits")

    assert [one.identity.mjd for one in spectra] == [59888.5, 59888.501, 59888.502]
    assert [one.size for one in spectra] == [baselines.N_WAVE] * 3
    assert_allclose(spectra[2].flux, 1.02 * x1d_values()["FLUX"], rtol=1e-12)


def test_a_combined_spectrum_has_its_own_names(tmp_path):
    (spectrum,) = spectra_of(baselines.c1d(), tmp_path / "c1d.fits")

    assert_array_equal(spectrum.error, np.full(baselines.N_WAVE, 2e-3))
    assert_array_equal(spectrum.columns["n_input"], np.full(baselines.N_WAVE, 4.0))


def test_flags_are_unsigned_bits(tmp_path):
    values = x1d_values()
    values["DQ"][3] = 2**31 + 1

    (spectrum,) = spectra_of(baselines.x1d(values), tmp_path / "x1d.fits")

    assert spectrum.flags.dtype == np.uint32
    assert spectrum.flags[3] == 2**31 + 1
    assert not spectrum.is_good[3]


@pytest.mark.parametrize(
    ("unit", "factor"), [("mJy", 1e3), ("MJy", 1e-6), ("Janskys", 1.0), ("uJy", 1e6)]
)
def test_fluxes_of_any_unit_become_jy_with_their_errors(unit, factor, tmp_path):
    values = x1d_values()
    values["FLUX"] = values["FLUX"] * factor
    values["FLUX_ERROR"] = values["FLUX_ERROR"] * factor
    units = {**X1D_UNITS, "FLUX": unit, "FLUX_ERROR": unit}

    (spectrum,) = spectra_of(baselines.x1d(values, units=units), tmp_path / "x1d.fits")

    assert spectrum.unit == "Jy"
    assert_allclose(spectrum.flux, x1d_values()["FLUX"], rtol=1e-12)
    assert_allclose(spectrum.error, x1d_values()["FLUX_ERROR"], rtol=1e-12)


@pytest.mark.parametrize("change", ["reverse", "shuffle"])
def test_the_order_of_the_rows_does_not_matter(change, tmp_path, rng):
    n = baselines.N_WAVE
    order = np.arange(n)[::-1] if change == "reverse" else rng.permutation(n)
    values = {name: array[order] for name, array in x1d_values().items()}

    (spectrum,) = spectra_of(baselines.x1d(values), tmp_path / "x1d.fits")

    assert_array_equal(spectrum.wave_um, x1d_values()["WAVELENGTH"])
    assert_array_equal(spectrum.flux, x1d_values()["FLUX"])


def test_columns_are_found_in_any_case_and_order(tmp_path):
    values = dict(reversed(x1d_values().items()))
    units = {name.lower(): unit for name, unit in X1D_UNITS.items()}
    lowered = {name.lower(): array for name, array in values.items()}

    (spectrum,) = spectra_of(baselines.x1d(lowered, units=units), tmp_path / "x1d.fits")

    assert_array_equal(spectrum.flux, x1d_values()["FLUX"])


def test_the_band_of_an_extension_counts_when_the_file_names_several(tmp_path):
    hdus = baselines.x1d_three()
    hdus[0].header.update({"CHANNEL": "3", "BAND": "MULTIPLE"})
    hdus[1].header.update({"CHANNEL": "3", "BAND": "SHORT"})

    spectra = spectra_of(hdus, tmp_path / "x1d.fits")

    assert [one.identity.band for one in spectra] == ["3A", "", ""]
