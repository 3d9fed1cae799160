"""Where the pixels of a NIRCam image lie along the direction from module A to module B."""

import numpy as np

from engine.arrays import FloatArray
from engine.errors import DataError
from engine.nircam.epoch_images import EpochImage
from engine.nircam.sky_axis import SkyAxis

#: Middle of a long-wave array from the middle of both modules, and V2 of the latter (SIAF: V2 of
#: NRCA5_FULL and NRCB5_FULL are 86.1 and -89.4 arcsec). Unit: arcmin, arcsec.
MODULE_ARCMIN = 1.4625
_MIDDLE_V2_ARCSEC = -1.65
FARTHEST_ARCMIN = 6.0  #: of an image from the point that its field turns about


def direction_of(image: EpochImage) -> float:
    """Return the position angle of the direction from module A to B in an image.

    The first axis of every NIRCam detector image points that way (VPARITY -1, V3I_YANG below
    1 deg). Unit: deg.
    """
    n_y, n_x = image.image.data.shape
    ends = np.array([0.0, n_x - 1.0])
    ra, dec = image.sky.places_on_sky(ends, np.full(2, (n_y - 1) / 2))
    east, north = SkyAxis(float(ra[0]), float(dec[0]), 0.0).offsets(ra, dec)
    return float(np.rad2deg(np.arctan2(east[1] - east[0], north[1] - north[0])) % 360.0)


def place_in_field(image: EpochImage, center_deg: tuple[float, float] | None) -> FloatArray:
    """Return the coordinate of every pixel along the direction from A to B.

    Parameters
    ----------
    image : EpochImage
        A detector image, through its own sky plane.
    center_deg : tuple of float or None
        Point that the field turns about; `None`: the middle of both modules, as V2_REF tells, or
        the place of a long-wave array in its module. Unit: deg.

    Returns
    -------
    ndarray, shape (ny, nx)
        Unit: arcmin.

    Raises
    ------
    DataError
        If the image lies far from the point, or is a short-wave image without V2_REF or a point.
    """
    shape = image.image.data.shape
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    ra, dec = image.sky.places_on_sky(x, y)
    angle = direction_of(image)
    if center_deg is not None:
        axis = SkyAxis(*center_deg, angle)
        middle = axis.offsets(*(np.array([one]) for one in image.center_deg()))
        away = float(np.hypot(*middle)[0])
        if not away <= FARTHEST_ARCMIN:
            raise DataError(
                f"{image.title} lies {away:.3g} arcmin from the point that the field turns about.",
                hint="Count the gradient from the middle of the modules of each file.",
            )
        return axis.along(ra, dec)
    reference = _reference_v2(image)
    if reference is not None:
        # V2 points from module B to A: the other way.
        own = SkyAxis(*image.sky.reference_sky_deg, angle).along(ra, dec)
        return own - (reference - _MIDDLE_V2_ARCSEC) / 60.0
    if image.array != "long":
        raise DataError(
            f"The middle of the modules cannot be told from the short-wave image {image.title}.",
            hint="Count the gradient from the point that the field turns about.",
        )
    own = SkyAxis(*image.center_deg(), angle).along(ra, dec)
    return own + (MODULE_ARCMIN if image.module == "B" else -MODULE_ARCMIN)


def _reference_v2(image: EpochImage) -> float | None:
    """Return V2 of the reference point of the sky plane, in arcsec, or `None`."""
    text = dict(image.image.origin.header).get("V2_REF", "")
    try:
        return float(text)
    except ValueError:
        return None
