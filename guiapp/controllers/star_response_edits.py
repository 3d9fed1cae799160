"""From what the user did in the response view to new parameters, and to words for the history."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.counting import counted
from engine.errors import DataError
from engine.model.star_names import shown_star_name
from engine.mrs import response_edits as engine
from engine.mrs import response_patches as patches
from engine.mrs.response_params import Patch
from engine.mrs.star_response import Mask, StarResponse, StarResponseParams
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.views import response_edits as edits

Outcome = tuple[StarResponseParams, str]

_SAME_UM = 1e-6
_ARRANGED = {
    "propose": "Propose breakpoints in {band}",
    "double": "Double the breakpoints in {band}",
    "halve": "Halve the breakpoints in {band}",
    "even": "Space the breakpoints evenly in {band}",
    "reset": "Reset the response of {band}",
}


@dataclass(frozen=True, eq=False, slots=True)
class Now:
    """What an edit starts from.

    Attributes
    ----------
    params : StarResponseParams
        As decided.
    response : StarResponse
        The last fit.
    band : str
        Name of the band, for the history.
    """

    params: StarResponseParams
    response: StarResponse
    band: str


def applied(
    edit: edits.ResponseEdit, params: StarResponseParams, response: StarResponse, band: str
) -> Outcome:
    """Return the parameters after ``edit``, and what the history calls it.

    Raises
    ------
    DataError
        If the edit has no meaning here.
    """
    handler: Callable[..., Outcome] = _HANDLERS[type(edit)]
    return handler(edit, Now(params, response, band))


def micrometers(wave_um: float) -> str:
    """Return a wavelength as the history says it."""
    return f"{fixed_text(wave_um, 2)} µm"


def _index(params: StarResponseParams, response: StarResponse, wave_um: float) -> int | None:
    """Return which breakpoint lies at ``wave_um``; `None` when a held value alone lies there."""
    points = params.breakpoints_um
    places = np.array(response.breakpoints_um if points is None else points)
    if not places.size:
        return None
    nearest = int(np.argmin(np.abs(places - wave_um)))
    return nearest if abs(places[nearest] - wave_um) < _SAME_UM else None


def _move(edit: edits.MoveBreakpoint, now: Now) -> Outcome:
    index = _index(now.params, now.response, edit.from_um)
    if index is None:
        value = _held_at(now.params, edit.from_um)
        after = engine.hold_value(engine.release_value(now.params, edit.from_um), edit.to_um, value)
        return after, f"Move held value in {now.band} to {micrometers(edit.to_um)}"
    after = engine.move_breakpoint(now.params, index, edit.to_um, response=now.response)
    place = edit.to_um if after.breakpoints_um is None else after.breakpoints_um[index]
    return after, f"Move breakpoint in {now.band} to {micrometers(place)}"


def _move_held(edit: edits.MoveHeldValue, now: Now) -> Outcome:
    moved, _ = _move(edits.MoveBreakpoint(edit.from_um, edit.to_um), now)
    index = _index(now.params, now.response, edit.from_um)
    place = edit.to_um
    if index is not None and moved.breakpoints_um is not None:
        place = moved.breakpoints_um[index]
    after = engine.hold_value(moved, place, edit.value)
    where = f"{micrometers(place)}, {number_text(edit.value)}"
    return after, f"Move held value in {now.band} to {where}"


def _hold(edit: edits.HoldValue, now: Now) -> Outcome:
    pinned = engine.pin_breakpoints(now.params, now.response)
    after = engine.hold_value(pinned, edit.wave_um, edit.value)
    return after, f"Hold {now.band} at {micrometers(edit.wave_um)} to {number_text(edit.value)}"


def _release(edit: edits.ReleaseValue, now: Now) -> Outcome:
    after = engine.release_value(now.params, edit.wave_um)
    return after, f"Release the value of {now.band} at {micrometers(edit.wave_um)}"


def _release_some(edit: edits.ReleaseValues, now: Now) -> Outcome:
    after = engine.release_values(now.params, edit.wave_um)
    return after, f"Release {_values_text(edit.wave_um)} of {now.band}"


def _onto_samples(edit: edits.MoveOntoSamples, now: Now) -> Outcome:
    after = engine.move_held_onto_samples(now.params, edit.wave_um, now.response)
    return after, f"Move {_values_text(edit.wave_um)} of {now.band} onto the samples"


def _values_text(places_um: tuple[float, ...]) -> str:
    count = len(places_um)
    return f"the value at {micrometers(places_um[0])}" if count == 1 else f"{count} held values"


def _add(edit: edits.AddBreakpoint, now: Now) -> Outcome:
    after = engine.add_breakpoint(now.params, edit.wave_um, response=now.response)
    return after, f"Add breakpoint in {now.band} at {micrometers(edit.wave_um)}"


def _add_at_median(edit: edits.AddBreakpointAtMedian, now: Now) -> Outcome:
    after = engine.add_breakpoint_at_local_median(now.params, edit.wave_um, now.response)
    return after, f"Add held breakpoint in {now.band} at {micrometers(edit.wave_um)}"


def _to_median(edit: edits.MoveBreakpointToMedian, now: Now) -> Outcome:
    median = engine.local_median(now.response, edit.wave_um)
    after = engine.hold_value(
        engine.pin_breakpoints(now.params, now.response), edit.wave_um, median
    )
    return after, f"Hold breakpoint in {now.band} at {micrometers(edit.wave_um)} at the median"


def _remove(edit: edits.RemoveBreakpoint, now: Now) -> Outcome:
    index = _index(now.params, now.response, edit.wave_um)
    if index is None:
        return _release(edits.ReleaseValue(edit.wave_um), now)
    after = engine.remove_breakpoint(now.params, index, response=now.response)
    return after, f"Remove breakpoint in {now.band} at {micrometers(edit.wave_um)}"


def _add_mask(edit: edits.AddMask, now: Now) -> Outcome:
    after = engine.add_mask(now.params, edit.low_um, edit.high_um, name=edit.name)
    return after, f"Mask {_range_text(edit.low_um, edit.high_um)} in {now.band}"


def _change_mask(edit: edits.ChangeMask, now: Now) -> Outcome:
    if not 0 <= edit.index < len(now.params.masks):
        raise DataError(f"There is no mask number {edit.index + 1} in {now.band}.")
    before = now.params.masks[edit.index]
    changed = Mask(edit.low_um, edit.high_um, edit.name)
    others = (*now.params.masks[: edit.index], *now.params.masks[edit.index + 1 :])
    ordered = tuple(sorted((*others, changed), key=lambda mask: (mask.low_um, mask.high_um)))
    after = now.params if changed == before else replace(now.params, masks=ordered)
    if (changed.low_um, changed.high_um) == (before.low_um, before.high_um):
        return after, f"Name a mask in {now.band} “{edit.name}”"
    return after, f"Change a mask in {now.band} to {_range_text(edit.low_um, edit.high_um)}"


def _remove_masks(edit: edits.RemoveMasks, now: Now) -> Outcome:
    if edit.high_um - edit.low_um < _SAME_UM:
        after = engine.remove_mask(now.params, edit.low_um)
        return after, f"Remove the mask in {now.band} at {micrometers(edit.low_um)}"
    after = engine.clear_masks(now.params, edit.low_um, edit.high_um)
    return after, f"Unmask {_range_text(edit.low_um, edit.high_um)} in {now.band}"


def _exclude(edit: edits.ExcludeSample, now: Now) -> Outcome:
    wave_um = _sample_um(now.response, edit.index)
    after = engine.exclude_sample(now.params, wave_um, reason=edit.reason)
    why = f": {edit.reason}" if edit.reason else ""
    return after, f"Exclude the sample of {now.band} at {fixed_text(wave_um, 4)} µm{why}"


def _include(edit: edits.IncludeSample, now: Now) -> Outcome:
    wave_um = _sample_um(now.response, edit.index)
    after = engine.include_sample(now.params, wave_um)
    return after, f"Bring back the sample of {now.band} at {fixed_text(wave_um, 4)} µm"


def _weigh(edit: edits.SetWeight, now: Now) -> Outcome:
    wave_um = _sample_um(now.response, edit.index)
    after = engine.set_weight(now.params, wave_um, edit.weight)
    weight = number_text(edit.weight)
    return after, f"Weigh the sample of {now.band} at {fixed_text(wave_um, 4)} µm by {weight}"


def _set_cutoff(edit: edits.SetCutoff, now: Now) -> Outcome:
    low, high = now.params.cutoffs_um
    after = (
        engine.set_cutoffs(now.params, edit.wave_um, high)
        if edit.side == "low"
        else engine.set_cutoffs(now.params, low, edit.wave_um)
    )
    end = "begin" if edit.side == "low" else "end"
    where = "with the data" if edit.wave_um is None else f"at {micrometers(edit.wave_um)}"
    return after, f"Let {now.band} {end} {where}"


def _add_break(edit: edits.AddBreak, now: Now) -> Outcome:
    after = engine.add_break(now.params, edit.wave_um)
    return after, f"Add a break in {now.band} at {micrometers(edit.wave_um)}"


def _remove_break(edit: edits.RemoveBreak, now: Now) -> Outcome:
    after = engine.remove_break(now.params, edit.wave_um)
    return after, f"Remove the break in {now.band} at {micrometers(edit.wave_um)}"


def _add_range(edit: edits.AddSampleRange, now: Now) -> Outcome:
    after = engine.add_sample_range(now.params, edit.low_um, edit.high_um)
    return after, f"Fit {now.band} within {_range_text(edit.low_um, edit.high_um)}"


def _drop_range(edit: edits.DropSampleRange, now: Now) -> Outcome:
    after = engine.remove_sample_range(now.params, edit.wave_um)
    return after, f"Drop the sample range of {now.band} at {micrometers(edit.wave_um)}"


def _use_all(_edit: edits.UseAllSamples, now: Now) -> Outcome:
    return engine.use_all_samples(now.params), f"Use all samples of {now.band}"


def _arrange(edit: edits.ArrangeBreakpoints, now: Now) -> Outcome:
    pinned = engine.pin_breakpoints(now.params, now.response)
    count = len(pinned.breakpoints_um or ())
    after: dict[str, Callable[[], StarResponseParams]] = {
        "propose": lambda: engine.propose_breakpoints(now.params),
        "double": lambda: engine.double_breakpoints(now.params, now.response),
        "halve": lambda: engine.halve_breakpoints(now.params, now.response),
        "even": lambda: engine.even_breakpoints(now.params, count, now.response),
        "reset": lambda: engine.reset(now.params),
    }
    arranged = after[edit.how]()
    released = 0 if edit.how == "reset" else len(now.params.held) - len(arranged.held)
    also = f", releasing {counted(released, 'held value')}" if released else ""
    return arranged, _ARRANGED[edit.how].format(band=now.band) + also


def _add_patch(edit: edits.AddPatch, now: Now) -> Outcome:
    after = patches.add_patch(
        now.params, edit.low_um, edit.high_um, donor=edit.donor, scaling=edit.scaling
    )
    where = _range_text(edit.low_um, edit.high_um)
    return after, f"Patch {now.band} at {where} {_source_text(edit.donor)}"


def _change_patch(edit: edits.ChangePatch, now: Now) -> Outcome:
    changed = Patch(float(edit.low_um), float(edit.high_um), edit.donor, edit.scaling)
    after = patches.change_patch(now.params, edit.index, changed)
    where = _range_text(edit.low_um, edit.high_um)
    return after, f"Change a patch of {now.band} to {where} {_source_text(edit.donor)}"


def _remove_patch(edit: edits.RemovePatch, now: Now) -> Outcome:
    after = patches.remove_patch(now.params, edit.index)
    gone = now.params.patches[edit.index]
    return after, f"Remove the patch of {now.band} at {_range_text(gone.low_um, gone.high_um)}"


def _source_text(donor: str) -> str:
    return f"from {shown_star_name(donor)}" if donor else "by interpolation"


def _held_at(params: StarResponseParams, wave_um: float) -> float:
    for point in params.held:
        if abs(point.wave_um - wave_um) < _SAME_UM:
            return point.value
    raise DataError(f"Nothing is held at {micrometers(wave_um)}.")


def _sample_um(response: StarResponse, index: int) -> float:
    return float(response.wave_um[index])


def _range_text(low_um: float, high_um: float) -> str:
    decimals = 2 if high_um - low_um >= 0.02 else 3
    return f"{fixed_text(low_um, decimals)}–{fixed_text(high_um, decimals)} µm"


_HANDLERS: dict[type[Any], Callable[..., Outcome]] = {
    edits.MoveBreakpoint: _move,
    edits.MoveHeldValue: _move_held,
    edits.HoldValue: _hold,
    edits.ReleaseValue: _release,
    edits.ReleaseValues: _release_some,
    edits.MoveOntoSamples: _onto_samples,
    edits.AddBreakpoint: _add,
    edits.AddBreakpointAtMedian: _add_at_median,
    edits.MoveBreakpointToMedian: _to_median,
    edits.RemoveBreakpoint: _remove,
    edits.AddMask: _add_mask,
    edits.ChangeMask: _change_mask,
    edits.RemoveMasks: _remove_masks,
    edits.ExcludeSample: _exclude,
    edits.IncludeSample: _include,
    edits.SetWeight: _weigh,
    edits.SetCutoff: _set_cutoff,
    edits.AddBreak: _add_break,
    edits.RemoveBreak: _remove_break,
    edits.AddSampleRange: _add_range,
    edits.AddPatch: _add_patch,
    edits.ChangePatch: _change_patch,
    edits.RemovePatch: _remove_patch,
    edits.DropSampleRange: _drop_range,
    edits.UseAllSamples: _use_all,
    edits.ArrangeBreakpoints: _arrange,
}
