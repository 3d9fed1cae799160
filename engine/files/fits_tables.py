"""Binary tables of FITS files."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.files.fits_arrays import MAX_ARRAY_BYTES
from engine.files.fits_headers import Header
from engine.files.fits_structure import Hdu
from engine.files.gate import MIB, GatedFile
from engine.files.notes import FileNotes, quoted
from engine.files.raw_table import RawTable

_TFORM = re.compile(r"(\d*)([LXBIJKAEDCMPQ])(.*)")
_WIDTHS = {"L": 1, "B": 1, "I": 2, "J": 4, "K": 8, "A": 1, "E": 4, "D": 8, "C": 8, "M": 16}
_WIDTHS |= {"P": 8, "Q": 16}
_NUMBERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
_MAX_FIELDS = 999
_UNSIGNED = {("I", 2**15): np.uint16, ("J", 2**31): np.uint32, ("K", 2**63): np.uint64}


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    unit: str
    code: str
    repeat: int
    offset: int
    width: int
    scale: float
    zero: float
    null: int | None


def read_table(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> RawTable:
    """Read a binary table; its columns are decoded when they are asked for.

    Parameters
    ----------
    gated : GatedFile
        The open file.
    hdu : Hdu
        A binary table.
    notes : FileNotes
        Makes the sentences.

    Returns
    -------
    RawTable
        Columns in the machine's byte order; a column of vectors has the shape (rows, repeat).

    Raises
    ------
    FileError
        If the description of the columns does not fit the rows, or the table is too large.
    """
    if hdu.kind != "table" or len(hdu.shape) != 2 or hdu.header.integer("BITPIX") != 8:
        raise notes.refused(
            f"The table {quoted(hdu.name or hdu.index)} is damaged: its rows have no length.",
            "Fetch the file again.",
        )
    n_rows, row_bytes = hdu.shape
    if n_rows * row_bytes > MAX_ARRAY_BYTES:
        raise notes.refused(
            f"The table {quoted(hdu.name)} is too large ({n_rows * row_bytes // MIB} MiB).",
            f"Tables may have {MAX_ARRAY_BYTES // MIB} MiB; cut out what you need.",
        )
    fields = _fields(hdu, notes, row_bytes)
    rows = np.empty((n_rows, row_bytes), dtype=np.uint8)
    if rows.size:
        gated.read_into(hdu.offset, rows.reshape(-1))
    return RawTable(
        name=hdu.name,
        names=tuple(entry.name for entry in fields),
        units=tuple(entry.unit for entry in fields),
        n_rows=n_rows,
        read_column=_decoder(rows, fields),
        meta={keyword: hdu.header.shown(keyword) for keyword in hdu.header},
    )


def column_names(header: Header) -> tuple[str, ...]:
    """Return the names of the columns in capitals, without reading the table."""
    count = min(header.integer("TFIELDS") or 0, _MAX_FIELDS)
    return tuple(header.text(f"TTYPE{number}").upper() for number in range(1, count + 1))


def _fields(hdu: Hdu, notes: FileNotes, row_bytes: int) -> tuple[_Field, ...]:
    header = hdu.header
    count = header.integer("TFIELDS")
    if count is None or not 0 <= count <= _MAX_FIELDS:
        raise _damaged(hdu, notes, "TFIELDS")
    fields: list[_Field] = []
    offset = 0
    for number in range(1, count + 1):
        found = _TFORM.fullmatch(header.text(f"TFORM{number}").upper())
        if found is None:
            raise _damaged(hdu, notes, f"TFORM{number}")
        repeat = int(found[1] or 1)
        code = found[2]
        width = -(-repeat // 8) if code == "X" else repeat * _WIDTHS[code]
        fields.append(_field(header, number, code, repeat, offset, width))
        offset += width
    if offset != row_bytes:
        raise notes.refused(
            f"The table {quoted(hdu.name or hdu.index)} is damaged: its columns take "
            f"{min(offset, 10**18)} bytes, its rows have {row_bytes} (NAXIS1).",
            "Fetch the file again.",
        )
    return tuple(fields)


def _damaged(hdu: Hdu, notes: FileNotes, keyword: str) -> Exception:
    return notes.refused(
        f"The table {quoted(hdu.name or hdu.index)} is damaged: {keyword} is "
        f"{quoted(hdu.header.shown(keyword))}.",
        "Fetch the file again.",
    )


def _field(header: Header, number: int, code: str, repeat: int, offset: int, width: int) -> _Field:
    scale, zero = header.number(f"TSCAL{number}"), header.number(f"TZERO{number}")
    return _Field(
        name=header.text(f"TTYPE{number}") or f"column{number}",
        unit=header.text(f"TUNIT{number}"),
        code=code,
        repeat=repeat,
        offset=offset,
        width=width,
        scale=1.0 if scale is None else scale,
        zero=0.0 if zero is None else zero,
        null=header.integer(f"TNULL{number}"),
    )


def _decoder(
    rows: NDArray[np.uint8], fields: tuple[_Field, ...]
) -> Callable[[int], NDArray[Any] | None]:
    def read_column(index: int) -> NDArray[Any] | None:
        entry = fields[index]
        cells = rows[:, entry.offset : entry.offset + entry.width]
        if entry.code == "A":
            return _texts(cells)
        if entry.code == "L":
            truth = np.array(cells == ord("T"))
            return truth.reshape(-1) if entry.repeat == 1 else truth
        if entry.code not in _NUMBERS or not entry.width:
            return None
        return _numbers(cells, entry)

    return read_column


def _texts(cells: NDArray[np.uint8]) -> NDArray[Any]:
    texts = [
        bytes(cell).split(b"\0", 1)[0].decode("latin-1").strip()
        for cell in np.ascontiguousarray(cells)
    ]
    return np.array([_printable(text) for text in texts], dtype=object)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def _numbers(cells: NDArray[np.uint8], entry: _Field) -> NDArray[Any]:
    dtype = np.dtype(_NUMBERS[entry.code])
    stored = np.ascontiguousarray(cells).view(dtype).astype(dtype.newbyteorder("="))
    if entry.repeat == 1:
        stored = stored.reshape(-1)
    unsigned = _UNSIGNED.get((entry.code, int(entry.zero) if math.isfinite(entry.zero) else 0))
    if unsigned is not None and entry.scale == 1.0:
        offset = unsigned(int(entry.zero))
        flipped: NDArray[Any] = stored.view(unsigned) ^ offset
        return flipped
    is_null = None if entry.null is None or stored.dtype.kind == "f" else stored == entry.null
    if is_null is None and (entry.scale, entry.zero) == (1.0, 0.0):
        return stored
    values = stored.astype(np.float64) * entry.scale + entry.zero
    if is_null is not None:
        values[is_null] = np.nan
    return values
