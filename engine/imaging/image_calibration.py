"""Applying C(t) to images (Gordon+2025, Eq. 4)."""

from dataclasses import replace

import numpy as np

from engine.arrays import freeze
from engine.errors import DataError
from engine.imaging.calibration_curve import CalibrationCurve
from engine.model.image import Image


def calibrate_image(image: Image, curve: CalibrationCurve, *, subarray: str, mjd: float) -> Image:
    """Return an image in MJy/sr, calibrated by C(t).

    Parameters
    ----------
    image : Image
        In DN/s, or in MJy/sr with the conversion that made it so (PHOTMJSR).
    curve : CalibrationCurve
        Of the filter of the image.
    subarray : str
        ``"SUB64"``.
    mjd : float
        Middle of the exposure. Unit: d.

    Returns
    -------
    Image
        Data and errors times ``C(t)``, or times C(t) over the former conversion; flags as they
        were.

    Raises
    ------
    DataError
        If the date is not known, nothing is known about the subarray, or the image is in MJy/sr
        by a conversion that is not known.

    Notes
    -----
    The former conversion holds the pipeline's loss with time already (FORMATS, A3), so the
    replacement never corrects twice.
    """
    if not np.isfinite(mjd):
        raise DataError(
            f"The date of {image.identity.target or 'the image'} is not known, so C(t) is not.",
            hint="Open a file with EXPMID or DATE-OBS in its header.",
        )
    factor = float(curve.factor_at(mjd, subarray))
    scale = factor / former_conversion(image)
    data = np.asarray(image.data, dtype=np.float64) * scale
    error = np.asarray(image.error, dtype=np.float64) * scale
    return replace(
        image,
        data=freeze(data),
        error=freeze(error),
        unit="MJy/sr",
        conversion_mjy_sr=factor,
    )


def former_conversion(image: Image) -> float:
    """Return what count rates were multiplied with to give ``image``; 1 for an image in DN/s.

    Raises
    ------
    DataError
        If the image is in another unit, or does not say.
    """
    if image.unit == "DN/s":
        return 1.0
    name = image.identity.target or "The image"
    if image.unit != "MJy/sr":
        raise DataError(
            f"{name} is in {image.unit or 'no unit'}: only DN/s and MJy/sr can be calibrated.",
            hint="Open a rate or a cal file.",
        )
    if not image.conversion_mjy_sr:
        raise DataError(
            f"{name} is in MJy/sr and does not say by which factor (PHOTMJSR).",
            hint="Open the rate file, or a cal file with PHOTMJSR.",
        )
    return image.conversion_mjy_sr
