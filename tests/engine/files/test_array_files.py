"""Tests of engine.files.array_files."""

import hashlib
import json

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
        "4": np.array(2.5),
        "5": np.zeros((3, 0)),
    }

    path = write_array_file(tmp_path / "a", '{"µ": 1}', arrays)
    text, found = read_array_file(path)

    assert text == '{"µ": 1}'
    assert list(found) == list(arrays)
    assert all(same_bits(found[name], arrays[name]) for name in arrays)


def test_the_order_of_an_array_in_memory_is_kept(tmp_path):
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))

    _, found = read_array_file(write_array_file(tmp_path / "a", "", {"0": array, "1": array.T}))

    assert found["0"].flags.f_contiguous
    assert found["1"].flags.c_contiguous
    assert same_bits(found["0"], array)
    assert same_bits(found["1"], array.T)
    assert not found["0"].flags.writeable


@pytest.mark.parametrize("text", ["", "a", "abc", "abcdefg"])
def test_compiled_code_may_use_the_arrays_whatever_stands_before_them(tmp_path, text):
    arrays = {"0": np.zeros(3, dtype=bool), "1": np.arange(3.0), "2": np.arange(5, dtype=np.int64)}

    _, found = read_array_file(write_array_file(tmp_path / "a", text, arrays))

    assert all(array.flags.aligned for array in found.values())


@pytest.mark.parametrize(
    "index",
    [
        [["0", "|O", [1], "C", 0]],
        [["0", "<f8", [99], "C", 0]],
        [["0", "<f8", [1], "C", 10**9]],
        [["0", "<f8", [-1], "C", 0]],
        [["0", "<f8", ["x"], "C", 0]],
        [["0", "nonsense", [1], "C", 0]],
        [["0"]],
        5,
    ],
)
def test_an_index_that_does_not_fit_is_refused(tmp_path, index):
    content = b""
    for part in (b"{}", json.dumps(index).encode()):
        content += len(part).to_bytes(8, "little") + part
    content += bytes(64)
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
