"""Whether the axes of the response view still hold what is drawn."""

import numpy as np

from engine.arrays import FloatArray
from engine.mrs.star_response import SampleState, StarResponse
from guiapp.plots.themed_plot import ThemedPlot

_MOST_OUT = 0.02  # of the samples in use: a few are far off at any time


def keep_in_view(
    main: ThemedPlot,
    below: ThemedPlot,
    before: StarResponse,
    result: StarResponse,
    lower: FloatArray,
) -> None:
    """Fit y where a change drove what is drawn out, unless the user chose y.

    Nothing moves under a hand at work: a breakpoint that is dropped must stay where it is.

    Parameters
    ----------
    main, below : ThemedPlot
        The two plots.
    before, result : StarResponse
        What was drawn, and what is.
    lower : ndarray, shape (n,)
        The samples of ``result`` as the lower plot draws them.
    """
    if main.is_dragging or below.is_dragging:
        return
    is_out = main.cursor is None and _share_out(result.vector, main) > 0.0
    if is_out or not np.array_equal(before.ratio, result.ratio, equal_nan=True):
        main.widen_y_unless_zoomed()
    if _share_out(lower[result.state == SampleState.USED], below) > _MOST_OUT:
        below.fit_y_unless_zoomed()


def _share_out(values: FloatArray, plot: ThemedPlot) -> float:
    """Return which share of ``values`` lies above or below what ``plot`` shows."""
    low, high = plot.view[1]
    known = values[np.isfinite(values)]
    return float(np.mean((known < low) | (known > high))) if known.size else 0.0
