"""Point-source extraction from an IFU cube with a conical aperture (Law+2025, Sec. 4, Fig. 6)."""

from dataclasses import dataclass
from typing import Literal

from engine.arrays import BoolArray, FloatArray
from engine.model.spectrum import Spectrum

Center = Literal["auto", "target"] | tuple[float, float]


@dataclass(frozen=True, slots=True)
class ExtractionParams:
    """What the user decides about an extraction.

    Attributes
    ----------
    radius_fwhm : float
        Radius of the aperture, 0.5 to 3. Unit: FWHM.
    annulus_fwhm : tuple of float
        Inner and outer radius of the background annulus. Unit: FWHM.
    fwhm_slope_arcsec_per_um, fwhm_offset_arcsec : float
        FWHM(wavelength) = slope * wavelength + offset (Law+2023).
    center : "auto", "target" or tuple of float
        Centroid on the brightest source, the target of the header, or a pixel (x, y) counted
        from 0.
    background : {"annulus", "none"}
        Whether the level of the annulus is subtracted.
    method : {"unbiased", "pipeline"}
        ``"pipeline"`` reproduces `jwst`, its quirks included: the annulus denominator counts
        clipped voxels, and one plane without a valid annulus turns the background off for all
        later planes.
    aperture_correction : {"when available", "none"}
        Whether a table of aperture corrections is applied.
    covariance_factor : float
        Factor on all errors, for the correlation of neighboring voxels.
    """

    radius_fwhm: float = 2.0
    annulus_fwhm: tuple[float, float] = (3.0, 4.0)
    fwhm_slope_arcsec_per_um: float = 0.033
    fwhm_offset_arcsec: float = 0.106
    center: Center = "auto"
    background: Literal["annulus", "none"] = "annulus"
    method: Literal["unbiased", "pipeline"] = "unbiased"
    aperture_correction: Literal["when available", "none"] = "when available"
    covariance_factor: float = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Extraction:
    """A spectrum extracted from a cube, and how.

    Attributes
    ----------
    spectrum : Spectrum
        Flux in Jy for a cube in MJy/sr; background-subtracted, aperture-corrected count rate in
        DN/s for a cube in DN/s. The error is statistical.
    center_pixel : tuple of float
        Center (x, y) of the aperture, counted from 0.
    center_source : str
        How the center was found, in words.
    radius_pixels, inner_pixels, outer_pixels : ndarray, shape (nw,)
        Radii of the aperture and the annulus. Unit: spaxel.
    drift_wave_um, drift_x_pixels, drift_y_pixels : ndarray, shape (m,)
        Centroid in m wavelength intervals, minus `center_pixel`. NaN where it is not measurable.
    covered_fraction : ndarray, shape (nw,)
        Part of the aperture's area that holds valid voxels, 0 to 1.
    aperture_correction : ndarray, shape (nw,)
        Factor applied; 1 where none was.
    annulus_spread, aperture_spread, centroid_spread : ndarray, shape (nw,)
        Relative systematic error from three annuli (0.5 FWHM in, as chosen, 0.5 FWHM out), from
        apertures of +-0.25 FWHM, and from a center off by the centroid's error; smoothed over
        wavelength. NaN where it is not measurable. No unit.
    background_limited : ndarray of bool, shape (nw,)
        Where the choice of the annulus moves the flux by more than 5 %.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    spectrum: Spectrum
    center_pixel: tuple[float, float]
    center_source: str
    radius_pixels: FloatArray
    inner_pixels: FloatArray
    outer_pixels: FloatArray
    drift_wave_um: FloatArray
    drift_x_pixels: FloatArray
    drift_y_pixels: FloatArray
    covered_fraction: FloatArray
    aperture_correction: FloatArray
    annulus_spread: FloatArray
    aperture_spread: FloatArray
    centroid_spread: FloatArray
    background_limited: BoolArray
    messages: tuple[str, ...] = ()
