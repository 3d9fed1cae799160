"""From an observed and a model spectrum to the samples that a response is fitted to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.arrays import BoolArray, FlagArray, FloatArray, frozen
from engine.errors import DataError, FitError
from engine.model.spectrum import Spectrum
from engine.model.vector import FactorKind
from engine.mrs.resolution import at_mrs_resolution, resolution_element_um
from engine.mrs.response_params import FitSpace, SampleState, StarResponseParams
from engine.numerics.robust import noise_from_differences, running_median
from engine.spectra.lines import lines_between

#: Half-width of a line window. Unit: resolution elements (FWHM) of the MRS.
LINE_HALF_WIDTH_ELEMENTS = 4.0
#: Below this signal-to-noise ratio per element the inverse photon space is the default.
LOW_SIGNAL_TO_NOISE = 30.0
_JY_PER_MJY = 1e6
_SMOOTHING_SAMPLES = 51
_START_LIMIT = 6.0
_CONTRADICTION = 1.5  # scatter over errors from which the errors are not believed


@dataclass(frozen=True, eq=False, slots=True)
class MeasuredRatio:
    """Model over observed, sample by sample, and observed over model.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.
    ratio, ratio_error : ndarray, shape (n,)
        Model over observed, in the unit of the factor. NaN: no measurement.
    inverse, inverse_error : ndarray, shape (n,)
        Observed over model: linear in the data, so without the bias of the ratio. An error that is
        not valid is NaN.
    has_errors : bool
        `False` when no error is known at all: then all samples weigh the same.
    model_jy : ndarray, shape (n,)
        The model averaged over each bin. Unit: Jy.
    is_good : ndarray of bool, shape (n,)
        Measured, not flagged, and with a model.
    kind : str
        Which factor it is.
    signal_to_noise : float
        Median over the good samples, per element.
    messages : tuple of str
        What the user should know.
    """

    wave_um: FloatArray
    ratio: FloatArray
    ratio_error: FloatArray
    inverse: FloatArray
    inverse_error: FloatArray
    has_errors: bool
    model_jy: FloatArray
    is_good: BoolArray
    kind: FactorKind
    signal_to_noise: float
    messages: tuple[str, ...]


def measure_ratio(observed: Spectrum, model: Spectrum) -> MeasuredRatio:
    """Divide a model by an observed spectrum.

    Parameters
    ----------
    observed : Spectrum
        In Jy, or in DN/s with its `pixel_area_sr`.
    model : Spectrum
        In Jy, at any sampling.

    Returns
    -------
    MeasuredRatio
        The relative factor for Jy, the calibration factor for DN/s.

    Raises
    ------
    DataError
        If a unit does not serve, or the solid angle of a spaxel is missing.

    Notes
    -----
    C = F_model[MJy] / (N solid angle), N the aperture-corrected count rate (Gordon+2025, Eq. 3,
    plane by plane).
    """
    kind, scale = _kind_and_scale(observed, model)
    if observed.size < 2:
        raise DataError(
            f"The observed spectrum has {observed.size} sample.", hint="A fit needs more."
        )
    model_jy = at_mrs_resolution(model.wave_um, model.flux, observed.wave_um)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        expected = model_jy * scale
        inverse = observed.flux / expected
        inverse_error = observed.error / np.abs(expected)
        ratio = expected / observed.flux
        ratio_error = np.abs(ratio) * observed.error / np.abs(observed.flux)
    good = observed.is_good & (model_jy > 0) & np.isfinite(inverse)
    has_errors = bool(np.isfinite(inverse_error[good]).any())
    inverse_error, messages = _checked_errors(inverse_error, good)
    return MeasuredRatio(
        wave_um=observed.wave_um,
        ratio=np.where(np.isfinite(ratio), ratio, np.nan),
        ratio_error=np.where(np.isfinite(ratio_error), ratio_error, np.nan),
        inverse=np.where(good, inverse, np.nan),
        inverse_error=inverse_error,
        has_errors=has_errors,
        model_jy=model_jy,
        is_good=good,
        kind=kind,
        signal_to_noise=_signal_to_noise(inverse, inverse_error, good),
        messages=messages,
    )


def _kind_and_scale(observed: Spectrum, model: Spectrum) -> tuple[FactorKind, float]:
    if model.unit != "Jy":
        raise DataError(
            f"The model is in {model.unit or 'no unit'}, not Jy.", hint="Choose another model."
        )
    if observed.unit == "Jy":
        return "relative factor", 1.0
    if observed.unit != "DN/s":
        raise DataError(
            f"A spectrum in {observed.unit or 'no unit'} has no response: it must be in Jy or DN/s."
        )
    area = observed.pixel_area_sr
    if area is None or not area > 0:
        raise DataError(
            "The solid angle of a spaxel is not known, so DN/s cannot become a factor.",
            hint="Extract from a cube with PIXAR_SR, or set it.",
        )
    return "calibration factor", 1.0 / (_JY_PER_MJY * area)


def _checked_errors(error: FloatArray, good: BoolArray) -> tuple[FloatArray, tuple[str, ...]]:
    """Return errors that weigh, NaN where one is invalid, and what to say about them."""
    among = error[good]
    if np.isnan(among).all():
        return error, ("No errors are known: all samples weigh the same.",)
    valid = np.isfinite(error) & (error > 0)
    n_invalid = int(np.count_nonzero(good & ~valid))
    if n_invalid == among.size:
        raise FitError(
            f"None of the {among.size} samples has an error above zero.",
            hint="Where errors are not known they should be NaN: then all samples weigh the same.",
        )
    note = f"{n_invalid} of {among.size} samples have no valid error and are left out."
    return np.where(valid, error, np.nan), (note,) if n_invalid else ()


def _signal_to_noise(inverse: FloatArray, error: FloatArray, good: BoolArray) -> float:
    """Return the median over samples.

    The scatter between neighbors decides where no errors are known, and where it contradicts
    them: pipeline errors are known to come out several times too small.
    """
    noise = noise_from_differences(inverse[good])
    scattered = float(np.median(inverse[good]) / noise) if noise > 0 else float("inf")
    known = good & np.isfinite(error)
    if not known.any():
        return scattered
    stated = float(np.median(inverse[known] / error[known]))
    return scattered if scattered < stated / _CONTRADICTION else stated


def chosen_space(params: StarResponseParams, signal_to_noise: float) -> FitSpace:
    """Return the space to fit in: inverse photon for a low signal-to-noise ratio."""
    if params.fit_in != "automatic":
        return params.fit_in
    return "inverse photon" if signal_to_noise < LOW_SIGNAL_TO_NOISE else "factor"


def across(space: FitSpace, wave_um: FloatArray, values: FloatArray) -> FloatArray:
    """Turn factors into what is fitted, or back: each of the three maps is its own inverse.

    Where the result is not finite it is NaN.
    """
    if space == "factor":
        return values
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        turned = (wave_um if space == "inverse photon" else 1.0) / values
    return np.where(np.isfinite(turned), turned, np.nan)


def slope_across(space: FitSpace, wave_um: FloatArray, factor: FloatArray) -> FloatArray:
    """Return abs(d factor / d fitted value) at ``factor``: turns errors of the fit into its own."""
    if space == "factor":
        return np.ones_like(factor)
    squared: FloatArray = factor**2
    return squared / wave_um if space == "inverse photon" else squared


@dataclass(frozen=True, eq=False, slots=True)
class FitSamples:
    """What goes into the spline fit. All arrays have the shape (n,) of the observed spectrum.

    Attributes
    ----------
    wave_um, y, error : ndarray
        Abscissa, ordinate in the fit space, and its error.
    weight : ndarray
        Factor on the weight; 0 where a sample is left out.
    start : ndarray of bool
        Samples near the running median, with which the iteration begins.
    state : ndarray of uint8
        `SampleState`; REJECTED is not yet known.
    space : str
        Fit space.
    limits_um : tuple of float
        Range of the vector. Unit: um.
    """

    wave_um: FloatArray
    y: FloatArray
    error: FloatArray
    weight: FloatArray
    start: BoolArray
    state: NDArray[np.uint8]
    space: FitSpace
    limits_um: tuple[float, float]

    @property
    def is_inside(self) -> BoolArray:
        """Samples between the cut-offs."""
        inside: BoolArray = (self.wave_um >= self.limits_um[0]) & (
            self.wave_um <= self.limits_um[1]
        )
        return inside


def state_after(samples: FitSamples, used: BoolArray) -> FlagArray:
    """Return the `SampleState` of each sample when the last fit took those that are ``used``."""
    state = samples.state.copy()
    state[(state == SampleState.USED) & ~used] = SampleState.REJECTED
    return frozen(state, dtype=np.uint8)


def select_samples(
    measured: MeasuredRatio, params: StarResponseParams, space: FitSpace
) -> FitSamples:
    """Decide which samples the fit sees and how much they weigh.

    Raises
    ------
    FitError
        If there is no sample between the cut-offs, or none of them may be used.
    """
    weight = _user_weights(measured.wave_um, params)
    is_masked = _masked(measured.wave_um, params)
    y, error = _ordinate(measured, space, telling=measured.is_good & ~is_masked & (weight > 0))
    known = measured.is_good & np.isfinite(y) & np.isfinite(error) & (error > 0)
    limits = _limits(measured.wave_um, known, params.cutoffs_um)
    state = np.full(y.size, SampleState.USED, dtype=np.uint8)
    state[is_masked] = SampleState.MASKED
    state[weight <= 0] = SampleState.EXCLUDED
    state[~known] = SampleState.FLAGGED
    outside = (measured.wave_um < limits[0]) | (measured.wave_um > limits[1])
    state[outside] = SampleState.OUTSIDE
    weight[state != SampleState.USED] = 0.0
    _require_some(state)
    return FitSamples(
        wave_um=measured.wave_um,
        y=y,
        error=error,
        weight=weight,
        start=_near_median(y, error, state == SampleState.USED),
        state=state,
        space=space,
        limits_um=limits,
    )


def _require_some(state: NDArray[np.uint8]) -> None:
    """Raise `FitError` when no sample is left, saying what took them."""
    if np.any(state == SampleState.USED):
        return
    taken = {
        "masked": SampleState.MASKED,
        "excluded or of weight zero": SampleState.EXCLUDED,
        "flagged, without error or without model": SampleState.FLAGGED,
    }
    counts = {word: int(np.count_nonzero(state == one)) for word, one in taken.items()}
    listed = ", ".join(f"{count} are {word}" for word, count in counts.items() if count)
    raise FitError(f"No sample is left to fit: {listed}.", hint="Unmask some, or bring some back.")


def _ordinate(
    measured: MeasuredRatio, space: FitSpace, *, telling: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return what is fitted and its error.

    In factor space the error is taken at the running median of the samples that are ``telling``:
    taken at each sample it would give the high ones, which are the low counts, less weight, and so
    a bias of its own. Samples that were left out have no weight, and tell others nothing.
    """
    stretch = measured.wave_um if space == "inverse photon" else np.ones(measured.wave_um.size)
    y = measured.ratio if space == "factor" else stretch * measured.inverse
    if not measured.has_errors:
        return y, np.ones(y.size)
    if space != "factor":
        return y, stretch * measured.inverse_error
    smooth = running_median(measured.inverse, telling, _SMOOTHING_SAMPLES)
    smooth = np.where(np.isfinite(smooth), smooth, measured.inverse)  # amid many left out
    with np.errstate(divide="ignore", invalid="ignore"):
        return y, measured.inverse_error / smooth**2


