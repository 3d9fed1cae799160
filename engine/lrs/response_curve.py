"""An adopted response of the LRS, as tables outside the pipeline have it."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray, freeze
from engine.model.tabulated import Curve

_RANGE_UM = (6.0, 11.0)  # every response of the LRS covers this
_ERRORS = ("err", "error", "uncertainty")


@dataclass(frozen=True, eq=False, slots=True)
class AdoptedResponse:
    """A finished calibration curve.

    Attributes
    ----------
    name : str
        Name of its file.
    wave_um : ndarray, shape (n,)
        Strictly increasing. Unit: um.
    response, error : ndarray, shape (n,)
        Count rate per flux, and one sigma. NaN: not given. Unit: that of the file.
    unit : str
        As written: ``"DN/s/pixel/Jy"``.
    """

    name: str
    wave_um: FloatArray
    response: FloatArray
    error: FloatArray
    unit: str

    def relative_error(self, wave_um: FloatArray) -> FloatArray:
        """Return the relative error at wavelengths; NaN outside the curve."""
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = self.error / np.abs(self.response)
        inside = np.interp(wave_um, self.wave_um, relative)
        outside = (wave_um < self.wave_um[0]) | (wave_um > self.wave_um[-1])
        return np.where(outside, np.nan, inside)


def adopted_response(curve: Curve, *, name: str) -> AdoptedResponse | None:
    """Return the response of the LRS that a curve holds; `None`: it holds none.

    Parameters
    ----------
    curve : Curve
        Quantities over wavelength.
    name : str
        Of its file.

    Notes
    -----
    A response is a column in DN/s per Jy, as its name or its unit says, from below 6 to beyond 11
    um, beside a column of errors.
    """
    if not curve.wave_um.size or curve.wave_um[0] > _RANGE_UM[0]:
        return None
    if curve.wave_um[-1] < _RANGE_UM[1]:
        return None
    for column, values in curve.values.items():
        unit = curve.units.get(column, "") or column
        if unit.replace(" ", "").upper().startswith("DN/S") and "/JY" in unit.upper():
            return AdoptedResponse(
                name, curve.wave_um, freeze(np.array(values)), freeze(_errors(curve)), unit
            )
    return None


def _errors(curve: Curve) -> FloatArray:
    for column, values in curve.values.items():
        if column.lower() in _ERRORS:
            return np.array(values)
    return np.full(curve.wave_um.size, np.nan)
