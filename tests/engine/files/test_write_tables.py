"""Tests of engine.files.write_tables."""

import csv
import io
import json

import numpy as np
import pytest
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.errors import FileError
from engine.files import load
from engine.files.write_tables import write_spectrum_table, write_table, write_votable
from engine.model.provenance import Provenance
from engine.model.table import Column, ResultTable
from tests.helpers.disk import file_size_limit
from tests.helpers.exports import PROVENANCE, band_spectrum

JUNCTIONS = ResultTable(
    "Junctions of two sources",
    (
        Column("source", "", np.array(["16 Cyg B", "=HYPERLINK(1)"]), "Name of the source"),
        Column("ratio", "", np.array([1.03, np.nan]), "Right over left"),
        Column("difference_jy", "Jy", np.array([-0.1, 1 / 3])),
        Column("n_used", "", np.array([41, 0])),
        Column("is_jump", "", np.array([True, False])),
    ),
)


def csv_rows(path):
    text = path.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("#")]
    return list(csv.reader(io.StringIO("".join(lines), newline="")))


def comments(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line[2:].split(": ", 1) for line in lines if line.startswith("# ")]
    return {pair[0]: json.loads(pair[1]) for pair in pairs if not pair[0].startswith("column")}


def test_an_ecsv_spectrum_comes_back_bit_by_bit_with_units(tmp_path):
    spectrum = band_spectrum()

    path = write_spectrum_table(tmp_path / "a.ecsv", spectrum, provenance=PROVENANCE)
    table = Table.read(path)

    assert_array_equal(table["wave_um"], spectrum.wave_um)
    assert_array_equal(table["flux_jy"], spectrum.flux)
    assert_array_equal(table["flux_error_jy"], spectrum.error)
    assert_array_equal(table["flags"], spectrum.flags)
    assert_array_equal(table["background_mjy_sr"], spectrum.columns["background_mjy_sr"])
    units = {name: str(table[name].unit) for name in table.colnames if table[name].unit}
    assert units == {
        "wave_um": "um",
        "flux_jy": "Jy",
        "flux_error_jy": "Jy",
        "background_mjy_sr": "MJy / sr",
        "fwhm_um": "um",
    }


def test_an_ecsv_spectrum_says_what_it_is_and_how_it_was_made(tmp_path):
    path = write_spectrum_table(tmp_path / "a.ecsv", band_spectrum(), provenance=PROVENANCE)
    facts = Table.read(path).meta["fluxknot"]

    assert facts["kind"] == "spectrum"
    assert facts["identity"]["target"] == "16 Cyg B"
    assert facts["identity"]["mjd"] == 59799.90576726794
    assert facts["origin"]["file"] == "Level3_ch4-short_s3d.fits"
    assert facts["origin"]["references"] == {"R_PHOTOM": "crds://jwst_miri_photom_0092.fits"}
    assert facts["pixel_area_sr"] == 2.8e-12
    assert facts["version"] == PROVENANCE.version
    assert facts["inputs"][0] == {"file": "cube_µ_ch4-short_s3d.fits", "sha256": "ab" * 32}
    assert facts["recipe"] == PROVENANCE.recipe
    assert "/somewhere/private" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("unit", "name", "written"),
    [
        ("DN/s", "rate_dn_s", "DN / s"),
        ("MJy/sr", "surf_bright_mjy_sr", "MJy / sr"),
        ("furlong", "value", "furlong"),
    ],
)
def test_every_unit_can_be_written(tmp_path, unit, name, written):
    spectrum = band_spectrum(unit=unit)

    path = write_spectrum_table(tmp_path / "a.ecsv", spectrum, provenance=PROVENANCE)
    text = path.read_text(encoding="utf-8")

    assert f"{{name: {name}, unit: {written}," in text
    assert f"unit: {unit}\n" in text


def test_a_table_of_results_comes_back_from_ecsv(tmp_path):
    path = write_table(tmp_path / "a.ecsv", JUNCTIONS, provenance=PROVENANCE)
    table = Table.read(path)

    for column in JUNCTIONS.columns:
        assert_array_equal(table[column.name], column.values)
        assert table[column.name].dtype.kind == column.values.dtype.kind
    assert table["ratio"].description == "Right over left; dimensionless"
    assert table["difference_jy"].unit == "Jy"
    assert table.meta["fluxknot"]["title"] == "Junctions of two sources"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("#1", "#1"),
        ('# "two"', '# "two"'),
        ("a b", "a b"),
        ('a"b', 'a"b'),
        ("'", "'"),
        ("x\ny", "x y"),
        ("a\x85b", "a b"),
        ("a\u2028b", "a b"),
        ("nan", "nan"),
        ("µ", "µ"),
        ("\\", "\\"),
        ("--", "--"),
    ],
)
def test_no_text_costs_a_row_of_ecsv(tmp_path, text, shown):
    texts = np.array([text, "other"], dtype=object)
    table = ResultTable(text, (Column("a", "", texts, text), Column("b", "", texts)))

    path = write_table(tmp_path / "a.ecsv", table, provenance=PROVENANCE)
    read = Table.read(path)

    assert [str(cell) for cell in read["a"]] == [shown, "other"]
    assert [str(cell) for cell in read["b"]] == [shown, "other"]
    assert read.meta["fluxknot"]["title"] == text.replace("\n", " ")
    (loaded,) = load(path).products
    assert loaded.columns["a"] == (shown, "other")


