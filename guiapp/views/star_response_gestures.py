"""What the mouse does in the response view: breakpoints, cut-offs, masks, breaks, points."""

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from PyQt6.QtCore import QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from engine.arrays import FlagArray, FloatArray
from engine.mrs.star_response import SampleState, StarResponse
from guiapp.plots.marks import Span
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.views.response_edits import (
    AddBreak,
    AddBreakpoint,
    AddBreakpointAtMedian,
    AddMask,
    ChangeMask,
    ExcludeSample,
    HoldValue,
    IncludeSample,
    MoveBreakpoint,
    MoveHeldValue,
    ReleaseValue,
    RemoveBreak,
    RemoveBreakpoint,
    RemoveMasks,
    ResponseEdit,
    Scope,
    SetCutoff,
    Side,
)
from guiapp.views.star_response_layers import ResponseLayers

Mode = Literal["breakpoints", "masks", "break", "patch"]

_STILL = 1.0  # pixels; a drag that ends nearer to its start than this changes nothing
_POINT_TOLERANCE = 0.75  # of the pick tolerance: handles are easier to hit than samples


@dataclass(frozen=True, eq=False, slots=True)
class Preview:
    """The fit as it would be, computed while the hand is still moving.

    Attributes
    ----------
    vector : ndarray
        The curve, at the wavelengths of the result shown.
    state : ndarray of uint8, optional
        `SampleState` of each sample; `None`: as in the result shown.
    note : str
        What the release will do beyond that.
    stat_error : ndarray, optional
        Statistical error of the curve; `None`: as large, relative to it, as in the result shown.
    held_error : ndarray, optional
        How far the held values move the curve; `None`: likewise.
    """

    vector: FloatArray
    state: FlagArray | None = None
    note: str = ""
    stat_error: FloatArray | None = None
    held_error: FloatArray | None = None


class GestureHost(Protocol):
    """What gestures need of the view that they work in."""

    layers: ResponseLayers
    mode: Mode
    scope: Scope
    pick_tolerance: float
    result: StarResponse | None

    def limits(self) -> tuple[float, float]:
        """Return the range in which breakpoints can lie. Unit: um."""

    def commit(self, edit: ResponseEdit, gesture: int = 0) -> None:
        """Say that the user did ``edit``."""

    def preview_edit(self, edit: ResponseEdit) -> None:
        """Draw what ``edit`` would give."""

    def drop_preview(self) -> None:
        """Draw what is true again."""

    def select(self, index: int) -> None:
        """Select a breakpoint; -1: none."""

    def point_hovered(self, index: int, mouse: PlotMouse | None) -> None:
        """Say what the sample under the mouse is; -1: none."""

    def reason_wanted(self, index: int) -> None:
        """Let the user say why the sample number ``index`` is excluded."""

    def mask_named(self, index: int) -> None:
        """Let the user name the mask number ``index``."""


