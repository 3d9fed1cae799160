"""Tests of engine.files.path_list."""

import pytest

from engine.errors import FileError
from engine.files.path_list import read_path_list


def test_names_are_seen_from_the_folder_of_the_list(tmp_path):
    (tmp_path / "night.txt").write_text(
        "# 16 Cyg B\n\n cube 4A.fits \nmodels\n/data/b*.fits\n", encoding="utf-8"
    )

    found = read_path_list(tmp_path / "night.txt")

    assert found == (str(tmp_path / "cube 4A.fits"), str(tmp_path / "models"), "/data/b*.fits")


@pytest.mark.parametrize(
    ("content", "said"), [(b"# nothing\n\n", "names no file"), (b"\xff\xfe\x00", "no text")]
)
def test_a_list_that_is_none_is_refused_with_the_reason(tmp_path, content, said):
    (tmp_path / "night.txt").write_bytes(content)

    with pytest.raises(FileError, match=said):
        read_path_list(tmp_path / "night.txt")


def test_a_list_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileError):
        read_path_list(tmp_path / "night.txt")
