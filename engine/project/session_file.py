"""The session file: one readable JSON document, ``.fluxknot``.

Paths are written relative to the file where they lie beside or below it. Reading never runs
anything: the types of the parameter dataclasses decide what is accepted. What a newer minor
version added is kept and written back.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from engine.analyses import ANALYSES, analysis_named
from engine.errors import DataError, EngineError, FileError
from engine.files.text import read_text, write_text
from engine.project.codec import from_plain, to_plain
from engine.project.keys import NodeKey, parse_key
from engine.project.session import Entry, Exclusion, Session

FORMAT = "fluxknot session"
VERSION = 1
_KNOWN = {"format", "version", "entries", "params", "models", "exclusions", "next_id"}


def session_text(session: Session, folder: Path | None) -> str:
    """Return the text of the session file: the same session gives the same text.

    Parameters
    ----------
    session : Session
        What is written.
    folder : Path or None
        Folder of the session file; paths below it are written relative. `None`: all absolute.
    """
    document = {
        **to_plain_mapping(session.extra),
        "format": FORMAT,
        "version": VERSION,
        "next_id": session.next_id,
        "entries": [_plain_entry(entry, folder) for entry in session.entries],
        "params": {
            str(key): to_plain(value)
            for key, value in sorted(session.params.items(), key=lambda item: item[0])
        },
        "models": dict(sorted(session.models.items())),
        "exclusions": [to_plain(one) for one in session.exclusions],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_session(
    session: Session, path: str | Path, *, exists: Literal["refuse", "replace"] = "replace"
) -> None:
    """Save ``session``.

    Raises
    ------
    FileError
        If the file cannot be written; an older one is left as it was.
    """
    path = Path(path)
    write_text(path, session_text(session, path.resolve().parent), exists=exists)


def read_session(path: str | Path) -> Session:
    """Open a session file.

    Raises
    ------
    FileError
        If it is not a session file, is damaged, or was written by a newer version.
    """
    path = Path(path)
    return parse_session(read_text(path), path)


def file_digest(path: str | Path) -> str:
    """Return the SHA-256 of a session file's text; ``""`` when it cannot be read."""
    try:
        return hashlib.sha256(read_text(path).encode()).hexdigest()
    except EngineError:
        return ""


def parse_session(text: str, path: Path) -> Session:
    """Return the session that ``text``, the content of ``path``, describes."""
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise FileError(
            path, "it is not a session file: its JSON is damaged.", hint="Open an autosaved copy."
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(path, "it is not a Fluxknot session.", hint="Open it with Open files.")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(path, f"its format version is {version!r}, not a number.")
    if version > VERSION:
        raise FileError(
            path,
            f"it was written by a newer version (format {version}; this one knows {VERSION}).",
            hint="Update Fluxknot; the file is left as it is.",
        )
    try:
        return _session(document, path.resolve().parent)
    except DataError as error:
        raise FileError(
            path, f"it cannot be understood: {error.what}", hint="Open an autosaved copy."
        ) from error


def to_plain_mapping(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unknown content of a session file as it was."""
    return {key: value for key, value in extra.items() if key not in _KNOWN}


def _session(document: dict[str, Any], folder: Path) -> Session:
    entries = tuple(_entry(plain, folder, i) for i, plain in enumerate(_list(document, "entries")))
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        raise DataError("two entries have the same id.")
    numbers = [int(one[1:]) for one in ids if one[1:].isdigit()]
    next_id = from_plain(int, document.get("next_id", 1), where="next_id")
    models: dict[str, str] = {
        str(target): from_plain(str, one, where=f"models.{target}")
        for target, one in _object(document, "models").items()
    }
    return Session(
        entries=entries,
        params=MappingProxyType(dict(_params(_object(document, "params")))),
        models=MappingProxyType(models),
        exclusions=tuple(
            from_plain(Exclusion, plain, where="exclusions")
            for plain in _list(document, "exclusions")
        ),
        next_id=max([next_id, *(number + 1 for number in numbers)]),
        extra=MappingProxyType({k: v for k, v in document.items() if k not in _KNOWN}),
    )


def _params(plain: dict[str, Any]) -> list[tuple[NodeKey, Any]]:
    known = {analysis.name for analysis in ANALYSES}
    found = []
    for text, value in plain.items():
        key = parse_key(text)
        if key.step not in known:
            raise DataError(f"params: there is no analysis {key.step!r} in this version.")
        found.append((key, from_plain(analysis_named(key.step).params, value, where=text)))
    return found


def _plain_entry(entry: Entry, folder: Path | None) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(entry)
    if folder is not None and Path(entry.path).is_relative_to(folder):
        plain["path"] = Path(entry.path).relative_to(folder).as_posix()
    return plain


def _entry(plain: Any, folder: Path, number: int) -> Entry:
    entry: Entry = from_plain(Entry, plain, where=f"entries[{number}]")
    if "\0" in entry.path or not entry.path:
        raise DataError(f"entries[{number}].path is not a path.")
    absolute = Path(entry.path) if Path(entry.path).is_absolute() else folder / entry.path
    restored: Entry = from_plain(Entry, {**to_plain(entry), "path": str(absolute)})
    return restored


def _list(document: dict[str, Any], name: str) -> list[Any]:
    value = document.get(name, [])
    if not isinstance(value, list):
        raise DataError(f"{name} is not a list.")
    return value


def _object(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, dict):
        raise DataError(f"{name} is not an object.")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")
