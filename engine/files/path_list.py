"""Lists of files: a text with one name a line."""

import os
from pathlib import Path

from engine.errors import FileError
from engine.files.gate import read_bytes

_MOST_BYTES = 10_000_000


def read_path_list(path: str | Path) -> tuple[str, ...]:
    """Return the names in a list of files.

    Parameters
    ----------
    path : path-like
        Text in UTF-8. Each line is a file, a folder or a pattern, seen from the folder of the list;
        empty lines, and those that begin with ``#``, are left out.

    Returns
    -------
    tuple of str
        In the order of the list.

    Raises
    ------
    FileError
        If the list cannot be read, is no text, or names nothing.
    """
    content = read_bytes(path)
    if len(content) > _MOST_BYTES:
        raise FileError(path, "it is too large for a list of files.", hint="Name its folder.")
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise FileError(
            path, "it is no text.", hint="A list of files is a text with one name a line."
        ) from None
    names = [line for line in lines if line and not line.startswith("#")]
    if not names:
        raise FileError(path, "it names no file.", hint="Write one name a line.")
    folder = os.path.abspath(Path(path).parent)  # noqa: PTH100  (links stay)
    return tuple(str(Path(folder, Path(name).expanduser())) for name in names)
