"""Tests of engine.files.text."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FileError
from engine.files.text import read_text, write_text
from tests.helpers.disk import file_size_limit


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_a_text_comes_back_as_it_was(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("text") / "a"

    write_text(path, "x" + text)

    assert read_text(path) == "x" + text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_does_not_matter(tmp_path, encoding):
    path = tmp_path / "a"
    path.write_bytes('{"name": "µ Col"}\r\n'.encode(encoding))

    assert read_text(path) == '{"name": "µ Col"}\r\n'


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"caf\xe9", "byte 3 is 0xe9"),
        (b"a\0b", "zero bytes"),
        (b"x" * 2000, "too long"),
        (b"\xff\xfe\x00", "no text"),
    ],
)
def test_what_is_no_bearable_text_is_refused_with_the_cause(tmp_path, content, word):
    path = tmp_path / "work.fluxknot"
    path.write_bytes(content)

    with pytest.raises(FileError, match=word) as caught:
        read_text(path, limit_bytes=1000)

    assert "work.fluxknot" in caught.value.what
    assert caught.value.hint


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(FileError, match="pipe"):
        read_text(tmp_path / "pipe")


def test_an_existing_text_is_refused_unless_asked(tmp_path):
    path = write_text(tmp_path / "a", "old")

    with pytest.raises(FileError, match="exists already"):
        write_text(path, "new")
    write_text(path, "new", exists="replace")

    assert read_text(path) == "new"


def test_a_full_disk_leaves_the_earlier_text(tmp_path):
    path = write_text(tmp_path / "work.fluxknot", "old" * 1000)

    for part in range(20):
        with file_size_limit(part * 150), pytest.raises(FileError, match="Nothing was changed"):
            write_text(path, "new" * 1000, exists="replace")

    assert read_text(path) == "old" * 1000
    assert list(tmp_path.iterdir()) == [path]
