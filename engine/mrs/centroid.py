"""Where the source of a cube lies, and how it drifts with wavelength."""

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import leastsq

from engine.arrays import AnyFloatArray, FloatArray, IntArray
from engine.errors import DataError
from engine.model.cube import Cube
from engine.mrs.wavelength_bins import BinnedCube
from engine.numerics.clipping import median_of_columns, median_of_rows

Center = Literal["auto", "target"] | tuple[float, float]

LONGEST_WAVE_UM = 26.0  #: beyond it the throughput is too low to look for a source
_PIPELINE_FWHM = 3.0
_SORTED_VOXELS = 1 << 17  # at a time: few enough for the cache
_MIN_PEAK_SIGMA = 5.0
_STAR_REACH_FWHM = 2.0  # from here its centroid is looked for around the star, not the center


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """Where the aperture is put.

    Attributes
    ----------
    x, y : float
        Counted from 0. Unit: spaxel.
    source : str
        How it was found, in words.
    messages : tuple of str
        What the user should know, one sentence each.
    star : tuple of float or None
        Center (x, y) of the brightest source, when the aperture was put elsewhere by choice;
        `None`: not looked for, or not found. Unit: spaxel.
    """

    x: float
    y: float
    source: str
    messages: tuple[str, ...] = ()
    star: tuple[float, float] | None = None

    @property
    def star_distance(self) -> float:
        """Distance of the center from the star, in spaxels; NaN when it is not known."""
        if self.star is None:
            return float("nan")
        return float(np.hypot(self.star[0] - self.x, self.star[1] - self.y))


@dataclass(frozen=True, eq=False, slots=True)
class Drift:
    """The centroid in wavelength intervals, relative to the center of the aperture.

    Attributes
    ----------
    wave_um : ndarray, shape (m,)
        Middle of each interval. Unit: um.
    x, y : ndarray, shape (m,)
        Centroid minus center. NaN: not measurable. Unit: spaxel.
    """

    wave_um: FloatArray
    x: FloatArray
    y: FloatArray

    @property
    def rms(self) -> float:
        """Root mean square distance of the centroids from the center; NaN when there is none."""
        square = (self.x**2 + self.y**2)[np.isfinite(self.x)]
        return float(np.sqrt(square.mean())) if square.size else np.nan


def locate_source(
    cube: Cube, binned: BinnedCube, center: Center, *, fwhm_pixels: float
) -> SourcePosition:
    """Return where to put the aperture.

    Parameters
    ----------
    cube : Cube
        Its target is used for ``"target"``, and when no source is found.
    binned : BinnedCube
        Its means, in which the source is looked for.
    center : "auto", "target" or tuple of float
        What the user chose.
    fwhm_pixels : float
        Width of the point-spread function. Unit: spaxel.

    Returns
    -------
    SourcePosition
        The position and how it was found.

    Raises
    ------
    DataError
        If there is neither a source nor a target, or the position lies outside the field.

    Notes
    -----
    The centroid is a two-dimensional Gaussian with a constant, fitted to the median image over
    the bins short of 26 um within 1.25 FWHM of the brightest source of DAOFIND. On simulated
    point-spread functions of 2.1 and 2.7 spaxels with diffraction spikes it scatters by 0.01
    spaxel, DAOFIND's own centroid by 0.03, a quadratic or a center of mass by 0.02 to 0.1.
    """
    if not isinstance(center, str):
        x, y = float(center[0]), float(center[1])
        return _inside_field(cube, SourcePosition(x, y, "given by the user"))
    target = cube.target_pixel()
    if center == "target":
        if target is None:
            raise DataError(
                "The header does not say where the target is.",
                hint="Choose the centroid, or click on the source.",
            )
        return _inside_field(cube, SourcePosition(*target, "target of the header"))
    star = find_star(binned, fwhm_pixels=fwhm_pixels)
    if star is not None:
        return SourcePosition(*star, "centroid of the brightest source")
    if target is None:
        raise DataError(
            "No source stands out of the collapsed cube, and the header names no target.",
            hint="Click on the source.",
        )
    message = "No source stands out of the collapsed cube: the target of the header is used."
    return _inside_field(cube, SourcePosition(*target, "target of the header", (message,)))


def find_star(binned: BinnedCube, *, fwhm_pixels: float) -> tuple[float, float] | None:
    """Return the center of the brightest source of a cube.

    Parameters
    ----------
    binned : BinnedCube
        Means of runs of planes.
    fwhm_pixels : float
        Width of the point-spread function. Unit: spaxel.

    Returns
    -------
    tuple of float or None
        (x, y), counted from 0: the centroid, or the peak where no centroid can be fitted; `None`
        when no source stands out.
    """
    image = collapse(binned)
    start = find_brightest(image, fwhm=fwhm_pixels)
    if start is None:
        return None
    return fit_centroid(image, start, fwhm_pixels=fwhm_pixels) or start


