"""Files that moved or changed since the session was made."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.files import load
from engine.project.entries import Entry
from engine.project.library import Library, column_mapping
from engine.project.opening import new_entry
from engine.project.session import Session


def missing_files(session: Session) -> tuple[Entry, ...]:
    """Return the entries whose file is not where the session says."""
    return tuple(entry for entry in session.entries if not _is_file(entry.path))


def find_beside(session: Session, found: str | Path, lost: Entry) -> Session:
    """Return ``session`` with ``lost`` at ``found``, and other missing files that lie there too.

    Parameters
    ----------
    session : Session
        With files that are missing.
    found : path-like
        Where the user found the file of ``lost``.
    lost : Entry
        The entry asked for.

    Returns
    -------
    Session
        The other missing files are looked for at the same place relative to ``found`` as they had
        relative to ``lost``, then by name in the same folder; one of the same size comes first.
        Their content is checked against its hash when they are read. The version that the session
        is compared with gets the same files.
    """
    found = Path(os.path.abspath(found))  # noqa: PTH100  (links stay)
    moved = [replace(lost, path=str(found))]
    for entry in missing_files(session):
        if entry.id == lost.id:
            continue
        candidate = _candidate(entry, Path(lost.path), found)
        if candidate is not None:
            moved.append(replace(entry, path=str(candidate)))
    return _with_moved_other(session, session.with_entries(moved))


def _with_moved_other(before: Session, after: Session) -> Session:
    """Return ``after`` with the files of the other version where those of this one were found."""
    other = after.other
    if other is None:
        return after
    places = {
        old.sha256: new.path
        for old in before.entries
        if (new := after.entry(old.id)) is not None and new.path != old.path
    }
    moved = [
        replace(entry, path=places[entry.sha256])
        for entry in missing_files(other.session)
        if entry.sha256 in places
    ]
    return after.with_other(other.label, other.session.with_entries(moved))


def reread(session: Session, ids: Iterable[str], library: Library) -> Session:
    """Return ``session`` with the files ``ids`` as they are now; names given by the user are kept.

    Raises
    ------
    FileError
        If a file cannot be read any more.
    """
    entries = []
    for one in ids:
        entry = session.entry(one)
        if entry is None:
            continue
        library.forget(entry.path)
        loaded = load(entry.path, mapping=column_mapping(entry.mapping))
        library.keep(loaded, mapping=entry.mapping)
        fresh = new_entry(loaded, int(entry.id[1:]), mapping=entry.mapping)
        parts = tuple(
            replace(new, target=old.target)
            for new, old in zip(fresh.parts, entry.parts, strict=False)
        )
        entries.append(replace(fresh, role=entry.role, parts=parts + fresh.parts[len(parts) :]))
    return session.with_entries(entries)


def reread_as(session: Session, entry_id: str, mapping: str, library: Library) -> Session:
    """Return ``session`` with one table read with a column mapping, given as JSON.

    Raises
    ------
    FileError
        If the columns make no spectrum.
    """
    entry = session.entry(entry_id)
    if entry is None:
        return session
    loaded = load(entry.path, mapping=column_mapping(mapping))
    library.keep(loaded, mapping=mapping)
    return session.with_entries([new_entry(loaded, int(entry.id[1:]), mapping=mapping)])


def _candidate(wanted: Entry, lost: Path, found: Path) -> Path | None:
    """Return where the file of ``wanted`` lies now that ``lost`` is ``found``."""
    there = [place for place in _places(Path(wanted.path), lost, found) if _is_file(place)]
    same_size = [place for place in there if place.stat().st_size == wanted.size]
    return next(iter(same_size or there), None)


def _places(wanted: Path, lost: Path, found: Path) -> Iterator[Path]:
    """Yield where ``wanted`` may lie if whole folders moved, the nearest folder first."""
    for old, new in zip(lost.parents, found.parents, strict=False):
        if wanted.is_relative_to(old):
            yield new / wanted.relative_to(old)
        if old.name != new.name:
            break
    yield found.parent / wanted.name


def _is_file(path: str | Path) -> bool:
    # Unlike Path.is_file, os.path.isfile takes a folder that may not be looked into for an answer.
    return os.path.isfile(path)  # noqa: PTH113
