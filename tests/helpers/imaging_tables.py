"""Small tables of observations with known content for tests of imaging."""

from typing import Any

import numpy as np

from engine.arrays import frozen
from engine.imaging.observations import PIXEL_SR, ImagingTable


def imaging_table(count: int, **columns: Any) -> ImagingTable:
    """Return ``count`` observations of one star in one filter; ``columns`` differ from that."""
    given: dict[str, Any] = {
        "ids": tuple(f"o{number}" for number in range(count)),
        "stars": ("BD+60 1753",) * count,
        "classes": ("A",) * count,
        "filters": ("F770W",) * count,
        "subarrays": ("FULL",) * count,
        "programs": ("1536",) * count,
        "reasons": ("",) * count,
        "flags": ("",) * count,
        "flux_dn_s": np.full(count, 1e4),
        "aperture_correction": np.full(count, 1.5),
        "model_jy": np.full(count, 1e-3),
        "solid_angle_sr": np.full(count, PIXEL_SR),
    }
    unknown = set(ImagingTable.__dataclass_fields__) - set(given)
    given |= dict.fromkeys(unknown, np.full(count, np.nan))
    given |= columns
    frozen_columns: dict[str, Any] = {
        name: value if isinstance(value, tuple) else frozen(value) for name, value in given.items()
    }
    return ImagingTable(**frozen_columns)
