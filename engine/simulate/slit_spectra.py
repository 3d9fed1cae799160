"""Low-resolution spectra of some stars of the demo by another spectrograph, with a known ratio."""

import io
from typing import Any

import numpy as np

from engine.arrays import FloatArray
from engine.resources import read_toml
from engine.simulate.instrument import Instrument
from engine.simulate.observations import Made
from engine.simulate.other_instruments import true_flux_jy
from engine.simulate.program import Exposure, standard_stars

_RANGE_UM = (5.2, 36.0)
_BINS_PER_ELEMENT = 2.0
_FINE = 40  # points of a bin


def slit_stars() -> tuple[Exposure, ...]:
    """Return the stars that the other spectrograph saw."""
    names = read_toml("demo_comparisons.toml")["slit"]["stars"]
    return tuple(one for one in standard_stars() if one.star in names)


def slit_ratio(star: str, wave_um: FloatArray) -> FloatArray:
    """Return the spectrum of the MRS over that of the other instrument, shape of ``wave_um``."""
    settings = read_toml("demo_comparisons.toml")["slit"]
    rise = 1.0 / (1.0 + np.exp(-(wave_um - settings["from_um"]) / settings["width_um"]))
    ratio: FloatArray = settings["stars"][star]["level"] + settings["beyond"] * rise
    return ratio


def slit_spectrum(instrument: Instrument, exposure: Exposure, rng: np.random.Generator) -> Made:
    """Make the spectrum of one star in Jy, as an ECSV table."""
    settings = read_toml("demo_comparisons.toml")["slit"]
    snr_10, snr_24 = settings["stars"][exposure.star]["snr"]
    edges = _edges(settings["resolving_power"] * _BINS_PER_ELEMENT)
    wave = 0.5 * (edges[1:] + edges[:-1])
    inside = np.linspace(0.0, 1.0, _FINE)
    fine = edges[:-1, None] + np.diff(edges)[:, None] * inside
    mean = np.trapezoid(true_flux_jy(instrument, exposure, fine), inside, axis=1)
    slope = np.log(snr_24 / snr_10) / np.log(24.0 / 10.0)
    snr = snr_10 * (np.maximum(wave, 8.0) / 10.0) ** slope
    flux = mean / slit_ratio(exposure.star, wave)
    noisy = flux * (1.0 + rng.standard_normal(wave.size) / snr)
    lines = io.StringIO()
    lines.write(_HEAD.format(name=exposure.header_name, instrument=settings["instrument"]))
    for sample in zip(wave, noisy, flux / snr, strict=True):
        lines.write(" ".join(f"{one:.7g}" for one in sample) + "\n")
    return Made(lines.getvalue().encode(), _truth(exposure, wave))


def _edges(bins_per_log: float) -> FloatArray:
    """Return edges of bins of constant relative width."""
    low, high = _RANGE_UM
    count = int(np.log(high / low) * bins_per_log)
    edges: FloatArray = np.geomspace(low, high, count + 1)
    return edges


def _truth(exposure: Exposure, wave: FloatArray) -> dict[str, Any]:
    shown = wave[::20]
    return {
        "kind": "slit spectrum in Jy",
        "star": exposure.star,
        "wave_um": shown,
        "mrs_over_it": slit_ratio(exposure.star, shown),
    }


_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {{name: wave_um, unit: um, datatype: float64}}
# - {{name: flux_jy, unit: Jy, datatype: float64}}
# - {{name: flux_error_jy, unit: Jy, datatype: float64}}
# meta: {{kind: spectrum, target: {name}, instrument: {instrument}}}
# schema: astropy-2.0
wave_um flux_jy flux_error_jy
"""
