"""The names of the columns of photometry of stars in images (docs/formats.md)."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from engine.model.tabulated import DataTable

# The names of a column: those of docs/formats.md first, then those of Gordon+2025, Table 5, in its
# printed and its machine-readable form.
OBSERVATION_NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "star"),
    "program": ("program", "pid"),
    "source_type": ("source_type", "srctype", "class"),
    "filter": ("filter", "band"),
    "subarray": ("subarray",),
    "mjd": ("time_mjd", "mjd", "time"),
    "integration": ("integration_time_s", "inttime"),
    "rate": ("rate_dn_s", "iflux"),
    "rate_error": ("rate_error_dn_s", "ifluxunc"),
    "background": ("background_dn_s", "ibkg"),
    "peak": ("peak_rate_dn_s", "pixrate"),
    "well": ("well_depth_dn", "pixwelldepth", "pixweldepth"),
    "aperture": ("aperture_px",),
    "inner": ("inner_px",),
    "outer": ("outer_px",),
    "correction": ("aperture_correction",),
    "correction_error": ("aperture_correction_error",),
    "model": ("model_jy", "model_mjy"),
    "model_error": ("model_error_jy", "model_error_mjy"),
    "solid_angle": ("solid_angle_sr",),
    "stated_flux": ("flux_jy", "flux_mjy", "flux"),
    "stated_background": ("background_mjy_sr", "bkg_mjysr", "bkg"),
    "flag": ("flag", "flags"),
}
NEEDED_NAMES = ("name", "filter", "subarray", "rate")  #: without which it is no such table


def with_filters(table: DataTable) -> DataTable:
    """Return the table with an identity that says which filters are in it."""
    columns = {name.lower(): values for name, values in table.columns.items()}
    names = next(columns[one] for one in OBSERVATION_NAMES["filter"] if one in columns)
    texts = () if isinstance(names, np.ndarray) else names
    found = dict.fromkeys(one.strip().upper() for one in texts if one.strip())
    identity = replace(table.identity, filter=" ".join(found))
    return replace(table, identity=identity)


def is_observation_table(names: Collection[str]) -> bool:
    """Tell by its columns whether a table is one of photometry of stars in images."""
    lower = {name.lower() for name in names}
    return all(any(one in lower for one in OBSERVATION_NAMES[name]) for name in NEEDED_NAMES)
