"""Exact overlap of circles with the pixels of a grid."""

import numpy as np

from engine.arrays import FloatArray

#: Edge pixels are searched for over this many pixels at a time, which keeps the masks in cache.
_BLOCK_PIXELS = 1 << 16


def circle_overlap(
    radii: FloatArray,
    center: tuple[float, float],
    shape: tuple[int, int],
    *,
    origin: tuple[int, int] = (0, 0),
) -> FloatArray:
    """Return the area that each of many concentric circles shares with each pixel.

    Parameters
    ----------
    radii : ndarray, shape (n,)
        Radii of the circles. Unit: pixel. A radius that is NaN or not positive covers nothing.
    center : tuple of float
        Center (x, y) of all circles; centers of pixels lie at integers.
    shape : tuple of int
        Rows and columns of the grid.
    origin : tuple of int, optional
        Pixel (x, y) of the first column and row, for a grid that is a cutout.

    Returns
    -------
    ndarray, shape (n, ny, nx)
        Area of the overlap, 0 to 1. Unit: pixel.

    Notes
    -----
    A pixel whose farthest corner lies inside the circle counts 1, one whose nearest point lies
    outside counts 0; the others get the exact area: a strip under a chord plus the segment
    ``(r^2 theta - r^2 sin theta) / 2`` above it. No difference of large numbers is taken, so the
    areas are good to the last digits whatever the radius.
    """
    n_y, n_x = shape
    x_low = np.arange(n_x, dtype=np.float64) + (origin[0] - center[0] - 0.5)
    y_low = np.arange(n_y, dtype=np.float64) + (origin[1] - center[1] - 0.5)
    nearest, farthest = _corner_distances_squared(x_low, y_low)
    radii = np.where(np.isfinite(radii) & (radii > 0.0), radii, 0.0)
    overlap = np.empty((radii.size, n_y * n_x))
    step = max(1, _BLOCK_PIXELS // max(1, n_y * n_x))
    for start in range(0, radii.size, step):
        square = radii[start : start + step, np.newaxis] ** 2
        overlap[start : start + step] = farthest <= square.min()
        crossed = np.flatnonzero((nearest < square.max()) & (farthest > square.min()))
        near, far = nearest[crossed], farthest[crossed]
        overlap[start : start + step, crossed] = far <= square
        circle, candidate = np.nonzero((near < square) & (far > square))
        circle, pixel = circle + start, crossed[candidate]
        row, column = np.divmod(pixel, n_x)
        overlap[circle, pixel] = _edge_area(x_low[column], y_low[row], radii[circle])
    return overlap.reshape(radii.size, n_y, n_x)


def _corner_distances_squared(
    x_low: FloatArray, y_low: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the squared distance of each pixel's nearest and farthest point from the center."""
    x_near, x_far = _near_and_far(x_low)
    y_near, y_far = _near_and_far(y_low)
    nearest = x_near**2 + y_near[:, np.newaxis] ** 2
    farthest = x_far**2 + y_far[:, np.newaxis] ** 2
    return nearest.ravel(), farthest.ravel()


def _near_and_far(low: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how near and how far the interval from ``low`` to ``low + 1`` is from zero."""
    high = low + 1.0
    return np.maximum(0.0, np.maximum(low, -high)), np.maximum(-low, high)


def _edge_area(x_low: FloatArray, y_low: FloatArray, radii: FloatArray) -> FloatArray:
    """Return the exact area of pixels that the circle's edge crosses, one radius a pixel.

    A pixel that reaches into more than one quadrant is taken in pieces: the one on the positive
    side of each axis with all others, and what lies on the negative side by itself.
    """
    x_near, x_far = _near_and_far(x_low)
    y_near, y_far = _near_and_far(y_low)
    x_astride, y_astride = x_near == 0.0, y_near == 0.0
    x_far[x_astride] = x_low[x_astride] + 1.0
    y_far[y_astride] = y_low[y_astride] + 1.0
    area = _quadrant_area(x_near, x_far, y_near, y_far, radii)
    below, left = np.flatnonzero(y_astride), np.flatnonzero(x_astride)
    both = np.flatnonzero(x_astride & y_astride)
    pieces = np.concatenate([below, left, both])
    if pieces.size:
        x_end = np.concatenate([x_far[below], -x_low[left], -x_low[both]])
        y_end = np.concatenate([-y_low[below], y_far[left], -y_low[both]])
        extra = _quadrant_area(x_near[pieces], x_end, y_near[pieces], y_end, radii[pieces])
        for some in np.split(np.arange(pieces.size), np.cumsum([below.size, left.size])):
            area[pieces[some]] += extra[some]
    return area


def _quadrant_area(
    x_0: FloatArray, x_1: FloatArray, y_0: FloatArray, y_1: FloatArray, radii: FloatArray
) -> FloatArray:
    """Return the area of rectangles in the first quadrant that lies inside the circles."""
    square = radii**2
    y_left = np.minimum(y_1, np.sqrt(np.maximum(0.0, square - x_0**2)))
    x_right = np.minimum(x_1, np.sqrt(np.maximum(0.0, square - y_0**2)))
    x_left = np.maximum(x_0, np.sqrt(np.maximum(0.0, square - y_left**2)))
    x_left = np.minimum(x_left, x_right)
    y_right = np.maximum(y_0, np.sqrt(np.maximum(0.0, square - x_right**2)))
    y_right = np.minimum(y_right, y_left)
    cross = x_right * y_left - x_left * y_right
    angle = np.arctan2(cross, x_left * x_right + y_left * y_right)
    segment = 0.5 * (square * angle - cross)
    strip = (x_left - x_0) * (y_left - y_0)
    chord = 0.5 * (x_right - x_left) * (y_left + y_right - 2.0 * y_0)
    return np.where((y_left > y_0) & (x_right > x_0), strip + chord + segment, 0.0)
