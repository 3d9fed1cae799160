"""From breakpoints and samples to the curve, and from the curve to the vector."""

from dataclasses import replace

import numpy as np

from engine.arrays import FloatArray
from engine.errors import FitError
from engine.mrs.response_params import FitSpace, HeldValue, StarResponseParams
from engine.mrs.response_samples import FitSamples, across
from engine.numerics.breakpoint_search import Proposal, propose_breakpoints
from engine.numerics.splines import Rejection, SplineFit, SplineSpace, fit_spline


def spline_space_of(
    params: StarResponseParams, samples: FitSamples, breakpoints_um: tuple[float, ...]
) -> SplineSpace:
    """Return the spline space of a fit; what lies outside the cut-offs is left out.

    Parameters
    ----------
    params : StarResponseParams
        Degree, breaks and held values.
    samples : FitSamples
        What is fitted; held values are turned into its fit space.
    breakpoints_um : tuple of float
        Interior breakpoints. Unit: um.

    Returns
    -------
    SplineSpace
        Within the limits of the samples.
    """
    low, high = samples.limits_um
    return SplineSpace(
        limits=samples.limits_um,
        breakpoints=tuple(at for at in breakpoints_um if low < at < high),
        degree=params.degree,
        breaks=tuple(sorted({at for at in params.breaks_um if low < at < high})),
        held=tuple(
            (point.wave_um, held_in(samples.space, point))
            for point in params.held
            if low <= point.wave_um <= high
        ),
    )


def held_in(space: FitSpace, point: HeldValue) -> float:
    """Return a held value in the fit space; NaN where it has none (the inverse of zero)."""
    value = across(space, np.array([point.wave_um]), np.array([point.value]))
    return float(value[0])


def find_breakpoints(params: StarResponseParams, samples: FitSamples) -> Proposal:
    """Return the fewest breakpoints that the samples ask for.

    Raises
    ------
    FitError
        If not even a curve without breakpoints can be fitted.
    """
    return propose_breakpoints(
        samples.wave_um,
        samples.y,
        spline_space_of(params, samples, ()),
        error=samples.error,
        weight=samples.weight,
        start=samples.start,
    )


def fit_given(
    samples: FitSamples, space: SplineSpace, params: StarResponseParams
) -> tuple[SplineFit, SplineSpace]:
    """Fit with the breakpoints of the user, all of them.

    Returns
    -------
    fit : SplineFit
        The fit, rejecting until the mask is stable.
    space : SplineSpace
        As given.

    Raises
    ------
    FitError
        If the samples do not determine the curve; the breakpoints to blame are named.
    """
    return _fit(samples, space, params), space


def fit_found(
    samples: FitSamples, space: SplineSpace, params: StarResponseParams
) -> tuple[SplineFit, SplineSpace]:
    """Fit with breakpoints that the program found, without those that the rejection bares.

    Returns
    -------
    fit : SplineFit
        The fit.
    space : SplineSpace
        The breakpoints that it used.

    Raises
    ------
    FitError
        If the samples do not determine the curve even so.
    """
    while True:
        try:
            return _fit(samples, space, params), space
        except FitError as error:
            kept = tuple(at for at in space.breakpoints if at not in error.breakpoints_um)
            if len(kept) == len(space.breakpoints):
                raise
            space = replace(space, breakpoints=kept)


def vector_of(curve: FloatArray, space: FitSpace, wave_um: FloatArray) -> FloatArray:
    """Return the factor for a curve in the fit space.

    Parameters
    ----------
    curve : ndarray, shape (n,)
        Values in the fit space. NaN: none.
    space : str
        The fit space.
    wave_um : ndarray, shape (n,)
        Unit: um.

    Returns
    -------
    ndarray, shape (n,)
        NaN where the curve is, and where an inverse is not above zero.
    """
    if space == "factor":
        return curve
    with np.errstate(invalid="ignore"):
        positive = np.where(curve > 0, curve, np.nan)
    return across(space, wave_um, positive)


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
