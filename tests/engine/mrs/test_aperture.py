"""Tests of engine.mrs.aperture."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.mrs.aperture import (
    box_around,
    fwhm_arcsec,
    overlap_in_box,
    plane_blocks,
    valid_voxels,
    weighted_sum,
)
from tests.helpers.cubes import star_cube


@pytest.mark.parametrize(("wave_um", "fwhm"), [(5.0, 0.271), (10.0, 0.436), (25.0, 0.931)])
def test_the_default_width_is_the_published_line(wave_um, fwhm):
    # FORMATS B10: 0.27 at 5, 0.44 at 10, 0.93 at 25 um.
    width = fwhm_arcsec(np.array([wave_um]), slope_arcsec_per_um=0.033, offset_arcsec=0.106)

    assert_allclose(width, fwhm, rtol=1e-12)


def test_a_width_that_is_not_positive_names_the_wavelength():
    with pytest.raises(DataError, match=r"not positive at 20\.000"):
        fwhm_arcsec(np.array([5.0, 20.0]), slope_arcsec_per_um=-0.1, offset_arcsec=1.0)


@pytest.mark.parametrize("center", [(10.2, 7.9), (0.0, 0.0), (24.4, 19.4), (-3.0, 8.0)])
def test_the_box_holds_all_of_the_circle_that_lies_in_the_field(center):
    radius = np.array([4.7])
    field = box_around((12.0, 10.0), 100.0, (20, 25))

    box = box_around(center, 4.7, (20, 25))

    in_box = overlap_in_box(radius, center, box).sum()
    assert field.shape == (20, 25)
    assert_allclose(in_box, overlap_in_box(radius, center, field).sum(), rtol=1e-13)


def test_a_box_beside_the_field_is_empty():
    box = box_around((100.0, 5.0), 3.0, (20, 25))

    assert box.shape[0] * box.shape[1] == 0
    assert overlap_in_box(np.array([3.0]), (100.0, 5.0), box).shape == (1, 0)


@pytest.mark.parametrize("n_planes", [0, 1, 7, 1000])
def test_blocks_cover_every_plane_once(n_planes):
    covered = np.zeros(n_planes, dtype=int)

    for planes in plane_blocks(n_planes, 900, voxels=5000):
        covered[planes] += 1

    assert (covered == 1).all()


def test_a_voxel_is_valid_when_finite_reached_and_not_flagged():
    cube = star_cube(n_wave=1, shape=(2, 3), center=(1.0, 1.0))
    data, flags, weights = cube.data.copy(), cube.flags.copy(), cube.weights.copy()
    data[0, 0, 0], flags[0, 0, 1], weights[0, 0, 2], flags[0, 1, 0] = np.nan, 513, 0.0, 16
    arrays = {"data": data, "flags": flags, "weights": weights}
    cube = star_cube(n_wave=1, shape=(2, 3), center=(1.0, 1.0), **arrays)

    valid = valid_voxels(cube, box_around((1.0, 1.0), 9.0, (2, 3)), slice(0, 1))

    assert valid.tolist() == [[False, False, False, True, True, True]]


def test_a_nan_spoils_a_sum_only_where_it_has_weight():
    weights = np.array([[1.0, 0.0, 0.5], [1.0, 0.5, 0.0]])
    values = np.array([[2.0, np.nan, 4.0], [2.0, np.nan, 4.0]], dtype=np.float32)

    total = weighted_sum(weights, values)

    assert total[0] == 4.0
    assert np.isnan(total[1])


def test_sums_are_made_in_double_precision():
    # In float32 2e7 + 1 = 2e7.
    values = np.array([[2e7, 1.0, -2e7]], dtype=np.float32)

    assert weighted_sum(np.ones((1, 3)), values)[0] == 1.0
