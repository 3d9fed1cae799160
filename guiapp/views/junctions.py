"""View of the junctions: a map of all sources, and the chosen junction from close by."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QStackedWidget, QWidget

from engine.compare.jumps import Jumps
from engine.compare.junction_steps import JunctionSteps
from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.spectrum import Spectrum
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID
from guiapp.look.units import QUANTITIES, flux_text, wave_text
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar
from guiapp.plots.marks import EdgesLayer, Span, SpansLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.jump_plot import Axis, JumpPage, JumpPlot
from guiapp.views.junction_bar import HINTS, PAGES, JunctionBar
from guiapp.views.junction_chain import JunctionChain
from guiapp.views.junction_close_up import (
    LEFT_OUT,
    DragEdges,
    overlap_bounds,
    scale_of,
    side_entries,
)
from guiapp.views.junction_map import JunctionMap
from guiapp.views.junction_order import junction_of, measure_of
from guiapp.views.junction_other import OtherJunction
from guiapp.views.junction_words import behavior_text, cause_text, verdict_text
from guiapp.views.junction_worst import WorstJunction, counting_sources, worst_junction
from guiapp.views.map_split import MapSplit
from guiapp.views.spectra import STAGES, Stage
from guiapp.views.stitched_plot import StitchedPage, StitchedPlot

_SMALLEST_PLOT = 200  # high, however many rows the map has
_FEWEST_ROWS, _MAP_SHARE = 12, 0.5  # of the map, if the window is high: its share
_PLACES = {"close": 0, "flux": 0, "date": 0, "chain": 1, "stitched": 2}
_NO_LIMIT = 16_777_215  # what Qt takes for any height
_NOTHING: Mapping[str, str] = MappingProxyType({})
MEASURING = "Measuring the junctions …"


class JunctionsView(QWidget):
    """Draws junctions; says which one is wanted, and where the user dragged its limits.

    Signals
    -------
    chosen(str, str)
        Source and junction.
    stage_chosen(str)
        ``"extracted"`` or ``"calibrated"``.
    limits_dragged(str, str, float, float)
        Source, junction, new limits in um: once, when the mouse is released.
    limits_reset(str, str)
        Source and junction: the whole overlap is wanted again.
    page_chosen(str)
        What is wanted below the map: a key of `PAGES`.
    worst_wanted()
        The worst junction shall be shown.
    anchor_wanted(str)
        Band that shall keep its level in the stitched spectrum.
    exclusion_wanted(str)
        Source to leave out, or to bring back.
    cursor_changed(str)
        Text below the plot.
    """

    chosen = pyqtSignal(str, str)
    stage_chosen = pyqtSignal(str)
    limits_dragged = pyqtSignal(str, str, float, float)
    limits_reset = pyqtSignal(str, str)
    page_chosen = pyqtSignal(str)
    worst_wanted = pyqtSignal()
    anchor_wanted = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    @property
    def hint(self) -> str:
        """What the mouse does on this page."""
        return HINTS[self.page]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = JunctionBar()
        self.stage, self.below = self.bar.stage, self.bar.below
        self.map = JunctionMap()
        self.map.show_kinds(())  # they come last, and shall move no row
        self.legend = LegendBar()
        self.verdict = Label("", "text")
        self.plot = ThemedPlot(
            name="Junction", x_label="Wavelength (µm)", y_label="Flux density (Jy)"
        )
        self.range = self.plot.add_layer(SpansLayer("accent", opacity=0.10, names="hidden"), z=1)
        self.edges = self.plot.add_layer(EdgesLayer("accent"), z=2)
        self.curves = {
            side: self.plot.add_layer(CurveLayer("dim", opacity=0.8), z=3)
            for side in ("left", "right")
        }
        self.bars = {
            side: self.plot.add_layer(ErrorBarsLayer("dim"), z=4) for side in ("left", "right")
        }
        self.points = {side: self._new_points() for side in ("left", "right")}
        self.other = OtherJunction(self.plot)
        self.jump_plot = JumpPlot()
        self.chain = JunctionChain()
        self.stitched_plot = StitchedPlot()
        self.stack, self.close_up = QStackedWidget(), QWidget()
        self.jumps: Jumps | None = None
        self.measure: JunctionMeasure | None = None
        self._source = ""
        self.missing = self._reason = self._search = self._stitched_said = ""
        self._worst: WorstJunction | None = None
        self._marked: frozenset[str] = frozenset()
        self._limits = (np.nan, np.nan)
        self._drawn_jumps: tuple[Jumps | None, str, str] = (None, "", "")
        self._spectra: Mapping[str, dict[str, Spectrum]] = {}
        self._sources: tuple[SourceJunctions, ...] = ()
        self._lay_out()
        self._connect()

    def _new_points(self) -> PointsLayer:
        return self.plot.add_layer(PointsLayer((PointStyle("dim", size=5.0), LEFT_OUT)), z=5)

    def _lay_out(self) -> None:
        self.verdict.setWordWrap(True)
        self.stack.setMinimumHeight(_SMALLEST_PLOT)
        lower = QWidget()
        two_lines = 2 * self.verdict.fontMetrics().lineSpacing()
        lower.setMinimumHeight(_SMALLEST_PLOT + two_lines + 2 * GRID)
        box = column(lower, spacing=GRID)
        box.addWidget(self.verdict)
        box.addWidget(self.stack, 1)
        box.addWidget(self.close_up, 1)
        near = column(self.close_up, spacing=GRID)
        near.addWidget(self.legend)
        near.addWidget(self.plot, 1)
        for page in (JumpPage(self.jump_plot), self.chain, StitchedPage(self.stitched_plot)):
            self.stack.addWidget(page)
        self.stack.hide()
        self.split = MapSplit(self.map, lower)
        self.empty = EmptyState.over(self, self.bar, self.split)

    def _connect(self) -> None:
        self.stage.activated.connect(lambda i: self.stage_chosen.emit(list(STAGES)[i]))
        self.map.chosen.connect(self._on_chosen)
        self.plot.add_tool(DragEdges(self.edges, self, self.reset_limits))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.legend.switched.connect(self._on_switched)
        self.below.activated.connect(lambda i: self._on_page(list(PAGES)[i]))
        self.bar.order.activated.connect(lambda _i: self._on_order())
        self.jump_plot.source_clicked.connect(self._on_source_clicked)
        self.chain.junction_chosen.connect(self._on_junction)
        self.stitched_plot.anchor_clicked.connect(self.anchor_wanted)
        for plot in (self.jump_plot, self.stitched_plot):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.jump_plot.read.connect(self.cursor_changed)
        self.stitched_plot.cursor_moved.connect(self._on_cursor)

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave the selected source out, or bring it back."""
        for key in keys:
            self.jump_plot.keys.bind(key, lambda: self.exclusion_wanted.emit(self._source))

    @property
    def page(self) -> str:
        """What is shown below the map: a key of `PAGES`."""
        return list(PAGES)[max(self.below.currentIndex(), 0)]

    @property
    def page_plot(self) -> ThemedPlot:
        """The plot that is seen below the map; on the page without one, that of the close view."""
        return {"flux": self.jump_plot, "date": self.jump_plot, "stitched": self.stitched_plot}.get(
            self.page, self.plot
        )

    def show_page(self, page: str) -> None:
        """Show another page below the map."""
        self.below.setCurrentIndex(list(PAGES).index(page))
        self.stack.setCurrentIndex(_PLACES[page])
        self.share_height()
        self._draw_jumps()
        self._say_verdict()

    def show_jumps(self, jumps: Jumps | None) -> None:
        """Show what the jumps are over all sources; `None`: not known yet."""
        is_first = self.jumps is None and jumps is not None
        self.jumps = jumps
        self.map.show_kinds(() if jumps is None else jumps.verdicts)
        if is_first:  # the names of the junctions have got a second line
            self.share_height()
        self._draw_jumps()
        self._say_verdict()

    def show_sources(
        self,
        stage: Stage,
        sources: tuple[SourceJunctions, ...],
        spectra: Mapping[str, dict[str, Spectrum]],
        left_out: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Show the junctions of all sources; spectra by source and band, for the close view.

        Sources in ``left_out`` are shown as such, with the reason.
        """
        self.stage.setCurrentIndex(list(STAGES).index(stage))
        self._sources, self._spectra, self.chain.stage = sources, spectra, stage
        self.map.show_sources(sources, left_out)
        self.share_height()
        self.empty.say("")
        if self.missing or not sources:
            return
        current = self.map.current()
        if current is None:
            worst = worst_junction(sources, self.jumps)
            first = sources[0].source, sources[0].measures[0].junction
            current = first if worst is None else (worst.source, worst.junction)
        self.choose(*current)

    def show_steps(self, result: JunctionSteps) -> None:
        """Show the junctions along the chain, and what they say of the one from close by."""
        self.chain.show_steps(result)
        self.share_height()
        if self.measure is not None:
            self.chain.choose(self.measure.junction)
        self._say_verdict()

    def share_height(self) -> None:
        """Show all sources, but leave half of a high window to what is below.

        Where the steps of the chain leave room, the junction is seen from close by below them.
        """
        room = int(_MAP_SHARE * self.height())
        steps = self.chain.wanted_height() if self.page == "chain" else _NO_LIMIT
        is_both = room - steps >= _SMALLEST_PLOT + self.verdict.height()
        self.stack.setMaximumHeight(steps if is_both else _NO_LIMIT)
        self.stack.setMinimumHeight(min(_SMALLEST_PLOT, self.stack.maximumHeight()))
        self.stack.setVisible(self.page != "close")
        self.close_up.setVisible(self.page == "close" or is_both)
        n_rows = max(_FEWEST_ROWS, room // self.map.row_height)
        self.split.share(n_rows)

    def show_other(self, other: SourceJunctions | None, label: str) -> None:
        """Draw the junction in another version, dashed, and say its jump; `None`: none."""
        self.other.take(other, label)
        self.other.draw(self.measure, self._source)
        if self.measure is not None:
            self.legend.set_entries((*side_entries(self.measure), *self.other.entries()))
        self._say_verdict()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._sources, self._spectra = (), {}
        self.map.show_sources(())
        self._draw_nothing()
        self._source = self.missing = self._reason = ""
        self.show_jumps(None)
        self.chain.clear("")
        self.stitched_plot.show_spectra("", {}, None, "")
        self.empty.say(reason)

    def _draw_nothing(self) -> None:
        self.measure = None
        for curve in self.curves.values():
            curve.set_data(np.zeros(0), np.zeros(0))
        for points in self.points.values():
            points.set_data(np.zeros(0), np.zeros(0))
        for bars in self.bars.values():
            bars.set_data(np.zeros(0), np.zeros(0), np.zeros(0))
        self.range.set_spans(())
        self.edges.set_values(())
        self.other.draw(None, "")
        self.legend.set_entries(())

    def choose_none(self, source: str, reason: str) -> None:
        """Show no junction, for ``source`` is selected, which has none; and say why."""
        self.missing, self._source = source, ""
        self.map.choose_none()
        self._draw_nothing()
        self.chain.clear(reason)
        self.stitched_plot.show_spectra("", {}, None, "")
        self._draw_jumps()
        self._reason = reason
        self._say_verdict()

    def choose(self, source: str, junction: str) -> None:
        """Show one junction from close by."""
        measure = measure_of(self._sources, source, junction)
        if measure is None:
            return
        self.missing = ""
        before = None if self.measure is None else (self._source, *scale_of(self.measure))
        is_new = before != (source, *scale_of(measure))
        self._source, self.measure = source, measure
        self.map.choose(source, junction)
        self._draw(measure)
        self._draw_jumps()
        self.chain.choose(junction)
        if is_new:
            self.plot.show_all_afresh()

    def mark(self, sources: Collection[str], bands: Collection[str]) -> None:
        """Mark everything that is selected: a whole star, or a band of all stars."""
        self._marked = frozenset(sources)
        self.map.mark(self._marked, bands)
        self.jump_plot.select(self._marked | {self._source})

    def choose_source(self, source: str, bands: Collection[str] = ()) -> bool:
        """Show another source, because that was picked elsewhere; tell whether it is in the map.

        It is the same junction of it, unless another one joins the ``bands`` that were picked.
        """
        measured = next((one for one in self._sources if one.source == source), None)
        if measured is None:
            return False
        before = "" if self.measure is None else self.measure.junction
        junction = junction_of(measured, bands, before)
        if (source, junction) != (self._source, before):
            self.choose(source, junction)
        return True

    @property
    def source(self) -> str:
        """Source of the junction that is shown."""
        return self._source

    def edge_moved(self, index: int, wave_um: float) -> None:
        """Move one edge of the range while it is dragged; it stops at the other."""
        low, high = self._limits
        if index == 0:
            low = min(wave_um, high - 1e-4)
        else:
            high = max(wave_um, low + 1e-4)
        self._show_limits((low, high))

    def edges_released(self) -> None:
        """Tell the new range, if it is one."""
        if self.measure is not None and self._limits != self.measure.limits_um:
            self.limits_dragged.emit(self._source, self.measure.junction, *self._limits)

    def edges_cancelled(self) -> None:
        """Put the range back."""
        if self.measure is not None:
            self._show_limits(self.measure.limits_um)

    def reset_limits(self) -> None:
        """Ask for the whole overlap."""
        if self.measure is not None:
            self.limits_reset.emit(self._source, self.measure.junction)

    def _on_page(self, page: str) -> None:
        self.show_page(page)
        self.page_chosen.emit(page)

    def _on_order(self) -> None:
        """Put the sources in order once: they stay where they are while junctions are chosen.

        The order that begins with the worst jump shows it as well.
        """
        self.put_in_order()
        if self.bar.chosen_order() == "worst":
            self.worst_wanted.emit()

    def put_in_order(self) -> None:
        """Put the sources in the order that is chosen; the junction that is shown stays."""
        junction = "" if self.measure is None else self.measure.junction
        counting = counting_sources(self._sources, self.jumps)
        self.map.show_order(self.bar.chosen_order(), junction, counting)

    def show_worst(self) -> bool:
        """Show the most significant jump of all that count from close by, and select it."""
        self._worst = worst_junction(self._sources, self.jumps)
        if self._worst is None:
            return False
        if self.page not in {"close", "chain"}:  # the others do not say whose it is
            self._on_page("close")
        self._on_chosen(self._worst.source, self._worst.junction)
        return True

    def _on_source_clicked(self, source: str) -> None:
        if self.measure is not None:
            self._on_chosen(source, self.measure.junction)

    def _on_junction(self, junction: str) -> None:
        self._on_chosen(self._source, junction)

    def _draw_jumps(self) -> None:
        """Draw the chosen junction of all sources, where that is seen."""
        if self.page not in {"flux", "date"}:
            return
        if self.measure is None:
            self.jump_plot.select(self._marked)
            return
        drawn = (self.jumps, self.measure.junction, self.page)
        if self._drawn_jumps != drawn:
            self._drawn_jumps = drawn
            axis: Axis = "flux" if self.page == "flux" else "date"
            self.jump_plot.show_jumps(self.jumps, self.measure.junction, axis)
        self.jump_plot.select(self._marked | {self._source})

    def say_stitched(self, said: str) -> None:
        """Say above the stitched spectrum what is scaled, and what is not."""
        self._stitched_said = said
        self._say_verdict()

    def say_search(self, said: str) -> None:
        """Say how far the search for the worst junction is; ``""``: none goes on."""
        if not self._sources and (said or self._search):
            self.empty.say(said or MEASURING)
        self._search = said
        self._say_verdict()

    def _say_verdict(self) -> None:
        """Say above the page what it shows, in words."""
        measure = self.measure
        if measure is None or self._search:
            self.verdict.setText(self._search or self._reason)
            self.verdict.set_tone("dim")
            return
        said = verdict_text(measure, self._source) + self.other.text(measure)
        steps, stage = self.chain.result, self.chain.stage
        said += cause_text(self._source, measure, self.jumps, steps, stage)
        worst = self._worst
        if worst is not None and (worst.source, worst.junction) == (self._source, measure.junction):
            said = f"{said}   {worst.said}"
        is_known = bool(np.isfinite(measure.ratio))
        if self.page in {"flux", "date"}:
            said, is_known = behavior_text(self.jumps, measure.junction, self.page)
        elif self.page == "stitched":
            said, is_known = self._stitched_said or "Click a band to keep its level.", True
        self.verdict.setText(said)
        self.verdict.set_tone("text" if is_known else "dim")

    def _on_chosen(self, source: str, junction: str) -> None:
        self.choose(source, junction)
        self.chosen.emit(source, junction)

    def _draw(self, measure: JunctionMeasure) -> None:
        names = dict(zip(("left", "right"), measure.junction.split("|"), strict=True))
        kinds = np.where(measure.used, 0, 1).astype(np.int64)
        for side, values, errors in (
            ("left", measure.left, measure.left_error),
            ("right", measure.right, measure.right_error),
        ):
            color = f"band {names[side]}"
            self.points[side].set_styles((PointStyle(color, size=5.0), LEFT_OUT))
            self.points[side].set_data(measure.wave_um, values, kinds)
            self.bars[side].color = color
            self.bars[side].set_data(measure.wave_um, values, errors)
            spectrum = self._spectra.get(self._source, {}).get(names[side])
            self.curves[side].set_look(color)
            if spectrum is None:
                self.curves[side].set_data(np.zeros(0), np.zeros(0))
            else:
                self.curves[side].set_data(spectrum.wave_um, spectrum.flux)
        self._show_limits(measure.limits_um)
        self.other.draw(measure, self._source)
        unit = f" ({measure.unit})" if measure.unit else ""
        quantity = QUANTITIES.get(measure.unit, "Level")
        self.plot.set_labels("Wavelength (µm)", f"{quantity}{unit}")
        self._say_verdict()
        self.legend.set_entries((*side_entries(measure), *self.other.entries()))

    def _show_limits(self, limits: tuple[float, float]) -> None:
        self._limits = limits
        is_known = bool(np.all(np.isfinite(limits)))
        self.range.set_spans((Span(*limits),) if is_known else ())
        self.edges.set_values(limits if is_known else ())

    def _bounds(self) -> Bounds | None:
        """Show the overlap and its surroundings on both sides."""
        own, others = tuple(self.curves.values()), self.other.curves.values()
        return overlap_bounds(self.measure, own, others)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name in self.curves:
            for layer in (self.curves[name], self.bars[name], self.points[name]):
                layer.setVisible(is_on)
        elif name == "other":
            self.other.show(is_on)
        else:
            for points in self.points.values():
                points.hide_kinds(frozenset() if is_on else frozenset({1}))

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        unit = "" if self.measure is None else self.measure.unit
        self.cursor_changed.emit(f"{wave_text(x)}   {flux_text(y, None, unit, x)}")
