"""The 12.2 um spectral leak: which part of the light of 6.1 um is seen at twice its wavelength."""

from dataclasses import dataclass

from engine.arrays import FloatArray
from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class LeakCurve:
    """The fraction of the signal of band 1B that is added to band 3A.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Wavelength in 3A, strictly increasing, finite. Unit: um.
    fraction : ndarray, shape (n,)
        Leak at this wavelength over signal at half of it. NaN: not given.
    error : ndarray, shape (n,)
        One standard deviation of `fraction`. NaN: not known.
    unit : str
        Unit of both signals: ``"Jy"`` as in the reference files of the pipeline, or ``"DN/s"``.
        The curves differ by the ratio of the responses of the two bands.
    identity : Identity
        What it belongs to.
    origin : Origin
        Where the numbers come from.
    """

    wave_um: FloatArray
    fraction: FloatArray
    error: FloatArray
    unit: str = "Jy"
    identity: Identity = Identity()
    origin: Origin = Origin()
