"""Point-source extraction from an IFU cube with a conical aperture (Law+2025, Sec. 4, Fig. 6)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, frozen
from engine.errors import DataError
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.spectrum import Spectrum
from engine.mrs.aperture import DO_NOT_USE, conical_aperture
from engine.mrs.aperture_correction import describe_extrapolation, interpolate_correction
from engine.mrs.aperture_sums import PlaneSums, sum_apertures
from engine.mrs.centroid import Center, locate_source
from engine.mrs.wavelength_bins import bin_planes
from engine.progress import SILENT, Progress

__all__ = ["Center", "Extraction", "ExtractionParams", "extract_spectrum"]


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


def extract_spectrum(
    cube: Cube,
    params: ExtractionParams = ExtractionParams(),
    *,
    correction: ApertureCorrection | None = None,
    progress: Progress = SILENT,
) -> Extraction:
    """Extract the spectrum of a point source from a cube.

    Parameters
    ----------
    cube : Cube
        In MJy/sr or DN/s. Voxels that are NaN, flagged DO_NOT_USE or that no detector pixel
        reaches take no part.
    params : ExtractionParams, optional
        Aperture, annulus, center and method.
    correction : ApertureCorrection, optional
        Table of aperture corrections; without it none is applied.
    progress : Progress, optional
        Told about every step; can cancel.

    Returns
    -------
    Extraction
        The spectrum, where it was taken, and its systematic errors.

    Raises
    ------
    DataError
        If the cube holds no measurement, or the center lies outside the field.
    """
    binned = bin_planes(cube, progress=progress)
    if not np.isfinite(binned.data).any():
        raise DataError("The cube holds no valid voxel.", hint="Look at its DQ and WMAP planes.")
    position = locate_source(cube, binned, params.center)
    aperture = conical_aperture(
        cube,
        (position.x, position.y),
        slope_arcsec_per_um=params.fwhm_slope_arcsec_per_um,
        offset_arcsec=params.fwhm_offset_arcsec,
        radius_fwhm=params.radius_fwhm,
        annulus_fwhm=params.annulus_fwhm if params.background == "annulus" else None,
    )
    sums = sum_apertures(cube, aperture, progress=progress)
    factor, notes = _correction_factor(cube, aperture.radius, params, correction)
    nothing = np.full(cube.shape[0], np.nan)
    return Extraction(
        spectrum=_spectrum(cube, sums, factor, params.covariance_factor),
        center_pixel=(position.x, position.y),
        center_source=position.source,
        radius_pixels=frozen(aperture.radius),
        inner_pixels=frozen(aperture.inner),
        outer_pixels=frozen(aperture.outer),
        drift_wave_um=frozen([]),
        drift_x_pixels=frozen([]),
        drift_y_pixels=frozen([]),
        covered_fraction=frozen(sums.area / (np.pi * aperture.radius**2)),
        aperture_correction=frozen(factor),
        annulus_spread=frozen(nothing),
        aperture_spread=frozen(nothing),
        centroid_spread=frozen(nothing),
        background_limited=frozen(np.zeros(cube.shape[0]), dtype=bool),
        messages=(*position.messages, *sums.messages, *notes),
    )


def _correction_factor(
    cube: Cube,
    radius_pixels: FloatArray,
    params: ExtractionParams,
    correction: ApertureCorrection | None,
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the factor of every plane, and what is to say about it."""
    if correction is None or params.aperture_correction == "none":
        return np.ones(cube.shape[0]), ()
    radius_arcsec = radius_pixels * cube.spaxel_arcsec
    factor = interpolate_correction(correction, cube.wave_um, radius_arcsec)
    return factor, describe_extrapolation(correction, cube.wave_um, radius_arcsec)


def _spectrum(
    cube: Cube, sums: PlaneSums, factor: FloatArray, covariance_factor: float
) -> Spectrum:
    """Turn sums into a spectrum in Jy, or in DN/s for a cube of count rates."""
    in_jy = cube.unit == "MJy/sr"
    scale = cube.pixel_area_sr * 1e6 if in_jy else 1.0
    total = sums.total * factor
    error = np.sqrt(sums.variance) * factor * covariance_factor
    area = np.where(sums.area > 0.0, sums.area, np.nan)
    columns = {"n_pixels": frozen(sums.area)}
    if in_jy:
        columns |= {
            "surf_bright_mjy_sr": frozen(total / area),
            "surf_bright_error_mjy_sr": frozen(error / area),
            "background_mjy_sr": frozen(sums.level),
            "background_error_mjy_sr": frozen(np.sqrt(sums.level_variance) * covariance_factor),
        }
    return Spectrum(
        wave_um=frozen(cube.wave_um),
        flux=frozen(total * scale),
        error=frozen(error * scale),
        flags=frozen(np.where(np.isfinite(sums.total), 0, DO_NOT_USE), dtype=np.uint32),
        unit="Jy" if in_jy else cube.unit,
        identity=cube.identity,
        origin=cube.origin,
        pixel_area_sr=cube.pixel_area_sr,
        columns=columns,
    )
