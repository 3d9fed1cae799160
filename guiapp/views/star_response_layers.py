"""What the response view draws: samples, curve, bands, breakpoints, masks, in two plots."""

from dataclasses import dataclass

import numpy as np

from engine.arrays import FloatArray
from engine.model.star_names import shown_star_name
from engine.model.vector import PATCHED
from engine.mrs.response_params import Patch
from engine.mrs.star_response import SampleState, StarResponse, StarResponseParams
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.breakpoints import BreakpointsLayer, HandleKind
from guiapp.plots.cursor_line import CursorLine
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import EdgesLayer, LevelsLayer, LineTicksLayer, Span, SpansLayer
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.response_edits import SAME_UM

STATE_STYLES: dict[SampleState, PointStyle] = {
    SampleState.USED: PointStyle("dim", "circle", 3.0, opacity=0.9),
    SampleState.REJECTED: PointStyle("wrong", "cross", 7.0, line=1.6, off_scale="marked"),
    SampleState.MASKED: PointStyle("care", "circle", 4.5, "open"),
    SampleState.EXCLUDED: PointStyle(
        "text", "crossed circle", 9.0, "open", line=1.0, off_scale="marked"
    ),
    SampleState.FLAGGED: PointStyle("text", "cross", 5.0, line=1.0, opacity=0.7),
    SampleState.OUTSIDE: PointStyle("dim", "circle", 2.5, opacity=0.45),
}
_STALE_OPACITY = 0.45


@dataclass(frozen=True, eq=False, slots=True)
class NamedCurve:
    """A vector to compare with.

    Attributes
    ----------
    name : str
        For the legend: ``"10 Lac"``, ``"previous"``.
    wave_um, vector : ndarray, shape (n,)
        The curve; NaN: none.
    color : str
        A name of `guiapp.plots.colors.color_of`.
    """

    name: str
    wave_um: FloatArray
    vector: FloatArray
    color: str = "dim"


