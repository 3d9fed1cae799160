"""The x1d files written here, opened by specutils, which jdaviz reads with."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal

specutils = pytest.importorskip("specutils")

from engine.files.write_x1d import write_x1d
from tests.helpers.exports import PROVENANCE, band_spectrum

pytestmark = pytest.mark.reference


@pytest.mark.parametrize("unit", ["Jy", "MJy/sr"])
def test_specutils_recognizes_and_opens_a_spectrum(tmp_path, unit):
    spectrum = band_spectrum("4A", unit=unit)
    path = write_x1d(tmp_path / "a_x1d.fits", [spectrum], provenance=PROVENANCE)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        opened = specutils.Spectrum.read(path)

    assert_array_equal(opened.flux.value, spectrum.flux)
    assert_array_equal(opened.spectral_axis.value, spectrum.wave_um)
    assert_array_equal(opened.uncertainty.array, spectrum.error)
    assert opened.flux.unit.to_string() == {"Jy": "Jy", "MJy/sr": "MJy / sr"}[unit]


def test_specutils_opens_twelve_bands_at_once(tmp_path):
    bands = [f"{channel}{letter}" for channel in "1234" for letter in "ABC"]
    path = write_x1d(
        tmp_path / "a_x1d.fits", [band_spectrum(band) for band in bands], provenance=PROVENANCE
    )

    opened = specutils.SpectrumList.read(path)

    assert len(opened) == 12
    assert np.all([str(one.flux.unit) == "Jy" for one in opened])
