"""Tests of engine.nircam.epoch_images."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.model.identity import Identity, Origin
from engine.model.image import Image
from engine.model.sky import SkyPlane
from engine.nircam.epoch_images import (
    epoch_image,
    mean_on_grid,
    on_grid,
    usable_pixels,
    with_epochs,
)

PLANE = SkyPlane((9.5, 9.5), (40.0, -20.0), ((-1e-4, 0.0), (0.0, 1e-4)))
TURNED = replace(PLANE, matrix_deg=((1e-4, 0.0), (0.0, -1e-4)))


def image(*, sky=PLANE, mjd=None, header=(), kind="cal", unit="MJy/sr", **identity):
    """Return an image of an array."""
    stated = {"instrument": "NIRCAM", "detector": "NRCALONG", "filter": "F444W"} | identity
    data = np.arange(400.0).reshape(20, 20)
    return Image(
        data, np.ones((20, 20)), np.zeros((20, 20), dtype=np.uint32), unit, sky=sky, kind=kind,
        identity=Identity(mjd=mjd, **stated), origin=Origin(header=header),
    )  # fmt: skip


def test_a_turn_by_180_degrees_keeps_every_bit(rng):
    values = rng.normal(size=(20, 20))

    turned = on_grid(values, PLANE, TURNED, (20, 20))

    assert_array_equal(turned, values[::-1, ::-1])


def test_a_plane_keeps_its_level_between_pixels():
    y, x = np.mgrid[:20, :20].astype(float)
    moved = replace(PLANE, reference_pixel=(9.1, 9.8))

    found = on_grid(3.0 + 0.2 * x - 0.1 * y, PLANE, moved, (20, 20))

    inside = found[2:-2, 2:-2]
    expected = 3.0 + 0.2 * (x + 0.4) - 0.1 * (y - 0.3)
    assert_allclose(inside, expected[2:-2, 2:-2], atol=1e-6)


def test_a_pixel_without_a_measurement_does_not_spread():
    values = np.ones((20, 20))
    values[5, 5] = np.nan
    moved = replace(PLANE, reference_pixel=(9.3, 9.5))

    found = on_grid(values, PLANE, moved, (20, 20))

    assert np.count_nonzero(np.isnan(found[1:-1, 1:-1])) == 1
    assert_allclose(found[1:-1, 1:-1][np.isfinite(found[1:-1, 1:-1])], 1.0)


def test_places_outside_the_image_have_no_value():
    far = replace(PLANE, reference_pixel=(109.5, 9.5))

    assert np.isnan(on_grid(np.ones((20, 20)), PLANE, far, (20, 20))).all()


def test_large_images_are_mapped_as_exactly_as_small_ones(rng):
    plane = replace(PLANE, reference_pixel=(300.0, 300.0))
    distorted = replace(
        plane, sip=(("A_ORDER", 2.0), ("B_ORDER", 2.0), ("A_2_0", 2e-6), ("B_1_1", 4e-6)),
    )  # fmt: skip
    y, x = np.mgrid[:600, :600].astype(float)
    moved = replace(plane, reference_pixel=(300.4, 299.7))

    found = on_grid(x, distorted, moved, (600, 600))

    there, _ = distorted.places_in_image(*moved.places_on_sky(x[10::97, 10::97], y[10::97, 10::97]))
    assert_allclose(found[10::97, 10::97], there, atol=2e-3)


def test_images_of_one_epoch_are_averaged_where_they_have_a_measurement():
    hole = np.full((20, 20), 3.0)
    hole[4, 4] = np.nan

    mean = mean_on_grid([(np.ones((20, 20)), PLANE), (hole, PLANE)], PLANE, (20, 20))

    assert mean[0, 0] == 2.0
    assert mean[4, 4] == 1.0


def test_flagged_pixels_are_no_measurement():
    flags = np.zeros((20, 20), dtype=np.uint32)
    flags[3, 3], flags[4, 4] = 1, 4

    found = usable_pixels(replace(image(), flags=flags))

    assert np.isnan(found[3, 3])
    assert np.isfinite(found[4, 4])


@pytest.mark.parametrize(
    "other", [{"instrument": "MIRI"}, {"detector": "NRS1"}, {"filter": ""}, {"sky": None}]
)
def test_images_of_no_array_are_none(other):
    assert epoch_image("e1", image(**other)) is None


def test_an_image_knows_its_array_and_whether_it_was_corrected():
    found = epoch_image("e1", image(detector="NRCB3", filter="f200w", header=(("MODCORR", "T"),)))

    assert (found.module, found.array, found.filter) == ("B", "3", "F200W")
    assert found.is_corrected
    assert not epoch_image("e1", image()).is_corrected


def test_epochs_are_named_as_in_the_catalogs_else_by_their_day():
    images = [
        epoch_image(name, image(mjd=mjd, date=date))
        for name, mjd, date in (
            ("c", 59950.9, "2023-01-07"),
            ("a", 59768.0, "2022-07-07"),
            ("d", 60131.0, "2023-07-05"),
            ("e", 60131.6, "2023-07-06"),
        )
    ]  # fmt: skip

    found = with_epochs(images, {"1": 59768.4, "2": 59950.3})

    assert [(one.name, one.epoch) for one in found] == [
        ("a", "1"), ("c", "2"), ("d", "2023-07-05"), ("e", "2023-07-05"),
    ]  # fmt: skip
