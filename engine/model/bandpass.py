"""The response of a filter and its detector against wavelength."""

from dataclasses import dataclass

from engine.arrays import FloatArray
from engine.model.identity import Origin


@dataclass(frozen=True, eq=False, slots=True)
class Bandpass:
    """A bandpass, always as the signal per photon.

    Attributes
    ----------
    name : str
        Name of the filter: ``"F770W"``, ``"IRAC3"``.
    wave_um : ndarray, shape (n,)
        Wavelength, strictly increasing, two or more. Unit: um.
    response : ndarray, shape (n,)
        Signal per photon, in any scale; finite, linear between the wavelengths, zero outside.
    origin : Origin
        Where the numbers come from.
    """

    name: str
    wave_um: FloatArray
    response: FloatArray
    origin: Origin = Origin()
