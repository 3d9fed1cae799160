"""Mean surface brightness of rings around a star, in bins of wavelength."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.model.cube import Cube
from engine.mrs.aperture import box_around, overlap_in_box, valid_voxels
from engine.progress import SILENT, Progress

_LEAST_COVERED = 0.5  # of a ring's area
_SAME_WIDTH = 0.005  # change of the FWHM within which planes are averaged before


@dataclass(frozen=True, eq=False, slots=True)
class Rings:
    """Rings of a width that grows with the FWHM.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Mean wavelength of each bin. Unit: um.
    edges_fwhm : ndarray, shape (k + 1,)
        Radii between which the rings lie. Unit: FWHM.
    mean : ndarray, shape (k, n)
        Light per area of one FWHM squared. NaN: less than half of the ring holds data.
    covariance : ndarray, shape (n, k, k)
        Of the means in each bin: rings thinner than a spaxel share voxels. 0 where there is none.
    """

    wave_um: FloatArray
    edges_fwhm: FloatArray
    mean: FloatArray
    covariance: FloatArray


def measure_rings(
    cube: Cube,
    center: tuple[float, float],
    edges_fwhm: FloatArray,
    *,
    fwhm_pixels: FloatArray,
    n_bins: int,
    progress: Progress = SILENT,
) -> Rings:
    """Measure rings plane by plane and average them over bins of wavelength.

    Parameters
    ----------
    cube : Cube
        Voxels without a measurement take no part.
    center : tuple of float
        Center (x, y), counted from 0. Unit: spaxel.
    edges_fwhm : ndarray, shape (k + 1,)
        Radii, increasing from 0. Unit: FWHM.
    fwhm_pixels : ndarray, shape (nw,)
        FWHM of each plane. Unit: spaxel.
    n_bins : int
        Number of bins; a cube with fewer planes gets one bin a plane.
    progress : Progress, optional
        Told about every bin.

    Returns
    -------
    Rings
        Means over the planes of each bin: planes whose FWHM differ by less than half a percent
        are averaged voxel by voxel before. Exact overlap of circles and spaxels.
    """
    n_planes = cube.shape[0]
    planes = np.linspace(0, n_planes, min(n_bins, n_planes) + 1).round().astype(np.int64)
    n_rings = edges_fwhm.size - 1
    mean = np.full((n_rings, planes.size - 1), np.nan)
    covariance = np.zeros((planes.size - 1, n_rings, n_rings))
    for at, (first, last) in enumerate(pairwise(planes.tolist())):
        progress.step(at, planes.size - 1, "Measuring the growth curve")
        total, count = np.zeros(n_rings), np.zeros(n_rings)
        for run in _alike(fwhm_pixels, first, last):
            width, planes_in_run = float(fwhm_pixels[run].mean()), run.stop - run.start
            one, of_one, covered = _one_run(cube, center, edges_fwhm * width, run)
            total += planes_in_run * width**2 * one
            covariance[at] += (planes_in_run * width**2) ** 2 * of_one
            count += planes_in_run * covered
        enough = count >= _LEAST_COVERED * (last - first)
        np.divide(total, count, out=mean[:, at], where=enough)
        covariance[at] /= np.outer(np.maximum(count, 1.0), np.maximum(count, 1.0))
    wave = np.add.reduceat(cube.wave_um, planes[:-1]) / np.diff(planes)
    return Rings(frozen(wave), frozen(edges_fwhm), freeze(mean), freeze(covariance))


def _alike(fwhm_pixels: FloatArray, first: int, last: int) -> Iterator[slice]:
    """Yield runs of planes over which the FWHM changes by no more than half a percent."""
    grown = np.log(fwhm_pixels[first:last] / fwhm_pixels[first]) / np.log1p(_SAME_WIDTH)
    cuts = np.flatnonzero(np.diff(np.floor(grown + 1e-9))) + 1
    for start, stop in pairwise([first, *(first + cuts).tolist(), last]):
        yield slice(start, stop)


def _one_run(
    cube: Cube, center: tuple[float, float], edges: FloatArray, run: slice
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return mean per spaxel of each ring, its covariance, and where it is covered."""
    box = box_around(center, float(edges[-1]), cube.shape[1:])
    error = box.cut(cube.error, run).astype(np.float64)
    valid = valid_voxels(cube, box, run) & np.isfinite(error) & (error > 0)
    count = np.maximum(valid.sum(axis=0), 1)
    data = np.where(valid, box.cut(cube.data, run), 0.0).sum(axis=0, dtype=np.float64) / count
    sigma = np.sqrt((np.where(valid, error, 0.0) ** 2).sum(axis=0)) / count
    share = np.diff(overlap_in_box(edges, center, box), axis=0) * valid.any(axis=0)
    area = share.sum(axis=1)
    covered = area >= _LEAST_COVERED * np.pi * np.diff(edges**2)
    share /= np.where(covered, area, np.inf)[:, np.newaxis]
    spread = share * sigma
    return share @ data, spread @ spread.T, covered
