"""View of the junctions: a map of all sources, and the chosen junction from close by."""

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QWidget

from engine.compare.junctions import JunctionMeasure, SourceJunctions
from engine.model.spectrum import Spectrum
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, Span, SpansLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.junction_map import JunctionMap
from guiapp.views.spectra import STAGES, Stage

_SMALLEST_PLOT = 200  # high, however many rows the map has
_PICK_PIXELS = 8.0
_CONTEXT = 0.6  # of the overlap's width, shown on both sides
_HINT = "click a cell · drag an edge · double-click: whole overlap"


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
    cursor_changed(str)
        Text below the plot.
    """

    chosen = pyqtSignal(str, str)
    stage_chosen = pyqtSignal(str)
    limits_dragged = pyqtSignal(str, str, float, float)
    limits_reset = pyqtSignal(str, str)
    cursor_changed = pyqtSignal(str)

    hint = _HINT

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = QComboBox()
        self.map = JunctionMap()
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
        self.measure: JunctionMeasure | None = None
        self._source = ""
        self._limits = (np.nan, np.nan)
        self._spectra: dict[str, dict[str, Spectrum]] = {}
        self._sources: tuple[SourceJunctions, ...] = ()
        self._lay_out()
        self._connect()

    def _new_points(self) -> PointsLayer:
        styles = (
            PointStyle("dim", size=5.0),
            PointStyle("care", symbol="cross", size=6.0),
        )
        return self.plot.add_layer(PointsLayer(styles), z=5)

    def _lay_out(self) -> None:
        self.stage.addItems(list(STAGES.values()))
        self.stage.setAccessibleName("Spectra compared")
        self.verdict.setWordWrap(True)
        self.plot.setMinimumHeight(_SMALLEST_PLOT)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(Label("Spectra", "dim"))
        row.addWidget(self.stage)
        row.addStretch(1)
        row.addWidget(Label("right side / left side − 1, per cent", "dim"))
        lower = QWidget()
        box = column(lower, spacing=GRID)
        box.addWidget(self.verdict)
        box.addWidget(self.legend)
        box.addWidget(self.plot, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.map)
        self.split.addWidget(lower)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(1, 1)
        content = QWidget()
        self.empty = EmptyState(self, content)
        whole = column(content, spacing=GRID)
        whole.addLayout(row)
        whole.addWidget(self.split, 1)

    def _connect(self) -> None:
        self.stage.activated.connect(lambda i: self.stage_chosen.emit(list(STAGES)[i]))
        self.map.chosen.connect(self._on_chosen)
        self.plot.add_tool(_DragEdges(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.legend.switched.connect(self._on_switched)

    def show_sources(
        self,
        stage: Stage,
        sources: tuple[SourceJunctions, ...],
        spectra: dict[str, dict[str, Spectrum]],
    ) -> None:
        """Show the junctions of all sources; spectra by source and band, for the close view."""
        self.stage.setCurrentIndex(list(STAGES).index(stage))
        self._sources, self._spectra = sources, spectra
        self.map.show_sources(sources)
        self.split.setSizes([self.map.wanted_height(), 10_000])
        self.empty.say("")
        current = self.map.current() or self.map.worst()
        if current is None and sources:
            current = sources[0].source, sources[0].measures[0].junction
        if current is not None:
            self.choose(*current)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._sources, self._spectra, self.measure = (), {}, None
        self.map.show_sources(())
        for curve in self.curves.values():
            curve.set_data(np.zeros(0), np.zeros(0))
        for points in self.points.values():
            points.set_data(np.zeros(0), np.zeros(0))
        for bars in self.bars.values():
            bars.set_data(np.zeros(0), np.zeros(0), np.zeros(0))
        self.range.set_spans(())
        self.edges.set_values(())
        self.verdict.setText("")
        self.legend.set_entries(())
        self.empty.say(reason)

    def choose(self, source: str, junction: str) -> None:
        """Show one junction from close by."""
        measure = self._find(source, junction)
        if measure is None:
            return
        before = None if self.measure is None else (self._source, *_scale_of(self.measure))
        is_new = before != (source, *_scale_of(measure))
        self._source, self.measure = source, measure
        self.map.choose(source, junction)
        self._draw(measure)
        if is_new:
            self.plot.show_all_afresh()

    def choose_source(self, source: str) -> None:
        """Show the same junction of another source, because that was picked elsewhere."""
        if source != self._source and self.measure is not None:
            self.choose(source, self.measure.junction)

    @property
    def source(self) -> str:
        """Source of the junction that is shown."""
        return self._source

    def drag_to(self, index: int, wave_um: float) -> None:
        """Move one edge of the range while it is dragged; it stops at the other."""
        low, high = self._limits
        if index == 0:
            low = min(wave_um, high - 1e-4)
        else:
            high = max(wave_um, low + 1e-4)
        self._show_limits((low, high))

    def end_drag(self) -> None:
        """Tell the new range, if it is one."""
        if self.measure is not None and self._limits != self.measure.limits_um:
            self.limits_dragged.emit(self._source, self.measure.junction, *self._limits)

    def cancel_drag(self) -> None:
        """Put the range back."""
        if self.measure is not None:
            self._show_limits(self.measure.limits_um)

    def reset_limits(self) -> None:
        """Ask for the whole overlap."""
        if self.measure is not None:
            self.limits_reset.emit(self._source, self.measure.junction)

    def edge_at(self, mouse: PlotMouse) -> int:
        """Return which edge of the range is under the mouse, or -1."""
        return self.edges.edge_at(mouse.column, _PICK_PIXELS)

    def _find(self, source: str, junction: str) -> JunctionMeasure | None:
        for one in self._sources:
            if one.source == source:
                return next((m for m in one.measures if m.junction == junction), None)
        return None

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
            self.points[side].set_styles(
                (PointStyle(color, size=5.0), PointStyle("care", symbol="cross", size=6.0))
            )
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
        unit = f" ({measure.unit})" if measure.unit else ""
        self.plot.set_labels("Wavelength (µm)", f"{self._source.partition('/')[0]}{unit}")
        self.verdict.setText(verdict_text(measure))
        self.verdict.set_tone("text" if np.isfinite(measure.ratio) else "dim")
        self.legend.set_entries(
            (
                *(
                    LegendEntry(side, names[side], "line", f"band {names[side]}")
                    for side in ("left", "right")
                ),
                LegendEntry(
                    "left out",
                    "left out of the ratio",
                    "points",
                    "care",
                    PointStyle("care", symbol="cross", size=6.0),
                    "Samples that hold a line or no measurement",
                ),
            )
        )

    def _show_limits(self, limits: tuple[float, float]) -> None:
        self._limits = limits
        is_known = bool(np.all(np.isfinite(limits)))
        self.range.set_spans((Span(*limits),) if is_known else ())
        self.edges.set_values(limits if is_known else ())

    def _bounds(self) -> Bounds | None:
        """Show the overlap and its surroundings on both sides."""
        if self.measure is None:
            return None
        curves = [curve for curve in self.curves.values() if curve.xs.size]
        if not curves:
            return None
        low, high = self.measure.limits_um
        if not (np.isfinite(low) and np.isfinite(high)):
            low, high = curves[0].xs[-1], curves[-1].xs[0]
            low, high = min(low, high), max(low, high)
        margin = _CONTEXT * max(high - low, 0.05)
        low, high = float(low - margin), float(high + margin)
        seen = np.concatenate(
            [curve.ys[(curve.xs >= low) & (curve.xs <= high)] for curve in curves]
        )
        seen = seen[np.isfinite(seen)]
        if not seen.size:
            return None
        bottom, top = np.percentile(seen, [0.5, 99.5])
        room = 0.15 * (top - bottom)
        return low, high, float(bottom - room), float(top + room)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name in self.curves:
            for layer in (self.curves[name], self.bars[name], self.points[name]):
                layer.setVisible(is_on)
        else:
            for points in self.points.values():
                points.hide_kinds(frozenset() if is_on else frozenset({1}))

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        unit = "" if self.measure is None else self.measure.unit
        self.cursor_changed.emit(f"λ {number_text(x, 1e-4)} µm   {number_text(y, None, unit)}")


class _DragEdges(MouseTool):
    """Drags the edges of the range."""

    def __init__(self, view: JunctionsView) -> None:
        self._view = view
        self._index = -1

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        index = self._view.edge_at(mouse)
        self._view.edges.highlight(index)
        return Qt.CursorShape.SizeHorCursor if index >= 0 else None

    def leave(self) -> None:
        self._view.edges.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._index = self._view.edge_at(mouse) if mouse.is_left else -1
        return self._index >= 0

    def move(self, mouse: PlotMouse) -> None:
        self._view.drag_to(self._index, mouse.x)

    def release(self, mouse: PlotMouse) -> None:
        self._view.drag_to(self._index, mouse.x)
        self._view.end_drag()

    def cancel(self) -> None:
        self._view.cancel_drag()

    def double_click(self, mouse: PlotMouse) -> bool:
        if self._view.edge_at(mouse) < 0:
            self._view.reset_limits()
        return True


def _scale_of(measure: JunctionMeasure) -> tuple[str, str]:
    """Return what the axes depend on: the zoom is kept while it is the same."""
    return measure.junction, measure.unit


def verdict_text(measure: JunctionMeasure) -> str:
    """Return the result of one junction in one line."""
    if not np.isfinite(measure.ratio):
        return f"{measure.junction}   {measure.reason or measure.verdict}"
    left_out = int(measure.used.size - measure.used.sum())
    said = (
        f"{measure.junction}   ratio {number_text(measure.ratio, measure.ratio_error)}   "
        f"difference {number_text(measure.difference, measure.difference_error, measure.unit)}   "
        f"{measure.significance:.1f} σ: {measure.verdict}   n {int(measure.used.sum())}"
    )
    return f"{said}, {left_out} left out" if left_out else said
