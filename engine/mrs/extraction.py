"""Point-source extraction from an IFU cube with a conical aperture (Law+2025, Sec. 4, Fig. 6)."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, frozen
from engine.errors import DataError
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.data_quality import DO_NOT_USE
from engine.model.spectrum import Spectrum
from engine.model.tabulated import Curve
from engine.mrs.aperture import (
    INCOMPLETE_APERTURE,
    ConicalAperture,
    aperture_from_reference,
    fwhm_arcsec,
)
from engine.mrs.aperture_correction import describe_extrapolation, interpolate_correction
from engine.mrs.aperture_sums import PlaneSums, sum_apertures
from engine.mrs.centroid import (
    Center,
    Drift,
    SourcePosition,
    find_star,
    locate_source,
    locate_source_as_pipeline,
    measure_drift,
)
from engine.mrs.extraction_remarks import (
    BACKGROUND_LIMIT,
    MIN_COMPLETE_AREA,
    describe_center,
    describe_extraction,
)
from engine.mrs.extraction_spread import Spreads, measure_spreads
from engine.mrs.pipeline_sums import sum_apertures_as_pipeline
from engine.mrs.wavelength_bins import BinnedCube, bin_planes
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
    aperture_correction : {"when available", "measured", "none"}
        Whether a table of aperture corrections is applied: an open one, or one that was measured
        on a star.
    covariance_factor : float
        Factor on all errors, for the correlation of neighboring voxels.
    correction_star : str
        Star on which a measured correction is measured; ``""``: the cube's own.
    """

    radius_fwhm: float = 2.0
    annulus_fwhm: tuple[float, float] = (3.0, 4.0)
    fwhm_slope_arcsec_per_um: float = 0.033
    fwhm_offset_arcsec: float = 0.106
    center: Center = "auto"
    background: Literal["annulus", "none"] = "annulus"
    method: Literal["unbiased", "pipeline"] = "unbiased"
    aperture_correction: Literal["when available", "measured", "none"] = "when available"
    covariance_factor: float = 1.0
    correction_star: str = ""


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
    star_distance_arcsec, star_distance_fwhm : float
        From a center that the user chose to that of the brightest source; NaN: the center is the
        centroid, or no source stands out. Units: arcsec; FWHM at the middle wavelength.
    annulus_covered_fraction : ndarray, shape (nw,)
        Part of the annulus that holds valid voxels, 0 to 1. NaN: there is none.
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
    star_distance_arcsec: float = float("nan")
    star_distance_fwhm: float = float("nan")
    annulus_covered_fraction: FloatArray = field(default_factory=lambda: frozen([]))

    @property
    def systematics(self) -> tuple[tuple[str, FloatArray], ...]:
        """The relative systematic errors by name."""
        return (
            ("annulus", self.annulus_spread),
            ("aperture", self.aperture_spread),
            ("centroid", self.centroid_spread),
        )


