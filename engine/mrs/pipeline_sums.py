"""Sums in a conical aperture as `jwst` makes them, its quirks included."""

from dataclasses import replace

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.errors import DataError
from engine.model.cube import Cube
from engine.mrs.aperture import (
    Box,
    ConicalAperture,
    box_around,
    overlap_in_box,
    plane_blocks,
    weighted_sum,
)
from engine.mrs.aperture_sums import PlaneSums
from engine.numerics.clipping import clip_rows
from engine.progress import SILENT, Progress

_N_SIGMA = 3.0
_CLIPPED_VOXELS = 1 << 22  # fewer, longer runs of compiled code


def sum_apertures_as_pipeline(
    cube: Cube, aperture: ConicalAperture, *, progress: Progress = SILENT
) -> PlaneSums:
    """Sum every plane in the aperture and subtract the annulus as `jwst` 3.0 does.

    Parameters
    ----------
    cube : Cube
        Only WMAP says which voxels take part; the flags are not looked at, and a NaN voxel that
        detector pixels reach makes its plane NaN.
    aperture : ConicalAperture
        Where to sum. Annulus radii that are NaN in all planes: no background subtraction.
    progress : Progress, optional
        Told about every block of planes.

    Returns
    -------
    PlaneSums
        Sums, areas and background levels. Planes without a voxel in the aperture are NaN, where
        `jwst` writes 0 with DO_NOT_USE; a level that is not measured is NaN, there 0.

    Raises
    ------
    DataError
        If a radius of the aperture is not positive.

    Notes
    -----
    The rules of `jwst.extract_1d.ifu` (FORMATS B2): the annulus is clipped at three standard
    deviations about the mean, both of the *whole plane*; clipped voxels are left out of the sum
    over the annulus but still counted in its area, so the level is low by the clipped fraction;
    an annulus without any voxel counts as empty sky; and the first plane whose annulus radii are
    not valid turns the subtraction off for all later planes.
    """
    if not np.all(aperture.radius > 0.0):
        raise DataError("The aperture has a radius that is not positive.")
    n_planes = cube.shape[0]
    subtracted = _planes_with_annulus(aperture)
    reach = np.nanmax(np.r_[aperture.radius, aperture.outer[subtracted]])
    box = box_around(aperture.center, float(reach), cube.shape[1:])
    columns = np.full((6, n_planes), np.nan)
    kept = np.full(n_planes, np.nan)
    limits = np.full((2, n_planes), np.nan)
    for planes in plane_blocks(n_planes, cube.shape[1] * cube.shape[2], voxels=_CLIPPED_VOXELS):
        progress.step(planes.start, 2 * n_planes, "Clipping the planes")
        limits[:, planes] = _clip_limits(cube, planes)
    for planes in plane_blocks(n_planes, box.shape[0] * box.shape[1]):
        progress.step(n_planes + planes.start, 2 * n_planes, "Summing the aperture")
        columns[:, planes], kept[planes] = _sum_block(
            cube, aperture, box, planes, subtracted[planes], limits[:, planes]
        )
    return replace(PlaneSums(*columns), messages=_remarks(aperture, subtracted, kept, columns))


def _planes_with_annulus(aperture: ConicalAperture) -> BoolArray:
    """Return which planes lie before the first one whose annulus is not valid."""
    valid = (aperture.inner > 0.0) & (aperture.outer > 0.0) & (aperture.inner < aperture.outer)
    return np.logical_and.accumulate(valid)


def _sum_block(
    cube: Cube,
    aperture: ConicalAperture,
    box: Box,
    planes: slice,
    subtracted: BoolArray,
    limits: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return the six columns of `PlaneSums`, and the part of the annulus that is not clipped."""
    reached = np.minimum(box.cut(cube.weights, planes), 1.0).astype(np.float64)
    data = box.cut(cube.data, planes).astype(np.float64)
    low, high = limits[:, :, np.newaxis]
    clipped = (data < low) | (data > high)
    empty_voxels = reached == 0.0
    _make_summable(data, empty_voxels)
    variance = box.cut(cube.error, planes).astype(np.float64)
    _make_summable(variance, empty_voxels)
    variance *= variance

    radius, center = aperture.radius[planes], aperture.center
    inside = overlap_in_box(radius, center, box)
    area = weighted_sum(inside, reached)
    empty = area == 0.0
    area_used = np.where(empty, np.pi * radius**2, area)
    total = weighted_sum(inside, data)
    total_variance = weighted_sum(inside, variance)

    inner, outer = aperture.inner[planes], aperture.outer[planes]
    ring = overlap_in_box(outer, center, box)
    ring -= overlap_in_box(inner, center, box)
    ring[~subtracted] = 0.0
    ring_area = weighted_sum(ring, reached)
    ring_area_used = np.where(ring_area == 0.0, np.pi * (outer**2 - inner**2), ring_area)
    ring_area_used = np.where(subtracted, ring_area_used, np.nan)
    level_variance = weighted_sum(ring, variance) / ring_area_used**2
    ring[clipped] = 0.0
    level = weighted_sum(ring, data) / ring_area_used
    with_level = np.where(subtracted, level * area_used, 0.0)
    with_variance = np.where(subtracted, level_variance * area_used**2, 0.0)
    columns = [
        np.where(empty, np.nan, total - with_level),
        np.where(empty, np.nan, total_variance + with_variance),
        area,
        level,
        level_variance,
        ring_area,
    ]
    return np.stack(columns), weighted_sum(ring, reached) / ring_area_used


def _make_summable(values: FloatArray, empty: BoolArray) -> None:
    """Put 0 where no pixel reaches a voxel, and NaN where it is infinite: never a number."""
    values[np.isinf(values)] = np.nan
    values[empty] = 0.0


def _clip_limits(cube: Cube, planes: slice) -> FloatArray:
    """Return the lowest and highest value that the clipping of whole planes accepts."""
    field = Box(slice(0, cube.shape[1]), slice(0, cube.shape[2]))
    data = field.cut(cube.data, planes)
    in_full = field.cut(cube.weights, planes) >= 1.0
    statistics = clip_rows(data, n_sigma=_N_SIGMA, where=in_full)
    return statistics.mean + np.array([[-_N_SIGMA], [_N_SIGMA]]) * statistics.std


def _remarks(
    aperture: ConicalAperture, subtracted: BoolArray, kept: FloatArray, columns: FloatArray
) -> tuple[str, ...]:
    """Say what the quirks of the pipeline did to this cube."""
    remarks = []
    with_annulus = np.isfinite(aperture.inner) & np.isfinite(aperture.outer)
    if with_annulus.any() and not subtracted.all():
        remarks.append(
            f"As in the pipeline, no background is subtracted from plane {int(subtracted.sum())} "
            "on, because the radii of the annulus are not valid there."
        )
    counted = subtracted & np.isfinite(kept) & (kept > 0.0) & np.isfinite(columns[0])
    if not counted.any():
        return tuple(remarks)
    total, area, level, kept = (
        columns[0][counted],
        columns[2][counted],
        columns[3][counted],
        kept[counted],
    )
    missing = 100 * (1.0 - float(kept.mean()))
    bias = 100 * float(np.sum(level * area * (1.0 / kept - 1.0)) / np.sum(total))
    if abs(bias) >= 0.005:
        remarks.append(
            f"As in the pipeline, clipped voxels ({missing:.1f} % of the annulus) still count in "
            f"its area: that moves the flux by {bias:+.2f} %."
        )
    return tuple(remarks)
