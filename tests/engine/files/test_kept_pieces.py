"""Tests of engine.files.kept_pieces."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.files.kept_pieces import KeptPieces

_PIECES = st.lists(st.binary(min_size=1, max_size=9), max_size=9)
_STEPS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), max_size=9)


@given(pieces=_PIECES, steps=_STEPS)
def test_pieces_read_like_one_content(pieces, steps):
    whole = io.BytesIO(b"".join(pieces))
    stream = io.BufferedReader(KeptPieces(pieces), 4)

    for offset, count in steps:
        assert stream.seek(offset) == whole.seek(offset)
        assert stream.read(count) == whole.read(count)


@given(pieces=_PIECES)
def test_pieces_fill_an_array(pieces):
    content = b"".join(pieces)
    target = np.zeros(len(content), dtype=np.uint8)

    count = io.BufferedReader(KeptPieces(pieces), 4).readinto(target.data)

    assert count == len(content)
    assert target.tobytes() == content


@pytest.mark.parametrize(
    ("offset", "whence", "place"),
    [(3, io.SEEK_SET, 3), (2, io.SEEK_CUR, 3), (-2, io.SEEK_END, 3), (9, io.SEEK_SET, 9)],
)
def test_any_place_is_sought_from_where_it_is_told(offset, whence, place):
    stream = KeptPieces([b"abc", b"de"])
    stream.seek(1)

    assert stream.seek(offset, whence) == stream.tell() == place
    assert stream.read(1) == b"abcde"[place : place + 1]


def test_empty_content_is_at_its_end():
    assert KeptPieces([]).read(1) == b""
