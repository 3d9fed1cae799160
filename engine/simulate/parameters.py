"""What a header does not say of the demo's observations, as a table (docs/formats.md)."""

import io

import numpy as np

from engine.resources import read_toml
from engine.simulate.program import Exposure, deeper_observations, standard_stars

_SCATTER = 0.04  # of the stated well depths about those of resources/demo.toml

_HEAD = """\
# %ECSV 1.0
# ---
# datatype:
# - {name: name, datatype: string}
# - {name: program, datatype: string}
# - {name: observation, datatype: string}
# - {name: well_depth_dn, unit: DN, datatype: float64, description: Largest of a pixel}
# meta: {kind: parameters}
# schema: astropy-2.0
name program observation well_depth_dn
"""


def parameter_table(rng: np.random.Generator) -> bytes:
    """Return the largest well depth of each observation of a star as one ECSV table.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws a few per cent of scatter about depths that are made up.

    Notes
    -----
    The factors of the demo do not depend on it (Law+2025, Fig. 20, left).
    """
    demo = read_toml("demo.toml")
    depths = {row["name"]: row["well_depth_dn"] for row in demo["star"]}
    deeper = [float(row["well_depth_dn"]) for row in demo["deeper"]]
    lines = io.StringIO()
    lines.write(_HEAD)
    for exposure in standard_stars():
        depth = depths[exposure.star] * (1.0 + _SCATTER * rng.standard_normal())
        lines.write(_row(exposure, depth))
    for exposure, depth in zip(deeper_observations(), deeper, strict=True):
        lines.write(_row(exposure, depth))
    return lines.getvalue().encode()


def _row(exposure: Exposure, depth_dn: float) -> str:
    place = f"{exposure.program} {exposure.observation}"
    return f'"{exposure.header_name}" {place} {depth_dn:.0f}\n'
