"""Tests of engine.files.packed_recipes."""

import base64
import bz2
import hashlib
import json

import numpy as np
import pytest

from engine.arrays import frozen
from engine.errors import DataError
from engine.files import load
from engine.files.making import read_making
from engine.files.packed_recipes import pack_recipe, unpack_recipe
from engine.files.write_tables import write_table
from engine.files.write_vectors import write_vector
from engine.model.identity import Identity
from engine.model.provenance import Provenance
from engine.model.table import Column, ResultTable
from engine.model.vector import CalibrationVector


def recipe(n_files):
    """Return the recipe of a session of ``n_files`` files."""
    entries = [
        {
            "id": f"e{number}",
            "name": f"jw01538-o{number:03d}_β_x1d.fits",
            "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
            "parts": [{"target": "16 Cyg B", "band": "4A", "program": "1538"}],
        }
        for number in range(n_files)
    ]
    return json.dumps({"entries": entries, "params": {"response:e1": {"degree": 3}}})


def with_files(text):
    return json.dumps({"entries": text, "params": {}})


def test_a_long_list_of_files_is_packed_and_comes_back():
    whole = recipe(300)

    packed = pack_recipe(whole)

    assert len(packed) < 0.4 * len(whole)
    assert json.loads(packed)["params"] == json.loads(whole)["params"]  # stays readable
    assert json.loads(unpack_recipe(packed)) == json.loads(whole)
    assert unpack_recipe(whole) == whole


def test_the_text_is_that_of_bzip2_in_base64_as_the_formats_say():
    packed = json.loads(pack_recipe(recipe(300)))["entries"]

    listed = json.loads(bz2.decompress(base64.b64decode(packed.partition(":")[2])))

    assert packed.startswith("bz2,base64:")
    assert listed == json.loads(recipe(300))["entries"]


@pytest.mark.parametrize("text", [recipe(3), "by hand " * 4000, "[" + "1," * 20_000 + "1]", "{}"])
def test_anything_else_stays_as_it_is(text):
    assert pack_recipe(text) == text
    assert unpack_recipe(text) == text


@pytest.mark.parametrize("suffix", [".ecsv", ".csv"])
def test_a_table_over_many_files_takes_little_room_and_gives_its_recipe_back(tmp_path, suffix):
    whole = recipe(300)
    table = ResultTable("Numbers", (Column("n", "", np.arange(3)),))

    path = write_table(tmp_path / f"n{suffix}", table, provenance=Provenance("1", (), whole))

    assert path.stat().st_size < 0.4 * len(whole)
    assert json.loads(read_making(path).recipe) == json.loads(whole)


@pytest.mark.parametrize("suffix", [".fits", ".ecsv"])
def test_a_vector_of_many_files_gives_both_recipes_back(tmp_path, suffix):
    whole = recipe(300)
    wave = frozen(np.linspace(17.7, 20.9, 8))
    vector = CalibrationVector(
        wave, frozen(np.ones(8)), frozen(np.ones(8)), frozen(np.ones(8)),
        frozen(np.zeros(8), dtype=np.uint32), "relative factor", Identity(band="4A"), recipe=whole,
    )  # fmt: skip

    path = write_vector(tmp_path / f"v{suffix}", vector, provenance=Provenance("1", (), whole))

    [read] = load(path).products
    assert json.loads(read.recipe) == json.loads(whole)
    assert json.loads(read_making(path).recipe) == json.loads(whole)


@pytest.mark.parametrize(
    "files",
    [
        "bz2,base64:not base64!",
        "bz2,base64:" + base64.b64encode(b"not bzip2").decode(),
        "bz2,base64:" + base64.b64encode(bz2.compress(b"[1, 2]")[:-6]).decode(),
        "bz2,base64:" + base64.b64encode(bz2.compress(b'{"a": 1}')).decode(),
        "bz2,base64:" + base64.b64encode(bz2.compress(b"[" + b" " * 2**27 + b"]")).decode(),
    ],
    ids=["no base64", "no bzip2", "cut", "no list", "too long"],
)
def test_a_damaged_list_is_told_and_a_long_one_not_unpacked(files):
    with pytest.raises(DataError, match="The files of this recipe cannot be read"):
        unpack_recipe(with_files(files))


def test_a_table_of_an_older_version_is_read_with_its_long_list(tmp_path):
    whole = recipe(300)
    path = tmp_path / "old.csv"
    path.write_text(
        f'# version: "0.1.0"\n# inputs: []\n# recipe: {whole}\nn\n1\n', encoding="utf-8"
    )

    assert json.loads(read_making(path).recipe) == json.loads(whole)
