"""Aperture corrections measured on a bright star: its growth curve, joined to a model outside.

Law+2025, Sec. 4, Fig. 7; Gordon+2025, Eqs. 1 and 2.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.errors import DataError, FitError
from engine.model.aperture import ApertureCorrection
from engine.model.cube import Cube
from engine.model.point_spread import EncircledEnergy
from engine.mrs.aperture import fwhm_arcsec
from engine.mrs.centroid import locate_source
from engine.mrs.diffraction import diffraction_energy
from engine.mrs.extraction import ExtractionParams
from engine.mrs.growth_rings import Rings, measure_rings
from engine.mrs.wavelength_bins import bin_planes
from engine.progress import SILENT, Progress

RADII_FWHM = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 2.75, 3.0)
_STEP_FWHM = 0.125
_OVERLAP_FWHM = 0.75  # inside the join radius, where data and model are compared
_FARTHEST_FWHM = 8.0
_FEWEST_RINGS = 4
_LEAST = 0.98  # correction: below, light would come in from outside
_MOVE = 0.5  # of the join radius, to see what depends on it
_AT_2 = RADII_FWHM.index(2.0)
_EXTRACTION = ExtractionParams()


@dataclass(frozen=True, slots=True)
class GrowthParams:
    """What the user decides about a growth curve.

    Attributes
    ----------
    join_fwhm : float
        Radius inside which the data count, outside which the model does. Unit: FWHM.
    outside : {"automatic", "file", "diffraction"}
        Model outside: an open table of encircled energy, or the diffraction of the telescope.
        Automatic: the table when one of the band is open.
    n_bins : int
        Wavelength bins.
    """

    join_fwhm: float = 2.5
    outside: Literal["automatic", "file", "diffraction"] = "automatic"
    n_bins: int = 10


@dataclass(frozen=True, eq=False, slots=True)
class GrowthCurve:
    """The growth curve of a star in one band, and the corrections that follow.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Mean wavelength of each bin. Unit: um.
    radius_fwhm : ndarray, shape (k,)
        Radii of the growth curve. Unit: FWHM.
    encircled, encircled_error : ndarray, shape (k, n)
        Part of the light inside each radius: of the data up to the join radius, of the model
        beyond; and its standard deviation. NaN: not measured.
    model : ndarray, shape (k, n)
        The model alone.
    correction : ApertureCorrection
        Factors over wavelength and radius for the annulus that was used.
    self_subtraction : ndarray, shape (n,)
        Part of the light that the annulus takes from an aperture of 2 FWHM.
    scale : ndarray, shape (n,)
        Light of the star over that of the model where they are compared, relative to the total:
        1 when the model has as much light outside as the star.
    join_fwhm : float
        Unit: FWHM.
    annulus_fwhm : tuple of float
        The annulus. Unit: FWHM.
    center_pixel : tuple of float
        Center (x, y), counted from 0.
    outside : str
        The model, in words.
    messages : tuple of str
        What the user should know, one sentence each.
    rings : Rings or None
        What was measured, for `rejoined`.
    extraction : ExtractionParams
        What the correction holds for.
    """

    wave_um: FloatArray
    radius_fwhm: FloatArray
    encircled: FloatArray
    encircled_error: FloatArray
    model: FloatArray
    correction: ApertureCorrection
    self_subtraction: FloatArray
    scale: FloatArray
    join_fwhm: float
    annulus_fwhm: tuple[float, float]
    center_pixel: tuple[float, float]
    outside: str
    messages: tuple[str, ...] = ()
    rings: Rings | None = None
    extraction: ExtractionParams = _EXTRACTION


def measure_growth_curve(
    cube: Cube,
    params: GrowthParams = GrowthParams(),
    *,
    extraction: ExtractionParams = _EXTRACTION,
    outside: EncircledEnergy | None = None,
    progress: Progress = SILENT,
) -> GrowthCurve:
    """Measure the growth curve of a bright star and the aperture corrections that follow.

    Parameters
    ----------
    cube : Cube
        Of a single point source.
    params : GrowthParams, optional
        Join radius, model, bins.
    extraction : ExtractionParams, optional
        FWHM, center and annulus: the correction holds for this annulus.
    outside : EncircledEnergy, optional
        Model of the point-spread function; `None`: diffraction.
    progress : Progress, optional
        Told about the planes.

    Returns
    -------
    GrowthCurve
        Growth curve and corrections with their errors.

    Raises
    ------
    DataError
        If there is no source, or the field ends before the join radius.
    FitError
        If too few rings are left to join data and model.

    Notes
    -----
    In each wavelength bin the mean surface brightness p of rings around the star is, beyond
    ``join - 0.75`` FWHM, that of the model m times a scale c plus a background b, fitted with
    weights. The light inside r is ``I(r) = sum(p - b) area`` up to the join radius and
    ``F - c (1 - EE_m(r))`` beyond, ``F = I(join) + c (1 - EE_m(join))``, and ``EE = I / F``
    (Gordon+2025, Sec. 2.2). The correction of an aperture with the annulus from b1 to b2 is
    ``A = 1 / (EE(r) - S pi r^2)``, ``S = (EE(b2) - EE(b1)) / (pi (b2^2 - b1^2))``. All of it is
    linear in p but for the division by F: errors are propagated from the voxels, c and b included.
    Parts of a ring that hold no data are taken to be like the rest of it.
    """
    _require(params, extraction)
    binned = bin_planes(cube, progress=progress)
    width = _fwhm(cube.wave_um, extraction)
    median_pixels = float(np.median(width)) / cube.spaxel_arcsec
    position = locate_source(cube, binned, extraction.center, fwhm_pixels=median_pixels)
    edges = np.arange(0.0, _FARTHEST_FWHM + 0.5 * _STEP_FWHM, _STEP_FWHM)
    rings = measure_rings(
        cube,
        (position.x, position.y),
        edges,
        fwhm_pixels=width / cube.spaxel_arcsec,
        n_bins=params.n_bins,
        progress=progress,
    )
    bin_width = _fwhm(rings.wave_um, extraction)
    energy = np.stack([_model(outside, rings.wave_um, edge * bin_width) for edge in edges])
    solved = _solve_all(rings, energy, params.join_fwhm, extraction)
    joins = params.join_fwhm - _MOVE, params.join_fwhm + _MOVE
    moved = [_solve_all(rings, energy, join, extraction) for join in joins]
    said = (*position.messages, *_about_join(solved, moved))
    return _assemble(
        cube, params, extraction, rings, energy, solved, (position.x, position.y), outside, said
    )  # fmt: skip


def rejoined(growth: GrowthCurve, join_fwhm: float) -> GrowthCurve:
    """Return ``growth`` as it would be with another join radius, at once; messages stay.

    Raises
    ------
    DataError
        If there are no rings to join again, or the radius is not possible.
    FitError
        If the field ends before the join radius.
    """
    rings = growth.rings
    if rings is None:
        raise DataError("The rings of this growth curve are not known.", hint="Measure it again.")
    _require(GrowthParams(join_fwhm), growth.extraction)
    solved = _solve_all(rings, growth.model, join_fwhm, growth.extraction)
    band = growth.correction.band
    correction, _, _ = _correction_of(band, rings, solved, growth.extraction, join_fwhm)
    return replace(
        growth,
        encircled=freeze(np.stack([one.encircled for one in solved], axis=1)),
        encircled_error=freeze(np.stack([one.encircled_error for one in solved], axis=1)),
        correction=correction,
        self_subtraction=frozen([one.self_subtraction for one in solved]),
        scale=frozen([one.scale for one in solved]),
        join_fwhm=join_fwhm,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Bin:
    """Growth curve and corrections of one wavelength bin."""

    encircled: FloatArray
    encircled_error: FloatArray
    factor: FloatArray
    factor_error: FloatArray
    self_subtraction: float
    scale: float
    is_far: bool


def _solve_all(
    rings: Rings, energy: FloatArray, join_fwhm: float, extraction: ExtractionParams
) -> list[_Bin]:
    return [
        _solve(rings, energy[:, i], i, join_fwhm, extraction) for i in range(rings.wave_um.size)
    ]


def _solve(
    rings: Rings,
    energy: FloatArray,
    at: int,
    join_fwhm: float,
    extraction: ExtractionParams,
) -> _Bin:
    """Join data and model in one bin; everything is linear in the ring means."""
    edges = rings.edges_fwhm
    area = np.pi * np.diff(edges**2)
    mean, covariance = rings.mean[:, at], rings.covariance[at]
    variance = np.diag(covariance)
    known = np.isfinite(mean) & (variance > 0)
    joint = int(np.searchsorted(edges, join_fwhm - 1e-9))
    if not known[:joint].all():
        return _nothing(edges.size)
    fitted = known & (edges[:-1] >= join_fwhm - _OVERLAP_FWHM - 1e-9)
    if np.count_nonzero(fitted) < _FEWEST_RINGS:
        return _nothing(edges.size)
    gain = np.zeros((2, mean.size))  # from ring means to scale and background
    design = np.stack([np.diff(energy) / area, np.ones(mean.size)], axis=1)[fitted]
    weighted = design / variance[fitted, None]
    gain[:, fitted] = np.linalg.solve(design.T @ weighted, weighted.T)
    count = mean.size
    inside = np.tril(np.ones((edges.size, count)), k=-1) * area  # sums of the rings inside
    light = inside - np.outer(np.pi * edges**2, gain[1])
    total = light[joint] + gain[0] * (1.0 - energy[joint])
    beyond = np.arange(edges.size) > joint
    light[beyond] = total - np.outer(1.0 - energy[beyond], gain[0])
    return _ratios(
        light, total, gain, np.where(known, mean, 0.0), covariance, known, edges, extraction
    )


def _ratios(
    light: FloatArray,
    total: FloatArray,
    gain: FloatArray,
    mean: FloatArray,
    covariance: FloatArray,
    known: BoolArray,
    edges: FloatArray,
    extraction: ExtractionParams,
) -> _Bin:
    """Return growth curve and corrections with their errors from linear forms of the means."""
    flux = float(total @ mean)
    if not flux > 0:
        return _nothing(edges.size)
    encircled = light @ mean / flux
    slope = (light - np.outer(encircled, total)) / flux
    slope = slope * known
    radii = np.array(RADII_FWHM)
    at_radius = _interpolation(edges, radii)
    low, high = extraction.annulus_fwhm
    ends = _interpolation(edges, np.array([low, high]))
    level = (ends[1] - ends[0]) / (np.pi * (high**2 - low**2))
    if extraction.background == "none":
        level = np.zeros(edges.size)
    measured = at_radius - np.outer(np.pi * radii**2, level)
    kept = measured @ encircled
    factor = 1.0 / kept
    factor_error = factor**2 * _spread(measured @ slope, covariance)
    return _Bin(
        encircled=encircled,
        encircled_error=_spread(slope, covariance),
        factor=factor,
        factor_error=factor_error,
        self_subtraction=float(4.0 * np.pi * (level @ encircled)),
        scale=float(gain[0] @ mean / flux),
        is_far=bool(known[: np.searchsorted(edges, high)].all()),
    )


def _spread(forms: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return the standard deviation of linear forms of the ring means, one a row."""
    square = np.einsum("ij,jk,ik->i", forms, covariance, forms, optimize=True)
    spread: FloatArray = np.sqrt(np.maximum(square, 0.0))
    return spread


