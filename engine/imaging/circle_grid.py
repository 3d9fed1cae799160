"""The exact overlap of one circle with the pixels of a grid, by photutils: quick for one circle."""

import numpy as np

from engine.arrays import FloatArray


def overlap_of_circle(
    shape: tuple[int, int], center: tuple[float, float], radius_px: float
) -> FloatArray:
    """Return the part of each pixel that lies inside a circle.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    center : tuple of float
        (x, y), counted from 0 in this grid.
    radius_px : float
        0: nothing is inside. Unit: pixel.

    Returns
    -------
    ndarray, shape (ny, nx)
        0 to 1.
    """
    from photutils.geometry import circular_overlap_grid  # noqa: PLC0415  (slow to import)

    if radius_px <= 0:
        return np.zeros(shape)
    left, low = -0.5 - center[0], -0.5 - center[1]
    grid: FloatArray = circular_overlap_grid(
        left, left + shape[1], low, low + shape[0], shape[1], shape[0], radius_px, 1, 1
    )
    return grid
