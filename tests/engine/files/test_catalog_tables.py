"""Tests of how catalogs of sources and tables of module offsets are recognized."""

import numpy as np
import pytest
from astropy.table import Table

from engine.files import load
from engine.model.catalog_columns import is_module_terms, is_source_catalog

ROWS = {
    "ra_deg": [260.1, 260.2],
    "dec_deg": [68.9, 68.95],
    "mag_ab": [20.0, 21.0],
    "array": ["NRCA1", "NRCB1"],
}


@pytest.mark.parametrize("extension", ["ecsv", "csv", "fits"])
def test_a_catalog_is_known_by_its_columns_in_every_format(tmp_path, extension):
    path = tmp_path / f"sources.{extension}"
    Table(ROWS).write(path)

    loaded = load(path)

    assert loaded.kind == "source catalog"
    assert loaded.products[0].columns["array"] == ("NRCA1", "NRCB1")
    assert not loaded.warnings


def test_what_a_table_says_that_it_is_comes_first(tmp_path):
    path = tmp_path / "sources.ecsv"
    table = Table(ROWS | {"name": ["a", "b"]})
    table.meta["kind"] = "parameters"
    table.write(path)

    assert load(path).kind == "parameters"


def test_the_names_of_other_programs_are_known():
    assert is_source_catalog(["NUMBER", "ALPHA_J2000", "DELTA_J2000", "MAG_ISO"])
    assert is_source_catalog(["RAJ2000", "DEJ2000", "mag"])
    assert not is_source_catalog(["ra", "dec", "flux_jy"])
    assert is_module_terms(["det", "filt", "dmag_ab", "dmag_ab_err", "slope"])
    assert not is_module_terms(["array", "filter", "slope"])


def test_a_table_of_offsets_is_known_by_its_columns(tmp_path):
    path = tmp_path / "offsets.csv"
    path.write_text("array,filter,delta_ab,slope\nlong,F444W,-0.0165,0.0043\n", encoding="utf-8")

    loaded = load(path)

    assert loaded.kind == "module offsets"
    np.testing.assert_allclose(loaded.products[0].columns["delta_ab"], [-0.0165])


def test_a_stated_catalog_without_magnitudes_is_refused(tmp_path):
    path = tmp_path / "sources.ecsv"
    table = Table({name: ROWS[name] for name in ("ra_deg", "dec_deg")})
    table.meta["kind"] = "catalog"
    table.write(path)

    with pytest.raises(Exception, match="mag_ab"):
        load(path)


def test_impossible_positions_and_errors_are_warned_of(tmp_path):
    path = tmp_path / "sources.csv"
    path.write_text(
        "ra_deg,dec_deg,mag_ab,mag_error,array\n10,95,20,-1,NRCA1\n11,3,99,0.1,NRCA1\n",
        encoding="utf-8",
    )

    words = " ".join(load(path).warnings)

    assert "dec_deg" in words
    assert "mag_error" in words
