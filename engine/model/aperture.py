"""Tables of aperture corrections."""

from dataclasses import dataclass

from engine.arrays import FloatArray
from engine.model.identity import Origin


@dataclass(frozen=True, eq=False, slots=True)
class ApertureCorrection:
    """Aperture correction of one MRS band over wavelength and radius.

    Attributes
    ----------
    band : str
        ``"4A"``, or ``""`` when it holds for any band.
    wave_um : ndarray, shape (n,)
        Wavelength, strictly increasing. Unit: um.
    radius_arcsec : ndarray, shape (m, n)
        Radius of the aperture, increasing along the first axis. Unit: arcsec.
    factor : ndarray, shape (m, n)
        Flux at infinite radius over flux in the aperture.
    factor_error : ndarray, shape (m, n)
        One standard deviation of `factor`. NaN: not known.
    origin : Origin
        Where the numbers come from.
    """

    band: str
    wave_um: FloatArray
    radius_arcsec: FloatArray
    factor: FloatArray
    factor_error: FloatArray
    origin: Origin = Origin()
