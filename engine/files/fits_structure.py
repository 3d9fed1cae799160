"""The structure of a FITS file, checked before any data are touched.

Headers are read with Python integers: what they promise is compared with the size of the file,
so that a header that lies about its axes costs neither memory nor time.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.files.fits_headers import BLOCK, Header, parse_cards
from engine.files.gate import MIB, GatedFile
from engine.files.notes import FileNotes, clipped, quoted
from engine.progress import SILENT, Progress

HduKind = Literal["image", "table", "compressed image", "other"]

_BITPIX = {8, 16, 32, 64, -32, -64}
_MAX_HEADER_BLOCKS = 2000  # 72 000 cards
_MAX_HEADER_BYTES = 128 * MIB  # all headers together
_MAX_HDUS = 20_000
_MAX_AXES = 999
_CHECKED_BYTES = 512 * MIB  # larger extensions are not summed


@dataclass(frozen=True, eq=False, slots=True)
class Hdu:
    """One extension.

    Attributes
    ----------
    index : int
        0 for the primary one.
    name, version : str, int
        EXTNAME in capitals and EXTVER.
    kind : str
        ``"image"``, ``"table"`` (binary), ``"compressed image"`` or ``"other"``.
    header : Header
        Its keywords.
    header_offset, offset, size : int
        Where the header and the data begin, and the bytes of the data without padding.
    shape : tuple of int
        Axes in the order of numpy (slowest first); empty when there are no data.
    """

    index: int
    name: str
    version: int
    kind: HduKind
    header: Header
    header_offset: int
    offset: int
    size: int
    shape: tuple[int, ...]


def read_structure(
    gated: GatedFile, notes: FileNotes, *, progress: Progress = SILENT
) -> tuple[Hdu, ...]:
    """Read and check all headers of a FITS file.

    Parameters
    ----------
    gated : GatedFile
        The open file.
    notes : FileNotes
        Takes warnings: missing padding, bytes behind the end, wrong checksums.
    progress : Progress, optional
        Told where the pass is.

    Returns
    -------
    tuple of Hdu
        The extensions in order; the first is the primary one.

    Raises
    ------
    FileError
        If a header is damaged, or promises more than the file holds.
    """
    hdus: list[Hdu] = []
    offset = headers = 0
    while offset < gated.content_size:
        hdu = _read_hdu(gated, notes, index=len(hdus), start=offset)
        if hdu is None:
            break
        headers += hdu.offset - hdu.header_offset
        if len(hdus) >= _MAX_HDUS or headers > _MAX_HEADER_BYTES:
            raise notes.refused(
                f"More than {len(hdus)} extensions are more than any product has.",
                "The file is damaged or was made to harm; fetch it again.",
            )
        hdus.append(hdu)
        _require_complete(gated, hdu, notes)
        _check_sum(gated, hdu, notes)
        offset = hdu.offset + -(-hdu.size // BLOCK) * BLOCK
        progress.step(min(offset, gated.content_size), gated.content_size, "Checking headers")
    if not hdus:
        raise notes.refused("The FITS header is damaged.", "Fetch the file again.")
    return tuple(hdus)


def _read_hdu(gated: GatedFile, notes: FileNotes, *, index: int, start: int) -> Hdu | None:
    """Return the extension that begins at ``start``, or `None` when none begins there."""
    blocks = gated.read(start, 4 * BLOCK)
    if not blocks.startswith(b"SIMPLE  =" if index == 0 else b"XTENSION="):
        if index and blocks.strip(b"\0 "):
            notes.warn(
                f"{gated.content_size - start} bytes behind the last extension are no FITS and "
                "were left out. Fetch the file again if something is missing."
            )
        return None
    header, is_complete = parse_cards(blocks)
    while not is_complete:
        if len(blocks) % BLOCK or len(blocks) // BLOCK >= _MAX_HEADER_BLOCKS:
            break
        more = gated.read(start + len(blocks), max(4 * BLOCK, len(blocks)))
        if not more:
            break
        blocks += more
        header, is_complete = parse_cards(blocks)
    if not is_complete:
        raise notes.refused(
            f"The file is truncated or damaged: the header of extension {index} has no end.",
            "Fetch it again.",
        )
    end = _end_of_header(blocks)
    return _describe(header, notes, index=index, start=start, offset=start + end)


def _end_of_header(blocks: bytes) -> int:
    """Return the bytes of the header with its padding; END stands at the start of a card."""
    position = -1
    while True:
        position = blocks.index(b"END", position + 1)
        if position % 80 == 0 and not blocks[position + 3 : position + 80].strip():
            return (position // BLOCK + 1) * BLOCK


def _describe(header: Header, notes: FileNotes, *, index: int, start: int, offset: int) -> Hdu:
    bitpix = header.integer("BITPIX")
    n_axes = header.integer("NAXIS")
    if bitpix not in _BITPIX or n_axes is None or not 0 <= n_axes <= _MAX_AXES:
        raise notes.refused(
            f"The header of extension {index} is damaged: BITPIX is "
            f"{quoted(header.shown('BITPIX'))}, NAXIS is {quoted(header.shown('NAXIS'))}.",
            "Fetch the file again.",
        )
    axes = [header.integer(f"NAXIS{axis}") for axis in range(1, n_axes + 1)]
    sizes = [axis for axis in axes if axis is not None and axis >= 0]
    if len(sizes) != n_axes:
        bad = next(n for n, axis in enumerate(axes, 1) if axis is None or axis < 0)
        raise notes.refused(
            f"The header of extension {index} is damaged: NAXIS{bad} is "
            f"{quoted(header.shown(f'NAXIS{bad}'))}.",
            "Fetch the file again.",
        )
    extra, groups = _counts(header, notes, index)
    values = math.prod(sizes) if sizes else 0
    name = header.text("EXTNAME").upper() or ("PRIMARY" if index == 0 else "")
    version = header.integer("EXTVER")
    return Hdu(
        index=index,
        name=name,
        version=1 if version is None else version,
        kind=_kind(header, index),
        header=header,
        header_offset=start,
        offset=offset,
        size=abs(bitpix) // 8 * groups * (extra + values) if sizes else 0,
        shape=tuple(reversed(sizes)),
    )


def _counts(header: Header, notes: FileNotes, index: int) -> tuple[int, int]:
    """Return PCOUNT and GCOUNT, which change where the next extension begins."""
    counts = []
    for keyword, default in (("PCOUNT", 0), ("GCOUNT", 1)):
        count = header.integer(keyword) if keyword in header else default
        if count is None or count < default:
            raise notes.refused(
                f"The header of extension {index} is damaged: {keyword} is "
                f"{quoted(header.shown(keyword))}.",
                "Fetch the file again.",
            )
        counts.append(count)
    return counts[0], counts[1]


def _kind(header: Header, index: int) -> HduKind:
    if index == 0:
        return "other" if header.value("GROUPS") is True else "image"
    match header.text("XTENSION"):
        case "IMAGE":
            return "image"
        case "BINTABLE" | "A3DTABLE":
            return "compressed image" if header.value("ZIMAGE") is True else "table"
        case _:
            return "other"


def _require_complete(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> None:
    end = hdu.offset + hdu.size
    if end > gated.content_size:
        raise notes.refused(
            f"The file is truncated, or its header lies: extension {quoted(hdu.name or hdu.index)} "
            f"{_promise(hdu)} ends at byte {min(end, 10**18)}, the file at {gated.content_size}.",
            "Fetch it again.",
        )
    padded = hdu.offset + -(-hdu.size // BLOCK) * BLOCK
    if padded > gated.content_size:
        notes.warn("The last block is shorter than FITS demands; the data are complete.")


def _promise(hdu: Hdu) -> str:
    axes = " x ".join(str(axis) for axis in reversed(hdu.shape[-3:]))
    return f"({clipped(axes, 60)})" if hdu.kind == "image" else "with its table"


def _check_sum(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> None:
    """Warn when CHECKSUM or DATASUM, if given, do not fit the bytes."""
    if not ("CHECKSUM" in hdu.header or "DATASUM" in hdu.header) or hdu.size > _CHECKED_BYTES:
        return
    data = gated.read(hdu.offset, -(-hdu.size // BLOCK) * BLOCK)
    total = ones_complement_sum(data)
    said = hdu.header.text("DATASUM")
    is_wrong = said.isdigit() and int(said) % 0xFFFFFFFF != total % 0xFFFFFFFF
    if not is_wrong and hdu.header.text("CHECKSUM"):
        head = gated.read(hdu.header_offset, hdu.offset - hdu.header_offset)
        is_wrong = (ones_complement_sum(head) + total) % 0xFFFFFFFF != 0
    if is_wrong:
        notes.warn(
            f"The checksum of extension {quoted(hdu.name or hdu.index)} does not fit its bytes: "
            "the file was changed or damaged. Fetch it again before you trust it."
        )


def ones_complement_sum(data: bytes) -> int:
    """Return the 32-bit ones' complement sum of the FITS checksum convention."""
    padded = data if len(data) % 4 == 0 else data + b"\0" * (-len(data) % 4)
    total = int(np.frombuffer(padded, dtype=">u4").sum(dtype=np.uint64))
    while total > 0xFFFFFFFF:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total
