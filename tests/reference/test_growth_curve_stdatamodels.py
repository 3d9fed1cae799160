"""Measured aperture corrections and leak curves are references that the pipeline accepts."""

import warnings

import numpy as np
import pytest

pytest.importorskip("jwst")
from stdatamodels.jwst import datamodels

from engine.files.write_aperture_correction import write_aperture_correction
from engine.files.write_leak_curve import write_leak_curve
from engine.model.aperture import ApertureCorrection
from engine.model.leak import LeakCurve
from engine.model.provenance import Provenance

pytestmark = pytest.mark.reference

_MADE = Provenance("1.0", (("a.fits", "0" * 64),), "{}")


def test_aperture_corrections_pass_strict_validation_and_keep_their_numbers(tmp_path):
    wave = np.linspace(8.7, 10.1, 10)
    radius = np.outer([0.5, 1.0, 2.0, 3.0], 0.033 * wave + 0.106)
    factor = 1.0 + 0.2 / radius
    table = ApertureCorrection("2B", wave, radius, factor, 0.01 * factor)
    path = write_aperture_correction(tmp_path / "a.asdf", table, provenance=_MADE)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with datamodels.MirMrsApcorrModel(path, strict_validation=True) as model:
            model.validate()
            stored = np.array(model.apcorr_table.apcorr)

    assert [str(one.message) for one in said] == []
    np.testing.assert_allclose(stored, factor, rtol=1e-6)


def test_a_leak_curve_passes_strict_validation_and_keeps_its_numbers(tmp_path):
    wave = np.linspace(11.6, 13.4, 500)
    fraction = 0.025 * np.exp(-0.5 * ((wave - 12.22) / 0.06) ** 2)
    curve = LeakCurve(wave, fraction, np.full(500, 1e-4))
    path = write_leak_curve(tmp_path / "leak.fits", curve, provenance=_MADE)

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with datamodels.MirMrsPtCorrModel(path, strict_validation=True) as model:
            model.validate()
            stored = np.array(model.leakcor_table["frac_leak"])

    assert [str(one.message) for one in said] == []
    np.testing.assert_allclose(stored, fraction, rtol=1e-6, atol=1e-12)
