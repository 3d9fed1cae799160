"""Models of the imaging demo: the published zero points, and fluxes through filters."""

import pytest
from astropy.io import fits
from numpy.testing import assert_allclose

from engine.simulate.imaging_models import (
    SIRIUS,
    imager_model_bytes,
    model_flux_jy,
    true_band_flux_jy,
)
from engine.simulate.imaging_program import imager_stars


@pytest.mark.parametrize(("name", "fnu_jy"), [("F560W", 115.439), ("F1280W", 23.368)])
def test_filters_see_the_zero_points_of_table_6(name, fnu_jy):
    assert_allclose(true_band_flux_jy(SIRIUS, name), fnu_jy * 10 ** (0.4 * 1.395), rtol=1e-4)


def test_star_has_the_flux_of_the_table_in_a_filter():
    for name in ("F560W", "F1000W", "F2550W", "F1550C"):
        star = imager_stars()["BD+60 1753"]
        assert_allclose(true_band_flux_jy("BD+60 1753", name), star.model_jy(name), rtol=2e-3)


def test_file_holds_the_spectrum_in_the_layout_of_calspec():
    content = fits.HDUList.fromstring(imager_model_bytes("16 Cyg B", filename="a.fits"))

    table = content[1].data
    wave_um = table["WAVELENGTH"] * 1e-4
    flux = table["FLUX"] * table["WAVELENGTH"] ** 2 / 2.99792458e18 / 1e-23
    assert content[0].header["TARGETID"] == "16CYGB"
    assert_allclose(flux, model_flux_jy("16 Cyg B", wave_um), rtol=1e-6)