def locate_source_as_pipeline(cube: Cube, center: Center) -> SourcePosition:
    """Return where `jwst` puts the aperture.

    Parameters
    ----------
    cube : Cube
        Where to look.
    center : "auto", "target" or tuple of float
        ``"auto"`` is the option ``ifu_autocen``, a tuple ``center_xy``.

    Returns
    -------
    SourcePosition
        The position and how it was found.

    Raises
    ------
    DataError
        If a position given by the user lies outside the field.

    Notes
    -----
    ``"auto"``: DAOFIND's own centroid of the brightest source in the median image over the
    planes short of 26 um. ``"target"``, and when nothing is found: the whole pixel nearest to
    the target; when that lies on the border or outside, half the size of the field.
    """
    if not isinstance(center, str):
        x, y = float(center[0]), float(center[1])
        return _inside_field(cube, SourcePosition(x, y, "given by the user"))
    messages: tuple[str, ...] = ()
    if center == "auto":
        found = find_brightest(_median_image(cube), fwhm=_PIPELINE_FWHM)
        if found is not None:
            return SourcePosition(*found, "centroid of the brightest source (as the pipeline)")
        messages = ("No source stands out of the collapsed cube: the target is used.",)
    target = cube.target_pixel()
    _, n_y, n_x = cube.shape
    if target is not None:
        x, y = np.rint(target[0]), np.rint(target[1])
        if 0 < x < n_x - 1 and 0 < y < n_y - 1:
            return SourcePosition(float(x), float(y), "whole pixel nearest to the target", messages)
    messages += ("The target is not inside the field: half the size of the field is used.",)
    return SourcePosition(n_x / 2.0, n_y / 2.0, "half the size of the field", messages)


def measure_drift(
    binned: BinnedCube, position: SourcePosition, *, fwhm_pixels: float, n_intervals: int = 8
) -> Drift:
    """Measure the centroid in wavelength intervals.

    Parameters
    ----------
    binned : BinnedCube
        Means of runs of planes.
    position : SourcePosition
        Center of the aperture.
    fwhm_pixels : float
        Width of the point-spread function. Unit: spaxel.
    n_intervals : int, optional
        Number of intervals; no more than there are bins.

    Returns
    -------
    Drift
        Centroids minus center. NaN where the source does not stand out by 5 sigma.

    Notes
    -----
    The fits start at the center; at the star where that is known and within 2 FWHM.
    """
    start = position.x, position.y
    if position.star is not None and position.star_distance <= _STAR_REACH_FWHM * fwhm_pixels:
        start = position.star
    n_intervals = min(n_intervals, binned.wave_um.size)
    edges = np.linspace(0, binned.wave_um.size, n_intervals + 1).round().astype(int)
    offsets = np.full((2, n_intervals), np.nan)
    for k in range(n_intervals):
        image = _median(binned.data[edges[k] : edges[k + 1]])
        if not _stands_out(image, start, fwhm_pixels):
            continue
        found = fit_centroid(image, start, fwhm_pixels=fwhm_pixels)
        if found is not None:
            offsets[:, k] = found[0] - position.x, found[1] - position.y
    wave = np.add.reduceat(binned.wave_um, edges[:-1]) / np.diff(edges)
    return Drift(wave, offsets[0], offsets[1])


def collapse(binned: BinnedCube) -> FloatArray:
    """Return the median over the bins short of 26 um; NaN where no bin holds a value."""
    seen = binned.wave_um < LONGEST_WAVE_UM
    return _median(binned.data[seen] if seen.any() else binned.data)


def find_brightest(image: AnyFloatArray, *, fwhm: float) -> tuple[float, float] | None:
    """Return the brightest source of an image by DAOFIND; `None` when there is none at 3 sigma.

    Parameters
    ----------
    image : ndarray, shape (ny, nx)
        NaN: no measurement; taken for empty sky.
    fwhm : float
        Width of the sources looked for. Unit: pixel.

    Returns
    -------
    tuple of float or None
        (x, y), counted from 0.
    """
    from astropy.stats import sigma_clipped_stats  # noqa: PLC0415  (slow to import)
    from photutils.detection import DAOStarFinder  # noqa: PLC0415  (slow to import)
    from photutils.utils.exceptions import NoDetectionsWarning  # noqa: PLC0415  (slow to import)

    finite = np.isfinite(image)
    if not finite.any():
        return None
    _, median, rms = sigma_clipped_stats(image[finite])
    if not rms > 0.0:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoDetectionsWarning)  # `None` says it as well
        finder = DAOStarFinder(fwhm=fwhm, threshold=3.0 * rms)
        sources = finder(np.where(finite, image - median, 0.0))
    if sources is None:
        return None
    brightest = sources[int(np.argmax(sources["flux"]))]
    prefix = "x_centroid" if "x_centroid" in sources.colnames else "xcentroid"  # photutils 3, 2
    return float(brightest[prefix]), float(brightest["y" + prefix[1:]])


