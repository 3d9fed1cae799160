"""Curves of the 12.2 um leak: LEAKCOR of `mrsptcorr` references, and tables like it."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.files.load_text import Content
from engine.files.notes import FileNotes
from engine.model.leak import LeakCurve
from engine.model.tabulated import Curve

#: Columns of fraction and error, and the unit of the signals that the fraction is of.
COLUMNS = {"Jy": ("frac_leak", "err_leak"), "DN/s": ("frac_leak_rate", "err_leak_rate")}
_LARGEST = 0.2
_RANGE_UM = (10.0, 15.0)


def with_leak_curve(content: Content, notes: FileNotes) -> Content:
    """Return ``content`` with the curve that has a column of leak fractions as a `LeakCurve`.

    Parameters
    ----------
    content : Content
        As read. Other products stay, behind the leak curve.
    notes : FileNotes
        Told what is not plausible.

    Returns
    -------
    Content
        Of kind ``"leak curve"`` when there is one; else ``content`` itself.

    Raises
    ------
    FileError
        If the column holds no number.
    """
    for product in content.products:
        unit = _unit_of(product) if isinstance(product, Curve) else ""
        if unit and isinstance(product, Curve):
            found = _leak_curve(product, unit, notes)
            rest = tuple(one for one in content.products if one is not product)
            return replace(content, kind="leak curve", products=(found, *rest), role="other")
    return content


def _unit_of(curve: Curve) -> str:
    names = {name.lower() for name in curve.values}
    return next((unit for unit, (name, _) in COLUMNS.items() if name in names), "")


def _leak_curve(curve: Curve, unit: str, notes: FileNotes) -> LeakCurve:
    values = {name.lower(): column for name, column in curve.values.items()}
    name, error_name = COLUMNS[unit]
    fraction = values[name]
    finite = fraction[np.isfinite(fraction)]
    if not finite.size:
        raise notes.refused("All leak fractions are NaN.", "Fetch the file again.")
    largest = float(np.max(np.abs(finite)))
    if unit == "Jy" and largest > _LARGEST:
        notes.warn(f"A leak of {largest:.3g} of the flux is not plausible (0.025). Check the file.")
    if curve.wave_um[-1] < _RANGE_UM[0] or curve.wave_um[0] > _RANGE_UM[1]:
        notes.warn(
            f"The leak curve covers {curve.wave_um[0]:.4g}–{curve.wave_um[-1]:.4g} µm, but the "
            "leak is at 12.2 µm. Check the unit of the wavelengths."
        )
    error = values.get(error_name, np.full(fraction.size, np.nan))
    return LeakCurve(
        wave_um=curve.wave_um,
        fraction=fraction,
        error=freeze(_positive(error)),
        unit=unit,
        identity=curve.identity,
        origin=curve.origin,
    )


def _positive(error: FloatArray) -> FloatArray:
    return np.where(error > 0.0, error, np.nan)
