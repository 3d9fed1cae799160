"""Tests of engine.files.array_files."""

import hashlib
import io

import numpy as np
import pytest

from engine.errors import FileError
from engine.files.array_files import _MAGIC, read_array_file, write_array_file
from tests.helpers.bits import same_bits


def test_an_array_file_keeps_text_and_types(tmp_path):
    arrays = {
        "0": np.array([1.5, np.nan, -0.0]),
        "1": np.arange(6, dtype=np.uint8).reshape(2, 3),
        "2": np.zeros(0, dtype=bool),
        "3": np.float32([1.0]),
    }

    path = write_array_file(tmp_path / "a", '{"µ": 1}', arrays)
    text, found = read_array_file(path)

    assert text == '{"µ": 1}'
    assert list(found) == list(arrays)
    assert all(same_bits(found[name], arrays[name]) for name in arrays)


def test_a_pickle_in_disguise_is_not_opened(tmp_path):
    packed = io.BytesIO()
    np.savez(packed, text=np.array([{"a": 1}], dtype=object))
    content = packed.getvalue()
    path = tmp_path / "a"
    path.write_bytes(_MAGIC + hashlib.sha256(content).digest() + content)

    with pytest.raises(FileError, match="no kept result"):
        read_array_file(path)


def test_every_damaged_bit_is_noticed(tmp_path, rng):
    path = write_array_file(tmp_path / "a.result", "{}", {"0": np.arange(3.0)})
    whole = path.read_bytes()

    for position in rng.integers(0, len(whole), 200):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        with pytest.raises(FileError):
            read_array_file(path)