def _interpolation(edges: FloatArray, at: FloatArray) -> FloatArray:
    """Return the matrix of linear interpolation from the edges to ``at``, in squared radius."""
    square, wanted = edges**2, at**2
    upper = np.clip(np.searchsorted(square, wanted - 1e-12), 1, edges.size - 1)
    part = (wanted - square[upper - 1]) / (square[upper] - square[upper - 1])
    matrix = np.zeros((at.size, edges.size))
    row = np.arange(at.size)
    matrix[row, upper - 1], matrix[row, upper] = 1.0 - part, part
    return matrix


def _nothing(n_edges: int) -> _Bin:
    radii = np.full(len(RADII_FWHM), np.nan)
    curve = np.full(n_edges, np.nan)
    return _Bin(curve, curve, radii, radii, np.nan, np.nan, is_far=False)


def _correction_of(
    band: str,
    rings: Rings,
    solved: list[_Bin],
    extraction: ExtractionParams,
    join_fwhm: float,
) -> tuple[ApertureCorrection, BoolArray, BoolArray]:
    """Return the corrections, and which bins are good, and measured."""
    measured = np.array([np.isfinite(one.factor).all() for one in solved])
    good = measured & np.array([bool(np.all(one.factor > _LEAST)) for one in solved])
    if not measured.any():
        raise FitError(
            f"The field ends, or has holes, before the join radius of {join_fwhm:g} FWHM.",
            hint="Choose a smaller join radius, or a star nearer to the middle of the field.",
        )
    width_arcsec = _fwhm(rings.wave_um, extraction)
    correction = ApertureCorrection(
        band=band,
        wave_um=frozen(rings.wave_um[good]),
        radius_arcsec=frozen(np.outer(RADII_FWHM, width_arcsec[good])),
        factor=freeze(np.stack([one.factor for one in solved], axis=1)[:, good]),
        factor_error=freeze(np.stack([one.factor_error for one in solved], axis=1)[:, good]),
    )
    return correction, good, measured


