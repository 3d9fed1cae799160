"""Pixel flats from dithered exposures of a bright nebula (Law+2025, Sec. 2.2, Fig. 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import AnyFloatArray, BoolArray, FloatArray, IntArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError
from engine.model.detector_image import DetectorImage
from engine.mrs.composite_cube import (
    CompositeCube,
    CubeBuilder,
    CubeGrid,
    PixelPlaces,
    grid_of,
    interpolate,
    neighbor_scatter,
    places_of,
    sample,
)
from engine.mrs.exposure_median import LEAST_EXPOSURES, median_of_exposures, outlier_limit
from engine.mrs.flat_patching import Range, find_line_ranges, in_ranges, patch_flat, trim_flat
from engine.mrs.flat_start import is_beyond_level, level_per_wavelength, relative_solid_angle
from engine.numerics.clipping import median_of_rows
from engine.numerics.robust import robust_scatter
from engine.progress import SILENT, Progress

FlatMethod = Literal["self-calibration", "factored reference"]

_LEVEL_PLANES = 4.0  # wider bins would let the flat take up narrow features of the throughput
_MOST_LEVERAGE = 0.6  # of the cube may be the pixel itself
_LEAST_SPAXELS = 0.5  # of a plane of the spectrum
_SAME_SPOT = 0.5  # pixels


@dataclass(frozen=True, slots=True)
class PixelFlatParams:
    """What the user decides about a pixel flat.

    Attributes
    ----------
    passes : int
        Corrections of the flat, one after the other.
    neighbor_limit : float
        From the second pass on a pixel takes no part where the cube differs from its four
        neighbors by more than this fraction (rms).
    trim : float
        Pixels with less response are left out of the clean flat.
    patches : tuple of (float, float) or None
        Ranges that are interpolated over; `None`: the emission lines that are found. Unit: um.
    patch_rows : int
        Rows of one parity on each side of a range that the interpolation rests on.
    spline_pieces : int
        Pieces of the spline that a two-dimensional reference is divided by.
    """

    passes: int = 3
    neighbor_limit: float = 0.20
    trim: float = 0.5
    patches: tuple[Range, ...] | None = None
    patch_rows: int = 8
    spline_pieces: int = 12


@dataclass(frozen=True, eq=False, slots=True)
class FlatPass:
    """One pass.

    Attributes
    ----------
    correction : ndarray of float32, shape (ny, nx)
        What the flat was multiplied with. NaN: no measurement, the flat stayed.
    typical : float
        Mean absolute deviation of the correction from 1, outside patches and dark edges.
    n_used, n_rejected : int
        Pixels of all exposures that took part, and that did not because the cube is too steep.
    """

    correction: AnyFloatArray
    typical: float
    n_used: int
    n_rejected: int


@dataclass(frozen=True, eq=False, slots=True)
class PixelFlat:
    """A pixel flat; all images have shape (ny, nx).

    Attributes
    ----------
    band : str
        ``"2A"``.
    method : {"self-calibration", "factored reference"}
        From exposures of a nebula, or from a reference that holds flat and response together.
    wave_um : ndarray
        NaN: no light. Unit: um.
    slices : ndarray of int64
        Number of the slice; 0: none.
    start : ndarray
        Relative solid angle; the reference itself when it was factored.
    dirty : ndarray
        After the last pass, before patching and trimming.
    clean : ndarray
        Median 1 at each wavelength. NaN: no light, or too little.
    error : ndarray
        One standard deviation of `clean`.
    is_patched : ndarray of bool
        Interpolated.
    patches : tuple of (float, float)
        Ranges that were interpolated over. Unit: um.
    passes : tuple of FlatPass
        In order; empty for a factored reference.
    curve_wave_um, curve : ndarray, shape (n,)
        Spectrum of the nebula, or the response that was divided out. Unit of wavelengths: um.
    n_exposures : int
        That took part.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    band: str
    method: FlatMethod
    wave_um: AnyFloatArray
    slices: IntArray
    start: FloatArray
    dirty: FloatArray
    clean: FloatArray
    error: FloatArray
    is_patched: BoolArray
    patches: tuple[Range, ...]
    passes: tuple[FlatPass, ...]
    curve_wave_um: FloatArray
    curve: FloatArray
    n_exposures: int
    messages: tuple[str, ...] = ()


