"""Tests of engine.files.folders."""

import pytest

from engine.errors import FileError
from engine.files.folders import make_folder


def test_a_folder_is_made_with_those_above_it(tmp_path):
    folder = make_folder(tmp_path / "a" / "b")

    assert folder.is_dir()
    assert make_folder(folder) == folder


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300, "a\0b"])
def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path, name):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match=r"\.$"):
        make_folder(f"{tmp_path}/{name}")

    assert (tmp_path / "file").read_text() == "in the way"
