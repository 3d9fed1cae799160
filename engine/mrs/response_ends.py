"""Samples at an end of a band that a fit rejects in one run: whether they or others are wrong.

A feature of the star next to an end can turn the rejection around: the curve follows the feature,
and the good samples beyond it are rejected. The curve is then extrapolated where it bends most.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import BoolArray, FloatArray, IntArray
from engine.errors import FitError
from engine.mrs.response_curve import find_breakpoints, fit_found, spline_space_of
from engine.mrs.response_params import SampleState, StarResponseParams
from engine.mrs.response_samples import FitSamples
from engine.numerics.breakpoint_search import Proposal
from engine.numerics.splines import SplineFit, SplineSpace

FEWEST_REJECTED = 3  #: one after another at an end: more than a cosmic ray takes
_HELD_WEIGHT = 100.0  # times its own: so the curve passes what it had rejected, if it can
_GRID = 400
_NEAR = 10  # samples: farther apart they belong to different features


@dataclass(frozen=True, eq=False, slots=True)
class FoundCurve:
    """A curve whose breakpoints the program found.

    Attributes
    ----------
    choice : Proposal
        The breakpoints.
    fit : SplineFit
        The curve.
    space : SplineSpace
        What the curve was looked for in.
    remarks : tuple of str
        What the user should know of how it was found.
    """

    choice: Proposal
    fit: SplineFit
    space: SplineSpace
    remarks: tuple[str, ...] = ()


def find_curve(samples: FitSamples, params: StarResponseParams) -> FoundCurve:
    """Find breakpoints and fit, rejecting what stands off; no run at an end without need.

    Parameters
    ----------
    samples : FitSamples
        What is fitted.
    params : StarResponseParams
        What the user decided.

    Returns
    -------
    FoundCurve
        The fit that the rejection arrives at. Where that leaves out three samples or more in a run
        at an end, a second one begins with a curve through them (a hundred times their weight,
        afterwards their own again); it is taken when it keeps them and is the smoother of the two,
        by the sum of the squared second differences.

    Raises
    ------
    FitError
        If the samples do not determine a curve.

    Notes
    -----
    Law+2025, Sec. 5.1: "iteratively rejecting and interpolating over narrow spectral features".
    Both fits are self-consistent; a response is smooth, which decides between them.
    """
    first = _found(samples, params)
    ends = rejected_ends(samples, first.fit)
    if not ends:
        return first
    held = np.zeros(samples.wave_um.size, dtype=bool)
    held[np.concatenate(ends)] = True
    weight = np.where(held, _HELD_WEIGHT * samples.weight, samples.weight)
    try:
        through = _found(replace(samples, weight=weight, start=samples.start | held), params)
        other = _found(replace(samples, start=through.fit.used), params)
    except FitError:
        return first
    if rejected_ends(samples, other.fit) or _roughness(other) >= _roughness(first):
        return first
    return replace(other, remarks=(_kept_instead(samples, first.fit, other.fit, held),))


def rejected_ends(samples: FitSamples, fit: SplineFit) -> tuple[IntArray, ...]:
    """Return the runs of three samples or more that a fit rejects at the ends of its range.

    Parameters
    ----------
    samples : FitSamples
        What was fitted.
    fit : SplineFit
        The fit.

    Returns
    -------
    tuple of ndarray
        Indices of the samples, at most one run at each end.
    """
    offered = np.flatnonzero((samples.state == SampleState.USED) & samples.is_inside)
    used = np.flatnonzero(fit.used)
    if not used.size:
        return ()
    runs = (offered[offered < used[0]], offered[offered > used[-1]])
    return tuple(run for run in runs if run.size >= FEWEST_REJECTED)


def remarks_on_ends(samples: FitSamples, fit: SplineFit) -> tuple[str, ...]:
    """Return a sentence for each run of measured samples that the fit rejects at an end."""
    said = []
    for run in rejected_ends(samples, fit):
        side = "blue" if run[-1] < np.flatnonzero(fit.used)[0] else "red"
        said.append(
            f"All {run.size} samples at the {side} end, {_range(samples.wave_um[run])}, are "
            "rejected: look whether they are wrong, or a feature next to them; mask what is."
        )
    return tuple(said)


def _found(samples: FitSamples, params: StarResponseParams) -> FoundCurve:
    choice = find_breakpoints(params, samples)
    space = spline_space_of(params, samples, choice.breakpoints)
    fit, space = fit_found(samples, space, params)
    return FoundCurve(choice, fit, space)


def _roughness(found: FoundCurve) -> float:
    """Return how much a curve bends, over its level."""
    curve = found.fit(np.linspace(*found.space.limits, _GRID))
    level = max(float(np.median(np.abs(curve))), float(np.finfo(np.float64).tiny))
    return float(np.sum(np.diff(curve / level, n=2) ** 2))


def _kept_instead(samples: FitSamples, before: SplineFit, after: SplineFit, held: BoolArray) -> str:
    """Say what is rejected instead of the end."""
    kept = np.flatnonzero(held)
    sentence = f"{kept.size} samples at {_range(samples.wave_um[kept])} are kept"
    instead = _largest_group(np.flatnonzero(before.used & ~after.used))
    if instead.size < FEWEST_REJECTED:
        return f"{sentence}: the curve through them is smoother than the one without them."
    return (
        f"{sentence} and {instead.size} at {_range(samples.wave_um[instead])} rejected in their "
        "place: the curve is smoother so."
    )


def _largest_group(index: IntArray) -> IntArray:
    """Return the largest group of indices that are close to each other."""
    if not index.size:
        return index
    groups = np.split(index, np.flatnonzero(np.diff(index) > _NEAR) + 1)
    return max(groups, key=np.size)


def _range(wave_um: FloatArray) -> str:
    return f"{wave_um[0]:.3f}–{wave_um[-1]:.3f} µm"
