"""One junction over all sources: the jump against flux, or against date."""

from collections.abc import Collection
from typing import Literal

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.compare.jumps import JumpPoint, Jumps
from engine.compare.repeatability import decimal_year
from engine.model.star_names import shown_source_name
from guiapp.look import number_text
from guiapp.look.parts import column
from guiapp.look.tokens import GRID
from guiapp.look.units import flux_text
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

Axis = Literal["flux", "date"]
_PICK_PIXELS = 9.0
_USED, _LEFT_OUT = 0, 1
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6)
_RING = PointStyle("accent", symbol="circle", size=13.0, fill="open", line=1.8)
_NONE = np.zeros(0)
_ENTRIES = (
    LegendEntry("factor", "one factor", "line", "accent", tip="The same ratio in all sources"),
    LegendEntry(
        "offset", "one offset", "dashed", "care", tip="The same difference, in flux, in all sources"
    ),
    LegendEntry("trend", "trend", "dotted", "dim", tip="Straight line through those that count"),
    LegendEntry(
        "left out",
        "do not count",
        "points",
        "wrong",
        _CROSS,
        "No standard star, left out, or not comparable: point at a cross to read why",
    ),
)
_N_CURVE = 120
_LEAST_RANGE = 0.5  # per cent, above and below zero: less is not worth a zoom


class JumpPlot(ThemedPlot):
    """Draws the points of one junction with the verdict's curves; says which source is clicked.

    Signals
    -------
    source_clicked(str)
        Source key.
    read(str)
        What is under the cursor.
    drawn_anew()
        Other points and curves.
    """

    source_clicked = pyqtSignal(str)
    read = pyqtSignal(str)
    drawn_anew = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, name="Jumps of all sources", x_label="Flux", y_label="Right / left − 1 (%)"
        )
        self.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.factor = self.add_layer(CurveLayer("accent", counts="no bounds"), z=2)
        self.offset = self.add_layer(CurveLayer("care", dash="dashed", counts="no bounds"), z=2)
        self.trend = self.add_layer(CurveLayer("dim", dash="dotted", counts="no bounds"), z=2)
        self.bars = self.add_layer(ErrorBarsLayer("dim", opacity=0.8), z=3)
        self.points = self.add_layer(PointsLayer((PointStyle("dim", size=6.0), _CROSS)), z=4)
        self.ring = self.add_layer(PointsLayer((_RING,), counts=()), z=5)
        self.drawn: tuple[JumpPoint, ...] = ()
        self._shown: tuple[object, ...] = ()
        self._sources: frozenset[str] = frozenset()
        self.all_bounds = self._bounds
        self.add_tool(_PickSource(self))

    def show_jumps(self, jumps: Jumps | None, junction: str, axis: Axis) -> None:
        """Draw ``junction`` of all sources; the zoom is kept while junction and axis are."""
        points = () if jumps is None else jumps.at(junction)
        self.drawn, x = _places(points, axis)
        y = 100.0 * (np.array([one.ratio for one in self.drawn]) - 1.0)
        kinds = np.array([_USED if one.is_used else _LEFT_OUT for one in self.drawn], dtype=int)
        right = junction.partition("|")[2]
        self.points.set_styles((PointStyle(f"band {right}", size=6.0), _CROSS))
        self.points.set_data(x, y, kinds.astype(np.int64))
        self.bars.color = f"band {right}"
        self.bars.set_data(x, y, 100.0 * np.array([one.ratio_error for one in self.drawn]))
        self._draw_curves(jumps, junction, axis, x)
        unit = "" if jumps is None else jumps.unit
        name = f"Flux ({unit})" if unit else "Flux"
        self.set_labels(name if axis == "flux" else "Date (year)", "Right / left − 1 (%)")
        self.set_scales("log" if axis == "flux" else "linear", "linear")
        self.select(self._sources)
        self.drawn_anew.emit()
        shown = (junction, axis, unit, bool(self.drawn))
        if shown != self._shown:
            self._shown = shown
            self.show_all_afresh()

    def select(self, sources: Collection[str]) -> None:
        """Mark the points of ``sources``."""
        self._sources = frozenset(sources)
        chosen = np.array([one.source in self._sources for one in self.drawn], dtype=bool)
        self.ring.set_data(self.points.xs[chosen], self.points.ys[chosen])

    def point_at(self, mouse: PlotMouse) -> JumpPoint | None:
        """Return the point under the mouse."""
        index = self.points.point_at(mouse, _PICK_PIXELS)
        return self.drawn[index] if index >= 0 else None

    def _draw_curves(self, jumps: Jumps | None, junction: str, axis: Axis, x: FloatArray) -> None:
        for layer in (self.factor, self.offset, self.trend):
            layer.set_data(_NONE, _NONE)
        if jumps is None or x.size < 2:
            return
        verdict = jumps.verdict(junction)
        if axis == "flux":
            flux = np.geomspace(x[0], x[-1], _N_CURVE)
            if verdict.kind != "none" and verdict.n_sources > 1:
                self.factor.set_data(flux, np.full(flux.size, 100.0 * (verdict.factor - 1.0)))
                self.offset.set_data(flux, 100.0 * verdict.offset / flux)
            return
        trend = jumps.trend(junction, "date")
        dates = np.array([one.mjd for one in self.drawn if one.is_used])
        if dates.size and np.isfinite(trend.slope):
            ends = np.array([dates.min(), dates.max()])
            years = np.array([decimal_year(end) for end in ends])
            self.trend.set_data(years, 100.0 * (trend.ratio_at(ends) - 1.0))

    def _bounds(self) -> Bounds | None:
        if not self.drawn:
            return None
        ys, errors = self.points.ys, np.nan_to_num(self.bars.errors)
        low = min(float(np.min(ys - errors)), -_LEAST_RANGE)
        high = max(float(np.max(ys + errors)), _LEAST_RANGE)
        return float(self.points.xs[0]), float(self.points.xs[-1]), 1.1 * low, 1.1 * high


