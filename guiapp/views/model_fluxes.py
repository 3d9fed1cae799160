"""View of model fluxes: what the models of the stars give in each filter, and its bandpass."""

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.counting import counted
from engine.imaging.model_fluxes import ModelFlux, ModelFluxes
from engine.model.stars import star_named
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.units import flux_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.canvas import PlotCanvas
from guiapp.plots.caption import NamesLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LineTicksLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle, Symbol
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.encircled_energy import color_of_filter

_CLASSES: dict[str, tuple[str, Symbol]] = {
    "hot": ("class hot", "circle"),
    "A": ("class A", "square"),
    "G": ("class G", "triangle"),
}
_OTHER: tuple[str, Symbol] = ("accent", "diamond")
_EMPTY = np.zeros(0)


class ModelFluxesView(QWidget):
    """Draws the fluxes of stars over wavelength, and the responses below.

    Signals
    -------
    cursor_changed(str)
        Text below the plots.
    """

    cursor_changed = pyqtSignal(str)

    hint = "click a star in the legend to hide it · right-drag zooms · wheel zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Model fluxes")
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(
            name="Model fluxes", x_label="Wavelength (µm)", y_label="Flux (Jy)", y_scale="log"
        )
        self.bands = ThemedPlot(name="Bandpasses", x_label="Wavelength (µm)", y_label="Response")
        self.names = self.bands.add_layer(LineTicksLayer(), z=5)
        self.star_names = self.plot.add_layer(NamesLayer(), z=6)
        self.result: ModelFluxes | None = None
        self._stars: dict[str, tuple[CurveLayer, PointsLayer]] = {}
        self._responses: list[BandLayer] = []
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.summary, 1)
        plots = stacked(self.plot, self.bands, sizes=(320, 200))
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, plots)
        self.legend.switched.connect(self._on_switched)
        self.plot.cursor_moved.connect(self._on_cursor)
        self.bands.all_bounds = self._band_bounds
        self.plot.all_bounds = self._flux_bounds
        self.plot.link_x(self.bands)
        for one in (self.plot, self.bands):
            one.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def show_result(self, result: ModelFluxes) -> None:
        """Draw ``result`` in place of what is drawn now."""
        is_new = self.result is None
        self.result = result
        self.empty.say("")
        stars = list(dict.fromkeys(one.star for one in result.fluxes))
        for star in stars:
            if star not in self._stars:
                self._stars[star] = self._layers(star)
        for star, layers in self._stars.items():
            self._draw_star(result, star, layers)
        self._draw_responses(result)
        self._name_stars()
        self.legend.set_entries(
            tuple(LegendEntry(one, one, "points", _style(one).color, _style(one)) for one in stars)
        )
        self.summary.set_full_text(
            f"{counted(len(stars), 'star')} "
            f"in {counted(len(result.bandpasses), 'filter')} with a bandpass"
        )
        if is_new:
            self.for_each_plot(PlotCanvas.show_all_afresh)

    def show_stale(self) -> None:
        """Say that the fluxes are being made anew."""
        self.summary.set_full_text("Predicting fluxes …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there are no fluxes."""
        text = f"{what} {hint}".strip()
        self.summary.set_full_text(text)
        if self.result is None:
            self.empty.say(text)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for curve, points in self._stars.values():
            curve.set_data(_EMPTY, _EMPTY)
            points.set_data(_EMPTY, _EMPTY)
        self.empty.say(reason)

    def for_each_plot(self, act: Callable[[PlotCanvas], object]) -> None:
        """Do ``act`` with both plots."""
        act(self.plot)
        act(self.bands)

    # Parts

    def _layers(self, star: str) -> tuple[CurveLayer, PointsLayer]:
        style = _style(star)
        curve = self.plot.add_layer(CurveLayer(style.color, opacity=0.6), z=3)
        return curve, self.plot.add_layer(PointsLayer((style,)), z=4)

    def _draw_star(
        self, result: ModelFluxes, star: str, layers: tuple[CurveLayer, PointsLayer]
    ) -> None:
        pivots = {one.filter: one.pivot_um for one in result.zero_points}
        found = [one for one in result.fluxes if one.star == star]
        x = np.array([pivots[one.filter] for one in found])
        y = np.array([one.flux_jy for one in found])
        for layer in layers:
            layer.set_data(x, y)

    def _draw_responses(self, result: ModelFluxes) -> None:
        while len(self._responses) < len(result.bandpasses):
            self._responses.append(self.bands.add_layer(BandLayer("dim", opacity=0.45), z=2))
        for place, layer in enumerate(self._responses):
            if place >= len(result.bandpasses):
                layer.set_data(_EMPTY, _EMPTY, _EMPTY)
                continue
            one = result.bandpasses[place]
            layer.set_look(color_of_filter(one.name))
            response = one.response / one.response.max()
            layer.set_data(one.wave_um, np.zeros(response.size), response)
        self.names.set_ticks(tuple((one.pivot_um, one.filter) for one in result.zero_points))

    def _on_switched(self, star: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        for layer in self._stars.get(star, ()):
            layer.setVisible(is_on)
        self._name_stars()

    def _band_bounds(self) -> Bounds | None:
        if self.result is None or not self.result.bandpasses:
            return None
        waves = [float(one.wave_um[i]) for one in self.result.bandpasses for i in (0, -1)]
        return min(waves) - 0.3, max(waves) + 0.3, 0.0, 1.25

    def _flux_bounds(self) -> Bounds | None:
        """Return all wavelengths of the bandpasses, and all fluxes with room for names."""
        x_range = self._band_bounds()
        known = [one.flux_jy for one in self.result.fluxes] if self.result is not None else []
        if x_range is None or not known:
            return None
        return x_range[0], x_range[1], 0.3 * min(known), 3.0 * max(known)

    def _name_stars(self) -> None:
        """Write each star at the last point of its curve: stars of one class look alike.

        The curves are flattest there, so that a name does not lie across them.
        """
        drawn = [
            (star, points)
            for star, (_, points) in self._stars.items()
            if points.isVisible() and points.xs.size
        ]
        self.star_names.set_names(
            tuple(
                (float(points.xs[-1]), float(points.ys[-1]), star, _style(star).color)
                for star, points in drawn
            )
        )

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        found = self._nearest(x, y)
        if found is None:
            return
        mag = f"   {fixed_text(found.mag, 3)} mag" if np.isfinite(found.mag) else ""
        self.cursor_changed.emit(
            f"{found.star}   {found.filter}   {flux_text(found.flux_jy, found.error_jy, 'Jy')}"
            f"   Fλ {found.flam:.4g} erg/s/cm²/Å{mag}"
        )

    def _nearest(self, x: float, y: float) -> ModelFlux | None:
        result = self.result
        if result is None or not result.fluxes or not y > 0:
            return None
        pivots = {one.filter: one.pivot_um for one in result.zero_points}
        return min(
            result.fluxes,
            key=lambda one: (
                ((pivots[one.filter] - x) / 10.0) ** 2 + (np.log10(one.flux_jy / y) / 3.0) ** 2
            ),
        )


def _style(star: str) -> PointStyle:
    found = star_named(star)
    color, symbol = _OTHER if found is None else _CLASSES.get(found.star_class, _OTHER)
    return PointStyle(color, symbol=symbol, size=6.5)