def fit_pixel_flat(
    band: str,
    exposures: Sequence[DetectorImage],
    params: PixelFlatParams = PixelFlatParams(),
    *,
    progress: Progress = SILENT,
) -> PixelFlat:
    """Find the pixel flat of one band from exposures of a nebula.

    Parameters
    ----------
    band : str
        ``"2A"``.
    exposures : sequence of DetectorImage
        At different pointings, in one unit, with the same slices.
    params : PixelFlatParams, optional
        Passes, limits, patches.
    progress : Progress, optional
        Told after each exposure of each pass.

    Returns
    -------
    PixelFlat
        Dirty and clean flat with their uncertainty, and the correction of each pass.

    Raises
    ------
    DataError
        If there are fewer than three exposures, if they differ in shape or unit, if all see the
        same spot, or if they show too little light.

    Notes
    -----
    The flat starts as the solid angle of each pixel over the median of the band. In each pass
    flat-fielded exposures make a composite cube (`engine.mrs.composite_cube`; not the cube of the
    pipeline); the correction of a pixel is the median over exposures of flat-fielded pixel over
    cube at its (alpha, beta, wavelength). A flat that depends on wavelength alone cannot be told
    from the spectrum of the nebula: after each pass the median at each wavelength is set to 1.
    The uncertainty is that of the median, from the scatter of the exposures, raised by 1/(1 - h),
    h being the pixel's own part in the cube.
    """
    iteration = _Iteration.prepare(band, exposures, params, progress)
    passes = tuple(iteration.run(number) for number in range(params.passes))
    dirty, wave, slices = iteration.flat, iteration.wave, iteration.slices
    patched = patch_flat(
        dirty, iteration.error, wave, slices, iteration.patches, n_rows=params.patch_rows
    )
    level = level_per_wavelength(patched.flat, wave, iteration.bin_um, least=params.trim)
    clean = trim_flat(patched.flat / level, params.trim)
    error = iteration.with_unknown_level(patched.error) / level
    lost = np.isnan(clean) | ~(patched.is_patched | np.isfinite(patched.error))
    clean = np.where(lost, np.nan, clean)
    if np.all(lost) and params.passes:
        raise DataError(
            f"No pixel of {band} is known well enough for a flat.",
            hint="Open brighter exposures, or patch less.",
        )
    return PixelFlat(
        band=band,
        method="self-calibration",
        wave_um=freeze(np.array(wave)),
        slices=frozen(slices, dtype=np.int64),
        start=freeze(iteration.start),
        dirty=freeze(dirty),
        clean=freeze(clean),
        error=freeze(np.where(lost, np.nan, error)),
        is_patched=freeze(patched.is_patched & ~lost),
        patches=iteration.patches,
        passes=passes,
        curve_wave_um=freeze(iteration.grid.wave_um),
        curve=freeze(iteration.spectrum),
        n_exposures=len(exposures),
        messages=_messages(iteration, passes, patched.n_left),
    )


