"""Tests of engine.files.images and engine.files.sky_keywords."""

import dataclasses

import numpy as np
import pytest
from astropy.wcs import WCS
from numpy.testing import assert_allclose, assert_array_equal

from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import written


def image_of(hdus, path):
    return load(written(hdus, path)).products[0]


@pytest.mark.parametrize(("name", "unit"), [("cal", "MJy/sr"), ("i2d", "MJy/sr"), ("rate", "DN/s")])
def test_images_know_their_kind_and_unit(name, unit, tmp_path):
    hdus = baselines.image(name)
    truth = hdus["SCI"].data.copy()

    image = image_of(hdus, tmp_path / "image.fits")

    assert (image.kind, image.unit) == (name, unit)
    assert_array_equal(image.data, truth)
    assert image.data.dtype == np.float32
    assert image.conversion_mjy_sr == 0.45
    assert image.identity.filter == "F560W"


def test_the_maps_of_area_and_wavelength_are_kept(tmp_path):
    area = image_of(baselines.image(), tmp_path / "cal.fits").area
    wave = image_of(baselines.mrs_cal(), tmp_path / "mrs.fits").wave_um

    assert_array_equal(area, np.ones((32, 36)))
    assert np.isnan(wave[:, :2]).all()
    assert wave[0, 5] == pytest.approx(11.6)


def test_positions_follow_the_distortion_as_wcslib_has_it(tmp_path):
    hdus = baselines.image()
    truth = WCS(hdus["SCI"].header)

    image = image_of(hdus, tmp_path / "cal.fits")

    for x, y in ((0.0, 0.0), (30.0, 5.0), (17.0, 15.0)):
        assert_allclose(image.sky.pixel_to_sky(x, y), truth.all_pix2world(x, y, 0), rtol=1e-12)
    assert dict(image.sky.sip)["A_0_2"] == 1e-6


@pytest.mark.parametrize("orders", [(3, 0), (0, 3), (1, 1), (1, 4)])
def test_distortions_of_two_orders_are_the_sum_of_their_terms(orders, tmp_path):
    hdus = baselines.image()
    head = hdus["SCI"].header
    head["A_ORDER"], head["B_ORDER"] = orders
    head["A_1_0"], head["B_0_1"] = 1e-3, 2e-3
    terms = [1e-3 if orders[0] else 0.0, 2e-3 if orders[1] else 0.0]
    terms += [1e-6 if orders[0] > 1 else 0.0, 2e-6 if orders[1] > 1 else 0.0]
    u, v = 40.0 - 17.0, 5.0 - 15.0  # from the tangent point: CRPIX 18 and 16 count from 1

    sky = image_of(hdus, tmp_path / "cal.fits").sky

    # SIP (Shupe+2005, Eq. 1-4): offsets in pixels are added before the linear matrix.
    x, y = 40.0 + terms[0] * u + terms[2] * v**2, 5.0 + terms[1] * v + terms[3] * u**2
    plain = dataclasses.replace(sky, sip=())
    assert_allclose(sky.pixel_to_sky(40.0, 5.0), plain.pixel_to_sky(x, y), rtol=1e-12)


def test_axes_with_declination_first_mean_the_same_sky(tmp_path):
    hdus = baselines.image()
    header = hdus["SCI"].header
    for keyword in list(header):
        if keyword.startswith(("A_", "B_")):
            del header[keyword]
    header.update({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN"})
    usual = image_of(hdus, tmp_path / "usual.fits")
    header.update({"CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": -43.6, "CRVAL2": 7.8})
    header.update({"CD1_1": 0.0, "CD1_2": header["CD2_2"], "CD2_1": header["CD1_1"], "CD2_2": 0.0})
    turned = image_of(hdus, tmp_path / "turned.fits")

    position = turned.sky.pixel_to_sky(20.0, 10.0)

    assert_allclose(position, usual.sky.pixel_to_sky(20.0, 10.0), rtol=1e-12)


def test_a_negative_right_ascension_is_turned_into_the_usual_range(tmp_path):
    hdus = baselines.image()
    hdus["SCI"].header["CRVAL1"] = -64.5

    image = image_of(hdus, tmp_path / "cal.fits")

    assert image.sky.reference_sky_deg[0] == pytest.approx(295.5)


def test_integrations_become_images_of_their_own(tmp_path):
    loaded = load(written(baselines.rateints(), tmp_path / "rateints.fits"))

    first, second = loaded.products
    assert_array_equal(second.data, first.data + 1)
    assert first.data.shape == (32, 36)


def test_several_slits_become_images_of_their_own(tmp_path):
    hdus = baselines.image()
    again = baselines.image()
    again["SCI"].data *= 2
    for name in ("SCI", "ERR", "DQ"):
        again[name].ver = 2
        hdus.append(again[name])

    loaded = load(written(hdus, tmp_path / "slits.fits"))

    assert len(loaded.products) == 2
    assert_array_equal(loaded.products[1].data, 2 * loaded.products[0].data)


def test_detector_images_without_a_sky_plane_are_good_images(tmp_path):
    loaded = load(written(baselines.mrs_cal(), tmp_path / "mrs.fits"))

    assert loaded.products[0].sky is None
    assert loaded.messages == ()


@pytest.mark.real_data
def test_the_real_nircam_image_keeps_its_distortion_and_area(real_data):
    loaded = load(real_data("nircam_image/image.fits"))

    image = loaded.products[0]
    assert loaded.messages == ()
    assert (image.kind, image.unit, image.identity.target) == ("cal", "MJy/sr", "NGC 346")
    assert image.area.shape == (100, 100)
    assert dict(image.sky.sip)["A_ORDER"] == 3.0
    assert image.sky.pixel_scale_arcsec == pytest.approx(0.063, abs=0.001)
