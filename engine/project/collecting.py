"""Copying a session with all its data into one folder, to hand it over."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

from engine.errors import FileError
from engine.files.atomic import atomic_write
from engine.files.folders import make_folder, require_empty
from engine.files.gate import read_bytes
from engine.files.names import unique_names
from engine.progress import SILENT, Progress
from engine.project.entries import Entry
from engine.project.session import Session
from engine.project.session_file import write_session

DATA_FOLDER = "data"


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected.

    Attributes
    ----------
    path : pathlib.Path
        The session file in the folder.
    n_files : int
        How many data files were copied.
    messages : tuple of str
        A sentence for each file that could not be copied, or is no longer what was opened.
    """

    path: Path
    n_files: int
    messages: tuple[str, ...]


def collect_session(
    session: Session,
    folder: str | Path,
    name: str,
    *,
    exists: Literal["refuse", "replace"] = "refuse",
    progress: Progress = SILENT,
) -> Collected:
    """Copy a session and its data into a folder that can be moved as a whole.

    Parameters
    ----------
    session : Session
        With the version that it is compared with, if any.
    folder : path-like
        Made when it is not there.
    name : str
        Of the session file in it.
    exists : {"refuse", "replace"}, optional
        What to do when the folder is not empty.
    progress : Progress, optional
        Told before each file.

    Returns
    -------
    Collected
        A file that is gone stays an entry of the session, where it was.

    Raises
    ------
    FileError
        If the folder is not empty, or cannot be written to.
    """
    folder = make_folder(folder)
    if exists == "refuse":
        require_empty(folder, hint="Choose another folder.")
    entries = _distinct(
        (*session.entries, *(session.other.session.entries if session.other else ()))
    )
    names = unique_names(Path(entry.path).name for entry in entries)
    data = make_folder(folder / DATA_FOLDER)
    places: dict[str, str] = {}
    messages: list[str] = []
    for done, (entry, file_name) in enumerate(zip(entries, names, strict=True)):
        progress.step(done, len(entries), f"copying {file_name}")
        try:
            content = read_bytes(entry.path)
        except FileError as error:
            messages.append(f"{file_name} was not copied: {error.what}")
            continue
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            messages.append(f"{file_name} has changed since it was opened; it is copied as it is.")
        target = data / file_name
        atomic_write(target, partial(_write, content), exists=exists)
        places[entry.path] = str(target)
    path = folder / name
    write_session(_moved(session, places), path, exists=exists)
    progress.step(len(entries), len(entries))
    return Collected(path, len(places), tuple(messages))


def _distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return one entry for each path: a table may be open twice with different columns."""
    return tuple({entry.path: entry for entry in entries}.values())


def _moved(session: Session, places: dict[str, str]) -> Session:
    moved = session.with_entries(
        [replace(one, path=places.get(one.path, one.path)) for one in session.entries]
    )
    other = session.other
    return moved if other is None else moved.with_other(other.label, _moved(other.session, places))


def _write(content: bytes, stream: BinaryIO) -> None:
    stream.write(content)
