"""Tests of engine.mrs.wavelength_bins."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.mrs.wavelength_bins import bin_planes
from tests.helpers.cubes import star_cube


def test_each_bin_is_the_mean_of_its_valid_voxels(rng):
    cube = star_cube(n_wave=10, shape=(4, 5), center=(2.0, 2.0), noise=10.0, rng=rng)
    data, flags = cube.data.copy(), cube.flags.copy()
    data[0, 1, 1], flags[3, 2, 2], data[5:, 0, 0] = np.nan, 1, np.nan
    cube = replace(cube, data=data, flags=flags)

    binned = bin_planes(cube, n_bins=2)

    expected = np.where(flags == 1, np.nan, data).astype(np.float64)
    assert_allclose(binned.data[0], np.nanmean(expected[:5], axis=0), rtol=1e-12)
    assert np.isnan(binned.data[1, 0, 0])
    assert_allclose(binned.wave_um, [cube.wave_um[:5].mean(), cube.wave_um[5:].mean()])


@pytest.mark.parametrize(("n_wave", "n_bins"), [(1, 1), (5, 5), (36, 36), (100, 36)])
def test_there_are_no_more_bins_than_planes(n_wave, n_bins):
    binned = bin_planes(star_cube(n_wave=n_wave, shape=(3, 3), center=(1.0, 1.0)))

    assert binned.shape == (n_bins, 3, 3)
    assert binned.edges[0] == 0
    assert binned.edges[-1] == n_wave
    assert (np.diff(binned.edges) > 0).all()


def test_a_quantity_of_planes_is_averaged_over_the_same_bins():
    binned = bin_planes(star_cube(n_wave=6, shape=(3, 3), center=(1.0, 1.0)), n_bins=3)

    assert_allclose(binned.average(np.arange(6.0)), [0.5, 2.5, 4.5])
