"""Radii of aperture and annulus of the MRS (`Extract1dIFUModel`, ASDF)."""

from types import MappingProxyType

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.asdf_tree import AsdfTree
from engine.files.headers import absolute
from engine.model.identity import Origin
from engine.model.tabulated import Curve

_NAMES = ("radius", "inner_bkg", "outer_bkg")


def has_extraction_radii(file: AsdfTree) -> bool:
    """Tell whether the tree is that of an extract1d reference for cubes."""
    data = file.tree.get("data")
    return isinstance(data, dict) and "wavelength" in data and set(_NAMES) <= data.keys()


def read_extraction_radii(file: AsdfTree) -> Curve:
    """Read the radii against wavelength.

    Parameters
    ----------
    file : AsdfTree
        An open ASDF file for which `has_extraction_radii` is true.

    Returns
    -------
    Curve
        ``radius``, ``inner_bkg`` and ``outer_bkg`` in arcsec, wavelengths increasing.

    Raises
    ------
    FileError
        If the arrays differ in length, or are not finite.
    """
    data = file.tree["data"]
    wave = file.array(data["wavelength"], "wavelength").reshape(-1)
    values: dict[str, FloatArray] = {}
    order = np.argsort(wave, kind="stable")
    for name in _NAMES:
        column = file.array(data[name], name).reshape(-1)
        if column.shape != wave.shape or not np.all(np.isfinite(column)):
            raise file.notes.refused(
                f"The array {name!r} does not have one finite radius a wavelength.",
                "Fetch the file again.",
            )
        values[name] = freeze(column[order])
    if not wave.size or not np.all(np.isfinite(wave)) or np.any(np.diff(wave[order]) <= 0.0):
        raise file.notes.refused(
            "The wavelengths of the radii are NaN or repeat.", "Fetch it again."
        )
    return Curve(
        wave_um=freeze(wave[order]),
        values=MappingProxyType(values),
        units=MappingProxyType(dict.fromkeys(_NAMES, "arcsec")),
        origin=Origin(path=str(absolute(file.gated.path)), sha256=file.gated.sha256),
    )
