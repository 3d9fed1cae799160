"""A cube averaged over runs of planes: what is smooth in wavelength is measured there."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engine.arrays import FloatArray, IntArray
from engine.model.cube import Cube
from engine.mrs.aperture import Box, plane_blocks, valid_voxels
from engine.progress import SILENT, Progress


@dataclass(frozen=True, eq=False, slots=True)
class BinnedCube:
    """Means of runs of neighboring planes.

    Attributes
    ----------
    wave_um : ndarray, shape (m,)
        Mean wavelength of each bin. Unit: um.
    data : ndarray, shape (m, ny, nx)
        Mean of the valid voxels, in the unit of the cube. NaN: none is valid.
    edges : ndarray of int, shape (m + 1,)
        First plane of each bin, and the number of planes.
    """

    wave_um: FloatArray
    data: FloatArray
    edges: IntArray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Bins, rows, columns."""
        n_bins, n_y, n_x = self.data.shape
        return n_bins, n_y, n_x

    def average(self, by_plane: FloatArray) -> FloatArray:
        """Return the mean over each bin of a quantity that has one value a plane."""
        mean: FloatArray = np.add.reduceat(by_plane, self.edges[:-1]) / np.diff(self.edges)
        return mean


def bin_planes(cube: Cube, *, n_bins: int = 36, progress: Progress = SILENT) -> BinnedCube:
    """Average a cube over runs of planes of nearly equal length.

    Parameters
    ----------
    cube : Cube
        Voxels without a measurement are left out of the means.
    n_bins : int, optional
        Number of bins; a cube with fewer planes gets one bin a plane.
    progress : Progress, optional
        Told about every bin.

    Returns
    -------
    BinnedCube
        The means.
    """
    n_planes, n_y, n_x = cube.shape
    edges = np.linspace(0, n_planes, min(n_bins, n_planes) + 1).round().astype(np.int64)
    field = Box(slice(0, n_y), slice(0, n_x))
    means = np.full((edges.size - 1, n_y * n_x), np.nan)
    for index, (first, last) in enumerate(pairwise(edges.tolist())):
        progress.step(index, edges.size - 1, "Looking for the source")
        total = np.zeros(n_y * n_x)
        count = np.zeros(n_y * n_x)
        for block in plane_blocks(last - first, n_y * n_x):
            planes = slice(first + block.start, first + block.stop)
            valid = valid_voxels(cube, field, planes)
            data = np.where(valid, field.cut(cube.data, planes), 0.0)
            total += data.sum(axis=0, dtype=np.float64)
            count += valid.sum(axis=0)
        np.divide(total, count, out=means[index], where=count > 0)
    wave = np.add.reduceat(cube.wave_um, edges[:-1]) / np.diff(edges)
    return BinnedCube(wave, means.reshape(-1, n_y, n_x), edges)
