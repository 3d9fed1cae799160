"""The command line on real cubes: 16 Cyg B, program 1538, bands 4A to 4C."""

import json

import numpy as np
import pytest
from astropy.io import fits

from engine.files import load

pytestmark = pytest.mark.real_data

CUBES = ("Level3_ch4-short_s3d", "Level3_ch4-medium_s3d", "Level3_ch4-long_s3d")
LIGHT_ANGSTROM_S = 2.99792458e18


def model_jy(path, wave_um):
    """Return the CALSPEC model at ``wave_um``, read and converted without the engine."""
    with fits.open(path, memmap=False) as hdus:
        table = hdus[1].data
        angstrom = np.array(table["WAVELENGTH"], dtype=float)
        flam = np.array(table["FLUX"], dtype=float)
    return np.interp(wave_um, angstrom / 1e4, 1e23 * flam * angstrom**2 / LIGHT_ANGSTROM_S)


def test_16_cyg_b_comes_out_as_published(tmp_path, fluxknot, real_data):
    cubes = [real_data(f"mrs_16cygb/{name}.fits.gz") for name in CUBES]
    calspec = real_data("calspec/16cygb_stis_004.fits.gz")

    code, out, err = fluxknot("extract", *cubes, "--out", tmp_path, "--no-aperture-correction")

    assert code == 0, err
    ratio = {}
    for path in map(str, out.split()):
        [spectrum] = load(path).products
        used = spectrum.is_good & (spectrum.wave_um < 26.0)
        model = model_jy(calspec, spectrum.wave_um)
        ratio[spectrum.identity.band] = np.median(model[used] / spectrum.flux[used])
    # Expected without aperture correction at 2 FWHM, annulus of 3-4 FWHM, each +-0.03.
    assert ratio["4A"] == pytest.approx(1.19, abs=0.03)
    assert 1.13 - 0.03 <= ratio["4B"] <= 1.18 + 0.03
    assert ratio["4C"] == pytest.approx(1.13, abs=0.03)


def test_inspect_knows_the_real_files(fluxknot, real_data):
    cubes = [real_data(f"mrs_16cygb/{name}.fits.gz") for name in CUBES]

    code, out, _ = fluxknot("inspect", *cubes, "--json")

    found = json.loads(out)
    assert code == 0
    assert [one["bands"] for one in found] == [["4C"], ["4B"], ["4A"]]
    assert {(one["kind"], one["unit"], one["program"]) for one in found} == {
        ("cube", "MJy/sr", "1538")
    }
    assert all("MRS-ERR" in {issue["id"] for issue in one["health"]} for one in found)
