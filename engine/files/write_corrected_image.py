"""Copies of files whose pixels are corrected by a factor or less a background, no other bytes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from engine.arrays import FloatArray
from engine.errors import FileError
from engine.files.atomic import IfExists, atomic_write
from engine.files.deterministic_fits import Card, fitted_comment, provenance_hdu
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu, read_structure
from engine.files.gate import open_gated
from engine.files.header_text import header_text
from engine.files.notes import FileNotes
from engine.model.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Mark:
    """What says in the primary header that a file was corrected.

    Attributes
    ----------
    keyword, comment : str
        Of the card.
    refusal : str
        Why it must not be done again; ``""``: it may.
    """

    keyword: str
    comment: str
    refusal: str = ""


#: Keyword in the primary header of a file that was corrected.
CORRECTED = "MODCORR"
MODULES = Mark(
    CORRECTED,
    "Offset between the NIRCam modules taken out",
    "The offset of its module was taken out of this file already: doing it twice would put it back "
    "in the other direction.",
)
_BLOCK = 2880
_POWERS = {"SCI": 1, "ERR": 1, "VAR_POISSON": 2, "VAR_RNOISE": 2, "VAR_FLAT": 2}
_TYPES = {-32: ">f4", -64: ">f8"}


def write_corrected_image(
    path: str | Path,
    source: str | Path,
    factor: FloatArray | None,
    *,
    subtracted: FloatArray | None = None,
    cards: Sequence[Card],
    history: Sequence[str] = (),
    science: Sequence[Card] = (),
    mark: Mark = MODULES,
    sha256: str = "",
    provenance: Provenance,
    exists: IfExists = "refuse",
) -> Path:
    """Write a copy of a cal file with its pixels multiplied by a factor.

    Parameters
    ----------
    path : path-like
        The copy; never the file itself.
    source : path-like
        The file, which is only read. A packed file gives a plain copy.
    factor : ndarray, shape (ny, nx), or None
        Finite and positive. SCI and ERR are multiplied by it, VAR_POISSON, VAR_RNOISE and
        VAR_FLAT by its square. `None`: they are not.
    subtracted : ndarray, shape of SCI, optional
        Finite; what is taken from SCI, before the factor.
    cards : sequence of (str, value, str)
        What was done: keyword, value, comment, for the primary header. The mark is added.
    history : sequence of str
        Lines of HISTORY.
    science : sequence of (str, value, str)
        Cards of SCI that change with its values.
    mark : Mark, optional
        What says that it was done, and whether it may be done again.
    sha256 : str, optional
        Hash that the file must have; by default any.
    provenance : Provenance
        Written into the file.
    exists : {"refuse", "replace"}
        What to do when the copy is there already.

    Returns
    -------
    pathlib.Path
        ``path``.

    Raises
    ------
    FileError
        If the file was corrected before, has changed, is no cal file of that shape, or the copy
        would replace it or cannot be written.

    Notes
    -----
    Every byte of other extensions (flags, the meta data of the pipeline) is kept; checksums of
    what has changed are taken out, as they may be.
    """
    source, path = Path(source), Path(path)
    _require_other(path, source)
    notes = FileNotes(source)
    with open_gated(source) as gated:
        if sha256 and gated.sha256 != sha256:
            raise FileError(source, "The file has changed since it was opened.", hint="Reload it.")
        file = FitsFile(gated, read_structure(gated, notes), notes)
        if mark.refusal and mark.keyword in file.primary:
            raise FileError(source, mark.refusal, hint="Correct the file as the pipeline wrote it.")
        changed = _changed(file, factor, subtracted)
        content = gated.read(0, gated.content_size)
    blocks = _blocks(content, file.hdus, changed, _described(cards, history, mark), science)
    blocks.append(_extension(provenance_hdu(provenance)))

    def write(stream: BinaryIO) -> None:
        for block in blocks:
            stream.write(block)

    return atomic_write(path, write, exists=exists)


def _require_other(path: Path, source: Path) -> None:
    try:
        same = path.samefile(source)
    except (OSError, ValueError):
        same = False  # one of them is not there, or nobody may look: writing will say so
    if same or path.absolute() == source.absolute():
        raise FileError(
            path, "This is the file itself: it is never changed.", hint="Choose another name."
        )


def _changed(
    file: FitsFile, factor: FloatArray | None, subtracted: FloatArray | None
) -> dict[int, bytes]:
    """Return the new data of the extensions that change, by their numbers."""
    found: dict[int, bytes] = {}
    shape = next((one.shape for one in (factor, subtracted) if one is not None), ())
    for hdu in file.hdus:
        power = _POWERS.get(hdu.name)
        if power is None or hdu.kind != "image" or not hdu.shape:
            continue
        if factor is None and hdu.name != "SCI":
            continue
        kind = _TYPES.get(hdu.header.integer("BITPIX") or 0)
        is_scaled = (hdu.header.number("BSCALE") or 1.0) != 1.0 or hdu.header.number("BZERO")
        if kind is None or is_scaled or hdu.shape != shape:
            raise file.notes.refused(
                f"{hdu.name} is no image of {' x '.join(map(str, shape[::-1]))} plain numbers.",
                "Correct cal files as the pipeline writes them.",
            )
        values = np.frombuffer(file.gated.read(hdu.offset, hdu.size), dtype=kind)
        corrected = values.astype(np.float64)
        if subtracted is not None and hdu.name == "SCI":
            corrected -= subtracted.ravel()
        if factor is not None:
            corrected *= factor.ravel() ** power
        found[hdu.index] = corrected.astype(kind).tobytes()
    if not any(file.hdus[index].name == "SCI" for index in found):
        raise file.notes.refused("There is no image SCI in the file.", "Correct cal files.")
    return found


def _described(cards: Sequence[Card], history: Sequence[str], mark: Mark) -> Any:
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    header = fits.Header()
    header[mark.keyword] = (True, mark.comment)
    _set_cards(header, cards)
    for line in history:
        header.add_history(header_text(line))
    return header


def _set_cards(header: Any, cards: Sequence[Card]) -> None:
    for keyword, given, comment in cards:
        value = header_text(given) if isinstance(given, str) else given
        if value is not None and not (isinstance(value, float) and not np.isfinite(value)):
            fitted = fitted_comment(value, comment) if isinstance(value, str) else comment
            header[keyword] = (value, fitted)


def _blocks(
    content: bytes,
    hdus: Sequence[Hdu],
    changed: dict[int, bytes],
    described: Any,
    science: Sequence[Card],
) -> list[bytes]:
    """Return the pieces of the copy: headers and data, each filled up to whole blocks."""
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    pieces: list[bytes] = []
    for hdu in hdus:
        raw = content[hdu.header_offset : hdu.offset]
        data = changed.get(hdu.index, content[hdu.offset : hdu.offset + hdu.size])
        if hdu.index == 0 or hdu.index in changed:
            header = fits.Header.fromstring(raw)
            for keyword in ("CHECKSUM", "DATASUM"):
                header.remove(keyword, ignore_missing=True, remove_all=True)
            if hdu.index == 0:
                header.extend(described, end=True)
            if hdu.name == "SCI":
                _set_cards(header, science)
            raw = header.tostring(sep="", endcard=True, padding=True).encode("ascii")
        fill = b" " if hdu.kind == "other" else b"\0"
        pieces += [raw, data, fill * (-len(data) % _BLOCK)]
    return pieces


def _extension(hdu: Any) -> bytes:
    """Return the bytes of one extension."""
    from astropy.io import fits  # noqa: PLC0415  (slow to import)

    buffer = io.BytesIO()
    hdu.add_checksum(when="of this extension")
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(buffer)
    return buffer.getvalue()[_BLOCK:]
