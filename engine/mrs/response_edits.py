"""Edits of response parameters: what a gesture or a key does, as pure functions.

Each takes parameters and returns new ones; when nothing changes it returns the same object, so
that no empty entry enters the undo history. Those that begin from automatic breakpoints need the
last response, whose breakpoints they make the user's own.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from engine.errors import DataError
from engine.mrs.response_params import (
    HeldValue,
    Mask,
    SampleState,
    SampleWeight,
    StarResponseParams,
)
from engine.mrs.star_response import StarResponse
from engine.numerics import breakpoints as sets

#: Breakpoints, breaks and cut-offs stay this far apart. Unit: um.
MIN_GAP_UM = 1e-3
#: Samples, held values and breakpoints closer than this are the same. Unit: um.
SAME_UM = 1e-6
#: Samples of a local median.
MEDIAN_SAMPLES = 31
_NO_SAMPLES = Mask(0.0, 0.0, "no samples")


def _changed(params: StarResponseParams, **fields: Any) -> StarResponseParams:
    after = replace(params, **fields)
    return params if after == params else after


def _own_breakpoints(
    params: StarResponseParams, response: StarResponse | None
) -> tuple[float, ...]:
    if params.breakpoints_um is not None:
        return params.breakpoints_um
    if response is None:
        raise DataError(
            "The breakpoints are automatic and not known yet.", hint="Wait for the first fit."
        )
    return tuple(float(at) for at in response.breakpoints_um)


def limits_um(params: StarResponseParams, response: StarResponse) -> tuple[float, float]:
    """Return the range of the vector: the cut-offs, or where the last vector begins and ends."""
    low, high = params.cutoffs_um
    inside = response.wave_um[np.isfinite(response.vector)]
    if not inside.size:
        inside = response.wave_um
    return (
        float(inside[0]) if low is None else low,
        float(inside[-1]) if high is None else high,
    )


# --- breakpoints ---------------------------------------------------------------------------------


def _rearranged(
    params: StarResponseParams, before: tuple[float, ...], after: tuple[float, ...] | None
) -> StarResponseParams:
    """Put breakpoints in place of others; values held on those that are gone go with them."""
    gone = [at for at in before if not _is_among(at, after or ())]
    held = tuple(point for point in params.held if not _is_among(point.wave_um, gone))
    return _changed(params, breakpoints_um=after, held=held)


def pin_breakpoints(params: StarResponseParams, response: StarResponse) -> StarResponseParams:
    """Make automatic breakpoints the user's own, as the last fit used them."""
    return _changed(params, breakpoints_um=_own_breakpoints(params, response))


def move_breakpoint(
    params: StarResponseParams,
    index: int,
    wave_um: float,
    *,
    response: StarResponse | None = None,
) -> StarResponseParams:
    """Move one breakpoint, never past a neighbor or a cut-off; a value held on it goes along.

    Parameters
    ----------
    params : StarResponseParams
        Parameters.
    index : int
        Which breakpoint, counted from 0.
    wave_um : float
        Where to. Unit: um.
    response : StarResponse, optional
        The last response: needed when the breakpoints are automatic; its range is a limit where
        there is no cut-off.

    Returns
    -------
    StarResponseParams
        With the breakpoint `MIN_GAP_UM` or more from its neighbors; never sorted anew.
    """
    points = _own_breakpoints(params, response)
    low, high = params.cutoffs_um if response is None else limits_um(params, response)
    walls = (-np.inf if low is None else low, *points, np.inf if high is None else high)
    before = walls[index + 1]
    least, most = walls[index] + MIN_GAP_UM, walls[index + 2] - MIN_GAP_UM
    if not least <= most:
        return params
    place = float(min(max(wave_um, least), most))
    held = tuple(
        replace(point, wave_um=place) if abs(point.wave_um - before) < SAME_UM else point
        for point in params.held
    )
    moved = (*points[:index], place, *points[index + 1 :])
    return _changed(params, breakpoints_um=moved, held=held)


