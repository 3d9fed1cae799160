"""The leak that is subtracted is that of the pipeline."""

import numpy as np
import pytest

from engine.model.identity import Identity
from engine.model.leak import LeakCurve
from engine.model.spectrum import Spectrum
from engine.mrs.spectral_leak import correct_spectral_leak

pytestmark = pytest.mark.reference

_WAVE_3A = np.linspace(11.551, 13.471, 768)
_WAVE_1B = np.linspace(5.6604, 6.6292, 1213)


def _spectrum(wave, flux, band):
    flags = np.zeros(wave.size, dtype=np.uint32)
    columns = {"fringe_corrected_flux_jy": 0.999 * flux}
    return Spectrum(wave, flux, 0.01 * flux, flags, "Jy", Identity(band=band), columns=columns)


def _model(datamodels, spectrum):
    spec = datamodels.MRSSpecModel()
    table = np.zeros(spectrum.size, dtype=spec.get_dtype("spec_table"))
    table["WAVELENGTH"], table["FLUX"] = spectrum.wave_um, spectrum.flux
    table["RF_FLUX"] = spectrum.columns["fringe_corrected_flux_jy"]
    spec.spec_table = table
    model = datamodels.MRSMultiSpecModel()
    model.spec.append(spec)
    return model


def test_the_corrected_flux_equals_the_pipelines_within_1e_6_jy(tmp_path):
    step = pytest.importorskip("jwst.spectral_leak.spectral_leak")
    from stdatamodels.jwst import datamodels

    rng = np.random.default_rng(3)
    wave = np.linspace(11.4, 13.6, 2162)
    fraction = 0.025 * np.exp(-0.5 * ((wave - 12.22) / 0.06) ** 2) + 3e-4
    leaky = _spectrum(_WAVE_3A, 0.8 * rng.normal(1.0, 0.01, _WAVE_3A.size), "3A")
    leaking = _spectrum(_WAVE_1B, 3.0 * rng.normal(1.0, 0.01, _WAVE_1B.size), "1B")
    reference = datamodels.MirMrsPtCorrModel()
    table = np.zeros(wave.size, dtype=reference.get_dtype("leakcor_table"))
    table["wavelength"], table["frac_leak"] = wave, fraction
    reference.leakcor_table = table
    path = tmp_path / "ptcorr.fits"
    reference.save(path)

    flux, defringed = step.do_correction(
        str(path), _model(datamodels, leaking), _model(datamodels, leaky)
    )
    stored = LeakCurve(
        table["wavelength"].astype(float), table["frac_leak"].astype(float), np.zeros(wave.size)
    )
    found = correct_spectral_leak(leaky, leaking, stored)

    np.testing.assert_allclose(found.spectrum.flux, flux, rtol=0, atol=1e-6)
    ours = found.spectrum.columns["fringe_corrected_flux_jy"]
    np.testing.assert_allclose(ours, defringed, rtol=0, atol=1e-6)
    assert np.max(np.abs(found.leak)) > 0.05
