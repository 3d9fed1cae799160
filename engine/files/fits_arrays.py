"""The data of FITS images, as native arrays."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloatArray, FlagArray, freeze
from engine.files.fits_structure import Hdu
from engine.files.gate import MIB, GatedFile
from engine.files.notes import FileNotes, quoted

MAX_ARRAY_BYTES = 2048 * MIB  #: larger arrays are refused
_UNSIGNED_OFFSET = 2**31
_TYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}


def find_hdu(hdus: Sequence[Hdu], name: str, *, version: int | None = None) -> Hdu | None:
    """Return the first extension called ``name``, or `None`; numbers never identify one."""
    return next(
        (hdu for hdu in hdus if hdu.name == name and version in (None, hdu.version)),
        None,
    )


def read_values(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> AnyFloatArray:
    """Read an image as floating-point numbers in the machine's byte order, read-only.

    Parameters
    ----------
    gated : GatedFile
        The open file.
    hdu : Hdu
        An image.
    notes : FileNotes
        Makes the sentences.

    Returns
    -------
    ndarray
        float32 and float64 as they are; whole numbers as float64 (float32 up to 16 bits), scaled
        by BSCALE and BZERO, NaN where they are BLANK.

    Raises
    ------
    FileError
        If there are no data, too many, or they are compressed.
    """
    stored = _read_stored(gated, hdu, notes)
    scale, zero = _scaling(hdu, notes)
    if stored.dtype.kind == "f" and (scale, zero) == (1.0, 0.0):
        return freeze(stored)
    precise = np.float64 if stored.dtype.itemsize > 2 else np.float32
    values: NDArray[Any] = stored.astype(precise)
    blank = hdu.header.integer("BLANK")
    if blank is not None and stored.dtype.kind != "f":
        values[stored == blank] = np.nan
    if (scale, zero) != (1.0, 0.0):
        values = values * precise(scale) + precise(zero)
    return freeze(values)


def read_flags(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> FlagArray:
    """Read an image of data-quality bits as uint32, read-only.

    Raises
    ------
    FileError
        If the image holds no whole numbers, besides the reasons of `read_values`.
    """
    stored = _read_stored(gated, hdu, notes)
    scale, zero = _scaling(hdu, notes)
    if stored.dtype.kind == "f" or scale != 1.0 or abs(zero) > 2 * _UNSIGNED_OFFSET:
        raise notes.refused(
            f"The extension {quoted(hdu.name)} should hold flags but holds real numbers.",
            "Rewrite it as whole numbers, or remove it.",
        )
    if stored.dtype == np.int32 and zero == _UNSIGNED_OFFSET:
        flags: FlagArray = stored.view(np.uint32)
        flags ^= np.uint32(_UNSIGNED_OFFSET)
        return freeze(flags)
    return freeze((stored.astype(np.int64) + int(zero)).astype(np.uint32))


def constant(value: float, shape: tuple[int, ...]) -> AnyFloatArray:
    """Return a read-only array of one value that takes no memory."""
    return np.broadcast_to(np.float32(value), shape)


def no_flags(shape: tuple[int, ...]) -> FlagArray:
    """Return read-only flags that are all 0 and take no memory."""
    return np.broadcast_to(np.uint32(0), shape)


def _read_stored(gated: GatedFile, hdu: Hdu, notes: FileNotes) -> NDArray[Any]:
    """Return the numbers as stored, in the machine's byte order, without a second copy."""
    name = quoted(hdu.name or hdu.index)
    if hdu.kind == "compressed image":
        raise notes.refused(
            f"The image {name} is tile-compressed, which is not read.",
            "Uncompress the file with funpack first.",
        )
    if hdu.kind != "image" or not hdu.shape or math.prod(hdu.shape) == 0:
        raise notes.refused(f"The extension {name} holds no image.", "Check the file.")
    dtype = np.dtype(_TYPES[hdu.header.integer("BITPIX") or 8])
    size = math.prod(hdu.shape) * dtype.itemsize
    if size > MAX_ARRAY_BYTES or len(hdu.shape) > 8:
        raise notes.refused(
            f"The array {name} is too large ({min(size, 10**18) // MIB} MiB).",
            f"Arrays may have {MAX_ARRAY_BYTES // MIB} MiB; cut out what you need.",
        )
    stored = np.empty(hdu.shape, dtype=dtype)
    gated.read_into(hdu.offset, stored.reshape(-1).view(np.uint8))
    if dtype.isnative:
        return stored
    return stored.byteswap(inplace=True).view(dtype.newbyteorder("="))


def _scaling(hdu: Hdu, notes: FileNotes) -> tuple[float, float]:
    scale, zero = 1.0, 0.0
    if "BSCALE" in hdu.header:
        scale = hdu.header.number("BSCALE") or math.nan
    if "BZERO" in hdu.header:
        found = hdu.header.number("BZERO")
        zero = math.nan if found is None else found
    if not (math.isfinite(scale) and math.isfinite(zero)):
        raise notes.refused(
            f"BSCALE or BZERO of {quoted(hdu.name or hdu.index)} is not a usable number: "
            f"{quoted(hdu.header.shown('BSCALE'))}, {quoted(hdu.header.shown('BZERO'))}.",
            "Fetch the file again.",
        )
    return scale, zero
