"""Tests of engine.nircam.field_place."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.errors import DataError
from engine.files import load
from engine.model.identity import Origin
from engine.nircam.epoch_images import epoch_image
from engine.nircam.field_place import direction_of, place_in_field
from tests.helpers.nircam import CENTER
from tests.helpers.nircam_images import open_images, write_images


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Return the long-wave images of two epochs: A and B, then A and B turned."""
    return open_images(write_images(tmp_path_factory.mktemp("images"), 1))


def test_the_direction_from_a_to_b_turns_with_the_field(images):
    found = [direction_of(one) for one in images]

    assert found[:2] == pytest.approx([72.0, 72.0], abs=0.2)
    assert found[2:] == pytest.approx([252.0, 252.0], abs=0.2)


def test_module_a_has_negative_places_in_every_orientation(images):
    # Middle at 1.46 arcmin, side 129 arcsec, 144 pixels.
    step = 129.0 / 60.0 / 144.0
    own = (np.arange(144) - 71.5) * step
    for one in images:
        x = place_in_field(one, CENTER)

        middle = -1.46 if one.module == "A" else 1.46
        assert_allclose(x[72], middle + own, atol=2e-3)
        assert np.ptp(x, axis=0).max() < 0.01


def test_a_long_wave_file_knows_its_place_without_the_field(images):
    for one in images:
        difference = place_in_field(one, None) - place_in_field(one, CENTER)

        assert np.abs(difference).max() < 0.01


def test_another_field_is_refused(images):
    with pytest.raises(DataError, match="arcmin from the point that the field turns about"):
        place_in_field(images[0], (CENTER[0], CENTER[1] - 0.5))


def test_a_short_wave_file_needs_the_field(tmp_path):
    short = open_images(write_images(tmp_path, 1, filter_name="F200W", array="2", labels=("1",)))

    assert place_in_field(short[0], CENTER).shape == (144, 144)
    with pytest.raises(DataError, match="short-wave image"):
        place_in_field(short[0], None)


def test_v2_of_the_reference_point_tells_the_place_of_any_array(images):
    # The sky plane of the demo touches where the field turns, which is V2 = -1.65 arcsec.
    for one in images:
        header = (*one.image.origin.header, ("V2_REF", "-1.65"))
        stated = replace(one, image=replace(one.image, origin=Origin(header=header)))

        assert_allclose(place_in_field(stated, None), place_in_field(one, CENTER), atol=1e-6)


@pytest.mark.real_data
def test_a_real_cutout_knows_where_it_lies_in_the_module(real_data):
    found = epoch_image("real", load(real_data("nircam_image/image.fits")).products[0])

    x = place_in_field(found, None)

    # V2_REF 85.88 arcsec at pixel 623.5 from the left edge, 0.0629 arcsec a pixel.
    expected = -(85.88 + 1.65) / 60.0 - 0.0629 * (623.5 - np.array([0.0, 99.0])) / 60.0
    assert_allclose(x[50, [0, 99]], expected, atol=0.02)


@pytest.mark.real_data
def test_the_first_axis_of_a_real_file_points_from_a_to_b(real_data):
    # ROLL_REF is the position angle of V3; module A lies at positive V2, so that A to B is -V2.
    loaded = load(real_data("nircam_image/image.fits"))
    found = epoch_image("real", loaded.products[0])

    roll = float(dict(found.image.origin.header)["ROLL_REF"])
    # A cutout from the edge, where the distortion turns the axes by up to a degree.
    assert direction_of(found) == pytest.approx((roll - 90.0) % 360.0, abs=1.0)
    assert (found.module, found.array) == ("A", "long")
