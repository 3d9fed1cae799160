"""Tests of engine.files.write_corrected_image."""

import errno
import gzip
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose, assert_array_equal

from engine.errors import FileError
from engine.files import load
from engine.files.write_corrected_image import write_corrected_image
from engine.model.provenance import Provenance
from tests.helpers.disk import failing
from tests.helpers.nircam_images import write_images

PROVENANCE = Provenance(version="1", inputs=(("in.fits", "00"),), recipe="{}")
CARDS = (("MODC_DAB", -0.0165, "[mag] m_A - m_B"), ("MODC_K", float("nan"), "not there"))
HISTORY = (
    "The pixels were multiplied by a factor, and this line is longer than a card may be. " * 2,
)


@pytest.fixture
def source(tmp_path):
    """Return a cal file."""
    return write_images(tmp_path, 1, labels=("1",))[0]


@pytest.fixture
def factor():
    """Return a factor for every pixel."""
    return np.linspace(0.9, 1.1, 144 * 144).reshape(144, 144)


def write(path, source, factor, **how):
    return write_corrected_image(
        path, source, factor, cards=CARDS, history=HISTORY, provenance=PROVENANCE, **how
    )


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_pixels_errors_and_variances_are_multiplied_and_flags_stay(tmp_path, source, factor):
    before = digest(source)

    copy = write(tmp_path / "copy.fits", source, factor)

    assert digest(source) == before
    with fits.open(source) as old, fits.open(copy) as new:
        assert [one.name for one in new] == [*(one.name for one in old), "FLUXKNOT"]
        for name, power in (("SCI", 1), ("ERR", 1), ("VAR_RNOISE", 2)):
            expected = old[name].data.astype(float) * factor**power
            assert_allclose(new[name].data, expected, rtol=1e-6)
            assert new[name].data.dtype == old[name].data.dtype
        assert_array_equal(new["DQ"].data, old["DQ"].data)


def test_the_header_says_what_was_done_and_keeps_the_rest(tmp_path, source, factor):
    copy = write(tmp_path / "copy.fits", source, factor)

    with fits.open(source) as old, fits.open(copy) as new:
        added = set(new[0].header) - set(old[0].header)
        assert added == {"MODCORR", "MODC_DAB", "HISTORY"}
        assert new[0].header["MODCORR"] is True
        assert new[0].header["MODC_DAB"] == -0.0165
        assert "longer than a card" in str(new[0].header["HISTORY"]).replace("\n", "")
        for keyword in old[0].header:
            assert new[0].header[keyword] == old[0].header[keyword]
        assert repr(new["SCI"].header) == repr(old["SCI"].header)


def test_the_copy_is_a_file_that_opens_and_says_that_it_was_corrected(tmp_path, source, factor):
    loaded = load(write(tmp_path / "copy.fits", source, factor))

    assert not loaded.warnings
    assert ("MODCORR", "T") in loaded.products[0].origin.header
    assert loaded.products[0].identity == load(source).products[0].identity


def test_every_byte_of_other_extensions_is_kept(tmp_path, factor):
    source = tmp_path / "with_meta.fits"
    with fits.open(write_images(tmp_path, 1, labels=("1",))[0]) as hdus:
        meta = fits.Column("ASDF_METADATA", "300B", array=[np.arange(300) % 256])
        hdus.append(fits.BinTableHDU.from_columns([meta], name="ASDF"))
        hdus.writeto(source, checksum=True)

    copy = write(tmp_path / "copy.fits", source, factor)

    old, new = source.read_bytes(), copy.read_bytes()
    place = old.index(b"ASDF_METADATA") // 2880 * 2880
    end = place + 2 * 2880
    assert old[place:end] in new
    with fits.open(copy, checksum=True) as hdus:  # warns when a checksum is wrong
        assert hdus["ASDF"].header["DATASUM"]
        assert "DATASUM" not in hdus["SCI"].header


