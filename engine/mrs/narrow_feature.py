"""A narrow feature of the throughput, from all pixels at once (Law+2025, Sec. 2.3, Fig. 3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray, freeze, frozen
from engine.counting import counted
from engine.errors import DataError
from engine.model.detector_image import DetectorImage
from engine.mrs.exposure_median import median_of_exposures
from engine.numerics.breakpoints import even
from engine.numerics.robust import GAUSSIAN_PER_MEDIAN, robust_scatter
from engine.numerics.splines import Rejection, SplineFit, SplineSpace, fit_spline

_CURVE = 600  # samples of the curve that is kept
_LEAST_PIXELS = 30
_LEAST_IN_TRACE = 8  # pixels of continuum in a column of a slice
_CLIP = 4.0  # sigma
_DETECTED = 3.0


@dataclass(frozen=True, slots=True)
class NarrowFeatureParams:
    """What the user decides about a narrow feature.

    Attributes
    ----------
    range_um : tuple of float
        Where it lies: the continuum is interpolated over it. Unit: um.
    margin_um : float
        Continuum on each side that is fitted. Unit: um.
    order : int
        Order of the polynomial of the continuum.
    spacing_um : float
        Distance of the breakpoints of the cubic B-spline. Unit: um.
    reject_sigma : float
        Pixels farther off the spline take no part. Unit: robust standard deviations.
    """

    range_um: tuple[float, float] = (11.55, 11.65)
    margin_um: float = 0.10
    order: int = 2
    spacing_um: float = 0.004
    reject_sigma: float = 4.0


@dataclass(frozen=True, eq=False, slots=True)
class NarrowFeature:
    """A narrow feature of the throughput of one band.

    Attributes
    ----------
    band : str
        ``"2C"``.
    range_um : tuple of float
        Where it lies. Unit: um.
    wave_um, ratio, error : ndarray, shape (n,)
        Pixels over their continuum, the median over exposures, with the margins. Unit: um, none.
    is_used : ndarray of bool, shape (n,)
        Whether the spline rests on the pixel.
    curve_wave_um, curve, curve_error : ndarray, shape (m,)
        The spline inside the range; 1 at both ends.
    depth, depth_error, depth_um : float
        One minus the lowest point of the spline, and where that is.
    width_um : float
        Equivalent width. Unit: um.
    correction : ndarray, shape (ny, nx)
        The spline at the wavelength of each pixel, 1 outside the range; multiply the flat with
        it. NaN: no light.
    scatter : float
        Robust scatter of single pixels about the spline.
    n_exposures : int
        That took part.
    messages : tuple of str
        What the user should know, one sentence each.
    wave_map_um, flat, flat_error : ndarray, shape (ny, nx)
        Wavelength of each pixel; the flat times the correction (the correction alone without a
        flat), and its standard deviation from the error of the curve. Unit: um, none, none.
    """

    band: str
    range_um: tuple[float, float]
    wave_um: FloatArray
    ratio: FloatArray
    error: FloatArray
    is_used: BoolArray
    curve_wave_um: FloatArray
    curve: FloatArray
    curve_error: FloatArray
    depth: float
    depth_error: float
    depth_um: float
    width_um: float
    correction: FloatArray
    scatter: float
    n_exposures: int
    wave_map_um: FloatArray
    flat: FloatArray
    flat_error: FloatArray
    messages: tuple[str, ...] = ()


def fit_narrow_feature(
    band: str,
    exposures: Sequence[DetectorImage],
    flat: FloatArray | None = None,
    params: NarrowFeatureParams = NarrowFeatureParams(),
) -> NarrowFeature:
    """Fit a high-frequency spline through all pixels of a narrow range.

    Parameters
    ----------
    band : str
        ``"2C"``.
    exposures : sequence of DetectorImage
        Of a source with a smooth continuum, all with the same slices.
    flat : ndarray, shape (ny, nx), optional
        Pixel flat that they are divided by. NaN: the pixel takes no part.
    params : NarrowFeatureParams, optional
        Range, continuum, spline.

    Returns
    -------
    NarrowFeature
        Points, spline, and its value at each pixel.

    Raises
    ------
    DataError
        If hardly a pixel lies in the range, or beside it.
    FitError
        If the spline cannot be fitted.

    Notes
    -----
    Continuum: a polynomial in wavelength along each column of a slice, exposure by exposure,
    fitted to the margins and interpolated over the range. Each pixel keeps its own wavelength, so
    that all of them together sample the feature far more finely than one spectrum does. The
    spline is made to be 1 at both ends of the range: the corrected flat has no step there.
    The mean response of the pixels at one wavelength cannot be told from the feature: the scatter
    of the flat from pixel to pixel is in the error of the curve, as if there were no flat.
    """
    low, high = params.range_um
    if not low < high:
        raise DataError(f"Nothing lies between {low:.4g} and {high:.4g} µm.")
    first = exposures[0] if exposures else None
    if first is None:
        raise DataError(f"There is no exposure of {band}.", hint="Open exposures of a nebula.")
    ratios = np.column_stack([_over_continuum(one, flat, params) for one in exposures])
    median, relative = _combined(ratios)
    wave = np.asarray(first.wave_um, dtype=np.float64).ravel()
    known = np.isfinite(median) & np.isfinite(wave)
    wave, ratio, error = wave[known], median[known], (relative * np.abs(median))[known]
    _require_pixels(band, wave, params)
    fit = _spline(wave, ratio, error, params)
    curve_wave = np.linspace(low, high, _CURVE)
    curve = fit(curve_wave)
    curve_error = fit.scale * np.sqrt(fit.variance(curve_wave))
    used = fit.used
    scatter = GAUSSIAN_PER_MEDIAN * float(np.median(np.abs(ratio - fit(wave))[used]))
    curve_error = curve_error * np.hypot(1.0, _response_scatter(first, flat, params) / scatter)
    deepest = int(np.argmin(curve))
    depth, depth_error = 1.0 - float(curve[deepest]), float(curve_error[deepest])
    correction = _at_pixels(first, fit, params.range_um)
    whole = correction if flat is None else correction * flat
    wave_map = np.where(first.is_lit, np.asarray(first.wave_um, dtype=np.float64), np.nan)
    off = np.interp(wave_map, curve_wave, curve_error, left=0.0, right=0.0)
    return NarrowFeature(
        band=band,
        range_um=params.range_um,
        wave_um=freeze(wave),
        ratio=freeze(ratio),
        error=freeze(error),
        is_used=frozen(used, dtype=bool),
        curve_wave_um=freeze(curve_wave),
        curve=freeze(curve),
        curve_error=freeze(curve_error),
        depth=depth,
        depth_error=depth_error,
        depth_um=float(curve_wave[deepest]),
        width_um=float(np.trapezoid(1.0 - curve, curve_wave)),
        correction=freeze(correction),
        scatter=scatter,
        n_exposures=len(exposures),
        wave_map_um=freeze(wave_map),
        flat=frozen(whole),
        flat_error=freeze(np.where(np.isfinite(whole), np.abs(whole) * off, np.nan)),
        messages=_messages(depth, depth_error, flat is not None),
    )


def _over_continuum(
    image: DetectorImage, flat: FloatArray | None, params: NarrowFeatureParams
) -> FloatArray:
    """Return the pixels of one exposure over their continuum, flattened; NaN outside."""
    low, high = params.range_um
    rate = image.usable() if flat is None else image.usable() / flat
    wave = np.asarray(image.wave_um, dtype=np.float64)
    near = (wave >= low - params.margin_um) & (wave <= high + params.margin_um) & np.isfinite(rate)
    x = (wave - 0.5 * (low + high)) / (0.5 * (high - low) + params.margin_um)
    index = np.flatnonzero(near)
    trace = image.slices.ravel()[index] * image.shape[1] + index % image.shape[1]
    _, trace = np.unique(trace, return_inverse=True)
    outside = (wave < low) | (wave > high)
    continuum = _polynomials(
        x.ravel()[index], rate.ravel()[index], outside.ravel()[index], trace, params.order
    )
    ratio = np.full(rate.size, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio[index] = np.where(continuum > 0, rate.ravel()[index] / continuum, np.nan)
    return ratio


def _response_scatter(
    image: DetectorImage, flat: FloatArray | None, params: NarrowFeatureParams
) -> float:
    """Return what a pixel of the flat adds to the error of the level; 0 without a flat.

    The level at each wavelength is a median of responses. Neighbors differ by n, all of them have
    the spread s, slices and solid angles among it: the median moves by about sqrt(n s) a pixel.
    """
    if flat is None:
        return 0.0
    as_image = replace(image, data=flat, flags=np.zeros(flat.shape, dtype=np.uint32))
    off = np.abs(_over_continuum(as_image, None, params) - 1.0)
    known = off[np.isfinite(off)]
    if not known.size:
        return 0.0
    single = GAUSSIAN_PER_MEDIAN * float(np.median(known))
    return float(
        np.sqrt(single * max(robust_scatter(flat[np.isfinite(off.reshape(flat.shape))]), single))
    )


def _polynomials(
    x: FloatArray, y: FloatArray, used: BoolArray, trace: IntArray, order: int
) -> FloatArray:
    """Return a polynomial through the used samples of each trace, at all samples.

    NaN for traces with few samples, or without any at one side of the range. Clipped twice.
    """
    count = int(trace.max(initial=-1)) + 1
    powers = x[:, None] ** np.arange(order + 1)
    fitted = np.full(x.size, np.nan)
    for _ in range(3):
        sides = [np.bincount(trace[used & side], minlength=count) for side in (x < 0, x > 0)]
        enough = (sides[0] + sides[1] >= _LEAST_IN_TRACE) & (np.minimum(*sides) > order)
        weighted = np.where(used[:, None], powers, 0.0)
        normal = np.zeros((count, order + 1, order + 1))
        right = np.zeros((count, order + 1))
        np.add.at(normal, trace, weighted[:, :, None] * weighted[:, None, :])
        np.add.at(right, trace, weighted * np.where(used, y, 0.0)[:, None])
        normal[~enough] = np.eye(order + 1)
        found = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
        found[~enough] = np.nan
        fitted = np.einsum("ij,ij->i", powers, found[trace])
        with np.errstate(invalid="ignore", divide="ignore"):
            rest = np.abs(y / fitted - 1.0)
        known = used & np.isfinite(rest)
        if not np.any(known):
            break
        used = known & (rest <= _CLIP * GAUSSIAN_PER_MEDIAN * float(np.median(rest[known])))
    return fitted


def _combined(ratios: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the median over exposures; with one or two of them all pixels weigh the same."""
    if ratios.shape[1] >= 3:
        return median_of_exposures(ratios)
    some = np.isfinite(ratios)
    mean = np.where(some, ratios, 0.0).sum(axis=1) / np.maximum(some.sum(axis=1), 1)
    known = some.any(axis=1)
    scatter = np.median(np.abs(mean[known] - 1.0)) if known.any() else np.nan
    mean = np.where(known, mean, np.nan)
    return mean, np.where(known, GAUSSIAN_PER_MEDIAN * max(float(scatter), 1e-6), np.nan)


