"""One panel of trends: factors over one parameter, or by class."""

from collections.abc import Set as AbstractSet
from typing import Literal

import numpy as np
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray, IntArray
from engine.compare.factor_table import Parameter
from engine.compare.trend_results import FactorTrends, Trend
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.caption import CaptionLayer, NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.level_band import LevelBandLayer
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.trend_groups import Groups
from guiapp.views.version_difference import with_room_for

_PICK_PIXELS = 9.0
LEFT_WIDTH = 52
NAMED_WIDTH = 68  # of an axis with numbers and a name
BARE_WIDTH = 8
_BOTTOM_HEIGHT = 38
_NUMBERS_HEIGHT = 20
_ROOM_INSIDE = 0.15  # of the range of factors: for words in a small panel
_LINE_POINTS = 48
_SPREAD = 0.34  # of the distance of two categories, that their points take
_MEAN_OFFSET = 0.34
_RING = PointStyle("accent", symbol="circle", size=14.0, fill="open", line=1.8)
_FLAG = PointStyle("care", symbol="circle", size=11.0, fill="open", line=1.3)
_OTHER = PointStyle("other", symbol="circle", size=9.0, fill="open", line=1.0)
_MOST_KINDS = 128
_NONE = np.zeros(0)

#: What the axis of factors says: numbers and its name, numbers alone, nothing.
Numbers = Literal["named", "all", "none"]
WIDTHS: dict[Numbers, int] = {"named": NAMED_WIDTH, "all": LEFT_WIDTH, "none": BARE_WIDTH}