class ResponseLayers:
    """The layers of the upper plot (factor) and of the lower one (residuals)."""

    def __init__(self, upper: ThemedPlot, lower: ThemedPlot) -> None:
        styles = tuple(STATE_STYLES[state] for state in SampleState)
        shown = (SampleState.USED, SampleState.MASKED, SampleState.OUTSIDE)
        self._upper = upper
        self._off_um: FloatArray = np.zeros(0)
        self.ranges = upper.add_layer(SpansLayer("accent", opacity=0.07), z=-41)
        self.outside = upper.add_layer(SpansLayer("dim", opacity=0.08), z=-42)
        self.masks = upper.add_layer(SpansLayer("care"), z=-40)
        self.patches = upper.add_layer(SpansLayer("ok", opacity=0.14), z=-39)
        self.new_span = upper.add_layer(SpansLayer("care", opacity=0.3), z=60)
        self.error_bars = upper.add_layer(ErrorBarsLayer("dim", opacity=0.24), z=5)
        self.error_band = upper.add_layer(BandLayer("dim", opacity=0.14), z=5)
        self.samples = upper.add_layer(PointsLayer(styles, counts=shown), z=10)
        self.systematic = upper.add_layer(
            BandLayer("accent", fill="hatched", opacity=0.13, shape="smooth"), z=20
        )
        self.statistical = upper.add_layer(BandLayer("accent", opacity=0.32, shape="smooth"), z=21)
        self.previous = upper.add_layer(
            CurveLayer("other", dash="dashed", width=1.3, counts="no bounds"), z=22
        )
        self.curve = upper.add_layer(CurveLayer("accent", width=2.2, shape="smooth"), z=23)
        self.unpatched = upper.add_layer(
            CurveLayer("dim", dash="dotted", width=1.6, counts="no bounds"), z=22
        )
        self.donor = upper.add_layer(
            CurveLayer("ok", dash="dashed", width=1.4, counts="no bounds"), z=22
        )
        self.breaks = upper.add_layer(EdgesLayer("text", style="double", opacity=0.7), z=30)
        self.cutoffs = upper.add_layer(EdgesLayer("text", style="grip", opacity=0.75), z=31)
        self.pending = upper.add_layer(EdgesLayer("accent", style="dashed"), z=32)
        self.handles = upper.add_layer(BreakpointsLayer(), z=40)
        self.lines = upper.add_layer(LineTicksLayer(), z=45)
        self.cursor = upper.add_layer(CursorLine(), z=50)
        self.others: list[CurveLayer] = []
        self.lower_masks = lower.add_layer(SpansLayer("care", names="hidden"), z=-40)
        self.lower_band = lower.add_layer(BandLayer("accent", opacity=0.22, shape="smooth"), z=5)
        self.lower_band.keeps_picture = True  # in percent it does not change during a drag
        self.lower_samples = lower.add_layer(PointsLayer(styles, counts=shown), z=10)
        self.lower_levels = lower.add_layer(LevelsLayer("accent"), z=20)
        self.lower_scatter = lower.add_layer(LevelsLayer("dim", style="dashed"), z=19)
        self.lower_curve = lower.add_layer(CurveLayer("accent", width=1.6, shape="smooth"), z=21)
        self.lower_cursor = lower.add_layer(CursorLine(), z=50)

    def set_band_color(self, color: str) -> None:
        """Draw the vector and what belongs to it in the color of its band."""
        self.curve.set_look(color)
        self.lower_curve.set_look(color)
        self.lower_levels.set_color(color)
        for band in (self.systematic, self.statistical, self.lower_band):
            band.set_look(color)

    def set_samples(self, result: StarResponse) -> None:
        """Draw the samples with the errors of those in use."""
        self.set_states(result)
        error = np.where(result.state == SampleState.USED, result.ratio_error, np.nan)
        self.error_bars.set_data(result.wave_um, result.ratio, error)
        self.error_band.set_data(result.wave_um, result.ratio - error, result.ratio + error)

    def set_states(self, result: StarResponse) -> None:
        """Draw the samples in another state; error bars stay until there is a result."""
        self.samples.set_data(result.wave_um, result.ratio, result.state.astype(np.int64))

    def set_unpatched(self, result: StarResponse) -> None:
        """Draw the curve as it was fitted where it is patched."""
        if not result.unpatched.size:
            self.unpatched.set_data(np.zeros(0), np.zeros(0))
            return
        is_patched = (result.flags & PATCHED) != 0
        fitted = np.where(is_patched, result.unpatched, np.nan)
        self.unpatched.set_data(result.wave_um, fitted)

    def set_donor(self, donor: NamedCurve | None) -> None:
        """Draw the vector that patches are made from, as it is scaled; `None`: none."""
        if donor is None:
            self.donor.set_data(np.zeros(0), np.zeros(0))
        else:
            self.donor.set_data(donor.wave_um, donor.vector)

    def set_curve(self, result: StarResponse) -> None:
        """Draw the vector of ``result`` with its bands."""
        vector = result.vector
        self.curve.set_data(result.wave_um, vector)
        for layer, error in (
            (self.statistical, result.stat_error),
            (self.systematic, total_error(result)),
        ):
            layer.set_data(result.wave_um, vector - error, vector + error)

    def set_handles(self, wave_um: FloatArray, values: FloatArray, held_um: FloatArray) -> None:
        """Draw the breakpoints; those at a held wavelength as held."""
        held = set(_near(wave_um, held_um))
        kinds: tuple[HandleKind, ...] = tuple(
            "held" if i in held else "free" for i in range(wave_um.size)
        )
        self.handles.set_handles(wave_um, values, kinds)
        self.handles.doubt(frozenset(_near(wave_um, self._off_um)))

    def mark_off(self, off_um: FloatArray) -> None:
        """Draw the held values at ``off_um`` as such that lie off the samples."""
        self._off_um = off_um
        self.handles.doubt(frozenset(_near(self.handles.xs, off_um)))

    def set_params(self, params: StarResponseParams) -> None:
        """Draw masks, sample ranges, breaks and cut-offs."""
        masks = tuple(Span(m.low_um, m.high_um, m.name) for m in params.masks)
        self.masks.set_spans(masks)
        self.lower_masks.set_spans(masks)
        self.ranges.set_spans(
            tuple(Span(m.low_um, m.high_um, m.name or "fitted here") for m in params.sample_ranges)
        )
        self.patches.set_spans(
            tuple(Span(one.low_um, one.high_um, patch_name(one)) for one in params.patches)
        )
        self.breaks.set_values(params.breaks_um)
        for curve in (self.curve, self.lower_curve):
            curve.set_gaps(params.breaks_um)

    def set_cutoffs(self, low_um: float, high_um: float) -> None:
        """Draw the ends of the vector."""
        self.cutoffs.set_values((low_um, high_um))
        self.shade_outside()

    def shade_outside(self) -> None:
        """Shade what lies beyond the cut-offs as drawn."""
        values = self.cutoffs.values
        sides = (Span(-np.inf, values[0]), Span(values[1], np.inf)) if values else ()
        self.outside.set_spans(sides)

    def set_others(self, others: tuple[NamedCurve, ...]) -> None:
        """Draw vectors of other stars, faint."""
        for layer in self.others:
            self._upper.remove_layer(layer)
        self.others = []
        for other in others:
            layer = CurveLayer(other.color, opacity=0.6, counts="no bounds")
            layer.set_data(other.wave_um, other.vector)
            self._upper.add_layer(layer, z=0)
            self.others.append(layer)

    def set_freshness(self, opacity: float) -> None:
        """Draw the curve and its bands fainter while they are out of date."""
        self.curve.set_look(opacity=opacity)
        self.lower_curve.set_look(opacity=opacity)
        for band in (self.statistical, self.systematic):
            band.setOpacity(opacity)
        self.lower_band.setOpacity(opacity)

    def mark_stale(self) -> None:
        """Show that the curve is out of date."""
        self.set_freshness(_STALE_OPACITY)

    def mark_fresh(self) -> None:
        """Show that the curve is up to date."""
        self.set_freshness(1.0)

    def clear(self) -> None:
        """Draw nothing."""
        none = np.zeros(0)
        for points in (self.samples, self.lower_samples):
            points.set_data(none, none)
        for curve in (self.curve, self.previous, self.lower_curve, self.unpatched, self.donor):
            curve.set_data(none, none)
        for band in (self.statistical, self.systematic, self.error_band, self.lower_band):
            band.set_data(none, none, none)
        self.error_bars.set_data(none, none, none)
        self.handles.set_handles(none, none)
        self.handles.blame(frozenset())
        for spans in (self.masks, self.lower_masks, self.ranges, self.new_span, self.outside):
            spans.set_spans(())
        self.patches.set_spans(())
        for edges in (self.breaks, self.cutoffs, self.pending):
            edges.set_values(())
        for levels in (self.lower_levels, self.lower_scatter):
            levels.set_values(())
        self.lines.set_ticks(())
        self.set_others(())


