"""The same junction in another version of the calibration."""

import numpy as np

from engine.compare.junctions import JunctionMeasure, SourceJunctions
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.legend import LegendEntry
from guiapp.plots.themed_plot import ThemedPlot

_NONE = np.zeros(0)
_DECIMALS = 4  # of a change in percent points


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

    def entries(self) -> tuple[LegendEntry, ...]:
        """Return what the legend says of it."""
        if self.measure is None:
            return ()
        tip = f"Both sides in {self.label}"
        return (LegendEntry("other", self.label, "dashed", "other", tip=tip),)

    def show(self, is_on: bool) -> None:  # noqa: FBT001  (the state itself)
        """Draw it, or do not."""
        for curve in self.curves.values():
            curve.setVisible(is_on)

    def text(self, mine: JunctionMeasure) -> str:
        """Return the jump of the other version, and by what it changed."""
        other = self.measure
        if other is None or not (np.isfinite(other.ratio) and np.isfinite(mine.ratio)):
            return ""
        jump = number_text(100.0 * (other.ratio - 1.0), 100.0 * other.ratio_error)
        return f"   {self.label}: {jump} %; {change_text(mine, other)}"


def change_text(mine: JunctionMeasure, other: JunctionMeasure) -> str:
    """Return by what the jump differs from the one in another version, in percent points.

    Notes
    -----
    Both versions measure the same observation, so the noise of the samples that both of them use
    is common and drops out. With ``n`` samples in common of ``n1`` and ``n2``, both means correlate
    by ``n / sqrt(n1 n2)``; where all are common, the change has no error.
    """
    change = 100.0 * (mine.ratio - other.ratio)
    here, there = (np.round(one.wave_um[one.used], 6) for one in (mine, other))
    common = np.intersect1d(here, there).size
    if common == here.size == there.size:
        sign = "+" if change >= 0.5 * 10.0**-_DECIMALS else ""
        return f"this minus it {sign}{fixed_text(change, _DECIMALS)} points, same samples"
    first, second = mine.ratio_error, other.ratio_error
    together = common / max(np.sqrt(here.size * there.size), 1.0)
    error = np.sqrt(first**2 + second**2 - 2.0 * together * first * second)
    sign = "+" if change > 0 else ""
    return f"this minus it {sign}{number_text(change, 100.0 * float(error))} points"
