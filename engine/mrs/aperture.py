"""Conical apertures: where they lie in a cube, and which voxels hold a measurement."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloatArray, BoolArray, FloatArray
from engine.errors import DataError
from engine.model.cube import Cube
from engine.model.data_quality import DO_NOT_USE
from engine.model.tabulated import Curve
from engine.numerics.circles import circle_overlap

INCOMPLETE_APERTURE = 1 << 30  #: OTHER_BAD_PIXEL: voxels of the aperture are missing
_BLOCK_VOXELS = 1 << 18
_Voxel = TypeVar("_Voxel", bound=np.generic)


@dataclass(frozen=True, eq=False, slots=True)
class ConicalAperture:
    """A circle and an annulus around it in every plane of a cube.

    Attributes
    ----------
    center : tuple of float
        Center (x, y) in all planes, counted from 0. Unit: spaxel.
    radius, inner, outer : ndarray, shape (nw,)
        Radius of the aperture, inner and outer radius of the annulus. Unit: spaxel.
    """

    center: tuple[float, float]
    radius: FloatArray
    inner: FloatArray
    outer: FloatArray


def fwhm_arcsec(
    wave_um: FloatArray, *, slope_arcsec_per_um: float, offset_arcsec: float
) -> FloatArray:
    """Return the full width at half maximum of the point-spread function.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Wavelength. Unit: um.
    slope_arcsec_per_um, offset_arcsec : float
        ``FWHM = slope * wavelength + offset`` (Law+2023: 0.033 and 0.106).

    Returns
    -------
    ndarray, shape (n,)
        Unit: arcsec.

    Raises
    ------
    DataError
        If it is not positive at some wavelength.
    """
    fwhm = slope_arcsec_per_um * wave_um + offset_arcsec
    if not np.all(fwhm > 0.0):
        raise DataError(
            f"The FWHM {slope_arcsec_per_um:g} × wavelength + {offset_arcsec:g} arcsec is not "
            f"positive at {wave_um[int(np.argmin(fwhm))]:.3f} µm.",
            hint="Choose a larger slope or offset.",
        )
    return fwhm


def aperture_from_reference(
    radii: Curve,
    wave_um: FloatArray,
    center: tuple[float, float],
    *,
    spaxel_arcsec: float,
    radius_fwhm: float,
) -> ConicalAperture:
    """Return the radii that a reference file of the pipeline gives.

    Parameters
    ----------
    radii : Curve
        ``radius``, ``inner_bkg`` and ``outer_bkg`` in arcsec (extract1d reference).
    wave_um : ndarray, shape (nw,)
        Wavelengths of the planes. Unit: um.
    center : tuple of float
        Center (x, y), counted from 0. Unit: spaxel.
    spaxel_arcsec : float
        Side of a spaxel. Unit: arcsec.
    radius_fwhm : float
        The aperture is scaled by ``radius_fwhm / 2``, for the file gives it for 2 FWHM; the
        annulus is not (``ifu_rscale`` of `jwst`).

    Returns
    -------
    ConicalAperture
        Radii in spaxels, linear in wavelength between and beyond those of the file.

    Raises
    ------
    DataError
        If the curve lacks a radius.
    """
    missing = {"radius", "inner_bkg", "outer_bkg"} - radii.values.keys()
    if missing:
        raise DataError(f"The curve has no {', '.join(sorted(missing))}: it gives no radii.")
    radius, inner, outer = (
        follow_line(radii.wave_um, radii.values[name], wave_um) / spaxel_arcsec
        for name in ("radius", "inner_bkg", "outer_bkg")
    )
    return ConicalAperture(center, radius * radius_fwhm / 2.0, inner, outer)


def follow_line(x: FloatArray, y: FloatArray, at: FloatArray) -> FloatArray:
    """Interpolate linearly; beyond the ends continue the line of the last two points.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        The points, x strictly increasing; a single one is a constant.
    at : ndarray, shape (m,)
        Where to interpolate.

    Returns
    -------
    ndarray, shape (m,)
        Interpolated values.
    """
    if x.size == 1:
        return np.full(at.size, y[0])
    upper = np.clip(np.searchsorted(x, at), 1, x.size - 1)
    slope = (y[upper] - y[upper - 1]) / (x[upper] - x[upper - 1])
    value: FloatArray = y[upper - 1] + slope * (at - x[upper - 1])
    return value


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of spaxels.

    Attributes
    ----------
    rows, columns : slice
        Which spaxels.
    """

    rows: slice
    columns: slice

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    @property
    def origin(self) -> tuple[int, int]:
        """Pixel (x, y) of the first column and row."""
        return self.columns.start, self.rows.start

    def cut(self, voxels: NDArray[_Voxel], planes: slice) -> NDArray[_Voxel]:
        """Return the rectangle of some planes, one row a plane, in the machine's byte order."""
        part = voxels[planes, self.rows, self.columns]
        part = part.astype(part.dtype.newbyteorder("="), copy=False)
        return part.reshape(part.shape[0], -1)


def box_around(center: tuple[float, float], radius: float, shape: tuple[int, int]) -> Box:
    """Return the spaxels of a field of ``shape`` (ny, nx) that a circle can touch."""

    def overlap(middle: float, size: int) -> slice:
        first = int(np.clip(np.floor(middle - radius), 0, size))
        return slice(first, int(np.clip(np.ceil(middle + radius) + 1, first, size)))

    return Box(overlap(center[1], shape[0]), overlap(center[0], shape[1]))


def plane_blocks(n_planes: int, n_spaxels: int, *, voxels: int = _BLOCK_VOXELS) -> Iterator[slice]:
    """Yield runs of planes that hold no more than so many voxels: small enough for the cache."""
    step = max(1, voxels // max(1, n_spaxels))
    for start in range(0, n_planes, step):
        yield slice(start, min(start + step, n_planes))


def overlap_in_box(radii: FloatArray, center: tuple[float, float], box: Box) -> FloatArray:
    """Return the overlap of circles with the spaxels of ``box``, one row a circle."""
    overlap = circle_overlap(radii, center, box.shape, origin=box.origin)
    return overlap.reshape(radii.size, -1)


def valid_voxels(cube: Cube, box: Box, planes: slice) -> BoolArray:
    """Return which voxels hold a measurement: finite, reached by a detector pixel, not flagged."""
    valid: BoolArray = np.isfinite(box.cut(cube.data, planes))
    valid &= box.cut(cube.weights, planes) > 0
    valid &= (box.cut(cube.flags, planes) & DO_NOT_USE) == 0
    return valid


def weighted_sum(weights: FloatArray, values: AnyFloatArray | BoolArray) -> FloatArray:
    """Return the sum of each row of ``weights * values`` in float64.

    Parameters
    ----------
    weights, values : ndarray, shape (n, m)
        A NaN in ``values`` counts only where its weight is not zero; the sum then is NaN.

    Returns
    -------
    ndarray, shape (n,)
        The sums.
    """
    total: FloatArray = np.vecdot(weights, values)
    for row in np.flatnonzero(np.isnan(total)):
        used = weights[row] != 0
        total[row] = np.dot(weights[row, used], values[row, used].astype(np.float64))
    return total
