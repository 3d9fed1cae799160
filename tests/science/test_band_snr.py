"""The signal-to-noise ratio of real spectra against the difference of neighboring elements."""

import numpy as np
import pytest

from engine.files import load
from engine.mrs.band_snr import measure_band_snr
from engine.mrs.extraction import ExtractionParams, extract_spectrum

pytestmark = pytest.mark.real_data

CUBES = ("short", "medium", "long")


def noise_of_differences(flux):
    """Return the relative rms of differences / sqrt 2, hits left out."""
    flux = flux[np.isfinite(flux)]
    relative = np.diff(flux) / np.convolve(flux, [0.5, 0.5], "valid")
    kept = np.abs(relative) < 5 * 1.4826 * np.median(np.abs(relative))
    return float(np.std(relative[kept])) / np.sqrt(2.0)


def test_16_cyg_b_scatters_as_its_neighboring_planes_say(real_data):
    spectra = []
    for grating in CUBES:
        cube = load(str(real_data(f"mrs_16cygb/Level3_ch4-{grating}_s3d.fits.gz"))).products[0]
        spectra.append((grating, extract_spectrum(cube, ExtractionParams()).spectrum))

    found = measure_band_snr("16 Cyg B/1538-1", spectra)

    assert found.published_as == "1538-1"
    for band, published in (("4A", 202), ("4B", 182), ("4C", 42)):
        one = found.band(band)
        assert one.published == published
        # A difference of neighbors with the correlation r has 2 (1 - r) variances.
        expected = noise_of_differences(one.flux) / np.sqrt(1.0 - one.correlation)
        assert one.noise.rms == pytest.approx(expected, rel=0.12)


def test_the_bands_of_vv114_all_have_a_ratio(real_data):
    spectra = []
    for channel in (1, 2, 3, 4):
        for grating in ("SHORT", "MEDIUM", "LONG"):
            path = real_data(f"mrs_vv114/VV114_MIRI_ch{channel}_{grating}_s1d.fits")
            spectra.append((path.name, load(str(path)).products[0]))

    found = measure_band_snr("VV114", spectra)

    assert all(10 < one.snr < 1000 for one in found.bands)
    assert found.published_as == ""