def add_breakpoint(
    params: StarResponseParams, wave_um: float, *, response: StarResponse | None = None
) -> StarResponseParams:
    """Add a breakpoint without holding any value.

    A curve with one breakpoint more can take the shape of the curve before exactly; the refit
    leaves that shape only as far as the samples ask for it. Too close to another breakpoint
    (`MIN_GAP_UM`) nothing is added.
    """
    points = _own_breakpoints(params, response)
    if any(abs(at - wave_um) < MIN_GAP_UM for at in points):
        return params
    return _changed(params, breakpoints_um=sets.add(points, float(wave_um)))


def add_breakpoint_at_local_median(
    params: StarResponseParams, wave_um: float, response: StarResponse
) -> StarResponseParams:
    """Add a breakpoint whose value is held at the median of the 31 nearest fitted samples."""
    added = add_breakpoint(params, wave_um, response=response)
    if added is params:
        return params
    return hold_value(added, wave_um, local_median(response, wave_um))


def local_median(response: StarResponse, wave_um: float) -> float:
    """Return how high the 31 samples nearest to ``wave_um`` lie that the fit looked at.

    Raises
    ------
    DataError
        If there is no such sample.

    Notes
    -----
    The curve at ``wave_um`` times the median of sample over curve. A median of the samples alone
    would be that of a single one where the curve is steep, with all of its noise.
    """
    seen = np.isin(response.state, [SampleState.USED, SampleState.REJECTED])
    seen &= np.isfinite(response.ratio)
    if not seen.any():
        raise DataError("No sample is in use, so there is no local median.")
    known = seen & (response.vector > 0)
    if not known.any():
        known = seen
    wave, ratio = response.wave_um[known], response.ratio[known]
    curve = np.where(response.vector > 0, response.vector, 1.0)[known]
    nearest = np.argsort(np.abs(wave - wave_um), kind="stable")[:MEDIAN_SAMPLES]
    level = float(np.median(ratio[nearest] / curve[nearest]))
    return level * float(np.interp(wave_um, wave, curve))


def remove_breakpoint(
    params: StarResponseParams, index: int, *, response: StarResponse | None = None
) -> StarResponseParams:
    """Remove one breakpoint, and the value held on it."""
    points = _own_breakpoints(params, response)
    gone = points[index]
    return _changed(
        params,
        breakpoints_um=(*points[:index], *points[index + 1 :]),
        held=tuple(p for p in params.held if abs(p.wave_um - gone) >= SAME_UM),
    )


def double_breakpoints(params: StarResponseParams, response: StarResponse) -> StarResponseParams:
    """Add a breakpoint in the middle of each interval."""
    points = _own_breakpoints(params, response)
    return _changed(params, breakpoints_um=sets.double(points, limits_um(params, response)))


def halve_breakpoints(params: StarResponseParams, response: StarResponse) -> StarResponseParams:
    """Keep every second breakpoint; undoes `double_breakpoints`."""
    before = _own_breakpoints(params, response)
    return _rearranged(params, before, sets.halve(before))


def even_breakpoints(
    params: StarResponseParams, count: int, response: StarResponse
) -> StarResponseParams:
    """Place ``count`` breakpoints evenly over the range of the vector.

    As with all that arranges breakpoints, a value held on one that goes is released with it.

    Raises
    ------
    FitError
        If the count is negative.
    """
    before = _own_breakpoints(params, response)
    return _rearranged(params, before, sets.even(limits_um(params, response), count))


def propose_breakpoints(params: StarResponseParams) -> StarResponseParams:
    """Leave the breakpoints to the program: the fewest that the data ask for."""
    return _rearranged(params, params.breakpoints_um or (), None)


def copy_breakpoints(
    params: StarResponseParams,
    source_um: tuple[float, ...],
    *,
    source_limits_um: tuple[float, float] | None = None,
    limits: tuple[float, float] | None = None,
) -> StarResponseParams:
    """Take over the breakpoints of another star or band.

    Parameters
    ----------
    params : StarResponseParams
        Parameters to change.
    source_um : tuple of float
        Breakpoints to copy. Unit: um.
    source_limits_um, limits : tuple of float, optional
        Ranges of the two vectors, when they belong to different bands: the breakpoints keep their
        relative places. By default they keep their wavelengths.

    Returns
    -------
    StarResponseParams
        Without the values held on breakpoints that are gone.
    """
    copied = source_um
    if source_limits_um is not None and limits is not None:
        (low, high), (new_low, new_high) = source_limits_um, limits
        scale = (new_high - new_low) / (high - low)
        copied = tuple(float(new_low + (at - low) * scale) for at in source_um if low < at < high)
    return _rearranged(params, params.breakpoints_um or (), copied)


