"""View of the static fringe flat: its pattern over that of a spectrum (Law+2025, Sec. 2.1)."""

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.mrs.fringe_flat import FringeFlatOverlay
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, stacked
from guiapp.look.units import wave_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.themed_plot import ThemedPlot

_EMPTY = np.zeros(0)
_REACH = 6.0  # robust standard deviations of what is drawn

_WAVE, _PATTERN = "Wavelength (µm)", "Over running median − 1 (%)"


class FringeFlatView(QWidget):
    """Draws a `FringeFlatOverlay`.

    Signals
    -------
    cursor_changed(str)
        Text below the plots.
    """

    cursor_changed = pyqtSignal(str)

    hint = "the sentence above is what the header says · right-drag zooms · Backspace shows all"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Label("", "text")
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Spectrum and fringe flat", y_label=_PATTERN)
        self.flat_plot = ThemedPlot(name="Fringe flat", x_label=_WAVE, y_label="Fringe flat")
        self.pattern = self.plot.add_layer(CurveLayer("accent"), z=3)
        self.flat_pattern = self.plot.add_layer(CurveLayer("text", opacity=0.8), z=4)
        self.flat = self.flat_plot.add_layer(CurveLayer("text"), z=3)
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.flat_plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.result: FringeFlatOverlay | None = None
        self._color = "accent"
        self._is_new = True
        self._lay_out()
        self.legend.switched.connect(self._on_switched)
        self.flat_plot.link_x(self.plot)
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_cursor)
        self.flat_plot.cursor_moved.connect(self._on_cursor)
        for plot in (self.plot, self.flat_plot):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def _lay_out(self) -> None:
        self.sentence.setWordWrap(True)
        plots = stacked(self.plot, self.flat_plot, sizes=(360, 200))
        self.empty = EmptyState.over(self, self.sentence, self.legend, plots)

    def show_subject(self, band: str) -> None:
        """Say which band is drawn next: it is shown from end to end."""
        self._color = f"band {band}" if band else "accent"
        self._is_new = True

    def show_result(self, result: FringeFlatOverlay) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("")
        self.result = result
        self.sentence.setText(" ".join(result.messages))
        self.pattern.set_look(self._color)
        self.pattern.set_data(result.wave_um, 100.0 * result.pattern)
        self.flat_pattern.set_data(result.wave_um, 100.0 * result.flat_pattern)
        self.flat.set_data(result.flat_wave_um, result.flat)
        has_flat = bool(result.flat.size)
        self.flat_plot.setVisible(has_flat)
        self.plot.set_labels("" if has_flat else _WAVE, _PATTERN)  # the lowest plot has the numbers
        entries = [LegendEntry("spectrum", "spectrum", "line", self._color)]
        if result.flat.size:
            name = f"fringe flat, column {result.column}"
            entries.append(LegendEntry("flat", name, "line", "text"))
        self.legend.set_entries(tuple(entries))
        if self._is_new:
            self._is_new = False
            self.plot.show_all_afresh()
            self.flat_plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that a new overlay is made."""
        self.sentence.setText("Reading the fringe flat …")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no overlay; the last good one stays drawn."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        self.sentence.setText(f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for curve in (self.pattern, self.flat_pattern, self.flat):
            curve.set_data(_EMPTY, _EMPTY)
        self.legend.set_entries(())
        self.sentence.setText("")
        self.empty.say(reason)

    def _bounds(self) -> Bounds | None:
        result = self.result
        if result is None or not np.isfinite(result.pattern).any():
            return None
        scatter = 148.26 * float(np.nanmedian(np.abs(result.pattern)))
        most = 100.0 * float(np.nanmax(np.abs(result.flat_pattern), initial=0.0))
        reach = max(_REACH * scatter, 1.15 * most, 0.1)
        return float(result.wave_um[0]), float(result.wave_um[-1]), -reach, reach

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layer = {"spectrum": self.pattern, "flat": self.flat_pattern}[name]
        layer.setVisible(is_on)

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        if self.result is None or not self.result.wave_um.size:
            return
        at = int(np.argmin(np.abs(self.result.wave_um - x)))
        values = (self.result.pattern[at], self.result.flat_pattern[at])
        spectrum, flat = (fixed_text(100.0 * float(one), 2) for one in values)
        self.cursor_changed.emit(
            f"{wave_text(float(self.result.wave_um[at]))}   spectrum {spectrum} %   flat {flat} %"
        )
