"""The response of one band from one star (Law+2025, Sec. 5.1, Figs. 8 and 14)."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray, freeze, frozen
from engine.errors import DataError
from engine.model.spectrum import Spectrum
from engine.model.vector import BACKGROUND_LIMITED, EXTRAPOLATED, FactorKind
from engine.mrs.response_params import (
    FitSpace,
    HeldValue,
    LineWindows,
    Mask,
    SampleState,
    SampleWeight,
    StarResponseParams,
)
from engine.mrs.response_samples import (
    FitSamples,
    MeasuredRatio,
    across,
    chosen_space,
    measure_ratio,
    select_samples,
)
from engine.mrs.response_uncertainty import (
    FIT_SPACE,
    LEAVE_OUT,
    Terms,
    background_limited,
    given_terms,
    in_quadrature,
    leave_out_error,
    space_difference,
    statistical_error,
)
from engine.numerics.breakpoints import even
from engine.numerics.splines import Rejection, SplineFit, SplineSpace, fit_spline
from engine.progress import SILENT, Progress

__all__ = [
    "FitSpace",
    "HeldValue",
    "LineWindows",
    "Mask",
    "SampleState",
    "SampleWeight",
    "StarResponse",
    "StarResponseParams",
    "fit_star_response",
]


@dataclass(frozen=True, eq=False, slots=True)
class StarResponse:
    """The calibration vector of one band from one star, and what it was fitted to.

    All arrays of shape (n,) share `wave_um`, the wavelengths of the observed spectrum.

    Attributes
    ----------
    wave_um : ndarray, shape (n,)
        Unit: um.
    ratio, ratio_error : ndarray, shape (n,)
        Model over observed, sample by sample, with its statistical error. NaN: no measurement.
    model_jy : ndarray, shape (n,)
        The model, averaged over each bin. Unit: Jy. NaN beyond the model's range.
    state : ndarray of uint8, shape (n,)
        `SampleState` of each sample.
    vector : ndarray, shape (n,)
        The curve. NaN outside the cut-offs.
    stat_error : ndarray, shape (n,)
        Statistical error of the curve, correlated residuals included. NaN outside the cut-offs.
    sys_error : ndarray, shape (n,)
        Systematic error: quadrature sum of `sys_terms`. NaN outside the cut-offs.
    sys_terms : tuple of (str, ndarray)
        The terms: leave one breakpoint out, annulus, aperture, centroid, as far as measured.
    flags : ndarray of uint32, shape (n,)
        Bits of `engine.model.vector`.
    kind : str
        ``"calibration factor"`` or ``"relative factor"``.
    fitted_in : str
        ``"factor"``, ``"inverse"`` or ``"inverse photon"``.
    breakpoints_um, breakpoint_values : ndarray, shape (m,)
        The breakpoints used, and the curve there.
    scatter : float
        Standard deviation of ratio/vector - 1 over the used samples, with N - k degrees of freedom.
    n_used, n_samples, n_fits : int
        Samples in the last fit, samples inside the cut-offs, fits made.
    messages : tuple of str
        What the user should know, one sentence each.
    """

    wave_um: FloatArray
    ratio: FloatArray
    ratio_error: FloatArray
    model_jy: FloatArray
    state: FlagArray
    vector: FloatArray
    stat_error: FloatArray
    sys_error: FloatArray
    sys_terms: tuple[tuple[str, FloatArray], ...]
    flags: FlagArray
    kind: FactorKind
    fitted_in: FitSpace
    breakpoints_um: FloatArray
    breakpoint_values: FloatArray
    scatter: float
    n_used: int
    n_samples: int
    n_fits: int
    messages: tuple[str, ...] = ()


def fit_star_response(
    observed: Spectrum,
    model: Spectrum,
    params: StarResponseParams,
    *,
    systematics: tuple[tuple[str, FloatArray], ...] = (),
    progress: Progress = SILENT,
) -> StarResponse:
    """Fit the smooth factor that turns an observed star into its model.

    Parameters
    ----------
    observed : Spectrum
        Extracted spectrum of one band, in Jy, or in DN/s with its `pixel_area_sr`. NaN and
        flagged samples are not fitted. Errors that are NaN throughout mean equal weights; single
        ones that are not positive leave their samples out.
    model : Spectrum
        Model of the star in Jy, at any sampling; it is blurred to the resolution of the MRS where
        it is finer, and averaged over the observed bins.
    params : StarResponseParams
        What the user decided.
    systematics : tuple of (str, ndarray of shape (n,)), optional
        Relative spreads of the observed flux by name: ``"annulus"``, ``"aperture"``,
        ``"centroid"``. NaN: not measured.
    progress : Progress, optional
        Told of each step.

    Returns
    -------
    StarResponse
        The vector with its two uncertainties, and what it was fitted to.

    Raises
    ------
    DataError
        If a unit does not serve, or shapes differ.
    FitError
        If the samples do not determine the curve; the breakpoints to blame are named.

    Notes
    -----
    Law+2025, Sec. 5.1. Relative factor F_model / F_observed, or C = F_model[MJy] / (N solid
    angle). The ratio of noisy counts is biased by about 1/(S/N)^2; 1/C and wavelength/C, linear in
    the counts, are not.
    """
    _require_shapes(observed, systematics)
    progress.step(0, 4, "Average the model over the bins")
    measured = measure_ratio(observed, model)
    space = chosen_space(params, measured.signal_to_noise)
    samples = select_samples(measured, params, space)
    progress.step(1, 4, "Find breakpoints")
    spline_space, notes = spline_space_of(params, samples)
    progress.step(2, 4, "Fit")
    fit = _fit(samples, spline_space, params)
    progress.step(3, 4, "Measure the uncertainties")
    return _result(measured, samples, params, fit, systematics, (*measured.messages, *notes))


def spline_space_of(
    params: StarResponseParams, samples: FitSamples
) -> tuple[SplineSpace, tuple[str, ...]]:
    """Return the spline space of a fit, and what of the parameters lies outside the cut-offs.

    Parameters
    ----------
    params : StarResponseParams
        Breakpoints, breaks and held values of the user.
    samples : FitSamples
        What is fitted.

    Returns
    -------
    space : SplineSpace
        Held values are in the fit space.
    messages : tuple of str
        One sentence for each kind of thing that is not used.
    """
    low, high = samples.limits_um
    wanted = even(samples.limits_um, 6)
    if params.breakpoints_um is not None:
        wanted = params.breakpoints_um
    breakpoints = tuple(at for at in wanted if low < at < high)
    breaks = tuple(sorted({at for at in params.breaks_um if low < at < high}))
    held = tuple(point for point in params.held if low <= point.wave_um <= high)
    counted = (
        ("breakpoint", len(wanted) - len(breakpoints)),
        ("break", len(set(params.breaks_um)) - len(breaks)),
        ("held value", len(params.held) - len(held)),
    )
    messages = tuple(_unused(name, count) for name, count in counted if count)
    return (
        SplineSpace(
            limits=samples.limits_um,
            breakpoints=breakpoints,
            degree=params.degree,
            breaks=breaks,
            held=tuple((p.wave_um, held_in(samples.space, p)) for p in held),
        ),
        messages,
    )


def held_in(space: FitSpace, point: HeldValue) -> float:
    """Return a held value in the fit space; NaN where it has none (the inverse of zero)."""
    value = across(space, np.array([point.wave_um]), np.array([point.value]))
    return float(value[0])


def _unused(name: str, count: int) -> str:
    lies = f"{name} lies" if count == 1 else f"{name}s lie"
    return (
        f"{count} {lies} outside the cut-offs and is not used."
        if count == 1
        else (f"{count} {lies} outside the cut-offs and are not used.")
    )


def _require_shapes(observed: Spectrum, systematics: tuple[tuple[str, FloatArray], ...]) -> None:
    for name, relative in systematics:
        if np.shape(relative) != (observed.size,):
            raise DataError(
                f"The {name} spread has {np.size(relative)} values for {observed.size} samples."
            )


def _fit(samples: FitSamples, space: SplineSpace, params: StarResponseParams) -> SplineFit:
    return fit_spline(
        samples.wave_um,
        samples.y,
        space,
        error=samples.error,
        weight=samples.weight,
        rejection=Rejection(
            params.reject_below, params.reject_above, max_fits=params.max_iterations
        ),
        start=samples.start,
    )


def _result(
    measured: MeasuredRatio,
    samples: FitSamples,
    params: StarResponseParams,
    fit: SplineFit,
    systematics: tuple[tuple[str, FloatArray], ...],
    messages: tuple[str, ...],
) -> StarResponse:
    vector = _vector(fit, samples)
    terms = (
        (LEAVE_OUT, leave_out_error(fit, samples, vector)),
        *given_terms(systematics, vector),
        *_space_term(measured, samples, params, fit, vector),
    )
    state = samples.state.copy()
    state[(state == SampleState.USED) & ~fit.used] = SampleState.REJECTED
    extrapolated = _beyond_samples(samples.wave_um, fit.used) & np.isfinite(vector)
    limited = background_limited(systematics, vector)
    flags = np.where(extrapolated, EXTRAPOLATED, 0) | np.where(limited, BACKGROUND_LIMITED, 0)
    breakpoints = np.unique(fit.knots[(fit.knots > fit.knots[0]) & (fit.knots < fit.knots[-1])])
    breakpoints = np.setdiff1d(breakpoints, params.breaks_um)
    return StarResponse(
        wave_um=frozen(samples.wave_um),
        ratio=freeze(measured.ratio),
        ratio_error=freeze(measured.ratio_error),
        model_jy=freeze(measured.model_jy),
        state=frozen(state, dtype=np.uint8),
        vector=freeze(vector),
        stat_error=statistical_error(fit, samples, vector),
        sys_error=in_quadrature(terms, vector),
        sys_terms=terms,
        flags=frozen(flags, dtype=np.uint32),
        kind=measured.kind,
        fitted_in=samples.space,
        breakpoints_um=freeze(breakpoints),
        breakpoint_values=freeze(across(samples.space, breakpoints, fit(breakpoints))),
        scatter=_scatter(measured.ratio / vector, fit),
        n_used=int(np.count_nonzero(fit.used)),
        n_samples=int(np.count_nonzero(samples.is_inside)),
        n_fits=fit.n_fits,
        messages=(*messages, *_remarks(samples, fit, vector, extrapolated, limited, systematics)),
    )


def _vector(fit: SplineFit, samples: FitSamples) -> FloatArray:
    """Return the curve as a factor; NaN outside the cut-offs and where the inverse is not > 0."""
    curve = np.full(samples.wave_um.size, np.nan)
    inside = samples.is_inside
    curve[inside] = fit(samples.wave_um[inside])
    if samples.space != "factor":
        curve[curve <= 0] = np.nan
    return across(samples.space, samples.wave_um, curve)


def _space_term(
    measured: MeasuredRatio,
    samples: FitSamples,
    params: StarResponseParams,
    fit: SplineFit,
    vector: FloatArray,
) -> Terms:
    """Return how far an unbiased fit lies from one in factor space; nothing for the others."""
    if samples.space != "factor":
        return ()
    other = select_samples(measured, params, "inverse photon")
    space, _messages = spline_space_of(params, other)
    own = fit.knots[(fit.knots > fit.knots[0]) & (fit.knots < fit.knots[-1])]
    inner = tuple(float(at) for at in np.setdiff1d(own, params.breaks_um))
    again = fit_spline(
        other.wave_um,
        np.where(fit.used, other.y, np.nan),
        SplineSpace(samples.limits_um, inner, space.degree, space.breaks, space.held),
        error=other.error,
        weight=other.weight,
    )
    return ((FIT_SPACE, space_difference(again, "inverse photon", samples, vector)),)


def _scatter(relative: FloatArray, fit: SplineFit) -> float:
    """Return the standard deviation of ratio / vector - 1 with N - k degrees of freedom."""
    deviation = relative[fit.used] - 1.0
    deviation = deviation[np.isfinite(deviation)]
    n_free = deviation.size - fit.n_free
    return float(np.sqrt(np.sum(deviation**2) / n_free)) if n_free > 0 else float("nan")


def _beyond_samples(wave_um: FloatArray, used: BoolArray) -> BoolArray:
    where = np.flatnonzero(used)
    beyond: BoolArray = (wave_um < wave_um[where[0]]) | (wave_um > wave_um[where[-1]])
    return beyond


def _remarks(
    samples: FitSamples,
    fit: SplineFit,
    vector: FloatArray,
    extrapolated: BoolArray,
    limited: BoolArray,
    systematics: tuple[tuple[str, FloatArray], ...],
) -> tuple[str, ...]:
    remarks = []
    if not fit.converged:
        remarks.append(f"The rejection had not settled after {fit.n_fits} fits.")
    wave = samples.wave_um
    crossing = samples.is_inside & np.isnan(vector)
    if crossing.any():
        remarks.append(
            f"The fitted throughput is not above zero at {wave[crossing][0]:.3f} µm: "
            "no factor there."
        )
    if extrapolated.any():
        first, last = wave[extrapolated][[0, -1]]
        remarks.append(
            f"{np.count_nonzero(extrapolated)} values from {first:.3f} to {last:.3f} µm are "
            "extrapolated: no sample in use lies beyond."
        )
    if limited.any():
        largest = max(
            float(np.nanmax(np.abs(relative[limited])))
            for name, relative in systematics
            if name == "annulus"
        )
        remarks.append(
            f"Beyond {wave[limited][0]:.1f} µm the value is background-limited: the choice of the "
            f"annulus moves it by {100 * largest:.0f} %."
        )
    return tuple(remarks)
