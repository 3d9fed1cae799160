"""The response of one band from one star (Law+2025, Sec. 5.1, Figs. 8 and 14)."""

from dataclasses import dataclass, field

import numpy as np

from engine.arrays import BoolArray, FlagArray, FloatArray, freeze, frozen
from engine.errors import DataError, FitError
from engine.model.spectrum import Spectrum
from engine.model.vector import BACKGROUND_LIMITED, EXTRAPOLATED, FactorKind
from engine.mrs.held_values import (
    HeldCheck,
    check_held,
    fit_without_held,
    held_term,
    remark_on_held,
)
from engine.mrs.response_curve import fit_given, spline_space_of, vector_of
from engine.mrs.response_ends import find_curve, remarks_on_ends
from engine.mrs.response_params import (
    FitSpace,
    HeldValue,
    LineWindows,
    Mask,
    SampleState,
    SampleWeight,
    StarResponseParams,
)
from engine.mrs.response_remarks import (
    remarks_after,
    remarks_before,
    remarks_on_flags,
    remarks_on_terms,
)
from engine.mrs.response_samples import (
    FitSamples,
    MeasuredRatio,
    chosen_space,
    measure_ratio,
    select_samples,
    state_after,
)
from engine.mrs.response_uncertainty import (
    FIT_SPACE,
    Terms,
    background_limited,
    given_terms,
    in_quadrature,
    leave_out_term,
    space_difference,
    statistical_error,
)
from engine.numerics.breakpoint_search import Proposal
from engine.numerics.splines import SplineFit, SplineSpace, fit_spline
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
        The terms: leave one breakpoint out, held values, annulus, aperture, centroid, loss of
        count rate, model choice, fit space, as far as measured.
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
    unpatched : ndarray, shape (n,)
        The curve as it was fitted, when ranges of `vector` were replaced by patches; else empty.
    held : tuple of HeldCheck
        Each held value within the cut-offs, beside the curve that the samples give without.
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
    unpatched: FloatArray = field(default_factory=lambda: freeze(np.zeros(0)))
    held: tuple[HeldCheck, ...] = ()


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
    progress.step(0, 3, "Average the model over the bins")
    measured = measure_ratio(observed, model)
    samples = select_samples(measured, params, chosen_space(params, measured.signal_to_noise))
    if params.breakpoints_um is None:
        progress.step(1, 3, "Find breakpoints and fit")
        found = find_curve(samples, params)
        choice, fit, space = found.choice, found.fit, found.space
        remarks = (*remarks_before(measured, samples, params, choice.breakpoints), *found.remarks)
    else:
        progress.step(1, 3, "Fit")
        space = spline_space_of(params, samples, params.breakpoints_um)
        choice, (fit, space) = None, fit_given(samples, space, params)
        remarks = remarks_before(measured, samples, params, params.breakpoints_um)
    progress.step(2, 3, "Measure the uncertainties")
    return _Fitted(measured, samples, params, space, choice, fit).response(systematics, remarks)


def _require_shapes(observed: Spectrum, systematics: tuple[tuple[str, FloatArray], ...]) -> None:
    for name, relative in systematics:
        if np.shape(relative) != (observed.size,):
            raise DataError(
                f"The {name} spread has {np.size(relative)} values for {observed.size} samples."
            )


@dataclass(frozen=True, eq=False, slots=True)
class _Fitted:
    """Everything that the result is made from."""

    measured: MeasuredRatio
    samples: FitSamples
    params: StarResponseParams
    space: SplineSpace
    choice: Proposal | None
    fit: SplineFit

    def response(
        self, systematics: tuple[tuple[str, FloatArray], ...], remarks: tuple[str, ...]
    ) -> StarResponse:
        """Return the result."""
        measured, samples, fit = self.measured, self.samples, self.fit
        vector = self._vector()
        free = fit_without_held(fit, samples, self.space, self.params)
        terms = (
            *leave_out_term(free or fit, samples, vector),
            *held_term(free, samples, self.space, vector),
            *given_terms(systematics, vector),
            *self._space_term(vector),
        )
        extrapolated = _beyond_samples(samples.wave_um, fit.used) & np.isfinite(vector)
        limited = background_limited(systematics, vector)
        flags = np.where(extrapolated, EXTRAPOLATED, 0) | np.where(limited, BACKGROUND_LIMITED, 0)
        breakpoints = np.array(self.space.breakpoints)
        held = check_held(free, samples, self.params)
        return StarResponse(
            wave_um=frozen(samples.wave_um),
            ratio=freeze(measured.ratio),
            ratio_error=freeze(measured.ratio_error),
            model_jy=freeze(measured.model_jy),
            state=state_after(samples, fit.used),
            vector=freeze(vector),
            stat_error=statistical_error(free or fit, samples, vector, self.choice),
            sys_error=in_quadrature(terms, vector),
            sys_terms=terms,
            flags=frozen(flags, dtype=np.uint32),
            kind=measured.kind,
            fitted_in=samples.space,
            breakpoints_um=freeze(breakpoints),
            breakpoint_values=freeze(vector_of(fit(breakpoints), samples.space, breakpoints)),
            scatter=_scatter(measured.ratio / vector, fit),
            n_used=int(np.count_nonzero(fit.used)),
            n_samples=int(np.count_nonzero(samples.is_inside)),
            n_fits=fit.n_fits,
            messages=(
                *remarks,
                *remark_on_held(held),
                *remarks_after(samples, measured, fit, vector),
                *remarks_on_ends(samples, fit),
                *remarks_on_flags(samples.wave_um, extrapolated, limited, systematics),
                *remarks_on_terms(terms),
            ),
            held=held,
        )

    def _vector(self) -> FloatArray:
        curve = np.full(self.samples.wave_um.size, np.nan)
        inside = self.samples.is_inside
        curve[inside] = self.fit(self.samples.wave_um[inside])
        return vector_of(curve, self.samples.space, self.samples.wave_um)

    def _space_term(self, vector: FloatArray) -> Terms:
        """Return how far an unbiased fit of the same samples lies; nothing if this is one."""
        if self.samples.space != "factor":
            return ()
        other = select_samples(self.measured, self.params, "inverse photon")
        try:
            again = fit_spline(
                other.wave_um,
                np.where(self.fit.used, other.y, np.nan),
                spline_space_of(self.params, other, self.space.breakpoints),
                error=other.error,
                weight=other.weight,
            )
        except FitError:
            return ()  # a held value that has no inverse
        return ((FIT_SPACE, space_difference(again, "inverse photon", self.samples, vector)),)


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
