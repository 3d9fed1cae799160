"""Tells what a file is from its content; its name has no say."""

import codecs
import re
from typing import Literal

from engine.files.calspec import calspec_hdu
from engine.files.fits_file import FitsFile
from engine.files.spectra_x1d import EXTENSIONS

Format = Literal["fits", "asdf", "ecsv", "ipac", "json", "text"]
FitsKind = Literal[
    "cube", "x1d", "calspec", "vector", "reference", "image", "spectral table", "unknown"
]

_FORMATS: tuple[tuple[bytes, str], ...] = ((b"SIMPLE  =", "fits"), (b"#ASDF", "asdf"))
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF", "an HDF5 file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"(\xb5/\xfd", "a zstd file"),
    (b"\x7fELF", "a program"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x93NUMPY", "a NumPy file"),
)
_HTML = re.compile(rb"\s*<(!doctype|html|\?xml|head|body)", re.IGNORECASE)
_ECSV = re.compile(rb"#\s*%ECSV")
_IPAC = re.compile(rb"(\\[^\n]*\r?\n)*\s*\|[^\n]*\|")


def recognize_format(head: bytes) -> Format | str:
    """Return the format of a content from its first bytes.

    Parameters
    ----------
    head : bytes
        The first few thousand bytes, unpacked.

    Returns
    -------
    str
        One of `Format`; or, for what is not read, a phrase that tells what it is:
        ``"an HTML page"``.
    """
    text = head.removeprefix(codecs.BOM_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode()
    if _HTML.match(text):
        return "an HTML page"
    if text.lstrip()[:1] in {b"{", b"["}:
        return "json"
    for magic, name in _FORMATS + _OTHERS:
        if head.startswith(magic):
            return name
    if _ECSV.match(text):
        return "ecsv"
    return "ipac" if _IPAC.match(text) else "text"


def recognize_fits(file: FitsFile) -> FitsKind:
    """Tell what product a FITS file is from its extensions, columns and keywords."""
    names = {hdu.name for hdu in file.hdus}
    if "VECTOR" in names:
        return "vector"
    if names & set(EXTENSIONS):
        return "x1d"
    if calspec_hdu(file) is not None:
        return "calspec"
    if file.primary.text("REFTYPE"):
        return "reference"
    return _by_data(file, names)


def _by_data(file: FitsFile, names: set[str]) -> FitsKind:
    data = file.find("SCI")
    if data is None or data.kind == "table":
        data = next((h for h in file.hdus if "image" in h.kind and len(h.shape) >= 2), None)
    if data is None:
        return "spectral table" if file.tables() else "unknown"
    if len(data.shape) != 3:
        return "image"
    return "image" if _is_integrations(file, names) else "cube"


def _is_integrations(file: FitsFile, names: set[str]) -> bool:
    """Tell integrations (rateints, calints) from a cube: both have three axes."""
    if file.model_name in {"CubeModel", "RampModel", "SlitModel"} or "INT_TIMES" in names:
        return True
    return file.model_name not in {"", "IFUCubeModel"} and "WMAP" not in names
