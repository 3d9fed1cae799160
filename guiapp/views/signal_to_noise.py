"""View of the signal-to-noise ratio in four ways: over wavelength, and over the measured one."""

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.compare.signal_to_noise import BandSnr, StarSnr, VisitSnr
from engine.model.bands import bands
from guiapp.look import number_text
from guiapp.look.parts import ChoiceBox, Label, column, stacked
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer, Span, SpansLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import PlotGroup
from guiapp.views.visits_view import VisitsView

_CURVES = {"stated": "accent", "spline": "text", "calculator": "ok"}
_BANDS = tuple(band.name for band in bands())
_EVERY_OTHER = 2  # neighboring bands overlap: every other band makes one curve
_NONE = np.zeros(0)


class SnrPlots(PlotGroup):
    """The two plots: ratios above, and what they are of the measured one below."""

    def __init__(self) -> None:
        super().__init__()
        self.ratios = ThemedPlot(
            name="Signal-to-noise ratio", y_label="S/N of one element", y_scale="log"
        )
        self.relative = ThemedPlot(
            name="Over the measured ratio",
            x_label="Wavelength (µm)",
            y_label="S/N over measured",
            y_scale="log",
        )
        split = stacked(self.ratios, self.relative, sizes=(380, 230), stretch=(3, 2))
        column(self).addWidget(split)
        self.relative.link_x(self.ratios)

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with both plots."""
        for plot in (self.ratios, self.relative):
            act(plot)


class SnrView(VisitsView):
    """Draws one visit of a star; says which band was clicked, and which visit is wanted.

    Signals
    -------
    visit_chosen(str)
        Source key of the visit.
    band_clicked(str)
        Name of the band.
    """

    visit_chosen = pyqtSignal(str)
    band_clicked = pyqtSignal(str)

    hint = "click selects a band · right-drag zooms · Backspace shows all"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.plots = SnrPlots()
        super().__init__(self.plots, quantity="", parent=parent)
        self.visit = ChoiceBox(least=10)
        self.visit.setAccessibleName("Visit")
        self.tools.addWidget(Label("Visit", "dim"))
        self.tools.addWidget(self.visit)
        self.legend = LegendBar()
        self.add_legend(self.legend, _LEGEND_WIDTH)
        self.legend.set_entries(_LEGEND)
        self._source = ""
        self._band = ""
        self._spans = [
            plot.add_layer(SpansLayer("accent", opacity=0.10, names="hidden"), z=1)
            for plot in (self.plots.ratios, self.plots.relative)
        ]
        self.plots.relative.add_layer(LevelsLayer("dim"), z=2).set_values((1.0,))
        #: Errors of the spline above, and of what the ratios below are relative to.
        self.spline_errors, self.base_errors = (
            tuple(plot.add_layer(BandLayer(shade, opacity=0.2), z=3) for _ in range(_EVERY_OTHER))
            for plot, shade in ((self.plots.ratios, "text"), (self.plots.relative, "dim"))
        )
        self.curves = {name: self._new_curves(name) for name in _CURVES}
        styles = tuple(PointStyle(f"band {band}", symbol="square", size=6.0) for band in _BANDS)
        self.bars = self.plots.ratios.add_layer(ErrorBarsLayer("dim"), z=5)
        self.points = self.plots.ratios.add_layer(PointsLayer(styles), z=6)
        self._connect()

    def _new_curves(self, name: str) -> tuple[tuple[CurveLayer, ...], tuple[CurveLayer, ...]]:
        def two(plot: ThemedPlot) -> tuple[CurveLayer, ...]:
            return tuple(
                plot.add_layer(CurveLayer(_CURVES[name]), z=4) for _ in range(_EVERY_OTHER)
            )

        return two(self.plots.ratios), two(self.plots.relative)

    def _connect(self) -> None:
        self.visit.activated.connect(lambda i: self.visit_chosen.emit(self.visit.itemText(i)))
        self.legend.switched.connect(self._on_switched)
        self.plots.ratios.all_bounds = self._upper_bounds
        self.plots.relative.all_bounds = self._lower_bounds
        for plot in (self.plots.ratios, self.plots.relative):
            plot.add_tool(_PickBand(self))
            plot.cursor_moved.connect(lambda x, _y, _i: self._on_cursor(x))
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def show_result(self, result: StarSnr) -> None:
        """Draw ``result``; the zoom stays while the star is the same."""
        is_new = self.result is None or self.result.star != result.star or bool(self.empty.reason)
        self.result = result
        names = list(result.sources)
        if [self.visit.itemText(i) for i in range(self.visit.count())] != names:
            self.visit.clear()
            self.visit.addItems(names)
        has_numbers = any(band.edges_um.size for band in result.bands)
        self.empty.say("" if has_numbers else " ".join(result.messages))
        self.say_remarks(result.messages if has_numbers else ())
        self._draw()
        if is_new:
            self.plots.for_each(ThemedPlot.show_all_afresh)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.visit.clear()
        self._draw()
        self.say_remarks(())
        self.empty.say(reason)

    def select(self, source: str, band: str) -> None:
        """Show the visit ``source``, if it is one of this star, and mark ``band``."""
        if (source, band) != (self._source, self._band):
            before = self.source
            self._source, self._band = source, band
            self._draw()
            if self.source != before:
                self.plots.for_each(ThemedPlot.show_all_unless_zoomed)

    @property
    def source(self) -> str:
        """Source key of the visit that is drawn; ``""``: none."""
        if self.result is None:
            return ""
        return self._source if self._source in self.result.sources else self.result.shown_source

    def shown(self) -> list[tuple[BandSnr, VisitSnr]]:
        """Return the bands of the visit that is drawn."""
        source = self.source
        found = () if self.result is None else self.result.bands
        return [(band, visit) for band in found if (visit := band.visit(source)) is not None]

    def band_at(self, wave_um: float) -> str:
        """Return the band that holds a wavelength: of two, the one whose middle is nearer."""
        found = [
            (abs(wave_um - 0.5 * (band.edges_um[0] + band.edges_um[-1])), band.band)
            for band, _ in self.shown()
            if band.edges_um[0] <= wave_um <= band.edges_um[-1]
        ]
        return min(found)[1] if found else ""

    def _draw(self) -> None:
        rows = self.shown()
        self.visit.setCurrentText(self.source)
        for name, (upper, lower) in self.curves.items():
            for place in range(_EVERY_OTHER):
                mine = [row for row in rows if _BANDS.index(row[0].band) % _EVERY_OTHER == place]
                upper[place].set_data(*_joined([(b.wave_um, _way(name, b, v)) for b, v in mine]))
                lower[place].set_data(*_joined([(b.wave_um, _ratio(name, b, v)) for b, v in mine]))
        self._draw_errors(rows)
        self._draw_visits(rows)
        edges = {band.band: band.edges_um for band, _ in rows}.get(self._band, _NONE)
        spans = (Span(float(edges[0]), float(edges[-1])),) if edges.size else ()
        for layer in self._spans:
            layer.set_spans(spans)

    def _draw_errors(self, rows: list[tuple[BandSnr, VisitSnr]]) -> None:
        for place in range(_EVERY_OTHER):
            mine = [row for row in rows if _BANDS.index(row[0].band) % _EVERY_OTHER == place]
            for layer, edges in (
                (self.spline_errors[place], _spline_range),
                (self.base_errors[place], _base_range),
            ):
                pieces = [(band.wave_um, *edges(band, visit)) for band, visit in mine]
                x, low = _joined([(x, low) for x, low, _ in pieces])
                _, high = _joined([(x, high) for x, _, high in pieces])
                layer.set_data(x, low, high)

    def _draw_visits(self, rows: list[tuple[BandSnr, VisitSnr]]) -> None:
        if not rows:
            self.points.set_data(_NONE, _NONE)
            self.bars.set_data(_NONE, _NONE, _NONE)
            return
        wave = np.concatenate([band.wave_um for band, _ in rows])
        order = np.argsort(wave, kind="stable")
        snr = np.concatenate([band.by_visits for band, _ in rows])[order]
        error = np.concatenate([band.by_visits_error for band, _ in rows])[order]
        kinds = np.concatenate([np.full(b.wave_um.size, _BANDS.index(b.band)) for b, _ in rows])
        self.points.set_data(wave[order], snr, kinds[order].astype(np.int64))
        self.bars.set_data(wave[order], snr, error)

    def _upper_bounds(self) -> Bounds | None:
        rows = self.shown()
        return _bounds(rows, [_way(name, b, v) for name in (*_CURVES, "visits") for b, v in rows])

    def _lower_bounds(self) -> Bounds | None:
        rows = self.shown()
        found = _bounds(rows, [_ratio(name, b, v) for name in _CURVES for b, v in rows])
        if found is None:
            return None
        return found[0], found[1], min(found[2], 0.8), max(found[3], 1.25)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name == "visits":
            self.points.setVisible(is_on)
            self.bars.setVisible(is_on)
            return
        for layers in self.curves[name]:
            for layer in layers:
                layer.setVisible(is_on)
        if name == "spline":
            for errors in self.spline_errors:
                errors.setVisible(is_on)

    def _on_cursor(self, wave_um: float) -> None:
        name = self.band_at(wave_um)
        row = next((row for row in self.shown() if row[0].band == name), None)
        self.cursor_changed.emit("" if row is None else bin_text(*row, wave_um))


class _PickBand(MouseTool):
    """A click selects the band at the cursor."""

    def __init__(self, view: SnrView) -> None:
        self._view = view

    def click(self, mouse: PlotMouse) -> bool:
        band = self._view.band_at(mouse.x) if mouse.is_left else ""
        if band:
            self._view.band_clicked.emit(band)
        return bool(band)


_LEGEND_WIDTH = 330
_SQUARE = PointStyle("text", symbol="square", size=6.0)
_LEGEND = (
    LegendEntry(
        "visits", "visits", "points", "text", _SQUARE, "From how the visits differ; bars: one sigma"
    ),
    LegendEntry(
        "spline", "spline", "line", "text", None, "From the scatter about a spline; band: one sigma"
    ),
    LegendEntry(
        "stated", "ERR", "line", "accent", None,
        "From the errors that it states: not measured, so without an error of its own",
    ),
    LegendEntry(
        "calculator", "calculator", "line", "ok", None,
        "What the calculator expects: not measured, so without an error of its own",
    ),
)  # fmt: skip


def measured(band: BandSnr, visit: VisitSnr) -> FloatArray:
    """Return what the ratios below are relative to: the visits, else the spline."""
    return band.by_visits if np.isfinite(band.by_visits).any() else visit.by_spline


def bin_text(band: BandSnr, visit: VisitSnr, wave_um: float) -> str:
    """Return the bin at a wavelength in one line."""
    i = int(np.argmin(np.abs(band.wave_um - wave_um)))
    said = [f"{band.band}   {wave_text(float(band.wave_um[i]), 2)}"]
    for name, title in (("visits", "visits"), ("spline", "spline"), ("stated", "ERR"),
                        ("calculator", "calculator")):  # fmt: skip
        value = float(_way(name, band, visit)[i])
        if np.isfinite(value):
            error = _error(name, band, visit, i)
            known = np.isfinite(error)
            said.append(f"{title} {number_text(value, error) if known else f'{value:.0f}'}")
    if np.isfinite(visit.factor):
        said.append(f"ERR / noise {number_text(visit.factor, visit.factor_error)}")
    return "   ".join(said)


def _error(name: str, band: BandSnr, visit: VisitSnr, i: int) -> float:
    """Return the error of a way in a bin; NaN: what is not measured has none."""
    errors = {"visits": band.by_visits_error, "spline": visit.by_spline_error}
    return float(errors[name][i]) if name in errors else float("nan")


def _spline_range(_band: BandSnr, visit: VisitSnr) -> tuple[FloatArray, FloatArray]:
    return visit.by_spline - visit.by_spline_error, visit.by_spline + visit.by_spline_error


def _base_range(band: BandSnr, visit: VisitSnr) -> tuple[FloatArray, FloatArray]:
    """Return one plus and minus the relative error of what the ratios are relative to."""
    base = measured(band, visit)
    error = band.by_visits_error if base is band.by_visits else visit.by_spline_error
    relative = np.divide(error, base, out=np.full(base.size, np.nan), where=base > 0)
    return 1.0 - relative, 1.0 + relative


def _way(name: str, band: BandSnr, visit: VisitSnr) -> FloatArray:
    ways = {
        "stated": visit.stated,
        "spline": visit.by_spline,
        "calculator": band.calculator,
        "visits": band.by_visits,
    }
    return ways[name]


def _ratio(name: str, band: BandSnr, visit: VisitSnr) -> FloatArray:
    values, base = _way(name, band, visit), measured(band, visit)
    if values is base:
        return np.full(base.size, np.nan)
    return np.where(base > 0, values / np.where(base > 0, base, 1.0), np.nan)


def _bounds(rows: list[tuple[BandSnr, VisitSnr]], values: list[FloatArray]) -> Bounds | None:
    kept = np.concatenate(values) if values else _NONE
    kept = kept[np.isfinite(kept) & (kept > 0)]
    if not kept.size:
        return None
    low = min(float(band.edges_um[0]) for band, _ in rows)
    high = max(float(band.edges_um[-1]) for band, _ in rows)
    return low, high, 0.85 * float(kept.min()), 1.2 * float(kept.max())


def _joined(pieces: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Return pieces that do not overlap as one curve with gaps between them."""
    xs: list[FloatArray] = []
    ys: list[FloatArray] = []
    for x, y in pieces:
        if xs:
            xs.append(np.array([0.5 * (xs[-1][-1] + x[0])]))
            ys.append(np.array([np.nan]))
        xs.append(x)
        ys.append(y)
    return (np.concatenate(xs), np.concatenate(ys)) if xs else (_NONE, _NONE)
