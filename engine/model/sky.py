"""From pixels to the sky and back."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.arrays import FloatArray


@dataclass(frozen=True)
class SkyPlane:
    """A tangent plane, with an optional SIP distortion.

    Attributes
    ----------
    reference_pixel : tuple of float
        Pixel (x, y) of the tangent point, counted from 0.
    reference_sky_deg : tuple of float
        Right ascension and declination of the tangent point. Unit: deg.
    matrix_deg : tuple of tuple of float
        Degrees of (xi, eta) per pixel of (x, y): CDELT times PC, or CD.
    sip : tuple of (str, float)
        Validated SIP keywords of the file, or empty.
    """

    reference_pixel: tuple[float, float]
    reference_sky_deg: tuple[float, float]
    matrix_deg: tuple[tuple[float, float], tuple[float, float]]
    sip: tuple[tuple[str, float], ...] = ()

    @property
    def pixel_scale_arcsec(self) -> float:
        """Side of a square of one pixel's area. Unit: arcsec."""
        return float(np.sqrt(abs(np.linalg.det(np.array(self.matrix_deg))))) * 3600.0

    def pixel_to_sky(self, x: float, y: float) -> tuple[float, float]:
        """Return (RA, Dec) in deg of pixel (x, y), counted from 0."""
        ra, dec = self._wcs.all_pix2world(x, y, 0)
        return float(ra) % 360.0, float(dec)

    def sky_to_pixel(self, ra_deg: float, dec_deg: float) -> tuple[float, float]:
        """Return (x, y), counted from 0, of a position in deg; NaN: the plane has no such place."""
        from astropy.wcs import NoConvergence  # noqa: PLC0415  (slow to import)

        try:
            x, y = self._wcs.all_world2pix(ra_deg, dec_deg, 0)
        except NoConvergence:  # so far away that the distortion has no inverse
            return np.nan, np.nan
        return float(x), float(y)

    def places_on_sky(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return (RA, Dec) in deg of many pixels, counted from 0; any shape."""
        ra, dec = self._wcs.all_pix2world(x.ravel(), y.ravel(), 0)
        return np.reshape(ra % 360.0, x.shape), np.reshape(dec, x.shape)

    def places_in_image(
        self, ra_deg: FloatArray, dec_deg: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return (x, y), counted from 0, of many positions in deg; NaN: behind the plane."""
        x, y = self._wcs.wcs_world2pix(ra_deg.ravel(), dec_deg.ravel(), 0)
        known = np.isfinite(x) & np.isfinite(y)
        if self.sip and known.any():
            # Far from the image the distortion need not have an inverse: nothing is there.
            x[known], y[known] = self._wcs.all_world2pix(
                ra_deg.ravel()[known], dec_deg.ravel()[known], 0, quiet=True
            )
        return np.reshape(x, ra_deg.shape), np.reshape(y, ra_deg.shape)

    def north_east(self) -> tuple[FloatArray, FloatArray]:
        """Return the pixel directions of north and east as unit vectors (x, y)."""
        inverse = np.linalg.inv(np.array(self.matrix_deg))
        north, east = inverse @ np.array([0.0, 1.0]), inverse @ np.array([1.0, 0.0])
        return north / np.hypot(*north), east / np.hypot(*east)

    @cached_property
    def _wcs(self) -> Any:
        from astropy.io.fits import Header  # noqa: PLC0415  (slow to import)
        from astropy.wcs import WCS  # noqa: PLC0415

        suffix = "-SIP" if self.sip else ""
        header = Header()
        header["CTYPE1"], header["CTYPE2"] = "RA---TAN" + suffix, "DEC--TAN" + suffix
        header["CUNIT1"] = header["CUNIT2"] = "deg"
        for axis in (0, 1):
            header[f"CRPIX{axis + 1}"] = self.reference_pixel[axis] + 1.0
            header[f"CRVAL{axis + 1}"] = self.reference_sky_deg[axis]
            for other in (0, 1):
                header[f"CD{axis + 1}_{other + 1}"] = self.matrix_deg[axis][other]
        for keyword, value in self.sip:
            header[keyword] = int(value) if keyword.endswith("ORDER") else value
        return WCS(header)
