"""What is seen of a response besides itself, for its figure: another version, and the graph."""

import numpy as np

from engine.arrays import FloatArray
from engine.figures.seen_curves import CurveStyle, SeenCurve, band_outline, seen_curve
from engine.mrs.star_response import SampleState, StarResponse
from guiapp.views.star_response_canvas import ResponseCanvas
from guiapp.views.star_response_graphs import Graph, graph_of


def seen_version(canvas: ResponseCanvas, label: str) -> tuple[SeenCurve, ...]:
    """Return the version called ``label`` as it is drawn, and what the graph divides by."""
    other, drawn = canvas.previous, canvas.layers.previous
    is_wanted = other is not None and (other.name == label or canvas.graph == "ratio")
    if other is None or not is_wanted or not drawn.isVisible():
        return ()
    curve = seen_curve(other.name, [(drawn.xs, drawn.ys)], shade="other")
    return (curve,) if curve else ()


def seen_graph(canvas: ResponseCanvas) -> tuple[SeenCurve, ...]:
    """Return what the lower plot draws; nothing: it is empty."""
    if canvas.drawn is None:
        return ()
    graph = graph_of(canvas.graph, canvas.drawn, canvas.drawn.vector, canvas.previous)
    return () if graph.problem else _graph_curves(graph, canvas.drawn)


_MARKS: tuple[tuple[SampleState, CurveStyle, str], ...] = (
    (SampleState.USED, "points", "dim"),
    (SampleState.REJECTED, "crosses", "wrong"),
    (SampleState.MASKED, "rings", "care"),
    (SampleState.EXCLUDED, "rings", "accent"),
    (SampleState.FLAGGED, "crosses", "wrong"),
)


def _graph_curves(graph: Graph, result: StarResponse) -> tuple[SeenCurve, ...]:
    """Return ``graph`` as the figure of a response draws it."""
    ends = result.wave_um[[0, -1]]

    def points(state: SampleState) -> tuple[FloatArray, FloatArray]:
        here = (result.state == state) & np.isfinite(graph.points)
        return result.wave_um[here], graph.points[here]

    band = band_outline(result.wave_um, graph.low, graph.high)
    found = (
        *(seen_curve("", [(ends, np.full(2, one))], style="line", shade="dim")
          for one in graph.levels),
        *(seen_curve("", [points(state)], style=style, shade=shade)
          for state, style, shade in _MARKS),
        seen_curve("", [band], style="band", shade="accent"),
        seen_curve("", [(result.wave_um, graph.curve)], style="line"),
    )  # fmt: skip
    return tuple(one for one in found if one is not None)
