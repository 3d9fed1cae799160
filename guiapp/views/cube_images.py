"""What the cube view draws, worked out once when a cube is opened: so that leafing is instant."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, frozen
from engine.errors import DataError
from engine.model.cube import Cube
from engine.model.data_quality import DO_NOT_USE
from engine.progress import SILENT, Progress
from guiapp.plots.aperture_layer import Circles, Part
from guiapp.plots.stretch import NO_LEVELS, Levels

CenterMode = Literal["auto", "target", "pixel"]

_FAINT, _BRIGHT = 0.159, 0.9995  # quantiles: one sigma below the median, the brightest spaxels
_BELOW, _KNEE = 1.5, 2.0  # in units of the scatter below the median
_SMOOTH_PLANES = 31  # so that the brightness does not flicker from plane to plane
_LEAST_ANNULUS = 0.1  # width, in FWHM


@dataclass(frozen=True, eq=False, slots=True)
class CubeImages:
    """A cube and what is needed to show any of it at once.

    Attributes
    ----------
    cube : Cube
        The cube.
    collapsed : ndarray, shape (ny, nx)
        Median over wavelength of the voxels without DO_NOT_USE; of all finite ones where there
        are no others. NaN: no measurement in any plane.
    collapsed_flagged : ndarray of bool, shape (ny, nx)
        Where the median is of flagged voxels.
    collapsed_levels : Levels
        How `collapsed` is shown.
    plane_levels : ndarray, shape (nw, 3)
        Low, high and knee of each plane, smooth in wavelength.
    target : tuple of float or None
        Pixel of the target, counted from 0.
    """

    cube: Cube
    collapsed: FloatArray
    collapsed_flagged: BoolArray
    collapsed_levels: Levels
    plane_levels: FloatArray
    target: tuple[float, float] | None

    @property
    def is_empty(self) -> bool:
        """Whether no voxel holds a measurement."""
        return not np.isfinite(self.collapsed).any()

    def plane(self, index: int) -> FloatArray:
        """Return the values of a plane, shape (ny, nx)."""
        return self.cube.data[index].astype(np.float64)

    def plane_flagged(self, index: int) -> BoolArray:
        """Return which voxels of a plane are flagged DO_NOT_USE."""
        flagged: BoolArray = (self.cube.flags[index] & DO_NOT_USE) != 0
        return flagged

    def levels_of_plane(self, index: int) -> Levels:
        """Return how a plane is shown."""
        low, high, knee = self.plane_levels[index].tolist()
        return Levels(low, high, knee)

    def nearest_plane(self, wave_um: float) -> int:
        """Return the plane nearest to a wavelength."""
        return int(np.argmin(np.abs(self.cube.wave_um - wave_um)))


@dataclass(frozen=True, eq=False, slots=True)
class Cone:
    """Where the aperture is and what it may become: values only, the view does no optics.

    Attributes
    ----------
    center : tuple of float or None
        Pixel (x, y), counted from 0; `None`: not known yet.
    center_mode : {"auto", "target", "pixel"}
        How the center is chosen.
    radius_fwhm : float
        Radius of the aperture. Unit: FWHM.
    annulus_fwhm : tuple of float or None
        Inner and outer radius of the annulus; `None`: there is none. Unit: FWHM.
    fwhm_pixels : ndarray, shape (nw,)
        FWHM in every plane. Unit: spaxel.
    radius_limits, annulus_limits : tuple of float
        What radii may be. Unit: FWHM.
    """

    center: tuple[float, float] | None
    center_mode: CenterMode
    radius_fwhm: float
    annulus_fwhm: tuple[float, float] | None
    fwhm_pixels: FloatArray
    radius_limits: tuple[float, float] = (0.5, 3.0)
    annulus_limits: tuple[float, float] = (0.5, 12.0)

    def circles(self, plane: int) -> Circles | None:
        """Return what is drawn at a plane."""
        if self.center is None or not 0 <= plane < self.fwhm_pixels.size:
            return None
        fwhm = float(self.fwhm_pixels[plane])
        inner, outer = self.annulus_fwhm or (np.nan, np.nan)
        return Circles(*self.center, self.radius_fwhm * fwhm, inner * fwhm, outer * fwhm)

    def moved_to(self, x: float, y: float) -> "Cone":
        """Return the cone with another center, to a hundredth of a spaxel."""
        return replace(self, center=(round(x, 2), round(y, 2)), center_mode="pixel")

    def resized(self, part: Part, size_fwhm: float) -> "Cone":
        """Return the cone with one circle of another size, inside the limits."""
        size = round(size_fwhm, 2)
        if part == "radius":
            low, high = self.radius_limits
            return replace(self, radius_fwhm=min(max(size, low), high))
        if self.annulus_fwhm is None:
            return self
        low, high = self.annulus_limits
        inner, outer = self.annulus_fwhm
        if part == "inner":
            inner = min(max(size, low), round(outer - _LEAST_ANNULUS, 2))
        elif part == "outer":
            outer = max(min(size, high), round(inner + _LEAST_ANNULUS, 2))
        return replace(self, annulus_fwhm=(inner, outer))

    def is_same(self, other: "Cone") -> bool:
        """Return whether center and radii are those of ``other``."""
        return (self.center, self.radius_fwhm, self.annulus_fwhm) == (
            other.center,
            other.radius_fwhm,
            other.annulus_fwhm,
        )


def prepare_images(cube: Cube, *, progress: Progress = SILENT) -> CubeImages:
    """Work out what the cube view needs: for a job, not for the thread of the window.

    Raises
    ------
    DataError
        If the cube has no voxels.
    """
    if not cube.data.size:
        raise DataError(f"The cube has no voxels: its shape is {cube.shape}.")
    progress.step(0, 3, "Collapsing the cube")
    data = np.where(np.isfinite(cube.data), cube.data, np.nan).astype(np.float32, copy=False)
    good = (cube.flags & DO_NOT_USE) == 0
    collapsed = _median(np.where(good, data, np.float32(np.nan)))
    progress.step(1, 3, "Collapsing the cube")
    flagged = ~np.isfinite(collapsed)
    if np.isfinite(data[:, flagged]).any():
        collapsed[flagged] = _median(data[:, flagged])
    progress.step(2, 3, "Choosing the brightness")
    planes = _levels_of_rows(data.reshape(data.shape[0], -1))
    planes[:, 0], planes[:, 2] = _smoothed(planes[:, 0]), _smoothed(planes[:, 2])
    planes[:, 1] = np.fmax(_smoothed(planes[:, 1]), planes[:, 0] + planes[:, 2])
    return CubeImages(
        cube=cube,
        collapsed=frozen(collapsed),
        collapsed_flagged=frozen(flagged & np.isfinite(collapsed), dtype=bool),
        collapsed_levels=levels_of(collapsed),
        plane_levels=frozen(planes),
        target=cube.target_pixel(),
    )


def levels_of(image: AnyFloatArray) -> Levels:
    """Return how one image is shown: from the sky to its brightest pixel."""
    row = np.where(np.isfinite(image), image, np.nan).reshape(1, -1)
    low, high, knee = _levels_of_rows(row)[0].tolist()
    if not np.isfinite(high):
        return NO_LEVELS
    return Levels(low, float(np.nanmax(row)), knee)


def _levels_of_rows(rows: AnyFloatArray) -> FloatArray:
    """Return low, high and knee of each row; NaN where a row has no value."""
    ordered = np.sort(rows, axis=1)  # NaN last
    count = np.isfinite(rows).sum(axis=1)
    faint, middle, bright = (_quantile(ordered, count, q) for q in (_FAINT, 0.5, _BRIGHT))
    scatter = middle - faint
    scatter = np.where(scatter > 0.0, scatter, (bright - faint) / 20.0)
    low = np.fmax(middle - _BELOW * scatter, _quantile(ordered, count, 0.0))
    return np.stack([low, bright, _KNEE * scatter], axis=1)


def _quantile(ordered: AnyFloatArray, count: FloatArray, share: float) -> FloatArray:
    """Return the value below which ``share`` of each row's first ``count`` values lie."""
    place = np.clip(np.rint((count - 1) * share), 0, None).astype(np.intp)
    found = np.take_along_axis(ordered, place[:, np.newaxis], axis=1)[:, 0].astype(np.float64)
    return np.where(count > 0, found, np.nan)


def _median(values: AnyFloatArray) -> FloatArray:
    """Return the median of the finite values along the first axis; NaN where there are none."""
    ordered = np.sort(values, axis=0)  # NaN last
    count = np.isfinite(values).sum(axis=0)
    lower = np.clip((count - 1) // 2, 0, None)[np.newaxis]
    upper = np.clip(count // 2, 0, values.shape[0] - 1)[np.newaxis]
    pair = np.take_along_axis(ordered, np.concatenate([lower, upper]), axis=0)
    median: FloatArray = pair.mean(axis=0, dtype=np.float64)
    median[count == 0] = np.nan
    return median


def _smoothed(values: FloatArray) -> FloatArray:
    """Return the running median over neighboring planes; NaN only where all are NaN."""
    half = min(_SMOOTH_PLANES, values.size) // 2
    padded = np.pad(values, half, mode="edge")
    return _median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).T.copy())
