"""Tests of engine.simulate.aperture_reference."""

import io

import asdf
import numpy as np
import pytest
from photutils.aperture import CircularAnnulus, CircularAperture

from engine.model.bands import band_named
from engine.simulate.aperture_reference import aperture_reference_bytes
from engine.simulate.cubes import simulate_cube


@pytest.fixture
def table():
    def read(band):
        content = aperture_reference_bytes(band_named(band), filename="a.asdf")
        with asdf.open(io.BytesIO(content)) as file:
            return {
                key: np.array(value) if isinstance(value, asdf.tags.core.NDArrayType) else value
                for key, value in file["apcorr_table"].items()
            }

    return read


@pytest.mark.parametrize("band", ["1A", "2B", "3C", "4B"])
@pytest.mark.parametrize("row", [4, 6, 10], ids=["1.5 FWHM", "2 FWHM", "3 FWHM"])
def test_corrections_are_those_that_photometry_of_a_cube_needs(band, row, table, rng):
    corrections = table(band)
    cube, truth = simulate_cube(
        rng, band, snr=1e9, side=41, background="none", footprint="whole frame",
        cosmic_rays="none",
    )  # fmt: skip
    k = int(np.argmin(np.abs(cube.wave_um - corrections["wavelength"][5])))
    plane = cube.data[k].astype(float)
    radius = corrections["radius"][row, 5] / cube.spaxel_arcsec
    fwhm = (0.033 * cube.wave_um[k] + 0.106) / cube.spaxel_arcsec  # Law+2023

    total = CircularAperture(truth.center_pixel, radius).do_photometry(plane, method="exact")[0][0]
    ring = CircularAnnulus(truth.center_pixel, 3.0 * fwhm, 4.0 * fwhm)
    level = ring.do_photometry(plane, method="exact")[0][0] / ring.area
    net = total - level * np.pi * radius**2

    assert net * corrections["apcorr"][row, 5] == pytest.approx(truth.total[k], rel=2e-3)


def test_the_table_has_the_layout_of_the_pipeline(table):
    corrections = table("4A")

    assert (corrections["channel"], corrections["band"]) == ("4", "SHORT")
    assert corrections["radius"].shape == corrections["apcorr"].shape == (11, 10)
    assert corrections["wavelength"].shape == (10,)
    assert corrections["radius_units"] == "arcseconds"


def test_the_same_band_gives_the_same_bytes():
    one, two = (aperture_reference_bytes(band_named("2C"), filename="a.asdf") for _ in range(2))

    assert one == two
    assert b"!core/ndarray" in one
    assert b"source: 0" not in one  # no blocks: jwst cannot read them
