"""View of stochastic noise: the distribution of deviations, in twelve panels."""

import math
from dataclasses import replace

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.compare.stochastic_noise import BandNoise, StarNoise, expected_counts
from guiapp.look import number_text
from guiapp.look.numbers import fixed_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.views.band_panels import BandPanels
from guiapp.views.visits_view import VisitsView

_CHANGE = 0.15  # of width or height of a distribution that needs no other range


class VisitNoiseView(VisitsView):
    """Draws the histogram of each band with the Gaussian of its rms, and that of one visit.

    Signals
    -------
    band_clicked(str)
        Name of the band.
    """

    band_clicked = pyqtSignal(str)

    panels: BandPanels
    hint = "line: the Gaussian of the printed rms · accent: that of the selected visit alone"

    def __init__(self, parent: QWidget | None = None) -> None:
        panels = BandPanels("Noise", x_label="Deviation (%)", x_numbers="every row")
        super().__init__(panels, quantity="values in each bin", parent=parent)
        self.histograms: dict[str, BandLayer] = {}
        self.gaussians: dict[str, CurveLayer] = {}
        self.of_visit: dict[str, CurveLayer] = {}
        self._source = ""
        for band, plot in panels.plots.items():
            self.histograms[band] = plot.add_layer(BandLayer(f"band {band}", opacity=0.5), z=2)
            self.gaussians[band] = plot.add_layer(CurveLayer("text", shape="smooth"), z=3)
            own = CurveLayer("accent", dash="dashed", counts="no bounds", shape="smooth")
            self.of_visit[band] = plot.add_layer(own, z=4)
            plot.add_tool(_PickBand(self, band))
            plot.all_bounds = lambda band=band: self._bounds(band)
            plot.cursor_moved.connect(lambda x, _y, _i, band=band: self._on_cursor(band, x))
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def show_result(self, result: StarNoise) -> None:
        """Draw ``result``; the ranges are kept while star and bins stay about the same."""
        before, self.result = self.result, result
        has_numbers = any(np.isfinite(one.noise) for one in result.bands)
        self.empty.say("" if has_numbers else " ".join(result.messages))
        for one in result.bands:
            self._draw(one)
        self.select(self._source)
        self.say_remarks(result.messages if has_numbers else ())
        for band, plot in self.panels.plots.items():
            if not _is_alike(before, result, band):
                plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for band in self.panels.plots:
            self.histograms[band].set_data(np.zeros(0), np.zeros(0), np.zeros(0))
            self.gaussians[band].set_data(np.zeros(0), np.zeros(0))
            self.of_visit[band].set_data(np.zeros(0), np.zeros(0))
            self.panels.captions[band].say("")
        self.say_remarks(())
        self.empty.say(reason)

    def select(self, source: str) -> None:
        """Draw the noise of the visit ``source`` alone over that of all; ``""``: none."""
        self._source = source
        for one in () if self.result is None else self.result.bands:
            noise = next((v.noise for v in one.visits if v.source == source), np.nan)
            gaussian = self.gaussians[one.band]
            curve = self.of_visit[one.band]
            if not (noise > 0 and one.noise > 0):
                curve.set_data(np.zeros(0), np.zeros(0))
                continue
            own = expected_counts(replace(one, noise=noise))
            curve.set_data(gaussian.xs, own)

    def band(self, name: str) -> BandNoise | None:
        """Return what is drawn in one panel."""
        bands = () if self.result is None else self.result.bands
        return next((one for one in bands if one.band == name), None)

    def _draw(self, one: BandNoise) -> None:
        edges, counts = steps(one)
        self.histograms[one.band].set_data(edges, np.zeros(edges.size), counts)
        middle = 50.0 * (one.edges[1:] + one.edges[:-1]) if one.counts.size else np.zeros(0)
        self.gaussians[one.band].set_data(middle, expected_counts(one))
        is_known = bool(np.isfinite(one.noise))
        self.panels.captions[one.band].say(
            caption_text(one),
            more=f"S/N {one.snr:.0f}" if is_known else "",
            reason="" if is_known else one.reason,
        )

    def _bounds(self, band: str) -> Bounds | None:
        one = self.band(band)
        if one is None or not one.counts.size:
            return None
        top = float(max(one.counts.max(), expected_counts(one).max()))
        return float(100.0 * one.edges[0]), float(100.0 * one.edges[-1]), 0.0, 1.3 * top

    def _on_cursor(self, band: str, percent: float) -> None:
        one = self.band(band)
        if one is None or not one.counts.size:
            return
        at = int(np.searchsorted(one.edges, percent / 100.0)) - 1
        if 0 <= at < one.counts.size:
            low, high = 100.0 * one.edges[at], 100.0 * one.edges[at + 1]
            self.cursor_changed.emit(
                f"{band}   {number_text(low, high - low).partition(' ')[0]} to "
                f"{number_text(high, high - low).partition(' ')[0]} %   {one.counts[at]} values, "
                f"{expected_counts(one)[at]:.0f} expected"
            )


class _PickBand(MouseTool):
    """A click selects the band of the panel."""

    def __init__(self, view: VisitNoiseView, band: str) -> None:
        self._view = view
        self._band = band

    def click(self, mouse: PlotMouse) -> bool:
        if mouse.is_left:
            self._view.band_clicked.emit(self._band)
        return mouse.is_left


def _is_alike(before: StarNoise | None, after: StarNoise, band: str) -> bool:
    """Tell whether a range that shows one distribution well shows the other one, too."""
    if before is None or before.star != after.star:
        return False
    [old] = [one for one in before.bands if one.band == band]
    [new] = [one for one in after.bands if one.band == band]
    if not (old.counts.size and new.counts.size):
        return old.counts.size == new.counts.size
    ratios = new.edges[-1] / old.edges[-1], new.counts.max() / old.counts.max()
    return all(abs(ratio - 1.0) <= _CHANGE for ratio in ratios)


def steps(one: BandNoise) -> tuple[FloatArray, FloatArray]:
    """Return the outline of a histogram: both ends of each bin, in per cent, and its count."""
    if not one.counts.size:
        return np.zeros(0), np.zeros(0)
    width = 1e-6 * (one.edges[1] - one.edges[0])  # x must increase
    low, high = one.edges[:-1] + width, one.edges[1:] - width
    return 100.0 * np.column_stack([low, high]).ravel(), np.repeat(one.counts, 2).astype(float)


def caption_text(one: BandNoise) -> str:
    """Return the noise of one band as it is printed in its panel."""
    if not np.isfinite(one.noise):
        return ""
    percent = 100.0 * one.noise
    return f"σr {fixed_text(percent, 2 - math.floor(math.log10(percent)))} %"