# --- held values and breaks ----------------------------------------------------------------------


def hold_value(params: StarResponseParams, wave_um: float, value: float) -> StarResponseParams:
    """Make the curve pass a point; a value held there before is replaced."""
    others = tuple(p for p in params.held if not _is_among(p.wave_um, (wave_um,)))
    held = sorted((*others, HeldValue(float(wave_um), float(value))), key=lambda p: p.wave_um)
    return _changed(params, held=tuple(held))


def release_values(params: StarResponseParams, wave_um: Collection[float]) -> StarResponseParams:
    """Give the values held at these wavelengths back to the fit."""
    kept = tuple(p for p in params.held if not _is_among(p.wave_um, wave_um))
    return _changed(params, held=kept)


def move_held_onto_samples(
    params: StarResponseParams, wave_um: Collection[float], response: StarResponse
) -> StarResponseParams:
    """Hold the values at these wavelengths where the curve lies that has no held values.

    Where the samples leave that curve undetermined, the value stays.
    """
    free = {one.wave_um: one.free for one in response.held if np.isfinite(one.free)}
    moved = tuple(
        replace(p, value=free.get(p.wave_um, p.value)) if _is_among(p.wave_um, wave_um) else p
        for p in params.held
    )
    return _changed(params, held=moved)


def release_value(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Give the held value nearest to ``wave_um`` back to the fit."""
    nearest = _nearest([point.wave_um for point in params.held], wave_um)
    return _changed(params, held=_all_but(params.held, nearest))


def add_break(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Let the curve jump at ``wave_um``; not within `MIN_GAP_UM` of another break."""
    if any(abs(at - wave_um) < MIN_GAP_UM for at in params.breaks_um):
        return params
    return _changed(params, breaks_um=tuple(sorted((*params.breaks_um, float(wave_um)))))


def remove_break(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Remove the break nearest to ``wave_um``."""
    nearest = _nearest(list(params.breaks_um), wave_um)
    return _changed(params, breaks_um=_all_but(params.breaks_um, nearest))


# --- masks and sample ranges ---------------------------------------------------------------------


def add_mask(
    params: StarResponseParams, low_um: float, high_um: float, *, name: str = ""
) -> StarResponseParams:
    """Leave a range out of the fit; the ends may come in either order."""
    mask = _range(low_um, high_um, name)
    if mask is None or mask in params.masks:
        return params
    return _changed(params, masks=_in_order((*params.masks, mask)))


def remove_mask(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Remove the masks that cover ``wave_um``."""
    kept = tuple(m for m in params.masks if not m.low_um <= wave_um <= m.high_um)
    return _changed(params, masks=kept)


def clear_masks(params: StarResponseParams, low_um: float, high_um: float) -> StarResponseParams:
    """Take a range out of all masks, cutting those that reach beyond it."""
    low, high = min(low_um, high_um), max(low_um, high_um)
    kept = []
    for mask in params.masks:
        if mask.high_um <= low or mask.low_um >= high:
            kept.append(mask)
            continue
        if mask.low_um < low:
            kept.append(replace(mask, high_um=low))
        if mask.high_um > high:
            kept.append(replace(mask, low_um=high))
    return _changed(params, masks=tuple(kept))


def rename_mask(params: StarResponseParams, wave_um: float, name: str) -> StarResponseParams:
    """Name the masks that cover ``wave_um``."""
    named = tuple(
        replace(m, name=name) if m.low_um <= wave_um <= m.high_um else m for m in params.masks
    )
    return _changed(params, masks=named)


def add_sample_range(
    params: StarResponseParams, low_um: float, high_um: float, *, name: str = ""
) -> StarResponseParams:
    """Fit only samples inside this range and the others like it."""
    part = _range(low_um, high_um, name)
    if part is None or part in params.sample_ranges:
        return params
    others = tuple(one for one in params.sample_ranges if one != _NO_SAMPLES)
    return _changed(params, sample_ranges=_in_order((*others, part)))


def remove_sample_range(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Remove the sample range nearest to ``wave_um``."""
    away = [max(part.low_um - wave_um, wave_um - part.high_um) for part in params.sample_ranges]
    nearest = int(np.argmin(away)) if away else None
    return _changed(params, sample_ranges=_all_but(params.sample_ranges, nearest))


def remove_sample_ranges(params: StarResponseParams) -> StarResponseParams:
    """Fit samples everywhere again."""
    return _changed(params, sample_ranges=())


def drop_all_samples(params: StarResponseParams) -> StarResponseParams:
    """Drop all samples, to bring back ranges with `add_sample_range`."""
    return _changed(params, sample_ranges=(_NO_SAMPLES,))


def use_all_samples(params: StarResponseParams) -> StarResponseParams:
    """Bring back all samples: no sample ranges, none excluded. Masks and other weights stay."""
    weighted = tuple(one for one in params.weights if one.weight > 0)
    return _changed(params, sample_ranges=(), weights=weighted)


# --- samples -------------------------------------------------------------------------------------


def set_weight(
    params: StarResponseParams, wave_um: float, weight: float, *, reason: str = ""
) -> StarResponseParams:
    """Weigh one sample; 0 excludes it, 1 without a reason forgets that it was weighted.

    Raises
    ------
    DataError
        If the weight is negative or not a number.
    """
    if not weight >= 0 or not np.isfinite(weight):
        raise DataError(f"A weight of {weight:g} is not 0 or more.", hint="1 is ordinary.")
    others = tuple(one for one in params.weights if abs(one.wave_um - wave_um) >= SAME_UM)
    own = (
        () if weight == 1 and not reason else (SampleWeight(float(wave_um), float(weight), reason),)
    )
    weights = sorted((*others, *own), key=lambda one: one.wave_um)
    return _changed(params, weights=tuple(weights))


def exclude_sample(
    params: StarResponseParams, wave_um: float, *, reason: str = ""
) -> StarResponseParams:
    """Exclude the sample at ``wave_um``; the reason is kept with it."""
    return set_weight(params, wave_um, 0.0, reason=reason)


def include_sample(params: StarResponseParams, wave_um: float) -> StarResponseParams:
    """Bring back the excluded sample nearest to ``wave_um``."""
    excluded = [one.wave_um for one in params.weights if one.weight <= 0]
    nearest = _nearest(excluded, wave_um)
    if nearest is None:
        return params
    gone = excluded[nearest]
    kept = tuple(one for one in params.weights if one.wave_um != gone)
    return _changed(params, weights=kept)


# --- range and reset -----------------------------------------------------------------------------


def set_cutoffs(
    params: StarResponseParams, low_um: float | None, high_um: float | None
) -> StarResponseParams:
    """Set the range of the vector; `None`: where the data begin or end.

    Ends that meet or cross change nothing. Breakpoints outside are kept but not used.
    """
    if low_um is not None and high_um is not None and high_um - low_um < MIN_GAP_UM:
        return params
    return _changed(params, cutoffs_um=(low_um, high_um))


def reset(params: StarResponseParams) -> StarResponseParams:
    """Return to the defaults: everything automatic."""
    original = StarResponseParams()
    return params if params == original else original


def _is_among(wave_um: float, places: Collection[float]) -> bool:
    return any(abs(wave_um - at) < SAME_UM for at in places)


def _nearest(places: list[float], wave_um: float) -> int | None:
    if not places:
        return None
    return int(np.argmin(np.abs(np.array(places) - wave_um)))


def _all_but(items: tuple[Any, ...], index: int | None) -> tuple[Any, ...]:
    return items if index is None else (*items[:index], *items[index + 1 :])


def _range(low_um: float, high_um: float, name: str) -> Mask | None:
    low, high = float(min(low_um, high_um)), float(max(low_um, high_um))
    return Mask(low, high, name) if high > low else None


def _in_order(masks: tuple[Mask, ...]) -> tuple[Mask, ...]:
    return tuple(sorted(masks, key=lambda mask: (mask.low_um, mask.high_um)))
