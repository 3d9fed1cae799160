"""Models of the stars of the imaging demo and of Sirius, and what filters see of them."""

from functools import cache

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.resources import read_toml
from engine.simulate.fits_products import calspec_bytes
from engine.simulate.imaging_program import imager_stars, pivot_um
from engine.simulate.other_instruments import response_per_photon

SIRIUS = "Sirius"
_SAMPLES = 6000
_RANGE_UM = (4.0, 32.0)
_FINE = 4000
_ITERATIONS = 8
_TABLE = "published/gordon2025_table6.toml"
#: Filters whose bandpass comes with an installed package.
_WITH_BANDPASS = (
    "F560W", "F770W", "F1000W", "F1130W", "F1280W", "F1500W", "F1800W", "F2100W", "F2550W",
)  # fmt: skip


def model_flux_jy(star: str, wave_um: FloatArray) -> FloatArray:
    """Return the model of a star of the demo, or of Sirius, at ``wave_um``. Unit: Jy.

    Notes
    -----
    A spectrum of which the filters see the zero points of Gordon+2025, Table 6, times the
    magnitude of the star, which is linear in the logarithm of the wavelength.
    """
    magnitude = np.full(wave_um.shape, float(read_toml(_TABLE)["sirius_mag"]))
    if star != SIRIUS:
        short, long = "F560W", "F2550W"
        at_short, at_long = (_magnitude(star, name) for name in (short, long))
        slope = (at_long - at_short) / np.log10(pivot_um(long) / pivot_um(short))
        magnitude = at_short + slope * np.log10(wave_um / pivot_um(short))
    flux: FloatArray = _zero_jy(wave_um) * 10.0 ** (-0.4 * magnitude)
    return flux


def true_band_flux_jy(star: str, filter_name: str) -> float:
    """Return the mean flux of a star's model over the photons of a filter. Unit: Jy.

    A filter without a bandpass has that of the table of photometry of the demo.
    """
    if filter_name not in _WITH_BANDPASS:
        return imager_stars()[star].model_jy(filter_name)
    wave, response = response_per_photon(filter_name)
    fine = np.linspace(wave[0], wave[-1], _FINE)
    weight = np.interp(fine, wave, response) / fine
    flux = model_flux_jy(star, fine)
    return float(np.trapezoid(flux * weight, fine) / np.trapezoid(weight, fine))


def imager_model_bytes(star: str, *, filename: str) -> bytes:
    """Return the model of a star as the bytes of a file in the layout of CALSPEC."""
    wave = np.geomspace(*_RANGE_UM, _SAMPLES)
    name = SIRIUS if star == SIRIUS else imager_stars()[star].header_name
    return calspec_bytes(
        name, wave, model_flux_jy(star, wave), filename=filename, about="Zero points of Table 6"
    )


def _zero_jy(wave_um: FloatArray) -> FloatArray:
    """Return the flux of magnitude zero, linear between the filters in log F_nu lambda^2."""
    pivot, level = _nodes()
    between = np.interp(np.log(wave_um), np.log(pivot), level)
    zero: FloatArray = np.exp(between) / wave_um**2
    return zero


@cache
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Return pivots and log F_nu lambda^2 there, such that filters see what Table 6 says."""
    table = read_toml(_TABLE)
    pivot = np.array([pivot_um(name) for name in _WITH_BANDPASS])
    wanted = np.array([table[name]["fnu_jy"] for name in _WITH_BANDPASS])
    level = np.log(wanted * pivot**2)
    for _ in range(_ITERATIONS):
        seen = [_mean(name, pivot, level) for name in _WITH_BANDPASS]
        level = level + np.log(wanted / np.array(seen))
    return freeze(pivot), freeze(level)


def _mean(filter_name: str, pivot: FloatArray, level: FloatArray) -> float:
    """Return what a filter sees of a spectrum with this level at the pivots."""
    wave, response = response_per_photon(filter_name)
    fine = np.linspace(wave[0], wave[-1], _FINE)
    weight = np.interp(fine, wave, response) / fine
    flux = np.exp(np.interp(np.log(fine), np.log(pivot), level)) / fine**2
    return float(np.trapezoid(flux * weight, fine) / np.trapezoid(weight, fine))


def _magnitude(star: str, filter_name: str) -> float:
    zero = read_toml(_TABLE)[filter_name]["fnu_jy"]
    return float(-2.5 * np.log10(imager_stars()[star].model_jy(filter_name) / zero))