def test_a_csv_table_has_one_row_of_names_and_exact_numbers(tmp_path):
    path = write_table(tmp_path / "a.csv", JUNCTIONS, provenance=PROVENANCE)

    assert csv_rows(path) == [
        ["source", "ratio", "difference_jy", "n_used", "is_jump"],
        ["16 Cyg B", "1.03", "-0.1", "41", "True"],
        ["'=HYPERLINK(1)", "nan", repr(1 / 3), "0", "False"],
    ]


def test_astropy_reads_the_csv(tmp_path):
    path = write_spectrum_table(tmp_path / "a.csv", band_spectrum(), provenance=PROVENANCE)

    table = Table.read(path, format="ascii.csv", comment="#")

    assert_array_equal(table["flux_jy"], band_spectrum().flux)
    assert_array_equal(table["flags"], band_spectrum().flags)


def test_a_csv_table_says_how_it_was_made(tmp_path):
    path = write_table(tmp_path / "a.csv", JUNCTIONS, provenance=PROVENANCE)

    said = comments(path)

    assert said["title"] == "Junctions of two sources"
    assert said["version"] == PROVENANCE.version
    assert said["recipe"] == json.loads(PROVENANCE.recipe)
    assert said["inputs"][1] == {"file": "model.fits", "sha256": "cd" * 32}
    assert '# column "difference_jy [Jy]"' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "#"])
def test_text_that_would_be_run_or_skipped_is_made_harmless(tmp_path, start):
    text = f"{start}1+1"
    table = ResultTable(
        "T",
        (Column(text, "", np.array([text], dtype=object)), Column("n", "", np.array([-1.5]))),
    )

    path = write_table(tmp_path / "a.csv", table, provenance=Provenance("1"))

    shown = "'" + (text if start.isprintable() else " 1+1")
    assert csv_rows(path) == [[shown, "n"], [shown, "-1.5"]]


def test_a_text_that_goes_on_in_the_next_line_cannot_hide_a_row(tmp_path):
    table = ResultTable("T", (Column("a", "", np.array(['x\n# no "comment", it goes on'])),))

    path = write_table(tmp_path / "a.csv", table, provenance=Provenance("1"))

    assert csv_rows(path) == [["a"], ['x # no "comment", it goes on']]


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_of_a_comment_can_be_run(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    recipe = json.dumps({text: [text, -1, {"deep": text}], "quoted": '",=1+1'})
    table = ResultTable(text, (Column("a", "", np.zeros(1), text),))

    write_table(path, table, provenance=Provenance("1", ((text, text),), recipe))
    lines = path.read_bytes().split(b"\n")

    remarks = [line.decode("ascii") for line in lines if line.startswith(b"#")]
    assert len(lines) == len(remarks) + 3  # the names, one row, and the end
    for remark in remarks:
        for cell in remark.replace(";", ",").replace("|", ",").split(","):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert comments(path)["recipe"] == json.loads(recipe)


def test_a_recipe_that_is_no_json_is_kept_as_text(tmp_path):
    path = write_table(tmp_path / "a.csv", JUNCTIONS, provenance=Provenance("1", (), "by hand"))

    assert comments(path)["recipe"] == "by hand"


@pytest.mark.parametrize("suffix", ["ecsv", "csv"])
def test_the_same_table_gives_the_same_bytes(tmp_path, suffix):
    one = write_table(tmp_path / f"one.{suffix}", JUNCTIONS, provenance=PROVENANCE)
    two = write_table(tmp_path / f"two.{suffix}", JUNCTIONS, provenance=PROVENANCE)

    assert one.read_bytes() == two.read_bytes()


def test_another_suffix_is_refused_with_the_choice(tmp_path):
    with pytest.raises(FileError, match=r"'\.xlsx'") as caught:
        write_table(tmp_path / "a.xlsx", JUNCTIONS, provenance=PROVENANCE)

    assert ".csv" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["ecsv", "csv"])
def test_a_full_disk_leaves_the_earlier_table(tmp_path, suffix):
    path = write_table(tmp_path / f"a.{suffix}", JUNCTIONS, provenance=PROVENANCE)
    before = path.read_bytes()

    for part in range(20):
        limit = file_size_limit(len(before) * part // 20)
        with limit, pytest.raises(FileError, match="Nothing was changed"):
            write_table(path, JUNCTIONS, provenance=PROVENANCE, exists="replace")

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_votable_is_read_by_astropy_with_units_and_provenance(tmp_path):
    path = write_votable(tmp_path / "a.vot", JUNCTIONS, provenance=PROVENANCE)

    table = Table.read(path, format="votable")
    assert table["difference_jy"].unit == "Jy"
    assert_array_equal(np.asarray(table["difference_jy"]), JUNCTIONS.columns[2].values)
    assert [str(one) for one in table["source"]] == list(JUNCTIONS.columns[0].values)
    assert PROVENANCE.version in path.read_text()
