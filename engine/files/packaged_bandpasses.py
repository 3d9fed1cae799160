"""Bandpasses that come with an installed package: MIRI and IRAC, from astro-sedpy."""

from functools import cache

import numpy as np

from engine.errors import DataError
from engine.files.text import read_text
from engine.model.bandpass import Bandpass
from engine.model.identity import Origin
from engine.photometry.bandpasses import make_bandpass
from engine.resources import package_data_path

_PACKAGE = "sedpy"
_FILES = {
    **{
        name: f"jwst_{name.lower()}.par"
        for name in (
            "F560W", "F770W", "F1000W", "F1130W", "F1280W", "F1500W", "F1800W", "F2100W", "F2550W",
        )
    },
    **{f"IRAC{channel}": f"spitzer_irac_ch{channel}.par" for channel in "1234"},
}  # fmt: skip
PACKAGED_FILTERS: tuple[str, ...] = tuple(_FILES)  #: filters that `packaged_bandpass` knows
_UM_PER_ANGSTROM = 1e-4


@cache
def packaged_bandpass(name: str) -> Bandpass | None:
    """Return the bandpass of a filter from the package that ships it.

    Parameters
    ----------
    name : str
        As `engine.photometry.bandpasses.filter_name` spells it.

    Returns
    -------
    Bandpass or None
        Response per photon. `None`: the package does not have it, or is not installed.

    Raises
    ------
    DataError
        If the file of the package is damaged.

    Notes
    -----
    MIRI: photon-to-electron conversion efficiency, imager; IRAC: electrons per photon, mean of
    the full array. The file is read; no code of the package runs.
    """
    filename = _FILES.get(name, "")
    path = package_data_path(_PACKAGE, f"data/filters/{filename}") if filename else None
    if path is None:
        return None
    lines = (line.split("#")[0].split() for line in read_text(path).splitlines())
    rows = [line[:2] for line in lines if len(line) >= 2]
    try:
        wave, response = np.array(rows, dtype=np.float64).T
    except ValueError as error:
        raise DataError(
            f"The bandpass {filename} of the package astro-sedpy is damaged.",
            hint="Install the package again.",
        ) from error
    origin = Origin(path=filename, notes=(f"Bandpass {filename} of the package astro-sedpy.",))
    return make_bandpass(name, wave * _UM_PER_ANGSTROM, response, origin)
