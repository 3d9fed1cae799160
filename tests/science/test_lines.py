"""The line list against lines that are really seen: VV 114, one redshift for all."""

import numpy as np
import pytest
from astropy.io import fits
from scipy.optimize import curve_fit

from engine.spectra.lines import lines_between

pytestmark = pytest.mark.real_data

REDSHIFT = 0.0202
STRONG = {
    "H2 0-0 S(8)": "ch1_SHORT",
    "[Fe II]": "ch1_SHORT",
    "H2 0-0 S(7)": "ch1_SHORT",
    "H2 0-0 S(5)": "ch1_LONG",
    "[Ar II]": "ch1_LONG",
    "H2 0-0 S(4)": "ch2_SHORT",
    "[Ar III]": "ch2_MEDIUM",
    "[S IV]": "ch2_LONG",
    "H2 0-0 S(2)": "ch3_SHORT",
    "[Ne II]": "ch3_SHORT",
    "[Ne III]": "ch3_LONG",
    "[S III]": "ch4_SHORT",
}


def gaussian(x, level, slope, peak, center, sigma):
    return level + slope * x + peak * np.exp(-0.5 * ((x - center) / sigma) ** 2)


def redshift_of(line, wave, flux):
    """Return the redshift at which the line stands, from a Gaussian on a slope."""
    x = wave / (line.wave_um * (1 + REDSHIFT)) - 1.0
    near = np.abs(x) < 0.0025
    level = np.median(flux[near])
    start = [1.0, 0.0, flux[near].max() / level - 1.0, 0.0, 3e-4]
    found, _ = curve_fit(gaussian, x[near], flux[near] / level, start, maxfev=5000)
    return (1 + found[3]) * (1 + REDSHIFT) - 1.0


def test_lines_of_vv114_agree_on_one_redshift(real_data):
    found = {}
    for name, band in STRONG.items():
        with fits.open(real_data(f"mrs_vv114/VV114_MIRI_{band}_s1d.fits"), memmap=False) as hdus:
            table = hdus[1].data
            wave, flux = np.array(table["wavelength"]), np.array(table["flux"])
        low, high = wave[5] / (1 + REDSHIFT), wave[-5] / (1 + REDSHIFT)
        [line] = [one for one in lines_between(low, high) if one.name == name]
        found[name] = redshift_of(line, wave, flux)

    # 3e-4 is 90 km/s: the rotation of the galaxies and the wavelengths of July 2022.
    assert np.median(list(found.values())) == pytest.approx(REDSHIFT, abs=2e-4)
    for name, redshift in found.items():
        assert redshift == pytest.approx(REDSHIFT, abs=6e-4), name
