"""What ``fluxknot extract`` writes, judged by the pipeline's own data models."""

import warnings

import numpy as np
import pytest

pytest.importorskip("jwst")
from stdatamodels.jwst import datamodels

from engine.cli import main
from tests.helpers.star_files import CUBE_4A, CUBE_4B, write_files

pytestmark = pytest.mark.reference

REAL = ("Level3_ch4-short_s3d", "Level3_ch4-medium_s3d", "Level3_ch4-long_s3d")


def extracted(cubes, out, monkeypatch):
    monkeypatch.setenv("FLUXKNOT_CACHE", "off")
    assert main(["extract", *map(str, cubes), "--out", str(out)]) == 0
    return sorted(out.iterdir())


def assert_strictly_valid(path, band):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with datamodels.open(path, strict_validation=True) as model:
            model.validate()
            kind, spec = type(model).__name__, model.spec[0]
            flux = np.array(spec.spec_table["FLUX"])
            shown = model.meta.instrument.channel, model.meta.instrument.band
    assert [str(warning.message) for warning in said] == []
    assert kind == "MRSMultiSpecModel"
    assert shown == band
    assert np.isfinite(flux).mean() > 0.75


def test_spectra_from_simulated_cubes_are_strictly_valid(tmp_path, monkeypatch):
    folder = write_files(tmp_path / "data", CUBE_4A, CUBE_4B)

    paths = extracted([folder / CUBE_4A, folder / CUBE_4B], tmp_path / "out", monkeypatch)

    for path, band in zip(paths, (("4", "SHORT"), ("4", "MEDIUM")), strict=True):
        assert_strictly_valid(path, band)


@pytest.mark.real_data
def test_spectra_from_the_real_16_cyg_b_are_strictly_valid(tmp_path, monkeypatch, real_data):
    cubes = [real_data(f"mrs_16cygb/{name}.fits.gz") for name in REAL]

    paths = extracted(cubes, tmp_path / "out", monkeypatch)

    for path, grating in zip(paths, ("SHORT", "MEDIUM", "LONG"), strict=True):
        assert_strictly_valid(path, ("4", grating))
