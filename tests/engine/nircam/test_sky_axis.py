"""Tests of engine.nircam.sky_axis."""

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from numpy.testing import assert_allclose

from engine.nircam.sky_axis import SkyAxis, directed, module_direction
from tests.helpers.nircam import matches


@pytest.fixture(scope="module")
def pair():
    """Return the sources of one pair of epochs."""
    return matches(2, filters=("F444W",)).pairs[0]


def test_offsets_are_those_of_an_independent_package(rng):
    center = SkyCoord(260.7, 68.97, unit="deg")
    east, north = rng.uniform(-4, 4, (2, 50))
    places = center.spherical_offsets_by(east / 60 * _deg(), north / 60 * _deg())

    found = SkyAxis(260.7, 68.97, 0.0).offsets(places.ra.deg, places.dec.deg)

    assert_allclose(found, [east, north], atol=2e-5)  # tangent plane against sphere: 1e-6 relative


def _deg():
    from astropy import units

    return units.deg


def test_the_coordinate_grows_along_its_direction():
    axis = SkyAxis(10.0, -30.0, 90.0)

    d = axis.along(np.array([10.0 + 1 / 60 / np.cos(np.deg2rad(30.0))]), np.array([-30.0]))

    assert d[0] == pytest.approx(1.0, abs=1e-4)


def test_places_behind_the_sky_have_no_coordinate():
    assert np.isnan(SkyAxis(0.0, 0.0, 0.0).along(np.array([180.0]), np.array([0.0]))[0])


def test_the_direction_from_module_a_to_b_is_found(pair):
    assert module_direction(pair) == pytest.approx(72.0, abs=4.0)


@pytest.mark.parametrize(("given", "kept"), [(72.0, 72.0), (252.0, 72.0), (-108.0, 72.0)])
def test_an_axis_is_turned_to_point_from_a_to_b(pair, given, kept):
    assert directed(given, pair) == pytest.approx(kept)
