"""A composite cube of dithered exposures, for the ratio of pixels to their surroundings.

This is not the cube of the pipeline: voxels lie along alpha, beta and wavelength, not on the sky,
a pixel is a box along these three axes, and its weight is its overlap with the voxel.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.ndimage import uniform_filter1d

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray, freeze
from engine.errors import DataError
from engine.model.detector_image import DetectorImage

_WIDEST = 0.99  # quantile of the pixel widths that a voxel is as wide as
_MOST_VOXELS = 40_000_000
_NO_WEIGHT = 1e-9
_LEAST_SUPPORT = 0.75  # of the interpolation's weight must be on voxels with data
_SMOOTH_PLANES = 15  # the shape of a nebula changes slowly with wavelength, but for lines
_CORNERS = tuple(product((0, 1), repeat=3))


@dataclass(frozen=True, eq=False, slots=True)
class PixelPlaces:
    """The lit pixels of one exposure as boxes.

    Attributes
    ----------
    index : ndarray of int64, shape (n,)
        Place in the flattened detector image.
    center : ndarray, shape (3, n)
        Wavelength, beta, alpha of the middle. Units: um, arcsec, arcsec.
    width : ndarray, shape (3, n)
        Full widths of the box, positive.
    """

    index: IntArray
    center: FloatArray
    width: FloatArray


@dataclass(frozen=True, slots=True)
class CubeGrid:
    """Voxels along wavelength, beta and alpha.

    Attributes
    ----------
    first, step : tuple of float
        Middle of the first voxel, and distance of voxels. Units: um, arcsec, arcsec.
    shape : tuple of int
        Voxels along each axis.
    """

    first: tuple[float, float, float]
    step: tuple[float, float, float]
    shape: tuple[int, int, int]

    @property
    def wave_um(self) -> FloatArray:
        """Wavelengths of the planes. Unit: um."""
        return np.asarray(self.first[0] + self.step[0] * np.arange(self.shape[0]), dtype=np.float64)


def places_of(image: DetectorImage) -> PixelPlaces:
    """Return the lit pixels of an exposure.

    Parameters
    ----------
    image : DetectorImage
        With maps of alpha, beta, wavelength and slices.

    Returns
    -------
    PixelPlaces
        Widths along alpha and wavelength are differences to the neighbors in the same slice; a
        pixel is as wide across as its slice.

    Raises
    ------
    DataError
        If no pixel is lit, or no width can be told.
    """
    lit = image.is_lit
    if not np.any(lit):
        raise DataError(
            "No pixel of the exposure is lit: the maps of place and wavelength are empty."
        )
    slices = np.where(lit, image.slices, 0)
    widths = (
        np.abs(gradient_in_slice(image.wave_um, slices, axis=0))[lit],
        np.full(int(np.count_nonzero(lit)), slice_width(image)),
        np.abs(gradient_in_slice(image.alpha_arcsec, slices, axis=1))[lit],
    )
    width = np.array([_with_median(one) for one in widths])
    center = np.array(
        [image.wave_um[lit], image.beta_arcsec[lit], image.alpha_arcsec[lit]], dtype=np.float64
    )
    return PixelPlaces(np.flatnonzero(lit), freeze(center), freeze(width))


def gradient_in_slice(values: AnyFloatArray, slices: IntArray, *, axis: int) -> FloatArray:
    """Return the change from pixel to pixel along ``axis``; differences stay inside a slice."""
    data = np.moveaxis(np.asarray(values, dtype=np.float64), axis, 0)
    own = np.moveaxis(slices, axis, 0)
    steps = np.full(data.shape, np.nan)
    same = (own[1:] == own[:-1]) & (own[1:] > 0)
    steps[1:][same] = (data[1:] - data[:-1])[same]
    ahead = np.full(data.shape, np.nan)
    ahead[:-1] = steps[1:]
    both = np.where(np.isnan(steps), ahead, np.where(np.isnan(ahead), steps, 0.5 * (steps + ahead)))
    return np.moveaxis(both, 0, axis)


def slice_width(image: DetectorImage) -> float:
    """Return the median distance of neighboring slices. Unit: arcsec.

    Raises
    ------
    DataError
        If there are fewer than two slices.
    """
    lit = image.is_lit
    names, place = np.unique(image.slices[lit], return_inverse=True)
    beta = np.asarray(image.beta_arcsec[lit], dtype=np.float64)
    middle = np.bincount(place, weights=beta) / np.bincount(place)
    if names.size < 2:
        raise DataError("The exposure has one slice: the width of slices is not known.")
    return float(np.median(np.diff(np.sort(middle))))


def grid_of(places: Sequence[PixelPlaces]) -> CubeGrid:
    """Return voxels as wide as the widest pixels that cover all exposures.

    Raises
    ------
    DataError
        If the exposures are so far apart that the cube would not fit into memory.
    """
    step = [max(float(np.quantile(one.width[i], _WIDEST)) for one in places) for i in range(3)]
    low = [min(float(one.center[i].min()) for one in places) for i in range(3)]
    high = [max(float(one.center[i].max()) for one in places) for i in range(3)]
    shape = [int(np.ceil((b - a) / s)) + 2 for a, b, s in zip(low, high, step, strict=True)]
    if np.prod([float(one) for one in shape]) > _MOST_VOXELS:
        raise DataError(
            f"A composite cube of {shape[0]} × {shape[1]} × {shape[2]} voxels is too large.",
            hint="Leave out exposures whose pointing is far from the others.",
        )
    return CubeGrid(
        (low[0], low[1], low[2]), (step[0], step[1], step[2]), (shape[0], shape[1], shape[2])
    )


@dataclass(frozen=True, eq=False, slots=True)
class Sampling:
    """How the pixels of one exposure and the voxels of a grid go together.

    Attributes
    ----------
    base : ndarray of int64, shape (n,)
        The voxel below the middle of each pixel along all axes, in the flattened cube.
    strides : tuple of int
        From voxel to voxel along each axis.
    overlap_low : ndarray, shape (3, n)
        Fraction of the pixel in the lower voxel of each axis; the rest is in the upper one.
    share_high : ndarray, shape (3, n)
        Weight of the upper voxel in the linear interpolation at the pixel's middle.
    """

    base: IntArray
    strides: tuple[int, int, int]
    overlap_low: FloatArray
    share_high: FloatArray

    def corners(self) -> Iterator[tuple[IntArray, FloatArray, FloatArray]]:
        """Yield for each of the eight voxels about the pixels: voxel, overlap, share."""
        for corner in _CORNERS:
            voxel = self.base + int(np.dot(corner, self.strides))
            overlap = np.ones(self.base.size)
            share = np.ones(self.base.size)
            for axis, side in enumerate(corner):
                low, high = self.overlap_low[axis], self.share_high[axis]
                overlap *= 1.0 - low if side else low
                share *= high if side else 1.0 - high
            yield voxel, overlap, share

    def nearest(self, values: FloatArray) -> FloatArray:
        """Return ``values`` of the voxel that each pixel's middle lies in."""
        up = (self.share_high > 0.5).astype(np.int64)
        found: FloatArray = values.ravel()[self.base + np.array(self.strides) @ up]
        return found