class TrendPanel:
    """The layers of one panel, and which observation each point is."""

    def __init__(self, parent: QWidget) -> None:
        self.plot = plot = ThemedPlot(parent, name="Factor")
        plot.getPlotItem().getAxis("left").setWidth(LEFT_WIDTH)
        plot.getPlotItem().getAxis("left").pixels_per_label = 32.0
        self.scatter = plot.add_layer(LevelBandLayer("text"), z=0)
        self.mean = plot.add_layer(LevelsLayer("dim"), z=1)
        self.range = plot.add_layer(BandLayer("accent", opacity=0.16, shape="smooth"), z=2)
        self.line = plot.add_layer(CurveLayer("accent", width=1.5, counts="no bounds"), z=5.5)
        self.bars = plot.add_layer(ErrorBarsLayer("dim", opacity=0.55), z=4)
        self.other = plot.add_layer(PointsLayer((_OTHER,), counts=()), z=4.5)
        self.points = plot.add_layer(PointsLayer((), counts=tuple(range(_MOST_KINDS))), z=5)
        self.mean_bars = plot.add_layer(ErrorBarsLayer("text", opacity=0.9), z=6)
        self.means = plot.add_layer(PointsLayer((), counts=()), z=7)
        self.flags = plot.add_layer(PointsLayer((_FLAG,), counts=()), z=8)
        self.ring = plot.add_layer(PointsLayer((_RING,), counts=()), z=9)
        self.note = plot.add_layer(NoteLayer(), z=20)
        self.caption = plot.add_layer(CaptionLayer("", color="text"), z=21)
        self.caption.setVisible(False)
        plot.all_bounds = self._bounds
        self.order: IntArray = np.zeros(0, dtype=np.int64)  # rows of the table, by x
        self.parameter: Parameter | None = None
        self._trends: FactorTrends | None = None
        self._names: tuple[str, ...] = ()
        self._errors: FloatArray = _NONE
        self._others: FloatArray = _NONE
        self._axis: tuple[str, str, tuple[str, ...], str] = ("", "", (), "")
        self._numbers: Numbers = "all"

    @property
    def trends(self) -> FactorTrends | None:
        """What is drawn, or `None`."""
        return self._trends

    def show_parameter(
        self,
        trends: FactorTrends,
        parameter: Parameter,
        groups: Groups,
        names: tuple[str, ...] = (),
        *,
        caption: str = "",
    ) -> None:
        """Draw the factors over ``parameter``.

        ``names`` are other names of its categories, and a ``caption`` stands in the panel in
        place of the label below it: small panels need the room.
        """
        self._set_caption(caption)
        trend = trends.trend(parameter.name) or Trend(parameter.name)
        is_log = parameter.kind == "number" and parameter.scale == "log"
        names, unit = names or parameter.categories, trends.table.unit
        self._set_axis(caption or parameter.title, unit, names, "log" if is_log else "linear")
        self.parameter = parameter
        x = parameter.x
        if parameter.kind == "category":
            x = x + spread_over(x)
        self._draw_points(trends, np.power(10.0, x) if is_log else x, groups)
        self._draw_line(trend, parameter)
        self._draw_means(_NONE, _NONE, _NONE, ())
        if parameter.kind == "category":
            self._draw_levels(trend, parameter)
        self.note.say(*_note_of(trend))
        self._draw_mean(trends)

    def show_groups(
        self, trends: FactorTrends, groups: Groups, label: str, names: tuple[str, ...]
    ) -> None:
        """Draw the factors by class or subset, with the mean of each beside it.

        ``names`` are written below the groups.
        """
        self._set_caption("")
        self._set_axis(label, trends.table.unit, names, "linear")
        self.parameter = None
        place = groups.of_row.astype(np.float64)
        self._draw_points(trends, place + spread_over(place), groups)
        self.line.set_data(_NONE, _NONE)
        self.range.set_data(_NONE, _NONE, _NONE)
        known = [(i, one) for i, one in enumerate(groups.levels) if one is not None and one.n_used]
        styles = tuple(PointStyle(groups.color(i), "square", 10.0) for i, _ in known)
        self._draw_means(
            np.array([i + _MEAN_OFFSET for i, _ in known]),
            np.array([one.mean for _, one in known]),
            np.array([one.rms if np.isfinite(one.rms) else one.error for _, one in known]),
            styles,
        )
        clear = [one for _, one in known if one.is_reported]
        best = max(known, key=lambda pair: np.nan_to_num(pair[1].significance), default=None)
        if best is None or not np.isfinite(best[1].significance):
            self.note.say("", "dim")
        else:
            said = f"{groups.titles[best[0]]} {best[1].significance:.1f} σ"
            self.note.say(said, "care" if clear else "dim")
        self._draw_mean(trends)

    def number_factors(self, which: Numbers) -> None:
        """Write numbers and name of the axis of factors, or leave them to the panel beside it."""
        self._numbers = which
        self._write_labels()
        axis = self.plot.getPlotItem().getAxis("left")
        axis.setStyle(showValues=which != "none")
        axis.setWidth(WIDTHS[which])

    def _write_labels(self) -> None:
        label, quantity, _, _ = self._axis
        is_inside = bool(self.caption.name)
        below = "" if is_inside else label
        self.plot.set_labels(below, quantity if self._numbers == "named" else "")
        bottom = self.plot.getPlotItem().getAxis("bottom")
        bottom.setStyle(showValues=True)  # an axis without a name has none by itself
        bottom.setHeight(_NUMBERS_HEIGHT if is_inside else _BOTTOM_HEIGHT)

    def _set_caption(self, caption: str) -> None:
        if caption != self.caption.name:
            self.caption.name = caption
            self.caption.setVisible(bool(caption))
            self.note.place = "below" if caption else "above"
            self._axis = ("", "", (), "")  # its label stands elsewhere now

    def select(self, chosen: AbstractSet[str]) -> None:
        """Ring the observations ``chosen``."""
        if self._trends is None:
            return
        ids = self._trends.table.ids
        which = np.array([ids[row] in chosen for row in self.order], dtype=bool)
        self.ring.set_data(self.points.xs[which], self.points.ys[which])

    def row_at(self, mouse: PlotMouse) -> int:
        """Return the row of the table under the mouse; -1: none."""
        index = self.points.point_at(mouse, _PICK_PIXELS)
        return int(self.order[index]) if index >= 0 else -1

    def show_other(self, factors: FloatArray) -> None:
        """Draw the factors of another version of the calibration, row by row, as open rings."""
        self._others = factors
        if factors.size:
            self.other.set_data(self.points.xs, factors[self.order])
        else:
            self.other.set_data(_NONE, _NONE)

    def _set_axis(self, label: str, unit: str, names: tuple[str, ...], scale: str) -> None:
        wanted = (label, f"Factor ({unit})" if unit else "Relative factor", names, scale)
        if self._axis == wanted:  # an axis is drawn again only when it changes
            return
        self._axis = wanted
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.names = names
        self._write_labels()
        axis.pixels_per_label = 70.0
        self.plot.set_scales("log" if scale == "log" else "linear", "linear")
        self.plot.setAccessibleName(f"Factor over {label}")
        self._names = names

    def _draw_points(self, trends: FactorTrends, x: FloatArray, groups: Groups) -> None:
        self._trends = trends
        table = trends.table
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(table.factor))
        self.order = known[np.argsort(x[known], kind="stable")]
        xs, ys = x[self.order], table.factor[self.order]
        self.points.set_styles(groups.styles)
        self.points.set_data(xs, ys, groups.kinds[self.order])
        self._errors = table.error[self.order]
        self.bars.set_data(xs, ys, self._errors)
        flagged = np.array([bool(table.flags[row]) for row in self.order], dtype=bool)
        self.flags.set_data(xs[flagged], ys[flagged])

    def _draw_line(self, trend: Trend, parameter: Parameter) -> None:
        if not np.isfinite(trend.slope) or self._trends is None:
            self.line.set_data(_NONE, _NONE)
            self.range.set_data(_NONE, _NONE, _NONE)
            return
        used = parameter.x[self._trends.table.used & np.isfinite(parameter.x)]
        x = np.linspace(float(used.min()), float(used.max()), _LINE_POINTS)
        shown = np.power(10.0, x) if parameter.scale == "log" else x
        y, error = trend.at(x), trend.error_at(x)
        color = "care" if trend.is_reported else "accent"
        self.line.set_look(color)
        self.range.set_look(color)
        self.line.set_data(shown, y)
        self.range.set_data(shown, y - error, y + error)

    def _draw_levels(self, trend: Trend, parameter: Parameter) -> None:
        places = [float(parameter.categories.index(one.name)) for one in trend.levels]
        self._draw_means(
            np.array(places) + _MEAN_OFFSET,
            np.array([one.mean for one in trend.levels]),
            np.array([one.error for one in trend.levels]),
            tuple(PointStyle("text", "square", 9.0) for _ in places),
        )

    def _draw_means(
        self, x: FloatArray, y: FloatArray, error: FloatArray, styles: tuple[PointStyle, ...]
    ) -> None:
        self.means.set_styles(styles)
        self.means.set_data(x, y, np.arange(x.size))
        self.mean_bars.set_data(x, y, error)

    def _draw_mean(self, trends: FactorTrends) -> None:
        level = trends.all
        self.mean.set_values((level.mean,))
        self.scatter.set_range(level.mean - level.rms, level.mean + level.rms)

    def _x_range(self) -> tuple[float, float]:
        if self._names:
            return -0.5, len(self._names) - 0.5
        low, high = float(self.points.xs[0]), float(self.points.xs[-1])
        if self.parameter is not None and self.parameter.scale == "log":
            room = (high / low) ** 0.06
            return low / room, high * room
        room = 0.06 * (high - low) or abs(low) * 0.05 or 1.0
        return low - room, high + room

    def _bounds(self) -> Bounds | None:
        if self._trends is None or not self.points.xs.size:
            return None
        low, high = factor_range(self._trends)
        room = _ROOM_INSIDE * (high - low) if self.caption.name else 0.0
        own = (*self._x_range(), low - room, high + room)
        if not self._others.size:
            return own
        others = self._others[self._trends.table.used]  # all panels show the same factors
        return with_room_for(own, (np.full(others.size, own[0]), others))

    def hide_kinds(self, hidden: frozenset[int]) -> None:
        """Leave out some kinds of points."""
        self.points.hide_kinds(hidden)
        shown = ~np.isin(self.points.kinds, list(hidden))
        self.bars.set_data(self.bars.xs, self.bars.ys, np.where(shown, self._errors, np.nan))


def factor_range(trends: FactorTrends) -> tuple[float, float]:
    """Return the range of y of all panels: what is used with its errors, room for words above."""
    table = trends.table
    used = table.used
    error = np.nan_to_num(table.error[used])
    values = table.factor[used]
    low, high = float(np.min(values - error)), float(np.max(values + error))
    room = (high - low) or abs(high) * 0.01 or 1.0
    return low - 0.06 * room, high + 0.16 * room


def spread_over(place: FloatArray) -> FloatArray:
    """Return small steps that lay points of one category side by side, in the order of rows."""
    steps = np.zeros(place.size)
    for one in np.unique(place[np.isfinite(place)]):
        which = np.flatnonzero(place == one)
        if which.size > 1:
            steps[which] = _SPREAD * (np.arange(which.size) / (which.size - 1) - 0.7)
    return steps


def _note_of(trend: Trend) -> tuple[str, str]:
    """Return what is written in a panel, and its color."""
    if trend.reason:
        return trend.reason, "dim"
    if not np.isfinite(trend.significance):
        return f"{trend.single_significance:.1f} σ, not counted", "dim"
    return f"{trend.significance:.1f} σ", "care" if trend.is_reported else "dim"
