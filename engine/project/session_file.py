"""The session file: one readable JSON document, ``.fluxknot``.

Paths are written relative to the file where they lie beside or below it. Reading never runs
anything: the types of the parameter dataclasses decide what is accepted. What this version does
not know is kept and written back: keys of the document, of entries, exclusions and parameters,
and parameters of analyses that another version has.
"""

import dataclasses
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from weakref import WeakValueDictionary

from engine.analyses import ANALYSES, analysis_named
from engine.compare.subsets import Subset
from engine.errors import DataError, EngineError, FileError
from engine.files.earlier_copy import way_out
from engine.files.json_size import TooManyValuesError
from engine.files.text import read_text, write_text
from engine.project.codec import from_plain, to_plain
from engine.project.entries import Entry
from engine.project.keys import NodeKey, parse_key
from engine.project.layout import Layout
from engine.project.older_values import params_from_plain
from engine.project.session import Exclusion, Session, Version
from engine.project.strict_json import parse_json

FORMAT = "fluxknot session"
VERSION = 1
_KNOWN = {
    "format",
    "version",
    "entries",
    "params",
    "models",
    "exclusions",
    "next_id",
    "subsets",
    "other",
    "layout",
}
ENTRY_ID = re.compile(r"e[1-9][0-9]{0,8}")  #: what ids of entries look like
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
#: Sessions in use by what they were read from (hash of the text, folder): they are frozen, and one
#: that is compared with a hundred times in a history is held once.
_in_use: "WeakValueDictionary[tuple[str, str], Session]" = WeakValueDictionary()


def session_text(session: Session, folder: Path | None) -> str:
    """Return the text of the session file: the same session gives the same text.

    Parameters
    ----------
    session : Session
        What is written.
    folder : Path or None
        Folder of the session file; paths below it are written relative. `None`: all absolute.
    """
    document = _document_of(session, folder)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # Names of files that are no Unicode: JSON can write them, UTF-8 cannot.
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _document_of(session: Session, folder: Path | None) -> dict[str, Any]:
    kept = partial(_kept_inside, session.extra)
    document: dict[str, Any] = {
        **{key: value for key, value in session.extra.items() if key not in _KNOWN},
        "format": FORMAT,
        "version": VERSION,
        "next_id": session.next_id,
        "entries": [
            kept("entries", entry.id) | _plain_entry(entry, folder) for entry in session.entries
        ],
        "params": kept("params", "")
        | {
            str(key): kept("params", str(key)) | to_plain(value)
            for key, value in sorted(session.params.items(), key=lambda item: item[0])
        },
        "models": dict(sorted(session.models.items())),
        "exclusions": [
            kept("exclusions", one.subject) | to_plain(one) for one in session.exclusions
        ],
    }
    if session.subsets:
        document["subsets"] = [to_plain(one) for one in session.subsets]
    if session.other is not None:
        document["other"] = {
            "label": session.other.label,
            "session": _document_of(session.other.session, folder),
        }
    layout = kept("layout", "") | _said(session.layout)
    if layout:
        document["layout"] = layout
    return document


def write_session(
    session: Session, path: str | Path, *, exists: Literal["refuse", "replace"] = "replace"
) -> None:
    """Save ``session``.

    Raises
    ------
    FileError
        If the file cannot be written; an older one is left as it was.
    """
    require_replaceable(path)
    folder = Path(os.path.realpath(path)).parent
    write_text(path, session_text(session, folder), exists=exists)


def require_replaceable(path: str | Path) -> None:
    """Raise `FileError` when ``path`` holds a session of a newer version: it is never replaced."""
    path = Path(path)
    try:
        document = _document(read_text(path), path)
    except FileError:
        return  # no session, or nothing at all
    _require_known(document, path)


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
    """Return the session that ``text``, the content of ``path``, describes.

    The same text in the same folder gives the very same session while that is in use.

    Raises
    ------
    FileError
        If it describes none, or was written by a newer version.
    """
    folder = Path(os.path.realpath(path)).parent
    place = (hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), str(folder))
    session = _in_use.get(place)
    if session is None:
        session = _in_use[place] = _parsed(text, path, folder)
    return session


def _parsed(text: str, path: Path, folder: Path) -> Session:
    document = _document(text, path)
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FileError(path, f"its format version is {str(version)[:20]!r}, not a whole number.")
    _require_known(document, path)
    try:
        return _session(document, folder)
    except DataError as error:
        raise FileError(
            path, f"it cannot be understood: {error.what}", hint=way_out(path)
        ) from error


def _require_known(document: dict[str, Any], path: Path) -> None:
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        raise FileError(
            path,
            f"it was written by a newer version (format {version}; this one knows {VERSION}).",
            hint="Update Fluxknot, or save under another name; the file is left as it is.",
        )


def _document(text: str, path: Path) -> dict[str, Any]:
    """Return the JSON object in ``text`` if it is a session."""
    try:
        document = parse_json(text)
    except TooManyValuesError as error:
        raise FileError(
            path, f"it is no session: {error}.", hint="Is it the right file?"
        ) from error
    except ValueError as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        raise FileError(
            path,
            f"it is not a session file: its JSON is damaged{where}.",
            hint=way_out(path),
        ) from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(path, "it is not a Fluxknot session.", hint="Open it with Open files.")
    return document


