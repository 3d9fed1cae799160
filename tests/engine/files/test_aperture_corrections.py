"""Tests of engine.files.aperture_corrections and engine.files.asdf_tree."""

import asdf
import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.files import load
from tests.hazards import text_hazards

WAVE = np.linspace(17.7, 21.0, 7)
RADIUS = np.array([[0.4], [0.8], [1.6]]) * (WAVE / 18.0)
FACTOR = 1.0 + 0.5 / (RADIUS / 0.4) ** 2
ERROR = 0.01 * FACTOR


def tree(rows=slice(None), columns=slice(None)):
    return {
        "meta": {"reftype": "apcorr", "author": "Somebody"},
        "apcorr_table": {
            "channel": "4", "band": "SHORT", "wavelength": WAVE[columns].astype("f4"),
            "wavelength_units": "micron", "radius": RADIUS[rows][:, columns].astype("f4"),
            "radius_units": "arcsec", "apcorr": FACTOR[rows][:, columns].astype("f4"),
            "apcorr_err": ERROR[rows][:, columns].astype("f4"),
        },
    }  # fmt: skip


def written(path, content, **options):
    asdf.AsdfFile(content).write_to(path, **options)
    return path


@pytest.mark.parametrize(
    "options",
    [
        {"all_array_storage": "inline"},
        {"all_array_storage": "internal"},
        {"all_array_storage": "internal", "all_array_compression": "zlib"},
    ],
)
def test_arrays_come_back_however_they_are_stored(options, tmp_path):
    path = written(tmp_path / "apcorr.asdf", tree(), **options)

    loaded = load(path)

    (table,) = loaded.products
    assert (loaded.kind, table.band) == ("aperture correction", "4A")
    assert_allclose(table.wave_um, WAVE, rtol=1e-7)
    assert_allclose(table.radius_arcsec, RADIUS, rtol=1e-7)
    assert_allclose(table.factor, FACTOR, rtol=1e-7)
    assert_allclose(table.factor_error, ERROR, rtol=1e-7)
    assert dict(table.origin.header)["AUTHOR"] == "Somebody"


def test_rows_and_columns_come_in_rising_order(tmp_path):
    turned = tree(rows=slice(None, None, -1), columns=slice(None, None, -1))

    path = written(tmp_path / "apcorr.asdf", turned, all_array_storage="inline")
    (table,) = load(path).products

    assert_allclose(table.wave_um, WAVE, rtol=1e-7)
    assert_allclose(table.factor, FACTOR, rtol=1e-7)


def test_a_table_for_any_band_has_no_band(tmp_path):
    content = tree()
    content["apcorr_table"].update({"channel": "ANY", "band": "ANY"})

    (table,) = load(written(tmp_path / "apcorr.asdf", content)).products

    assert table.band == ""


def test_the_hazards_start_from_a_file_that_asdf_opens(tmp_path):
    path = tmp_path / "apcorr.asdf"
    path.write_bytes(text_hazards.asdf())

    with asdf.open(path) as opened:
        factors = opened["apcorr_table"]["apcorr"]

    assert_allclose(load(path).products[0].factor, factors)
