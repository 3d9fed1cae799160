"""The same junction in another version of the calibration."""

import numpy as np

from engine.compare.junctions import JunctionMeasure, SourceJunctions
from guiapp.look import number_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.themed_plot import ThemedPlot

_NONE = np.zeros(0)


class OtherJunction:
    """Both sides of a junction in another version, dashed, and what its jump was.

    Parameters
    ----------
    plot : ThemedPlot
        Where it is drawn.
    """

    def __init__(self, plot: ThemedPlot) -> None:
        self.curves = {
            side: plot.add_layer(CurveLayer("other", dash="dashed", counts="no bounds"), z=6)
            for side in ("left", "right")
        }
        self._plot = plot
        self._is_new = False
        self.label = ""
        self.source: SourceJunctions | None = None
        self.measure: JunctionMeasure | None = None

    def take(self, source: SourceJunctions | None, label: str) -> None:
        """Take over the junctions of a source; `None`: there is nothing to compare with."""
        self._is_new = source is not self.source
        self.source, self.label = source, label

    def draw(self, mine: JunctionMeasure | None, source: str) -> None:
        """Draw the counterpart of the junction ``mine`` of ``source``."""
        measures = () if self.source is None or mine is None else self.source.measures
        same = [m for m in measures if mine is not None and m.junction == mine.junction]
        is_same = self.source is not None and self.source.source == source
        self.measure = same[0] if same and is_same and mine and same[0].unit == mine.unit else None
        for side, curve in self.curves.items():
            if self.measure is None:
                curve.set_data(_NONE, _NONE)
            else:
                curve.set_data(self.measure.wave_um, getattr(self.measure, side))
        self._fit()

    def _fit(self) -> None:
        if self._is_new:
            self._is_new = False
            self._plot.fit_y_unless_zoomed()
        elif self.measure is not None:
            self._plot.widen_y_unless_zoomed()

    def text(self, mine: JunctionMeasure) -> str:
        """Return the jump of the other version, and by what it changed."""
        other = self.measure
        if other is None or not (np.isfinite(other.ratio) and np.isfinite(mine.ratio)):
            return ""
        jump = number_text(100.0 * (other.ratio - 1.0), 100.0 * other.ratio_error)
        error = mine.ratio_error / other.ratio
        ratio = number_text(mine.ratio / other.ratio, error)
        return f"   {self.label}: {jump} %; this over it {ratio}"
