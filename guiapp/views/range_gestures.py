"""What the mouse does to named ranges over a plot: add, change, name, remove."""

from dataclasses import dataclass
from typing import Literal, Protocol

from PyQt6.QtCore import Qt

from guiapp.plots.marks import Span, SpansLayer
from guiapp.plots.mouse import MouseTool, PlotMouse

_STILL = 1.0  # pixels; a drag that ends nearer to its start than this is a click
_EDGE_SHARE = 0.6  # of the pick tolerance


@dataclass(frozen=True, slots=True)
class AddRange:
    """Add a range."""

    low_um: float
    high_um: float


@dataclass(frozen=True, slots=True)
class ChangeRange:
    """Give range number ``index`` other limits or another name."""

    index: int
    low_um: float
    high_um: float
    name: str


@dataclass(frozen=True, slots=True)
class RemoveRange:
    """Remove range number ``index``."""

    index: int


RangeEdit = AddRange | ChangeRange | RemoveRange


class RangeHost(Protocol):
    """What the gestures need of the view that they work in."""

    pick_tolerance: float

    @property
    def ranges(self) -> SpansLayer:
        """The ranges."""

    @property
    def fixed_ranges(self) -> SpansLayer:
        """Ranges that are shown here and edited elsewhere."""

    @property
    def new_range(self) -> SpansLayer:
        """Where the range that is being drawn is shown."""

    @property
    def adds_ranges(self) -> bool:
        """Whether a drag adds a range."""

    def commit(self, edit: RangeEdit) -> None:
        """Say that the user did ``edit``."""

    def range_named(self, index: int) -> None:
        """Let the user name range number ``index``."""

    def refuse_fixed(self) -> None:
        """Say why a range that belongs elsewhere cannot be removed here."""


class RangeTool(MouseTool):
    """The left button moves edges and, in the mode for it, adds ranges; a right click removes.

    A right drag is left to the zoom.
    """

    def __init__(self, host: RangeHost) -> None:
        self._host = host
        self._start: PlotMouse | None = None
        self._edge: tuple[int, Literal["low", "high"]] | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        ranges = self._host.ranges
        ranges.highlight(ranges.span_at(mouse.x))
        if self._near(mouse) is not None:
            return Qt.CursorShape.SizeHorCursor
        return Qt.CursorShape.IBeamCursor if self._host.adds_ranges else None

    def leave(self) -> None:
        self._host.ranges.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._edge = self._near(mouse) if mouse.is_left else None
        if not mouse.is_left or (self._edge is None and not self._host.adds_ranges):
            return False
        self._start = mouse
        return True

    def move(self, mouse: PlotMouse) -> None:
        self._host.new_range.set_spans((Span(*self._range(mouse)),))

    def release(self, mouse: PlotMouse) -> None:
        self.cancel()
        assert self._start is not None
        ranges = self._host.ranges
        if abs(mouse.column - self._start.column) < _STILL:
            index = ranges.span_at(mouse.x)
            if index >= 0 and self._edge is None:
                self._host.range_named(index)
            return
        low, high = self._range(mouse)
        if self._edge is None:
            self._host.commit(AddRange(low, high))
        else:
            index = self._edge[0]
            self._host.commit(ChangeRange(index, low, high, ranges.spans[index].name))

    def cancel(self) -> None:
        self._host.new_range.set_spans(())

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_right:
            return False
        index = self._host.ranges.span_at(mouse.x)
        if index >= 0:
            self._host.commit(RemoveRange(index))
            return True
        if self._host.fixed_ranges.span_at(mouse.x) >= 0:
            self._host.refuse_fixed()
            return True
        return False

    def double_click(self, mouse: PlotMouse) -> bool:
        return self._host.adds_ranges

    def _near(self, mouse: PlotMouse) -> tuple[int, Literal["low", "high"]] | None:
        ranges = self._host.ranges
        if not ranges.isVisible():
            return None
        return ranges.edge_at(mouse.column, _EDGE_SHARE * self._host.pick_tolerance)

    def _range(self, mouse: PlotMouse) -> tuple[float, float]:
        """Return the range from the press, or from the other edge, to the mouse."""
        assert self._start is not None
        first = self._start.x
        if self._edge is not None:
            span = self._host.ranges.spans[self._edge[0]]
            first = span.high if self._edge[1] == "low" else span.low
        low, high = sorted((first, mouse.x))
        return low, high
