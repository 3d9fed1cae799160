"""View of nods: their ratio with what is expected of it, and measured and stated errors below."""

import numpy as np
from PyQt6.QtWidgets import QComboBox

from engine.lrs.bootstrap_errors import BootstrapErrors
from engine.lrs.nods import NodComparison, NodRatio
from guiapp.look import number_text
from guiapp.look.parts import Label, set_state, stacked
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer, ErrorBarsLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.points import PointsLayer
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.lrs_view import LrsView
from guiapp.views.unusable_ranges import UnusableRanges, UsableEdges

_EMPTY = np.zeros(0)
_SQUARE = PointStyle("accent", symbol="square", size=6.0)
_LEGEND = (
    LegendEntry("ratio", "ratio", "points", "dim", PointStyle("dim", size=2.5), "Of the two nods."),
    LegendEntry("bins", "bins", "points", "accent", _SQUARE, "Mean ratio and its error."),
    LegendEntry(
        "expected", "expected scatter", "solid band", "accent", None, "From measured errors."
    ),
    LegendEntry("bootstrap", "bootstrap error", "line", "text", None, "From the spectrum itself."),
    LegendEntry("response", "response error", "line", "care", None, "Of an opened response curve."),
    LegendEntry("stated", "ERR", "dashed", "wrong", None, "What the spectrum states."),
)
_GOOD = "agree"


