"""Tests of engine.files.packaged_bandpasses: the files that the package ships."""

import numpy as np
import pytest

from engine.files.packaged_bandpasses import PACKAGED_FILTERS, packaged_bandpass
from engine.photometry.synthetic import pivot_wavelength

# Isophotal or pivot wavelengths as the observatories state them, um, to a per cent.
STATED = {
    "F560W": 5.6, "F770W": 7.7, "F1000W": 10.0, "F1130W": 11.3, "F1280W": 12.8, "F1500W": 15.0,
    "F1800W": 18.0, "F2100W": 21.0, "F2550W": 25.5,
    "IRAC1": 3.55, "IRAC2": 4.49, "IRAC3": 5.73, "IRAC4": 7.87,
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGED_FILTERS)
def test_a_packaged_bandpass_is_that_of_its_filter(name):
    found = packaged_bandpass(name)

    assert found is not None
    assert np.all(np.diff(found.wave_um) > 0)
    assert pivot_wavelength(found) == pytest.approx(STATED[name], rel=0.012)


@pytest.mark.parametrize("name", ["FND", "F1550C", "X"])
def test_a_filter_that_the_package_lacks_has_no_bandpass(name):
    assert packaged_bandpass(name) is None
