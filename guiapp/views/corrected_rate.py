"""View of the correction of the loss: the rate before and after, and the loss below."""

from collections.abc import Callable, Sequence

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.mrs.rate_correction import CorrectedRate, RateCorrectionParams
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, Tone, stacked
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry, SwatchKind
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot

_APPLY = (
    ("automatic", "Automatic", "Where a loss is known and not taken out already"),
    ("on", "On", "The same, but what stands against it is an error"),
    ("off", "Off", "The spectrum stays as it is; the plot shows what would be done"),
)
_SOURCES = (
    ("automatic", "Automatic", "Lamps where they give a loss, else the reference"),
    ("lamps", "Lamps", "The lamp spectra of this session"),
    ("reference", "Reference", "The tables of the photom reference that was opened last"),
)
_EMPTY = np.zeros(0)
_SIZES = [330, 220]
_SHOWN_PERCENTILES = (1.0, 99.0)
_LEAST_ROOM = 0.02  # of the loss, about its curve


class CorrectedRateView(QWidget):
    """Draws one spectrum before and after; says what the user wants otherwise.

    Signals
    -------
    apply_chosen(str), source_chosen(str)
        Values of `RateCorrectionParams`.
    band_stepped(int), star_stepped(int)
        The user wants the next band or star, or the previous one.
    cursor_changed(str)
        Text below the plots.
    keys_wanted()
        The user asked for the list of keys.
    """

    apply_chosen = pyqtSignal(str)
    source_chosen = pyqtSignal(str)
    band_stepped = pyqtSignal(int)
    star_stepped = pyqtSignal(int)
    cursor_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()

    hint = "a: take the loss out, or not · ( ) band · [ ] star · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.apply = SegmentBar("Take the loss out", _APPLY)
        self.source = SegmentBar("Loss from", _SOURCES)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Rate before and after", y_label="Rate (DN/s)")
        self.loss_plot = ThemedPlot(
            name="Loss", x_label="Wavelength (µm)", y_label="Rate over day zero"
        )
        self.result: CorrectedRate | None = None
        self._color = "accent"
        self._is_new = True
        self._make_layers()
        self._lay_out()
        self._connect()

    def _make_layers(self) -> None:
        self.before = self.plot.add_layer(CurveLayer("dim", opacity=0.9), z=3)
        self.after = self.plot.add_layer(CurveLayer("accent", width=1.3), z=4)
        self.loss_plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.band = self.loss_plot.add_layer(BandLayer("accent", opacity=0.25), z=2)
        self.loss = self.loss_plot.add_layer(CurveLayer("accent", width=1.5), z=3)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for text, bar in (("take the loss out", self.apply), ("loss from", self.source)):
            row.addWidget(Label(text, "dim"))
            row.addWidget(bar)
        row.addStretch(1)
        plots = stacked(self.plot, self.loss_plot, sizes=_SIZES)
        self.empty = EmptyState.over(self, row, self.summary, self.legend, plots)

    def _connect(self) -> None:
        self.apply.chosen.connect(self.apply_chosen)
        self.source.chosen.connect(self.source_chosen)
        self.legend.switched.connect(self._on_switched)
        self.loss_plot.link_x(self.plot)
        self.plot.all_bounds = self._bounds
        self.loss_plot.all_bounds = self._loss_bounds
        for plot in (self.plot, self.loss_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    # What is shown

    def show_subject(self, band: str) -> None:
        """Say which band is drawn next, for its color: it is shown from end to end."""
        self._color = f"band {band}" if band else "accent"
        for layer in (self.after, self.loss):
            layer.set_look(self._color)
        self.band.set_look(self._color)
        self._is_new = True

    def show_params(self, params: RateCorrectionParams) -> None:
        """Show what is decided."""
        self.apply.choose(params.apply)
        self.source.choose(params.source)

    def show_result(self, result: CorrectedRate) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.result = result
        self.empty.say("")
        wave = result.spectrum.wave_um
        is_known = bool(np.isfinite(result.loss).any())
        is_applied = result.outcome == "corrected"
        self.before.set_data(wave, result.flux_before)
        self.after.set_data(wave, result.flux_after if is_known else np.full(wave.size, np.nan))
        self.after.set_look(self._color, dash="solid" if is_applied else "dashed")
        self.loss.set_data(wave, result.loss)
        self.loss.set_look(self._color, dash="solid" if is_applied else "dashed")
        self.band.set_data(wave, result.loss - result.loss_error, result.loss + result.loss_error)
        said = " ".join((summary_text(result), *result.messages))
        self._say(said, "care" if result.is_extrapolated else "dim")
        self._refresh_legend()
        if self._is_new:
            self._is_new = False
            self.plot.show_all_afresh()
            self.loss_plot.show_all_afresh()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self._say("Taking the loss out …", "dim")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        text = f"{what} {hint}".strip()
        if self.result is None:
            self.empty.say(text)
        self._say(text, "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for curve in (self.before, self.after, self.loss):
            curve.set_data(_EMPTY, _EMPTY)
        self.band.set_data(_EMPTY, _EMPTY, _EMPTY)
        self.legend.set_entries(())
        self._say("", "dim")
        self.empty.say(reason)

    # What the keys do

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys). Acts that are not here are left out."""
        acts = self.acts()
        for act, names in keys:
            for name in names if act in acts else ():
                for plot in (self.plot, self.loss_plot):
                    plot.keys.bind(name, acts[act])

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key can do here, by its name."""
        return {
            "rate.apply": self.toggle,
            "rate.previous_band": lambda: self.band_stepped.emit(-1),
            "rate.next_band": lambda: self.band_stepped.emit(1),
            "rate.previous_star": lambda: self.star_stepped.emit(-1),
            "rate.next_star": lambda: self.star_stepped.emit(1),
            "plot.keys": self.keys_wanted.emit,
        }

    def toggle(self) -> None:
        """Switch the correction off, or back to automatic."""
        self.apply_chosen.emit("automatic" if self.apply.current == "off" else "off")

    # Parts

    def _say(self, text: str, tone: Tone) -> None:
        self.summary.set_tone(tone)
        self.summary.set_full_text(text)

    def _refresh_legend(self) -> None:
        result = self.result
        if result is None:
            return
        is_applied = result.outcome == "corrected"
        entries = [
            LegendEntry("before", "as observed", "line", "dim", tip="With the loss of its day")
        ]
        if np.isfinite(result.loss).any():
            text = "on day zero" if is_applied else "on day zero (not applied)"
            kind: SwatchKind = "line" if is_applied else "dashed"
            entries.append(LegendEntry("after", text, kind, self._color, tip="Divided by the loss"))
            entries.append(LegendEntry("loss", "loss, one σ", "line", self._color))
        self.legend.set_entries(tuple(entries))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers = {
            "before": (self.before,),
            "after": (self.after,),
            "loss": (self.loss, self.band),
        }
        for layer in layers[name]:
            layer.setVisible(is_on)

    def _bounds(self) -> Bounds | None:
        result = self.result
        if result is None:
            return None
        wave = result.spectrum.wave_um
        both = np.concatenate([result.flux_before, result.flux_after])
        good = both[np.isfinite(both)]
        if not good.size:
            return None
        low, high = np.percentile(good, _SHOWN_PERCENTILES)
        room = 0.15 * float(high - low) + 1e-12
        return float(wave[0]), float(wave[-1]), float(low) - room, float(high) + room

    def _loss_bounds(self) -> Bounds | None:
        result = self.result
        if result is None or not np.isfinite(result.loss).any():
            return None
        wave = result.spectrum.wave_um
        error = np.nan_to_num(result.loss_error)
        low = float(np.nanmin(result.loss - error))
        room = max(0.15 * (1.0 - low), _LEAST_ROOM)
        return float(wave[0]), float(wave[-1]), low - room, 1.0 + room

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        if self.result is not None:
            nearest = int(np.argmin(np.abs(self.result.spectrum.wave_um - x)))
            self.cursor_changed.emit(sample_text(self.result, nearest))


def summary_text(result: CorrectedRate) -> str:
    """Return what was done, in one line."""
    if result.outcome != "corrected":
        return "Left as it is."
    middle, error = _middle(result.loss), _middle(result.loss_error)
    shown = (
        number_text(100.0 * middle, 100.0 * error)
        if np.isfinite(error)
        else fixed_text(100.0 * middle, 2)
    )
    lamp = "lamps" if result.source == "lamps" else result.source
    return f"{shown} % of the rate is left ({result.form}, {lamp})."


def sample_text(result: CorrectedRate, i: int) -> str:
    """Return one sample in one line."""
    wave, loss = float(result.spectrum.wave_um[i]), float(result.loss[i])
    text = f"{wave_text(wave)}   rate {number_text(float(result.flux_before[i]))}"
    if np.isfinite(loss):
        error = float(result.loss_error[i])
        shown = number_text(loss, error) if np.isfinite(error) else fixed_text(loss, 4)
        text += f"   loss {shown}   day zero {number_text(float(result.flux_after[i]))}"
    return text


def _middle(values: FloatArray) -> float:
    good = values[np.isfinite(values)]
    return float(np.median(good)) if good.size else float("nan")
