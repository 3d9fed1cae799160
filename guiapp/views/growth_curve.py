"""View of aperture corrections: over wavelength, and the growth curve of one band (Fig. 7)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.model.bands import bands
from engine.mrs.growth_curve import RADII_FWHM, GrowthCurve, below_one
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, LevelsLayer, LineTicksLayer, Span, SpansLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.join_gestures import DragJoin

SHOWN_FWHM = (1.0, 2.0, 3.0)  #: as in the paper
_USES = (
    ("when available", "File", "Extractions use the open reference of the band"),
    ("measured", "Measured", "Extractions use what is measured here"),
    ("none", "None", "Light outside the aperture is not counted"),
)
_EMPTY = np.zeros(0)
_RING = PointStyle("accent", symbol="circle", size=11.0, fill="open", line=1.6)
_PICK_PIXELS = 8.0
_STEP_FWHM = 0.125
_LOWEST, _HIGHEST = 1.5, 5.0
_FARTHEST = 6.0
_MODEL_TIP = (
    "The point-spread function by itself, in the lower plot; beyond the join radius the growth "
    "curve is this model, scaled to meet it (faint)"
)
_LOW_LINES = 13  # of text: a plot that is lower has no room for long labels, and names over data

References = Mapping[str, tuple[FloatArray, tuple[FloatArray, ...]]]


class _Band:
    """Corrections of one band: measured at three radii, and those of a file."""

    def __init__(self, plot: ThemedPlot, band: str) -> None:
        color = f"band {band}"
        self.files = [
            plot.add_layer(CurveLayer("dim", dash="dashed", shape="smooth"), z=2)
            for _ in SHOWN_FWHM
        ]
        self.curves = [plot.add_layer(CurveLayer(color, width=1.5), z=4) for _ in SHOWN_FWHM]
        self.bars = [plot.add_layer(ErrorBarsLayer(color), z=3) for _ in SHOWN_FWHM]

    def show(self, growth: GrowthCurve | None) -> None:
        for place, radius in enumerate(SHOWN_FWHM):
            if growth is None:
                self.curves[place].set_data(_EMPTY, _EMPTY)
                self.bars[place].set_data(_EMPTY, _EMPTY, _EMPTY)
                continue
            row, table = RADII_FWHM.index(radius), growth.correction
            self.curves[place].set_data(table.wave_um, table.factor[row])
            self.bars[place].set_data(table.wave_um, table.factor[row], table.factor_error[row])

    def show_file(self, wave: FloatArray, factors: Sequence[FloatArray]) -> None:
        for place, curve in enumerate(self.files):
            curve.set_data(wave, factors[place] if factors else _EMPTY)


class GrowthCurveView(QWidget):
    """Draws corrections and one growth curve; says what the user wants otherwise.

    Signals
    -------
    band_chosen(str)
        The user clicked on the curve of a band.
    join_dragged(float, int)
        New join radius in FWHM, and the number of the gesture.
    use_chosen(str)
        Which correction extractions shall use.
    cursor_changed(str)
        Text below the plots.
    """

    band_chosen = pyqtSignal(str)
    join_dragged = pyqtSignal(float, int)
    use_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)

    hint = "click a curve to see its growth curve · drag the join radius · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.use = SegmentBar("Extraction uses", _USES)
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Aperture correction")
        self.growth_plot = ThemedPlot(name="Growth curve")
        self.impossible = PlotMessage(self.plot, "top")
        self.growths: dict[str, GrowthCurve] = {}
        self.band = ""
        self.bin = 0
        self.join_fwhm = 2.5
        #: Computes what another join radius gives for the chosen band; set by the controller.
        self.preview: Callable[[float], GrowthCurve | None] | None = None
        self._bands = {one.name: _Band(self.plot, one.name) for one in bands()}
        self._make_layers()
        self._lay_out()
        self._connect()

    def _make_layers(self) -> None:
        lower = self.growth_plot
        self.plot.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.ring = self.plot.add_layer(PointsLayer((_RING,), counts=()), z=6)
        self.annulus = lower.add_layer(SpansLayer("dim", opacity=0.14), z=1)
        lower.add_layer(LevelsLayer("dim"), z=1).set_values((1.0,))
        self.model = lower.add_layer(CurveLayer("text", dash="dotted"), z=6)
        self.error = lower.add_layer(BandLayer("accent", opacity=0.3), z=4)
        self.inside = lower.add_layer(CurveLayer("accent", width=2.0), z=5)
        self.outside = lower.add_layer(CurveLayer("accent", width=2.0, opacity=0.5), z=5)
        self.join = lower.add_layer(EdgesLayer("accent"), z=8)
        self.ticks = lower.add_layer(LineTicksLayer(), z=7)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(Label("extractions use", "dim"))
        row.addWidget(self.use)
        row.addWidget(self.summary, 1)
        plots = stacked(self.plot, self.growth_plot, sizes=(300, 270))
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, plots)

    def _connect(self) -> None:
        self.use.chosen.connect(self.use_chosen)
        self.legend.switched.connect(self._on_switched)
        self.plot.add_tool(_PickBand(self))
        self.growth_plot.add_tool(
            DragJoin(
                self.join,
                self.preview_join,
                self.join_dragged.emit,
                self.drop_preview,
                step=_STEP_FWHM,
                lowest=_LOWEST,
                highest=_HIGHEST,
                tolerance=_PICK_PIXELS,
            )
        )
        self.plot.all_bounds = self._bounds
        self.growth_plot.all_bounds = lambda: (0.0, _FARTHEST, 0.0, 1.16)
        self.plot.cursor_moved.connect(self._on_cursor)
        self.growth_plot.cursor_moved.connect(self._on_radius)
        for plot in (self.plot, self.growth_plot):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            plot.installEventFilter(self)
        self._fit_labels()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._fit_labels()
        return False

    def _is_low(self, plot: ThemedPlot) -> bool:
        return plot.height() < _LOW_LINES * self.fontMetrics().height()

    def _fit_labels(self) -> None:
        """Say with symbols, or not at all, what a low plot has no room for."""
        label = "A (ratio)" if self._is_low(self.plot) else "Aperture correction"
        lower = "E (ratio)" if self._is_low(self.growth_plot) else "Encircled energy"
        self.plot.set_labels("Wavelength (µm)", label)
        self.growth_plot.set_labels("Radius (FWHM)", lower)
        self._draw_ticks()

    def _draw_ticks(self) -> None:
        growth = self.growths.get(self.band)
        if growth is None:
            self.ticks.set_ticks(())
            return
        ticks = _ticks(growth, min(self.bin, growth.wave_um.size - 1))
        is_low = self._is_low(self.growth_plot)
        self.ticks.set_ticks(tuple((x, "") for x, _ in ticks) if is_low else ticks)

    # What is shown

    def show_growths(self, growths: Mapping[str, GrowthCurve], references: References) -> None:
        """Draw the corrections of all bands, measured ones and those of files."""
        is_new = set(growths) != set(self.growths)
        self.growths = dict(growths)
        self.empty.say("")
        for name, drawn in self._bands.items():
            drawn.show(growths.get(name))
            wave, factors = references.get(name, (_EMPTY, ()))
            drawn.show_file(wave, factors)
        if self.band not in self.growths:
            self.band = next(iter(self.growths), "")
        self._draw_growth()
        self._say_impossible()
        self._refresh_legend(has_files=bool(references))
        if is_new:
            self.plot.show_all_afresh()
            self.growth_plot.show_all_afresh()

    def _say_impossible(self) -> None:
        """Say in the plot which bands have corrections that no point source can have."""
        bad = [name for name, one in self.growths.items() if below_one(one.correction)]
        said = f"{', '.join(bad)}: below 1, which no point source has: background" if bad else ""
        self.impossible.say(said, "care")

    def choose(self, band: str, at: int | None = None) -> None:
        """Show the growth curve of ``band``, in bin number ``at`` or in the middle one."""
        growth = self.growths.get(band)
        if growth is None:
            return
        is_other = band != self.band
        self.band = band
        if at is not None:
            self.bin = at
        elif is_other or self.bin >= growth.wave_um.size:
            self.bin = growth.wave_um.size // 2
        self._draw_growth()

    def show_params(self, join_fwhm: float, use: str) -> None:
        """Show what is decided."""
        self.join_fwhm = join_fwhm
        self.join.set_values((join_fwhm,))
        self.use.choose(use)

    def say(self, text: str) -> None:
        """Write beside the choices."""
        self.summary.set_full_text(text)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.show_growths({}, {})
        self.empty.say(reason)

    def curve_of(self, band: str, radius_fwhm: float) -> CurveLayer:
        """Return the measured correction of a band."""
        return self._bands[band].curves[SHOWN_FWHM.index(radius_fwhm)]

    def file_curve_of(self, band: str, radius_fwhm: float) -> CurveLayer:
        """Return the correction that a file gives for a band."""
        return self._bands[band].files[SHOWN_FWHM.index(radius_fwhm)]

    def preview_join(self, join_fwhm: float) -> None:
        """Draw the curves of the chosen band as another join radius would make them."""
        self.join.set_values((join_fwhm,))
        found = self.preview(join_fwhm) if self.preview is not None else None
        if found is not None:
            self._bands[self.band].show(found)
            self._draw_growth(found)

    def drop_preview(self) -> None:
        """Draw what is true again."""
        self.join.set_values((self.join_fwhm,))
        if self.preview is not None:
            self.preview(self.join_fwhm)  # so that what it says is true again, too
        if self.band in self.growths:
            self._bands[self.band].show(self.growths[self.band])
        self._draw_growth()

    # What the mouse does

    def point_at(self, mouse: PlotMouse) -> tuple[str, int] | None:
        """Return band and bin of the measured correction under the mouse."""
        best: tuple[float, str, int] | None = None
        for name, growth in self.growths.items():
            wave = growth.correction.wave_um
            if not wave.size:
                continue
            at = int(np.argmin(np.abs(wave - mouse.x)))
            step = float(np.ptp(wave)) / max(wave.size - 1, 1) + 1e-9
            away = abs(float(wave[at]) - mouse.x)
            if away <= step and (best is None or away < best[0]):
                place = int(np.argmin(np.abs(growth.wave_um - wave[at])))
                best = (away, name, place)
        return None if best is None else best[1:]

    # Parts

    def _draw_growth(self, preview: GrowthCurve | None = None) -> None:
        growth = self.growths.get(self.band) if preview is None else preview
        if growth is None:
            for curve in (self.model, self.inside, self.outside):
                curve.set_data(_EMPTY, _EMPTY)
            self.error.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.ring.set_data(_EMPTY, _EMPTY)
            self.annulus.set_spans(())
            self._draw_ticks()
            return
        at = min(self.bin, growth.wave_um.size - 1)
        radius, energy = growth.radius_fwhm, growth.encircled[:, at]
        color = f"band {self.band}"
        near = radius <= growth.join_fwhm + 1e-9
        for curve in (self.inside, self.outside):
            curve.set_look(color)
        self.error.set_look(color)
        self.inside.set_data(radius, np.where(near, energy, np.nan))
        self.outside.set_data(radius, np.where(radius >= growth.join_fwhm - 1e-9, energy, np.nan))
        self.model.set_data(radius, growth.model[:, at])
        error = growth.encircled_error[:, at]
        self.error.set_data(radius, energy - error, energy + error)
        self.annulus.set_spans((Span(*growth.annulus_fwhm, "annulus"),))
        self._draw_ticks()
        self._mark(growth, at)

    def _mark(self, growth: GrowthCurve, at: int) -> None:
        table = growth.correction
        if not table.wave_um.size:
            return
        place = int(np.argmin(np.abs(table.wave_um - growth.wave_um[at])))
        rows = [RADII_FWHM.index(one) for one in SHOWN_FWHM]
        x = np.full(len(rows), table.wave_um[place])
        self.ring.set_data(x, table.factor[rows, place])

    def _refresh_legend(self, *, has_files: bool) -> None:
        entries = [
            LegendEntry("measured", "measured at 1, 2, 3 FWHM", "line", "text"),
            LegendEntry("model", "model alone, below", "dotted", "text", tip=_MODEL_TIP),
        ]
        if has_files:
            tip = "Corrections of files, in the upper plot"
            entries.insert(
                1, LegendEntry("file", "from the open references", "dashed", "dim", tip=tip)
            )
        self.legend.set_entries(tuple(entries))

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        every = self._bands.values()
        layers: dict[str, list[Layer]] = {
            "measured": [one for band in every for one in (*band.curves, *band.bars)],
            "file": [one for band in every for one in band.files],
            "model": [self.model],
        }
        for layer in layers[name]:
            layer.setVisible(is_on)

    def _bounds(self) -> Bounds | None:
        drawn = [c for b in self._bands.values() for c in (*b.curves, *b.files) if c.xs.size]
        if not drawn:
            return None
        low = min(float(curve.xs[0]) for curve in drawn)
        high = max(float(curve.xs[-1]) for curve in drawn)
        room = 0.03 * (high - low) + 0.02
        top = max(float(np.nanmax(curve.ys)) for curve in drawn)
        return low - room, high + room, 0.95, top + 0.06 * (top - 0.95)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        self.cursor_changed.emit(f"{wave_text(x, 2)}   A {fixed_text(y, 4)}")

    def _on_radius(self, x: float, _y: float, _index: int) -> None:
        growth = self.growths.get(self.band)
        if growth is None:
            return
        at = min(self.bin, growth.wave_um.size - 1)
        k = int(np.argmin(np.abs(growth.radius_fwhm - x)))
        value, error = float(growth.encircled[k, at]), float(growth.encircled_error[k, at])
        self.cursor_changed.emit(
            f"{self.band}   {wave_text(float(growth.wave_um[at]), 2)}   "
            f"r {growth.radius_fwhm[k]:.3f} FWHM   encircled {number_text(value, error)}"
        )


def _ticks(growth: GrowthCurve, at: int) -> tuple[tuple[float, str], ...]:
    """Return the radii of the paper with their corrections."""
    table = growth.correction
    if not table.wave_um.size:
        return ()
    place = int(np.argmin(np.abs(table.wave_um - growth.wave_um[at])))
    return tuple(
        (one, f"A {table.factor[RADII_FWHM.index(one), place]:.3f}") for one in (2.0, 1.0, 3.0)
    )


class _PickBand(MouseTool):
    """Chooses band and wavelength bin under the mouse."""

    def __init__(self, view: GrowthCurveView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.point_at(mouse) else None

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.point_at(mouse) if mouse.is_left else None
        if found is None:
            return False
        self._view.choose(*found)
        self._view.band_chosen.emit(found[0])
        return True
