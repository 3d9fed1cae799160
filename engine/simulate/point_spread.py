"""A point-spread function whose encircled energy is known in closed form.

Four concentric round Gaussians stand for core, halo, wings and scattered light. Their integrals
over spaxels are differences of error functions, so that flux is conserved to rounding.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import erf

from engine.arrays import FloatArray

FWHM_SLOPE_ARCSEC_PER_UM = 0.033  # FWHM = slope * wavelength + offset (Law+2023)
FWHM_OFFSET_ARCSEC = 0.106

_RATIOS = (1.0, 2.1, 4.6, 16.0)  # widths relative to the core
#: Fractions of the flux in each Gaussian, by channel: chosen for aperture corrections of 10 to 15 %
#: at 2 FWHM, 5 % beyond the field, and self-subtraction that grows with the channel (Law+2025,
#: Fig. 7 and footnote 15).
_FRACTIONS = {
    1: (0.785, 0.120, 0.035, 0.060),
    2: (0.780, 0.125, 0.035, 0.060),
    3: (0.745, 0.130, 0.070, 0.055),
    4: (0.700, 0.140, 0.110, 0.050),
}


class Annulus(NamedTuple):
    """Radii of a background annulus. Unit: FWHM."""

    inner_fwhm: float = 3.0
    outer_fwhm: float = 4.0


@dataclass(frozen=True, slots=True)
class PointSpread:
    """Sum of concentric Gaussians that scales with wavelength.

    Attributes
    ----------
    fractions : tuple of float
        Fraction of the flux in each Gaussian; they sum to 1.
    sigmas_fwhm : tuple of float
        Standard deviation of each. Unit: FWHM of the sum.
    """

    fractions: tuple[float, ...]
    sigmas_fwhm: tuple[float, ...]

    def encircled_energy(
        self, radius_arcsec: FloatArray, wave_um: FloatArray, *, spaxel_arcsec: float = 0.0
    ) -> FloatArray:
        """Return the fraction of the flux inside a circle.

        Parameters
        ----------
        radius_arcsec, wave_um : ndarray
            Shapes that broadcast. Units: arcsec, um.
        spaxel_arcsec : float, optional
            Side of the spaxels over which an exact sum is taken; 0: the sky itself. Unit: arcsec.

        Returns
        -------
        ndarray
            0 to 1, of the common shape.

        Notes
        -----
        A spaxel first gathers the light of its square and then counts as evenly filled: twice the
        variance of a square, side^2 / 12 an axis, on that of each Gaussian. Against photutils good
        to 4e-4 from 2 FWHM on and to 1.5e-3 at 1.5 FWHM.
        """
        radius, width = np.broadcast_arrays(radius_arcsec, fwhm_arcsec(wave_um))
        energy: FloatArray = np.zeros(radius.shape)
        for fraction, sigma in zip(self.fractions, self.sigmas_fwhm, strict=True):
            variance = (sigma * width) ** 2 + spaxel_arcsec**2 / 6.0
            energy += fraction * -np.expm1(-0.5 * radius**2 / variance)
        return energy

    def aperture_correction(
        self,
        radius_fwhm: float,
        wave_um: FloatArray,
        *,
        annulus: Annulus | None = None,
        spaxel_arcsec: float = 0.0,
    ) -> FloatArray:
        """Return flux at infinity over the flux that aperture photometry measures.

        Parameters
        ----------
        radius_fwhm : float
            Radius of the aperture. Unit: FWHM.
        wave_um : ndarray
            Unit: um.
        annulus : Annulus, optional
            Its mean level is subtracted; `None`: nothing is.
        spaxel_arcsec : float, optional
            As for `encircled_energy`.

        Returns
        -------
        ndarray
            Of the shape of ``wave_um``.

        Notes
        -----
        ``A = 1 / (EE(r) - S pi r^2)`` with S the mean of the annulus (Gordon+2025, Eqs. 1 and 2).
        """

        def energy(radius: float) -> FloatArray:
            return self.encircled_energy(
                radius * fwhm_arcsec(wave_um), wave_um, spaxel_arcsec=spaxel_arcsec
            )

        measured = energy(radius_fwhm)
        if annulus is not None:
            ring = annulus.outer_fwhm**2 - annulus.inner_fwhm**2
            level = (energy(annulus.outer_fwhm) - energy(annulus.inner_fwhm)) / ring
            measured = measured - level * radius_fwhm**2
        return 1.0 / measured

    def on_spaxels(
        self,
        wave_um: FloatArray,
        side: int,
        center_pixel: tuple[float, float],
        spaxel_arcsec: float,
    ) -> FloatArray:
        """Return the fraction of the flux that falls on each spaxel.

        Parameters
        ----------
        wave_um : ndarray, shape (nw,)
            Wavelength of each plane. Unit: um.
        side : int
            Spaxels along y and x.
        center_pixel : tuple of float
            Position (x, y), counted from 0 at the center of the first spaxel.
        spaxel_arcsec : float
            Side of a spaxel. Unit: arcsec.

        Returns
        -------
        ndarray, shape (nw, side, side)
            Exact integrals; they sum to 1 over an infinite field.
        """
        cube = np.zeros((wave_um.size, side, side))
        width = fwhm_arcsec(wave_um) / spaxel_arcsec
        for fraction, sigma in zip(self.fractions, self.sigmas_fwhm, strict=True):
            along_x = _shares(side, center_pixel[0], sigma * width)
            along_y = _shares(side, center_pixel[1], sigma * width)
            cube += fraction * along_y[:, :, None] * along_x[:, None, :]
        return cube


def fwhm_arcsec(wave_um: FloatArray) -> FloatArray:
    """Return the full width at half maximum at ``wave_um``. Unit: arcsec."""
    return FWHM_SLOPE_ARCSEC_PER_UM * wave_um + FWHM_OFFSET_ARCSEC


@cache
def point_spread(channel: int) -> PointSpread:
    """Return the point-spread function of a channel, scaled so that its FWHM is 1."""
    fractions, ratios = np.array(_FRACTIONS[channel]), np.array(_RATIOS)

    def profile(radius: float) -> float:
        return float(np.sum(fractions / ratios**2 * np.exp(-0.5 * (radius / ratios) ** 2)))

    half_radius = brentq(lambda radius: profile(radius) - 0.5 * profile(0.0), 0.1, 5.0)
    sigmas = ratios / (2.0 * half_radius)
    return PointSpread(_FRACTIONS[channel], tuple(float(sigma) for sigma in sigmas))


def _shares(side: int, center: float, sigma: FloatArray) -> FloatArray:
    """Return the integral of a Gaussian over each pixel of a row, shape (nw, side)."""
    edges = np.arange(side + 1) - 0.5 - center
    cumulative = 0.5 * erf(edges / (np.sqrt(2.0) * sigma[:, None]))
    shares: FloatArray = np.diff(cumulative, axis=1)
    return shares
