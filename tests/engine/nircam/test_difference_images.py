"""Tests of engine.nircam.difference_images."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.model.identity import Identity
from engine.model.image import Image
from engine.model.sky import SkyPlane
from engine.nircam.difference_images import difference_images
from engine.nircam.epoch_images import EpochImage

SIDE = 96
PLANE = SkyPlane(((SIDE - 1) / 2,) * 2, (40.0, -20.0), ((-1e-4, 0.0), (0.0, 1e-4)))
TURNED = replace(PLANE, matrix_deg=((1e-4, 0.0), (0.0, -1e-4)))


def sky(rng, side=SIDE):
    """Return a field of stars without noise."""
    y, x = np.mgrid[:side, :side]
    light = np.zeros((side, side))
    for column, row in rng.uniform(4, side - 4, (40, 2)):
        light += np.exp(-0.5 * ((x - column) ** 2 + (y - row) ** 2) / 1.5**2)
    return light


def image(data, *, epoch, module, plane=PLANE, mjd=0.0, array="long", filter_name="F444W"):
    """Return an image of an array."""
    pixels = Image(
        data, np.full(data.shape, 0.01), np.zeros(data.shape, dtype=np.uint32), "MJy/sr",
        sky=plane, kind="cal", identity=Identity(mjd=mjd),
    )  # fmt: skip
    return EpochImage(f"{epoch}{module}", pixels, filter_name, module, array, epoch)


def ones(one):
    return np.ones(one.image.data.shape)


def test_the_offset_of_the_brightness_comes_back_without_bias(rng):
    light = sky(rng)
    noise = rng.normal(0.0, 0.005, (2, SIDE, SIDE))
    images = [
        image(light + noise[0], epoch="1", module="B"),
        image((light * 10.0 ** (-0.4 * 0.03) + noise[1])[::-1, ::-1], epoch="2", module="A",
              plane=TURNED, mjd=200.0),
    ]  # fmt: skip

    [found] = difference_images(images, ones, radius=0.0)

    assert (found.patch, found.first, found.second) == ("p", "1", "2")
    assert abs(found.offset_before - 0.03) < 4.0 * found.error
    assert found.error < 0.002
    assert found.level_mjy_sr == pytest.approx(0.005 * np.sqrt(2.0), rel=0.2)


def test_a_factor_that_undoes_the_offset_leaves_nothing(rng):
    light = sky(rng)
    factor = 10.0 ** (-0.4 * 0.03)
    images = [
        image(light, epoch="1", module="B"),
        image(light * factor, epoch="2", module="A", mjd=200.0),
    ]

    [found] = difference_images(
        images, lambda one: ones(one) / (factor if one.module == "A" else 1.0), radius=2.0
    )

    assert np.abs(found.before).max() > 0.005
    assert_allclose(found.after, 0.0, atol=1e-12)
    assert found.offset_after == pytest.approx(0.0, abs=1e-9)


def test_sources_that_changed_do_not_count(rng):
    light = sky(rng)
    changed = light.copy()
    changed[:20, :20] *= 1.5
    noise = rng.normal(0.0, 0.003, (2, SIDE, SIDE))
    images = [
        image(changed + noise[0], epoch="1", module="B"),
        image(light + noise[1], epoch="2", module="A", mjd=200.0),
    ]

    [found] = difference_images(images, ones, radius=0.0)

    assert abs(found.offset_before) < 0.004


def test_a_constant_background_is_no_difference(rng):
    light = sky(rng)
    images = [
        image(light + 0.3, epoch="1", module="B"),
        image(light + 0.1, epoch="2", module="A", mjd=200.0),
    ]

    [found] = difference_images(images, ones, radius=0.0)

    assert_allclose(found.before, 0.0, atol=1e-12)


def test_only_images_of_one_array_that_overlap_are_subtracted(rng):
    light = sky(rng)
    away = replace(PLANE, reference_sky_deg=(41.0, -20.0))
    images = [
        image(light, epoch="1", module="B"),
        image(light, epoch="2", module="A", mjd=200.0),
        image(light, epoch="2", module="B", mjd=200.0, plane=away),
        image(light, epoch="2", module="A", mjd=200.0, array="2", filter_name="F200W"),
        image(light, epoch="1", module="A", plane=away),
    ]

    found = difference_images(images[::-1], ones, radius=0.0)

    assert sorted((one.patch, one.first, one.second) for one in found) == [
        ("p", "1", "2"), ("q", "1", "2"),
    ]  # fmt: skip


def test_dithers_of_one_epoch_are_averaged(rng):
    light = sky(rng)
    images = [
        image(light + 0.2, epoch="1", module="B"),
        image(light - 0.2, epoch="1", module="B"),
        image(light, epoch="2", module="A", mjd=200.0),
    ]

    [found] = difference_images(images, ones, radius=0.0)

    assert_allclose(found.before, 0.0, atol=1e-12)


def test_the_mean_in_circles_skips_what_has_no_measurement():
    data = np.zeros((SIDE, SIDE))
    data[10, 10], data[50, 50] = np.nan, 29.0
    images = [
        image(data, epoch="1", module="B"),
        image(np.zeros((SIDE, SIDE)), epoch="3", module="B", mjd=400.0),
    ]

    [found] = difference_images(images, ones, radius=3.0)

    assert found.patch == "same module"
    assert np.isnan(found.before[10, 10])
    assert found.before[50, 52] == pytest.approx(1.0)  # 29 pixels lie in a circle of radius 3
    assert found.before[50, 54] == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(found.offset_before)


def test_large_differences_are_averaged_for_the_screen():
    plane = replace(PLANE, reference_pixel=(299.5, 299.5))
    _y, x = np.mgrid[:600, :600]
    images = [
        image((x % 3).astype(float), epoch="1", module="B", plane=plane),
        image(np.zeros((600, 600)), epoch="2", module="A", plane=plane, mjd=200.0),
    ]

    [found] = difference_images(images, ones, radius=0.0)

    assert found.before.shape == (200, 200)
    assert_allclose(found.before, 0.0, atol=1e-12)  # 0, 1, 2 less their median
