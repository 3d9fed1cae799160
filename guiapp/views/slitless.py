"""View of slitless exposures: background before and after, and the periodogram of the noise."""

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QSplitter

from engine.arrays import FloatArray
from engine.lrs.periodic_noise import PeriodicNoise
from engine.lrs.slitless_background import REFERENCE_COLUMNS, SlitlessBackground
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import stacked
from guiapp.plots.bands import ErrorBarsLayer
from guiapp.plots.caption import NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.image_layer import ImageLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, LevelsLayer, LineTicksLayer
from guiapp.plots.message import Kind, PlotMessage
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.stretch import NO_LEVELS, Levels
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool
from guiapp.views.lrs_view import LrsView

_EMPTY = np.zeros(0)
_NAMES = {"emi": "390.625 Hz", "heater": "10.039 Hz"}
_FEWEST_COLUMNS = 3


class NoiseFollower:
    """Takes the result of the periodogram for the view: it is a node of its own."""

    def __init__(self, view: "SlitlessView") -> None:
        self._view = view

    def show_result(self, result: PeriodicNoise) -> None:
        """Draw the periodogram."""
        self._view.draw_noise(result, "")

    def show_stale(self) -> None:
        """Say that a new periodogram is computed."""
        self._view.say_of_noise("Computing the periodogram …", "quiet")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is none; the last good one stays drawn."""
        self._view.say_of_noise(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw no periodogram."""
        self._view.draw_noise(None, reason)


