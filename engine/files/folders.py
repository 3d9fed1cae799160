"""Folders that are made, and cleared of half files, when something is written into them."""

import os
from collections.abc import Iterable
from pathlib import Path

from engine.errors import FileError
from engine.files.atomic import remove_stale_temporaries


def make_folder(path: str | Path) -> Path:
    """Make a folder, and those above it, unless it is there; then clear what dead writers left.

    Parameters
    ----------
    path : path-like
        The folder.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileError(
            folder, "it is a file, or lies below one, not a folder.", hint="Choose another folder."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise FileError(
            folder, f"the folder cannot be made: {reason}.", hint="Choose another folder."
        ) from error
    remove_stale_temporaries(folder)
    return folder


def require_empty(folder: str | Path, *, hint: str) -> None:
    """Raise `FileError` unless ``folder`` is there, can be looked into, and is empty.

    Parameters
    ----------
    folder : path-like
        The folder.
    hint : str
        What the user can do when it is not.

    Raises
    ------
    FileError
        With that hint.
    """
    try:
        is_empty = not any(Path(folder).iterdir())
    except OSError as error:
        raise FileError(
            folder, f"this folder cannot be looked into: {error.strerror}.", hint=hint
        ) from error
    if not is_empty:
        raise FileError(folder, "this folder is not empty.", hint=hint)


def require_free(folder: str | Path, names: Iterable[str]) -> None:
    """Raise `FileError` when one of ``names`` is in ``folder`` already.

    Parameters
    ----------
    folder : path-like
        Need not be there.
    names : iterable of str
        Of files to be written.

    Raises
    ------
    FileError
        Naming the first that is there.
    """
    taken = [name for name in names if os.path.lexists(Path(folder, name))]
    if taken:
        others = f", and {len(taken) - 1} more of the names to be written" if taken[1:] else ""
        raise FileError(
            Path(folder, taken[0]),
            f"it is in {folder} already{others}.",
            hint="Choose another folder, or let it be replaced (on the command line: --force).",
        )
