"""View of an asteroid: its aligned bands, the blackbody through them, and their ratio."""

from typing import Literal

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.model.bands import bands
from engine.mrs.asteroid_model import AsteroidBand, AsteroidModel
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import error_text
from guiapp.look.parts import ElidedLabel, fitted, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import flux_text, wave_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, LevelsLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool

Level = Literal["aligned", "calibrated"]

_LEVELS = (
    ("aligned", "Aligned", "Each band times the scale that meets the anchor band"),
    ("calibrated", "As calibrated", "Each band as it is, with its jumps"),
)
_LAST_UM = 28.8
_LEAST_RATIO = 0.02
_GAP_UM = 0.05
_EMPTY = np.zeros(0)


class AsteroidView(QWidget):
    """Draws an asteroid; says which range the user wants to be fitted.

    Signals
    -------
    range_dragged(float, float)
        Ends of the fit range in um, once, when the mouse is released.
    range_reset()
        Everything is to be fitted.
    cursor_changed(str)
        Text below the plot.
    """

    range_dragged = pyqtSignal(float, float)
    range_reset = pyqtSignal()
    cursor_changed = pyqtSignal(str)

    hint = "drag an edge: fit range · double-click an edge: fit all · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: AsteroidModel | None = None
        self.level: Level = "aligned"
        self.levels = SegmentBar("Level of the bands", _LEVELS)
        self.said = ElidedLabel("", "text", rows=3)
        self.remark = ElidedLabel("", "dim", rows=3)
        self.plot = ThemedPlot(name="Asteroid", y_label="Flux density (Jy)", y_scale="log")
        self.ratio_plot = ThemedPlot(
            name="Ratio to the model", x_label="Wavelength (µm)", y_label="Flux / model"
        )
        self.curve = self.plot.add_layer(CurveLayer("text", width=1.5, shape="smooth"), z=8)
        self.edges = self.plot.add_layer(EdgesLayer("accent", style="grip"), z=9)
        self.one = self.ratio_plot.add_layer(LevelsLayer("dim"), z=1)
        self.points: dict[str, PointsLayer] = {}
        self.ratios: dict[str, PointsLayer] = {}
        self._note = PlotMessage(self.plot, "top")
        self._range = (np.nan, np.nan)
        self.one.set_values((1.0,))
        self._add_bands()
        self._lay_out()
        self._connect()

    def _add_bands(self) -> None:
        for band in bands():
            color = f"band {band.name}"
            styles = (PointStyle(color, size=3.0), PointStyle(color, size=2.5, opacity=0.25))
            self.points[band.name] = self.plot.add_layer(PointsLayer(styles), z=3)
            self.ratios[band.name] = self.ratio_plot.add_layer(PointsLayer(styles), z=3)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.levels)
        row.addWidget(self.said)
        row.addWidget(self.remark, 1)
        split = stacked(self.plot, self.ratio_plot, sizes=(420, 180), stretch=(3, 1))
        self.empty = EmptyState.over(self, SentenceRow(row, self.remark), split)
        self.ratio_plot.link_x(self.plot)

    def _connect(self) -> None:
        self.levels.chosen.connect(self._turn)
        self.plot.add_tool(EdgeTool(self.edges, self, reset=self.range_reset.emit))
        self.plot.all_bounds = self._bounds
        self.ratio_plot.all_bounds = self._ratio_bounds
        for plot in (self.plot, self.ratio_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    # What the follower asks

    def show_result(self, result: AsteroidModel) -> None:
        """Draw ``result``; the zoom stays unless it is the first one."""
        is_first = self.result is None
        self.result = result
        self.empty.say("")
        self._note.say("", "tip")
        self._show_range(result.fit_range_um)
        self.said.set_full_text(temperature_text(result))
        self.remark.set_full_text(" ".join(result.messages))
        self._draw()
        if is_first:
            self.plot.show_all_afresh()
            self.ratio_plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that a new result is being computed."""
        self._note.say("Fitting …", "tip")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        else:
            self._note.say(f"{what} {hint} The last good fit is shown.".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for layer in (*self.points.values(), *self.ratios.values()):
            layer.set_data(_EMPTY, _EMPTY)
        self.curve.set_data(_EMPTY, _EMPTY)
        self.edges.set_values(())
        self.said.set_full_text("")
        self.remark.set_full_text("")
        self.empty.say(reason or "Fitting the asteroid …")

    # What the gesture asks

    def edge_moved(self, index: int, x: float) -> None:
        """Show one end of the fit range while it is dragged; it stops at the other."""
        low, high = self._range
        moved = (min(x, high - _GAP_UM), high) if index == 0 else (low, max(x, low + _GAP_UM))
        self._show_range(moved)

    def edges_released(self) -> None:
        """Tell the new fit range, if it is one."""
        if self.result is not None and self._range != self.result.fit_range_um:
            self.range_dragged.emit(*self._range)

    def edges_cancelled(self) -> None:
        """Put the fit range back."""
        if self.result is not None:
            self._show_range(self.result.fit_range_um)

    # Drawing

    def _show_range(self, ends: tuple[float, float]) -> None:
        self._range = ends
        self.edges.set_values(ends)

    def _turn(self, level: str) -> None:
        self.level = "aligned" if level == "aligned" else "calibrated"
        self._draw()

    def _draw(self) -> None:
        if self.result is None:
            return
        wave = np.linspace(4.9, _LAST_UM, 500)
        self.curve.set_data(wave, self.result.flux_jy(wave))
        known = {one.band: one for one in self.result.bands}
        for band, layer in self.points.items():
            one = known.get(band)
            if one is None:
                layer.set_data(_EMPTY, _EMPTY)
                self.ratios[band].set_data(_EMPTY, _EMPTY)
                continue
            flux = one.flux_jy * self._scale(one)
            kinds = np.where(one.is_used, 0, 1).astype(np.int64)
            layer.set_data(one.wave_um, np.where(flux > 0, flux, np.nan), kinds)
            self.ratios[band].set_data(one.wave_um, flux / self.result.flux_jy(one.wave_um), kinds)

    def _scale(self, one: AsteroidBand) -> float:
        return one.scale if self.level == "aligned" and np.isfinite(one.scale) else 1.0

    def _bounds(self) -> Bounds | None:
        found = [layer.bounds() for layer in self.points.values()]
        known = [one for one in found if one is not None]
        if not known or self.curve.xs.size == 0:
            return None
        low = float(np.min(self.curve.ys))
        return (
            min(one[0] for one in known) - 0.2,
            _LAST_UM,
            0.5 * low,
            2.0 * float(np.max(self.curve.ys)),
        )

    def _ratio_bounds(self) -> Bounds | None:
        bounds = self._bounds()
        values = [layer.ys[np.isfinite(layer.ys)] for layer in self.ratios.values()]
        every = np.concatenate(values) if values else _EMPTY
        if bounds is None or not every.size:
            return None
        low, high = np.percentile(every, [1.0, 99.0])
        room = max(0.2 * (high - low), _LEAST_RATIO)
        return bounds[0], bounds[1], float(low - room), float(high + room)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        if self.result is None:
            return
        model = float(self.result.flux_jy(np.array([max(x, 1.0)]))[0])
        self.cursor_changed.emit(
            f"{wave_text(x, 3)}   {flux_text(y, None, 'Jy', x)}   "
            f"model {flux_text(model, None, 'Jy', x)}"
        )


def temperature_text(result: AsteroidModel) -> str:
    """Return the temperature with its error, and the sunlight, in one line."""
    said = f"T = {number_text(result.temperature_k, result.temperature_error_k, unit='K')}"
    if result.temperature_sys_k > 0:
        said += f" ± {error_text(result.temperature_sys_k)} K from the vectors"
    if np.isfinite(result.reflected_error):
        share = number_text(100 * result.reflected, 100 * result.reflected_error)
        said += f" · sunlight {share} % of the thermal flux at 5 µm"
    return said