def fit_centroid(
    image: FloatArray, start: tuple[float, float], *, fwhm_pixels: float
) -> tuple[float, float] | None:
    """Return the center of a Gaussian fitted near ``start``.

    Parameters
    ----------
    image : ndarray, shape (ny, nx)
        NaN: no measurement.
    start : tuple of float
        (x, y), counted from 0.
    fwhm_pixels : float
        Width of the point-spread function: sets the size of the window.

    Returns
    -------
    tuple of float or None
        (x, y); `None` when the window holds too little, or the fit leaves it.
    """
    half = max(2, round(1.25 * fwhm_pixels))
    column, row = round(start[0]), round(start[1])
    x_0, y_0 = max(0, column - half), max(0, row - half)
    window = image[y_0 : row + half + 1, x_0 : column + half + 1]
    hidden = ~np.isfinite(window)
    if np.count_nonzero(~hidden) < 9 or min(window.shape) < 3:
        return None
    y_seen, x_seen = np.nonzero(~hidden)
    values = window[y_seen, x_seen]
    low, high = float(values.min()), float(values.max())
    first_guess = [high - low, start[0] - x_0, start[1] - y_0, 0.42 * fwhm_pixels, low]
    (_, x, y, sigma, _), _, _, _, status = leastsq(
        _gaussian_residual, first_guess, (x_seen, y_seen, values), full_output=True, maxfev=200
    )
    moved = np.hypot(x + x_0 - start[0], y + y_0 - start[1])
    if status not in {1, 2, 3, 4} or not (moved <= fwhm_pixels and abs(sigma) <= half):
        return None
    return float(x) + x_0, float(y) + y_0


def _gaussian_residual(
    guess: FloatArray, x: IntArray, y: IntArray, values: FloatArray
) -> FloatArray:
    """Return a circular Gaussian on a constant, minus the values."""
    height, x_0, y_0, sigma, constant = guess
    square = (x - x_0) ** 2 + (y - y_0) ** 2
    residual: FloatArray = height * np.exp(-0.5 * square / sigma**2) + constant - values
    return residual


def _inside_field(cube: Cube, position: SourcePosition) -> SourcePosition:
    """Return the position, or raise when it does not lie in the field."""
    _, n_y, n_x = cube.shape
    if -0.5 <= position.x <= n_x - 0.5 and -0.5 <= position.y <= n_y - 0.5:
        return position
    raise DataError(
        f"The center ({position.x:.1f}, {position.y:.1f}), {position.source}, lies outside the "
        f"field of {n_x} × {n_y} spaxels.",
        hint="Choose the centroid, or click on the source.",
    )


def _median_image(cube: Cube) -> AnyFloatArray:
    """Return the median over all finite voxels short of 26 um, in the precision of the cube."""
    seen = np.flatnonzero(cube.wave_um < LONGEST_WAVE_UM)
    stop = int(seen[-1]) + 1 if seen.size else cube.shape[0]
    image = np.empty(cube.shape[1:], dtype=cube.data.dtype.newbyteorder("="))
    flat = image.reshape(-1)
    columns = cube.data[:stop].reshape(stop, -1)
    step = max(1, _SORTED_VOXELS // stop)
    for start in range(0, flat.size, step):
        flat[start : start + step] = median_of_columns(columns[:, start : start + step])
    return image


def _median(images: FloatArray) -> FloatArray:
    """Return the median of images; NaN where none holds a value."""
    by_spaxel = np.ascontiguousarray(images.reshape(images.shape[0], -1).T)
    median: FloatArray = median_of_rows(by_spaxel).astype(np.float64, copy=False)
    return median.reshape(images.shape[1:])


def _stands_out(image: FloatArray, place: tuple[float, float], fwhm_pixels: float) -> bool:
    """Return whether the image near a place is brighter than the scatter of the field."""
    values = image[np.isfinite(image)]
    if values.size < 9:
        return False
    median = float(np.median(values))
    scatter = 1.4826 * float(np.median(np.abs(values - median)))
    half = max(1, round(0.5 * fwhm_pixels))
    column, row = round(place[0]), round(place[1])
    core = image[max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1]
    core = core[np.isfinite(core)]
    return core.size > 0 and float(core.max()) - median > _MIN_PEAK_SIGMA * scatter
