"""Tests of engine.files.folders."""

import pytest

from engine.errors import FileError
from engine.files.folders import make_folder, require_empty


def test_a_folder_is_made_with_those_above_it(tmp_path):
    folder = make_folder(tmp_path / "a" / "b")

    assert folder.is_dir()
    assert make_folder(folder) == folder


def test_what_a_killed_writer_left_in_a_folder_is_cleared(tmp_path):
    (tmp_path / ".fluxknot-0123456789abcdef.tmp").write_text("half a file")
    (tmp_path / "mine.tmp").write_text("mine")

    make_folder(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.tmp"]


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path, name):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match=r"\.$"):
        make_folder(f"{tmp_path}/{name}")

    assert (tmp_path / "file").read_text() == "in the way"


def test_an_empty_folder_is_empty(tmp_path):
    require_empty(tmp_path, hint="Choose another folder.")


@pytest.mark.parametrize(
    ("name", "word"), [("full", "not empty"), ("missing", "cannot be looked into")]
)
def test_what_is_no_empty_folder_is_told_with_a_way_out(tmp_path, name, word):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()

    with pytest.raises(FileError, match=word) as caught:
        require_empty(tmp_path / name, hint="Choose another folder.")

    assert caught.value.hint == "Choose another folder."
