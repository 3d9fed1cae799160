"""What the view of residual fringes draws: three plots and their layers."""

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QSplitter, QWidget

from engine.arrays import FloatArray
from engine.mrs.residual_fringes import ResidualFringes
from engine.mrs.response_params import Mask
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendEntry
from guiapp.plots.marks import EdgesLayer, LevelsLayer, LineTicksLayer, Span, SpansLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot

_LEFT_OUT = PointStyle("text", symbol="cross", size=5.0)
_FOUND = PointStyle("accent", size=6.0, fill="open")
_EMPTY = np.zeros(0)
_REACH = 6.0  # standard deviations that the spectrum's axis shows
_ROOM_FOR_NAMES = 0.25  # of the highest amplitude, below zero: names of families
_SIZES = (300, 150, 200)


class FringePlots(QSplitter):
    """The spectrum over its continuum, what was removed, and the periodogram."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.main = ThemedPlot(name="Spectrum over continuum", y_label="Flux / continuum")
        self.removed_plot = ThemedPlot(
            name="What was removed", x_label="Wavelength (µm)", y_label="Fringe (%)"
        )
        self.spectrum_plots = (self.main, self.removed_plot)
        self.periodogram = ThemedPlot(
            name="Periodogram", x_label="Frequency (cm): cycles per cm⁻¹", y_label="Amplitude (%)"
        )
        self.result: ResidualFringes | None = None
        self._make_layers()
        for plot, size in zip((*self.spectrum_plots, self.periodogram), _SIZES, strict=True):
            self.addWidget(plot)
            self.setStretchFactor(self.count() - 1, size)
        self.setSizes(list(_SIZES))
        self.setChildrenCollapsible(False)
        self.removed_plot.link_x(self.main)
        self.main.all_bounds = self._main_bounds
        self.removed_plot.all_bounds = self._removed_bounds
        self.periodogram.all_bounds = self._periodogram_bounds

    def _make_layers(self) -> None:
        main, removed, periodogram = self.main, self.removed_plot, self.periodogram
        self.fixed = (
            main.add_layer(SpansLayer("dim", opacity=0.12), z=1),
            removed.add_layer(SpansLayer("dim", opacity=0.12, names="hidden"), z=1),
        )
        self.ranges = (
            main.add_layer(SpansLayer("care"), z=2),
            removed.add_layer(SpansLayer("care", names="hidden"), z=2),
        )
        self.new = main.add_layer(SpansLayer("care", opacity=0.28), z=9)
        self.pending = main.add_layer(EdgesLayer("care", style="dashed"), z=9)
        main.add_layer(LevelsLayer("dim"), z=0).set_values((1.0,))
        removed.add_layer(LevelsLayer("dim"), z=0).set_values((0.0,))
        self.lines = main.add_layer(LineTicksLayer(), z=8)
        self.before = main.add_layer(CurveLayer("dim", opacity=0.8), z=4)
        self.after = main.add_layer(CurveLayer("accent", width=1.4), z=5)
        self.left_out = main.add_layer(PointsLayer((_LEFT_OUT,)), z=6)
        self.removed = removed.add_layer(CurveLayer("accent"), z=4)
        self.families = periodogram.add_layer(SpansLayer("accent", opacity=0.07), z=1)
        self.found = periodogram.add_layer(PointsLayer((_FOUND,)), z=7)
        self.periods = periodogram.add_layer(LineTicksLayer("accent"), z=6)
        periodogram.add_layer(LevelsLayer("dim"), z=0).set_values((0.0,))
        self.power_before = periodogram.add_layer(CurveLayer("dim", opacity=0.8), z=4)
        self.power_after = periodogram.add_layer(CurveLayer("accent", width=1.4), z=5)

    def set_color(self, color: str) -> None:
        """Draw what is corrected in the color of its band."""
        for curve in (self.after, self.removed, self.power_after):
            curve.set_look(color)

    def show_ranges(self, own: tuple[Mask, ...], fixed: tuple[Mask, ...]) -> None:
        """Draw protected ranges, and those that are protected elsewhere."""
        for layer in self.ranges:
            layer.set_spans(tuple(Span(one.low_um, one.high_um, one.name) for one in own))
        for layer in self.fixed:
            layer.set_spans(
                tuple(Span(one.low_um, one.high_um, one.name or "mask") for one in fixed)
            )

    def show_result(self, result: ResidualFringes) -> None:
        """Draw ``result``; the zoom stays."""
        self.result = result
        wave = result.spectrum.wave_um
        before = result.observed / result.continuum
        self.before.set_data(wave, before)
        self.after.set_data(wave, result.spectrum.flux / result.continuum)
        left_out = np.where(result.weight > 0, np.nan, before)
        self.left_out.set_data(wave, left_out)
        self.removed.set_data(wave, 100.0 * result.modulation)
        shown = result.periodogram
        self.power_before.set_data(shown.frequency_cm, 100.0 * shown.before)
        self.power_after.set_data(shown.frequency_cm, 100.0 * shown.after)
        self.families.set_spans(
            tuple(Span(*fit.family.frequencies_cm, fit.family.name) for fit in result.families)
        )
        self._show_found(result)

    def _show_found(self, result: ResidualFringes) -> None:
        """Mark what was found, and write the periods of the strongest where there is room."""
        frequency = np.concatenate([_EMPTY, *(fit.frequency_cm for fit in result.families)])
        amplitude = np.concatenate([_EMPTY, *(fit.amplitude for fit in result.families)])
        upward = np.argsort(frequency)
        self.found.set_data(frequency[upward], 100.0 * amplitude[upward])
        ranked = frequency[np.argsort(-amplitude)]
        self.periods.set_ticks(tuple((float(f), f"{1.0 / f:.3g} cm⁻¹") for f in ranked))

    def clear(self) -> None:
        """Draw nothing."""
        self.result = None
        for curve in (self.before, self.after, self.removed, self.power_before, self.power_after):
            curve.set_data(_EMPTY, _EMPTY)
        self.left_out.set_data(_EMPTY, _EMPTY)
        for spans in (self.families, self.new):
            spans.set_spans(())
        self.found.set_data(_EMPTY, _EMPTY)
        self.periods.set_ticks(())
        self.pending.set_values(())
        self.lines.set_ticks(())

    def show_all_afresh(self) -> None:
        """Show everything: something else is drawn now."""
        for plot in (*self.spectrum_plots, self.periodogram):
            plot.show_all_afresh()

    def switch(self, name: str, *, shown: bool) -> None:
        """Show or hide an entry of the legend."""
        for layer in {
            "before": (self.before, self.power_before),
            "after": (self.after, self.power_after),
            "left out": (self.left_out,),
            "protected": self.ranges,
            "masks": self.fixed,
        }.get(name, ()):
            layer.setVisible(shown)

    def legend_entries(self, color: str) -> tuple[LegendEntry, ...]:
        """Return what the legend lists."""
        entries = [
            LegendEntry("before", "before", "line", "dim", tip="As extracted, over the continuum"),
            LegendEntry("after", "after", "line", color, tip="Without the sinusoids found"),
            LegendEntry(
                "left out",
                "not in the fits",
                "points",
                "text",
                _LEFT_OUT,
                "Lines, spikes, flags, protected ranges, and what lies beyond the limit",
            ),
        ]
        if self.ranges[0].spans:
            entries.append(
                LegendEntry(
                    "protected", "protected", "solid band", "care", tip="Left exactly as they are"
                )
            )
        if self.fixed[0].spans:
            entries.append(
                LegendEntry(
                    "masks",
                    "masks of the response",
                    "solid band",
                    "dim",
                    tip="Protected, too; edited in the response",
                )
            )
        return tuple(entries)

    def _main_bounds(self) -> Bounds | None:
        result = self.result
        if result is None or not np.isfinite(result.scatter_before):
            return None
        covered = result.spectrum.wave_um[np.isfinite(result.continuum)]
        reach = max(_REACH * result.scatter_before, 1e-4)
        return float(covered[0]), float(covered[-1]), 1.0 - reach, 1.0 + reach

    def _removed_bounds(self) -> Bounds | None:
        main = self._main_bounds()
        if main is None or self.result is None:
            return None
        reach = max(1.15 * _largest(100.0 * self.result.modulation), 0.1)
        return main[0], main[1], -reach, reach

    def _periodogram_bounds(self) -> Bounds | None:
        if self.result is None or not self.result.periodogram.frequency_cm.size:
            return None
        shown = self.result.periodogram
        top = max(100.0 * _largest(shown.before), 0.01)
        return 0.0, float(shown.frequency_cm[-1]), -_ROOM_FOR_NAMES * top, 1.3 * top


def _largest(values: FloatArray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))
