"""Recipes with many files in little room: their list of files packed, the rest as it is."""

import base64
import binascii
import bz2
import json
from typing import Any

from engine.errors import DataError
from engine.files.json_size import require_bearable

_LONG = 16_000  # characters from which a list of files is packed: shorter ones stay readable
_FILES = "entries"  # as `engine.project.recipes` calls them
_PACKED = "bz2,base64:"
_MOST_BYTES = 64 * 2**20  # of a list; one of ten thousand files takes a tenth


def pack_recipe(recipe: str) -> str:
    """Return a recipe whose list of files, where it is long, is packed into one text.

    Parameters
    ----------
    recipe : str
        JSON; what is none, or has no list of files, stays as it is.

    Returns
    -------
    str
        JSON with steps, parameters and choices as they were.

    Notes
    -----
    bzip2 has one implementation, so that the same list gives the same text on all machines (the
    output of zlib depends on its version).
    """
    document = _document(recipe) if len(recipe) > _LONG else {}
    files = document.get(_FILES)
    if not isinstance(files, list):
        return recipe
    listed = json.dumps(files, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    packed = base64.b64encode(bz2.compress(listed.encode("ascii"))).decode("ascii")
    return _text({**document, _FILES: f"{_PACKED}{packed}"})


def unpack_recipe(recipe: str) -> str:
    """Return a recipe with its list of files, packed or not.

    Raises
    ------
    DataError
        If the list is packed and cannot be unpacked.
    """
    document = _document(recipe) if _PACKED in recipe else {}
    files = document.get(_FILES)
    if not isinstance(files, str) or not files.startswith(_PACKED):
        return recipe
    try:
        unpacker = bz2.BZ2Decompressor()
        packed = base64.b64decode(files.removeprefix(_PACKED), validate=True)
        listed = unpacker.decompress(packed, _MOST_BYTES).decode("ascii")
        require_bearable(listed)
        found = json.loads(listed) if unpacker.eof else None
    except (binascii.Error, OSError, EOFError, ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise DataError("The files of this recipe cannot be read.", hint="Export the result again.")
    return _text({**document, _FILES: found})


def _document(recipe: str) -> dict[str, Any]:
    """Return what the JSON in ``recipe`` says; nothing when it is none, or no mapping."""
    try:
        require_bearable(recipe)
        document = json.loads(recipe)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, ensure_ascii=False)