def _limits(
    wave_um: FloatArray, known: BoolArray, cutoffs_um: tuple[float | None, float | None]
) -> tuple[float, float]:
    if not known.any():
        raise FitError(
            "No sample has both a measurement and a model.",
            hint="Look at the flags, and at the range of the model.",
        )
    low = wave_um[known][0] if cutoffs_um[0] is None else max(cutoffs_um[0], wave_um[0])
    high = wave_um[known][-1] if cutoffs_um[1] is None else min(cutoffs_um[1], wave_um[-1])
    n_inside = int(np.count_nonzero(known & (wave_um >= low) & (wave_um <= high)))
    if not low < high or n_inside == 0:
        raise FitError(
            f"{n_inside or 'No'} sample lies between the cut-offs {low:.4g} and {high:.4g} µm.",
            hint="Widen them.",
        )
    return float(low), float(high)


def _user_weights(wave_um: FloatArray, params: StarResponseParams) -> FloatArray:
    weight = np.ones(wave_um.size)
    for chosen in params.weights:
        weight[nearest_sample(wave_um, chosen.wave_um)] = max(chosen.weight, 0.0)
    return weight


def nearest_sample(wave_um: FloatArray, at_um: float) -> int:
    """Return the index of the sample nearest to ``at_um``."""
    return int(np.argmin(np.abs(wave_um - at_um)))