def _near(wave_um: FloatArray, places_um: FloatArray) -> list[int]:
    """Return which wavelengths are among ``places_um``."""
    away = np.abs(wave_um[:, None] - places_um[None, :]).min(axis=1, initial=np.inf)
    found: list[int] = np.flatnonzero(away < SAME_UM).tolist()
    return found


def total_error(result: StarResponse) -> FloatArray:
    """Return both uncertainties in quadrature; the statistical one where the other is unknown."""
    total: FloatArray = np.hypot(result.stat_error, np.nan_to_num(result.sys_error))
    return total


def measured_ends(result: StarResponse) -> tuple[float, float]:
    """Return the first and the last wavelength with a measurement. Unit: um."""
    known = np.flatnonzero(np.isfinite(result.ratio))
    ends = result.wave_um[known[[0, -1]]] if known.size else result.wave_um[[0, -1]]
    return float(ends[0]), float(ends[1])


def upper_bounds(result: StarResponse) -> Bounds | None:
    """Return what is shown at first: the curve and nearly all samples in use, no far outliers."""
    used = (result.state == SampleState.USED) & np.isfinite(result.ratio)
    curve = result.vector[np.isfinite(result.vector)]
    shown = np.concatenate([result.ratio[used], curve])
    if not shown.size:
        shown = result.ratio[np.isfinite(result.ratio)]
    if not shown.size:
        return None
    low, high = np.percentile(shown, [0.2, 99.8])
    if curve.size:
        low, high = min(low, curve.min()), max(high, curve.max())
    room = 0.22 * (high - low) or 0.05 * abs(high) or 1.0
    x = result.wave_um
    return float(x[0]), float(x[-1]), float(low - room), float(high + room)


def patch_name(patch: Patch) -> str:
    """Return what a patch is called in the plot."""
    return f"from {shown_star_name(patch.donor)}" if patch.donor else "interpolated"
