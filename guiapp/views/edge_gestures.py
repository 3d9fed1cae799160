"""Dragging vertical edges over a plot."""

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import Qt

from guiapp.plots.marks import EdgesLayer
from guiapp.plots.mouse import MouseTool, PlotMouse

_PICK_PIXELS = 8.0


class EdgeHost(Protocol):
    """What the gesture needs of the view that it works in."""

    def edge_moved(self, index: int, x: float) -> None:
        """Show edge ``index`` at ``x`` while it is dragged."""

    def edges_released(self) -> None:
        """Tell where the edges are now."""

    def edges_cancelled(self) -> None:
        """Put the edges back."""


class EdgeTool(MouseTool):
    """The left button moves edges; a double click asks for the usual place.

    Parameters
    ----------
    edges : EdgesLayer
        The lines.
    host : EdgeHost
        Told of what happens.
    reset : callable, optional
        Called on a double click on an edge.
    """

    def __init__(
        self, edges: EdgesLayer, host: EdgeHost, *, reset: Callable[[], object] | None = None
    ) -> None:
        self._edges = edges
        self._host = host
        self._reset = reset
        self._held = -1

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        near = self._near(mouse)
        self._edges.highlight(near)
        return None if near < 0 else Qt.CursorShape.SizeHorCursor

    def leave(self) -> None:
        self._edges.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._held = self._near(mouse) if mouse.is_left else -1
        return self._held >= 0

    def move(self, mouse: PlotMouse) -> None:
        self._host.edge_moved(self._held, mouse.x)

    def release(self, mouse: PlotMouse) -> None:
        self._host.edge_moved(self._held, mouse.x)
        self._host.edges_released()

    def cancel(self) -> None:
        self._host.edges_cancelled()

    def double_click(self, mouse: PlotMouse) -> bool:
        if self._reset is None or self._near(mouse) < 0:
            return False
        self._reset()
        return True

    def _near(self, mouse: PlotMouse) -> int:
        return self._edges.edge_at(mouse.column, _PICK_PIXELS)
