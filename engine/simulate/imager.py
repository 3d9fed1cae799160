"""Photometry of the stars of the demo by the MIRI imager and by IRAC, with a known ratio."""

import io
from typing import Any

import numpy as np

from engine.resources import read_toml
from engine.simulate.instrument import Instrument
from engine.simulate.observations import Made
from engine.simulate.other_instruments import photon_mean_jy
from engine.simulate.program import standard_stars


def photometry_table(instrument: Instrument, rng: np.random.Generator) -> Made:
    """Make the photometry of all stars in all filters, as one ECSV table.

    Parameters
    ----------
    instrument : Instrument
        What the factors of the stars are.
    rng : numpy.random.Generator
        Draws the scatter.

    Returns
    -------
    Made
        The table, and the ratio that was put into each filter.
    """
    settings = read_toml("demo_comparisons.toml")["imager"]
    error = settings["error_percent"] / 100.0
    lines = io.StringIO()
    lines.write(_HEAD)
    for name, ratio in settings["ratio"].items():
        kind = "IRAC" if name.startswith("IRAC") else "MIRI"
        scatter = settings["scatter_percent"][kind] / 100.0
        for exposure in standard_stars():
            drawn = 1.0 + scatter * rng.standard_normal()
            if kind == "IRAC" and exposure.star not in settings["irac"]["stars"]:
                continue
            off = settings["off"].get(exposure.star, {})
            factor = off["factor"] if off.get("filter") == name else 1.0
            flux = photon_mean_jy(instrument, exposure, name) / ratio * factor * drawn
            sigma = flux * (error if kind == "MIRI" else scatter)
            lines.write(f'"{exposure.header_name}" {name} {kind} {flux:.6g} {sigma:.3g}\n')
    return Made(lines.getvalue().encode(), _truth(settings))


def _truth(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "photometry",
        "spectrum_over_imager": dict(settings["ratio"]),
        "scatter_percent": dict(settings["scatter_percent"]),
        "off": {star: dict(one) for star, one in settings["off"].items()},
    }


_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: filter, datatype: string}
# - {name: instrument, datatype: string}
# - {name: flux_jy, unit: Jy, datatype: float64}
# - {name: flux_error_jy, unit: Jy, datatype: float64}
# meta: {kind: photometry}
# schema: astropy-2.0
name filter instrument flux_jy flux_error_jy
"""