def _masked(wave_um: FloatArray, params: StarResponseParams) -> BoolArray:
    masked = np.zeros(wave_um.size, dtype=bool)
    for mask in params.masks:
        masked |= (wave_um >= mask.low_um) & (wave_um <= mask.high_um)
    for low, high, _name in line_windows_um(wave_um, params):
        masked |= (wave_um >= low) & (wave_um <= high)
    if params.sample_ranges:
        chosen = np.zeros(wave_um.size, dtype=bool)
        for part in params.sample_ranges:
            chosen |= (wave_um >= part.low_um) & (wave_um <= part.high_um)
        masked |= ~chosen
    return masked


def line_windows_um(
    wave_um: FloatArray, params: StarResponseParams
) -> tuple[tuple[float, float, str], ...]:
    """Return the windows of the line list that a fit leaves out.

    Parameters
    ----------
    wave_um : ndarray, shape (n,)
        Wavelengths of the band. Unit: um.
    params : StarResponseParams
        Says which lines.

    Returns
    -------
    tuple of (float, float, str)
        Low and high end in um, and the name of the line. The half-width is
        `LINE_HALF_WIDTH_ELEMENTS` resolution elements.
    """
    if params.line_windows == "none":
        return ()
    lines = lines_between(float(wave_um[0]), float(wave_um[-1]), species=params.line_windows)
    windows = []
    for line in lines:
        half = LINE_HALF_WIDTH_ELEMENTS * float(resolution_element_um(np.array(line.wave_um)))
        windows.append((line.wave_um - half, line.wave_um + half, line.name))
    return tuple(windows)


def _near_median(y: FloatArray, error: FloatArray, use: BoolArray) -> BoolArray:
    """Return the samples that gross outliers and lines do not hide from a first fit."""
    if not use.any():
        return use
    window = max(5, min(_SMOOTHING_SAMPLES, int(np.count_nonzero(use)) // 8))
    with np.errstate(invalid="ignore", divide="ignore"):
        deviation = (y - running_median(y, use, window)) / error
    scatter = 1.4826 * float(np.median(np.abs(deviation[use])))
    if not scatter > 0:
        return use
    near: BoolArray = use & (np.abs(deviation) <= _START_LIMIT * scatter)
    return near