def sample(grid: CubeGrid, places: PixelPlaces) -> Sampling:
    """Return which voxels the pixels of an exposure overlap, and by how much."""
    first, step = np.array(grid.first)[:, None], np.array(grid.step)[:, None]
    at = (places.center - first) / step
    width = np.minimum(places.width / step, 1.0)
    low = np.clip(np.floor(at), 0, np.array(grid.shape)[:, None] - 2)
    # A box no wider than a voxel lies in the voxels below and above its middle, and in no other.
    overlap_low = np.clip((low + 0.5 - (at - 0.5 * width)) / width, 0.0, 1.0)
    n_beta, n_alpha = grid.shape[1:]
    strides = (n_beta * n_alpha, n_alpha, 1)
    base = np.array(strides) @ low.astype(np.int64)
    return Sampling(base, strides, overlap_low, at - low)


@dataclass(frozen=True, eq=False, slots=True)
class CompositeCube:
    """The mean of all exposures, voxel by voxel.

    Attributes
    ----------
    grid : CubeGrid
        Where the voxels lie.
    data : ndarray, shape (nw, nb, na)
        Mean of the pixels, weighted by overlap, at the middle of the voxel. NaN: no data.
    weight : ndarray, shape (nw, nb, na)
        Sum of the overlaps.
    """

    grid: CubeGrid
    data: FloatArray
    weight: FloatArray


