"""Models of the point-spread function: which part of the light lies inside a circle."""

from dataclasses import dataclass

from engine.arrays import FloatArray
from engine.model.identity import Identity, Origin


@dataclass(frozen=True, eq=False, slots=True)
class EncircledEnergy:
    """The fraction of the light of a point source inside circles around it.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Wavelength, strictly increasing. Unit: um.
    radius_arcsec : ndarray, shape (m,)
        Radius, strictly increasing. Unit: arcsec.
    fraction : ndarray, shape (m, n)
        0 to 1 of the light at infinite radius.
    identity : Identity
        Its band says where it holds; ``""``: anywhere.
    origin : Origin
        Where the numbers come from.
    """

    wave_um: FloatArray
    radius_arcsec: FloatArray
    fraction: FloatArray
    identity: Identity = Identity()
    origin: Origin = Origin()
