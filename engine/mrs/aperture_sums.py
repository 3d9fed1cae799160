"""Background-subtracted sums in a conical aperture, plane by plane."""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import FloatArray
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

MIN_COVERED_AREA = 0.5  #: below it there is no measurement
MIN_COVERED_LIGHT = 0.98  #: below it there is no measurement
MIN_ANNULUS_SPAXELS = 5.0  #: area of valid voxels below which an annulus measures nothing
_MIN_KNOWN_ERRORS = 0.5
_WHOLE_AREA = 0.999
_FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))


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
    fwhm_pixels: FloatArray,
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
    fwhm_pixels : ndarray, shape (nw,)
        Width of the point-spread function, which says how much light a missing voxel costs.
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

    Missing voxels are *not* made up for. The light of a point source in them is not the mean of
    the others (a scaling by area would be wrong by up to the whole peak), and a made-up flux
    would enter the calibration as if measured. A plane is NaN when more than half of the
    aperture's area or more than 2 % of the light of a Gaussian of this FWHM is missing.
    """
    n_planes = cube.shape[0]
    circle = box_around(aperture.center, float(aperture.radius.max()), cube.shape[1:])
    reach = np.nanmax(np.r_[0.0, aperture.outer])
    ring = box_around(aperture.center, float(reach), cube.shape[1:])
    columns = np.full((6, n_planes), np.nan)
    for planes in plane_blocks(n_planes, ring.shape[0] * ring.shape[1]):
        progress.step(planes.start, n_planes, "Summing the aperture")
        columns[:3, planes] = _sum_circle(cube, aperture, circle, planes, fwhm_pixels)
        columns[3:, planes] = _measure_ring(cube, aperture, ring, planes, n_sigma)
    return _subtract_level(PlaneSums(*columns), aperture)


def _subtract_level(sums: PlaneSums, aperture: ConicalAperture) -> PlaneSums:
    """Subtract the level below the aperture, unless no plane has any.

    Planes with and without a background are never mixed: when some have one, the others are NaN.
    """
    wanted = np.isfinite(aperture.inner) & np.isfinite(aperture.outer)
    if not np.isfinite(sums.level[wanted]).any():
        return sums
    below = np.where(wanted, sums.level * sums.area, 0.0)
    below_variance = np.where(wanted, sums.level_variance * sums.area**2, 0.0)
    return replace(sums, total=sums.total - below, variance=sums.variance + below_variance)


class _Voxels:
    """The voxels of a rectangle in a few planes, one row a plane."""

    def __init__(self, cube: Cube, box: Box, planes: slice) -> None:
        data = box.cut(cube.data, planes)
        error = box.cut(cube.error, planes).astype(np.float64)
        self.valid = valid_voxels(cube, box, planes)
        self.data = np.where(self.valid, data, data.dtype.type(0.0))
        with np.errstate(invalid="ignore"):
            self.unknown = self.valid & ~((error > 0.0) & np.isfinite(error))
        self.variance = np.where(self.valid & ~self.unknown, error, 0.0) ** 2

    def summed_variance(self, weights: FloatArray, area: FloatArray) -> FloatArray:
        """Return the variance of each weighted sum over the ``area`` of valid voxels.

        The few voxels without an error get the mean of the rest; too many of them give NaN.
        """
        variance = weighted_sum(weights, self.variance)
        if not self.unknown.any():
            return variance
        known = area - weighted_sum(weights, self.unknown)
        enough = known > _MIN_KNOWN_ERRORS * area
        return np.where(enough, variance * area / np.where(enough, known, 1.0), np.nan)


def _sum_circle(
    cube: Cube, aperture: ConicalAperture, box: Box, planes: slice, fwhm_pixels: FloatArray
) -> FloatArray:
    """Return total, its variance and area of the aperture in a few planes."""
    voxels = _Voxels(cube, box, planes)
    radius = aperture.radius[planes]
    inside = overlap_in_box(radius, aperture.center, box)
    area = weighted_sum(inside, voxels.valid)
    total = weighted_sum(inside, voxels.data)
    variance = voxels.summed_variance(inside, area)
    covered = area / (np.pi * radius**2)
    light = np.ones(area.size)
    part = np.flatnonzero(covered < _WHOLE_AREA)
    light[part] = _covered_light(
        inside[part] * voxels.valid[part],
        aperture.center,
        box,
        radius[part],
        fwhm_pixels[planes][part] / _FWHM_PER_SIGMA,
    )
    empty = (covered < MIN_COVERED_AREA) | (light < MIN_COVERED_LIGHT)
    return np.stack([np.where(empty, np.nan, total), np.where(empty, np.nan, variance), area])


def _measure_ring(
    cube: Cube, aperture: ConicalAperture, box: Box, planes: slice, n_sigma: float
) -> FloatArray:
    """Return level of the annulus, its variance, and its area in a few planes."""
    voxels = _Voxels(cube, box, planes)
    ring = overlap_in_box(aperture.outer[planes], aperture.center, box)
    ring -= overlap_in_box(aperture.inner[planes], aperture.center, box)
    area = weighted_sum(ring, voxels.valid)
    values = np.where(voxels.valid & (ring > 0.0), voxels.data, voxels.data.dtype.type(np.nan))
    limits = clip_rows(values, n_sigma=n_sigma)
    kept = (values >= limits.low[:, np.newaxis]) & (values <= limits.high[:, np.newaxis])
    weights = np.where(kept, ring, 0.0)
    kept_area = weights.sum(axis=1)
    measured = (area >= MIN_ANNULUS_SPAXELS) & (kept_area > 0.0)
    divisor = np.where(measured, kept_area, np.nan)
    variance = voxels.summed_variance(weights, kept_area)
    return np.stack([weighted_sum(weights, voxels.data) / divisor, variance / divisor**2, area])


def _covered_light(
    weights: FloatArray,
    center: tuple[float, float],
    box: Box,
    radius: FloatArray,
    sigma: FloatArray,
) -> FloatArray:
    """Return the part of a Gaussian's light within the radius that falls on ``weights``."""
    x = np.arange(box.shape[1]) + box.origin[0] - center[0]
    y = np.arange(box.shape[0]) + box.origin[1] - center[1]
    square = (x**2 + y[:, np.newaxis] ** 2).ravel()
    width = 2.0 * sigma[:, np.newaxis] ** 2
    light = weighted_sum(weights, np.exp(-square / width)) / (np.pi * width[:, 0])
    covered: FloatArray = light / -np.expm1(-(radius**2) / width[:, 0])
    return covered
