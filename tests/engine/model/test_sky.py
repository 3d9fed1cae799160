"""Tests of engine.model.sky: many places at once."""

import numpy as np
from numpy.testing import assert_allclose

from engine.model.sky import SkyPlane

PLANE = SkyPlane(
    (4.0, 6.0), (0.001, -20.0), ((-1e-4, 2e-5), (2e-5, 1e-4)),
    sip=(("A_ORDER", 2.0), ("B_ORDER", 2.0), ("A_2_0", 1e-5), ("B_1_1", -2e-5)),
)  # fmt: skip


def test_many_places_are_those_of_each():
    x, y = np.array([[0.0, 3.0], [8.0, 20.0]]), np.array([[1.0, 2.0], [0.5, 30.0]])

    ra, dec = PLANE.places_on_sky(x, y)

    for place in np.ndindex(x.shape):
        assert_allclose((ra[place], dec[place]), PLANE.pixel_to_sky(x[place], y[place]))


def test_places_come_back_through_the_distortion():
    x, y = np.array([0.0, 3.0, 50.0]), np.array([1.0, -2.0, 40.0])

    assert_allclose(PLANE.places_in_image(*PLANE.places_on_sky(x, y)), (x, y), atol=1e-4)


def test_places_behind_the_plane_are_in_no_image():
    x, y = PLANE.places_in_image(np.array([180.0]), np.array([20.0]))

    assert np.isnan(x[0])
    assert np.isnan(y[0])


def test_a_place_where_the_distortion_has_no_inverse_is_none():
    wild = SkyPlane(
        PLANE.reference_pixel, PLANE.reference_sky_deg, PLANE.matrix_deg,
        (("A_ORDER", 4.0), ("B_ORDER", 4.0), ("A_4_0", 1e17), ("B_0_4", 1e17)),
    )  # fmt: skip

    assert np.isnan(wild.sky_to_pixel(7.8, -20.0)).all()
