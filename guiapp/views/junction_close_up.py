"""What is seen of a junction from close by, and its legend."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from engine.compare.junctions import JunctionMeasure
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendEntry
from guiapp.plots.marks import EdgesLayer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.stamps import PointStyle
from guiapp.views.edge_gestures import EdgeHost, EdgeTool
from guiapp.views.version_difference import with_room_for

LEFT_OUT = PointStyle("care", symbol="cross", size=6.0)
_CONTEXT = 0.6  # of the overlap's width, shown on both sides


def overlap_bounds(
    measure: JunctionMeasure | None, curves: Sequence[CurveLayer], others: Iterable[CurveLayer] = ()
) -> Bounds | None:
    """Return the overlap and its surroundings on both sides; `None` without a curve.

    There is room for ``others``, curves of another version, too.
    """
    known = [curve for curve in curves if curve.xs.size]
    if measure is None or not known:
        return None
    low, high = measure.limits_um
    if not (np.isfinite(low) and np.isfinite(high)):
        low, high = known[0].xs[-1], known[-1].xs[0]
        low, high = min(low, high), max(low, high)
    margin = _CONTEXT * max(high - low, 0.05)
    low, high = float(low - margin), float(high + margin)
    seen = np.concatenate([curve.ys[(curve.xs >= low) & (curve.xs <= high)] for curve in known])
    seen = seen[np.isfinite(seen)]
    if not seen.size:
        return None
    bottom, top = np.percentile(seen, [0.5, 99.5])
    room = 0.15 * (top - bottom)
    own = low, high, float(bottom - room), float(top + room)
    return with_room_for(own, *((one.xs, one.ys) for one in others))


def side_entries(measure: JunctionMeasure) -> tuple[LegendEntry, ...]:
    """Return what the legend says: both bands by side, and what is left out of the ratio."""
    sides = (
        LegendEntry(side, band, "line", f"band {band}")
        for side, band in zip(("left", "right"), measure.junction.split("|"), strict=True)
    )
    tip = "Samples that hold a line or no measurement"
    left_out = LegendEntry("left out", "left out of the ratio", "points", "care", LEFT_OUT, tip)
    return (*sides, left_out)


def scale_of(measure: JunctionMeasure) -> tuple[str, str]:
    """Return what the axes depend on: the zoom is kept while it is the same."""
    return measure.junction, measure.unit


class DragEdges(EdgeTool):
    """Drags the edges of the range; a double click beside them asks for the whole overlap."""

    def __init__(self, edges: EdgesLayer, host: EdgeHost, reset: Callable[[], object]) -> None:
        super().__init__(edges, host)
        self._ask = reset

    def double_click(self, mouse: PlotMouse) -> bool:
        if self._near(mouse) < 0:
            self._ask()
        return True
