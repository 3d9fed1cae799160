"""Opens any file that the program knows."""

import time
from pathlib import Path

import numpy as np

from engine.errors import FileError
from engine.files.aperture_corrections import read_aperture_correction
from engine.files.asdf_tree import AsdfTree, read_asdf
from engine.files.calspec import read_calspec
from engine.files.cubes import read_cube
from engine.files.detector_images import (
    is_detector_image,
    is_flat_reference,
    read_detector_images,
)
from engine.files.extraction_radii import has_extraction_radii, read_extraction_radii
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import read_structure
from engine.files.fringe_flats import is_fringe_flat, read_fringe_flat
from engine.files.gate import GatedFile, open_gated
from engine.files.headers import absolute, check_time, guess_role
from engine.files.images import read_images
from engine.files.imaging_photom import is_imaging_photom, read_imaging_photom
from engine.files.leak_curves import with_leak_curve
from engine.files.load_text import Content, kind_of_table, read_text_content, stem_of
from engine.files.loaded import ColumnMapping, Loaded, Product
from engine.files.notes import FileNotes, quoted
from engine.files.photom_references import is_photom_reference, read_photom_reference
from engine.files.point_spread_images import is_point_spread, read_point_spread
from engine.files.ramps import is_ramp, read_ramp
from engine.files.recognize import recognize_fits, recognize_format
from engine.files.references import read_reference
from engine.files.spectra_tables import Around, read_table_product
from engine.files.spectra_x1d import read_x1d
from engine.files.vectors import read_vector
from engine.model.aperture import ApertureCorrection
from engine.model.identity import Role
from engine.model.spectrum import Spectrum
from engine.model.tabulated import DataTable
from engine.progress import SILENT, Progress

_HEAD = 65_536  # bytes that tell what a content is
_UNIX_EPOCH_MJD = 40_587.0
_FITS_NAMES = (".fits", ".fit", ".fits.gz", ".fit.gz")
_KNOWN = "Open FITS, ASDF, ECSV, CSV, IPAC or text tables."


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
        # Damaged files hold numbers near the limits; what overflows is not finite, as it should be.
        with open_gated(path, progress=progress) as gated, np.errstate(all="ignore"):
            content = with_leak_curve(_read(gated, notes, mapping, progress), notes)
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


def _read(
    gated: GatedFile, notes: FileNotes, mapping: ColumnMapping | None, progress: Progress
) -> Content:
    found = recognize_format(gated.read(0, _HEAD))
    match found:
        case "fits":
            return _read_fits(gated, notes, mapping, progress)
        case "asdf":
            return _asdf_content(read_asdf(gated, notes))
        case "ecsv" | "ipac" | "json" | "text":
            return _read_text(gated, notes, found, mapping)
        case phrase:
            raise notes.refused(f"This is {phrase}, which is not read.", _KNOWN)


def _read_text(
    gated: GatedFile, notes: FileNotes, form: str, mapping: ColumnMapping | None
) -> Content:
    """Read a text; one that is called FITS is read, too, but most often it is no table at all."""
    if mapping is not None or not gated.path.name.lower().endswith(_FITS_NAMES):
        return read_text_content(gated, notes, form, mapping)
    text = gated.read_text()  # says it when the content is neither
    try:
        content = read_text_content(gated, notes, form, mapping)
    except FileError as error:
        raise notes.refused(
            f"It is called FITS but holds text: {quoted(text[:_HEAD])}.",
            "Fetch it again; if it is a table, rename it to .txt or .csv.",
        ) from error
    notes.warn("It is called FITS but holds text, which was read as such.")
    return content


def _asdf_content(file: AsdfTree) -> Content:
    if has_extraction_radii(file):
        return Content("reference", (read_extraction_radii(file),), "other")
    return Content("aperture correction", (read_aperture_correction(file),), "other")


def _read_fits(
    gated: GatedFile, notes: FileNotes, mapping: ColumnMapping | None, progress: Progress
) -> Content:
    file = FitsFile(gated, read_structure(gated, notes, progress=progress), notes)
    kind = recognize_fits(file)
    if kind == "spectral table" or (mapping is not None and kind in {"x1d", "calspec"}):
        content = _fits_table(file, mapping)
    else:
        content = _fits_content(file, kind)
    if file.primary.text("TELESCOP") in {"", "JWST"}:
        identity = getattr(content.products[0], "identity", None) or file.identity()
        check_time(identity, notes, now_mjd=_UNIX_EPOCH_MJD + time.time() / 86_400.0)
    return content


def _fits_content(file: FitsFile, kind: str) -> Content:
    match kind:
        case "cube":
            return Content("cube", (read_cube(file),))
        case "x1d":
            return Content("spectrum", read_x1d(file))
        case "calspec":
            return Content("model spectrum", (read_calspec(file),), "model")
        case "vector":
            return Content("vector", (read_vector(file),))
        case "reference":
            return _reference_content(file)
        case "image":
            return _image_content(file)
        case _:
            raise file.notes.refused("There is nothing in the file that can be shown.", _KNOWN)


def _image_content(file: FitsFile) -> Content:
    if is_detector_image(file):
        return Content("detector image", read_detector_images(file))
    if is_ramp(file):
        return Content("ramp", (read_ramp(file),), "other")
    if is_point_spread(file):
        return Content("encircled energy", (read_point_spread(file),), "other")
    return Content("image", read_images(file))


def _reference_content(file: FitsFile) -> Content:
    if is_flat_reference(file):
        return Content("flat reference", read_detector_images(file), "other")
    if is_photom_reference(file):
        return Content("photom reference", read_photom_reference(file), "other")
    if is_imaging_photom(file):
        return Content("imaging photom reference", (read_imaging_photom(file),), "other")
    if is_fringe_flat(file):
        return Content("fringe flat", read_fringe_flat(file), "other")
    return Content("reference", read_reference(file), "other")


def _fits_table(file: FitsFile, mapping: ColumnMapping | None) -> Content:
    """Read the tables of a file that is no product with a name; the first one decides its kind."""
    products: list[Product] = []
    for hdu in file.tables():
        around = Around(file.identity(hdu), file.origin(hdu), stem_of(file.gated))
        products.append(read_table_product(file.table(hdu), around, file.notes, mapping=mapping))
    if isinstance(products[0], Spectrum):
        spectra = tuple(product for product in products if isinstance(product, Spectrum))
        return Content("spectrum", spectra)
    if isinstance(products[0], DataTable):
        return Content(kind_of_table(products[0]), tuple(products), "other")
    return Content("curve", tuple(products), "other")


def _role(products: tuple[Product, ...]) -> Role:
    if not products or isinstance(products[0], ApertureCorrection):
        return "other"
    return guess_role(products[0].identity, products[0].origin)
