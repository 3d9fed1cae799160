"""Images of model point-spread functions become encircled energies."""

import numpy as np
import pytest
from astropy.io import fits
from numpy.testing import assert_allclose

from engine.errors import FileError
from engine.files.load import load
from tests.helpers.star_images import gaussian, gaussian_inside

SIGMA = 2.0


def psf_file(path, values, name="DET_SAMP", **cards):
    first = fits.PrimaryHDU(gaussian((41, 41), (20.0, 20.0), 1.0, 8.0))
    second = fits.ImageHDU(values, name=name)
    usual = {"PIXELSCL": 0.11, "WAVELEN": 7.7e-6, "NWAVES": 1, "FILTER": "F770W"}
    for hdu, extra in ((first, {"EXTNAME": "OVERSAMP"}), (second, {})):
        hdu.header.update(usual | {"INSTRUME": "MIRI"} | extra | cards)
    fits.HDUList([first, second]).writeto(path)
    return path


def test_light_inside_circles_is_that_of_the_detector_image(tmp_path):
    values = 0.98 * gaussian((61, 61), (30.0, 30.0), 1.0, SIGMA)

    opened = load(psf_file(tmp_path / "psf.fits", values))

    assert (opened.kind, opened.role) == ("encircled energy", "other")
    found = opened.products[0]
    assert_allclose(found.wave_um, [7.7])
    assert (found.identity.filter, found.identity.instrument) == ("F770W", "MIRI")
    radius = found.radius_arcsec / 0.11
    assert_allclose(found.fraction[:, 0], 0.98 * gaussian_inside(radius, SIGMA), atol=5e-3)


def test_other_normalization_is_divided_by_its_sum_and_said(tmp_path):
    values = 7.0 * gaussian((61, 61), (30.0, 30.0), 1.0, SIGMA)

    opened = load(psf_file(tmp_path / "psf.fits", values))

    assert_allclose(opened.products[0].fraction[-1, 0], 1.0, atol=1e-6)
    assert "adds up to 7" in opened.warnings[0]


def test_negative_function_is_refused(tmp_path):
    with pytest.raises(FileError, match="is negative"):
        load(psf_file(tmp_path / "psf.fits", -gaussian((21, 21), (10.0, 10.0), 1.0, SIGMA)))


def test_image_without_a_scale_stays_an_image(tmp_path):
    values = gaussian((21, 21), (10.0, 10.0), 1.0, SIGMA)

    assert load(psf_file(tmp_path / "psf.fits", values, PIXELSCL=0.0)).kind == "image"


@pytest.mark.real_data
def test_model_of_nircam_holds_half_of_the_light_where_diffraction_says(real_data):
    opened = load(real_data("nircam_image/psf.fits"))

    found = opened.products[0]
    half = np.interp(0.5, found.fraction[:, 0], found.radius_arcsec)
    # An Airy disk of 6.5 m has half of its light inside 0.53 wavelength / D; the gaps of the
    # mirror and pixels of 0.063 arcsec widen it.
    airy = 0.53 * 4.3516e-6 / 6.5 * 206265.0
    assert opened.kind == "encircled energy"
    assert found.identity.filter == "F444W"
    assert 1.0 < half / airy < 1.5
    assert 0.9 < found.fraction[-1, 0] <= 1.0