def _assemble(
    cube: Cube,
    params: GrowthParams,
    extraction: ExtractionParams,
    rings: Rings,
    energy: FloatArray,
    solved: list[_Bin],
    center: tuple[float, float],
    outside: EncircledEnergy | None,
    said: tuple[str, ...],
) -> GrowthCurve:
    correction, good, measured = _correction_of(
        cube.identity.band, rings, solved, extraction, params.join_fwhm
    )
    kept = [one for one, is_good in zip(solved, good, strict=True) if is_good]
    return GrowthCurve(
        wave_um=frozen(rings.wave_um),
        radius_fwhm=frozen(rings.edges_fwhm),
        encircled=freeze(np.stack([one.encircled for one in solved], axis=1)),
        encircled_error=freeze(np.stack([one.encircled_error for one in solved], axis=1)),
        model=frozen(energy),
        correction=correction,
        self_subtraction=frozen([one.self_subtraction for one in solved]),
        scale=frozen([one.scale for one in solved]),
        join_fwhm=params.join_fwhm,
        annulus_fwhm=extraction.annulus_fwhm,
        center_pixel=center,
        outside="encircled energy of a file" if outside is not None else "diffraction",
        messages=(
            *said,
            *_messages(good, measured, kept, outside),
            *filter(None, [below_one(correction)]),
        ),
        rings=rings,
        extraction=extraction,
    )


