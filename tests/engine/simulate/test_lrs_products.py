"""Tests of engine.simulate.lrs_products: the files are read back by the program's own readers."""

import numpy as np

from engine.files import load
from engine.simulate.lrs_demo import BLUE_SLIT, BLUE_SLITLESS
from engine.simulate.lrs_products import (
    header,
    image_bytes,
    ramp_bytes,
    series_bytes,
    spectrum_bytes,
)

WAVE = np.linspace(14.0, 5.0, 40)


def opened(content, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(content)
    return load(path)


def test_an_image_is_read_back_as_a_two_dimensional_spectrum(tmp_path):
    primary = header(BLUE_SLIT, "slit", model="SlitModel", filename="a_s2d.fits",
                     steps=(("S_RESAMP", "COMPLETE"),))  # fmt: skip
    data = np.random.default_rng(1).random((40, 9))
    flags = np.zeros((40, 9), dtype=np.uint32)

    loaded = opened(
        image_bytes(primary, data, data, flags, unit="MJy/sr", wave_um=WAVE), tmp_path, "a.fits"
    )

    (found,) = loaded.products
    assert (found.kind, found.unit, loaded.warnings) == ("s2d", "MJy/sr", ())
    assert np.allclose(found.wave_um[:, 3], WAVE)
    assert found.identity.exp_type == "MIR_LRS-FIXEDSLIT"


def test_a_spectrum_is_read_back_in_order_of_wavelength(tmp_path):
    primary = header(BLUE_SLIT, "slit", model="MultiSpecModel", filename="a_x1d.fits")
    flux, flags = np.linspace(1.0, 2.0, 40), np.zeros(40, dtype=np.uint32)

    (found,) = opened(
        spectrum_bytes(primary, WAVE, flux, 0.1 * flux, flags), tmp_path, "a.fits"
    ).products

    assert np.allclose(found.wave_um, WAVE[::-1])
    assert np.allclose(found.flux, flux[::-1])
    assert found.unit == "Jy"


def test_integrations_are_read_back_one_by_one(tmp_path):
    primary = header(BLUE_SLITLESS, "slitless", model="TSOMultiSpecModel", filename="a.fits")
    flux = np.arange(3.0)[:, None] + np.linspace(1.0, 2.0, 40)
    mjd = 60000.0 + np.arange(3.0)

    found = opened(
        series_bytes(primary, WAVE, flux, 0.1 * flux, mjd), tmp_path, "a.fits.gz"
    ).products

    assert len(found) == 3
    assert np.allclose(found[2].flux, flux[2][::-1])
    assert found[1].identity.mjd == 60001.0


def test_ramps_are_read_back(tmp_path):
    primary = header(BLUE_SLITLESS, "slitless", model="RampModel", filename="a_ramp.fits")

    loaded = opened(ramp_bytes(primary, np.ones((1, 4, 8, 8))), tmp_path, "a.fits.gz")

    assert loaded.kind == "ramp"
    assert loaded.products[0].data.shape == (1, 4, 8, 8)
