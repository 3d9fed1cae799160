"""FITS files that hold no clock: the same content gives the same bytes, each time."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from engine.files.atomic import IfExists, atomic_write
from engine.files.header_text import header_text
from engine.files.packed_recipes import pack_recipe
from engine.model.provenance import Provenance
from engine.model.table import Column

PROVENANCE_EXTENSION = "FLUXKNOT"
_COMMENT = "of this extension"
_LONGEST_TEXT = 68  # characters between the quotes of a card
_UNSIGNED_OFFSET = 2**31

Value = str | int | float | bool
Card = tuple[str, Value | None, str]


def primary_hdu(cards: Iterable[Card]) -> Any:
    """Return a primary HDU without data; cards without a value are left out."""
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    hdu = fits.PrimaryHDU()
    _add_cards(hdu.header, cards)
    return hdu


def table_hdu(
    name: str, columns: Sequence[Column], cards: Iterable[Card] = (), *, version: int = 1
) -> Any:
    """Return a binary table.

    Parameters
    ----------
    name : str
        EXTNAME.
    columns : sequence of Column
        Floats are written as float64 (float32 stays as it is), unsigned integers as uint32, text
        in ASCII, and rows of uint8 as bytes.
    cards : iterable of (str, value, str)
        Keyword, value, comment; cards without a value are left out.
    version : int
        EXTVER.
    """
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    # FITS_rec of unsigned integers keep their offset only when asked for (`uint`).
    hdu = fits.BinTableHDU.from_columns(
        [_fits_column(column) for column in columns], name=name, ver=version, uint=True
    )
    _add_cards(hdu.header, cards)
    return hdu


def image_hdu(name: str, data: Any, cards: Iterable[Card] = ()) -> Any:
    """Return an image extension; ``data`` keeps its precision."""
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    hdu = fits.ImageHDU(np.asarray(data), name=name)
    _add_cards(hdu.header, cards)
    return hdu


def provenance_hdu(provenance: Provenance, further: Sequence[tuple[str, str]] = ()) -> Any:
    """Return the table `FLUXKNOT`: key and value, one row a fact.

    The rows VERSION, INPUTS (JSON: list of [file name, SHA-256]) and RECIPE (JSON) are always
    there; ``further`` adds others. Text beyond ASCII is escaped as JSON does it.
    """
    rows = [
        ("VERSION", provenance.version),
        ("INPUTS", json.dumps(provenance.inputs)),
        ("RECIPE", pack_recipe(provenance.recipe)),
        *further,
    ]
    keys, values = zip(*rows, strict=True)
    escaped = [_as_printable(value) for value in values]
    columns = (Column("KEY", "", np.array(keys)), Column("VALUE", "", np.array(escaped)))
    return table_hdu(PROVENANCE_EXTENSION, columns)


def write_fits(path: str | Path, hdus: Sequence[Any], *, exists: IfExists = "refuse") -> Path:
    """Write the HDUs, with checksums, through `atomic_write`."""
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    def write(stream: BinaryIO) -> None:
        fits.HDUList(list(hdus)).writeto(stream)

    for hdu in hdus:
        # The comment replaces the time of day that astropy would put there.
        hdu.add_checksum(when=_COMMENT)
    return atomic_write(path, write, exists=exists)


def fitted_comment(text: str, comment: str) -> str:
    """Return as much of the comment of a card as there is room for behind its text."""
    length = len(text.replace("'", "''"))
    if length > _LONGEST_TEXT:
        return comment  # goes on in further cards
    return comment[: max(_LONGEST_TEXT - max(length, 8) - len(" / "), 0)]


def _add_cards(header: Any, cards: Iterable[Card]) -> None:
    for keyword, value, comment in cards:
        if isinstance(value, str):
            text = header_text(value)
            if keyword == "HISTORY":
                header.add_history(text)
            elif text:
                header[keyword] = (text, fitted_comment(text, comment))
        elif value is not None and np.isfinite(value):
            header[keyword] = (value, comment)


def _fits_column(column: Column) -> Any:
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    values = np.asarray(column.values)
    unit = column.unit or None
    if values.dtype == np.uint8:
        return fits.Column(column.name, format=f"{values.size // len(values)}B", array=values)
    if values.dtype.kind == "u":
        return fits.Column(
            column.name, format="J", unit=unit, bzero=_UNSIGNED_OFFSET, array=values.astype("u4")
        )
    if values.dtype == np.float32:
        return fits.Column(column.name, format="E", unit=unit, array=values)
    if values.dtype.kind in "US":
        text = np.array([str(value).encode("ascii", "replace") for value in values], dtype="S")
        width = max(1, text.dtype.itemsize)
        return fits.Column(column.name, format=f"{width}A", array=text.astype(f"S{width}"))
    code = {"f": "D", "i": "K", "b": "L"}[values.dtype.kind]
    kind = {"D": np.float64, "K": np.int64, "L": np.bool_}[code]
    return fits.Column(column.name, format=code, unit=unit, array=values.astype(kind))


def _as_printable(text: str) -> str:
    """Write what FITS text cannot hold as JSON escapes, which mean the same inside JSON."""
    return "".join(_printable(character) for character in text)


def _printable(character: str) -> str:
    if " " <= character <= "~":
        return character
    if character in "\t\r\n":
        return " "
    if character < " " or character == "\x7f":
        return f"\\u{ord(character):04x}"
    return json.dumps(character)[1:-1]
