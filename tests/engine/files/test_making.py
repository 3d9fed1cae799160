"""Tests of engine.files.making: what a file says about how it was made is read back exactly."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FileError
from engine.figures import write_figure
from engine.files.making import read_making
from engine.files.write_tables import write_spectrum_table, write_table
from engine.files.write_x1d import write_x1d
from engine.model.provenance import Provenance
from engine.model.table import Column, ResultTable
from tests.helpers.exports import PROVENANCE, band_spectrum

TABLE = ResultTable("T", (Column("a", "", np.array([1.5])), Column("b", "", np.array(["x"]))))
ODD = json.dumps(
    {"θ": '(a\\b) <c> & "d" \' # = ☃ \U0001f600 , ; | \t\x7f', "n": -1}, sort_keys=True
)


def write(path, provenance):
    suffix = path.suffix
    if suffix == ".fits":
        return write_x1d(path, [band_spectrum()], provenance=provenance)
    if suffix in {".ecsv", ".csv"}:
        return write_table(path, TABLE, provenance=provenance)
    return write_figure(path, lambda figure: figure.text(0.1, 0.5, "x"), provenance=provenance)


@pytest.mark.parametrize("suffix", ["fits", "ecsv", "csv", "pdf", "svg", "png"])
@pytest.mark.parametrize("recipe", [PROVENANCE.recipe, ODD], ids=["plain", "odd"])
def test_every_format_gives_back_what_was_written(tmp_path, suffix, recipe):
    given_ = Provenance(PROVENANCE.version, PROVENANCE.inputs, recipe)

    making = read_making(write(tmp_path / f"a.{suffix}", given_))

    assert making.version == given_.version
    assert making.inputs == given_.inputs
    assert json.loads(making.recipe) == json.loads(recipe)


@settings(max_examples=20)
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_in_a_recipe_survives_fits_and_csv(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("making")
    recipe = json.dumps({"a": text}, ensure_ascii=False)
    provenance = Provenance("1", (("a.fits", "0" * 64),), recipe)

    found = [read_making(write(folder / name, provenance)) for name in ("a.fits", "a.csv")]

    for one in found:
        assert json.loads(one.recipe)["a"].split() == text.split()


def test_a_spectrum_in_a_packed_file_is_read_as_well(tmp_path):
    path = write_spectrum_table(tmp_path / "a.ecsv", band_spectrum(), provenance=PROVENANCE)

    assert read_making(path).recipe == PROVENANCE.recipe


@pytest.mark.parametrize(
    "content",
    [
        b"SIMPLE  = rubbish",
        b"#ASDF 1.0.0\n%YAML 1.1\n--- {a: 1}\n...",
        b"# %ECSV 1.0\n# ---\n# datatype: []\n",
        b"a,b\n1,2\n",
        b"# recipe: \na,b\n1,2\n",
        b"%PDF-1.4 /Subject (no json)",
        b"%PDF-1.4 /Subject (" + b"\\" * 9999,
        b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXtDescription\0{}",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00tEXt",
        b"<?xml version='1.0'?><svg/>",
        b"<?xml version='1.0'?><dc:description>{[</dc:description>",
        b"<!DOCTYPE html><pre>{</pre>Made by Fluxknot 1. x",
        b"\x00\xff" * 99,
        b"",
    ],
)
def test_what_holds_no_recipe_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "odd.dat"
    path.write_bytes(content)

    with pytest.raises(FileError, match=r"odd\.dat"):
        read_making(path)


EMPTY_CHUNK = bytes(4) + b"IDAT" + bytes(4)


@pytest.mark.parametrize(
    "content",
    [
        b"<?xml" + b"<dc:description>" * 100_000,
        b"<!DOCTYPE html>Made by Fluxknot 1. " + b"<pre>{" * 100_000,
        b"%PDF" + b"/Subject (" * 100_000,
        b"\x89PNG\r\n\x1a\n" + EMPTY_CHUNK * 100_000,
        b"#\n" * 100_000 + b"# recipe: 1\n",
        b"<?xml<dc:description>[" + b"{}," * 2_100_000 + b"{}]</dc:description>",
    ],
    ids=["svg", "page", "pdf", "png", "comments", "values"],
)
def test_what_never_ends_is_refused_after_one_look(tmp_path, content):
    path = tmp_path / "endless"
    path.write_bytes(content)

    with pytest.raises(FileError, match="no recipe"):
        read_making(path)


def test_a_figure_larger_than_any_of_ours_is_not_taken_into_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.files.making.MAX_TEXT_BYTES", 100)
    path = tmp_path / "large.pdf"
    path.write_bytes(b"%PDF" + bytes(200))

    with pytest.raises(FileError, match="too large"):
        read_making(path)