class SlitlessView(LrsView):
    """Draws a `SlitlessBackground` and a `PeriodicNoise`; says how wide the edges are wanted.

    Signals
    -------
    columns_chosen(int)
        Columns at each edge that are off the target.
    """

    columns_chosen = pyqtSignal(int)

    hint = "drag an edge in the profile: columns off the target · right-drag zooms"

    def __init__(self) -> None:
        self.before_plot = ThemedPlot(name="Before", x_label="Row", y_label="Column")
        self.after_plot = ThemedPlot(name="After", x_label="Row", y_label="Column")
        self.across_plot = ThemedPlot(name="Profile across", x_label="Column")
        self.level_plot = ThemedPlot(name="Background of integrations", x_label="Integration")
        self.noise_plot = ThemedPlot(
            name="Periodogram", x_label="Frequency (Hz)", y_label="Amplitude", y_scale="log"
        )
        self.images = _side_by_side(self.before_plot, self.after_plot)
        self.profiles = _side_by_side(self.across_plot, self.level_plot)
        parts = stacked(self.images, self.profiles, self.noise_plot, sizes=(170, 190, 200))
        super().__init__(
            name="Slitless",
            plots=(
                self.before_plot,
                self.after_plot,
                self.across_plot,
                self.level_plot,
                self.noise_plot,
            ),
            content=parts,
        )
        self.result: SlitlessBackground | None = None
        self.noise: PeriodicNoise | None = None
        self.noise_follower = NoiseFollower(self)
        self._noise_note = PlotMessage(self.noise_plot, "center")
        self._make_layers()
        self.after_plot.link_x(self.before_plot)
        self._connect()

    def _make_layers(self) -> None:
        self.before = self.before_plot.add_layer(ImageLayer(), z=2)
        self.after = self.after_plot.add_layer(ImageLayer(), z=2)
        for image in (self.before, self.after):
            image.set_look(stretch="linear", map_name="viridis")
        self.before_note = self.before_plot.add_layer(NoteLayer(), z=6)
        self.after_note = self.after_plot.add_layer(NoteLayer(), z=6)
        across = self.across_plot
        across.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))
        self.across_before = across.add_layer(CurveLayer("dim"), z=3)
        self.across_after = across.add_layer(CurveLayer("accent"), z=4)
        self.edges = across.add_layer(EdgesLayer("care", style="grip"), z=6)
        style = PointStyle("accent", symbol="square", size=6.0)
        self.levels = self.level_plot.add_layer(PointsLayer((style,)), z=4)
        self.level_bars = self.level_plot.add_layer(ErrorBarsLayer("accent", opacity=0.8), z=3)
        self.spectrum = self.noise_plot.add_layer(CurveLayer("text"), z=3)
        self.floor = self.noise_plot.add_layer(LevelsLayer("dim", style="dashed"), z=2)
        self.lines = self.noise_plot.add_layer(EdgesLayer("accent", style="dashed"), z=2)
        self.names = self.noise_plot.add_layer(LineTicksLayer("accent", names="beside"), z=6)

    def _connect(self) -> None:
        self.before_plot.all_bounds = self.after_plot.all_bounds = self._image_bounds
        self.across_plot.all_bounds = self._across_bounds
        self.level_plot.all_bounds = self._level_bounds
        self.noise_plot.all_bounds = self._noise_bounds
        self.across_plot.add_tool(EdgeTool(self.edges, self))
        for plot, image in ((self.before_plot, self.before), (self.after_plot, self.after)):
            plot.cursor_moved.connect(lambda x, y, _index, image=image: self._on_image(x, y, image))
        self.across_plot.cursor_moved.connect(lambda x, _y, _index: self._on_across(x))
        self.noise_plot.cursor_moved.connect(lambda x, _y, _index: self._on_noise(x))

    def drawn(self) -> SlitlessBackground | PeriodicNoise | None:
        """Return the result that is drawn; `None`: none."""
        return self.result if self.result is not None else self.noise

    # Background

    def draw(self, result: SlitlessBackground | None) -> None:
        """Draw ``result``; `None`: nothing."""
        self.result = result
        for part in (self.images, self.profiles):
            part.setVisible(result is not None)
        if result is None:
            for picture in (self.before, self.after):
                picture.set_image(np.zeros((0, 0)), NO_LEVELS)
            for curve in (self.across_before, self.across_after):
                curve.set_data(_EMPTY, _EMPTY)
            self.levels.set_data(_EMPTY, _EMPTY)
            self.level_bars.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.edges.set_values(())
            return
        known = result.after[np.isfinite(result.after)]
        spread = 1.2 * float(np.percentile(np.abs(known), 90.0)) if known.size else 1.0
        for layer, note, image, name in (
            (self.before, self.before_note, result.before, "before"),
            (self.after, self.after_note, result.after, "after"),
        ):
            middle = _median(image)
            layer.set_image(image.T, Levels(middle - spread, middle + spread, spread))
            note.say(f"{name}: median {fixed_text(middle, 1)} {result.unit}", "text")
        columns = np.arange(result.before.shape[1], dtype=np.float64)
        self.across_before.set_data(columns, _across(result.before))
        self.across_after.set_data(columns, _across(result.after))
        number = np.arange(1.0, result.n_integrations + 1.0)
        self.levels.set_data(number, result.level)
        self.level_bars.set_data(number, result.level, result.level_error)
        self._show_edges(result)
        self.across_plot.set_labels("Column", f"Median ({result.unit})")
        self.level_plot.set_labels("Integration", f"Level ({result.unit})")
        self.summary.set_full_text(_summary(result))

    def edge_moved(self, index: int, x: float) -> None:
        """Show an edge where it is dragged to; the other one follows."""
        if self.result is None:
            return
        n_columns = self.result.before.shape[1]
        wanted = round(x) - REFERENCE_COLUMNS + 1 if index == 0 else n_columns - round(x)
        most = (n_columns - REFERENCE_COLUMNS) // 2
        count = int(np.clip(wanted, _FEWEST_COLUMNS, most))
        self.edges.set_values((REFERENCE_COLUMNS + count - 0.5, n_columns - count - 0.5))

    def edges_released(self) -> None:
        """Tell how many columns are wanted now."""
        if self.edges.values:
            self.columns_chosen.emit(round(self.edges.values[0] + 0.5) - REFERENCE_COLUMNS)

    def edges_cancelled(self) -> None:
        """Put the edges back."""
        if self.result is not None:
            self._show_edges(self.result)

    def _show_edges(self, result: SlitlessBackground) -> None:
        left = result.left_columns[1] + 0.5 if result.left_columns else np.nan
        right = result.right_columns[0] - 0.5 if result.right_columns else np.nan
        self.edges.set_values((left, right))

    # Noise

    def say_of_noise(self, text: str, kind: Kind) -> None:
        """Say something over the periodogram."""
        self.empty.say("")
        self._noise_note.say(text, kind)

    def draw_noise(self, noise: PeriodicNoise | None, said: str) -> None:
        """Draw a periodogram, or say why there is none."""
        is_new = self.noise is None
        self.noise = noise
        self._noise_note.say(said, "tip")
        if noise is None:
            self.spectrum.set_data(_EMPTY, _EMPTY)
            self.floor.set_values(())
            self.lines.set_values(())
            self.names.set_ticks(())
            return
        self.empty.say("")
        self.spectrum.set_data(noise.frequency_hz, noise.amplitude)
        self.floor.set_values((noise.noise,))
        told = [one for one in noise.waves if not one.reason]
        self.lines.set_values(tuple(one.frequency_hz for one in told))
        self.names.set_ticks(
            tuple(
                (
                    one.frequency_hz,
                    f"{_NAMES.get(one.name, one.name)}: {number_text(one.amplitude, one.error)} "
                    f"{noise.unit}",
                )
                for one in told
            )
        )
        kind = "Amplitude" if noise.source == "ramps" else "Diagnosis"
        self.noise_plot.set_labels("Frequency (Hz)", f"{kind} ({noise.unit})")
        if self.result is None:
            self.summary.set_full_text(" ".join(noise.messages))
        if is_new:
            self.noise_plot.show_all_afresh()

    # Bounds and cursor

    def _image_bounds(self) -> Bounds | None:
        return self.before.bounds()

    def _across_bounds(self) -> Bounds | None:
        result = self.result
        if result is None:
            return None
        level = float(np.nanmedian(result.level))
        room = max(abs(level), 1e-6)
        return 0.0, float(result.before.shape[1] - 1), -0.5 * room, level + room

    def _level_bounds(self) -> Bounds | None:
        result = self.result
        if result is None or not np.isfinite(result.level).any():
            return None
        low, high = float(np.nanmin(result.level)), float(np.nanmax(result.level))
        room = max(0.15 * (high - low), 3.0 * float(np.nanmedian(result.level_error)))
        return 0.5, result.n_integrations + 0.5, low - room, high + room

    def _noise_bounds(self) -> Bounds | None:
        noise = self.noise
        if noise is None:
            return None
        known = noise.amplitude[np.isfinite(noise.amplitude) & (noise.amplitude > 0)]
        if not known.size:
            return None
        low, high = 0.3 * noise.noise, 3.0 * float(known.max())
        return 0.0, float(noise.frequency_hz[-1]), low, max(high, 10.0 * noise.noise)

    def _on_image(self, x: float, y: float, image: ImageLayer) -> None:
        place = image.pixel_at(x, y)
        if place is None or self.result is None:
            return
        column, row = place
        value = number_text(float(image.values[row, column]))
        self.cursor_changed.emit(f"row {column}   column {row}   {value} {self.result.unit}")

    def _on_across(self, x: float) -> None:
        at = round(x)
        if self.result is None or not 0 <= at < self.across_before.ys.size:
            return
        values = (self.across_before.ys[at], self.across_after.ys[at])
        before, after = (number_text(float(one)) for one in values)
        self.cursor_changed.emit(f"column {at}   before {before}   after {after}")

    def _on_noise(self, x: float) -> None:
        noise = self.noise
        if noise is None:
            return
        at = int(np.argmin(np.abs(noise.frequency_hz - x)))
        value = number_text(float(noise.amplitude[at]))
        hertz = fixed_text(float(noise.frequency_hz[at]), 3)
        self.cursor_changed.emit(f"{hertz} Hz   {value} {noise.unit}")


def _side_by_side(left: ThemedPlot, right: ThemedPlot) -> QSplitter:
    both = QSplitter(Qt.Orientation.Horizontal)
    both.addWidget(left)
    both.addWidget(right)
    both.setSizes([400, 400])
    both.setChildrenCollapsible(False)
    return both


def _across(image: FloatArray) -> FloatArray:
    known = np.isfinite(image).any(axis=0)
    result = np.full(image.shape[1], np.nan)
    result[known] = np.nanmedian(image[:, known], axis=0)
    return result


def _median(image: FloatArray) -> float:
    known = image[np.isfinite(image)]
    return float(np.median(known)) if known.size else 0.0


def _summary(result: SlitlessBackground) -> str:
    count = result.n_integrations
    plural = "" if count == 1 else "s"
    said = f"{count} integration{plural}"
    if np.isfinite(result.gradient_before):
        ends = (result.gradient_before, result.gradient_after)
        before, after = (fixed_text(one, 2) for one in ends)
        said += f", right − left edge {before} → {after} {result.unit}"
    return " ".join((f"{said}.", *result.messages))
