"""Tests of engine.nircam.source_catalog."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.arrays import frozen
from engine.errors import DataError
from engine.model.identity import Identity
from engine.model.tabulated import DataTable
from engine.nircam.source_catalog import read_source_catalog

COLUMNS = {
    "ra_deg": frozen([260.1, 260.2, 260.3]),
    "dec_deg": frozen([68.9, 68.95, 69.0]),
    "mag_ab": frozen([20.0, 21.0, np.nan]),
    "array": ("NRCA1", "nrcblong", "NRCB2"),
}
META = (("filter", "f444w"), ("epoch", "2"), ("mjd", "59950.3"), ("pa_deg", "342"))


def table(columns=COLUMNS, meta=META, **identity):
    return DataTable(
        "", columns, dict.fromkeys(columns, ""), meta=meta, identity=Identity(**identity)
    )


def test_columns_and_meta_entries_are_read():
    found = read_source_catalog(table(), "e4.")

    assert found.ids == ("e4.1", "e4.2")
    assert found.modules == ("A", "B")
    assert found.arrays == ("1", "long")
    assert found.filters == ("F444W", "F444W")
    assert found.epochs == ("2", "2")
    assert_allclose(found.time_mjd, 59950.3)
    assert_allclose(found.angle_deg, 342.0)
    assert np.isnan(found.mag_error).all()


def test_a_catalog_of_a_detection_program_is_read_by_its_own_names():
    other = {
        "ALPHA_J2000": COLUMNS["ra_deg"], "DELTA_J2000": COLUMNS["dec_deg"],
        "MAG_ISO": COLUMNS["mag_ab"], "MAGERR_ISO": frozen([0.01, 0.0, 0.02]),
    }  # fmt: skip
    meta = (("array", "A3"), ("filter", "F150W"), ("epoch", "1"))

    found = read_source_catalog(table(other, meta), "")

    assert found.arrays == ("3", "3")
    assert_allclose(found.mag_error, [0.01, np.nan])


def test_module_and_number_may_stand_in_two_columns():
    columns = COLUMNS | {"array": frozen([1.0, 5.0, 2.0]), "module": ("A", "b", "B")}

    found = read_source_catalog(table(columns), "")

    assert list(zip(found.modules, found.arrays, strict=True)) == [("A", "1"), ("B", "long")]


def test_what_the_file_says_stands_for_what_the_table_does_not():
    found = read_source_catalog(
        table({k: v for k, v in COLUMNS.items() if k != "array"}, (), detector="NRCA2",
              filter="F200W", date="2022-07-08", mjd=59768.4), ""
    )  # fmt: skip

    assert found.arrays == ("2", "2")
    assert found.epochs == ("2022-07-08",) * 2
    assert_allclose(found.time_mjd, 59768.4)


def test_the_center_of_the_turn_is_read():
    meta = (*META, ("center_ra_deg", "260.7"), ("center_dec_deg", "68.97"))

    assert read_source_catalog(table(meta=meta), "").center_deg == (260.7, 68.97)
    assert read_source_catalog(table(), "").center_deg is None


@pytest.mark.parametrize(
    ("gone", "meta", "words"),
    [
        ("ra_deg", META, "no column of numbers called “ra_deg”"),
        ("mag_ab", META, "no column of numbers called “mag_ab”"),
        ("array", META, "does not say which array"),
        ("", META[1:], "does not say in which filter"),
        ("", (META[0],), "no row with a position, a magnitude and an epoch"),
    ],
)
def test_what_is_missing_is_named(gone, meta, words):
    columns = {name: values for name, values in COLUMNS.items() if name != gone}

    with pytest.raises(DataError, match=words) as caught:
        read_source_catalog(table(columns, meta), "")

    assert caught.value.hint
