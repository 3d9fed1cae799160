"""Tests of engine.files.cubes."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from engine.files import load
from tests.hazards import baselines
from tests.hazards.baselines import written


def cube_of(hdus, path):
    return load(written(hdus, path)).products[0]


def test_a_linear_cube_comes_back_as_it_was_written(tmp_path):
    hdus = baselines.s3d()
    truth = hdus["SCI"].data.copy()

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert cube.unit == "MJy/sr"
    assert_array_equal(cube.data, truth)
    assert_allclose(cube.wave_um, baselines.WAVE, rtol=1e-12)
    assert cube.flags[0, 0, 0] == 513
    assert cube.weights[3, 4, 5] == 4
    assert cube.pixel_area_sr == pytest.approx(baselines.PIXEL_AREA_SR)
    assert cube.spaxel_arcsec == pytest.approx(0.20, rel=1e-9)
    assert cube.identity.band == "3A"
    assert (cube.identity.program, cube.identity.observation) == ("1536", "22")
    assert cube.identity.mjd == 59888.5


def test_voxels_stay_single_precision_in_the_byte_order_of_the_machine(tmp_path):
    cube = cube_of(baselines.s3d(), tmp_path / "cube.fits")

    for values in (cube.data, cube.error, cube.weights):
        assert values.dtype == np.float32
        assert values.dtype.isnative
        assert not values.flags.writeable


def test_the_target_lies_on_its_pixel(tmp_path):
    # CRPIX counts from 1, the engine from 0.
    cube = cube_of(baselines.s3d(), tmp_path / "cube.fits")

    assert_allclose(cube.target_pixel(), (5.0, 4.0), atol=1e-6)


def test_a_cube_of_several_bands_takes_its_wavelengths_from_the_table(tmp_path):
    cube = cube_of(baselines.s3d_multi(), tmp_path / "cube.fits")

    assert_array_equal(cube.wave_um, baselines.multi_band_wave().astype(float))
    assert cube.identity.band == ""


def test_the_table_may_stand_under_another_name(tmp_path):
    hdus = baselines.s3d_multi()
    hdus["WCS-TABLE"].name = "OTHER"
    hdus["SCI"].header["PS3_0"] = "OTHER"

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert_array_equal(cube.wave_um, baselines.multi_band_wave().astype(float))


def test_planes_of_falling_wavelength_are_reversed_with_everything_that_belongs_to_them(tmp_path):
    forward = baselines.s3d()
    backward = baselines.s3d()
    for name in ("SCI", "ERR", "DQ", "WMAP"):
        backward[name].data = backward[name].data[::-1].copy()
    backward["SCI"].header.update({"CRVAL3": baselines.WAVE[-1], "CDELT3": -baselines.STEP_UM})
    del backward["WCS-TABLE"]

    rising = cube_of(forward, tmp_path / "forward.fits")
    turned = cube_of(backward, tmp_path / "backward.fits")

    assert_allclose(turned.wave_um, rising.wave_um, rtol=1e-12)
    for name in ("data", "error", "flags", "weights"):
        assert_array_equal(getattr(turned, name), getattr(rising, name))


@pytest.mark.parametrize(("unit", "factor"), [("m", 1e-6), ("nm", 1e3), ("Angstrom", 1e4)])
def test_wavelengths_of_any_unit_become_um(unit, factor, tmp_path):
    hdus = baselines.s3d()
    header = hdus["SCI"].header
    header.update({"CUNIT3": unit, "CRVAL3": header["CRVAL3"] * factor})
    header["CDELT3"] *= factor
    del hdus["WCS-TABLE"]

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert_allclose(cube.wave_um, baselines.WAVE, rtol=1e-9)


def test_a_packed_cube_equals_the_plain_one(tmp_path):
    plain = cube_of(baselines.s3d(), tmp_path / "cube.fits")
    packed = cube_of(baselines.s3d(), tmp_path / "cube.fits.gz")

    assert_array_equal(packed.data, plain.data)
    assert_array_equal(packed.wave_um, plain.wave_um)


def test_a_missing_pixel_area_is_computed_from_the_coordinates(tmp_path):
    hdus = baselines.s3d()
    del hdus["SCI"].header["PIXAR_SR"]

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert cube.pixel_area_sr == pytest.approx(np.radians(0.20 / 3600) ** 2, rel=1e-9)


def test_millijansky_becomes_megajansky_with_its_errors(tmp_path):
    hdus = baselines.s3d()
    for name in ("SCI", "ERR"):
        hdus[name].header["BUNIT"] = "mJy/sr"
    truth = hdus["SCI"].data * 1e-9

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert cube.unit == "MJy/sr"
    assert_allclose(cube.data, truth, rtol=1e-6)
    assert_allclose(cube.error[1, 1, 1], 0.5e-9, rtol=1e-6)


def test_count_rates_stay_count_rates(tmp_path):
    hdus = baselines.s3d()
    for name in ("SCI", "ERR"):
        hdus[name].header["BUNIT"] = "DN/s"

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert cube.unit == "DN/s"


def test_instrument_coordinates_have_no_sky(tmp_path):
    hdus = baselines.s3d()
    header = hdus["SCI"].header
    header.update({"CTYPE1": "MRSAL1", "CTYPE2": "MRSBE1", "CDELT1": 0.2, "CDELT2": 0.2})
    header.update({"CUNIT1": "arcsec", "CUNIT2": "arcsec"})

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert cube.sky is None
    assert cube.spaxel_arcsec == pytest.approx(0.2)


def test_provenance_comes_from_the_header(tmp_path):
    cube = cube_of(baselines.s3d(), tmp_path / "cube.fits")

    assert cube.origin.cal_version == "1.20.2"
    assert cube.origin.step("S_FRINGE") == "COMPLETE"
    assert cube.origin.reference("R_PHOTOM") == "jwst_miri_photom_0216.fits"
    assert dict(cube.origin.header)["TITLE"] == "Flux calibration"
    assert len(cube.origin.sha256) == 64


def test_what_a_cube_lacks_takes_no_memory(tmp_path):
    hdus = baselines.s3d()
    for name in ("ERR", "DQ"):
        del hdus[name]

    cube = cube_of(hdus, tmp_path / "cube.fits")

    assert np.isnan(cube.error).all()
    assert not cube.flags.any()
    assert cube.error.strides == (0, 0, 0)
