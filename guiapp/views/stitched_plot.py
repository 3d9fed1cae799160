"""The stitched spectrum of one source over its bands as they are."""

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.model.bands import bands
from engine.model.spectrum import Spectrum
from guiapp.look.parts import column
from guiapp.look.tokens import GRID
from guiapp.look.units import QUANTITIES
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds, Layer
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import Span, SpansLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.themed_plot import ThemedPlot

_NONE = np.zeros(0)
_ENTRIES = (
    LegendEntry("stitched", "stitched", "line", "text", tip="All bands times their scales"),
    LegendEntry(
        "error", "error of the scale", "solid band", "text", tip="How far a band may be off"
    ),
    LegendEntry(
        "bands", "bands as they are", "line", "band 3A", tip="Each band in its color, not scaled"
    ),
    LegendEntry(
        "anchor", "keeps its level", "solid band", "accent", tip="Click another band to keep it"
    ),
)


class StitchedPlot(ThemedPlot):
    """Draws the bands in their colors and the stitched spectrum on top; a click names a band.

    Signals
    -------
    anchor_clicked(str)
        The band that shall keep its level.
    """

    anchor_clicked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, name="Stitched spectrum", x_label="Wavelength (µm)", y_scale="log")
        self.anchor_span = self.add_layer(SpansLayer("accent", opacity=0.08, names="hidden"), z=1)
        self.bands = {
            band.name: self.add_layer(CurveLayer(f"band {band.name}", opacity=0.75), z=2)
            for band in bands()
        }
        self.error = self.add_layer(BandLayer("text"), z=2)
        self.stitched = self.add_layer(CurveLayer("text"), z=3)
        self._source = ""
        self.all_bounds = self._bounds
        self.add_tool(_PickAnchor(self))

    def show_spectra(
        self,
        source: str,
        spectra: dict[str, Spectrum],
        stitched: Spectrum | None,
        anchor: str,
        scale_error: FloatArray = _NONE,
    ) -> None:
        """Draw the spectra of ``source`` by band; the zoom is kept while the source is.

        The band about the stitched one is the relative ``scale_error`` of its samples.
        """
        for name, layer in self.bands.items():
            one = spectra.get(name)
            layer.set_data(*((_NONE, _NONE) if one is None else (one.wave_um, one.flux)))
        if stitched is None:
            self.stitched.set_data(_NONE, _NONE)
            self.error.set_data(_NONE, _NONE, _NONE)
        else:
            self.stitched.set_data(stitched.wave_um, stitched.flux)
            self._draw_error(stitched, scale_error)
        held = spectra.get(anchor)
        ends = None if held is None or not held.size else held.wave_um[[0, -1]]
        self.anchor_span.set_spans(() if ends is None else (Span(float(ends[0]), float(ends[1])),))
        unit = next((one.unit for one in spectra.values()), "")
        quantity = QUANTITIES.get(unit, "Level")
        self.set_labels("Wavelength (µm)", f"{quantity} ({unit})" if unit else quantity)
        if source != self._source:
            self._source = source
            self.show_all_afresh()

    def _draw_error(self, stitched: Spectrum, relative: FloatArray) -> None:
        """Draw how far a band may be off as a whole; nothing where it is not scaled."""
        if not np.any(relative > 0):
            self.error.set_data(_NONE, _NONE, _NONE)
            return
        off = np.where(relative > 0, np.abs(stitched.flux) * relative, np.nan)
        self.error.set_data(stitched.wave_um, stitched.flux - off, stitched.flux + off)

    def band_at(self, wave_um: float) -> str:
        """Return the band that holds a wavelength: of two, the one whose middle is nearer."""
        found = [
            (abs(wave_um - 0.5 * (layer.xs[0] + layer.xs[-1])), name)
            for name, layer in self.bands.items()
            if layer.xs.size and layer.xs[0] <= wave_um <= layer.xs[-1]
        ]
        return min(found)[1] if found else ""

    def _bounds(self) -> Bounds | None:
        layers = [layer for layer in (*self.bands.values(), self.stitched) if layer.xs.size]
        if not layers:
            return None
        values = np.concatenate([layer.ys for layer in layers])
        values = values[np.isfinite(values) & (values > 0)]
        if not values.size:
            return None
        low, high = np.percentile(values, [0.5, 100.0])
        first, last = min(one.xs[0] for one in layers), max(one.xs[-1] for one in layers)
        return float(first), float(last), 0.8 * float(low), 1.1 * float(high)


class StitchedPage(QWidget):
    """The plot below its legend."""

    def __init__(self, plot: StitchedPlot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.legend = plot, LegendBar()
        self.legend.set_entries(_ENTRIES)
        self.legend.switched.connect(self._on_switched)
        box = column(self, spacing=GRID)
        box.addWidget(self.legend)
        box.addWidget(self.plot, 1)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        plot = self.plot
        parts: dict[str, tuple[Layer, ...]] = {
            "stitched": (plot.stitched,),
            "error": (plot.error,),
            "bands": tuple(plot.bands.values()),
            "anchor": (plot.anchor_span,),
        }
        for layer in parts[name]:
            layer.setVisible(is_on)


class _PickAnchor(MouseTool):
    """A click makes the band at the cursor the anchor."""

    def __init__(self, plot: StitchedPlot) -> None:
        self._plot = plot

    def click(self, mouse: PlotMouse) -> bool:
        band = self._plot.band_at(mouse.x) if mouse.is_left else ""
        if band:
            self._plot.anchor_clicked.emit(band)
        return bool(band)
