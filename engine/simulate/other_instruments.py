"""What the stars of the demo really send, as an instrument other than the MRS would measure it."""

from functools import cache

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.bands import bands
from engine.resources import package_data_path
from engine.simulate.instrument import Instrument
from engine.simulate.photospheres import star_flux_jy
from engine.simulate.program import Exposure

_PACKAGE = "sedpy"
_FILES = {"IRAC3": "spitzer_irac_ch3.par", "IRAC4": "spitzer_irac_ch4.par"}
_FINE = 30_000  # steps of the integral through a bandpass


def true_flux_jy(instrument: Instrument, exposure: Exposure, wave_um: FloatArray) -> FloatArray:
    """Return what a star sends, shape of ``wave_um``.

    The factor by which the star is fainter than its model belongs to the star: every instrument
    sees it. Beyond the bands of the MRS it is held.
    """
    listed = bands()
    near = np.clip(wave_um, listed[0].wave_min_um, listed[-1].wave_max_um)
    factor = instrument.star_factor(exposure.star, near)
    flux: FloatArray = star_flux_jy(exposure.photosphere, wave_um) / factor
    return flux


def photon_mean_jy(instrument: Instrument, exposure: Exposure, name: str) -> float:
    """Return the mean flux of a star over the photons of the filter ``name``."""
    wave, response = response_per_photon(name)
    fine = np.linspace(wave[0], wave[-1], _FINE)
    weight = np.interp(fine, wave, response) / fine
    flux = true_flux_jy(instrument, exposure, fine)
    return float(np.trapezoid(flux * weight, fine) / np.trapezoid(weight, fine))


@cache
def response_per_photon(name: str) -> tuple[FloatArray, FloatArray]:
    """Return wavelengths in um and the response of a filter, from the package that ships it."""
    filename = _FILES.get(name, f"jwst_{name.lower()}.par")
    path = package_data_path(_PACKAGE, f"data/filters/{filename}")
    if path is None:
        raise FileNotFoundError(f"The installation lacks the bandpass {filename}.")
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split()[:2] for line in lines if line.strip() and not line.startswith("#")]
    wave, response = np.array(rows, dtype=np.float64).T
    inside = np.flatnonzero(np.abs(response) > 1e-5 * response.max())
    part = slice(max(int(inside[0]) - 1, 0), int(inside[-1]) + 2)
    return freeze(wave[part] * 1e-4), freeze(response[part])
