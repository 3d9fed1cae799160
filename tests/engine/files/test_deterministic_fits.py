"""Tests of engine.files.deterministic_fits."""

import json

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_array_equal

from engine.files.deterministic_fits import (
    image_hdu,
    primary_hdu,
    provenance_hdu,
    table_hdu,
    write_fits,
)
from engine.model.provenance import Provenance
from engine.model.table import Column


def test_a_table_comes_back_with_units_and_exact_values(tmp_path):
    columns = [
        Column("FLUX", "Jy", np.array([0.1, np.nan, 3e300])),
        Column("COUNT", "", np.array([1, -(2**40), 3])),
        Column("DQ", "", np.array([0, 1, 2**32 - 1], dtype=np.uint32)),
        Column("NAME", "", np.array(["a", "", "ccc"])),
        Column("GOOD", "", np.array([True, False, True])),
    ]

    path = write_fits(tmp_path / "a.fits", [primary_hdu([]), table_hdu("T", columns)])

    with fits.open(path, memmap=False, checksum=True) as hdus:
        table = hdus["T"]
        assert table.columns["FLUX"].unit == "Jy"
        for column in columns:
            assert_array_equal(table.data[column.name], column.values)


def test_a_column_of_empty_texts_can_be_written(tmp_path):
    columns = [Column("NAME", "", np.array(["", ""]))]

    path = write_fits(tmp_path / "a.fits", [primary_hdu([]), table_hdu("T", columns)])

    with fits.open(path, memmap=False) as hdus:
        assert list(hdus["T"].data["NAME"]) == ["", ""]


def test_an_image_keeps_its_precision(tmp_path):
    data = np.arange(6, dtype=np.float32).reshape(2, 3)

    path = write_fits(tmp_path / "a.fits", [primary_hdu([]), image_hdu("SCI", data)])

    with fits.open(path, memmap=False) as hdus:
        assert hdus["SCI"].data.dtype.itemsize == 4
        assert_array_equal(hdus["SCI"].data, data)


def test_cards_without_a_value_are_left_out():
    cards = [
        ("TARGNAME", "", ""),
        ("EXPMID", None, ""),
        ("TARG_RA", np.nan, ""),
        ("NINTS", 0, "kept"),
        ("TITLE", "long " * 40, ""),
    ]

    header = primary_hdu(cards).header

    assert [key for key in header if key not in {"SIMPLE", "BITPIX", "NAXIS", "EXTEND"}] == [
        "NINTS",
        "TITLE",
    ]
    assert header["TITLE"] == ("long " * 40).strip()


def test_checksums_are_right_and_know_no_clock(tmp_path):
    hdus = [primary_hdu([("CREATOR", "me", "")]), provenance_hdu(Provenance("1"))]

    path = write_fits(tmp_path / "a.fits", hdus)

    with fits.open(path, memmap=False, checksum=True) as hdus:
        assert all(hdu.verify_checksum() == 1 for hdu in hdus)
        comments = {hdu.header.comments[key] for hdu in hdus for key in ("CHECKSUM", "DATASUM")}
        assert comments == {"of this extension"}  # astropy puts the time of day there
        assert not any("DATE" in hdu.header for hdu in hdus)


def test_a_recipe_beyond_ascii_means_the_same_when_it_comes_back():
    recipe = json.dumps(
        {"name": "μ Col 星", "quote": 'a "b"', "long": "x" * 5000}, ensure_ascii=False
    )
    provenance = Provenance("1", (("daß_s3d.fits", "ab" * 32),), recipe)

    data = provenance_hdu(provenance, [("VECTOR", "{}")]).data
    rows = {row["KEY"]: row["VALUE"] for row in data}

    assert json.loads(rows["RECIPE"]) == json.loads(recipe)
    assert json.loads(rows["INPUTS"]) == [["daß_s3d.fits", "ab" * 32]]
    assert rows["VECTOR"] == "{}"


@pytest.mark.parametrize("length", [1, 8, 40, 47, 48, 60, 67, 68, 69, 90])
@pytest.mark.parametrize("letter", ["x", "'"])
def test_a_text_of_any_length_is_kept_and_its_comment_gives_way(tmp_path, length, letter):
    cards = [("TARGNAME", letter * length, "Name of the target")]

    path = write_fits(tmp_path / "a.fits", [primary_hdu(cards)])  # warnings are errors here

    assert fits.getheader(path)["TARGNAME"] == letter * length
