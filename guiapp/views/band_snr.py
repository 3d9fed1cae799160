"""View of signal-to-noise ratios: a table star by band, and the spectrum behind one cell."""

from typing import cast

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.arrays import BoolArray, FloatArray
from engine.mrs.band_snr import BandSnr, SourceSnr
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import Label, column, stacked
from guiapp.look.tokens import GRID
from guiapp.look.units import flux_text, wave_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.map_split import MapSplit
from guiapp.views.snr_map import Quantity, SnrMap

_CROSS = PointStyle("care", symbol="cross", size=6.0)
_REACH = 6.0  # rms that the lower plot shows
_SMALLEST_PLOT = 220
_FEWEST_ROWS, _MAP_SHARE = 7, 0.4  # of the map, if the window is high: its share
_QUANTITIES = (
    ("snr", "S/N", "One over the rms of spectrum / spline, per wavelength element"),
    ("over", "Over Table 1", "Measured over the one that Law et al. (2025) print"),
    ("correlation", "Correlation", "Of neighboring elements: what drizzling and fringes share"),
)
_MEANINGS = {
    "snr": "signal-to-noise ratio per wavelength element",
    "over": "measured over Law+2025, Table 1",
    "correlation": "correlation of neighboring elements",
}


class BandSnrView(QWidget):
    """Draws the table and one spectrum; says which cell is wanted.

    Signals
    -------
    chosen(str, str)
        Source and band.
    cursor_changed(str)
        Text below the plots.
    """

    chosen = pyqtSignal(str, str)
    cursor_changed = pyqtSignal(str)

    hint = "click a cell to see its spectrum · arrows move · right-drag zooms · Backspace shows all"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantities = SegmentBar("What the cells say", _QUANTITIES)
        self.meaning = Label(_MEANINGS["snr"], "dim")
        self.map = SnrMap()
        self.sentence = Label("", "text")
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Spectrum and spline")
        self.scatter_plot = ThemedPlot(
            name="Spectrum over spline", x_label="Wavelength (µm)", y_label="Rest (%)"
        )
        self.flux = self.plot.add_layer(CurveLayer("accent"), z=3)
        self.spline = self.plot.add_layer(CurveLayer("text", width=1.5, shape="smooth"), z=4)
        self.scatter = self.scatter_plot.add_layer(CurveLayer("accent"), z=3)
        self.levels = self.scatter_plot.add_layer(LevelsLayer("dim", style="dashed"), z=2)
        self.left_out = self.plot.add_layer(PointsLayer((_CROSS,), counts=()), z=5)
        self.left_out_below = self.scatter_plot.add_layer(PointsLayer((_CROSS,), counts=()), z=5)
        self.one: BandSnr | None = None
        self._source = ""
        self._sources: tuple[SourceSnr, ...] = ()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.sentence.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self.quantities)
        row.addStretch(1)
        row.addWidget(self.meaning)
        plots = stacked(self.plot, self.scatter_plot, sizes=(260, 240))
        lower = QWidget()
        box = column(lower, spacing=GRID)
        box.addWidget(self.sentence)
        box.addWidget(self.legend)
        box.addWidget(plots, 1)
        lower.setMinimumHeight(_SMALLEST_PLOT)
        self.split = MapSplit(self.map, lower)
        self.empty = EmptyState.over(self, row, self.split)
        self.scatter_plot.link_x(self.plot)

    def _connect(self) -> None:
        self.quantities.chosen.connect(self.show_quantity)
        self.map.chosen.connect(self._on_chosen)
        self.legend.switched.connect(self._on_switched)
        self.plot.all_bounds = self._flux_bounds
        self.scatter_plot.all_bounds = self._scatter_bounds
        for plot in (self.plot, self.scatter_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    @property
    def source(self) -> str:
        """Source of the spectrum that is shown."""
        return self._source

    def show_sources(self, sources: tuple[SourceSnr, ...]) -> None:
        """Show the table; the chosen cell keeps its spectrum."""
        has_more = len(sources) != len(self._sources)
        self._sources = sources
        self.map.show_sources(sources)
        if has_more:
            n_rows = max(_FEWEST_ROWS, int(_MAP_SHARE * self.height()) // self.map.row_height)
            self.split.share(n_rows)
        self.empty.say("")
        current = self.map.current() or _first_measured(sources)
        if current is not None:
            self.choose(*current)

    def show_quantity(self, quantity: str) -> None:
        """Say something else in the cells."""
        self.quantities.choose(quantity)
        self.meaning.setText(_MEANINGS[quantity])
        self.map.show_quantity(cast("Quantity", quantity))

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._sources, self._source, self.one = (), "", None
        self.map.show_sources(())
        self._draw(None)
        self.empty.say(reason)

    def choose(self, source: str, band: str) -> None:
        """Show the spectrum of one cell."""
        found = next((one for one in self._sources if one.source == source), None)
        one = None if found is None else found.band(band)
        if found is None or one is None:
            return
        is_new = self.one is None or (self._source, self.one.band) != (source, band)
        self._source, self.one = source, one
        self.map.choose(source, band)
        self.sentence.setText(_in_words(found, one))
        self.sentence.set_tone("text" if one.noise is not None else "dim")
        self._draw(one)
        if is_new:
            self.plot.show_all_afresh()
            self.scatter_plot.show_all_afresh()

    def _draw(self, one: BandSnr | None) -> None:
        wave, flux, spline, left_out = _curves(one)
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = 100.0 * (flux / spline - 1.0)
        color = "accent" if one is None else f"band {one.band}"
        self.flux.set_look(color)
        self.scatter.set_look(color)
        self.flux.set_data(wave, flux)
        self.spline.set_data(wave, spline)
        self.scatter.set_data(wave, percent)
        self.left_out.set_data(wave, np.where(left_out, flux, np.nan))
        self.left_out_below.set_data(wave, np.where(left_out, percent, np.nan))
        rms = 100.0 * one.noise.rms if one is not None and one.noise is not None else np.nan
        self.levels.set_values((-rms, 0.0, rms) if np.isfinite(rms) else ())
        unit = "" if one is None else one.unit
        self.plot.set_labels("", f"Spectrum ({unit})" if unit else "Spectrum")
        self._write_legend(color, int(np.count_nonzero(left_out)))

    def _write_legend(self, color: str, n_left_out: int) -> None:
        self.legend.set_entries(
            (
                LegendEntry("flux", "spectrum", "line", color),
                LegendEntry("spline", "spline", "line", "text", tip="What the noise is about"),
                LegendEntry(
                    "left out", f"left out ({n_left_out})", "points", "care", _CROSS,
                    "Lines and hits: they do not count as noise",
                ),
            )
        )  # fmt: skip

    def _flux_bounds(self) -> Bounds | None:
        kept = self.flux.ys[np.isfinite(self.flux.ys)]
        if not kept.size:
            return None
        low, high = np.percentile(kept, [0.5, 99.5])
        room = 0.12 * (high - low) or abs(high) * 0.01 or 1.0
        wave = self.flux.xs
        return float(wave[0]), float(wave[-1]), float(low - room), float(high + room)

    def _scatter_bounds(self) -> Bounds | None:
        if self.one is None or self.one.noise is None or not np.isfinite(self.one.noise.rms):
            return None
        reach = _REACH * 100.0 * self.one.noise.rms
        wave = self.scatter.xs
        return float(wave[0]), float(wave[-1]), -reach, reach

    def _on_chosen(self, source: str, band: str) -> None:
        self.choose(source, band)
        self.chosen.emit(source, band)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers = {
            "flux": (self.flux, self.scatter),
            "spline": (self.spline,),
            "left out": (self.left_out, self.left_out_below),
        }
        for layer in layers[name]:
            layer.setVisible(is_on)

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        if self.one is None or not self.flux.xs.size:
            return
        i = int(np.argmin(np.abs(self.flux.xs - x)))
        self.cursor_changed.emit(
            f"{self.one.band}   {wave_text(float(self.flux.xs[i]))}   "
            f"{flux_text(float(self.flux.ys[i]), None, self.one.unit, float(self.flux.xs[i]))}   "
            f"over spline − 1: {fixed_text(float(self.scatter.ys[i]), 3)} %"
        )


def _curves(one: BandSnr | None) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Return wavelengths, flux, spline, and which samples are left out."""
    if one is None or not one.wave_um.size:
        empty = np.zeros(0)
        return empty, empty, empty, np.zeros(0, dtype=bool)
    if one.noise is None:
        return one.wave_um, one.flux, np.full(one.flux.shape, np.nan), np.zeros(one.flux.size, bool)
    left_out = np.isfinite(one.flux) & ~one.noise.used
    return one.wave_um, one.flux, one.noise.continuum, left_out


def _first_measured(sources: tuple[SourceSnr, ...]) -> tuple[str, str] | None:
    found = ((s.source, b.band) for s in sources for b in s.bands if np.isfinite(b.snr))
    return next(found, None)


def _in_words(source: SourceSnr, one: BandSnr) -> str:
    """Return the result of one cell in one line."""
    if one.noise is None or not np.isfinite(one.snr):
        return f"{source.star} {one.band}   {one.reason}"
    noise = one.noise
    said = f"{source.star} {one.band}   S/N {number_text(one.snr, one.snr_error)}"
    if np.isfinite(one.published):
        said += f"   Table 1: {one.published:.0f} ({source.published_as})"
    said += (
        f"   N {noise.n_used}, k {noise.n_parameters}   neighbors' correlation "
        f"{number_text(noise.correlation, noise.correlation_error)}"
    )
    if noise.inflation > 1.0:
        said += f"   over many elements S/N {fixed_text(noise.independent_signal_to_noise, 0)}"
    return said
