"""Tests of guiapp.views.cube_images and cube_words."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.arrays import frozen
from engine.errors import DataError
from guiapp.views.cube_images import levels_of, prepare_images
from guiapp.views.cube_words import part_text, sky_text, spaxel_text, voxel_text
from tests.helpers.cube_views import cone, small_cube


def test_flagged_voxels_take_no_part_in_the_median(rng):
    cube = small_cube(rng)
    data, flags = cube.data.copy(), cube.flags.copy()
    data[:5, 3, 4], flags[:5, 3, 4] = 1e9, 1

    images = prepare_images(
        replace(cube, data=frozen(data, dtype=np.float32), flags=frozen(flags, dtype=np.uint32))
    )

    assert images.collapsed[3, 4] == pytest.approx(np.median(cube.data[5:, 3, 4]), rel=1e-6)
    assert not images.collapsed_flagged[3, 4]


def test_a_spaxel_of_flagged_voxels_alone_is_shown_and_marked(rng):
    cube = small_cube(rng)
    flags = cube.flags.copy()
    flags[:, 3, 4] = 1

    images = prepare_images(replace(cube, flags=frozen(flags, dtype=np.uint32)))

    assert images.collapsed[3, 4] == pytest.approx(np.median(cube.data[:, 3, 4]), rel=1e-6)
    assert images.collapsed_flagged[3, 4]
    assert not images.collapsed_flagged[:, 0].any()  # these have no value at all


def test_infinite_voxels_are_no_measurement(rng):
    cube = small_cube(rng)
    data = cube.data.copy()
    data[4, 5, 6], data[5, 5, 6] = np.inf, -np.inf

    images = prepare_images(replace(cube, data=frozen(data, dtype=np.float32)))

    rest = np.delete(cube.data[:, 5, 6], [4, 5])
    assert images.collapsed[5, 6] == pytest.approx(np.median(rest), rel=1e-6)
    assert np.isfinite(images.plane_levels).all()


def test_the_byte_order_of_the_file_makes_no_difference(rng):
    cube = small_cube(rng)
    swapped = replace(cube, data=cube.data.astype(">f4"), error=cube.error.astype(">f4"))

    one, other = prepare_images(cube), prepare_images(swapped)

    assert_array_equal(one.collapsed, other.collapsed)
    assert_array_equal(one.plane(3), other.plane(3))
    assert_array_equal(one.plane_levels, other.plane_levels)


def test_levels_run_from_the_sky_to_the_star():
    image = np.random.default_rng(3).normal(10.0, 1.0, (40, 40))
    image[20, 20], image[0, 0] = 500.0, np.nan

    levels = levels_of(image)

    assert levels.low == pytest.approx(8.5, abs=0.2)  # 1.5 sigma below the median
    assert levels.high == 500.0
    assert levels.knee == pytest.approx(2.0, abs=0.2)


def test_one_wild_plane_does_not_change_how_bright_its_neighbors_are(rng):
    cube = small_cube(rng)
    data = cube.data.copy()
    data[12, 3, 4] = 1e9
    wild = prepare_images(replace(cube, data=frozen(data, dtype=np.float32)))

    assert_allclose(wild.plane_levels, prepare_images(cube).plane_levels, rtol=0.03)


def test_planes_without_any_value_have_levels_of_their_neighbors(rng):
    cube = small_cube(rng)
    data = cube.data.copy()
    data[20:] = np.nan

    images = prepare_images(replace(cube, data=frozen(data, dtype=np.float32)))

    assert np.isfinite(images.plane_levels).all()


def test_a_cube_without_voxels_is_refused_in_words(rng):
    cube = small_cube(rng)
    none = {name: getattr(cube, name)[:, :, :0] for name in ("data", "error", "flags", "weights")}

    with pytest.raises(DataError, match="no voxels"):
        prepare_images(replace(cube, **none))


def test_circles_are_multiples_of_the_fwhm_of_the_plane():
    wide = cone((5.0, 6.0), radius_fwhm=1.5, annulus_fwhm=(2.5, 3.5))

    circles = wide.circles(23)

    fwhm = (0.033 * 13.0 + 0.106) / 0.2
    assert (circles.x, circles.y) == (5.0, 6.0)
    assert (circles.radius, circles.inner, circles.outer) == pytest.approx(
        (1.5 * fwhm, 2.5 * fwhm, 3.5 * fwhm)
    )


def test_without_a_background_there_is_no_annulus():
    circles = cone(annulus_fwhm=None).circles(0)

    assert np.isnan(circles.inner)
    assert np.isnan(circles.outer)


def test_no_center_no_circles():
    assert cone(None).circles(0) is None
    assert cone().circles(24) is None


def test_moving_fixes_the_center():
    moved = cone().moved_to(3.14159, 2.71828)

    assert moved.center == (3.14, 2.72)
    assert moved.center_mode == "pixel"


@pytest.mark.parametrize(
    ("ra", "dec", "text"),
    [
        (0.0, 0.0, "00:00:00.00 +00:00:00.0"),
        (295.4665, 50.51751, "19:41:51.96 +50:31:03.0"),
        (15.0, -0.5, "01:00:00.00 −00:30:00.0"),
        (359.99999999, -0.00000001, "00:00:00.00 +00:00:00.0"),
        (14.9999999, 89.99999999, "01:00:00.00 +90:00:00.0"),
    ],
)
def test_positions_read_as_hours_and_degrees(ra, dec, text):
    assert sky_text(ra, dec) == text


def test_outside_the_field_there_is_a_position_but_no_value(rng):
    text = voxel_text(prepare_images(small_cube(rng)), 3, 40.0, 2.0)

    assert text.startswith("x 40.0  y 2.0   13:")
    assert "MJy" not in text


def test_without_a_sky_no_position_is_invented(rng):
    images = prepare_images(replace(small_cube(rng), sky=None))

    assert images.target is None
    assert voxel_text(images, 3, 40.0, 2.0) == "x 40.0  y 2.0"


def test_a_median_says_of_how_many_planes_it_is(rng):
    cube = small_cube(rng)
    data = cube.data.copy()
    data[:4, 5, 6] = np.nan

    images = prepare_images(replace(cube, data=frozen(data, dtype=np.float32)))

    assert "median of 20 planes" in voxel_text(images, None, 6.0, 5.0)


def test_the_size_of_a_part_is_told_in_fwhm_and_arcsec():
    fwhm = 0.033 * 10.0 + 0.106

    assert part_text(cone(), "radius", 0.2, 0) == f"radius 2.00 FWHM = {2 * fwhm:.2f}″"
    assert part_text(cone(), "outer", 0.2, 0) == f"annulus to 4.00 FWHM = {4 * fwhm:.2f}″"
    assert part_text(cone((3.0, 4.0)), "center", 0.2, 0) == "center (3.00, 4.00)"


def test_flags_of_a_spaxel_are_told_in_words():
    assert spaxel_text(10.0, (5.0, 0.5), "MJy/sr", 17) == (
        "λ 10.0000 µm   5.00 ± 0.50 MJy/sr   DO_NOT_USE, OUTLIER"
    )
