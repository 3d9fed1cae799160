"""What a user should know about a response, one sentence each."""

from collections.abc import Iterator

import numpy as np

from engine.arrays import BoolArray, FloatArray
from engine.mrs.response_params import StarResponseParams
from engine.mrs.response_samples import LOW_SIGNAL_TO_NOISE, FitSamples, MeasuredRatio
from engine.mrs.response_uncertainty import FIT_SPACE, HELD
from engine.numerics.splines import SplineFit

_PLAUSIBLE = (0.3, 3.0)  # of a relative factor
_ODD_SCATTER = 2.0  # times the errors, or its inverse


def remarks_before(
    measured: MeasuredRatio,
    samples: FitSamples,
    params: StarResponseParams,
    breakpoints_um: tuple[float, ...],
) -> tuple[str, ...]:
    """Return what can be said before the fit.

    Parameters
    ----------
    measured : MeasuredRatio
        The ratio.
    samples : FitSamples
        What will be fitted.
    params : StarResponseParams
        What the user decided.
    breakpoints_um : tuple of float
        Breakpoints wanted. Unit: um.

    Returns
    -------
    tuple of str
        About errors, the fit space, and what lies outside the cut-offs.
    """
    low, high = samples.limits_um
    remarks = list(measured.messages)
    if params.held:
        values = "1 value is" if len(params.held) == 1 else f"{len(params.held)} values are"
        remarks.append(
            f"{values} held by hand: the statistical error is that of the curve without holding, "
            "and how far holding moves the curve is a term of the systematic error."
        )
    if params.fit_in == "automatic" and samples.space != "factor":
        remarks.append(
            f"Fitted as λ/C: the signal-to-noise ratio per element is "
            f"{measured.signal_to_noise:.0f}, below {LOW_SIGNAL_TO_NOISE:.0f}."
        )
    placed = {
        "breakpoint": list(breakpoints_um),
        "break": list(params.breaks_um),
        "held value": [point.wave_um for point in params.held],
    }
    for name, places in placed.items():
        count = sum(not low <= at <= high for at in places)
        if count == 1:
            remarks.append(f"1 {name} lies outside the cut-offs and is not used.")
        elif count:
            remarks.append(f"{count} {name}s lie outside the cut-offs and are not used.")
    return tuple(remarks)


def remarks_after(
    samples: FitSamples, measured: MeasuredRatio, fit: SplineFit, vector: FloatArray
) -> tuple[str, ...]:
    """Return what the fit itself shows: no convergence, odd scatter, gaps, no throughput."""
    remarks = list(_plausibility(measured, vector))
    if not fit.converged:
        remarks.append(f"The rejection had not settled after {fit.n_fits} fits.")
    if measured.has_errors and not 1 / _ODD_SCATTER < fit.scale < _ODD_SCATTER and fit.scale > 0:
        remarks.append(
            f"The scatter about the curve is {fit.scale:.2g} times the errors of the spectrum: "
            "the statistical error rests on the scatter."
        )
    wave = samples.wave_um
    for low, high in _bridged_gaps(wave[fit.used], fit):
        remarks.append(
            f"No sample in use between {low:.3f} and {high:.3f} µm: there the breakpoints "
            "have nothing to follow."
        )
    crossing = samples.is_inside & np.isnan(vector)
    if crossing.any():
        remarks.append(
            f"The fitted throughput is not above zero at {wave[crossing][0]:.3f} µm: "
            "there is no factor there."
        )
    return tuple(remarks)


def _plausibility(measured: MeasuredRatio, vector: FloatArray) -> Iterator[str]:
    """Yield a warning of a relative factor that no calibration can be wrong by."""
    known = vector[np.isfinite(vector)]
    if measured.kind != "relative factor" or not known.size:
        return
    typical, (low, high) = float(np.median(known)), _PLAUSIBLE
    if not low <= typical <= high:
        yield (
            f"The typical relative factor {typical:.3g} is not plausible ({low} to {high}): is it "
            "the model of this star, and are both in the right units?"
        )


def remarks_on_flags(
    wave_um: FloatArray,
    extrapolated: BoolArray,
    limited: BoolArray,
    systematics: tuple[tuple[str, FloatArray], ...],
) -> tuple[str, ...]:
    """Return why values are flagged."""
    remarks = []
    if extrapolated.any():
        first, last = wave_um[extrapolated][[0, -1]]
        count = np.count_nonzero(extrapolated)
        remarks.append(
            f"{count} values between {first:.3f} and {last:.3f} µm are extrapolated: "
            "they lie beyond the samples in use."
            if count > 1
            else f"The value at {first:.3f} µm is extrapolated: no sample in use lies beyond."
        )
    if limited.any():
        moves = max(
            float(np.nanmax(np.abs(relative[limited])))
            for name, relative in systematics
            if name == "annulus"
        )
        remarks.append(
            f"Beyond {wave_um[limited][0]:.1f} µm the value is background-limited: the choice of "
            f"the annulus moves it by up to {100 * moves:.0f} %."
        )
    return tuple(remarks)


def remarks_on_terms(terms: tuple[tuple[str, FloatArray], ...]) -> tuple[str, ...]:
    """Say that the systematic error is not known, or rests on choices of the fit alone."""
    names = {name for name, _ in terms}
    if names - {FIT_SPACE, HELD}:
        return ()
    listed = " and ".join(f"the {name}" for name in sorted(names))
    of = f"holds {listed} alone" if names else "is not known (empty, not zero)"
    return (
        f"The systematic error {of}: there is no breakpoint to leave out, no cube whose aperture "
        "and annulus could be moved, and no second model.",
    )


def _bridged_gaps(wave_um: FloatArray, fit: SplineFit) -> list[tuple[float, float]]:
    """Return the gaps between samples in use that hold two breakpoints or more."""
    inner = fit.knots[(fit.knots > wave_um[0]) & (fit.knots < wave_um[-1])]
    slot = np.searchsorted(wave_um, np.unique(inner))
    gaps, counts = np.unique(slot, return_counts=True)
    return [(float(wave_um[at - 1]), float(wave_um[at])) for at in gaps[counts >= 2]]
