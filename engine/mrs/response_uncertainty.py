"""The two uncertainties of a response: statistical, and systematic term by term."""

import numpy as np

from engine.arrays import BoolArray, FloatArray, freeze, frozen
from engine.mrs.response_params import FitSpace
from engine.mrs.response_samples import FitSamples, across, slope_across
from engine.numerics.breakpoint_search import Proposal
from engine.numerics.correlated_noise import curve_covariance
from engine.numerics.spline_leave_out import leave_out_changes
from engine.numerics.splines import SplineFit

LEAVE_OUT = "leave one breakpoint out"
FIT_SPACE = "fit space"
HELD = "held values"
#: Relative change with the choice of the annulus above which a value is background-limited.
BACKGROUND_LIMIT = 0.05

Terms = tuple[tuple[str, FloatArray], ...]


def statistical_error(
    fit: SplineFit, samples: FitSamples, vector: FloatArray, choice: Proposal | None
) -> FloatArray:
    """Return the statistical error of the vector, correlated residuals included.

    Parameters
    ----------
    fit : SplineFit
        The fit.
    samples : FitSamples
        What was fitted.
    vector : ndarray, shape (n,)
        The vector, NaN outside the cut-offs.
    choice : Proposal or None
        How the breakpoints were found, when the data chose them: other sets would have done about
        as well, and the distance to their curves counts. `None`: the user chose.

    Returns
    -------
    ndarray, shape (n,)
        In the unit of the factor. NaN where the vector is.
    """
    covariance = curve_covariance(fit, samples.wave_um, samples.y, samples.error, samples.weight)
    inside = samples.is_inside
    error = np.full(vector.size, np.nan)
    error[inside] = np.sqrt(fit.variance(samples.wave_um[inside], covariance))
    if choice is not None:
        error = np.hypot(error, np.interp(samples.wave_um, choice.x, choice.choice_error))
    return freeze(error * slope_across(samples.space, samples.wave_um, vector))


def leave_out_term(fit: SplineFit, samples: FitSamples, vector: FloatArray) -> Terms:
    """Return the largest change of the vector when one of its breakpoints is left out.

    The mask stays that of the fit. Without breakpoints there is no such term, which is not zero;
    NaN where the vector is.
    """
    inside = samples.is_inside
    error = np.full(vector.size, np.nan)
    _breakpoints, change = leave_out_changes(fit, samples.wave_um[inside])
    if not len(change):
        return ()
    error[inside] = np.abs(change).max(axis=0)
    return ((LEAVE_OUT, freeze(error * slope_across(samples.space, samples.wave_um, vector))),)


def given_terms(systematics: tuple[tuple[str, FloatArray], ...], vector: FloatArray) -> Terms:
    """Turn relative spreads into errors of the vector; those measured nowhere are left out."""
    terms = []
    for name, relative in systematics:
        error = np.abs(np.asarray(relative, dtype=np.float64) * vector)
        if np.isfinite(error).any():
            terms.append((name, freeze(error)))
    return tuple(terms)


def in_quadrature(terms: Terms, vector: FloatArray) -> FloatArray:
    """Return the quadrature sum; a term that is NaN at a sample was not measured there.

    Without any term the systematic error is not known: NaN, not zero.
    """
    if not terms:
        return frozen(np.full(vector.size, np.nan))
    total = np.zeros(vector.size)
    for _name, error in terms:
        total += np.where(np.isfinite(error), error, 0.0) ** 2
    return freeze(np.where(np.isfinite(vector), np.sqrt(total), np.nan))


def background_limited(
    systematics: tuple[tuple[str, FloatArray], ...], vector: FloatArray
) -> BoolArray:
    """Return where the choice of the annulus moves the vector by more than 5 %."""
    limited = np.zeros(vector.size, dtype=bool)
    for name, relative in systematics:
        if name == "annulus":
            limited |= np.isfinite(vector) & (np.abs(relative) > BACKGROUND_LIMIT)
    return limited


def space_difference(
    other: SplineFit, space: FitSpace, samples: FitSamples, vector: FloatArray
) -> FloatArray:
    """Return how far the vector fitted in another space, ``other``, lies from this one."""
    inside = samples.is_inside
    error = np.full(vector.size, np.nan)
    wave = samples.wave_um[inside]
    error[inside] = np.abs(across(space, wave, other(wave)) - vector[inside])
    return freeze(error)