class _Iteration:
    """The flat while it is made."""

    def __init__(
        self, exposures: Sequence[DetectorImage], places: Sequence[PixelPlaces], band: str
    ) -> None:
        self.band = band
        self.exposures = exposures
        self.places = places
        self.grid: CubeGrid = grid_of(places)
        self.wave = exposures[0].wave_um
        self.slices = np.where(exposures[0].is_lit, exposures[0].slices, 0)
        self.bin_um = _LEVEL_PLANES * self.grid.step[0]
        self.rates = [
            one.usable().ravel()[place.index] for one, place in zip(exposures, places, strict=True)
        ]
        self.params = PixelFlatParams()
        self.progress: Progress = SILENT
        self.patches: tuple[Range, ...] = ()
        self.spectrum = np.zeros(0)
        self.error = np.full(exposures[0].shape, np.nan)
        self.start = self.flat = np.full(exposures[0].shape, np.nan)
        self.is_dark = np.zeros(exposures[0].shape, dtype=bool)

    @classmethod
    def prepare(
        cls,
        band: str,
        exposures: Sequence[DetectorImage],
        params: PixelFlatParams,
        progress: Progress,
    ) -> "_Iteration":
        """Check the exposures, and find where the nebula has lines."""
        _require_comparable(band, exposures)
        self = cls(exposures, [places_of(one) for one in exposures], band)
        _require_light(band, self.rates)
        _require_dithers(band, self.places, self.grid)
        self.params, self.progress = params, progress
        self.flat = relative_solid_angle(exposures[0])
        self.spectrum = _spectrum(self._cube())
        found = find_line_ranges(self.grid.wave_um, self.spectrum)
        self.patches = found if params.patches is None else params.patches
        self.flat = self.start = self._leveled(self.flat)
        self._find_dark_edges()
        return self

    def _find_dark_edges(self) -> None:
        """Leave dark pixels and cosmic rays out of all cubes: they would darken the first."""
        ratios, _, _ = self._ratios(0)
        median, _ = median_of_exposures(ratios, np.zeros(self.flat.size))
        with np.errstate(invalid="ignore"):
            self.is_dark = median.reshape(self.flat.shape) * self.flat < self.params.trim
        self._drop_outliers(ratios, median)

    def run(self, number: int) -> FlatPass:
        """Make one pass: composite cube, ratios, their median, the next flat."""
        ratios, leverage, n_rejected = self._ratios(number)
        correction, error = median_of_exposures(ratios, leverage)
        known = np.isfinite(correction)
        raw = np.where(known, correction, 1.0).reshape(self.flat.shape) * self.flat
        leveled = self._leveled(raw)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = np.where(known.reshape(raw.shape), leveled / self.flat, np.nan)
        self.flat = leveled
        self.error = error.reshape(raw.shape) * leveled
        self._drop_outliers(ratios, correction)
        with np.errstate(invalid="ignore"):
            calm = ~in_ranges(self.wave, self.patches) & (leveled >= self.params.trim)
        typical = np.abs(change[calm & np.isfinite(change)] - 1.0)
        return FlatPass(
            correction=frozen(change, dtype=np.float32),
            typical=float(typical.mean()) if typical.size else float("nan"),
            n_used=int(np.count_nonzero(np.isfinite(ratios))),
            n_rejected=n_rejected,
        )

    def _cube(self, *, note: str = "", done: int = 0) -> CompositeCube:
        """Return the mean of the flat-fielded exposures, dark edges left out."""
        builder = CubeBuilder(self.grid)
        total = 2 * len(self.places) * max(self.params.passes, 1)
        for i, (place, rate) in enumerate(zip(self.places, self.rates, strict=True)):
            self.progress.step(min(done + i, total), total, note)
            flat = np.where(self.is_dark, np.nan, self.flat).ravel()[place.index]
            with np.errstate(invalid="ignore"):
                values = np.where(flat >= self.params.trim, rate / flat, np.nan)
            builder.add(sample(self.grid, place), values)
        return builder.cube()

    def _ratios(self, number: int) -> tuple[AnyFloatArray, FloatArray, int]:
        """Return pixel over cube for all exposures, the mean leverage, and how many were steep."""
        count, note = len(self.places), f"{self.band} pass {number + 1}"
        cube = self._cube(note=note, done=2 * count * number)
        steep_at = neighbor_scatter(cube) if number else None
        size = self.flat.size
        ratios = np.full((size, count), np.nan, dtype=np.float32)
        leverage, seen, n_rejected = np.zeros(size), np.zeros(size), 0
        for i, (place, rate) in enumerate(zip(self.places, self.rates, strict=True)):
            done = 2 * count * number + count + i
            self.progress.step(done, 2 * count * max(self.params.passes, 1), note)
            sampling = sample(self.grid, place)
            value, own = interpolate(cube, sampling)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = rate / (self.flat.ravel()[place.index] * value)
            ratio[~(own <= _MOST_LEVERAGE)] = np.nan
            if steep_at is not None:
                steep = sampling.nearest(steep_at) > self.params.neighbor_limit
                n_rejected += int(np.count_nonzero(steep & np.isfinite(ratio)))
                ratio[steep] = np.nan
            good = np.isfinite(ratio)
            ratios[place.index[good], i] = ratio[good]
            leverage[place.index[good]] += own[good]
            seen[place.index[good]] += 1.0
        return ratios, leverage / np.maximum(seen, 1.0), n_rejected

    def _leveled(self, flat: FloatArray) -> FloatArray:
        """Return the flat with a median of 1 at each wavelength, lines bridged."""
        usable = np.where(in_ranges(self.wave, self.patches), np.nan, flat)
        return flat / level_per_wavelength(usable, self.wave, self.bin_um, least=self.params.trim)

    def with_unknown_level(self, error: FloatArray) -> FloatArray:
        """Return the error, raised at the ends of the band by the scatter of responsivities."""
        beyond = is_beyond_level(self.flat, self.wave, self.bin_um)
        response = self.flat / self.start
        return np.where(beyond, np.hypot(error, robust_scatter(response)), error)

    def _drop_outliers(self, ratios: AnyFloatArray, median: FloatArray) -> None:
        """Leave cosmic rays out of the next cube."""
        off = np.abs(ratios - median[:, None])
        limit = outlier_limit(off)
        for i, place in enumerate(self.places):
            hit = off[place.index, i] > limit[place.index]
            self.rates[i] = np.where(hit, np.nan, self.rates[i])


