"""Spectra of another version, or of other sources, over those of a source."""

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np

from engine.arrays import FloatArray
from engine.figures.seen_curves import SeenCurve, seen_curve
from guiapp.look import number_text
from guiapp.plots.caption import NoteLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendEntry
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.segment_curve import SegmentCurve, are_same, factor_of
from guiapp.views.version_difference import version_difference, with_room_for

OtherKind = Literal["version", "sources"]
_ALIKE = 2.0  # times brighter or fainter: what differs by more has another range


class OtherSpectra:
    """The same bands of something else, dashed, and the ratio to them below.

    Parameters
    ----------
    plot, ratio_plot : ThemedPlot
        Where they are drawn.

    Attributes
    ----------
    layers : dict
        The two curves of each band by the id of its segment.
    """

    def __init__(self, plot: ThemedPlot, ratio_plot: ThemedPlot) -> None:
        self._plots = plot, ratio_plot
        self._curves: tuple[SegmentCurve, ...] = ()
        self.label = ""
        self.kind: OtherKind = "version"
        self.layers: dict[str, tuple[CurveLayer, CurveLayer]] = {}
        self.is_on = True
        self.note = ratio_plot.add_layer(NoteLayer("text"), z=20)

    def take(self, curves: tuple[SegmentCurve, ...], label: str, kind: OtherKind) -> bool:
        """Take over what is drawn from now on; return whether it is something else."""
        before = self._curves, self.label
        self._curves, self.label, self.kind = curves, label, kind
        return label != before[1] or not are_same(curves, before[0])

    def draw(self, own_curves: Iterable[SegmentCurve]) -> None:
        """Draw the counterparts of ``own_curves``."""
        self._drop()
        curves = tuple(own_curves)
        own = {(curve.band, curve.unit): curve for curve in curves}
        for other in self._curves:
            mine = own.get((other.band, other.unit))
            if mine is not None:
                self.layers[other.id] = self._pair(mine, other)
        self.note.keep_clear_of(
            [
                *((one.wave_um, one.ratio) for one in curves),
                *((ratio.xs, ratio.ys) for _, ratio in self.layers.values()),
            ]
        )
        self.note.say(self._said(), "text")
        self.show(is_on=self.is_on)

    def show(self, *, is_on: bool) -> None:
        """Show or hide all of it."""
        self.is_on = is_on
        for layer in (one for pair in self.layers.values() for one in pair):
            layer.setVisible(is_on)
        self.note.setVisible(is_on)

    def fit(self, how: Literal["anew", "where it left"]) -> None:
        """Fit both plots to what is compared, as far as the user did not choose their range."""
        for plot in self._plots:
            if how == "anew":
                plot.fit_y_unless_zoomed()
            elif self.layers:
                plot.widen_y_unless_zoomed()

    def entries(self) -> tuple[LegendEntry, ...]:
        """Return what the legend says of it."""
        if not self.layers:
            return ()
        tip = f"Above {self.label}; below what is shown over it, dashed"
        return (LegendEntry("other", self.label, "dashed", "other", tip=tip),)

    def seen_curves(self) -> tuple[tuple[SeenCurve, ...], tuple[SeenCurve, ...]]:
        """Return what is drawn of another version in both plots, in the units of the spectra."""
        if self.kind != "version" or not self.is_on:
            return (), ()
        shown = [one for one in self._curves if one.id in self.layers]
        ratios = [self.layers[one.id][1] for one in shown]
        flux = seen_curve(
            self.label, ((one.wave_um, one.flux) for one in shown), style="behind", shade="other"
        )
        ratio = seen_curve(
            f"this over {self.label}", ((one.xs, one.ys) for one in ratios), shade="other"
        )
        return (flux,) if flux else (), (ratio,) if ratio else ()

    def flux_bounds(self, own: Bounds | None) -> Bounds | None:
        """Return the bounds of the upper plot: with the other spectra."""
        if not self.is_on:
            return own
        fluxes = [(flux.xs, flux.ys) for flux, _ in self.layers.values()]
        if own is not None and own[2] > 0.0:  # a logarithmic axis
            fluxes = [(x[y > 0.0], y[y > 0.0]) for x, y in fluxes]
        return with_room_for(own, *fluxes)

    def ratio_bounds(self, own: Bounds | None) -> Bounds | None:
        """Return the bounds of the lower plot: with the ratio, unless the sources are unlike."""
        if not self.is_on or not self._is_alike():
            return own
        return with_room_for(own, *((ratio.xs, ratio.ys) for _, ratio in self.layers.values()))

    def _is_alike(self) -> bool:
        median = self._median()
        return self.kind == "version" or 1.0 / _ALIKE <= median <= _ALIKE

    def _median(self) -> float:
        ratios = self._joined()[1]
        return float(np.median(ratios)) if ratios.size else float("nan")

    def _joined(self) -> tuple[FloatArray, FloatArray]:
        """Return wavelengths and ratios of all bands that have one."""
        known: Sequence[CurveLayer] = [ratio for _, ratio in self.layers.values() if ratio.xs.size]
        if not known:
            return np.zeros(0), np.zeros(0)
        waves = np.concatenate([one.xs for one in known])
        ratios = np.concatenate([one.ys for one in known])
        kept = np.isfinite(ratios)
        return waves[kept], ratios[kept]

    def _said(self) -> str:
        """Return by how much the spectra differ from the others as a whole."""
        waves, ratios = self._joined()
        if not ratios.size:
            return ""
        if not self._is_alike():
            return f"median {number_text(round(self._median(), 3))} of {self.label}"
        found = version_difference(waves, 100.0 * (ratios - 1.0))
        return "" if found is None else f"{found.short} over {self.label}"

    def _pair(self, mine: SegmentCurve, other: SegmentCurve) -> tuple[CurveLayer, CurveLayer]:
        dashed = CurveLayer("other", dash="dashed", counts="no bounds")
        flux = self._plots[0].add_layer(dashed, z=5)
        flux.set_data(other.wave_um, other.flux * factor_of(other))
        dashed = CurveLayer("other", dash="dashed", counts="no bounds")
        ratio = self._plots[1].add_layer(dashed, z=5)
        known = np.isfinite(other.flux)
        if np.count_nonzero(known) > 1:
            base = np.interp(mine.wave_um, other.wave_um[known], other.flux[known], np.nan, np.nan)
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio.set_data(mine.wave_um, mine.flux / base)
        return flux, ratio

    def _drop(self) -> None:
        for pair in self.layers.values():
            for plot, layer in zip(self._plots, pair, strict=True):
                plot.remove_layer(layer)
        self.layers = {}
