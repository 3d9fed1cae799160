"""Footprints lie where the cubes lie."""

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import Cancelled, DataError
from engine.model.identity import Identity
from engine.model.sky import SkyPlane
from engine.mrs.footprints import FootprintParams, map_footprints
from tests.helpers.cubes import star_cube

_STEP = 0.2 / 3600.0
_SKY = SkyPlane((10.0, 10.0), (100.0, 20.0), ((-_STEP, 0.0), (0.0, _STEP)))


def _cube(band="3A", sky=_SKY, *, side=21, cut=0):
    cube = star_cube(n_wave=5, identity=Identity(target="star", band=band))
    n_y, n_x = cube.shape[1:]
    data = np.full((5, side, side), 1.0)
    data[:, :, :cut] = np.nan
    names = {"error": np.ones_like(data), "weights": np.ones_like(data)}
    flags = np.zeros(data.shape, dtype=np.uint32)
    assert n_y
    assert n_x
    return replace(
        cube, data=data, flags=flags, sky=sky, spaxel_arcsec=0.2, wave_um=cube.wave_um, **names
    )


def test_the_corners_are_those_of_the_field():
    found = map_footprints([("e1", "star · 3A", _cube())])

    [one] = found.footprints
    cosine = np.cos(np.deg2rad(20.0))
    assert np.ptp(one.dec_deg) * 3600 == pytest.approx(21 * 0.2, rel=1e-6)
    assert np.ptp(one.ra_deg) * 3600 * cosine == pytest.approx(21 * 0.2, rel=1e-4)
    assert one.area_arcsec2 == pytest.approx(21 * 21 * 0.04)
    assert found.image == ""
    assert "no ground" in found.messages[0]


def test_spaxels_without_data_are_outside():
    found = map_footprints([("e1", "star · 3A", _cube(cut=5))])

    [one] = found.footprints
    assert one.area_arcsec2 == pytest.approx(16 * 21 * 0.04)
    assert np.ptp(one.ra_deg) * 3600 * np.cos(np.deg2rad(20.0)) == pytest.approx(3.2, rel=1e-3)


def test_pixels_are_those_of_the_image():
    turned = np.deg2rad(30.0)
    step = 0.05 / 3600.0
    cosine, sine = step * np.cos(turned), step * np.sin(turned)
    image = SkyPlane((50.0, 60.0), (100.0, 20.0), ((-cosine, sine), (sine, cosine)))

    found = map_footprints([("e1", "t", _cube())], image_sky=image, image_name="F560W")

    [one] = found.footprints
    assert (one.x.mean(), one.y.mean()) == pytest.approx((50.0, 60.0), abs=0.01)
    sides = np.hypot(np.diff(np.r_[one.x, one.x[0]]), np.diff(np.r_[one.y, one.y[0]]))
    assert sides.max() == pytest.approx(21 * 0.2 / 0.05, rel=1e-3)
    assert (found.image, found.arcsec_per_pixel) == ("F560W", pytest.approx(0.05))


def test_one_band_a_channel_is_enough_when_asked_for():
    cubes = [(f"e{i}", band, _cube(band)) for i, band in enumerate(("3A", "3B", "4A"))]

    found = map_footprints(cubes, FootprintParams(shown="one band a channel"))

    assert [one.band for one in found.footprints] == ["3A", "4A"]


def test_tiles_far_apart_are_told():
    far = replace(_SKY, reference_sky_deg=(100.1, 20.0))

    found = map_footprints([("e1", "one", _cube()), ("e2", "two", _cube(sky=far))])

    assert any("1 field is more than 60 arcsec" in text for text in found.messages)


def test_a_cube_in_instrument_coordinates_is_told():
    found = map_footprints([("e1", "one", _cube()), ("e2", "two", _cube(sky=None))])

    assert any("two has no sky" in text for text in found.messages)
    with pytest.raises(DataError, match="No cube has sky"):
        map_footprints([("e2", "two", _cube(sky=None))])


def test_mapping_stops_between_two_cubes():
    class Stop:
        def step(self, done, total, note=""):
            if done == 1:
                raise Cancelled

    with pytest.raises(Cancelled):
        map_footprints([("e1", "one", _cube()), ("e2", "two", _cube())], progress=Stop())
