"""The table of photometry of the imaging demo: injected factors, losses, subarrays and outliers."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.resources import read_toml
from engine.simulate.imaging_program import (
    DAY_ZERO_MJD,
    ImagerStar,
    Visit,
    demo_numbers,
    imager_stars,
    program_visits,
    published_rows,
)

_CLASS_NAMES = {"hot": "hot stars", "A": "A dwarfs", "G": "solar analogs"}
_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: program, datatype: string}
# - {name: source_type, datatype: string}
# - {name: filter, datatype: string}
# - {name: subarray, datatype: string}
# - {name: time_mjd, unit: d, datatype: float64}
# - {name: peak_rate_dn_s, unit: DN / s, datatype: float64}
# - {name: well_depth_dn, unit: DN, datatype: float64}
# - {name: integration_time_s, unit: s, datatype: float64}
# - {name: rate_dn_s, unit: DN / s, datatype: float64}
# - {name: rate_error_dn_s, unit: DN / s, datatype: float64}
# - {name: background_dn_s, unit: DN / s, datatype: float64}
# - {name: model_jy, unit: Jy, datatype: float64}
# - {name: model_error_jy, unit: Jy, datatype: float64}
# meta: {kind: observations}
# schema: astropy-2.0
name program source_type filter subarray time_mjd peak_rate_dn_s well_depth_dn \
integration_time_s rate_dn_s rate_error_dn_s background_dn_s model_jy model_error_jy
"""


@dataclass(frozen=True, slots=True)
class TableTruth:
    """What was put into the table.

    Attributes
    ----------
    offsets : dict of str to float
        By how much each star is brighter than its model in all filters, a fraction.
    brighter : dict of tuple of str to float
        The same by star and filter: one star differs from filter to filter.
    rows : list of dict
        One for each observation: what it is, its true factor without any error, and what was
        done to it.
    """

    offsets: dict[str, float]
    brighter: dict[tuple[str, str], float]
    rows: list[dict[str, Any]]


def observation_table(rng: np.random.Generator) -> tuple[bytes, TableTruth]:
    """Return the table of the observations of all stars, and what was put into it.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the offsets of the stars, their scatter and the noise.

    Returns
    -------
    bytes, TableTruth
        ECSV of the kind ``observations`` (docs/formats.md).

    Notes
    -----
    The rate in the aperture is ``F / (C A_cor Omega)`` with C of Gordon+2025, Eq. 4, F the flux of
    the model times one plus what the star is off; FND's factor rises with the flux.
    """
    scatter = 0.01 * demo_numbers()["star_scatter_percent"]
    offsets = {
        row["name"]: 0.01 * row["offset_percent"]
        if "offset_percent" in row
        else float(rng.normal(0.0, scatter))
        for row in demo_numbers()["star"]
    }
    scatter = 0.01 * demo_numbers()["filter_scatter_percent"]
    brighter = {
        (star, name): offsets[star] + float(rng.normal(0.0, scatter))
        for star in imager_stars()
        for name in published_rows()
    }
    text = io.StringIO()
    text.write(_HEAD)
    rows = []
    for visit in program_visits():
        truth = _truth_of(visit, brighter[visit.star.name, visit.filter_name])
        text.write(_row(visit, truth, rng))
        rows.append(truth)
    return text.getvalue().encode(), TableTruth(offsets, brighter, rows)


def true_factor(filter_name: str, mjd: float, subarray: str) -> float:
    """Return the injected factor (Gordon+2025, Eq. 4). Unit: MJy/sr per DN/s/pixel."""
    band = published_rows()[filter_name]
    throughput = read_toml("published/gordon2025_factors.toml")["throughput"].get(subarray, 1.0)
    decay = np.exp(-(mjd - DAY_ZERO_MJD) / band["tau_days"])
    return float((band["asymptote"] + band["amplitude"] * decay) / throughput)


def aperture_correction(filter_name: str) -> float:
    """Return the correction to an infinite aperture (Gordon+2025, Eqs. 1 and 2)."""
    table = read_toml("published/gordon2025_table4.toml")
    small, middle, large = table[filter_name]["radius_px"]
    inside, low, high = table["encircled"]
    return float(1.0 / (inside - (high - low) * small**2 / (large**2 - middle**2)))


