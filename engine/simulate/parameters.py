"""What a header does not say of the demo's observations, as a table (docs/formats.md)."""

import io

import numpy as np

from engine.resources import read_toml
from engine.simulate.program import standard_stars

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
    """Return the largest well depth of each star's observation as one ECSV table.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws a few per cent of scatter.

    Notes
    -----
    The factors of the demo do not depend on it (Law+2025, Fig. 20, left).
    """
    depths = {row["name"]: row["well_depth_dn"] for row in read_toml("demo.toml")["star"]}
    lines = io.StringIO()
    lines.write(_HEAD)
    for exposure in standard_stars():
        depth = depths[exposure.star] * (1.0 + _SCATTER * rng.standard_normal())
        place = f"{exposure.program} {exposure.observation}"
        lines.write(f'"{exposure.header_name}" {place} {depth:.0f}\n')
    return lines.getvalue().encode()