def below_one(correction: ApertureCorrection) -> str:
    """Say where a correction is below 1, which no point source has; ``""``: nowhere.

    Parameters
    ----------
    correction : ApertureCorrection
        As it was measured.
    """
    if not correction.wave_um.size or not correction.factor.min() < 1.0:
        return ""
    row, place = np.unravel_index(np.argmin(correction.factor), correction.factor.shape)
    waves = correction.wave_um[(correction.factor < 1.0).any(axis=0)]
    low, high = float(waves.min()), float(waves.max())
    where = f"at {low:.2f} µm" if low == high else f"from {low:.2f} to {high:.2f} µm"
    return (
        f"Below 1 {where} (least: {correction.factor[row, place]:.3f} at {RADII_FWHM[row]:g} "
        "FWHM), which no point source has: light that is not the star's, or a field that is not "
        "flat. What falls toward it is wrong for the same reason."
    )


def _about_join(solved: list[_Bin], moved: list[list[_Bin]]) -> tuple[str, ...]:
    """Say how far the choice of the join radius moves the correction at 2 FWHM."""
    here = np.array([one.factor[_AT_2] for one in solved])
    away = [np.abs(np.array([one.factor[_AT_2] for one in other]) / here - 1) for other in moved]
    known = [one[np.isfinite(one)] for one in away]
    if not any(one.size for one in known):
        return ()
    most = max(float(np.median(one)) for one in known if one.size)
    return (
        f"Joined {_MOVE:g} FWHM nearer or farther the correction at 2 FWHM moves by up to "
        f"{100.0 * most:.2g} %: as much as the model outside is off, or the field is not flat.",
    )


