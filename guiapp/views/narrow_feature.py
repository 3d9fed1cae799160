"""View of a narrow feature: all pixels over their continuum, with the spline (Law+2025, Fig. 3)."""

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.counting import counted
from engine.mrs.narrow_feature import NarrowFeature, NarrowFeatureParams
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, button, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, LevelsLayer, Span, SpansLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool
from guiapp.views.subject_view import SubjectView

_EMPTY = np.zeros(0)
_ROOM = 5.0  # standard deviations of single pixels
_LEAST_UM = 0.002  # width of a range
_STYLES = (PointStyle("accent", size=2.0), PointStyle("dim", size=2.0))


class NarrowFeatureView(SubjectView):
    """Draws one feature; says which range the user wants.

    Signals
    -------
    subject_chosen(str)
        The feature to show, as `show_subjects` named it.
    range_chosen(low, high)
        New range. Unit: um.
    reset_wanted()
        The default range again.
    cursor_changed(str)
        Text below the plots.
    """

    range_chosen = pyqtSignal(float, float)
    reset_wanted = pyqtSignal()

    hint = "drag an edge of the range · double-click an edge: default range · right-drag zooms"

    busy = "Fitting the feature …"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Narrow feature")
        self.feature: NarrowFeature | None = None
        self.params = NarrowFeatureParams()
        self.reset = button("Default range", "quiet", tip="11.55 to 11.65 µm")
        self.summary = ElidedLabel("", "dim", rows=3)
        self.plot = ThemedPlot(name="Pixels over continuum", y_label="Pixel / continuum")
        self.rest_plot = ThemedPlot(
            name="Residuals", x_label="Wavelength (µm)", y_label="Residual (%)"
        )
        self.note = PlotMessage(self.plot, "top")
        self._make_layers()
        self._lay_out()
        self._connect()

    def drawn(self) -> NarrowFeature | None:
        return self.feature

    def _make_layers(self) -> None:
        plot, rest = self.plot, self.rest_plot
        self.span = plot.add_layer(SpansLayer("accent", opacity=0.07, names="hidden"), z=1)
        self.edges = plot.add_layer(EdgesLayer("accent", style="grip"), z=9)
        plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        rest.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.points = plot.add_layer(PointsLayer(_STYLES), z=2)
        self.band = plot.add_layer(BandLayer("text", opacity=0.3), z=4)
        self.curve = plot.add_layer(CurveLayer("text", width=1.6), z=5)
        self.rest = rest.add_layer(PointsLayer(_STYLES), z=2)

    def _lay_out(self) -> None:
        self.subjects.setAccessibleName("Band")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.subjects)
        row.addWidget(self.reset)
        row.addWidget(self.summary, 1)
        parts = stacked(self.plot, self.rest_plot, sizes=(400, 160))
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), parts)

    def _connect(self) -> None:
        self.subjects.activated.connect(
            lambda index: self.subject_chosen.emit(self.subjects.itemData(index))
        )
        self.reset.clicked.connect(self.reset_wanted)
        self.rest_plot.link_x(self.plot)
        self.plot.all_bounds = self._bounds
        self.rest_plot.all_bounds = self._rest_bounds
        self.plot.add_tool(EdgeTool(self.edges, self, reset=self.reset_wanted.emit))
        for plot in (self.plot, self.rest_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    # What is shown

    def show_params(self, params: NarrowFeatureParams) -> None:
        """Draw the range as it is decided."""
        self.params = params
        self.reset.setEnabled(params.range_um != NarrowFeatureParams().range_um)
        self._draw_range(params.range_um)

    def show_result(self, result: NarrowFeature) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.feature = result
        self.empty.say("")
        self.note.say("", "tip")
        self.points.set_styles((PointStyle(f"band {result.band}", size=2.0), _STYLES[1]))
        self.rest.set_styles((PointStyle(f"band {result.band}", size=2.0), _STYLES[1]))
        upward = np.argsort(result.wave_um, kind="stable")
        wave, ratio = result.wave_um[upward], result.ratio[upward]
        kinds = np.where(result.is_used[upward], 0, 1)
        curve = np.interp(wave, result.curve_wave_um, result.curve, left=1.0, right=1.0)
        self.points.set_data(wave, ratio, kinds)
        self.rest.set_data(wave, 100.0 * (ratio - curve), kinds)
        self.curve.set_data(result.curve_wave_um, result.curve)
        self.band.set_data(
            result.curve_wave_um,
            result.curve - result.curve_error,
            result.curve + result.curve_error,
        )
        self.summary.set_full_text(summary_of(result))
        if self.is_new:
            self.is_new = False
            self.plot.show_all_afresh()
            self.rest_plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.feature = None
        for layer in (self.points, self.rest, self.curve):
            layer.set_data(_EMPTY, _EMPTY)
        self.band.set_data(_EMPTY, _EMPTY, _EMPTY)
        self.summary.set_full_text("")
        self.note.say("", "tip")
        self.empty.say(reason)
        self.is_new = True

    # What the gesture asks

    def edge_moved(self, index: int, x: float) -> None:
        """Show an edge where it is dragged to; edges do not pass each other."""
        low, high = self.edges.values
        moved = (min(x, high - _LEAST_UM), high) if index == 0 else (low, max(x, low + _LEAST_UM))
        self._draw_range(moved)

    def edges_released(self) -> None:
        """Tell where the edges are now."""
        low, high = self.edges.values
        if (low, high) != self.params.range_um:
            self.range_chosen.emit(low, high)

    def edges_cancelled(self) -> None:
        """Put the edges back."""
        self._draw_range(self.params.range_um)

    # Parts

    def _draw_range(self, range_um: tuple[float, float]) -> None:
        self.edges.set_values(range_um)
        self.span.set_spans((Span(*range_um),))

    def _bounds(self) -> Bounds | None:
        result = self.feature
        if result is None or not result.wave_um.size:
            return None
        room = _ROOM * result.scatter
        low, high = float(result.curve.min()), float(result.curve.max())
        wave = result.wave_um
        return float(wave.min()), float(wave.max()), min(low, 1.0) - room, max(high, 1.0) + room

    def _rest_bounds(self) -> Bounds | None:
        result = self.feature
        if result is None or not result.wave_um.size:
            return None
        room = 100.0 * _ROOM * result.scatter
        return float(result.wave_um.min()), float(result.wave_um.max()), -room, room

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        result = self.feature
        if result is None:
            return
        low, high = result.range_um
        said = f"{wave_text(x)}   {fixed_text(y, 4)}"
        if low <= x <= high:
            value = float(np.interp(x, result.curve_wave_um, result.curve))
            error = float(np.interp(x, result.curve_wave_um, result.curve_error))
            said += f"   spline {number_text(value, error)}"
        self.cursor_changed.emit(said)


def summary_of(feature: NarrowFeature) -> str:
    """Return how deep the feature is, and where."""
    depth = number_text(100.0 * feature.depth, 100.0 * feature.depth_error)
    return (
        f"depth {depth} % at {fixed_text(feature.depth_um, 4)} µm   "
        f"{counted(int(feature.is_used.sum()), 'pixel')} "
        f"of {counted(feature.n_exposures, 'exposure')}, "
        f"scatter {fixed_text(100.0 * feature.scatter, 2)} %"
    )
