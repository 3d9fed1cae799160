"""A calibration vector: the factor of one band against wavelength."""

from dataclasses import dataclass
from typing import Literal

from engine.arrays import FlagArray, FloatArray
from engine.model.identity import Identity, Origin

FactorKind = Literal["calibration factor", "relative factor"]
FACTOR_UNITS: dict[FactorKind, str] = {
    "calibration factor": "(MJy/sr)/(DN/s)",
    "relative factor": "",
}

EXTRAPOLATED = 1  #: flag bit: the value lies beyond the data that determine it
BACKGROUND_LIMITED = 2  #: flag bit: the background subtraction, not the noise, limits the value

UNDETERMINED = 4  #: flag bit: there is no value, inside the data or outside the cut-offs
PATCHED = 8  #: flag bit: the value was replaced by interpolation or by another star's vector


@dataclass(frozen=True, eq=False, slots=True)
class CalibrationVector:
    """A smooth factor with its two kinds of uncertainty, and how it was made.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Wavelength, strictly increasing. Unit: um.
    value : ndarray, shape (n,)
        The factor. Unit: see `kind`. NaN: not determined.
    stat_error, sys_error : ndarray, shape (n,)
        One standard deviation, statistical and systematic, in the unit of the factor. NaN: not
        determined.
    flags : ndarray of uint32, shape (n,)
        Sum of `EXTRAPOLATED`, `BACKGROUND_LIMITED`, `UNDETERMINED` and `PATCHED`.
    kind : str
        ``"calibration factor"`` in (MJy/sr)/(DN/s), or ``"relative factor"`` without unit.
    identity : Identity
        Star and band it was derived from.
    recipe : str
        JSON of the parameters that made it, from which a session can restore them; ``""`` for a
        vector that was not made here.
    origin : Origin
        Where the numbers come from.
    """

    wave_um: FloatArray
    value: FloatArray
    stat_error: FloatArray
    sys_error: FloatArray
    flags: FlagArray
    kind: FactorKind
    identity: Identity = Identity()
    recipe: str = ""
    origin: Origin = Origin()

    @property
    def unit(self) -> str:
        """Unit of the factor; empty for a relative one."""
        return FACTOR_UNITS[self.kind]