def _messages(
    good: BoolArray, measured: BoolArray, kept: list[_Bin], outside: EncircledEnergy | None
) -> tuple[str, ...]:
    said = []
    if outside is None:
        said.append(
            "Outside the join radius the light is that of diffraction alone: the telescope and "
            "the detector scatter more. Open a table of encircled energy of the MRS."
        )
    faint = int(np.count_nonzero(measured & ~good))
    if faint:
        said.append(
            f"{faint} of {good.size} wavelength bins give a correction below 1 and are left out: "
            "the star is too faint there, or its field is not flat."
        )
    missing = int(np.count_nonzero(~measured))
    if missing:
        said.append(f"{missing} of {good.size} wavelength bins are not covered out to the join.")
    if not kept:
        return tuple(said)
    if not all(one.is_far for one in kept):
        said.append(
            "The annulus is not covered all around; what it takes away follows from the model."
        )
    error = float(np.median([one.factor_error[_AT_2] / one.factor[_AT_2] for one in kept]))
    said.append(
        f"The noise of the voxels leaves {100.0 * error:.2g} % on the correction at 2 FWHM (median "
        "over bins)."
    )
    return tuple(said)


def _model(outside: EncircledEnergy | None, wave_um: FloatArray, radius: FloatArray) -> FloatArray:
    """Return the encircled energy of the model at one radius a wavelength. Unit: arcsec."""
    if outside is None:
        return diffraction_energy(wave_um, radius)
    along = np.stack([np.interp(wave_um, outside.wave_um, row) for row in outside.fraction])
    table_radius = np.r_[0.0, outside.radius_arcsec]
    padded = np.vstack([np.zeros(wave_um.size), along])
    return np.array([np.interp(r, table_radius, padded[:, i]) for i, r in enumerate(radius)])


def _fwhm(wave_um: FloatArray, extraction: ExtractionParams) -> FloatArray:
    return fwhm_arcsec(
        wave_um,
        slope_arcsec_per_um=extraction.fwhm_slope_arcsec_per_um,
        offset_arcsec=extraction.fwhm_offset_arcsec,
    )


def _require(params: GrowthParams, extraction: ExtractionParams) -> None:
    low, high = extraction.annulus_fwhm
    if not 0 < low < high <= _FARTHEST_FWHM:
        raise DataError(
            f"An annulus from {low:g} to {high:g} FWHM is not inside {_FARTHEST_FWHM:g} FWHM.",
            hint="Choose a smaller annulus for the extraction.",
        )
    if not 1.0 <= params.join_fwhm <= _FARTHEST_FWHM - 1.0:
        raise DataError(
            f"A join radius of {params.join_fwhm:g} FWHM is not between 1 and "
            f"{_FARTHEST_FWHM - 1.0:g}.",
            hint="Choose 2 to 3 FWHM.",
        )