class JumpPage(QWidget):
    """The plot below its legend, which names what is drawn."""

    def __init__(self, plot: JumpPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.legend = plot, LegendBar()
        self.legend.switched.connect(self._on_switched)
        plot.drawn_anew.connect(self._list)
        box = column(self, spacing=GRID)
        box.addWidget(self.legend)
        box.addWidget(plot, 1)

    def _list(self) -> None:
        plot = self.plot
        is_drawn = {
            "factor": plot.factor.xs.size,
            "offset": plot.offset.xs.size,
            "trend": plot.trend.xs.size,
            "left out": not all(one.is_used for one in plot.drawn),
        }
        self.legend.set_entries(tuple(one for one in _ENTRIES if is_drawn[one.name]))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        plot = self.plot
        if name == "left out":
            plot.points.hide_kinds(frozenset() if is_on else frozenset({_LEFT_OUT}))
        else:
            {"factor": plot.factor, "offset": plot.offset, "trend": plot.trend}[name].setVisible(
                is_on
            )


class _PickSource(MouseTool):
    """Selects the source that is clicked, and reads the one under the cursor."""

    def __init__(self, plot: JumpPlot) -> None:
        self._plot = plot

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        point = self._plot.point_at(mouse)
        self._plot.read.emit("" if point is None else point_text(point))
        return None if point is None else Qt.CursorShape.PointingHandCursor

    def leave(self) -> None:
        self._plot.read.emit("")

    def click(self, mouse: PlotMouse) -> bool:
        point = self._plot.point_at(mouse) if mouse.is_left else None
        if point is None:
            return False
        self._plot.source_clicked.emit(point.source)
        return True


def point_text(point: JumpPoint) -> str:
    """Return one point in one line: first why it does not count, for the line may be cut."""
    aside = "" if point.is_used else f"   does not count: {point.reason}"
    return (
        f"{shown_source_name(point.source)}{aside}   ratio "
        f"{number_text(point.ratio, point.ratio_error)}"
        f"   flux {flux_text(point.flux, None, point.unit)}"
    )


def _places(points: tuple[JumpPoint, ...], axis: Axis) -> tuple[tuple[JumpPoint, ...], FloatArray]:
    """Return the points that have a place on the axis, in order, and their places."""
    kept = [one for one in points if np.isfinite(one.ratio)]
    if axis == "flux":
        kept = sorted((one for one in kept if one.flux > 0), key=lambda one: one.flux)
        return tuple(kept), np.array([one.flux for one in kept])
    kept = sorted((one for one in kept if np.isfinite(one.mjd)), key=lambda one: one.mjd)
    return tuple(kept), np.array([decimal_year(one.mjd) for one in kept])