class BreakpointTool(MouseTool):
    """Drag moves a breakpoint; Shift: only y, which holds its value; Ctrl: only x.

    A free breakpoint lies on the curve, so a plain drag moves it in x and the fit gives y. A held
    one follows the hand in both; a double click releases it. A right click removes; a click
    selects.
    """

    def __init__(self, host: GestureHost) -> None:
        self._host = host
        self._index = -1
        self._from = (0.0, 0.0)
        self._others: FloatArray = np.zeros(0)
        self._kind = "free"
        self._start: PlotMouse | None = None
        self._edit: ResponseEdit | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        index = self._at(mouse)
        self._host.layers.handles.hover(index)
        return None if index < 0 else Qt.CursorShape.PointingHandCursor

    def leave(self) -> None:
        self._host.layers.handles.hover(-1)

    def press(self, mouse: PlotMouse) -> bool:
        index = self._at(mouse) if mouse.is_left else -1
        if index < 0:
            return False
        handles = self._host.layers.handles
        self._index, self._start, self._edit = index, mouse, None
        self._from = (float(handles.xs[index]), float(handles.ys[index]))
        self._others = np.delete(handles.xs, index)
        self._kind = handles.kinds[index]
        self._host.select(index)
        return True

    def move(self, mouse: PlotMouse) -> None:
        edit = self._edit_for(mouse)
        if edit is None:
            if self._edit is not None:
                self._host.drop_preview()
        elif edit != self._edit:
            self._host.preview_edit(edit)
        self._edit = edit

    def release(self, mouse: PlotMouse) -> None:
        self.move(mouse)
        if self._edit is not None:
            self._host.commit(self._edit)

    def cancel(self) -> None:
        if self._edit is not None:
            self._host.drop_preview()
        self._edit = None

    def click(self, mouse: PlotMouse) -> bool:
        index = self._at(mouse) if mouse.is_right else -1
        if index < 0:
            return False
        self._host.commit(RemoveBreakpoint(float(self._host.layers.handles.xs[index])))
        return True

    def double_click(self, mouse: PlotMouse) -> bool:
        index = self._at(mouse)
        handles = self._host.layers.handles
        if index >= 0 and mouse.is_left and handles.kinds[index] == "held":
            self._host.commit(ReleaseValue(float(handles.xs[index])))
        return index >= 0

    def _at(self, mouse: PlotMouse) -> int:
        if self._host.mode != "breakpoints":
            return -1
        return self._host.layers.handles.handle_at(mouse, self._host.pick_tolerance)

    def _edit_for(self, mouse: PlotMouse) -> ResponseEdit | None:
        """Return what the drag means now; `None` while the handle is where it was."""
        assert self._start is not None
        pixels = self._host.layers.handles.pixels
        columns = 0.0 if mouse.shift else mouse.column - self._start.column
        moves_y = mouse.shift or (self._kind == "held" and not mouse.ctrl)
        rows = mouse.row - self._start.row if moves_y else 0.0
        if max(abs(columns), abs(rows)) < _STILL:
            return None
        from_um, from_value = self._from
        to_um = self._clamped(pixels.x_at(pixels.x_pixel(from_um) + columns))
        if not moves_y:
            return MoveBreakpoint(from_um, to_um) if to_um != from_um else None
        anchor = pixels.y_pixel(from_value) if np.isfinite(from_value) else self._start.row
        value = pixels.y_at(anchor + rows)
        if mouse.shift:
            return HoldValue(from_um, value)
        return MoveHeldValue(from_um, to_um, value)

    def _clamped(self, to_um: float) -> float:
        """Return ``to_um`` kept between the neighbors: breakpoints never change places."""
        low, high = self._host.limits()
        from_um = self._from[0]
        gap = _least_gap(self._host.result, low, high)
        left = float(np.max(self._others[self._others < from_um], initial=low))
        right = float(np.min(self._others[self._others > from_um], initial=high))
        if right - left < 2 * gap:
            return from_um
        return min(max(to_um, left + gap), right - gap)