class CubeBuilder:
    """Adds exposures to a cube, one by one.

    The pixels of a voxel lie more on one side of its middle than on the other: dithers repeat, and
    a mosaic ends. Their mean is moved to the middle with the slope of the cube; without that a
    gradient of the nebula would pass for a difference between slices.
    """

    def __init__(self, grid: CubeGrid) -> None:
        self._grid = grid
        self._sum = np.zeros(int(np.prod(grid.shape)))
        self._weight = np.zeros_like(self._sum)
        self._moments = np.zeros((2, self._sum.size))

    def add(self, sampling: Sampling, values: FloatArray) -> None:
        """Add the pixels of one exposure; NaN: the pixel takes no part."""
        good = np.isfinite(values)
        light, size = np.where(good, values, 0.0), self._sum.size
        for corner, (voxel, overlap, _) in zip(_CORNERS, sampling.corners(), strict=True):
            part = np.where(good, overlap, 0.0)
            for row, axis in enumerate((1, 2)):
                off = part * (sampling.share_high[axis] - corner[axis])
                self._moments[row] += np.bincount(voxel, weights=off, minlength=size)
            self._weight += np.bincount(voxel, weights=part, minlength=size)
            self._sum += np.bincount(voxel, weights=part * light, minlength=size)

    def cube(self) -> CompositeCube:
        """Return the mean of what was added."""
        seen = self._weight > _NO_WEIGHT
        data = np.where(seen, self._sum / np.where(seen, self._weight, 1.0), np.nan)
        shape = self._grid.shape
        data = data.reshape(shape)
        for moment, axis in zip(self._moments, (1, 2), strict=True):
            off = (moment / np.where(seen, self._weight, 1.0)).reshape(shape)
            data = data - off * _slope(data, axis)
        return CompositeCube(self._grid, freeze(data), freeze(self._weight.reshape(shape)))


def interpolate(cube: CompositeCube, sampling: Sampling) -> tuple[FloatArray, FloatArray]:
    """Return the cube at the middle of each pixel.

    Parameters
    ----------
    cube : CompositeCube
        The cube.
    sampling : Sampling
        Of one exposure on the grid of the cube.

    Returns
    -------
    value : ndarray, shape (n,)
        NaN where fewer than three quarters of the weight are on voxels with data.
    leverage : ndarray, shape (n,)
        How much of the value is the pixel itself, 0 to 1, were it used.
    """
    data, weight = cube.data.ravel(), cube.weight.ravel()
    total, value, leverage = (np.zeros(sampling.base.size) for _ in range(3))
    for voxel, overlap, share in sampling.corners():
        seen = weight[voxel] > _NO_WEIGHT
        part = np.where(seen, share, 0.0)
        total += part
        value += part * np.where(seen, data[voxel], 0.0)
        leverage += part * overlap / np.where(seen, weight[voxel], 1.0)
    enough = total >= _LEAST_SUPPORT
    safe = np.where(enough, total, 1.0)
    return np.where(enough, value / safe, np.nan), np.where(enough, leverage / safe, np.nan)


def neighbor_scatter(cube: CompositeCube) -> FloatArray:
    """Return the relative rms difference of each voxel and its four neighbors in the same plane.

    Returns
    -------
    ndarray, shape (nw, nb, na)
        Neighbors without data do not count; infinite without any.
    """
    squares, count = np.zeros(cube.data.shape), np.zeros(cube.data.shape)
    for axis in (1, 2):
        difference = np.diff(cube.data, axis=axis) ** 2
        good = np.isfinite(difference)
        difference = np.where(good, difference, 0.0)
        for side in (slice(None, -1), slice(1, None)):
            at = (slice(None), side) if axis == 1 else (slice(None), slice(None), side)
            squares[at] += difference
            count[at] += good
    known = (count > 0) & np.isfinite(cube.data) & (cube.data != 0)
    rms = np.sqrt(squares / np.maximum(count, 1.0)) / np.where(known, np.abs(cube.data), 1.0)
    result: FloatArray = np.where(known, rms, np.inf)
    return result


def _slope(data: FloatArray, axis: int) -> FloatArray:
    """Return the change from voxel to voxel along ``axis``, smoothed over wavelength."""
    steps = np.diff(data, axis=axis)
    nothing = np.full_like(np.take(data, [0], axis=axis), np.nan)
    both = np.array(
        [np.concatenate(pair, axis=axis) for pair in ((steps, nothing), (nothing, steps))]
    )
    known = np.isfinite(both)
    mean = np.where(known, both, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return _smooth(mean, known.any(axis=0))


def _smooth(values: FloatArray, known: BoolArray) -> FloatArray:
    """Return the running mean over wavelength of what is known; 0 where nothing is."""
    weight = uniform_filter1d(known.astype(np.float64), _SMOOTH_PLANES, axis=0, mode="nearest")
    total = uniform_filter1d(np.where(known, values, 0.0), _SMOOTH_PLANES, axis=0, mode="nearest")
    result: FloatArray = total / np.maximum(weight, 1.0 / _SMOOTH_PLANES)
    return result


def _with_median(widths: FloatArray) -> FloatArray:
    """Return the widths, those that are not known replaced by the median."""
    known: BoolArray = np.isfinite(widths) & (widths > 0.0)
    if not np.any(known):
        raise DataError("The maps of place or wavelength do not change from pixel to pixel.")
    return np.where(known, widths, np.median(widths[known]))