def _session(document: dict[str, Any], folder: Path) -> Session:
    entries = tuple(_entry(plain, folder, i) for i, plain in enumerate(_list(document, "entries")))
    ids = [entry.id for entry in entries]
    if len(set(ids)) != len(ids):
        raise DataError("two entries have the same id.")
    next_id = from_plain(int, document.get("next_id", 1), where="next_id")
    models: dict[str, str] = {
        from_plain(str, target, where="models"): from_plain(str, one, where=f"models.{target}")
        for target, one in _object(document, "models").items()
    }
    exclusions = tuple(
        from_plain(Exclusion, plain, where=f"exclusions[{i}]")
        for i, plain in enumerate(_list(document, "exclusions"))
    )
    return Session(
        entries=entries,
        params=MappingProxyType(dict(_params(_object(document, "params")))),
        models=MappingProxyType(models),
        exclusions=exclusions,
        next_id=max([1, next_id, *(int(one[1:]) + 1 for one in ids)]),
        extra=MappingProxyType(_unknown(document, ids, exclusions)),
        subsets=_subsets(_list(document, "subsets")),
        other=_other(_object(document, "other"), folder),
        layout=_layout(document.get("layout", {})),
    )


def _other(plain: dict[str, Any], folder: Path) -> Version | None:
    """Return the version to compare with; one inside of it is not read."""
    if not plain:
        return None
    label = from_plain(str, plain.get("label", ""), where="other.label")
    inner = _object(plain, "session")
    return Version(label, _session({**inner, "other": {}}, folder))


def _said(layout: Layout) -> dict[str, Any]:
    """Return the parts of ``layout`` that say something."""
    return {key: value for key, value in to_plain(layout).items() if value}


def _layout(plain: Any) -> Layout:
    """Return how the session was shown; what cannot be understood keeps nothing from opening."""
    try:
        layout: Layout = from_plain(Layout, plain, where="layout")
    except DataError:
        return Layout()
    return layout


def _subsets(plains: list[Any]) -> tuple[Subset, ...]:
    found = tuple(
        from_plain(Subset, plain, where=f"subsets[{i}]") for i, plain in enumerate(plains)
    )
    if len({one.name for one in found}) != len(found):
        raise DataError("two subsets have the same name.")
    return found


def _params(plain: dict[str, Any]) -> list[tuple[NodeKey, Any]]:
    found = []
    for text, value in plain.items():
        key = parse_key(from_plain(str, text, where="params")).settings
        if not key.step or not key.subject:
            raise DataError(f"params: {text[:60]!r} is no step and subject.")
        if key.step in _STEPS:
            found.append((key, params_from_plain(key.step, value, where=text)))
    return found


_MAY_BE_ABSENT = {"units", "wave_maps"}  # of entries: sessions of before do not have them
_STEPS = {analysis.name for analysis in ANALYSES}


def _plain_entry(entry: Entry, folder: Path | None) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(entry)
    plain = {key: value for key, value in plain.items() if value or key not in _MAY_BE_ABSENT}
    if folder is not None:
        plain["path"] = _shortest(entry.path, folder)
    return plain


def _shortest(path: str, folder: Path) -> str:
    """Return ``path`` relative to ``folder`` when it lies below, links of folders followed."""
    place, name = os.path.split(path)
    for one in (Path(path), Path(os.path.realpath(place), name)):
        if one.is_relative_to(folder):
            return one.relative_to(folder).as_posix()
    return path


def _entry(plain: Any, folder: Path, number: int) -> Entry:
    where = f"entries[{number}]"
    if not isinstance(plain, dict):
        raise DataError(f"{where} is not an object.")
    path = plain.get("path")
    if not isinstance(path, str) or not _can_be_path(path):
        raise DataError(f"{where}.path is not a path.")
    entry: Entry = from_plain(Entry, {**plain, "path": "."}, where=where)
    if not ENTRY_ID.fullmatch(entry.id):
        raise DataError(f"{where}.id is {entry.id[:20]!r}, not e1, e2, ...")
    return replace(entry, path=os.path.join(folder, path))  # noqa: PTH118  (keeps odd names)


def _can_be_path(text: str) -> bool:
    """Tell whether the system takes ``text`` for a name: half a character it does not."""
    try:
        return bool(text) and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


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


def _plain_layout(document: dict[str, Any]) -> dict[str, Any]:
    plain = document.get("layout")
    return plain if isinstance(plain, dict) else {}


# `Session.extra` holds foreign keys of the document under their names; under the name of a known
# part ("entries", "params", "exclusions", "layout") it holds the foreign keys inside, by name.


def _kept_inside(extra: Mapping[str, Any], part: str, name: str) -> dict[str, Any]:
    """Return the foreign keys of one entry, exclusion or set of parameters."""
    return dict(extra.get(part, {}).get(name, {}))


def _unknown(
    document: dict[str, Any], ids: list[str], exclusions: tuple[Exclusion, ...]
) -> dict[str, Any]:
    """Return what this version does not know, for `Session.extra`."""
    params = _object(document, "params")
    steps = {text: parse_key(text).step for text in params}
    others = {text: params[text] for text, step in steps.items() if step not in _STEPS}
    inside = {
        "entries": _foreign(ids, _list(document, "entries"), Entry),
        "params": {
            text: keys
            for text, step in steps.items()
            if step in _STEPS and (keys := _foreign_keys(params[text], analysis_named(step).params))
        }
        | ({"": others} if others else {}),
        "exclusions": _foreign(
            [one.subject for one in exclusions], _list(document, "exclusions"), Exclusion
        ),
        "layout": _foreign([""], [_plain_layout(document)], Layout),
    }
    extra = {key: value for key, value in document.items() if key not in _KNOWN}
    return extra | {part: keys for part, keys in inside.items() if keys}


def _foreign(names: list[str], plains: list[Any], kind: type) -> dict[str, Any]:
    found = {name: _foreign_keys(plain, kind) for name, plain in zip(names, plains, strict=True)}
    return {name: keys for name, keys in found.items() if keys}


def _foreign_keys(plain: dict[str, Any], kind: Any) -> dict[str, Any]:
    known = {field.name for field in dataclasses.fields(kind)}
    return {key: value for key, value in plain.items() if key not in known}
