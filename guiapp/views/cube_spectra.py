"""The right side of the cube view: the extracted spectrum, and a lower graph along wavelength."""

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QSplitter, QWidget

from engine.arrays import FloatArray
from engine.mrs.extraction import Extraction
from guiapp.look.parts import Label, column
from guiapp.look.tokens import GRID
from guiapp.look.units import QUANTITIES, flux_factor, flux_label, largest_of, shown_units
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, SpansLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.cube_gestures import PlaneTool
from guiapp.views.cube_lower import LowerPane, bounds_of_most
from guiapp.views.cube_words import (
    LIMITED,
    LIMITED_REASON,
    center_warning,
    limited_spans,
    sample_text,
)

_EMPTY = np.zeros(0)
_STALE_OPACITY = 0.35
_ROOM = 0.04  # of the wavelengths, beside them
_LEFT_OUT = 1.5  # percent of the samples at either end that need not be in view


class SpectraPane(QWidget):
    """Draws the extraction along wavelength; says which wavelength was picked.

    Signals
    -------
    wave_picked(wave_um)
        The user wants the plane there.
    cursor_changed(text)
        Read-out.
    """

    wave_picked = pyqtSignal(float)
    cursor_changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: Extraction | None = None
        self.plot = ThemedPlot(name="Extracted spectrum", y_label="Flux density (Jy)")
        self.lower_pane = LowerPane()
        self.legend = LegendBar()
        self.limited = self.plot.add_layer(SpansLayer("care", opacity=0.12, names="above"), z=0)
        self.band = self.plot.add_layer(BandLayer("accent", opacity=0.25), z=2)
        self.flux = self.plot.add_layer(CurveLayer("accent"), z=3)
        self.preview = self.plot.add_layer(CurveLayer("text", counts="no bounds"), z=4)
        self.line = self.plot.add_layer(EdgesLayer("accent", opacity=0.8), z=5)
        for still in (self.band, self.flux):
            still.keeps_picture = True  # the preview and the line move over them
        self._color = "accent"
        self._opacity = 1.0
        self._is_fresh = True
        self.note = PlotMessage(self.plot, "top")
        self.warning = Label()
        self.warning.setWordWrap(True)
        self.message = PlotMessage(self.plot, "center")
        self._warn("")
        self._lay_out()
        self._drawn_in = ""
        self._connect()
        shown_units.changed.connect(self._on_units)

    # What is shown

    def start_afresh(self, color: str) -> None:
        """Show another band from now on, in its color."""
        self._color = color
        self._is_fresh = True
        self.flux.set_look(color)
        self.band.set_look(color)

    def show_waves(self, wave_um: FloatArray) -> None:
        """Show the wavelengths of another cube, whether or not a spectrum comes of it."""
        if self._is_fresh and wave_um.size > 1:
            room = _ROOM * float(wave_um[-1] - wave_um[0])
            waves = float(wave_um[0]) - room, float(wave_um[-1]) + room
            self.plot.set_view((waves, self.plot.view[1]))

    def show_result(self, result: Extraction) -> None:
        """Draw the extracted spectrum in place of what is drawn now."""
        self.result = result
        spectrum = result.spectrum
        wave, flux, error = spectrum.wave_um, spectrum.flux, spectrum.error
        factor = flux_factor(spectrum.unit, wave)
        self.flux.set_data(wave, flux * factor)
        self.band.set_data(wave, (flux - error) * factor, (flux + error) * factor)
        self.limited.set_spans(limited_spans(result))
        self.drop_preview()
        quantity = QUANTITIES.get(spectrum.unit, "Value")
        self._drawn_in = flux_label(quantity, spectrum.unit, largest_of([flux * factor]))
        self.plot.set_labels("", self._drawn_in)
        self.message.say("", "quiet")
        self.note.say("", "wrong")
        self._warn(center_warning(result))
        self._refresh_legend()
        self.lower_pane.show_result(result)
        if self._is_fresh:
            self._is_fresh = not np.isfinite(flux).any()
            self.plot.show_all_afresh()
            self.lower_pane.start_afresh()
        else:
            self.plot.fit_y_unless_zoomed()

    def _on_units(self) -> None:
        """Draw again where a unit needs another curve; the axis reads all others."""
        if self.result is None:
            return
        before = self._drawn_in
        self.show_result(self.result)
        if self._drawn_in != before:
            self.plot.show_all_afresh()

    def show_preview(self, wave_um: FloatArray, flux: FloatArray) -> None:
        """Draw the spectrum as it would be, over the one that is."""
        unit = "" if self.result is None else self.result.spectrum.unit
        is_first = not self.preview.xs.size
        self.preview.set_data(wave_um, flux * flux_factor(unit, wave_um))
        self._set_opacity(_STALE_OPACITY)
        if is_first:
            self._refresh_legend()

    def drop_preview(self) -> None:
        """Draw only what is true."""
        was_shown = self.preview.xs.size
        self.preview.set_data(_EMPTY, _EMPTY)
        self._set_opacity(1.0)
        if was_shown:
            self._refresh_legend()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self._set_opacity(_STALE_OPACITY)

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new spectrum; the last good one stays drawn, faint."""
        self.preview.set_data(_EMPTY, _EMPTY)
        self._set_opacity(_STALE_OPACITY)
        self.message.say("", "quiet")
        self.note.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw no spectrum, and say why."""
        self.result = None
        self.flux.set_data(_EMPTY, _EMPTY)
        self.band.set_data(_EMPTY, _EMPTY, _EMPTY)
        self.limited.set_spans(())
        self.drop_preview()
        self.note.say("", "wrong")
        self._warn("")
        self.message.say(reason, "quiet")
        self._refresh_legend()
        self.lower_pane.show_result(None)

    def set_wave(self, wave_um: float) -> None:
        """Mark the plane that the image shows; NaN: none."""
        for line in (self.line, self.lower_pane.line):
            line.set_values((wave_um,))

    # What gestures need (PlaneHost)

    def wave_chosen(self, wave_um: float) -> None:
        """Say that the user wants the plane at a wavelength."""
        self.wave_picked.emit(wave_um)

    # Parts

    def _lay_out(self) -> None:
        upper = QWidget()
        box = column(upper, spacing=0)
        box.addWidget(self.legend)
        box.addWidget(self.warning)
        box.addWidget(self.plot, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(GRID)
        split.addWidget(upper)
        split.addWidget(self.lower_pane)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([330, 240])
        column(self).addWidget(split, 1)
        self.lower_pane.plot.link_x(self.plot)

    def _connect(self) -> None:
        self.plot.all_bounds = self._bounds
        self.legend.switched.connect(self._on_switched)
        self.plot.cursor_moved.connect(lambda x, _y, _i: self._on_cursor(x))
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.lower_pane.cursor_changed.connect(self.cursor_changed)
        self.plot.add_tool(PlaneTool(self, self.line))
        self.lower_pane.plot.add_tool(PlaneTool(self, self.lower_pane.line))

    def _bounds(self) -> Bounds | None:
        """Show the flux of most samples, not the few at the edges of the band that ran away."""
        xs = self.flux.xs
        known = bounds_of_most(xs, (self.flux.ys,), left_out=_LEFT_OUT)
        return known or ((float(xs[0]), float(xs[-1]), 0.0, 1.0) if xs.size else None)

    def _warn(self, text: str) -> None:
        """Say something about what is drawn, above the plot: it covers no sample."""
        self.warning.setText(text)
        self.warning.setVisible(bool(text))

    def _set_opacity(self, opacity: float) -> None:
        if opacity == self._opacity:
            return
        self._opacity = opacity
        self.flux.set_look(opacity=opacity)
        self.band.set_look(self._color, opacity=0.25 * opacity)

    def _refresh_legend(self) -> None:
        entries: list[LegendEntry] = []
        if self.result is not None:
            is_moving = bool(self.preview.xs.size)
            if is_moving:
                entries.append(LegendEntry("preview", "new", "line", "text"))
            entries += [
                LegendEntry("flux", "before" if is_moving else "extracted", "line", self._color),
                LegendEntry("band", "error", "solid band", self._color, tip="1 σ, statistical"),
            ]
            if self.result.background_limited.any():
                entries.append(
                    LegendEntry("limited", LIMITED, "solid band", "care", tip=LIMITED_REASON)
                )
        self.legend.set_entries(tuple(entries))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers: dict[str, Layer] = {"flux": self.flux, "band": self.band, "limited": self.limited}
        layers["preview"] = self.preview
        layers[name].setVisible(is_on)

    def _on_cursor(self, x: float) -> None:
        if self.result is not None:
            index = int(np.argmin(np.abs(self.result.spectrum.wave_um - x)))
            self.cursor_changed.emit(sample_text(self.result, index))
