"""Opens any file that the program knows."""

import time
from dataclasses import dataclass
from pathlib import Path

from engine.files.calspec import read_calspec
from engine.files.cubes import read_cube
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import read_structure
from engine.files.gate import GatedFile, open_gated
from engine.files.headers import absolute, check_time, guess_role
from engine.files.images import read_images
from engine.files.loaded import ColumnMapping, Kind, Loaded, Product
from engine.files.notes import FileNotes
from engine.files.recognize import recognize_fits, recognize_format
from engine.files.spectra_x1d import read_x1d
from engine.model.aperture import ApertureCorrection
from engine.model.identity import Role
from engine.progress import SILENT, Progress

_HEAD = 65_536  # bytes that tell what a content is
_UNIX_EPOCH_MJD = 40_587.0
_KNOWN = "Open FITS, ASDF, ECSV, CSV, IPAC or text tables."


@dataclass(frozen=True, slots=True)
class _Content:
    kind: Kind
    products: tuple[Product, ...]
    role: Role | None = None


def load(
    path: str | Path, *, mapping: ColumnMapping | None = None, progress: Progress = SILENT
) -> Loaded:
    """Open a file of any kind.

    Parameters
    ----------
    path : path-like
        The file; what it is, its content tells.
    mapping : ColumnMapping, optional
        Which columns of a table make a spectrum, where guessing is not enough.
    progress : Progress, optional
        Told how far reading is.

    Returns
    -------
    Loaded
        Products in canonical units with a guessed role, and what the user should know.

    Raises
    ------
    FileError
        If the file is refused: one sentence with the cause, and one with the next step.
    """
    path = Path(path)
    notes = FileNotes(path)
    try:
        with open_gated(path, progress=progress) as gated:
            content = _read(gated, notes, progress)
            sha256, size = gated.sha256, gated.size
    except MemoryError as error:
        raise notes.refused(
            "There is not enough memory to read the file.", "Close other files, or cut it."
        ) from error
    return Loaded(
        path=str(absolute(path)),
        sha256=sha256,
        size=size,
        kind=content.kind,
        products=content.products,
        role=content.role or _role(content.products),
        messages=notes.messages,
    )


def _read(gated: GatedFile, notes: FileNotes, progress: Progress) -> _Content:
    found = recognize_format(gated.read(0, _HEAD))
    match found:
        case "fits":
            return _read_fits(gated, notes, progress)
        case phrase:
            raise notes.refused(f"This is {phrase}, which is not read.", _KNOWN)


def _read_fits(gated: GatedFile, notes: FileNotes, progress: Progress) -> _Content:
    file = FitsFile(gated, read_structure(gated, notes, progress=progress), notes)
    content = _fits_content(file, recognize_fits(file))
    check_time(file.identity(), notes, now_mjd=_UNIX_EPOCH_MJD + time.time() / 86_400.0)
    return content


def _fits_content(file: FitsFile, kind: str) -> _Content:
    match kind:
        case "cube":
            return _Content("cube", (read_cube(file),))
        case "x1d":
            return _Content("spectrum", read_x1d(file))
        case "calspec":
            return _Content("model spectrum", (read_calspec(file),), "model")
        case "image":
            return _Content("image", read_images(file))
        case _:
            raise file.notes.refused("There is nothing in the file that can be shown.", _KNOWN)


def _role(products: tuple[Product, ...]) -> Role:
    if not products or isinstance(products[0], ApertureCorrection):
        return "other"
    return guess_role(products[0].identity, products[0].origin)
