"""Pixels of an image that hold no measurement: where they are, and what stands for them."""

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FlagArray, FloatArray
from engine.model.data_quality import DO_NOT_USE

SATURATED = 2  #: data-quality bit of a pixel that was full
_NEAR_PX = 0.75  # pixels of this difference in radius stand for a missing one


def usable_values(data: AnyFloatArray, flags: FlagArray) -> FloatArray:
    """Return the pixels in float64; NaN where they are not to be used."""
    good = (flags & DO_NOT_USE == 0) & np.isfinite(data)
    return np.where(good, data, np.nan).astype(np.float64)


def distances(
    shape: tuple[int, int], center: tuple[float, float], origin: tuple[int, int] = (0, 0)
) -> FloatArray:
    """Return the distance of each pixel from ``center`` (x, y). Unit: pixel.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    center : tuple of float
        Counted from 0, in the whole image.
    origin : tuple of int, optional
        Pixel (x, y) of the first column and row, for a grid that is a cutout.
    """
    x = np.arange(shape[1]) + (origin[0] - center[0])
    y = np.arange(shape[0]) + (origin[1] - center[1])
    found: FloatArray = np.hypot(x, y[:, np.newaxis])
    return found


def filled_rings(values: FloatArray, distance: FloatArray, which: BoolArray) -> FloatArray:
    """Return ``values`` with the missing ones among ``which`` taken from their ring.

    Parameters
    ----------
    values : ndarray, shape (ny, nx)
        NaN: missing.
    distance : ndarray, shape (ny, nx)
        From the star. Unit: pixel.
    which : ndarray of bool, shape (ny, nx)
        Pixels that are wanted.

    Returns
    -------
    ndarray, shape (ny, nx)
        A missing pixel is the mean of those that are as far from the star to 0.75 px; NaN stays
        where there is none.
    """
    known = np.isfinite(values)
    missing = np.argwhere(which & ~known)
    if not missing.size:
        return values
    filled = values.copy()
    for row, column in missing:
        ring = known & (np.abs(distance - distance[row, column]) < _NEAR_PX)
        if ring.any():
            filled[row, column] = float(values[ring].mean())
    return filled
