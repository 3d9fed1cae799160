"""Tests of engine.files.gate."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from engine.errors import Cancelled, FileError
from engine.files.gate import open_gated, read_bytes


def test_the_hash_is_that_of_the_bytes_on_the_disk(tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(b"some bytes")

    with open_gated(path) as gated:
        found = gated.sha256

    assert found == hashlib.sha256(b"some bytes").hexdigest()


@pytest.mark.parametrize("size", [10_000, 20_000_000])
def test_a_packed_file_reads_like_a_plain_one(size, tmp_path, rng):
    # The larger one is unpacked again for each read, the smaller one is kept.
    content = rng.bytes(size // 100) * 100
    path = tmp_path / "file.gz"
    path.write_bytes(gzip.compress(content, 1))

    with open_gated(path) as gated:
        size_inside = gated.content_size
        late = gated.read(size - 5000, 2000)
        early = gated.read(100, 2000)

    assert size_inside == size
    assert late == content[size - 5000 : size - 3000]
    assert early == content[100:2100]


def test_arrays_are_filled_from_any_place(tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(bytes(range(200)))
    target = np.zeros(50, dtype=np.uint8)

    with open_gated(path) as gated:
        gated.read_into(20, target)

    assert target.tolist() == list(range(20, 70))


def test_a_file_that_ends_too_early_is_refused(tmp_path):
    path = tmp_path / "file.bin"
    path.write_bytes(bytes(100))

    with open_gated(path) as gated, pytest.raises(FileError, match="truncated: 40 bytes"):
        gated.read_into(90, np.zeros(50, dtype=np.uint8))


def test_too_large_files_are_refused_without_reading_them(tmp_path):
    path = tmp_path / "sparse.fits"
    with path.open("wb") as stream:
        stream.truncate(5 << 30)

    with pytest.raises(FileError, match=r"too large: 5\.0 GiB"), open_gated(path):
        pass


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_usual_encodings(encoding, tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("wave,µ\n".encode(encoding))

    with open_gated(path) as gated:
        text = gated.read_text()

    assert text == "wave,µ\n"


def test_reading_can_be_cancelled(tmp_path):
    class Cancels:
        def step(self, done, total, note=""):
            raise Cancelled

    path = tmp_path / "file.bin"
    path.write_bytes(bytes(100))

    with pytest.raises(Cancelled), open_gated(path, progress=Cancels()):
        pass


def test_the_bytes_of_a_file_are_those_on_the_disk(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"content"))

    assert read_bytes(path) == path.read_bytes()


def test_only_what_is_a_file_has_bytes(tmp_path):
    with pytest.raises(FileError, match="folder"):
        read_bytes(tmp_path)
    with pytest.raises(FileError, match="no such file"):
        read_bytes(tmp_path / "gone")


def test_what_is_not_there_is_said_with_the_folder_that_was_looked_in(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.chdir(folder)

    with pytest.raises(FileError) as raised:
        read_bytes(Path("gone.fits"))

    assert str(raised.value).startswith("gone.fits: There is no such file in ")
    assert "data." in str(raised.value)
