"""What the keys do in the response view; which key does what is settled in one table elsewhere."""

import time
from collections.abc import Callable
from typing import Protocol

import numpy as np
from PyQt6.QtCore import Qt

from engine.mrs.star_response import SampleState, StarResponse
from guiapp.look.numbers import parsed_number
from guiapp.plots.mouse import PlotMouse
from guiapp.views.response_edits import (
    AddBreakpoint,
    AddBreakpointAtMedian,
    AddPatch,
    AddSampleRange,
    ArrangeBreakpoints,
    DropSampleRange,
    ExcludeSample,
    HoldValue,
    IncludeSample,
    MoveBreakpoint,
    MoveBreakpointToMedian,
    MoveHeldValue,
    RemoveBreakpoint,
    RemovePatch,
    ResponseEdit,
    Scope,
    SetWeight,
    UseAllSamples,
)
from guiapp.views.response_patches import PatchBar
from guiapp.views.star_response_layers import ResponseLayers

_NUDGE = 1.0  # pixels
_BIG_NUDGE = 10.0
_SAME_GESTURE_S = 0.8
_NONE_TO_REMOVE = "No breakpoint is selected or under the cursor: click the one to remove."

ARROWS = {
    "Left": (-1, 0),
    "Right": (1, 0),
    "Up": (0, 1),
    "Down": (0, -1),
}


class KeyHost(Protocol):
    """What keys need of the view."""

    layers: ResponseLayers
    result: StarResponse | None
    scope: Scope
    patch_bar: PatchBar
    pick_tolerance: float

    def mouse(self) -> PlotMouse | None:
        """Return where the cursor is; where it was frozen, if it is."""

    def limits(self) -> tuple[float, float]:
        """Return the range in which breakpoints can lie. Unit: um."""

    def commit(self, edit: ResponseEdit, gesture: int = 0) -> None:
        """Say that the user did ``edit``."""

    def select(self, index: int) -> None:
        """Select a breakpoint; -1: none."""

    def say(self, text: str) -> None:
        """Say something over the plot."""

    def new_gesture(self) -> int:
        """Return a number that joins edits into one."""

    def ask(
        self,
        question: str,
        text: str,
        then: Callable[[str], None],
        *,
        problem_of: Callable[[str], str] | None = None,
    ) -> None:
        """Ask for a text at the cursor."""