class NodsView(LrsView):
    """Draws a `NodComparison`, one nod at a time."""

    hint = "choose a nod above the plots · drag an end of the usable range · right-drag zooms"

    def __init__(self) -> None:
        self.ratio_plot = ThemedPlot(name="Ratio of nods", y_label="Ratio of nods")
        self.error_plot = ThemedPlot(
            name="Errors", x_label="Wavelength (µm)", y_label="Error (Jy)", y_scale="log"
        )
        parts = stacked(self.ratio_plot, self.error_plot, sizes=(300, 240))
        super().__init__(name="Nods", plots=(self.ratio_plot, self.error_plot), content=parts)
        self.nods = QComboBox()
        self.nods.setAccessibleName("Nod")
        self.nods.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.verdict = Label("", "text")
        self.legend = LegendBar()
        self.legend.set_entries(_LEGEND)
        self.tools.insertWidget(1, self.nods)
        self.tools.insertWidget(2, self.verdict)
        self.whole.insertWidget(1, self.legend)
        self.result: NodComparison | None = None
        self._reason = PlotMessage(self.ratio_plot, "center")
        self._make_layers()
        self.error_plot.link_x(self.ratio_plot)
        self.ratio_plot.all_bounds = self._ratio_bounds
        self.error_plot.all_bounds = self._error_bounds
        self.nods.activated.connect(lambda _index: self._draw_chosen())
        self.legend.switched.connect(self._on_switched)
        for plot in (self.ratio_plot, self.error_plot):
            plot.cursor_moved.connect(lambda x, _y, _index: self._on_cursor(x))

    def _make_layers(self) -> None:
        ratio, errors = self.ratio_plot, self.error_plot
        self.ranges = (UnusableRanges(ratio), UnusableRanges(errors, names="hidden"))
        self.ends = UsableEdges(ratio, chosen=self.limit_chosen.emit, reset=self.limits_reset.emit)
        ratio.add_layer(LevelsLayer("dim"), z=2).set_values((1.0,))
        self.level = ratio.add_layer(LevelsLayer("accent", style="dashed"), z=2)
        self.expected = ratio.add_layer(BandLayer("accent", opacity=0.2), z=3)
        self.points = ratio.add_layer(PointsLayer((PointStyle("dim", size=2.5),)), z=4)
        self.bars = ratio.add_layer(ErrorBarsLayer("accent", opacity=0.9), z=5)
        self.bins = ratio.add_layer(PointsLayer((_SQUARE,)), z=6)
        self.stated = errors.add_layer(CurveLayer("wrong", dash="dashed", width=1.6), z=4)
        self.bootstrap = errors.add_layer(CurveLayer("text", width=1.6), z=5)
        self.response = errors.add_layer(CurveLayer("care", width=1.2), z=4)
        self.spread = errors.add_layer(BandLayer("text", opacity=0.2), z=3)

    def drawn(self) -> NodComparison | None:
        """Return the result that is drawn; `None`: none."""
        return self.result

    @property
    def chosen(self) -> int:
        """Which of the spectra is drawn."""
        return max(self.nods.currentIndex(), 0)

    def error(self) -> BootstrapErrors | None:
        """Return the errors that are drawn."""
        result = self.result
        if result is None or self.chosen >= len(result.errors):
            return None
        return result.errors[self.chosen]

    def ratio(self) -> NodRatio | None:
        """Return the ratio that is drawn: that of the chosen nod, or of the second one."""
        result, error = self.result, self.error()
        if result is None or not result.ratios:
            return None
        name = "" if error is None else error.id
        return next((one for one in result.ratios if one.id == name), result.ratios[0])

    def draw(self, result: NodComparison | None) -> None:
        """Draw ``result``; `None`: nothing."""
        is_other = result is None or self.result is None or result.source != self.result.source
        self.result = result
        names = [] if result is None else [one.label for one in result.errors]
        if [self.nods.itemText(i) for i in range(self.nods.count())] != names:
            self.nods.clear()
            self.nods.addItems(names)
        if is_other and result is not None and result.ratios:
            ids = [one.id for one in result.errors]
            self.nods.setCurrentIndex(ids.index(result.ratios[0].id))
        self.nods.setEnabled(len(names) > 1)
        for ranges in self.ranges:
            ranges.show(None if result is None else result.usable)
        self.ends.show(None if result is None else result.usable)
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        self._draw_ratio(self.ratio())
        self._draw_errors(self.error())
        result = self.result
        self._reason.say("" if result is None else result.reason, "tip")
        if result is not None:
            self.summary.set_full_text(" ".join(result.messages))

    def _draw_ratio(self, one: NodRatio | None) -> None:
        if one is None:
            self.level.set_values(())
            self.expected.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.points.set_data(_EMPTY, _EMPTY)
            self.bins.set_data(_EMPTY, _EMPTY)
            self.bars.set_data(_EMPTY, _EMPTY, _EMPTY)
            self.verdict.setText("")
            return
        self.ratio_plot.set_labels("", f"{one.label} / {one.reference}")
        self.level.set_values((one.level,))
        self.expected.set_data(one.wave_um, one.level - one.expected, one.level + one.expected)
        self.points.set_data(one.wave_um, one.ratio)
        self.bins.set_data(one.bin_um, one.binned)
        self.bars.set_data(one.bin_um, one.binned, one.binned_error)
        self.verdict.setText(_verdict_text(one))
        self.verdict.set_tone("ok" if one.verdict == _GOOD else "wrong")
        set_state(self.verdict, "kind", one.verdict)

    def _draw_errors(self, one: BootstrapErrors | None) -> None:
        if one is None:
            for curve in (self.stated, self.bootstrap, self.response):
                curve.set_data(_EMPTY, _EMPTY)
            self.spread.set_data(_EMPTY, _EMPTY, _EMPTY)
            return
        self.stated.set_data(one.wave_um, one.stated)
        self.bootstrap.set_data(one.wave_um, one.bootstrap)
        response = None if self.result is None else self.result.response
        self.legend.set_entries(
            tuple(one for one in _LEGEND if one.name != "response" or response is not None)
        )
        self.response.setVisible(self.legend.is_on("response"))
        relative = (
            np.full(one.level.size, np.nan)
            if response is None
            else response.relative_error(one.wave_um)
        )
        self.response.set_data(one.wave_um, relative * np.abs(one.level))
        low = np.maximum(one.bootstrap - one.bootstrap_error, 0.05 * one.bootstrap)
        self.spread.set_data(one.wave_um, low, one.bootstrap + one.bootstrap_error)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        layers = {
            "ratio": (self.points,),
            "bins": (self.bins, self.bars),
            "expected": (self.expected,),
            "bootstrap": (self.bootstrap, self.spread),
            "response": (self.response,),
            "stated": (self.stated,),
        }
        for layer in layers[name]:
            layer.setVisible(is_on)

    def _ratio_bounds(self) -> Bounds | None:
        one, x = self.ratio(), self._x_limits()
        if one is None or x is None:
            return None if x is None else (*x, 0.9, 1.1)
        known = one.expected[np.isfinite(one.expected)]
        room = 5.0 * float(np.percentile(known, 30.0)) if known.size else 0.1
        room = max(room, 1.5 * abs(one.level - 1.0))
        return *x, min(one.level, 1.0) - room, max(one.level, 1.0) + room

    def _error_bounds(self) -> Bounds | None:
        one, x = self.error(), self._x_limits()
        if one is None or x is None:
            return None
        values = np.concatenate([one.bootstrap, one.stated])
        known = values[np.isfinite(values) & (values > 0)]
        return (*x, 0.5 * float(known.min()), 2.0 * float(known.max())) if known.size else None

    def _x_limits(self) -> tuple[float, float] | None:
        if self.result is None:
            return None
        spectra = [one.spectrum for one in self.result.nods if not one.reason]
        if not spectra:
            return None
        return (
            min(float(one.wave_um[0]) for one in spectra),
            max(float(one.wave_um[-1]) for one in spectra),
        )

    def _on_cursor(self, x: float) -> None:
        one, error = self.ratio(), self.error()
        said = wave_text(x, 3)
        if one is not None:
            at = int(np.argmin(np.abs(one.wave_um - x)))
            said += f"   ratio {number_text(float(one.ratio[at]), float(one.expected[at]))}"
        if error is not None and error.level.size:
            k = int(np.argmin(np.abs(error.wave_um - x)))
            measured = number_text(float(error.bootstrap[k]), float(error.bootstrap_error[k]))
            said += f"   error {measured}   ERR {number_text(float(error.stated[k]))} Jy"
        self.cursor_changed.emit(f"{said}   {self.ranges[0].reason_at(x)}".rstrip())


def _verdict_text(one: NodRatio) -> str:
    sign = "+" if one.percent > 0 else ""
    size = number_text(one.percent, 100.0 * one.level_error)
    return f"{one.label}: {sign}{size} %, {one.verdict}"