def _truth_of(visit: Visit, offset: float) -> dict[str, Any]:
    star, name = visit.star, visit.filter_name
    model = star.model_jy(name)
    factor = true_factor(name, visit.mjd, visit.subarray) * _trend(star, name)
    return {
        "star": star.name,
        "program": visit.program,
        "filter": name,
        "subarray": visit.subarray,
        "mjd": round(visit.mjd, 3),
        "factor": factor,
        "offset_percent": 100.0 * offset,
        "disk_percent": _disk_percent(star, name),
        "deviant_percent": _deviant_percent(visit),
        "model_jy": model,
    }


def _trend(star: ImagerStar, filter_name: str) -> float:
    trend = demo_numbers()["trend"]
    if filter_name != trend["filter"]:
        return 1.0
    dex = np.log10(star.model_jy(filter_name) / trend["pivot_jy"])
    return float(1.0 + 0.01 * trend["percent_per_dex"] * dex)


def _disk_percent(star: ImagerStar, filter_name: str) -> float:
    disk = demo_numbers()["disk"]
    return float(disk["percent"].get(filter_name, 0.0)) if star.name == disk["star"] else 0.0


def _deviant_percent(visit: Visit) -> float:
    place = (visit.star.name, visit.filter_name, visit.program, visit.number)
    for one in demo_numbers()["deviant"]:
        if (one["star"], one["filter"], one["program"], one["visit"]) == place:
            return float(one["percent"])
    return 0.0


def _row(visit: Visit, truth: dict[str, Any], rng: np.random.Generator) -> str:
    numbers = demo_numbers()
    name, model = visit.filter_name, truth["model_jy"]
    flux = model * (1.0 + 0.01 * (truth["offset_percent"] + truth["disk_percent"]))
    flux *= 1.0 + 0.01 * truth["deviant_percent"]
    repeat = published_rows()[name].get("sigma_repeat_percent", numbers["repeat_percent"])
    rate = 1e-6 * flux / (truth["factor"] * aperture_correction(name) * numbers["solid_angle_sr"])
    rate *= 1.0 + 0.01 * repeat * rng.standard_normal()
    error = rate * _relative_error(model, rng)
    rate += error * rng.standard_normal()
    band = numbers["filters"][name]
    background = band["background_mjy_sr"] * (1.0 + 0.12 * rng.standard_normal()) / truth["factor"]
    wings = _wings(name, rate)
    peak = background + band["peak"] * (1.0 + 0.05 * rng.standard_normal()) * rate
    seconds = _integration(visit.subarray, peak, rng)
    percent = 0.01 * numbers["model_error_percent"]
    return (
        f'"{visit.star.header_name}" {visit.program} "{_CLASS_NAMES[visit.star.star_class]}" '
        f"{name} {visit.subarray} {visit.mjd:.3f} {peak:.5g} {peak * seconds:.5g} {seconds:.3f} "
        f"{rate:.7g} {error:.3g} {background + wings:.5g} {model:.7g} {percent * model:.3g}\n"
    )


def _wings(filter_name: str, rate: float) -> float:
    """Return what the star itself puts into a pixel of its annulus (Gordon+2025, Eq. 2)."""
    table = read_toml("published/gordon2025_table4.toml")
    _, inner, outer = table[filter_name]["radius_px"]
    _, low, high = table["encircled"]
    total = rate * aperture_correction(filter_name)
    return float(total * (high - low) / (np.pi * (outer**2 - inner**2)))


def _relative_error(model_jy: float, rng: np.random.Generator) -> float:
    """Return the error of an aperture sum: a signal-to-noise ratio of 200 or better (Sec. 2)."""
    faint = min(1.0, float((1e-4 / model_jy) ** 0.25))
    return float((0.001 + 0.004 * faint) * rng.uniform(0.7, 1.0))


def _integration(subarray: str, peak: float, rng: np.random.Generator) -> float:
    """Return a time that fills the well as far as the groups of the subarray allow. Unit: s."""
    plan = demo_numbers()["subarrays"][subarray]
    aimed = rng.uniform(*demo_numbers()["well_depth_dn"])
    groups = np.clip(np.round(aimed / peak / plan["frame_s"]), *plan["groups"])
    return float(groups * plan["frame_s"])