class ResponseKeys:
    """Acts on what is under the cursor."""

    def __init__(self, host: KeyHost) -> None:
        self._host = host
        self._range_start: float | None = None
        self._nudged: tuple[object, int, float] = (None, 0, -np.inf)  # what, gesture, when

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return what each act is called and does; arrows are in `nudge`."""
        return {
            "response.add_breakpoint": self.add_breakpoint,
            "response.add_breakpoint_at_median": self.add_breakpoint_at_median,
            "response.remove_breakpoint": self.remove_breakpoint,
            "response.delete": self.delete,
            "response.undelete": self.undelete,
            "response.move_breakpoint": self.move_breakpoint,
            "response.move_breakpoint_to_median": self.move_breakpoint_to_median,
            "response.double": lambda: self._host.commit(ArrangeBreakpoints("double")),
            "response.halve": lambda: self._host.commit(ArrangeBreakpoints("halve")),
            "response.original": lambda: self._host.commit(ArrangeBreakpoints("reset")),
            "response.weight": self.weight,
            "response.sample": self.sample,
            "response.drop_samples": self.drop_samples,
            "response.patch": self.patch,
            "response.remove_patch": self.remove_patch,
            "response.use_all": lambda: self._host.commit(UseAllSamples()),
        }

    def add_breakpoint(self) -> None:
        """Add a breakpoint under the cursor."""
        mouse = self._inside()
        if mouse is not None:
            self._host.commit(AddBreakpoint(mouse.x))

    def add_breakpoint_at_median(self) -> None:
        """Add a breakpoint under the cursor, held at the median of the samples there."""
        mouse = self._inside()
        if mouse is not None:
            self._host.commit(AddBreakpointAtMedian(mouse.x))

    def remove_breakpoint(self) -> None:
        """Remove the selected breakpoint, or the one under the cursor; never one far away."""
        index = self._handle()
        if index >= 0:
            self._host.commit(RemoveBreakpoint(float(self._host.layers.handles.xs[index])))
        else:
            self._host.say(_NONE_TO_REMOVE)

    def move_breakpoint(self) -> None:
        """Move the nearest breakpoint to the cursor, not past its neighbors."""
        mouse = self._inside()
        index = self._nearest_handle()
        if mouse is None or index < 0:
            return
        handles = self._host.layers.handles
        self._host.select(index)
        if handles.kinds[index] == "held":
            edit: ResponseEdit = MoveHeldValue(float(handles.xs[index]), mouse.x, mouse.y)
        else:
            edit = MoveBreakpoint(float(handles.xs[index]), mouse.x)
        self._host.commit(edit)

    def move_breakpoint_to_median(self) -> None:
        """Hold the nearest breakpoint at the median of the samples around it."""
        index = self._nearest_handle()
        if index >= 0:
            self._host.select(index)
            self._host.commit(MoveBreakpointToMedian(float(self._host.layers.handles.xs[index])))

    def delete(self) -> None:
        """Exclude the nearest sample that is not excluded."""
        index = self._nearest_sample(lambda states: states != SampleState.EXCLUDED)
        if index >= 0:
            self._host.commit(ExcludeSample(index, self._host.scope))

    def undelete(self) -> None:
        """Bring back the nearest excluded sample."""
        index = self._nearest_sample(lambda states: states == SampleState.EXCLUDED)
        if index >= 0:
            self._host.commit(IncludeSample(index, self._host.scope))

    def weight(self) -> None:
        """Ask for the weight of the nearest sample."""
        index = self._nearest_sample(lambda states: states != SampleState.FLAGGED)
        if index >= 0:
            self._host.ask(
                f"Weight of sample {index + 1}",
                "1",
                lambda text: self._set_weight(index, text),
                problem_of=_weight_problem,
            )

    def patch(self) -> None:
        """Begin a range to patch, or end the one that was begun."""
        found = self._ended_range()
        if found is not None:
            bar = self._host.patch_bar
            self._host.commit(AddPatch(*found, bar.donor, bar.scaling))

    def remove_patch(self) -> None:
        """Take the patch under the cursor away."""
        mouse = self._host.mouse()
        index = -1 if mouse is None else self._host.layers.patches.span_at(mouse.x)
        if index >= 0:
            self._host.commit(RemovePatch(index))

    def sample(self) -> None:
        """Begin a range to fit in, or end the one that was begun."""
        found = self._ended_range()
        if found is not None:
            self._host.commit(AddSampleRange(*found))

    def _ended_range(self) -> tuple[float, float] | None:
        """Return the range from the first press to this one; `None` at the first press."""
        mouse = self._inside()
        if mouse is None:
            return None
        start, self._range_start = self._range_start, None
        if start is None:
            self._range_start = mouse.x
            self._host.layers.pending.set_values((mouse.x,))
            return None
        self._host.layers.pending.set_values(())
        low, high = sorted((start, mouse.x))
        return (low, high) if high > low else None

    def drop_samples(self) -> None:
        """Forget the sample range under the cursor, or give up the one that was begun."""
        if self.give_up():
            return
        mouse = self._host.mouse()
        if mouse is not None and self._host.layers.ranges.span_at(mouse.x) >= 0:
            self._host.commit(DropSampleRange(mouse.x))

    def give_up(self) -> bool:
        """Forget a range that was begun; return whether there was one."""
        begun = self._range_start is not None
        self._range_start = None
        self._host.layers.pending.set_values(())
        return begun

    @property
    def has_begun_range(self) -> bool:
        """Whether the first of two presses was made."""
        return self._range_start is not None

    def nudge(self, arrow: str, modifiers: Qt.KeyboardModifier) -> None:
        """Move the selected breakpoint by a pixel, with Shift by ten; up and down hold it."""
        handles = self._host.layers.handles
        index = handles.selected
        if not 0 <= index < handles.xs.size:
            return
        step = _BIG_NUDGE if modifiers & Qt.KeyboardModifier.ShiftModifier else _NUDGE
        right, up = (step * part for part in ARROWS[arrow])
        pixels = handles.pixels
        x, y = float(handles.xs[index]), float(handles.ys[index])
        to_x = self._between_neighbors(index, pixels.x_at(pixels.x_pixel(x) + right))
        to_y = pixels.y_at(pixels.y_pixel(y) - up) if np.isfinite(y) else y
        if handles.kinds[index] == "held":
            edit: ResponseEdit = MoveHeldValue(x, to_x, to_y)
        elif up and np.isfinite(to_y):
            edit = HoldValue(x, to_y)
        else:
            edit = MoveBreakpoint(x, to_x)
        sets_value = bool(up) and isinstance(edit, HoldValue | MoveHeldValue)
        self._host.commit(edit, self._nudge_gesture((index, sets_value)))

    def _nudge_gesture(self, what: tuple[int, bool]) -> int:
        """Return one number for nudges that follow each other closely: one entry of undo.

        Parameters
        ----------
        what : tuple
            Which handle is nudged, and whether its value is: steps of another kind are another
            entry, so that undo takes one back and leaves the other.
        """
        before, gesture, when = self._nudged
        now = time.monotonic()
        if before != what or now - when > _SAME_GESTURE_S:
            gesture = self._host.new_gesture()
        self._nudged = (what, gesture, now)
        return gesture

    def _between_neighbors(self, index: int, x: float) -> float:
        xs = self._host.layers.handles.xs
        low, high = self._host.limits()
        left = float(np.max(xs[xs < xs[index]], initial=low))
        right = float(np.min(xs[xs > xs[index]], initial=high))
        gap = 0.01 * (right - left)
        return min(max(x, left + gap), right - gap)

    def _set_weight(self, index: int, text: str) -> None:
        weight = parsed_number(text)
        if weight is not None:
            self._host.commit(SetWeight(index, weight))

    def _inside(self) -> PlotMouse | None:
        """Return the cursor when a breakpoint can lie there."""
        mouse = self._host.mouse()
        low, high = self._host.limits()
        return mouse if mouse is not None and low < mouse.x < high else None

    def _handle(self) -> int:
        """Return the selected breakpoint, else the one whose line is under the cursor; or -1."""
        handles, mouse = self._host.layers.handles, self._host.mouse()
        if handles.selected >= 0 or mouse is None:
            return handles.selected
        index = handles.nearest_in_x(mouse.x)
        column = np.inf if index < 0 else handles.pixels.x_pixel(float(handles.xs[index]))
        return index if abs(column - mouse.column) <= self._host.pick_tolerance else -1

    def _nearest_handle(self) -> int:
        mouse = self._host.mouse()
        return -1 if mouse is None else self._host.layers.handles.nearest_in_x(mouse.x)

    def _nearest_sample(self, wanted: Callable[[np.ndarray], np.ndarray]) -> int:
        """Return the sample nearest to the cursor in pixels among those wanted; -1: none."""
        mouse, result = self._host.mouse(), self._host.result
        if mouse is None or result is None:
            return -1
        pixels = self._host.layers.samples.pixels
        away = np.hypot(
            pixels.x_pixels(result.wave_um) - mouse.column,
            pixels.y_pixels(result.ratio) - mouse.row,
        )
        away[~np.isfinite(away) | ~wanted(result.state)] = np.inf
        nearest = int(np.argmin(away))
        return nearest if np.isfinite(away[nearest]) else -1


def _weight_problem(text: str) -> str:
    """Say why ``text`` is no weight; ``""``: it is one."""
    weight = parsed_number(text)
    is_one = weight is not None and weight >= 0
    return "" if is_one else "A weight is a number from 0 on"
