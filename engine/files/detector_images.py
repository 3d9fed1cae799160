"""Detector images of the MRS that carry their maps of place and wavelength (docs/formats.md)."""

from dataclasses import replace

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, IntArray, freeze
from engine.files.fits_arrays import constant
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.images import read_images
from engine.files.notes import quoted
from engine.files.references import read_reference
from engine.model.bands import Band, band_name, bands
from engine.model.detector_image import DetectorImage
from engine.model.frames import SHAPE, Frame, frame_of
from engine.model.image import Image

_MAPS = ("ALPHA", "BETA", "WAVELENGTH")
_SLICES = ("REGIONS", "SLICE")
_ARCSEC = {"": 1.0, "arcsec": 1.0, "arcsecond": 1.0, "deg": 3600.0, "degree": 3600.0}
_SLACK = 0.03  # of the width of a band: how far detectors see beyond its nominal range
_DIGITS = 3  # of beta that tell slices apart. Unit: arcsec


def is_detector_image(file: FitsFile) -> bool:
    """Tell whether ``file`` is a detector image with maps of alpha, beta and wavelength."""
    return all(_is_map(file.find(name)) for name in ("SCI", *_MAPS))


def is_flat_reference(file: FitsFile) -> bool:
    """Tell whether ``file`` is a flat with wavelengths of its own, or of a whole MRS detector."""
    data = file.find("SCI")
    if file.primary.text("REFTYPE").upper() != "FLAT" or data is None or not _is_map(data):
        return False
    return _is_map(file.find("WAVELENGTH")) or (_frame(file) is not None and data.shape == SHAPE)


def read_detector_images(file: FitsFile) -> tuple[DetectorImage, ...]:
    """Read a detector image, one product for each band that it shows.

    Parameters
    ----------
    file : FitsFile
        A file that `is_detector_image` or `is_flat_reference`; ``REGIONS`` (or ``SLICE``) numbers
        the slices, without it pixels of equal beta are one slice.

    Returns
    -------
    tuple of DetectorImage
        In order of wavelength; pixels of another band have no wavelength and no slice. A flat of a
        whole detector without wavelengths gives its two halves: their wavelengths are all NaN.

    Raises
    ------
    FileError
        If shapes differ, or the wavelengths lie in none of the bands that the header names.
    """
    data = file.find("SCI")
    found_images = read_reference(file) if is_flat_reference(file) else read_images(file)
    image = found_images[0]
    if data is None or not isinstance(image, Image):
        raise file.notes.refused("There is no image SCI in the file.", "Open another file.")
    shape = image.data.shape
    frame = _frame(file)
    if frame is not None and not _is_map(file.find("WAVELENGTH")):
        return tuple(_half(image, band, columns) for band, columns in frame.halves)
    wave, alpha, beta = (_map(file, data, name, shape) for name in ("WAVELENGTH", "ALPHA", "BETA"))
    slices = _slices(file, data, beta, shape)
    if not np.any(slices > 0):
        raise file.notes.refused(
            "No pixel belongs to a slice (REGIONS): nothing sees light.",
            "Check the extension REGIONS, or remove it: slices are then told by BETA.",
        )
    found = []
    for band in _bands(file, image):
        own = _seen(wave, band) & (slices > 0)
        if np.any(own):
            found.append(_of_band(image, band, (wave, alpha, beta), np.where(own, slices, 0)))
    if not found:
        raise file.notes.refused(
            f"The wavelengths (WAVELENGTH) {_range(wave)} lie in no band that the header names.",
            "Check CHANNEL, BAND and the unit of WAVELENGTH (um).",
        )
    return tuple(found)


def _of_band(
    image: Image,
    band: Band,
    maps: tuple[AnyFloatArray, AnyFloatArray, AnyFloatArray],
    slices: IntArray,
) -> DetectorImage:
    wave, alpha, beta = (np.where(slices > 0, one, one.dtype.type(np.nan)) for one in maps)
    return DetectorImage(
        data=image.data,
        error=image.error,
        flags=image.flags,
        unit=image.unit,
        alpha_arcsec=freeze(alpha),
        beta_arcsec=freeze(beta),
        wave_um=freeze(wave),
        slices=freeze(slices),
        area=image.area,
        identity=replace(image.identity, band=band.name),
        origin=image.origin,
    )


def _frame(file: FitsFile) -> Frame | None:
    return frame_of(file.primary.text("DETECTOR"), file.primary.text("BAND"))


def _half(image: Image, band: Band, columns: slice) -> DetectorImage:
    """Return the half of a detector that sees ``band``, without wavelengths and slices."""
    unknown = constant(np.nan, image.data.shape)
    slices = np.zeros(image.data.shape, dtype=np.int64)
    slices[:, columns] = 1
    return _of_band(image, band, (unknown, unknown, unknown), slices)


def _bands(file: FitsFile, image: Image) -> tuple[Band, ...]:
    """Return the bands that the header names; all of them when it names none."""
    channels = file.primary.text("CHANNEL")
    names = {band_name(channel, file.primary.text("BAND")) for channel in channels}
    named = tuple(one for one in bands() if one.name in {*names, image.identity.band})
    return named or bands()


def _seen(wave: AnyFloatArray, band: Band) -> BoolArray:
    slack = _SLACK * (band.wave_max_um - band.wave_min_um)
    with np.errstate(invalid="ignore"):
        inside: BoolArray = (wave >= band.wave_min_um - slack) & (wave <= band.wave_max_um + slack)
    return inside


def _map(file: FitsFile, data: Hdu, name: str, shape: tuple[int, ...]) -> AnyFloatArray:
    """Return a map; NaN when there is none, or no light (wavelength 0)."""
    values = file.companion(name, data, shape=shape)
    if values is None:
        return constant(np.nan, shape)
    if name == "WAVELENGTH":
        return np.where(values > 0.0, values, values.dtype.type(np.nan))
    hdu = file.find(name, version=data.version)
    unit = "" if hdu is None else hdu.header.text("BUNIT").strip().lower()
    if unit not in _ARCSEC:
        raise file.notes.refused(
            f"The unit {quoted(unit)} of {quoted(name)} is no angle that is known.",
            "Give ALPHA and BETA in arcsec.",
        )
    if not np.any(np.isfinite(values)):
        file.notes.warn(f"The map {name} is empty: no flat can be made from this exposure.")
    factor = values.dtype.type(_ARCSEC[unit])
    return np.where(np.isfinite(values), values * factor, values.dtype.type(np.nan))


def _slices(file: FitsFile, data: Hdu, beta: AnyFloatArray, shape: tuple[int, ...]) -> IntArray:
    """Return the number of the slice of each pixel; 0: none."""
    for name in _SLICES:
        regions = file.companion(name, data, shape=shape)
        if regions is not None:
            return np.where(np.isfinite(regions), regions, 0).astype(np.int64)
    known = np.isfinite(beta)
    slices = known.astype(np.int64)
    if np.any(known):
        _, place = np.unique(np.round(beta[known], _DIGITS), return_inverse=True)
        slices[known] = place + 1
        file.notes.note("The slices are told apart by BETA: there is no extension REGIONS.")
        return slices
    return np.ones(shape, dtype=np.int64)


def _is_map(hdu: Hdu | None) -> bool:
    return hdu is not None and "image" in hdu.kind and len(hdu.shape) == 2


def _range(wave: AnyFloatArray) -> str:
    known = wave[np.isfinite(wave)]
    if not known.size:
        return "(all empty)"
    return f"{float(known.min()):.4g}-{float(known.max()):.4g} µm"
