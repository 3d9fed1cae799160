"""Tests of engine.project.input_files."""

import hashlib

from engine.project.input_files import InputFiles


def digest(content):
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_found_by_its_content_whatever_it_is_called(tmp_path):
    (tmp_path / "a.fits").write_bytes(b"one")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.fits").write_bytes(b"two")
    files = InputFiles([tmp_path / "a.fits", tmp_path / "deep"])

    assert files.place(digest(b"two")) == tmp_path / "deep" / "b.fits"
    assert files.place(digest(b"one")) == tmp_path / "a.fits"
    assert files.place(digest(b"three")) is None


def test_what_cannot_be_read_is_passed_over(tmp_path):
    (tmp_path / "a.fits").write_bytes(b"")
    (tmp_path / "b.fits").write_bytes(b"two")

    assert InputFiles([tmp_path]).place(digest(b"two")) == tmp_path / "b.fits"


def test_files_are_hashed_only_until_the_wanted_one_is_found(tmp_path):
    for name in ("a.fits", "b.fits"):
        (tmp_path / name).write_bytes(name.encode())
    files = InputFiles([tmp_path])

    files.place(digest(b"a.fits"))
    (tmp_path / "b.fits").write_bytes(b"changed since")

    assert files.place(digest(b"changed since")) == tmp_path / "b.fits"