class CutoffTool(MouseTool):
    """Drag moves an end of the vector; a right click gives it back to the data."""

    def __init__(self, host: GestureHost) -> None:
        self._host = host
        self._index = -1
        self._before: tuple[float, ...] = ()
        self._start: PlotMouse | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        index = self._at(mouse)
        self._host.layers.cutoffs.highlight(index)
        return None if index < 0 else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        self._host.layers.cutoffs.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._index = self._at(mouse) if mouse.is_left else -1
        self._before, self._start = self._host.layers.cutoffs.values, mouse
        return self._index >= 0

    def move(self, mouse: PlotMouse) -> None:
        values = list(self._before)
        values[self._index] = self._place(mouse)
        self._show(tuple(values))

    def release(self, mouse: PlotMouse) -> None:
        assert self._start is not None
        if abs(mouse.column - self._start.column) < _STILL:
            self.cancel()
            return
        self.move(mouse)
        self._host.commit(SetCutoff(self._side(), self._place(mouse)))

    def cancel(self) -> None:
        self._show(self._before)

    def click(self, mouse: PlotMouse) -> bool:
        self._index = self._at(mouse) if mouse.is_right else -1
        if self._index < 0:
            return False
        self._host.commit(SetCutoff(self._side(), None))
        return True

    def _at(self, mouse: PlotMouse) -> int:
        cutoffs = self._host.layers.cutoffs
        if self._host.mode == "break" or not cutoffs.isVisible():
            return -1
        return cutoffs.edge_at(mouse.column, 0.6 * self._host.pick_tolerance)

    def _show(self, values: tuple[float, ...]) -> None:
        self._host.layers.cutoffs.set_values(values)
        self._host.layers.shade_outside()

    def _side(self) -> Side:
        return "low" if self._index == 0 else "high"

    def _place(self, mouse: PlotMouse) -> float:
        """Return the new end: inside the data, and never past the other one."""
        result = self._host.result
        assert result is not None
        assert self._start is not None
        first, last = float(result.wave_um[0]), float(result.wave_um[-1])
        gap = 10 * _least_gap(result, first, last)
        pixels = self._host.layers.cutoffs.pixels
        at = pixels.x_pixel(self._before[self._index]) + mouse.column - self._start.column
        wanted = pixels.x_at(at)
        if self._index == 0:
            return min(max(wanted, first), self._before[1] - gap)
        return max(min(wanted, last), self._before[0] + gap)


class MaskTool(MouseTool):
    """In mask mode: the left button adds a range or moves an edge, the right one removes ranges."""

    def __init__(self, host: GestureHost) -> None:
        self._host = host
        self._start: PlotMouse | None = None
        self._edge: tuple[int, Side] | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        masks = self._host.layers.masks
        if self._host.mode != "masks":
            masks.highlight(-1)
            return None
        masks.highlight(masks.span_at(mouse.x))
        near = masks.edge_at(mouse.column, 0.6 * self._host.pick_tolerance)
        return Qt.CursorShape.IBeamCursor if near is None else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        self._host.layers.masks.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        if self._host.mode != "masks" or not (mouse.is_left or mouse.is_right):
            return False
        self._start = mouse
        tolerance = 0.6 * self._host.pick_tolerance
        near = self._host.layers.masks.edge_at(mouse.column, tolerance)
        self._edge = near if mouse.is_left else None
        return True

    def move(self, mouse: PlotMouse) -> None:
        assert self._start is not None
        layer = self._host.layers.new_span
        layer.color = "wrong" if self._start.is_right else "care"
        low, high = self._range(mouse)
        layer.set_spans((Span(low, high),))

    def release(self, mouse: PlotMouse) -> None:
        self._hide()
        assert self._start is not None
        low, high = self._range(mouse)
        is_click = abs(mouse.column - self._start.column) < _STILL
        if self._start.is_right:
            touched = [s for s in self._host.layers.masks.spans if s.low <= high and s.high >= low]
            if touched:
                place = 0.5 * (low + high)
                self._host.commit(RemoveMasks(*((place, place) if is_click else (low, high))))
        elif is_click:
            index = self._host.layers.masks.span_at(mouse.x)
            if index >= 0 and self._edge is None:
                self._host.mask_named(index)
        elif self._edge is not None:
            index = self._edge[0]
            name = self._host.layers.masks.spans[index].name
            self._host.commit(ChangeMask(index, low, high, name))
        else:
            self._host.commit(AddMask(low, high))

    def cancel(self) -> None:
        self._hide()

    def double_click(self, mouse: PlotMouse) -> bool:
        return self._host.mode == "masks"

    def _range(self, mouse: PlotMouse) -> tuple[float, float]:
        """Return the range from the press, or from the other edge, to the mouse."""
        assert self._start is not None
        first = self._start.x
        if self._edge is not None:
            span = self._host.layers.masks.spans[self._edge[0]]
            first = span.high if self._edge[1] == "low" else span.low
        low, high = sorted((first, mouse.x))
        return low, high

    def _hide(self) -> None:
        self._host.layers.new_span.set_spans(())