def _require_pixels(band: str, wave: FloatArray, params: NarrowFeatureParams) -> None:
    low, high = params.range_um
    count = int(np.count_nonzero((wave > low) & (wave < high)))
    if count < _LEAST_PIXELS:
        raise DataError(
            f"{counted(count, f'pixel of {band} lies', f'pixels of {band} lie')} "
            f"between {low:.4g} and {high:.4g} µm with continuum on "
            "both sides.",
            hint="Choose a range inside the band.",
        )


def _spline(
    wave: FloatArray, ratio: FloatArray, error: FloatArray, params: NarrowFeatureParams
) -> SplineFit:
    low, high = params.range_um
    count = max(round((high - low) / params.spacing_um) - 1, 0)
    # Errors from few exposures scatter: their median keeps lucky pixels from steering the curve.
    floor = np.maximum(error, float(np.nanmedian(error)))
    space = SplineSpace((low, high), even((low, high), count), held=((low, 1.0), (high, 1.0)))
    rejection = Rejection(params.reject_sigma, params.reject_sigma)
    return fit_spline(wave, ratio, space, error=floor, rejection=rejection)


def _at_pixels(image: DetectorImage, fit: SplineFit, range_um: tuple[float, float]) -> FloatArray:
    wave: FloatArray = np.asarray(image.wave_um, dtype=np.float64)
    inside = image.is_lit & (wave >= range_um[0]) & (wave <= range_um[1])
    correction = np.where(image.is_lit, 1.0, np.nan)
    correction[inside] = fit(wave[inside])
    return correction


def _messages(
    depth: float,
    depth_error: float,
    is_flat: bool,  # noqa: FBT001  (a fact)
) -> tuple[str, ...]:
    said = [] if is_flat else ["No pixel flat is applied: single pixels scatter more."]
    if not depth > _DETECTED * depth_error:
        said.append(f"No absorption is detected: depth {depth:.4f} ± {depth_error:.4f}.")
    return tuple(said)
