"""Tests of engine.files.calspec."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import written


def test_flam_becomes_jy_and_angstrom_um(tmp_path):
    # F_nu = F_lambda lambda^2 / c: 3.33564095e4 lambda_A^2 F_lambda.
    hdus = baselines.calspec()
    wave, flux = (hdus[1].data[name].astype(float) for name in ("WAVELENGTH", "FLUX"))

    loaded = load(written(hdus, tmp_path / "star.fits"))

    model = loaded.products[0]
    assert (loaded.kind, loaded.role, model.unit) == ("model spectrum", "model", "Jy")
    assert_allclose(model.wave_um, wave / 1e4, rtol=1e-12)
    assert_allclose(model.flux, 3.33564095e4 * wave**2 * flux, rtol=1e-8)
    assert_allclose(model.columns["fwhm_um"], model.wave_um / 500.0, rtol=1e-6)


@pytest.mark.parametrize("wave_unit", ["ANGSTROM", "ANGSTROMS", "angstroms", "Angstrom"])
@pytest.mark.parametrize("flux_unit", ["FLAM", "flam"])
def test_every_spelling_of_the_units_gives_the_same(wave_unit, flux_unit, tmp_path):
    hdus = baselines.calspec(wave_unit=wave_unit, flux_unit=flux_unit)

    model = load(written(hdus, tmp_path / "star.fits")).products[0]

    assert_allclose(model.wave_um[0], 0.2, rtol=1e-9)
    assert model.unit == "Jy"


def test_the_star_gets_its_usual_name(tmp_path):
    model = load(written(baselines.calspec(), tmp_path / "star.fits")).products[0]

    assert model.identity.target == "HD 2811"


def test_zero_errors_of_the_model_part_are_not_known(tmp_path):
    model = load(written(baselines.calspec(), tmp_path / "star.fits")).products[0]

    infrared = model.wave_um > 1.0
    assert np.isnan(model.error[infrared]).all()
    assert np.isfinite(model.error[~infrared]).all()
    assert (model.columns["sys_error_jy"] > 0.0).all()


def test_a_model_has_a_continuum_and_no_errors(tmp_path):
    model = load(written(baselines.calspec(model=True), tmp_path / "star_mod.fits")).products[0]

    assert np.isnan(model.error).all()
    assert_allclose(model.columns["continuum_jy"] / model.flux, 1.01, rtol=1e-6)


@pytest.mark.real_data
def test_the_real_spectrum_of_16_cyg_b_has_its_flux(real_data):
    # Law+2025, Table 1: standard star of the MRS; 16 Cyg B has V = 6.2, hence some 12 Jy there.
    loaded = load(real_data("calspec/16cygb_stis_004.fits.gz"))

    model = loaded.products[0]
    at_v = np.interp(0.5450, model.wave_um, model.flux)
    assert model.identity.target == "16 Cyg B"
    assert -2.5 * np.log10(at_v / 3636.0) == pytest.approx(6.2, abs=0.1)
    assert loaded.warnings == ()
