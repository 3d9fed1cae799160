"""Tests of engine.files.fits_structure, fits_arrays and fits_tables against astropy."""

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_array_equal

from engine.files.fits_arrays import read_flags, read_values
from engine.files.fits_structure import ones_complement_sum, read_structure
from engine.files.fits_tables import read_table
from engine.files.gate import open_gated
from engine.files.notes import FileNotes


def opened(path):
    """Return a context, the notes, and the structure of a file."""
    notes = FileNotes(path)
    context = open_gated(path)
    gated = context.__enter__()
    return context, gated, read_structure(gated, notes), notes


def read_with(path, function, index=0):
    context, gated, hdus, notes = opened(path)
    result = function(gated, hdus[index], notes)
    context.__exit__(None, None, None)
    return result


def test_the_structure_is_that_which_astropy_finds(tmp_path, rng):
    path = tmp_path / "file.fits"
    table = fits.BinTableHDU.from_columns([fits.Column("A", "3PE()", array=[[1.0], [2.0, 3.0]])])
    table.name, table.ver = "VARIABLE", 4
    parts = [fits.PrimaryHDU(), fits.ImageHDU(rng.normal(size=(3, 4, 5)), name="SCI"), table]
    fits.HDUList([*parts, fits.ImageHDU(name="empty")]).writeto(path)

    context, _, hdus, notes = opened(path)
    context.__exit__(None, None, None)

    with fits.open(path) as truth:
        assert [hdu.name for hdu in hdus] == ["PRIMARY", "SCI", "VARIABLE", "EMPTY"]
        assert [hdu.offset for hdu in hdus] == [one.fileinfo()["datLoc"] for one in truth]
    assert hdus[1].shape == (3, 4, 5)
    assert hdus[2].version == 4
    assert notes.messages == ()


@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "i8", "f4", "f8"])
def test_images_of_every_type_equal_those_of_astropy(dtype, tmp_path, rng):
    truth = rng.integers(0, 100, (5, 7)).astype(dtype)
    path = tmp_path / "image.fits"
    fits.PrimaryHDU(truth).writeto(path)

    values = read_with(path, read_values)

    assert values.dtype.kind == "f"
    assert values.dtype.isnative
    assert_array_equal(values, truth.astype(float))


def test_scaled_numbers_with_blanks_become_real_ones(tmp_path):
    hdu = fits.PrimaryHDU(np.array([[1, 2], [-99, 4]], dtype=np.int16))
    hdu.header.update({"BSCALE": 0.5, "BZERO": 10.0, "BLANK": -99})
    path = tmp_path / "scaled.fits"
    hdu.writeto(path)
    # astropy drops the scaling of numbers that are not scaled: put it back.
    content = path.read_bytes()
    assert b"BSCALE" in content

    values = read_with(path, read_values)

    assert_array_equal(values, [[10.5, 11.0], [np.nan, 12.0]])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.int32])
def test_flags_of_every_type_become_unsigned_bits(dtype, tmp_path):
    truth = np.array([[0, 1], [2, np.iinfo(dtype).max]], dtype=dtype)
    path = tmp_path / "flags.fits"
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(truth)]).writeto(path)

    flags = read_with(path, read_flags, index=1)

    assert_array_equal(flags, truth.astype(np.uint32))


def test_columns_of_every_type_equal_those_of_astropy(tmp_path, rng):
    n = 6
    columns = [
        fits.Column("double", "D", unit="um", array=rng.normal(size=n)),
        fits.Column("single", "E", array=rng.normal(size=n)),
        fits.Column("short", "I", null=-1, array=np.array([1, -1, 3, 4, 5, 6])),
        fits.Column("long", "K", array=np.arange(n) * 10**12),
        fits.Column("flags", "J", bzero=2**31, array=np.arange(n, dtype=np.uint32) + 2**31),
        fits.Column("truth", "L", array=np.arange(n) % 2 == 0),
        fits.Column("vector", "3E", array=rng.normal(size=(n, 3))),
        fits.Column("text", "8A", array=["a", "bc", "", "d e", "f", "g"]),
    ]
    path = tmp_path / "table.fits"
    fits.BinTableHDU.from_columns(columns).writeto(path)

    table = read_with(path, read_table, index=1)

    with fits.open(path) as hdus:
        truth = hdus[1].data
        for name in ("double", "single", "long", "truth", "vector"):
            assert_array_equal(table.column(name), truth[name])
        assert table.column("flags").dtype == np.uint32
        assert_array_equal(table.column("flags"), truth["flags"])
    assert_array_equal(table.column("short"), [1, np.nan, 3, 4, 5, 6])
    assert table.column("text").tolist() == ["a", "bc", "", "d e", "f", "g"]
    assert table.unit("DOUBLE") == "um"
    assert table.unit("absent") == ""


def test_scaled_columns_become_real_numbers(tmp_path):
    hdu = fits.BinTableHDU.from_columns([fits.Column("A", "I", array=np.arange(4))])
    hdu.header.update({"TSCAL1": 0.5, "TZERO1": 5.0, "TNULL1": 3})
    path = tmp_path / "table.fits"
    hdu.writeto(path)

    table = read_with(path, read_table, index=1)

    assert_array_equal(table.column("A"), [5.0, 5.5, 6.0, np.nan])


def test_columns_of_variable_length_are_left_out(tmp_path):
    path = tmp_path / "table.fits"
    columns = [fits.Column("A", "PE()", array=np.array([[1.0], [2.0, 3.0]], dtype=object))]
    fits.BinTableHDU.from_columns([*columns, fits.Column("B", "D", array=[1.0, 2.0])]).writeto(path)

    table = read_with(path, read_table, index=1)

    assert table.column("A") is None
    assert_array_equal(table.column("B"), [1.0, 2.0])


def test_right_checksums_raise_no_word(tmp_path, rng):
    path = tmp_path / "sums.fits"
    hdu = fits.PrimaryHDU(rng.normal(size=(50, 50)))
    hdu.writeto(path, checksum=True)

    context, _, _, notes = opened(path)
    context.__exit__(None, None, None)

    assert notes.messages == ()


def test_the_checksum_is_that_of_the_convention():
    # Worked by hand: 0xFFFFFFFF + 0x00000002 carries round to 2.
    assert ones_complement_sum(b"\xff\xff\xff\xff\x00\x00\x00\x02") == 2
    assert ones_complement_sum(b"\x00\x00\x00\x01\x00") == 1