def extract_spectrum(
    cube: Cube,
    params: ExtractionParams = ExtractionParams(),
    *,
    correction: ApertureCorrection | None = None,
    radii: Curve | None = None,
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
    radii : Curve, optional
        Radii of a reference file (extract1d) in place of multiples of the FWHM; see
        `engine.mrs.aperture.aperture_from_reference`.
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

    Notes
    -----
    ``F = (sum of the aperture - A b) × PIXAR_SR × 1e6 × correction``, see
    `engine.mrs.aperture_sums` (unbiased) and `engine.mrs.pipeline_sums`.
    """
    _require_usable(cube)
    binned = _bin(cube, progress)
    fwhm_pixels = _fwhm_pixels(cube, params)
    width = float(np.median(fwhm_pixels))
    position = _locate(cube, binned, params, width)
    aperture = _aperture(cube, params, (position.x, position.y), fwhm_pixels, radii)
    sums = _sum(cube, aperture, params, fwhm_pixels, progress)
    _require_measurement(sums, position, params)
    progress.step(cube.shape[0], cube.shape[0], "Varying aperture and annulus")
    table = correction if params.aperture_correction != "none" else None
    drift = measure_drift(binned, position, fwhm_pixels=width)
    spreads = measure_spreads(
        binned,
        aperture,
        wave_um=cube.wave_um,
        fwhm_pixels=fwhm_pixels,
        spaxel_arcsec=cube.spaxel_arcsec,
        center_error=drift.rms,
        correction=table,
    )
    return _assemble(cube, params, position, aperture, sums, drift, spreads, table)


def _assemble(
    cube: Cube,
    params: ExtractionParams,
    position: SourcePosition,
    aperture: ConicalAperture,
    sums: PlaneSums,
    drift: Drift,
    spreads: Spreads,
    table: ApertureCorrection | None,
) -> Extraction:
    """Put what was measured together, and into words."""
    factor, notes = _correction_factor(cube, aperture.radius, params, table)
    distance = position.star_distance
    distance_fwhm = distance / float(np.median(_fwhm_pixels(cube, params)))
    limited = np.isfinite(sums.total) & (spreads.annulus > BACKGROUND_LIMIT)
    remarks = describe_extraction(
        cube, aperture, sums, annulus_spread=spreads.annulus, background_limited=limited
    )
    return Extraction(
        spectrum=_spectrum(cube, aperture, sums, factor, params),
        center_pixel=(position.x, position.y),
        center_source=position.source,
        radius_pixels=frozen(aperture.radius),
        inner_pixels=frozen(aperture.inner),
        outer_pixels=frozen(aperture.outer),
        drift_wave_um=frozen(drift.wave_um),
        drift_x_pixels=frozen(drift.x),
        drift_y_pixels=frozen(drift.y),
        covered_fraction=frozen(_covered_fraction(aperture, sums)),
        aperture_correction=frozen(factor),
        annulus_spread=frozen(spreads.annulus),
        aperture_spread=frozen(spreads.aperture),
        centroid_spread=frozen(spreads.centroid),
        background_limited=frozen(limited, dtype=bool),
        messages=(
            *describe_center(distance_fwhm, distance * cube.spaxel_arcsec),
            *position.messages,
            *remarks,
            *sums.messages,
            *notes,
        ),
        star_distance_arcsec=distance * cube.spaxel_arcsec,
        star_distance_fwhm=distance_fwhm,
        annulus_covered_fraction=frozen(_covered_annulus(aperture, sums)),
    )


def _require_measurement(
    sums: PlaneSums, position: SourcePosition, params: ExtractionParams
) -> None:
    """Raise when no plane could be summed."""
    if not np.isfinite(sums.total).any():
        raise DataError(
            f"The aperture of {params.radius_fwhm:g} FWHM at ({position.x:.1f}, {position.y:.1f}) "
            "has too few valid voxels in every plane.",
            hint="Choose a smaller aperture or another center.",
        )


def _require_usable(cube: Cube) -> None:
    """Raise unless the cube has planes, and its unit and spaxels are known."""
    if cube.data.size == 0:
        raise DataError("The cube is empty.", hint="Look at NAXIS of its SCI extension.")
    if cube.unit not in {"MJy/sr", "DN/s"}:
        raise DataError(
            f"The cube is in {cube.unit or 'no unit'!s}: only MJy/sr and DN/s can be extracted.",
            hint="Look at BUNIT of its SCI extension.",
        )
    for name, value in (("PIXAR_SR", cube.pixel_area_sr), ("CDELT1", cube.spaxel_arcsec)):
        if not (np.isfinite(value) and value > 0.0):
            raise DataError(
                f"The size of the spaxels is not known ({name} is {value:g}).",
                hint="Add the keyword to the header of the cube.",
            )


def _bin(cube: Cube, progress: Progress) -> BinnedCube:
    """Average the cube over runs of planes, or raise when nothing is valid."""
    binned = bin_planes(cube, progress=progress)
    if not np.isfinite(binned.data).any():
        raise DataError("The cube holds no valid voxel.", hint="Look at its DQ and WMAP planes.")
    return binned


def _fwhm_pixels(cube: Cube, params: ExtractionParams) -> FloatArray:
    """Return the width of the point-spread function in every plane, in spaxels."""
    fwhm = fwhm_arcsec(
        cube.wave_um,
        slope_arcsec_per_um=params.fwhm_slope_arcsec_per_um,
        offset_arcsec=params.fwhm_offset_arcsec,
    )
    return fwhm / cube.spaxel_arcsec


def _locate(
    cube: Cube, binned: BinnedCube, params: ExtractionParams, fwhm_pixels: float
) -> SourcePosition:
    """Return where to put the aperture, by the rules of the method."""
    if params.method == "pipeline":
        position = locate_source_as_pipeline(cube, params.center)
    else:
        position = locate_source(cube, binned, params.center, fwhm_pixels=fwhm_pixels)
    if params.center == "auto":
        return position
    return replace(position, star=find_star(binned, fwhm_pixels=fwhm_pixels))


def _aperture(
    cube: Cube,
    params: ExtractionParams,
    center: tuple[float, float],
    fwhm_pixels: FloatArray,
    radii: Curve | None,
) -> ConicalAperture:
    """Return the radii in spaxels; those of the annulus are NaN when none is wanted."""
    if not params.radius_fwhm > 0.0:
        raise DataError(f"An aperture of {params.radius_fwhm:g} FWHM has no area.")
    if radii is not None:
        aperture = aperture_from_reference(
            radii,
            cube.wave_um,
            center,
            spaxel_arcsec=cube.spaxel_arcsec,
            radius_fwhm=params.radius_fwhm,
        )
    else:
        scaled = (factor * fwhm_pixels for factor in (params.radius_fwhm, *params.annulus_fwhm))
        aperture = ConicalAperture(center, *scaled)
    if params.background == "none":
        nothing = np.full(fwhm_pixels.size, np.nan)
        aperture = replace(aperture, inner=nothing, outer=nothing)
    if params.method == "unbiased":
        _require_annulus(cube, aperture)
    return aperture


def _require_annulus(cube: Cube, aperture: ConicalAperture) -> None:
    """Raise when the radii make no aperture, or no annulus."""
    bad = (aperture.radius <= 0.0) | (aperture.inner < 0.0) | (aperture.inner >= aperture.outer)
    if not bad.any():
        return
    k = int(np.argmax(bad))
    radii = aperture.radius[k], aperture.inner[k], aperture.outer[k]
    r, i, o = (radius * cube.spaxel_arcsec for radius in radii)
    raise DataError(
        f"At {cube.wave_um[k]:.3f} µm an aperture of {r:.2f} arcsec and an annulus from {i:.2f} to "
        f"{o:.2f} arcsec have no area.",
        hint="Choose an outer radius above the inner one, or no background.",
    )


def _sum(
    cube: Cube,
    aperture: ConicalAperture,
    params: ExtractionParams,
    fwhm_pixels: FloatArray,
    progress: Progress,
) -> PlaneSums:
    """Sum the cube in the aperture by the rules of the method."""
    if params.method == "pipeline":
        return sum_apertures_as_pipeline(cube, aperture, progress=progress)
    return sum_apertures(cube, aperture, fwhm_pixels=fwhm_pixels, progress=progress)


def _covered_fraction(aperture: ConicalAperture, sums: PlaneSums) -> FloatArray:
    """Return the part of the aperture that holds valid voxels, free of rounding above 1."""
    covered: FloatArray = np.minimum(sums.area / (np.pi * aperture.radius**2), 1.0)
    return covered


def _covered_annulus(aperture: ConicalAperture, sums: PlaneSums) -> FloatArray:
    """Return the part of the annulus that holds valid voxels; NaN where there is no annulus."""
    area = np.pi * (aperture.outer**2 - aperture.inner**2)
    area = np.where(area > 0.0, area, np.nan)
    covered: FloatArray = np.minimum(sums.annulus_area / area, 1.0)
    return covered


def _correction_factor(
    cube: Cube,
    radius_pixels: FloatArray,
    params: ExtractionParams,
    table: ApertureCorrection | None,
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the factor of every plane, and what is to say about it."""
    if table is None:
        note = "No aperture correction is given: light outside the aperture is not counted."
        return np.ones(cube.shape[0]), () if params.aperture_correction == "none" else (note,)
    radius_arcsec = radius_pixels * cube.spaxel_arcsec
    factor = interpolate_correction(table, cube.wave_um, radius_arcsec)
    return factor, describe_extrapolation(table, cube.wave_um, radius_arcsec)


def _spectrum(
    cube: Cube,
    aperture: ConicalAperture,
    sums: PlaneSums,
    factor: FloatArray,
    params: ExtractionParams,
) -> Spectrum:
    """Turn sums into a spectrum in Jy, or in DN/s for a cube of count rates."""
    in_jy = cube.unit == "MJy/sr"
    scale = cube.pixel_area_sr * 1e6 if in_jy else 1.0
    total = sums.total * factor
    error = np.sqrt(sums.variance) * factor * params.covariance_factor
    level_error = np.sqrt(sums.level_variance) * params.covariance_factor
    columns = {"n_pixels": frozen(sums.area)}
    if in_jy:
        area = np.where(sums.area > 0.0, sums.area, np.nan)
        columns |= {
            "surf_bright_mjy_sr": frozen(total / area),
            "surf_bright_error_mjy_sr": frozen(error / area),
            "background_mjy_sr": frozen(sums.level),
            "background_error_mjy_sr": frozen(level_error),
        }
    elif cube.unit == "DN/s":
        columns |= {
            "background_dn_s": frozen(sums.level),
            "background_error_dn_s": frozen(level_error),
        }
    flags = np.where(np.isfinite(sums.total), 0, DO_NOT_USE)
    incomplete = _covered_fraction(aperture, sums) < MIN_COMPLETE_AREA
    flags[incomplete] |= INCOMPLETE_APERTURE
    return Spectrum(
        wave_um=frozen(cube.wave_um),
        flux=frozen(total * scale),
        error=frozen(error * scale),
        flags=frozen(flags, dtype=np.uint32),
        unit="Jy" if in_jy else cube.unit,
        identity=cube.identity,
        origin=cube.origin,
        pixel_area_sr=cube.pixel_area_sr,
        columns=MappingProxyType(columns),
    )
