"""How an exported file was made, read back from the file itself: every kind that is written."""

import html
import io
import itertools
import json
import re
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

from engine.errors import FileError
from engine.files.asdf_tree import read_asdf
from engine.files.deterministic_fits import PROVENANCE_EXTENSION
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import read_structure
from engine.files.gate import MAX_TEXT_BYTES, MIB, GatedFile, open_gated
from engine.files.json_size import require_bearable
from engine.files.notes import FileNotes
from engine.files.own_facts import own_facts
from engine.files.packed_recipes import unpack_recipe
from engine.files.text_tables import facts_in_comments, read_ecsv
from engine.model.provenance import Provenance

_PNG = b"\x89PNG\r\n\x1a\n"
_PDF_SUBJECT = re.compile(rb"/Subject \(((?:[^\\()]|\\.)*)\)", re.DOTALL)
_PDF_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
# Our tables have one line of comments for each fact, our figures a few chunks before the image.
_MOST_COMMENTS, _MOST_CHUNKS = 200, 100
_PAGE_VERSION = re.compile(r"Made by Fluxknot ([^<\s]*[^<\s.])\. ")


def read_making(path: str | Path) -> Provenance:
    """Return what an exported file says about how it was made.

    Parameters
    ----------
    path : path-like
        A FITS, ASDF, ECSV or CSV file, a figure, or a report that was exported.

    Returns
    -------
    Provenance
        Version, inputs and recipe. Nothing in it can be trusted: it is text of a file.

    Raises
    ------
    FileError
        If the file cannot be read, or holds no recipe.
    DataError
        If the files of the recipe cannot be read.
    """
    notes = FileNotes(Path(path))
    with open_gated(path) as gated:
        facts = _reader(gated.read(0, 512))(gated, notes)
    recipe = facts.get("recipe")
    text = recipe if isinstance(recipe, str) else json.dumps(recipe) if recipe else ""
    if not text:
        raise _without_recipe(notes)
    version, inputs = str(facts.get("version", "")), _inputs(facts.get("inputs"))
    return Provenance(version, inputs, unpack_recipe(text))


_Facts = Mapping[str, Any]


def _reader(head: bytes) -> Callable[[GatedFile, FileNotes], _Facts]:
    """Return what reads the facts of a file that begins with ``head``."""
    known: tuple[tuple[bytes, Callable[[GatedFile, FileNotes], _Facts]], ...] = (
        (b"SIMPLE  =", _of_fits),
        (b"#ASDF", _of_asdf),
        (b"# %ECSV", _of_ecsv),
        (b"%PDF", _of_pdf),
        (_PNG, _of_png),
        (b"<!DOCTYPE html", _of_page),
        (b"<?xml", _of_svg),
    )
    return next((reader for magic, reader in known if head.startswith(magic)), _of_csv)


def _of_fits(gated: GatedFile, notes: FileNotes) -> _Facts:
    file = FitsFile(gated, read_structure(gated, notes), notes)
    tables = file.all_named(PROVENANCE_EXTENSION)
    if not tables or tables[-1].kind != "table":
        return {}
    table = file.table(tables[-1])  # the last one: a corrected copy keeps what it was made of
    if "KEY" not in table or "VALUE" not in table:
        return {}
    keys, values = table.column("KEY"), table.column("VALUE")
    if keys is None or values is None:
        return {}
    rows = {str(key): str(value) for key, value in zip(keys, values, strict=True)}
    named = {"version": "VERSION", "inputs": "INPUTS", "recipe": "RECIPE"}
    facts: dict[str, Any] = {name: rows.get(key, "") for name, key in named.items()}
    return {**facts, "inputs": _parsed(facts["inputs"], [])}


def _of_asdf(gated: GatedFile, notes: FileNotes) -> _Facts:
    own = read_asdf(gated, notes).tree.get("fluxknot")
    return own if isinstance(own, dict) else {}


def _of_ecsv(gated: GatedFile, notes: FileNotes) -> _Facts:
    return own_facts(read_ecsv(gated.read_text(), notes))


def _of_csv(gated: GatedFile, _notes: FileNotes) -> _Facts:
    first = itertools.islice(io.StringIO(gated.read_text()), _MOST_COMMENTS)
    return facts_in_comments([line for line in first if line.startswith("#")])


def _of_pdf(gated: GatedFile, notes: FileNotes) -> _Facts:
    if gated.content_size > MAX_TEXT_BYTES:
        raise notes.refused(
            f"A figure of {gated.content_size // MIB} MiB is too large.", "Is it one of ours?"
        )
    found = _PDF_SUBJECT.findall(gated.read(0, gated.content_size))
    text = _PDF_ESCAPE.sub(_plain_character, found[-1]) if found else b""
    return _mapping(_parsed(text.decode("ascii", "replace"), {}))


def _plain_character(found: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r"}.get(found[1], found[1])


def _of_svg(gated: GatedFile, _notes: FileNotes) -> _Facts:
    found = _between(gated.read_text(), "<dc:description>", "</dc:description>")
    return _mapping(_parsed(unescape(found), {}))


def _between(text: str, begin: str, end: str) -> str:
    """Return what stands between two marks, in one pass; ``""`` when one of them is missing."""
    start = text.find(begin) + len(begin)
    stop = text.find(end, start)
    return text[start:stop] if start >= len(begin) and stop >= 0 else ""


def _of_png(gated: GatedFile, _notes: FileNotes) -> _Facts:
    offset = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        head = gated.read(offset, 8)
        if len(head) < 8:
            break
        size, kind = struct.unpack(">I4s", head)
        if kind == b"tEXt" and offset + 12 + size <= min(gated.content_size, MAX_TEXT_BYTES):
            name, _, text = gated.read(offset + 8, size).partition(b"\0")
            if name == b"Description":
                return _mapping(_parsed(text.decode("latin-1"), {}))
        offset += 12 + size
    return {}


def _of_page(gated: GatedFile, _notes: FileNotes) -> _Facts:
    text = gated.read_text()
    recipe, version = _between(text, "<pre>{", "</pre>"), _PAGE_VERSION.search(text)
    if not recipe or version is None:
        return {}
    stated = _mapping(_parsed(html.unescape("{" + recipe), {}))
    listed = stated.get("entries")
    inputs = [
        {"file": one.get("name"), "sha256": one.get("sha256")}
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict)
    ]
    return {"version": html.unescape(version[1]), "inputs": inputs, "recipe": stated}


def _parsed(text: str, otherwise: Any) -> Any:
    """Return what the JSON in ``text`` says; ``otherwise`` when it is none."""
    try:
        require_bearable(text)
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _inputs(listed: Any) -> tuple[tuple[str, str], ...]:
    """Return names and hashes, whether they are listed as pairs or by name."""
    pairs = [
        (one.get("file"), one.get("sha256")) if isinstance(one, dict) else one
        for one in (listed if isinstance(listed, list) else [])
    ]
    return tuple(
        (str(one[0]), str(one[1]))
        for one in pairs
        if isinstance(one, list | tuple) and len(one) > 1
    )


def _without_recipe(notes: FileNotes) -> FileError:
    return notes.refused(
        "It holds no recipe: it was not exported by Fluxknot.", "Choose an export of Fluxknot."
    )
