"""A text and arrays in one file, for results that are kept between runs; no pickle.

The SHA-256 of the content stands before it: damage is found before anything is parsed. Then come
the text, an index of the arrays as JSON, and the arrays as they are in memory.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError
from engine.files.atomic import atomic_write
from engine.files.gate import read_bytes

_MAGIC = b"FLUXKNOT RESULT 4\n".ljust(32)
_DIGEST_SIZE = hashlib.sha256().digest_size
_LENGTH_SIZE = 8  # bytes that tell how long text or index are
_ALIGNMENT = 64
_KINDS = "fiub"


def write_array_file(path: str | Path, text: str, arrays: Mapping[str, NDArray[Any]]) -> Path:
    """Write ``text`` and ``arrays``, whole or not at all; a file that is there is replaced.

    Parameters
    ----------
    path : path-like
        The file.
    text : str
        Any text, for example JSON that refers to the arrays by name.
    arrays : mapping of str to ndarray
        Numbers and truth values of any shape; their types are kept.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    index, blocks, offset = [], [], 0
    for name, array in arrays.items():
        flags = array.flags
        order: Literal["C", "F"] = "F" if flags.f_contiguous and not flags.c_contiguous else "C"
        block = array.tobytes(order)
        index.append([name, array.dtype.str, list(array.shape), order, offset])
        blocks.append(block + bytes(-len(block) % _ALIGNMENT))
        offset += len(blocks[-1])
    head = b""
    for part in (text.encode(), json.dumps(index).encode()):
        head += len(part).to_bytes(_LENGTH_SIZE, "little") + part
    head += bytes(-len(head) % _ALIGNMENT)  # compiled code wants aligned arrays
    content = b"".join((head, *blocks))

    def write(stream: BinaryIO) -> None:
        stream.write(_MAGIC + hashlib.sha256(content).digest() + content)

    return atomic_write(path, write, exists="replace")


def read_array_file(path: str | Path) -> tuple[str, dict[str, NDArray[Any]]]:
    """Return the text and the arrays of a file that `write_array_file` wrote.

    Parameters
    ----------
    path : path-like
        The file.

    Returns
    -------
    text : str
    arrays : dict of str to ndarray
        Read-only.

    Raises
    ------
    FileError
        If the file is missing, is none of ours, or has one damaged bit.
    """
    data = memoryview(read_bytes(path))
    begin = len(_MAGIC) + _DIGEST_SIZE
    head, content = data[:begin], data[begin:]
    if head != _MAGIC + hashlib.sha256(content).digest():
        raise FileError(path, "The kept result is damaged.", hint="It is computed again.")
    try:
        return _unpacked(content)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FileError(path, "This is no kept result.", hint="It is computed again.") from error


def _unpacked(content: memoryview) -> tuple[str, dict[str, NDArray[Any]]]:
    """Return text and arrays; the arrays look into ``content``, which nobody can write."""
    text, after_text = _part(content, 0)
    index, after_index = _part(content, after_text)
    start = after_index + -after_index % _ALIGNMENT
    arrays: dict[str, NDArray[Any]] = {}
    for name, kind, shape, order, offset in json.loads(index):
        dtype = np.dtype(kind)
        if dtype.kind not in _KINDS or min(shape, default=0) < 0:
            raise ValueError(f"an array of {dtype} and {shape}")
        flat = np.frombuffer(content, dtype, math.prod(shape), start + offset)
        if not flat.flags.aligned:
            raise ValueError("an array between two words")
        arrays[name] = flat.reshape(shape, order=order)
    return text, arrays


def _part(content: memoryview, start: int) -> tuple[str, int]:
    """Return the text whose length stands at ``start``, and where it ends."""
    begin = start + _LENGTH_SIZE
    end = begin + int.from_bytes(content[start:begin], "little")
    return str(content[begin:end], "utf-8"), end
