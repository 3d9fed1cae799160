"""The calibrated red source and the final vectors of channel 4."""

import numpy as np
from PyQt6.QtCore import QObject, pyqtSignal

from engine.model.vector import FACTOR_UNITS
from engine.mrs.channel4_vectors import CHANNEL_4_BANDS, Channel4
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, Span, SpansLayer
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.edge_gestures import EdgeTool

_EMPTY = np.zeros(0)
_RED_BANDS = ("3C", *CHANNEL_4_BANDS)
_GAP_UM = 0.05
_FIRST_UM, _LAST_UM = 15.3, 28.9


class RedPlot(QObject):
    """The red source, its smooth curve, and the range of the correction.

    Signals
    -------
    corrected(float, float)
        New range of the correction in um.
    """

    corrected = pyqtSignal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._range = (np.nan, np.nan)
        self._shown = (np.nan, np.nan)
        self.plot = ThemedPlot(
            name="Red source", x_label="Wavelength (µm)", y_label="Flux density (Jy)"
        )
        self.range = self.plot.add_layer(SpansLayer("care", opacity=0.12), z=1)
        self.curves = {
            band: self.plot.add_layer(CurveLayer(f"band {band}"), z=3) for band in _RED_BANDS
        }
        self.smooth = self.plot.add_layer(
            CurveLayer("text", width=1.5, dash="dashed", shape="smooth"), z=4
        )
        self.edges = self.plot.add_layer(EdgesLayer("care", style="grip"), z=5)
        self.plot.add_tool(EdgeTool(self.edges, self))
        self.plot.all_bounds = self._bounds

    def show(self, result: Channel4) -> None:
        """Draw the red source of ``result``."""
        known = {one.identity.band: one for one in result.red}
        for band, curve in self.curves.items():
            one = known.get(band)
            curve.set_data(*((_EMPTY, _EMPTY) if one is None else (one.wave_um, one.flux)))
        self.smooth.set_data(result.smooth_um, result.smooth_jy)
        self._shown = result.corrected_um
        self._show_range(result.corrected_um)

    def clear(self) -> None:
        """Draw nothing."""
        for curve in (*self.curves.values(), self.smooth):
            curve.set_data(_EMPTY, _EMPTY)
        self._show_range((np.nan, np.nan))

    def edge_moved(self, index: int, x: float) -> None:
        """Show one end of the correction while it is dragged."""
        low, high = self._range
        moved = (min(x, high - _GAP_UM), high) if index == 0 else (low, max(x, low + _GAP_UM))
        self._show_range(moved)

    def edges_released(self) -> None:
        """Tell the new range, if it is one."""
        if self._range != self._shown:
            self.corrected.emit(*self._range)

    def edges_cancelled(self) -> None:
        """Put the range back."""
        self._show_range(self._shown)

    def _show_range(self, ends: tuple[float, float]) -> None:
        self._range = ends
        is_one = bool(np.isfinite(ends).all())
        self.edges.set_values(ends if is_one else ())
        self.range.set_spans((Span(*ends, "corrected"),) if is_one else ())

    def _bounds(self) -> Bounds | None:
        values = [one.ys[np.isfinite(one.ys)] for one in self.curves.values()]
        every = np.concatenate(values)
        if not every.size:
            return None
        low, high = np.percentile(every, [0.5, 99.5])
        room = 0.15 * float(high - low)
        return _FIRST_UM, _LAST_UM, float(low) - room, float(high) + room


class VectorsPlot(QObject):
    """The three vectors with both errors together, and where the last one is assumed.

    Signals
    -------
    assumed(float)
        Where the assumed part is to begin. Unit: um.
    """

    assumed = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self._shown = np.nan
        self._now = np.nan
        self.plot = ThemedPlot(
            name="Vectors of channel 4", x_label="Wavelength (µm)", y_label="Factor", y_scale="log"
        )
        self.range = self.plot.add_layer(SpansLayer("care", opacity=0.12), z=1)
        self.bands = {
            band: self.plot.add_layer(BandLayer(f"band {band}", opacity=0.25), z=2)
            for band in CHANNEL_4_BANDS
        }
        self.curves = {
            band: self.plot.add_layer(CurveLayer(f"band {band}", width=2.0), z=3)
            for band in CHANNEL_4_BANDS
        }
        self.dotted = self.plot.add_layer(CurveLayer("band 4C", width=2.0, dash="dotted"), z=3)
        self.edges = self.plot.add_layer(EdgesLayer("care", style="grip"), z=5)
        self.plot.add_tool(EdgeTool(self.edges, self))
        self.plot.all_bounds = self._bounds

    def show(self, result: Channel4) -> None:
        """Draw the vectors of ``result``."""
        known = {one.band: one for one in result.vectors}
        unit = FACTOR_UNITS[result.kind]
        self.plot.set_labels("Wavelength (µm)", f"Factor {unit}".rstrip())
        self.dotted.set_data(_EMPTY, _EMPTY)
        for band, curve in self.curves.items():
            one = known.get(band)
            if one is None:
                curve.set_data(_EMPTY, _EMPTY)
                self.bands[band].set_data(_EMPTY, _EMPTY, _EMPTY)
                continue
            is_assumed = one.wave_um > result.assumed_from_um  # nowhere when that is NaN
            curve.set_data(one.wave_um, np.where(is_assumed, np.nan, one.vector))
            if is_assumed.any():
                self.dotted.set_data(one.wave_um, np.where(is_assumed, one.vector, np.nan))
            error = np.hypot(one.stat_error, np.nan_to_num(one.sys_error))
            self.bands[band].set_data(one.wave_um, one.vector - error, one.vector + error)
        self._shown = result.assumed_from_um
        self._show_begin(result.assumed_from_um)

    def clear(self) -> None:
        """Draw nothing."""
        for curve in (*self.curves.values(), self.dotted):
            curve.set_data(_EMPTY, _EMPTY)
        for band in self.bands.values():
            band.set_data(_EMPTY, _EMPTY, _EMPTY)
        self._show_begin(np.nan)

    def edge_moved(self, index: int, x: float) -> None:
        """Show where the assumed part begins while that is dragged."""
        del index
        self._show_begin(x)

    def edges_released(self) -> None:
        """Tell where it begins now."""
        if self._now != self._shown:
            self.assumed.emit(self._now)

    def edges_cancelled(self) -> None:
        """Put the beginning back."""
        self._show_begin(self._shown)

    def _show_begin(self, begin: float) -> None:
        self._now = begin
        is_one = bool(np.isfinite(begin))
        self.edges.set_values((begin,) if is_one else ())
        self.range.set_spans((Span(begin, np.inf, "assumed"),) if is_one else ())

    def _bounds(self) -> Bounds | None:
        values = [one.ys[np.isfinite(one.ys)] for one in (*self.curves.values(), self.dotted)]
        every = np.concatenate(values)
        if not every.size:
            return None
        return 17.5, _LAST_UM, 0.8 * float(every.min()), 1.25 * float(every.max())
