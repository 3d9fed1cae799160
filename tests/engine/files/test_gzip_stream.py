"""Tests of engine.files.gzip_stream."""

import gzip
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.files.gzip_stream import GzipStream

CONTENT = bytes(range(256)) * 40


def stream_of(packed):
    return GzipStream(io.BytesIO(packed))


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5), st.integers(0, 5))
def test_members_are_joined_and_zeros_behind_them_do_not_count(members, n_zeros):
    packed = b"".join(gzip.compress(one, 1) for one in members) + bytes(n_zeros)

    assert stream_of(packed).readall() == b"".join(members)


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(CONTENT) + 10), max_size=6))
def test_any_place_can_be_read_in_any_order(places):
    stream = stream_of(gzip.compress(CONTENT, 1))

    for place in places:
        stream.seek(place)
        found = stream.read(6) + stream.read(4)
        assert found == CONTENT[place : place + 10]


def test_other_ways_to_count_places_are_refused():
    with pytest.raises(OSError, match="beginning"):
        stream_of(gzip.compress(CONTENT)).seek(0, io.SEEK_END)


@pytest.mark.parametrize("kept", [5, 60, -1])
def test_an_end_that_comes_too_early_is_told(kept):
    stream = stream_of(gzip.compress(CONTENT)[:kept])

    with pytest.raises(EOFError):
        stream.readall()


@pytest.mark.parametrize("place", [0, 2, 100, -6, -2])
def test_damage_is_told(place):
    packed = bytearray(gzip.compress(CONTENT))
    packed[place] ^= 0xFF

    with pytest.raises((zlib.error, EOFError)):
        stream_of(bytes(packed)).readall()


def test_bytes_behind_the_content_that_are_no_gzip_are_told():
    with pytest.raises(zlib.error):
        stream_of(gzip.compress(CONTENT) + b"more").readall()


def test_endless_empty_members_are_told():
    with pytest.raises(zlib.error, match="members"):
        stream_of(gzip.compress(b"") * 3000).readall()


def test_many_members_that_hold_something_are_read():
    packed = gzip.compress(bytes(2048), 1) * 3000

    assert len(stream_of(packed).readall()) == 3000 * 2048
