"""View of repeatability: the level of every visit over its date, in twelve panels."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.compare.repeatability import (
    BandRepeatability,
    StarRepeatability,
    VisitLevel,
    decimal_year,
)
from engine.model.star_names import shown_source_name
from guiapp.look import number_text
from guiapp.look.parts import button
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import BandPanels
from guiapp.views.visits_view import VisitsView

_PICK_PIXELS = 9.0
_USED, _LEFT_OUT = 0, 1
_CROSS = PointStyle("wrong", symbol="cross", size=8.0, line=1.6, off_scale="marked")
_RING = PointStyle("accent", symbol="circle", size=13.0, fill="open", line=1.8)
_OTHER = PointStyle("other", symbol="circle", size=9.0, fill="open", line=1.2)
_LEGEND_WIDTH = 236
_LEAST_RANGE = 0.2  # per cent, above and below zero: less is not worth a zoom
_EXCLUDE, _BRING_BACK = "Leave out visit…", "Bring visit back"


@dataclass(frozen=True, eq=False, slots=True)
class _Drawn:
    """The visits of one band that have a place in its plot."""

    visits: tuple[VisitLevel, ...]
    years: FloatArray
    percent: FloatArray
    errors: FloatArray


class _Panel:
    """The layers of one band."""

    def __init__(self, plot: ThemedPlot, band: str) -> None:
        self.plot = plot
        self.zero = plot.add_layer(LevelsLayer("dim"), z=1)
        self.trend = plot.add_layer(CurveLayer("dim", dash="dashed", counts="no bounds"), z=2)
        self.bars = plot.add_layer(ErrorBarsLayer(f"band {band}", opacity=0.8), z=3)
        styles = (PointStyle(f"band {band}", symbol="square", size=6.0, off_scale="marked"), _CROSS)
        self.points = plot.add_layer(PointsLayer(styles), z=4)
        self.ring = plot.add_layer(PointsLayer((_RING,), counts=()), z=5)
        self.other = plot.add_layer(PointsLayer((_OTHER,), counts=()), z=3.5)
        self.drawn = _drawn(())
        self.zero.set_values((0.0,))

    def show(self, one: BandRepeatability | None) -> None:
        self.drawn = drawn = _drawn(() if one is None else one.visits)
        kinds = np.array([_USED if v.is_used else _LEFT_OUT for v in drawn.visits], dtype=np.int64)
        self.points.set_data(drawn.years, drawn.percent, kinds)
        self.bars.set_data(drawn.years, drawn.percent, drawn.errors)
        used = drawn.years[kinds == _USED]
        if one is None or not (used.size and np.isfinite(one.trend_per_year)):
            self.trend.set_data(np.zeros(0), np.zeros(0))
            return
        days = np.array([visit.mjd for visit in drawn.visits])[kinds == _USED][[0, -1]]
        self.trend.set_data(used[[0, -1]], 100.0 * (one.trend_at(days) - 1.0))

    def select(self, sources: Collection[str]) -> None:
        chosen = np.array([visit.source in sources for visit in self.drawn.visits], dtype=bool)
        self.ring.set_data(self.drawn.years[chosen], self.drawn.percent[chosen])


class RepeatabilityView(VisitsView):
    """Draws levels over dates; says which visit is picked, and which one shall be left out.

    Signals
    -------
    visit_chosen(str)
        Id of the visit that was clicked.
    exclusion_wanted(str)
        Id of the visit to leave out, or to bring back.
    """

    visit_chosen = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)

    panels: BandPanels
    hint = "click a visit to select it · x or Delete: leave it out, or bring it back"

    def __init__(self, parent: QWidget | None = None) -> None:
        panels = BandPanels("Repeatability", x_label="Date (year)", x_numbers="lowest row")
        super().__init__(panels, quantity="ratio to mean − 1, %", parent=parent)
        self.exclude = button(_EXCLUDE, "quiet", tip="Leave the selected visit out (x)")
        self.legend = LegendBar()
        self._source = ""
        self._marked: frozenset[str] = frozenset()
        self.other: StarRepeatability | None = None
        self._other_label = ""
        self._panels = {band: _Panel(plot, band) for band, plot in panels.plots.items()}
        self.tools.addWidget(self.exclude)
        self.add_legend(self.legend, _LEGEND_WIDTH)
        self.legend.set_entries(_LEGEND)
        self.legend.switched.connect(self._on_switched)
        self.exclude.clicked.connect(self.ask_exclusion)
        first = next(iter(panels.plots.values()))
        for band, plot in panels.plots.items():
            plot.add_tool(_PickVisit(self, band))
            plot.all_bounds = lambda band=band: self._bounds(band)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            if plot is not first:
                first.link_x(plot)
        self.select("")

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave the selected visit out, or bring it back."""
        for plot in self.panels.plots.values():
            for key in keys:
                plot.keys.bind(key, self.ask_exclusion)

    def show_result(self, result: StarRepeatability) -> None:
        """Draw ``result``."""
        is_new = self.result is None or self.result.star != result.star
        is_empty = self.empty.reason != ""
        self.result = result
        has_numbers = any(np.isfinite(one.scatter) for one in result.bands)
        self.empty.say("" if has_numbers else " ".join(result.messages))
        for one in result.bands:
            self._panels[one.band].show(one)
            self._write_caption(one)
        self.say_remarks(result.messages if has_numbers else ())
        self.select(self._source, self._marked)
        if is_new or is_empty:
            self.panels.for_each(ThemedPlot.show_all_afresh)
        elif self.other is not None:
            self.panels.for_each(ThemedPlot.widen_y_unless_zoomed)

    def show_other(self, other: StarRepeatability | None, label: str) -> None:
        """Draw the visits of another version as rings, its scatter beside ours; `None`: none."""
        is_new = other is not self.other
        self.other, self._other_label = other, label
        for band, panel in self._panels.items():
            one = None if other is None else next(b for b in other.bands if b.band == band)
            drawn = _drawn(() if one is None else one.visits)
            panel.other.set_data(drawn.years, drawn.percent)
        if self.result is not None:
            for mine in self.result.bands:
                self._write_caption(mine)
            self.say_remarks(self.result.messages)
        self.legend.set_entries((*_LEGEND, _other_entry(label)) if other is not None else _LEGEND)
        if is_new:
            self.panels.for_each(ThemedPlot.fit_y_unless_zoomed)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for band, panel in self._panels.items():
            panel.show(None)
            self.panels.captions[band].say("")
        self.say_remarks(())
        self.select("")
        self.empty.say(reason)

    def select(self, source: str, others: Collection[str] = ()) -> None:
        """Mark the visit with the source key ``source`` in all panels; ``""``: none.

        ``others`` are marked as well: a whole star may be selected.
        """
        self._source, self._marked = source, frozenset(others) | {source}
        for panel in self._panels.values():
            panel.select(self._marked)
        visit = self.selected()
        self.exclude.setEnabled(visit is not None)
        text = _BRING_BACK if visit is not None and not visit.is_used else _EXCLUDE
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))

    def selected(self) -> VisitLevel | None:
        """Return the level of the selected visit in the first band that has it."""
        for panel in self._panels.values():
            for visit in panel.drawn.visits:
                if visit.source == self._source:
                    return visit
        return None

    def ask_exclusion(self) -> None:
        """Say that the selected visit shall be left out, or brought back."""
        visit = self.selected()
        if visit is not None:
            self.exclusion_wanted.emit(visit.id)

    def visit_at(self, band: str, mouse: PlotMouse) -> VisitLevel | None:
        """Return the visit under the mouse in the plot of ``band``."""
        panel = self._panels[band]
        index = panel.points.point_at(mouse, _PICK_PIXELS)
        return panel.drawn.visits[index] if index >= 0 else None

    def choose(self, visit: VisitLevel) -> None:
        """Select a visit because it was clicked."""
        self.select(visit.source)
        self.visit_chosen.emit(visit.id)

    def tell(self, band: str, visit: VisitLevel | None) -> None:
        """Write what is under the cursor below the plots."""
        self.cursor_changed.emit("" if visit is None else visit_text(band, visit))

    def points_of(self, band: str) -> PointsLayer:
        """Return the points of one panel."""
        return self._panels[band].points

    def trend_of(self, band: str) -> CurveLayer:
        """Return the trend line of one panel."""
        return self._panels[band].trend

    def ring_of(self, band: str) -> PointsLayer:
        """Return the mark of the selected visit in one panel."""
        return self._panels[band].ring

    def _write_caption(self, one: BandRepeatability) -> None:
        has_scatter = bool(np.isfinite(one.scatter))
        self.panels.captions[one.band].say(
            caption_text(one),
            more=self._more(one) if has_scatter else "",
            reason="" if has_scatter else one.reason,
        )

    def _more(self, one: BandRepeatability) -> str:
        """Return how many visits, and the scatter of the other version over this one's."""
        others = () if self.other is None else self.other.bands
        same = [b for b in others if b.band == one.band and np.isfinite(b.scatter) and b.scatter]
        if not same:
            return f"n {one.n_used}"
        return f"× {number_text(round(one.scatter / same[0].scatter, 3))} of {self._other_label}"

    def _bounds(self, band: str) -> Bounds | None:
        """Show all dates of all bands, and the levels of this one with their errors."""
        every = [one.drawn.years for one in self._panels.values() if one.drawn.years.size]
        if not every:
            return None
        years = np.concatenate(every)
        room = 0.04 * (years.max() - years.min()) + 0.05
        drawn = self._panels[band].drawn
        errors = np.nan_to_num(drawn.errors)
        others = self._panels[band].other.ys
        low = min(np.min(drawn.percent - errors, initial=0.0), *others, -_LEAST_RANGE)
        high = max(np.max(drawn.percent + errors, initial=0.0), *others, _LEAST_RANGE)
        more = 0.45 * (high - low)  # for the caption
        return (
            float(years.min() - room),
            float(years.max() + room),
            float(low - 0.14 * (high - low)),
            float(high + more),
        )

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        for panel in self._panels.values():
            if name == "other":
                panel.other.setVisible(is_on)
                continue
            if name == "trend":
                panel.trend.setVisible(is_on)
                continue
            kind = _USED if name == "used" else _LEFT_OUT
            hidden = panel.points.hidden_kinds
            panel.points.hide_kinds(hidden - {kind} if is_on else hidden | {kind})