def _spectrum(cube: CompositeCube) -> FloatArray:
    """Return the spectrum of the nebula: each spaxel over its mean, their median plane by plane."""
    n_wave = cube.data.shape[0]
    spaxels = cube.data.reshape(n_wave, -1)
    seen = np.isfinite(spaxels)
    often = np.count_nonzero(seen, axis=0) > 0.9 * n_wave
    if not np.any(often):
        often = np.count_nonzero(seen, axis=0) > 0
    spaxels, known = spaxels[:, often], seen[:, often].mean(axis=1)
    spectrum = median_of_rows(spaxels / np.nanmean(spaxels, axis=0)).astype(np.float64)
    return np.where(known > _LEAST_SPAXELS, spectrum, np.nan)


def _require_comparable(band: str, exposures: Sequence[DetectorImage]) -> None:
    if len(exposures) < LEAST_EXPOSURES:
        raise DataError(
            f"{len(exposures)} exposures of {band} are too few for a pixel flat.",
            hint=f"Open {LEAST_EXPOSURES} or more, with the nebula at different places.",
        )
    for what, values in (
        ("shapes", sorted({str(one.shape) for one in exposures})),
        ("units", sorted({one.unit for one in exposures})),
    ):
        if len(values) > 1:
            raise DataError(
                f"The exposures of {band} have different {what}: {values[0]} and {values[1]}.",
                hint="Leave out those that do not belong together.",
            )


def _require_light(band: str, rates: Sequence[FloatArray]) -> None:
    """Refuse exposures without light: a ratio to nothing is no flat."""
    levels = [float(np.median(one[np.isfinite(one)])) for one in rates if np.isfinite(one).any()]
    if not levels or not float(np.median(levels)) > 0.0:
        raise DataError(
            f"The exposures of {band} show no light: pixels are flagged, NaN or not positive.",
            hint="Open exposures of a bright nebula.",
        )


def _require_dithers(band: str, places: Sequence[PixelPlaces], grid: CubeGrid) -> None:
    middles = np.array([np.median(one.center[1:], axis=1) for one in places])
    spread = np.ptp(middles, axis=0) / np.array(grid.step[1:])
    if np.max(spread) < _SAME_SPOT:
        raise DataError(
            f"All exposures of {band} see the same spot: flat and nebula cannot be told apart.",
            hint="Open dithered exposures; ALPHA and BETA must contain the pointing.",
        )


def _messages(iteration: _Iteration, passes: Sequence[FlatPass], n_left: int) -> tuple[str, ...]:
    said = [
        "A flat that depends on wavelength alone cannot be told from the nebula's spectrum: the "
        "median at each wavelength is 1.",
        "The composite cube is this program's own, not the pipeline's.",
    ]
    lit = iteration.slices > 0
    if passes:
        unknown = int(np.count_nonzero(lit & np.isnan(passes[-1].correction)))
        if unknown:
            said.append(
                f"{counted(unknown, 'pixel has', 'pixels have')} "
                "fewer than three measurements: left out."
            )
        if len(passes) > 1 and not passes[-1].typical < passes[-2].typical:
            said.append(
                "The last correction is not smaller than the one before: exposures disagree."
            )
    if n_left:
        said.append(
            f"{counted(n_left, 'pixel in a patch has', 'pixels in patches have')} "
            "no good neighbor in their slice."
        )
    return tuple(said)
