"""What views of sources share: which are picked, marked and read, and what is said of a result."""

from typing import Any

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import IntArray
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel
from guiapp.plots.mouse import MouseTool, PlotMouse, chosen_after_click
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle

PICK_PIXELS = 9.0
RING = PointStyle("accent", "circle", 13.0, "open", 1.6)


class SourcesView(QWidget):
    """A view in which sources of two epochs are points.

    A view makes `points`, `ring` and `empty` when it lays out its parts, and keeps in `order` the
    row of each point.

    Signals
    -------
    sources_chosen(tuple)
        Ids of the sources that are selected now, by the user.
    cursor_changed(str)
        Text below the plots.
    """

    sources_chosen = pyqtSignal(tuple)
    cursor_changed = pyqtSignal(str)

    busy = ""  #: said while a new result is computed
    empty: EmptyState
    points: PointsLayer
    ring: PointsLayer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Any = None
        self.chosen: tuple[str, ...] = ()
        self.remark = ElidedLabel("", "dim", rows=3)
        self.order: IntArray = np.zeros(0, dtype=np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the sources that are drawn, row by row. Overridden by each view."""
        raise NotImplementedError

    def text_of(self, row: int) -> str:
        """Return what is known of a source in words. Overridden by each view."""
        raise NotImplementedError

    # What is said

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self.remark.set_full_text(self.busy)

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        said = f"{what} {hint}".strip()
        if self.result is None:
            self.clear(said)
        else:
            self.remark.set_tone("wrong")
            self.remark.set_full_text(said)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.empty.say(reason)

    def _note(self, text: str) -> None:
        self.remark.set_tone("dim")
        self.remark.set_full_text(text)

    # What is picked

    def choose(self, ids: tuple[str, ...]) -> None:
        """Select sources because of what the user did."""
        self.select(ids)
        self.sources_chosen.emit(self.chosen)

    def select(self, ids: tuple[str, ...]) -> None:
        """Mark those of the sources ``ids`` that are drawn."""
        known = frozenset(self.names)
        self.chosen = tuple(one for one in ids if one in known)
        self.mark()

    def mark(self) -> None:
        """Ring what is chosen."""
        names, chosen = self.names, frozenset(self.chosen)
        ringed = np.array([names[row] in chosen for row in self.order], dtype=bool)
        self.ring.set_data(self.points.xs[ringed], self.points.ys[ringed])

    def row_at(self, mouse: PlotMouse) -> int:
        """Return the row of the source under the mouse; -1: none."""
        at = self.points.point_at(mouse, PICK_PIXELS)
        return int(self.order[at]) if at >= 0 else -1

    def click(self, mouse: PlotMouse) -> bool:
        """Take a click; return whether it was on a source."""
        row = self.row_at(mouse)
        if row < 0 or not self.names:
            return False
        self.choose(chosen_after_click(mouse, self.names[row], self.chosen))
        return True

    def tell(self, row: int) -> None:
        """Write what is under the cursor below the plots; -1: nothing."""
        self.cursor_changed.emit("" if row < 0 or not self.names else self.text_of(row))


class PickSource(MouseTool):
    """Selects the source that is clicked, and reads the one under the cursor."""

    def __init__(self, view: SourcesView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        row = self._view.row_at(mouse)
        self._view.tell(row)
        return None if row < 0 else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        return mouse.is_left and self._view.click(mouse)