class BreakTool(MouseTool):
    """In break mode a click lets the curve jump there; a right click on a break joins it again."""

    def __init__(self, host: GestureHost) -> None:
        self._host = host

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        self._host.layers.breaks.highlight(self._at(mouse))
        if self._host.mode != "break":
            return None
        self._host.layers.pending.set_values((mouse.x,))
        return Qt.CursorShape.SplitHCursor

    def leave(self) -> None:
        self._host.layers.breaks.highlight(-1)
        if self._host.mode == "break":
            self._host.layers.pending.set_values(())

    def click(self, mouse: PlotMouse) -> bool:
        index = self._at(mouse)
        if mouse.is_right and index >= 0:
            self._host.commit(RemoveBreak(self._host.layers.breaks.values[index]))
            return True
        if self._host.mode != "break" or not mouse.is_left:
            return False
        low, high = self._host.limits()
        if low < mouse.x < high and index < 0:
            self._host.layers.pending.set_values(())
            self._host.commit(AddBreak(mouse.x))
        return True

    def _at(self, mouse: PlotMouse) -> int:
        return self._host.layers.breaks.edge_at(mouse.column, 0.6 * self._host.pick_tolerance)


class PointTool(MouseTool):
    """Shift+click on the curve adds a breakpoint, double click one at the local median.

    A right click on an excluded sample asks why it is excluded. A click on a sample excludes it,
    or brings it back, as soon as it is clear that the click was
    not the first half of a double click.
    """

    def __init__(self, host: GestureHost, parent: QObject) -> None:
        self._host = host
        self._clicked = -1
        self._waiting = QTimer(parent)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._toggle)

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        self._host.point_hovered(self._sample_at(mouse), mouse)
        return None

    def leave(self) -> None:
        self._host.point_hovered(-1, None)

    def click(self, mouse: PlotMouse) -> bool:
        if mouse.is_right:
            return self._ask_reason(self._sample_at(mouse))
        if not mouse.is_left or self._host.mode != "breakpoints":
            return False
        if mouse.shift:
            return self._add(AddBreakpoint(mouse.x), mouse.x)
        self._clicked = self._sample_at(mouse)
        if self._clicked < 0:
            self._host.select(-1)
        else:
            self._waiting.start(QApplication.doubleClickInterval())
        return True

    def double_click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left or self._host.mode != "breakpoints":
            return False
        self._waiting.stop()
        return self._add(AddBreakpointAtMedian(mouse.x), mouse.x)

    def _ask_reason(self, index: int) -> bool:
        result = self._host.result
        if index < 0 or result is None or result.state[index] != SampleState.EXCLUDED:
            return False
        self._host.reason_wanted(index)
        return True

    def _toggle(self) -> None:
        result = self._host.result
        if result is None or not 0 <= self._clicked < result.wave_um.size:
            return
        if result.state[self._clicked] == SampleState.EXCLUDED:
            self._host.commit(IncludeSample(self._clicked, self._host.scope))
        else:
            self._host.commit(ExcludeSample(self._clicked, self._host.scope))

    def _add(self, edit: ResponseEdit, x: float) -> bool:
        low, high = self._host.limits()
        if low < x < high:
            self._host.commit(edit)
        return True

    def _sample_at(self, mouse: PlotMouse) -> int:
        tolerance = _POINT_TOLERANCE * self._host.pick_tolerance
        return self._host.layers.samples.point_at(mouse, tolerance)


def _least_gap(result: StarResponse | None, low: float, high: float) -> float:
    """Return how near breakpoints may come: one sample, or a thousandth of the range."""
    if result is None or result.wave_um.size < 2:
        return 1e-3 * (high - low)
    return float(np.median(np.diff(result.wave_um)))
