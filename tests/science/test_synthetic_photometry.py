"""Sirius through the bandpasses of MIRI: Gordon+2025, Table 6."""

import numpy as np
import pytest

from engine.files import load
from engine.files.packaged_bandpasses import packaged_bandpass
from engine.photometry.bandpasses import bandpass_of
from engine.photometry.synthetic import band_flux

pytestmark = pytest.mark.real_data

DIMMING_MAG = 1.395  # Sirius to a star of magnitude 0 (Gordon+2025, Sec. 2.4)
ZERO_POINTS_JY = {
    "F560W": 115.439, "F770W": 65.011, "F1000W": 38.401, "F1130W": 29.538, "F1280W": 23.368,
    "FND": 28.724, "F1500W": 17.020, "F1800W": 11.895, "F2100W": 8.981, "F2550W": 6.012,
}  # fmt: skip


@pytest.fixture(scope="module")
def sirius(real_data):
    spectrum = load(real_data("calspec/sirius_stis_005.fits.gz")).products[0]
    return spectrum.wave_um, spectrum.flux * 10.0 ** (-0.4 * DIMMING_MAG)


@pytest.mark.parametrize("name", ZERO_POINTS_JY)
def test_the_bandpasses_of_a_file_give_the_published_zero_points(name, sirius, real_data):
    curve = load(real_data(f"bandpasses/MIRI_{name}.dat")).products[0]

    photons = band_flux(bandpass_of(curve, name), *sirius)

    assert photons.flux == pytest.approx(ZERO_POINTS_JY[name], rel=0.0015)
    assert photons.coverage == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("name", [name for name in ZERO_POINTS_JY if name != "FND"])
def test_the_packaged_bandpasses_give_them_too(name, sirius):
    bandpass = packaged_bandpass(name)

    assert band_flux(bandpass, *sirius).flux == pytest.approx(ZERO_POINTS_JY[name], rel=0.0015)


def test_a_weighting_of_energy_misses_by_up_to_ten_per_cent(sirius, real_data):
    misses = {}
    for name, published in ZERO_POINTS_JY.items():
        curve = load(real_data(f"bandpasses/MIRI_{name}.dat")).products[0]
        # A response per photon that is taken for one per energy: the wrong weights.
        wrong = bandpass_of(curve, name, weighting="energy")
        misses[name] = band_flux(wrong, *sirius).flux / published - 1.0

    assert max(misses, key=misses.get) == "FND"
    assert misses["FND"] == pytest.approx(0.10, abs=0.01)
    assert np.median(list(misses.values())) > 0.004


@pytest.mark.parametrize("channel", "1234")
def test_two_files_of_one_irac_band_agree(channel, sirius, real_data):
    files = f"irac/irac_201125ch{channel}trans_full.txt", f"bandpasses/IRAC{channel}.dat"
    fluxes = [band_flux(bandpass_of(load(real_data(one)).products[0], one), *sirius).flux
              for one in files]  # fmt: skip

    packaged = band_flux(packaged_bandpass(f"IRAC{channel}"), *sirius).flux
    assert fluxes[0] == pytest.approx(packaged, rel=1e-3)
    assert fluxes[1] == pytest.approx(packaged, rel=0.01)
