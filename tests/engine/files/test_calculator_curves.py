"""Tests of engine.files.calculator_curves."""

import numpy as np
import pytest
from astropy.table import Table
from numpy.testing import assert_allclose

from engine.errors import FileError
from engine.files.load import load

WAVE = np.linspace(5.0, 5.6, 40)
SNR = np.linspace(400.0, 300.0, 40)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes columns and meta data as ECSV."""

    def write(columns, meta, units=None):
        table = Table(columns, units=units)
        table.meta.update({"kind": "etc curve", **meta})
        path = tmp_path / "curve.ecsv"
        table.write(path, overwrite=True)
        return path

    return write


def test_a_table_of_the_calculator_gives_one_curve_a_band(written):
    columns = {
        "band": ["1B"] * 40 + ["1A"] * 40,
        "wave_um": np.r_[WAVE + 0.7, WAVE],
        "snr": np.r_[2 * SNR, SNR],
        "flux_jy": np.full(80, 0.3),
    }

    loaded = load(written(columns, {"target": "HD 163466"}))

    first, second = loaded.products
    assert loaded.kind == "curve"
    assert [one.identity.band for one in loaded.products] == ["1A", "1B"]
    assert {one.identity.target for one in loaded.products} == {"HD 163466"}
    assert_allclose(first.values["snr"], SNR, rtol=1e-12)
    assert_allclose(second.values["snr"], 2 * SNR, rtol=1e-12)
    assert_allclose(first.values["flux_jy"], 0.3, rtol=1e-12)


def test_units_are_converted_and_rows_sorted(written):
    columns = {"wave_um": 1e3 * WAVE[::-1], "snr": SNR[::-1], "flux_jy": np.full(40, 300.0)}

    path = written(columns, {"band": "1a"}, units={"wave_um": "nm", "flux_jy": "mJy"})
    [curve] = load(path).products

    assert_allclose(curve.wave_um, WAVE, rtol=1e-12)
    assert_allclose(curve.values["snr"], SNR, rtol=1e-12)
    assert_allclose(curve.values["flux_jy"], 0.3, rtol=1e-12)


def test_ratios_that_are_not_positive_count_as_not_given(written):
    snr = SNR.copy()
    snr[3] = -1.0

    loaded = load(written({"wave_um": WAVE, "snr": snr}, {"band": "1A"}))

    assert np.isnan(loaded.products[0].values["snr"][3])
    assert "1 of 40 signal-to-noise ratios are not positive" in loaded.warnings[0]


def test_a_band_of_another_instrument_is_refused(written):
    with pytest.raises(FileError, match="F560W"):
        load(written({"wave_um": WAVE, "snr": SNR}, {"band": "F560W"}))


def test_text_in_place_of_ratios_is_refused(written):
    with pytest.raises(FileError, match="holds no numbers"):
        load(written({"wave_um": WAVE, "snr": ["many"] * 40}, {"band": "1A"}))
