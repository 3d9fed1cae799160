"""Tests of engine.files.write_vectors."""

import json

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from numpy.testing import assert_array_equal

from engine.arrays import frozen
from engine.errors import FileError
from engine.files.write_vectors import write_vector
from engine.model.identity import Identity, Origin
from engine.model.vector import BACKGROUND_LIMITED, EXTRAPOLATED, CalibrationVector
from tests.helpers.disk import file_size_limit
from tests.helpers.exports import PROVENANCE

RECIPE = json.dumps({"breakpoints_um": [18.5, 19.25], "masks": [["18.1", "µ"]]}, ensure_ascii=False)
COLUMNS = ["value", "stat_error", "sys_error", "flags"]


def vector(kind="calibration factor"):
    wave = np.linspace(17.7, 20.95, 40)
    value = 1e-3 * (1.0 + 0.1 * wave)
    value[:2] = np.nan
    flags = np.zeros(40, dtype=np.uint32)
    flags[-3:] = EXTRAPOLATED | BACKGROUND_LIMITED
    return CalibrationVector(
        wave_um=frozen(wave),
        value=frozen(value),
        stat_error=frozen(value / 300.0),
        sys_error=frozen(value / 100.0),
        flags=frozen(flags, dtype=np.uint32),
        kind=kind,
        identity=Identity(target="16 Cyg B", program="1538", observation="1", band="4A"),
        recipe=RECIPE,
        origin=Origin(cal_version="1.11.4"),
    )


@pytest.mark.parametrize(
    ("kind", "unit"),
    [("calibration factor", "MJy s / (DN sr)"), ("relative factor", None)],
)
def test_a_fits_vector_holds_every_value_and_says_what_the_factor_is(tmp_path, kind, unit):
    written = vector(kind)

    path = write_vector(tmp_path / "a.fits", written, provenance=PROVENANCE)

    with fits.open(path, memmap=False, checksum=True) as hdus:
        table = hdus["VECTOR"]
        assert_array_equal(table.data["WAVELENGTH"], written.wave_um)
        for name, column in zip(COLUMNS, table.columns[1:], strict=True):
            assert_array_equal(table.data[column.name], getattr(written, name))
        assert table.columns["FACTOR"].unit == unit
        assert table.header["FACTKIND"] == hdus[0].header["FACTKIND"] == kind
        facts = {key: hdus[0].header[key] for key in ("TARGNAME", "PROGRAM", "CHANNEL", "BAND")}
    assert facts == {"TARGNAME": "16 Cyg B", "PROGRAM": "01538", "CHANNEL": "4", "BAND": "SHORT"}


def test_a_fits_vector_carries_its_recipe_and_that_of_the_export(tmp_path):
    path = write_vector(tmp_path / "a.fits", vector(), provenance=PROVENANCE)

    with fits.open(path, memmap=False) as hdus:
        rows = {row["KEY"]: row["VALUE"] for row in hdus["FLUXKNOT"].data}

    assert json.loads(rows["VECTOR"]) == json.loads(RECIPE)
    assert json.loads(rows["RECIPE"]) == json.loads(PROVENANCE.recipe)


@pytest.mark.parametrize("kind", ["calibration factor", "relative factor"])
def test_an_ecsv_vector_comes_back_bit_by_bit(tmp_path, kind):
    written = vector(kind)

    table = Table.read(write_vector(tmp_path / "a.ecsv", written, provenance=PROVENANCE))

    assert_array_equal(table["wave_um"], written.wave_um)
    for name, column in zip(COLUMNS, table.colnames[1:], strict=True):
        assert_array_equal(table[column], getattr(written, name))
    facts = table.meta["fluxknot"]
    assert facts["factor_kind"] == kind
    assert facts["vector_recipe"] == RECIPE
    assert facts["recipe"] == PROVENANCE.recipe
    assert facts["identity"]["band"] == "4A"


def test_another_suffix_is_refused_with_the_choice(tmp_path):
    with pytest.raises(FileError, match=r"'\.txt'") as caught:
        write_vector(tmp_path / "a.txt", vector(), provenance=PROVENANCE)

    assert ".fits or .ecsv" in caught.value.hint


@pytest.mark.parametrize("suffix", ["fits", "ecsv"])
def test_the_same_vector_gives_the_same_bytes(tmp_path, suffix):
    paths = [tmp_path / name / f"a.{suffix}" for name in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        write_vector(path, vector(), provenance=PROVENANCE)

    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("suffix", ["fits", "ecsv"])
def test_a_full_disk_leaves_the_earlier_vector(tmp_path, suffix):
    path = write_vector(tmp_path / f"a.{suffix}", vector(), provenance=PROVENANCE)
    before = path.read_bytes()

    with file_size_limit(len(before) // 2), pytest.raises(FileError, match="Nothing was changed"):
        write_vector(path, vector(), provenance=PROVENANCE, exists="replace")

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
