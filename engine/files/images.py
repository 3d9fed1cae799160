"""Images of detectors and of the sky: cal, rate, rateints, i2d, s2d, and images without a name.

Images without a sky plane (MRS detector images keep theirs in a part that is not read) are good
images; those without any keyword are read with a warning.
"""

from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, FlagArray, freeze
from engine.files.fits_arrays import constant
from engine.files.fits_file import FitsFile
from engine.files.fits_structure import Hdu
from engine.files.image_units import canonical_image_unit, check_level, without_infinities
from engine.files.sky_keywords import pixel_area_sr, read_sky
from engine.model.image import Image
from engine.model.sky import SkyPlane

ImageKind = Literal["cal", "i2d", "s2d", "rate", "image"]

BARE_IMAGE = "The image has no keywords"  #: begins what is said of such an image
_AREA_TOLERANCE = 0.10  # PIXAR_SR is nominal, distortion makes pixels differ
_MAX_INTEGRATIONS = 20_000


def read_images(file: FitsFile) -> tuple[Image, ...]:
    """Read all images of a file.

    Parameters
    ----------
    file : FitsFile
        A file with extensions ``SCI`` of two axes, of three (integrations), or with an image in
        any extension.

    Returns
    -------
    tuple of Image
        One an extension ``SCI``, and one an integration; pixels as stored, native byte order.

    Raises
    ------
    FileError
        If there is no image, or the shapes of its parts differ.
    """
    science = [hdu for hdu in file.all_named("SCI") if "image" in hdu.kind and hdu.shape]
    hdus = science or [hdu for hdu in file.hdus if "image" in hdu.kind and len(hdu.shape) >= 2][:1]
    images: list[Image] = []
    for hdu in hdus:
        if len(hdu.shape) not in {2, 3} or (
            len(hdu.shape) == 3 and hdu.shape[0] > _MAX_INTEGRATIONS
        ):
            raise file.notes.refused(
                f"An array with {len(hdu.shape)} axes is no image.", "Open rate or cal images."
            )
        images.extend(_read_extension(file, hdu))
    if not images:
        raise file.notes.refused("There is no image in the file.", "Open a FITS image.")
    return tuple(images)


def image_kind(file: FitsFile, data: Hdu) -> ImageKind:
    """Tell which product of the pipeline an image is; ``"image"`` when the file does not say."""
    names = {hdu.name for hdu in file.hdus}
    if "WHT" in names or file.primary.text("S_RESAMP") == "COMPLETE":
        is_spectral = "SLIT" in file.model_name.upper() or "LRS" in file.primary.text("EXP_TYPE")
        return "s2d" if is_spectral else "i2d"
    unit = data.header.text("BUNIT").upper().replace(" ", "")
    if unit in {"DN/S", "DN.S-1", "COUNTS/S", "ADU/S"}:
        return "rate"
    if unit and ("AREA" in names or file.primary.text("S_PHOTOM") == "COMPLETE"):
        return "cal"
    return "image"


def _read_extension(file: FitsFile, hdu: Hdu) -> list[Image]:
    sky = read_sky(hdu.header, file.notes)
    area = pixel_area_sr(hdu.header, sky, file.notes, tolerance=_AREA_TOLERANCE)
    if len(hdu.header.cards) < 10 and not file.primary.text("TELESCOP"):
        file.notes.warn(
            f"{BARE_IMAGE}: unit, target and wavelengths are not known, and values are shown raw."
        )
        unit, factor = "", 1.0
    else:
        unit, factor = canonical_image_unit(file, hdu, error_name="ERR")
    data = without_infinities(_scaled(file.values(hdu), factor), file.notes)
    error = file.companion("ERR", hdu, shape=hdu.shape)
    error = constant(np.nan, hdu.shape) if error is None else _scaled(error, factor)
    flags = file.companion_flags(hdu, shape=hdu.shape)
    if not np.any(np.isfinite(data)):
        file.notes.warn("All pixels are NaN: the image holds no measurement.")
    elif np.bitwise_and.reduce(flags, axis=None) & 1:
        file.notes.warn("All pixels are flagged DO_NOT_USE (DQ): none of them should be used.")
    check_level(file.notes, data, unit)
    planes = range(hdu.shape[0]) if len(hdu.shape) == 3 else (...,)
    return [
        _image(file, hdu, (data[plane], error[plane], flags[plane]), unit, area, sky)
        for plane in planes
    ]


def _image(
    file: FitsFile,
    hdu: Hdu,
    pixels: tuple[AnyFloatArray, AnyFloatArray, FlagArray],
    unit: str,
    area: float | None,
    sky: SkyPlane | None,
) -> Image:
    data, error, flags = pixels
    shape = data.shape
    return Image(
        data=data,
        error=error,
        flags=flags,
        unit=unit,
        pixel_area_sr=area,
        conversion_mjy_sr=hdu.header.number("PHOTMJSR"),
        sky=sky,
        wave_um=_wavelengths(file, hdu, shape),
        area=file.companion("AREA", hdu, shape=shape),
        kind=image_kind(file, hdu),
        identity=file.identity(hdu),
        origin=file.origin(hdu),
    )


def _wavelengths(file: FitsFile, hdu: Hdu, shape: tuple[int, ...]) -> AnyFloatArray | None:
    """Return the map of wavelengths; pixels without light, 0 in the file, become NaN."""
    wave = file.companion("WAVELENGTH", hdu, shape=shape)
    if wave is None:
        return None
    lit = np.isfinite(wave) & (wave > 0.0)
    if not np.any(lit):
        file.notes.warn("The map of wavelengths (WAVELENGTH) is empty: it is left out.")
        return None
    return wave if np.all(lit) else freeze(np.where(lit, wave, wave.dtype.type(np.nan)))


def _scaled(values: AnyFloatArray, factor: float) -> AnyFloatArray:
    return values if factor == 1.0 else freeze(values * values.dtype.type(factor))
