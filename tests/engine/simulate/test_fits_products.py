"""Tests of engine.simulate.fits_products and engine.simulate.jwst_headers."""

import gzip
import io

import numpy as np
import pytest
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS
from numpy.testing import assert_allclose, assert_array_equal

from engine.model.bands import band_named
from engine.simulate.cubes import simulate_cube
from engine.simulate.fits_products import model_bytes, s3d_bytes, x1d_bytes
from engine.simulate.jwst_headers import product_name
from engine.simulate.photospheres import model_flux_jy
from engine.simulate.program import standard_stars
from engine.simulate.spectra import simulate_response_spectrum

CYG = next(star for star in standard_stars() if star.star == "16 Cyg B")
X1D_COLUMNS = [
    "WAVELENGTH", "FLUX", "FLUX_ERROR", "FLUX_VAR_POISSON", "FLUX_VAR_RNOISE", "FLUX_VAR_FLAT",
    "SURF_BRIGHT", "SB_ERROR", "SB_VAR_POISSON", "SB_VAR_RNOISE", "SB_VAR_FLAT", "DQ",
    "BACKGROUND", "BKGD_ERROR", "BKGD_VAR_POISSON", "BKGD_VAR_RNOISE", "BKGD_VAR_FLAT", "NPIXELS",
    "RF_FLUX", "RF_SURF_BRIGHT", "RF_BACKGROUND",
]  # fmt: skip


def _open(content):
    return fits.open(io.BytesIO(content), memmap=False, uint=True)


@pytest.fixture
def cube(rng):
    return simulate_cube(rng, "4A", snr=200.0).cube


@pytest.fixture
def cube_hdus(cube):
    content = s3d_bytes(cube, CYG, band_named("4A"), filename="x_s3d.fits")
    return _open(gzip.decompress(content))


def test_a_cube_is_a_jwst_cube(cube_hdus, cube):
    names = [hdu.name for hdu in cube_hdus]

    assert names == ["PRIMARY", "SCI", "ERR", "DQ", "WMAP", "WCS-TABLE"]
    assert_array_equal(cube_hdus["SCI"].data, cube.data)
    assert_array_equal(cube_hdus["ERR"].data, cube.error)
    assert_array_equal(cube_hdus["DQ"].data, cube.flags)
    assert_array_equal(cube_hdus["WMAP"].data, cube.weights)
    assert cube_hdus["SCI"].data.dtype == np.dtype(">f4")
    assert cube_hdus["SCI"].header["BUNIT"] == "DN/s"
    assert cube_hdus["SCI"].header["PIXAR_SR"] == pytest.approx(2.8792e-12, rel=1e-4)
    assert_allclose(cube_hdus["WCS-TABLE"].data["wavelength"].ravel(), cube.wave_um, rtol=1e-7)


def test_the_keywords_of_a_cube_lead_to_its_wavelengths_and_its_sky(cube_hdus, cube):
    header = cube_hdus["SCI"].header.copy()
    for keyword in ("MJD-BEG", "MJD-AVG", "MJD-END"):
        del header[keyword]  # astropy warns of turning them into dates
    wcs = WCS(header)
    ra, dec, wave_m = wcs.all_pix2world([[3.0, 5.0, 100.0]], 0)[0]

    assert wave_m * 1e6 == pytest.approx(cube.wave_um[100], rel=1e-9)
    assert_allclose((ra, dec), cube.sky.pixel_to_sky(3.0, 5.0), rtol=1e-12)
    assert_allclose(
        (cube_hdus[0].header["TARG_RA"], cube_hdus[0].header["TARG_DEC"]), cube.target_deg
    )


def test_packing_keeps_no_name_and_no_time(cube):
    one, two = (s3d_bytes(cube, CYG, band_named("4A"), filename="x_s3d.fits") for _ in range(2))

    assert one == two
    assert one[3:8] == bytes(5)  # no flags, no time


