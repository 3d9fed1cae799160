"""Text files of our own, sessions and settings: read through the gate, written atomically."""

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from engine.errors import FileError
from engine.files.atomic import IfExists, atomic_write
from engine.files.gate import MAX_TEXT_BYTES, MIB, open_gated

_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: str | Path, *, limit_bytes: int = MAX_TEXT_BYTES) -> str:
    """Read a text file in UTF-8, or in UTF-16 when it begins with a byte-order mark.

    Parameters
    ----------
    path : path-like
        The file.
    limit_bytes : int
        Longer texts are refused.

    Returns
    -------
    str
        The text without a byte-order mark; line ends as they are.

    Raises
    ------
    FileError
        If there is no such file, it is empty, too long, or no text.
    """
    with open_gated(path) as file:
        if file.content_size > limit_bytes:
            raise FileError(
                path,
                f"A text of {file.content_size / MIB:.1f} MiB is too long to read.",
                hint=f"Up to {limit_bytes / MIB:.1f} MiB are read; is it the right file?",
            )
        content = file.read(0, file.content_size)
    encoding = "utf-16" if content.startswith(_UTF_16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileError(
            path,
            f"This is no text in UTF-8: byte {error.start} is {content[error.start]:#04x}.",
            hint="Is it the right file?",
        ) from error
    if "\0" in text:
        raise FileError(path, "This is no text: it holds zero bytes.", hint="Is it the right file?")
    return text


def write_text(path: str | Path, text: str | Sequence[str], *, exists: IfExists = "refuse") -> Path:
    """Write a text in UTF-8, whole or not at all.

    Parameters
    ----------
    path : path-like
        The file.
    text : str or sequence of str
        The content, or pieces that follow one another; line ends are written as they are.
    exists : {"refuse", "replace"}
        What to do when the file is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file exists and must not be replaced, or cannot be written.
    """

    def write(stream: BinaryIO) -> None:
        for piece in (text,) if isinstance(text, str) else text:
            stream.write(piece.encode("utf-8"))

    return atomic_write(path, write, exists=exists)
