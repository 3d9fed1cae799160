"""The encircled energy of an ideal telescope: what is left when no model of the MRS is at hand."""

import numpy as np
from scipy.special import j0, j1

from engine.arrays import FloatArray

_DIAMETER_M = 6.5
_ARCSEC_PER_RAD = 206264.80624709636


def diffraction_energy(wave_um: FloatArray, radius_arcsec: FloatArray) -> FloatArray:
    """Return the part of the light of a point source inside a circle.

    Parameters
    ----------
    wave_um, radius_arcsec : ndarray
        Shapes that broadcast. Units: um, arcsec.

    Returns
    -------
    ndarray
        0 to 1.

    Notes
    -----
    ``1 - J0(v)^2 - J1(v)^2`` with ``v = pi D r / wavelength`` (Rayleigh 1881; Born & Wolf, Sec.
    8.5.2), D = 6.5 m: a round aperture without obstruction. Segments, supports and the scattering
    in the detectors put more light far out.
    """
    v = np.pi * _DIAMETER_M * radius_arcsec / _ARCSEC_PER_RAD / (1e-6 * wave_um)
    energy: FloatArray = 1.0 - j0(v) ** 2 - j1(v) ** 2
    return energy
