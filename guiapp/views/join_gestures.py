"""Dragging the radius at which a measured growth curve goes on as a model."""

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import Qt

from guiapp.plots.marks import EdgesLayer
from guiapp.plots.mouse import MouseTool, PlotMouse


class DragJoin(MouseTool):
    """Moves a join radius in steps of the rings.

    Parameters
    ----------
    join : EdgesLayer
        The radius as it is drawn.
    moved, dragged, cancelled : callable
        What is told while it is in the hand (the radius), when it is let go (the radius, and the
        number of the gesture), and when the drag is taken back.
    step, lowest, highest : float
        Of the radius, in the unit of the plot.
    tolerance : float
        Within which it can be grabbed. Unit: pixel of the screen.
    """

    def __init__(
        self,
        join: EdgesLayer,
        moved: Callable[[float], object],
        dragged: Callable[[float, int], object],
        cancelled: Callable[[], object],
        *,
        step: float,
        lowest: float,
        highest: float,
        tolerance: float,
    ) -> None:
        self._join = join
        self._moved, self._dragged, self._cancelled = moved, dragged, cancelled
        self._step, self._lowest, self._highest = step, lowest, highest
        self._tolerance = tolerance
        self._gesture = 0

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        is_on = self._is_on(mouse)
        self._join.highlight(0 if is_on else -1)
        return Qt.CursorShape.SizeHorCursor if is_on else None

    def leave(self) -> None:
        self._join.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._gesture += 1
        return mouse.is_left and self._is_on(mouse)

    def move(self, mouse: PlotMouse) -> None:
        self._moved(self._snapped(mouse.x))

    def release(self, mouse: PlotMouse) -> None:
        self._dragged(self._snapped(mouse.x), self._gesture)

    def cancel(self) -> None:
        self._cancelled()

    def _is_on(self, mouse: PlotMouse) -> bool:
        return self._join.edge_at(mouse.column, self._tolerance) >= 0

    def _snapped(self, radius: float) -> float:
        steps = round(radius / self._step)
        return float(np.clip(steps * self._step, self._lowest, self._highest))