def test_a_packed_file_gives_a_plain_copy(tmp_path, source, factor):
    packed = tmp_path / "packed.fits.gz"
    packed.write_bytes(gzip.compress(source.read_bytes(), mtime=0))

    copies = [write(tmp_path / f"{n}.fits", one, factor) for n, one in enumerate((source, packed))]

    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_the_same_input_gives_the_same_bytes(tmp_path, source, factor):
    one, other = (write(tmp_path / f"{n}.fits", source, factor) for n in "ab")

    assert one.read_bytes() == other.read_bytes()


def test_a_corrected_file_is_not_corrected_again(tmp_path, source, factor):
    once = write(tmp_path / "once.fits", source, factor)

    with pytest.raises(FileError, match="taken out of this file already") as caught:
        write(tmp_path / "twice.fits", once, factor)

    assert "as the pipeline wrote it" in caught.value.hint
    assert not (tmp_path / "twice.fits").exists()


@pytest.mark.parametrize("exists", ["refuse", "replace"])
def test_the_file_itself_is_never_written(tmp_path, source, factor, exists):
    before = digest(source)
    link = tmp_path / "link.fits"
    link.symlink_to(source)

    for path in (source, link):
        with pytest.raises(FileError, match="This is the file itself"):
            write(path, source, factor, exists=exists)

    assert digest(source) == before


def test_a_file_that_has_changed_is_refused(tmp_path, source, factor):
    with pytest.raises(FileError, match="has changed since it was opened"):
        write(tmp_path / "copy.fits", source, factor, sha256="0" * 64)


def test_an_existing_copy_is_only_replaced_when_asked(tmp_path, source, factor):
    copy = write(tmp_path / "copy.fits", source, factor)

    with pytest.raises(FileError, match="exists already"):
        write(copy, source, factor)
    assert write(copy, source, 2.0 * factor, exists="replace") == copy


def test_other_shapes_and_scaled_integers_are_refused(tmp_path, source, factor):
    with pytest.raises(FileError, match="SCI is no image of 10 x 144"):
        write(tmp_path / "copy.fits", source, factor[:, :10])

    scaled = tmp_path / "scaled.fits"
    integers = fits.ImageHDU(np.zeros((144, 144), dtype=np.int16), name="SCI")
    stream = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), integers]).writeto(stream)
    scaled.write_bytes(stream.getvalue())
    with pytest.raises(FileError, match="plain numbers"):
        write(tmp_path / "copy.fits", scaled, factor)


@pytest.mark.real_data
def test_a_real_cal_file_keeps_everything_but_its_pixels(tmp_path, real_data):
    source = real_data("nircam_image/image.fits")

    copy = write(tmp_path / "copy.fits", source, np.full((100, 100), 1.02))

    with fits.open(source) as old, fits.open(copy) as new:
        assert_allclose(new["SCI"].data, 1.02 * old["SCI"].data.astype(float), rtol=1e-6)
        assert_allclose(
            new["VAR_POISSON"].data, 1.02**2 * old["VAR_POISSON"].data.astype(float), rtol=1e-6
        )
        assert_array_equal(new["ASDF"].data["ASDF_METADATA"], old["ASDF"].data["ASDF_METADATA"])
        assert_array_equal(new["AREA"].data, old["AREA"].data)
        for keyword in old[0].header:
            if keyword not in {"", "COMMENT", "HISTORY"}:
                assert new[0].header[keyword] == old[0].header[keyword]
    assert load(copy).products[0].unit == "MJy/sr"


def test_a_copy_in_a_folder_that_nobody_may_look_into_is_told(
    tmp_path, source, factor, monkeypatch
):
    monkeypatch.setattr(Path, "samefile", failing(errno.EACCES))
    monkeypatch.setattr(Path, "lstat", failing(errno.EACCES))

    with pytest.raises(FileError, match="cannot be written to"):
        write(tmp_path / "copy.fits", source, factor)