def test_a_spectrum_in_jy_is_an_x1d(rng):
    spectrum = simulate_response_spectrum(rng, "2B", unit="Jy").observed

    hdus = _open(x1d_bytes(spectrum, CYG, band_named("2B"), filename="x_x1d.fits"))
    table = hdus["EXTRACT1D"]

    assert table.columns.names == X1D_COLUMNS
    units = dict(zip(table.columns.names, table.columns.units, strict=True))
    assert (units["WAVELENGTH"], units["FLUX"], units["BKGD_VAR_FLAT"]) == (
        "um", "Jy", "(MJy/sr)^2",
    )  # fmt: skip
    assert_array_equal(table.data["FLUX"], spectrum.flux)
    assert_array_equal(table.data["FLUX_ERROR"], spectrum.error)
    assert_array_equal(table.data["DQ"], spectrum.flags)
    assert_allclose(
        table.data["SURF_BRIGHT"] * table.data["NPIXELS"] * spectrum.pixel_area_sr * 1e6,
        spectrum.flux,
    )
    assert hdus[0].header["S_PHOTOM"] == "COMPLETE"
    assert table.header["SRCTYPE"] == "POINT"


def test_a_count_rate_says_that_it_is_not_calibrated(rng):
    spectrum = simulate_response_spectrum(rng, "2B").observed

    hdus = _open(x1d_bytes(spectrum, CYG, band_named("2B"), filename="x_x1d.fits"))
    table = hdus["EXTRACT1D"]

    assert table.columns["FLUX"].unit == "DN/s"
    assert table.header["PIXAR_SR"] == pytest.approx(0.17**2 * 2.350443e-11, rel=1e-6)
    assert hdus[0].header["S_PHOTOM"] == "SKIPPED"
    assert "R_PHOTOM" not in hdus[0].header
    assert np.isnan(table.data["RF_FLUX"]).all()


def test_the_header_says_what_was_observed_and_when(cube_hdus):
    header = cube_hdus[0].header

    identity = [header[key] for key in ("TARGNAME", "PROGRAM", "OBSERVTN", "CHANNEL", "BAND")]
    assert identity == ["16 Cyg B", "01538", "001", "4", "SHORT"]
    assert header["DETECTOR"] == "MIRIFULONG"
    begun = Time(f"{header['DATE-OBS']}T{header['TIME-OBS']}", scale="utc").mjd
    assert begun == pytest.approx(header["EXPSTART"], abs=2.0 / 86400.0)
    assert header["EXPSTART"] < header["EXPMID"] < header["EXPEND"]
    assert header["DATE-OBS"] == "2022-08-08"
    assert header["DATE"].startswith("2022-09")  # follows from the observation, not from a clock


def test_products_are_named_like_those_of_the_archive():
    name = product_name(CYG, band_named("3B"), "x1d")

    assert name == "jw01538-o001_t001_miri_ch3-medium_x1d.fits"


def test_a_model_file_is_laid_out_like_calspec_and_holds_the_model():
    hdus = _open(model_bytes(CYG, filename="16cygb_simulated_001.fits"))
    table = hdus[1]
    angstrom, flam = table.data["WAVELENGTH"], table.data["FLUX"].astype(float)

    # FORMATS of CALSPEC: F[Jy] = 3.33564095e4 lambda^2 F_lambda, lambda in Angstrom.
    flux_jy = 3.33564095e4 * angstrom**2 * flam

    assert hdus[0].header["TARGETID"] == "16CYGB"
    assert (table.columns["WAVELENGTH"].unit, table.columns["FLUX"].unit) == ("ANGSTROMS", "FLAM")
    assert angstrom[0] / 1e4 == pytest.approx(2.0)
    assert angstrom[-1] / 1e4 == pytest.approx(32.0, rel=1e-3)
    assert_allclose(flux_jy, model_flux_jy(CYG.photosphere, angstrom / 1e4), rtol=2e-4)
