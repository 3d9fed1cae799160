"""Background-subtracted sums in a conical aperture, plane by plane."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray
from engine.model.cube import Cube
from engine.mrs.aperture import (
    Box,
    ConicalAperture,
    box_around,
    overlap_in_box,
    plane_blocks,
    valid_voxels,
    weighted_sum,
)
from engine.numerics.clipping import clip_rows
from engine.progress import SILENT, Progress

_MIN_ANNULUS_SPAXELS = 5.0
_MIN_KNOWN_ERRORS = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class PlaneSums:
    """What an aperture and its annulus hold in every plane.

    Attributes
    ----------
    total : ndarray, shape (nw,)
        Sum over the aperture minus the background below it. Unit: unit of the cube times spaxel.
        NaN: no measurement.
    variance : ndarray, shape (nw,)
        Variance of `total`. NaN: not known.
    area : ndarray, shape (nw,)
        Area of the aperture that holds valid voxels. Unit: spaxel.
    level, level_variance : ndarray, shape (nw,)
        Background per spaxel and its variance. NaN: none was measured.
    annulus_area : ndarray, shape (nw,)
        Area of the annulus that holds valid voxels, clipped ones included. Unit: spaxel.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    total: FloatArray
    variance: FloatArray
    area: FloatArray
    level: FloatArray
    level_variance: FloatArray
    annulus_area: FloatArray
    messages: tuple[str, ...] = ()


def sum_apertures(
    cube: Cube,
    aperture: ConicalAperture,
    *,
    n_sigma: float = 3.0,
    progress: Progress = SILENT,
) -> PlaneSums:
    """Sum every plane in the aperture and subtract the level of the annulus.

    Parameters
    ----------
    cube : Cube
        Voxels that are not finite, are flagged DO_NOT_USE, or that no detector pixel reaches
        (WMAP = 0) take no part.
    aperture : ConicalAperture
        Where to sum. A plane whose annulus radii are NaN gets no background subtraction.
    n_sigma : float, optional
        Where the annulus is clipped, in standard deviations of its own voxels.
    progress : Progress, optional
        Told about every block of planes.

    Returns
    -------
    PlaneSums
        Sums, areas and background levels.

    Notes
    -----
    ``total = sum(f d) - A b`` with f the exact overlap of voxel and circle, A the area of valid
    voxels in the aperture and ``b = sum(g d) / sum(g)`` over the annulus voxels that survive
    clipping *in the annulus*; clipped voxels count neither above nor below. Variances take the
    overlap linearly, ``sum(f e^2) + A^2 sum(g e^2) / sum(g)^2``, as `jwst` does: a little more
    than independent voxels would give.
    """
    n_planes = cube.shape[0]
    reach = np.nanmax(np.r_[aperture.radius, aperture.outer])
    box = box_around(aperture.center, float(reach), cube.shape[1:])
    columns = np.full((6, n_planes), np.nan)
    for planes in plane_blocks(n_planes, box.shape[0] * box.shape[1]):
        progress.step(planes.start, n_planes, "Summing the aperture")
        columns[:, planes] = _sum_block(cube, aperture, box, planes, n_sigma)
    return PlaneSums(*columns)


def _sum_block(
    cube: Cube, aperture: ConicalAperture, box: Box, planes: slice, n_sigma: float
) -> FloatArray:
    """Return the six columns of `PlaneSums` for a few planes."""
    valid = valid_voxels(cube, box, planes)
    data = np.where(valid, box.cut(cube.data, planes), 0.0).astype(np.float64, copy=False)
    variance = _voxel_variance(cube, box, planes, valid)
    inside = overlap_in_box(aperture.radius[planes], aperture.center, box)
    area = weighted_sum(inside, valid)
    total = weighted_sum(inside, data)
    total_variance = _summed_variance(inside, variance, area)

    inner, outer = aperture.inner[planes], aperture.outer[planes]
    ring = overlap_in_box(outer, aperture.center, box)
    ring -= overlap_in_box(inner, aperture.center, box)
    has_annulus = np.isfinite(inner) & np.isfinite(outer)
    level, level_variance, ring_area = _annulus_level(ring, data, variance, valid, n_sigma)
    background = np.where(has_annulus, level * area, 0.0)
    background_variance = np.where(has_annulus, level_variance * area**2, 0.0)
    empty = area <= 0.0
    return np.stack(
        [
            np.where(empty, np.nan, total - background),
            np.where(empty, np.nan, total_variance + background_variance),
            area,
            level,
            level_variance,
            ring_area,
        ]
    )


def _voxel_variance(cube: Cube, box: Box, planes: slice, valid: BoolArray) -> FloatArray:
    """Return the variance of each voxel: 0 where there is no datum, NaN where not known."""
    error = box.cut(cube.error, planes).astype(np.float64)
    known = np.isfinite(error) & (error > 0.0)
    return np.where(valid, np.where(known, error, np.nan) ** 2, 0.0)


def _summed_variance(weights: FloatArray, variance: FloatArray, area: FloatArray) -> FloatArray:
    """Return the variance of each sum; the few voxels without an error get the mean of the rest."""
    unknown = np.isnan(variance)
    if not unknown.any():
        return weighted_sum(weights, variance)
    known_area = area - weighted_sum(weights, unknown)
    summed = weighted_sum(weights, np.where(unknown, 0.0, variance))
    enough = known_area > np.maximum(_MIN_KNOWN_ERRORS * area, 0.0)
    return np.where(enough, summed * area / np.where(enough, known_area, 1.0), np.nan)


def _annulus_level(
    ring: FloatArray, data: FloatArray, variance: FloatArray, valid: BoolArray, n_sigma: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the level of the annulus, its variance, and the area of its valid voxels."""
    touched = np.flatnonzero(ring.any(axis=0))
    ring, data = ring[:, touched], data[:, touched]
    variance, valid = variance[:, touched], valid[:, touched]
    ring_area = weighted_sum(ring, valid)
    values: AnyFloatArray = np.where(valid & (ring > 0.0), data, np.nan)
    limits = clip_rows(values, n_sigma=n_sigma)
    kept = (values >= limits.low[:, np.newaxis]) & (values <= limits.high[:, np.newaxis])
    weights = np.where(kept, ring, 0.0)
    area = weights.sum(axis=1)
    measured = ring_area >= _MIN_ANNULUS_SPAXELS
    area = np.where(measured & (area > 0.0), area, np.nan)
    level = weighted_sum(weights, data) / area
    level_variance = _summed_variance(weights, variance, weights.sum(axis=1)) / area**2
    return level, level_variance, ring_area
