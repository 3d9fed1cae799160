"""A text and arrays in one file, for results that are kept between runs; no pickle.

The SHA-256 of the content stands before it: damage is found before anything is parsed.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from engine.errors import FileError
from engine.files.atomic import atomic_write
from engine.files.gate import open_gated

_MAGIC = b"FLUXKNOT RESULT 1\n"
_DIGEST_SIZE = hashlib.sha256().digest_size
_TEXT = "text"


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
    buffer = io.BytesIO()
    members: dict[str, Any] = {f"array_{name}": array for name, array in arrays.items()}
    members[_TEXT] = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
    np.savez(buffer, **members)
    content = buffer.getvalue()

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
    with open_gated(path) as file:
        data = file.read(0, file.content_size)
    head, content = data[: len(_MAGIC) + _DIGEST_SIZE], data[len(_MAGIC) + _DIGEST_SIZE :]
    if head != _MAGIC + hashlib.sha256(content).digest():
        raise FileError(path, "The kept result is damaged.", hint="It is computed again.")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            text = packed[_TEXT].tobytes().decode("utf-8")
            arrays = {
                name.removeprefix("array_"): packed[name] for name in packed.files if name != _TEXT
            }
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise FileError(path, "This is no kept result.", hint="It is computed again.") from error
    for array in arrays.values():
        array.setflags(write=False)
    return text, arrays
