"""View of the spectra of one source: all bands over the model, and their ratio below."""

from dataclasses import replace
from typing import Literal

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from engine.arrays import FloatArray
from engine.figures.seen import SeenPanel
from engine.lrs.usable_range import UsableRange
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import Label, stacked
from guiapp.look.units import (
    FLUX_UNITS,
    QUANTITIES,
    flux_label,
    flux_text,
    largest_of,
    shown_units,
    wave_text,
)
from guiapp.look.wrap_row import WrapRow, together
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import LevelsLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.other_spectra import OtherKind, OtherSpectra
from guiapp.views.segment_curve import (
    ERRORS,
    ErrorKind,
    SegmentCurve,
    errors_of,
    factor_of,
    in_ratio,
    systematic_text,
)
from guiapp.views.unusable_ranges import UnusableRanges

Stage = Literal["extracted", "calibrated"]
STAGES: dict[Stage, str] = {"extracted": "As extracted", "calibrated": "Calibrated"}
_OTHERS = 0.6  # opacity of the bands that are not selected
_HINT = "click selects a band · right-drag zooms · Backspace shows all"


class SpectraView(QWidget):
    """Draws segments of spectra; says which band was clicked and which stage is wanted.

    Signals
    -------
    stage_chosen(str)
        ``"extracted"`` or ``"calibrated"``.
    segment_clicked(str)
        Id of the segment.
    cursor_changed(str), hint_changed(str)
        Texts below the plot.
    """

    stage_chosen = pyqtSignal(str)
    segment_clicked = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage = QComboBox()
        self.unit = QComboBox()
        self.scale = QComboBox()
        self.legend = LegendBar()
        self.plot = ThemedPlot(name="Spectra", y_label="Flux density (Jy)")
        self.ratio_plot = ThemedPlot(
            name="Ratio to the model", x_label="Wavelength (µm)", y_label="Model / observed"
        )
        self._curves: tuple[SegmentCurve, ...] = ()
        self._layers: dict[str, tuple[CurveLayer, CurveLayer, CurveLayer]] = {}
        self.bands: dict[str, dict[ErrorKind, tuple[BandLayer, BandLayer]]] = {}
        self.others = OtherSpectra(self.plot, self.ratio_plot)
        self._selected = ""
        self._shown_source = ""
        self._drawn_in = ""
        self._errors: Literal["shown", "hidden"] = "shown"
        self._is_y_log = False
        self._automatic: object = None
        self._reference = self.ratio_plot.add_layer(LevelsLayer("dim"))
        self.unusable = (
            UnusableRanges(self.plot),
            UnusableRanges(self.ratio_plot, names="hidden"),
        )
        self._reference.set_values((1.0,))
        self._note = PlotMessage(self.plot, "top")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.stage.addItems(list(STAGES.values()))
        self.scale.addItems(["linear", "logarithmic"])
        row = WrapRow()
        for name, box in (("Spectra", self.stage), ("Unit", self.unit), ("Flux axis", self.scale)):
            label = Label(name, "dim")
            label.setBuddy(box)
            box.setAccessibleName(name)
            row.addWidget(together(label, box))
        split = stacked(self.plot, self.ratio_plot, sizes=(420, 180), stretch=(3, 1))
        self.empty = EmptyState.over(self, row, self.legend, split)
        self.ratio_plot.link_x(self.plot)

    def _connect(self) -> None:
        self.stage.activated.connect(lambda i: self.stage_chosen.emit(list(STAGES)[i]))
        self.unit.activated.connect(self._on_unit)
        shown_units.changed.connect(self._on_units)
        self.scale.activated.connect(self._apply_scale)
        self.legend.switched.connect(self._on_switched)
        self.plot.all_bounds = self._flux_bounds
        self.ratio_plot.all_bounds = self._ratio_bounds
        for plot in (self.plot, self.ratio_plot):
            plot.cursor_moved.connect(self._on_cursor)
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            plot.add_tool(_Pick(self, plot))
        self.hint_changed.emit(_HINT)

    @property
    def hint(self) -> str:
        """What the mouse does."""
        return _HINT

    def show_curves(self, source: str, stage: Stage, curves: tuple[SegmentCurve, ...]) -> None:
        """Draw the bands of ``source`` at ``stage`` in place of what is drawn now."""
        is_new = (source, stage) != (self._shown_source, self._stage())
        has_grown = {one.id for one in curves} != {one.id for one in self._curves}
        is_untouched = self._automatic == (self.plot.view, self.ratio_plot.view)
        self._curves = curves
        self.stage.setCurrentIndex(list(STAGES).index(stage))
        self._offer_units(curves)
        self._apply_scale()
        self.empty.say("")
        self._draw()
        if is_new or (has_grown and is_untouched):
            self._shown_source = source
            self.plot.show_all_afresh()
            self.ratio_plot.show_all_afresh()
            self._automatic = self.plot.view, self.ratio_plot.view
        else:
            self.others.fit("where it left")

    def show_other(
        self, curves: tuple[SegmentCurve, ...], label: str, kind: OtherKind = "version"
    ) -> None:
        """Draw another version or other sources, dashed, and the ratio to their bands below."""
        is_new = self.others.take(curves, label, kind)
        self._draw_others()
        self.others.fit("anew" if is_new else "where it left")

    def show_unusable(self, usable: UsableRange | None) -> None:
        """Shade what of an LRS spectrum cannot be used; `None`: nothing."""
        for ranges in self.unusable:
            ranges.show(usable)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._curves = ()
        self.show_unusable(None)
        self._shown_source = ""
        self._draw()
        self.empty.say(reason)

    def show_errors(self, wanted: Literal["shown", "hidden"]) -> None:
        """Show or hide the error bands."""
        self._errors = wanted
        for kind in ERRORS:
            self.legend.prefer(kind, shown=wanted == "shown")

    @property
    def has_errors(self) -> bool:
        """Whether error bands are shown."""
        return any(self.legend.is_on(kind) for kind in self._error_kinds())

    def say(self, what: str) -> None:
        """Say something above the spectra, e.g. what is still being computed."""
        self._note.say(what, "care")

    def select(self, segment_id: str) -> None:
        """Draw one band stronger than the others."""
        self._selected = segment_id
        is_one = segment_id in self._layers
        for name, (curve, _model, ratio) in self._layers.items():
            opacity = 1.0 if name == segment_id or not is_one else _OTHERS
            curve.set_look(opacity=opacity)
            ratio.set_look(opacity=opacity)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        """Return the axes as they are seen now, for the figure of what is drawn."""
        units = {curve.unit for curve in self._curves}
        if len(units) != 1:
            return ()  # the figure has a panel for each unit
        is_per_wave = units == {"Jy"} and shown_units.flux == "Fλ"
        flux = self.plot.seen_panel("per wavelength" if is_per_wave else "as they are")
        ratio = self.ratio_plot.seen_panel()
        x = ratio.x  # the upper plot leaves the name and the numbers to the lower one
        has_ratio = any(np.isfinite(curve.ratio).any() for curve in self._curves)
        is_calibrated = self._stage() == "calibrated" and has_ratio
        above, below = self.others.seen_curves()
        flux, ratio = replace(flux, x=x, curves=above), replace(ratio, curves=below)
        return (flux, ratio) if is_calibrated else (flux,)

    def nearest_curve(self, mouse: PlotMouse, plot: ThemedPlot) -> tuple[SegmentCurve, int] | None:
        """Return the curve under the mouse and the index of its sample."""
        best: tuple[float, SegmentCurve, int] | None = None
        pixels = plot.pixels
        for curve in self._curves:
            if not curve.wave_um.size or not self.legend.is_on(curve.id):
                continue
            index = int(np.argmin(np.abs(curve.wave_um - mouse.x)))
            value = self._values(curve, plot)[index]
            if not np.isfinite(value):
                continue
            x, y = pixels.x_pixel(float(curve.wave_um[index])), pixels.y_pixel(float(value))
            away = float(np.hypot(x - mouse.column, y - mouse.row))
            if best is None or away < best[0]:
                best = away, curve, index
        return None if best is None else (best[1], best[2])

    def _stage(self) -> Stage:
        return list(STAGES)[max(self.stage.currentIndex(), 0)]

    def _offer_units(self, curves: tuple[SegmentCurve, ...]) -> None:
        units = list(dict.fromkeys(curve.unit for curve in curves))
        choices = list(FLUX_UNITS) if units == ["Jy"] else units if len(units) == 1 else []
        if [self.unit.itemText(i) for i in range(self.unit.count())] != choices:
            self.unit.clear()
            self.unit.addItems(choices)
        self.unit.setCurrentText(shown_units.flux if units == ["Jy"] else "".join(units[:1]))
        self.unit.setEnabled(len(choices) > 1)

    def _on_unit(self, index: int) -> None:
        shown_units.choose(flux=FLUX_UNITS[index])

    def _on_units(self) -> None:
        """Draw again where a unit needs other curves; the axis reads all others."""
        self._offer_units(self._curves)
        self._apply_scale()
        if self._curves and self._flux_name() != self._drawn_in:
            self._draw()
            self.plot.show_all_afresh()

    def _flux_name(self) -> str:
        unit = self._curves[0].unit if self._curves else ""
        largest = largest_of(self._values(curve, self.plot) for curve in self._curves)
        return flux_label(QUANTITIES.get(unit, "Flux density"), unit, largest)

    def _values(self, curve: SegmentCurve, plot: ThemedPlot) -> FloatArray:
        return curve.ratio if plot is self.ratio_plot else curve.flux * factor_of(curve)

    def _draw(self) -> None:
        self._drop_layers()
        for curve in self._curves:
            self._layers[curve.id] = self._new_layers(curve)
        self._drawn_in = self._flux_name()
        self.plot.set_labels("", self._drawn_in)
        is_calibrated = self._stage() == "calibrated"
        self.ratio_plot.set_labels(
            "Wavelength (µm)", "Obs. / model" if is_calibrated else "Model / obs."
        )
        self._draw_others()
        self.select(self._selected)

    def _draw_others(self) -> None:
        """Draw what else is compared, and write the legend of all."""
        self.others.draw(self._curves)
        entries = (*(_entry(curve) for curve in self._curves), *self.others.entries())
        if any(np.isfinite(curve.model).any() for curve in self._curves):
            entries = (*entries, LegendEntry("model", "model", "line", "text"))
        self.legend.set_entries((*entries, *self._error_entries()))
        self._show_models()
        self._show_bands()
        self.others.show(is_on=self.legend.is_on("other"))

    def _new_layers(self, curve: SegmentCurve) -> tuple[CurveLayer, CurveLayer, CurveLayer]:
        factor = factor_of(curve)
        color = f"band {curve.band}" if curve.band else "accent"
        model = self.plot.add_layer(CurveLayer("text", width=1.0), z=2)  # hides no measurement
        flux = self.plot.add_layer(CurveLayer(color), z=4)
        ratio = self.ratio_plot.add_layer(CurveLayer(color), z=4)
        model.set_data(curve.wave_um, curve.model * factor)
        flux.set_data(curve.wave_um, curve.flux * factor)
        ratio.set_data(curve.wave_um, curve.ratio)
        self.bands[curve.id] = {
            kind: self._new_bands(curve, color, kind, error) for kind, error in errors_of(curve)
        }
        return flux, model, ratio

    def _new_bands(
        self, curve: SegmentCurve, color: str, kind: ErrorKind, error: FloatArray
    ) -> tuple[BandLayer, BandLayer]:
        opacity = ERRORS[kind][-1]
        flux = self.plot.add_layer(BandLayer(color, opacity=opacity), z=3)
        ratio = self.ratio_plot.add_layer(BandLayer(color, opacity=opacity), z=3)
        factor, relative = factor_of(curve), in_ratio(curve, error)
        flux.set_data(curve.wave_um, (curve.flux - error) * factor, (curve.flux + error) * factor)
        ratio.set_data(curve.wave_um, curve.ratio - relative, curve.ratio + relative)
        return flux, ratio

    def _drop_layers(self) -> None:
        for flux, model, ratio in self._layers.values():
            for layer in (flux, model):
                self.plot.remove_layer(layer)
            self.ratio_plot.remove_layer(ratio)
        for upper, lower in (pair for of_kind in self.bands.values() for pair in of_kind.values()):
            self.plot.remove_layer(upper)
            self.ratio_plot.remove_layer(lower)
        self._layers, self.bands = {}, {}

    def _error_kinds(self) -> tuple[ErrorKind, ...]:
        return tuple(kind for kind in ERRORS if any(kind in one for one in self.bands.values()))

    def _error_entries(self) -> tuple[LegendEntry, ...]:
        is_shown = self._errors == "shown"
        return tuple(
            LegendEntry(kind, ERRORS[kind][0], "solid band", "dim", tip=ERRORS[kind][1],
                        shown=is_shown)
            for kind in self._error_kinds()
        )  # fmt: skip

    def _flux_bounds(self) -> Bounds | None:
        fluxes = [curve.flux * factor_of(curve) for curve in self._curves]
        return self.others.flux_bounds(self._bounds_of(fluxes, margin=0.12))

    def _ratio_bounds(self) -> Bounds | None:
        own = self._bounds_of([curve.ratio for curve in self._curves], margin=0.5)
        return self.others.ratio_bounds(own)

    def _bounds_of(self, values: list[FloatArray], *, margin: float) -> Bounds | None:
        """Show most samples, not the few that ran away; pressed again, *show all* shows them."""
        finite = [one[np.isfinite(one)] for one in values]
        kept = np.concatenate(finite) if finite else np.zeros(0)
        if self._is_y_log:
            kept = kept[kept > 0]
        if not kept.size:
            return None
        low, high = np.percentile(kept, [0.5, 99.5])
        room = margin * (high - low) or abs(high) * 0.01 or 1.0
        if not self._is_y_log:  # what is positive throughout has no room below zero
            low = max(low - room, min(low, 0.0))
        waves = np.concatenate([curve.wave_um for curve in self._curves])
        return float(waves.min()), float(waves.max()), float(low), float(high + room)

    def _apply_scale(self) -> None:
        """Scale the flux as chosen; magnitudes are logarithms and need such an axis."""
        is_jy = {curve.unit for curve in self._curves} == {"Jy"}
        in_magnitudes = is_jy and shown_units.flux == "mag"
        self.scale.setEnabled(not in_magnitudes)
        self.scale.setToolTip("Magnitudes are logarithms already" if in_magnitudes else "")
        is_log = in_magnitudes or self.scale.currentIndex() == 1
        if is_log != self._is_y_log:
            self._is_y_log = is_log
            self.plot.set_scales("linear", "log" if is_log else "linear")
            self.plot.show_all_afresh()

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name == "other":
            self.others.show(is_on=is_on)
            self.others.fit("anew")
        for layer in self._layers.get(name, ()):
            layer.setVisible(is_on)
        self._show_models()
        self._show_bands()

    def _show_models(self) -> None:
        is_on = self.legend.is_on("model")
        for name, (_flux, model, _ratio) in self._layers.items():
            model.setVisible(is_on and self.legend.is_on(name))

    def _show_bands(self) -> None:
        for name, of_kind in self.bands.items():
            for kind, pair in of_kind.items():
                for band in pair:
                    band.setVisible(self.legend.is_on(name) and self.legend.is_on(kind))

    def _has_several_vectors(self) -> bool:
        """Whether the heading cannot name the vector: bands were calibrated with several."""
        return len({one.vector for one in self._curves}) > 1

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        plot = self.plot if self.sender() is self.plot else self.ratio_plot
        mouse = plot.cursor
        found = None if mouse is None else self.nearest_curve(mouse, plot)
        if found is None:
            self.cursor_changed.emit(wave_text(x))
            return
        curve, i = found
        wave = float(curve.wave_um[i])
        flux = flux_text(float(curve.flux[i]), float(curve.error[i]), curve.unit, wave)
        ratio = number_text(float(curve.ratio[i]), float(in_ratio(curve, curve.error)[i]))
        self.cursor_changed.emit(
            f"{curve.name}   {wave_text(wave)}   F {flux}   ratio {ratio}"
            + systematic_text(curve, i)
            + (f"   {curve.vector}" if self._has_several_vectors() else "")
        )


class _Pick(MouseTool):
    """A click selects the band under the cursor."""

    def __init__(self, view: SpectraView, plot: ThemedPlot) -> None:
        self._view = view
        self._plot = plot

    def click(self, mouse: PlotMouse) -> bool:
        found = self._view.nearest_curve(mouse, self._plot)
        if found is None or not mouse.is_left:
            return False
        self._view.segment_clicked.emit(found[0].id)
        return True


def _entry(curve: SegmentCurve) -> LegendEntry:
    color = f"band {curve.band}" if curve.band else "accent"
    tip = f"Band {curve.band} and its model" if curve.band else "Spectrum and its model"
    tip += f"; calibrated with {curve.vector}" if curve.vector else ""
    tip += f"\n{curve.file}" if curve.told_apart else ""
    return LegendEntry(curve.id, curve.name, "line", color, tip=tip)
