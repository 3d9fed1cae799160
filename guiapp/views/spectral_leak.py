"""View of the 12.2 um leak: sources before and after, and the curve below (Law+2025, Fig. 13)."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.model.leak import LeakCurve
from engine.model.star_names import shown_source_name, told_apart
from engine.mrs.leak_curve import LeakFit
from engine.mrs.spectral_leak import LeakCorrection, LeakParams, flattened
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, Label, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, LevelsLayer, LineTicksLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.normalized_layers import RowNamesLayer

_APPLY = (
    ("when available", "On", "Response and calibrated spectrum use 3A without the leak"),
    ("none", "Off", "Nothing is subtracted from what follows"),
)
_CURVES = (
    ("file", "File", "The leak curve that was opened last"),
    ("derived", "Derived", "The curve that a blue and a red source of this session give"),
)
_SAMPLE = PointStyle("dim", size=2.5)
_LEFT_OUT = PointStyle("wrong", symbol="cross", size=5.0)
_CURVE_TIP = (
    "Share of the light of 1B at half the wavelength; what is listed of a source is that share "
    "over its own light in 3A, which is many times weaker"
)
_STEP = 0.07  # from one source to the next
_REACH_UM = (11.75, 12.85)
_MOST = 24  # sources that are drawn
_EMPTY = np.zeros(0)
_PICK_PIXELS = 8.0


class _Pair:
    """The two curves of one source."""

    def __init__(self, plot: ThemedPlot) -> None:
        self.before = plot.add_layer(CurveLayer("dim", opacity=0.9), z=3)
        self.after = plot.add_layer(CurveLayer("band 3A"), z=4)
        self.id = ""

    def show(self, wave: FloatArray, before: FloatArray, after: FloatArray) -> None:
        self.before.set_data(wave, before)
        self.after.set_data(wave, after)


class SpectralLeakView(QWidget):
    """Draws what was subtracted from each source; says what the user wants otherwise.

    Signals
    -------
    source_chosen(str)
        Id of the 3A spectrum that was clicked.
    apply_chosen(str), curve_chosen(str)
        Values of `LeakParams`.
    window_dragged(float, float, int)
        New limits of the window in um, and the number of the gesture.
    cursor_changed(str)
        Text below the plots.
    """

    source_chosen = pyqtSignal(str)
    apply_chosen = pyqtSignal(str)
    curve_chosen = pyqtSignal(str)
    window_dragged = pyqtSignal(float, float, int)
    cursor_changed = pyqtSignal(str)

    hint = "click a source to select it · drag an edge of the window · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.apply = SegmentBar("Subtract the leak", _APPLY)
        self.curve = SegmentBar("Leak curve", _CURVES)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="3A before and after", y_label="Over the level beside the leak")
        self.curve_plot = ThemedPlot(
            name="Leak curve", x_label="Wavelength (µm)", y_label=_curve_label(None)
        )
        self.fit: LeakFit | None = None
        self.window_um = (11.92, 12.70)
        self._found: tuple[tuple[str, str, LeakCorrection], ...] = ()
        self._pairs: list[_Pair] = []
        self._chosen = ""
        self._is_new = True
        self._make_layers()
        self._lay_out()
        self._connect()

    def _make_layers(self) -> None:
        lower = self.curve_plot
        self.levels = self.plot.add_layer(LevelsLayer("dim", style="dashed"), z=1)
        self.names = self.plot.add_layer(RowNamesLayer(), z=9)
        self.edges = lower.add_layer(EdgesLayer("accent"), z=8)
        self.samples = lower.add_layer(PointsLayer((_SAMPLE, _LEFT_OUT), counts=(0,)), z=2)
        self.band = lower.add_layer(BandLayer("ok", opacity=0.25), z=3)
        self.derived = lower.add_layer(CurveLayer("ok", width=1.5), z=5)
        self.file = lower.add_layer(CurveLayer("text", dash="dashed"), z=4)
        self.lines = lower.add_layer(LineTicksLayer(), z=7)
        lower.add_layer(LevelsLayer("dim"), z=1).set_values((0.0,))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for text, bar in (("subtract the leak", self.apply), ("curve", self.curve)):
            row.addWidget(Label(text, "dim"))
            row.addWidget(bar)
        row.addWidget(self.summary, 1)
        plots = stacked(self.plot, self.curve_plot, sizes=(330, 240))
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, plots)

    def _connect(self) -> None:
        self.apply.chosen.connect(self.apply_chosen)
        self.curve.chosen.connect(self.curve_chosen)
        self.legend.switched.connect(self._on_switched)
        self.curve_plot.link_x(self.plot)
        self.plot.all_bounds = self._bounds
        self.curve_plot.all_bounds = self._curve_bounds
        self.plot.add_tool(_PickSource(self))
        self.curve_plot.add_tool(_DragWindow(self))
        self.plot.cursor_moved.connect(self._on_cursor)
        self.curve_plot.cursor_moved.connect(self._on_curve)
        for plot in (self.plot, self.curve_plot):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    # What is shown

    def show_params(self, params: LeakParams, window_um: tuple[float, float]) -> None:
        """Show what is decided."""
        self.apply.choose(params.apply)
        self.curve.choose(params.curve)
        self.window_um = window_um
        self.edges.set_values(window_um)

    def show_sources(self, found: Sequence[tuple[str, str, LeakCorrection]]) -> None:
        """Draw sources (id, title, what became of it), one above the other."""
        self.empty.say("")
        self._found = tuple(found)[:_MOST]
        while len(self._pairs) < len(self._found):
            self._pairs.append(_Pair(self.plot))
        for place, pair in enumerate(self._pairs):
            if place >= len(self._found):
                pair.id = ""
                pair.show(_EMPTY, _EMPTY, _EMPTY)
                continue
            pair.id, _, one = self._found[place]
            before, after = flattened(one, self.window_um)
            offset = _STEP * place
            pair.show(one.spectrum.wave_um, before + offset, after + offset)
        levels = tuple(1.0 + _STEP * place for place in range(len(self._found)))
        self.levels.set_values(levels)
        names = self._names()
        self.names.set_rows(
            tuple((level, name, "text") for level, name in zip(levels, names, strict=True))
        )
        self._mark()
        if self._is_new:
            self._is_new = False
            self.plot.show_all_afresh()

    def show_curves(self, fit: LeakFit | None, file: LeakCurve | None) -> None:
        """Draw the derived curve with its samples, and the one from a file."""
        is_first = self.fit is None and not self.file.xs.size
        self.fit = fit
        self.curve_plot.set_labels("Wavelength (µm)", _curve_label(fit))
        if fit is None:
            self.derived.set_data(_EMPTY, _EMPTY)
            self.band.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.samples.set_data(_EMPTY, _EMPTY)
            self.lines.set_ticks(())
        else:
            self._draw_fit(fit)
        if file is None:
            self.file.set_data(_EMPTY, _EMPTY)
        else:
            self.file.set_data(file.wave_um, 100.0 * file.fraction)
        self._refresh_legend()
        if is_first:
            self.curve_plot.show_all_afresh()

    def _draw_fit(self, fit: LeakFit) -> None:
        curve = fit.curve
        shown = np.isfinite(fit.sample) & (np.abs(fit.sample) < 5.0 * abs(fit.peak[1]))
        kinds = np.where(fit.used, 0, 1)[shown]
        self.samples.set_data(curve.wave_um[shown], 100.0 * fit.sample[shown], kinds)
        low, high = curve.fraction - curve.error, curve.fraction + curve.error
        self.band.set_data(curve.wave_um, 100.0 * low, 100.0 * high)
        self.derived.set_data(curve.wave_um, 100.0 * curve.fraction)
        self.lines.set_ticks(
            tuple((0.5 * (one[0] + one[1]), "H I 7–6") for one in fit.line_windows_um)
        )

    def say(self, text: str) -> None:
        """Write beside the choices."""
        self.summary.set_full_text(text)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.show_sources(())
        self.show_curves(None, None)
        self._is_new = True
        self.empty.say(reason)

    def choose(self, segment: str) -> None:
        """Mark one source."""
        self._chosen = segment
        self._mark()

    def pair_of(self, segment: str) -> _Pair | None:
        """Return the curves of one source."""
        return next((one for one in self._pairs if one.id == segment), None)

    # What the mouse does

    def source_at(self, mouse: PlotMouse) -> str:
        """Return the source whose curve is nearest to the mouse; ``""``: none is near."""
        best = ("", _STEP)
        for pair in self._pairs:
            for curve in (pair.before, pair.after):
                if pair.id and curve.xs.size:
                    near = curve.ys[int(np.argmin(np.abs(curve.xs - mouse.x)))]
                    if abs(near - mouse.y) < best[1]:
                        best = (pair.id, float(abs(near - mouse.y)))
        return best[0]

    def edge_at(self, mouse: PlotMouse) -> int:
        """Return the edge of the window under the mouse, or -1."""
        return self.edges.edge_at(mouse.column, _PICK_PIXELS)

    # Parts

    def _mark(self) -> None:
        for pair in self._pairs:
            is_chosen = pair.id == self._chosen
            pair.before.set_look("text" if is_chosen else "dim")
            pair.after.set_look("accent" if is_chosen else "band 3A", width=1.5 if is_chosen else 1)
        ids = [one for one, _, _ in self._found]
        is_drawn = self._chosen in ids
        self.names.select(self._names()[ids.index(self._chosen)] if is_drawn else "")
        self._refresh_legend()

    def _names(self) -> tuple[str, ...]:
        """Return a name for each source that is drawn; no two are alike."""
        return told_apart([one.spectrum.identity.source_key for _, _, one in self._found])

    def _refresh_legend(self) -> None:
        entries = [
            LegendEntry("before", "as observed", "line", "dim", tip="With what leaks from 6.1 µm"),
            LegendEntry(
                "after", "without the leak", "line", "band 3A", tip="Blue: the selected one"
            ),
        ]
        if self.fit is not None:
            blue, red = (shown_source_name(one) for one in (self.fit.blue, self.fit.red))
            names = f"{blue} over {red}"
            entries += [
                LegendEntry("derived", f"derived: {names}", "line", "ok", tip=_CURVE_TIP),
                LegendEntry("samples", "single samples", "points", "dim", _SAMPLE),
            ]
        if self.file.xs.size:
            entries.append(LegendEntry("file", "from the file", "dashed", "text"))
        self.legend.set_entries(tuple(entries))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers: dict[str, Sequence[Layer]] = {
            "before": [pair.before for pair in self._pairs],
            "after": [pair.after for pair in self._pairs],
            "derived": [self.derived, self.band],
            "samples": [self.samples],
            "file": [self.file],
        }
        for layer in layers[name]:
            layer.setVisible(is_on)

    def _bounds(self) -> Bounds | None:
        if not self._found:
            return None
        return _REACH_UM[0], _REACH_UM[1], 0.95, 1.18 + _STEP * (len(self._found) - 1)

    def _curve_bounds(self) -> Bounds | None:
        known = [one.ys for one in (self.derived, self.file) if one.xs.size]
        if not known:
            return None
        top = max(float(np.nanmax(one)) for one in known)
        return _REACH_UM[0], _REACH_UM[1], -0.2 * top, 1.35 * top

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        mouse = self.plot.cursor
        name = "" if mouse is None else self.source_at(mouse)
        title = next((title for one, title, _ in self._found if one == name), "")
        self.cursor_changed.emit(f"{title}   {wave_text(x, 3)}".strip())

    def _on_curve(self, x: float, _y: float, _index: int) -> None:
        fit = self.fit
        if fit is None:
            self.cursor_changed.emit(wave_text(x, 3))
            return
        at = int(np.argmin(np.abs(fit.curve.wave_um - x)))
        value, error = 100 * float(fit.curve.fraction[at]), 100 * float(fit.curve.error[at])
        self.cursor_changed.emit(
            f"{wave_text(float(fit.curve.wave_um[at]))}   leak {number_text(value, error)} %"
        )


class _PickSource(MouseTool):
    """Selects the source that is clicked."""

    def __init__(self, view: SpectralLeakView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.source_at(mouse) else None

    def click(self, mouse: PlotMouse) -> bool:
        segment = self._view.source_at(mouse) if mouse.is_left else ""
        if segment:
            self._view.source_chosen.emit(segment)
        return bool(segment)


class _DragWindow(MouseTool):
    """Moves an edge of the window; the curve is derived anew when the button is released."""

    def __init__(self, view: SpectralLeakView) -> None:
        self._view = view
        self._edge = -1
        self._gesture = 0

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        edge = self._view.edge_at(mouse)
        self._view.edges.highlight(edge)
        return Qt.CursorShape.SizeHorCursor if edge >= 0 else None

    def leave(self) -> None:
        self._view.edges.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        self._edge = self._view.edge_at(mouse) if mouse.is_left else -1
        self._gesture += 1
        return self._edge >= 0

    def move(self, mouse: PlotMouse) -> None:
        self._view.edges.set_values(self._limits(mouse))

    def release(self, mouse: PlotMouse) -> None:
        low, high = self._limits(mouse)
        self._view.window_dragged.emit(low, high, self._gesture)

    def cancel(self) -> None:
        self._view.edges.set_values(self._view.window_um)

    def _limits(self, mouse: PlotMouse) -> tuple[float, float]:
        low, high = self._view.window_um
        at = round(mouse.x, 3)
        if self._edge == 0:
            return min(at, high - 0.1), high
        return low, max(at, low + 0.1)


def _curve_label(fit: LeakFit | None) -> str:
    """Return what the curve is in: a share of count rates is another number than one of fluxes.

    It is a share of 1B at half the wavelength; what is listed of a source is one of its 3A.
    """
    return "Leak / 1B (%)" if fit is None else f"Leak / 1B (%, {fit.curve.unit})"