class _PickVisit(MouseTool):
    """Selects the visit that is clicked, and reads the one under the cursor."""

    def __init__(self, view: RepeatabilityView, band: str) -> None:
        self._view = view
        self._band = band

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        visit = self._view.visit_at(self._band, mouse)
        self._view.tell(self._band, visit)
        return None if visit is None else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        visit = self._view.visit_at(self._band, mouse) if mouse.is_left else None
        if visit is None:
            return False
        self._view.choose(visit)
        return True


_LEGEND = (
    LegendEntry(
        "used", "visit", "points", "text", PointStyle("text", symbol="square", size=6.0),
        "Median of the ratio of one visit to the mean spectrum",
    ),
    LegendEntry(
        "left out", "left out", "points", "wrong", _CROSS,
        "Visits that the scatter and the mean do not rest on",
    ),
    LegendEntry("trend", "trend", "dashed", "dim", None, "Straight line through the visits used"),
)  # fmt: skip


def _other_entry(label: str) -> LegendEntry:
    tip = "The same visits in the version that this one is compared with"
    return LegendEntry("other", label, "points", "other", _OTHER, tip)


def caption_text(one: BandRepeatability) -> str:
    """Return the scatter of one band as it is printed in its panel."""
    if not np.isfinite(one.scatter):
        return ""
    return f"σs {number_text(100.0 * one.scatter, 100.0 * one.scatter_error)} %"


def visit_text(band: str, visit: VisitLevel) -> str:
    """Return one visit in one line."""
    said = (
        f"{band}   {visit.date or 'no date'}   {shown_source_name(visit.source)}   ratio "
        f"{number_text(visit.ratio, visit.ratio_error)}"
    )
    return said if visit.is_used else f"{said}   left out: {visit.reason}"


def _drawn(visits: Sequence[VisitLevel]) -> _Drawn:
    """Return the visits that have a date and a ratio, in order of date."""
    shown = tuple(one for one in visits if np.isfinite(one.mjd) and np.isfinite(one.ratio))
    return _Drawn(
        shown,
        np.array([decimal_year(visit.mjd) for visit in shown]),
        100.0 * (np.array([visit.ratio for visit in shown]) - 1.0),
        100.0 * np.array([visit.ratio_error for visit in shown]),
    )
