"""View of spectra over those of a coarser spectrograph: ratios of all stars, one star below."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.arrays import FloatArray
from engine.compare.spectrograph_ratios import SpectrographComparison, SpectrumRatio
from guiapp.look import number_text
from guiapp.look.parts import ChoiceBox, Label, button, column, stacked
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import EdgesLayer, LevelsLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.band_panels import PlotGroup
from guiapp.views.visits_view import VisitsView

_PICK_PIXELS = 8.0
_LEGEND_WIDTH = 380
_SHADES = ("1B", "2B", "3B", "4B", "1C", "2C", "3C", "4C")
_EXCLUDE, _BRING_BACK = "Leave out star…", "Bring star back"
_SAME_NAME = "same name"
_LEAST_RANGE = 0.03
_BOTH = (
    LegendEntry("fine", "spectrum of the selected star", "line", "accent"),
    LegendEntry("coarse", "that of the other instrument", "line", "dim"),
)
_NONE = np.zeros(0)


class SpectrographPlots(PlotGroup):
    """Ratios above, both spectra of one star below."""

    def __init__(self) -> None:
        super().__init__()
        self.ratios = ThemedPlot(name="Ratios", y_label="Spectrum / other instrument")
        self.spectra = ThemedPlot(
            name="Both spectra", x_label="Wavelength (µm)", y_label="Flux", y_scale="log"
        )
        self.plots = {"ratios": self.ratios, "spectra": self.spectra}
        self.legend = LegendBar()
        lower = QWidget()
        below = column(lower)
        below.addWidget(self.legend)
        below.addWidget(self.spectra, 1)
        split = stacked(self.ratios, lower, sizes=(340, 220), stretch=(3, 2))
        column(self).addWidget(split)
        self.spectra.link_x(self.ratios)


class _Curves:
    """The layers of one star."""

    def __init__(self, plot: ThemedPlot, shade: str) -> None:
        self.band = plot.add_layer(BandLayer(shade, opacity=0.16), z=2)
        self.faint = plot.add_layer(CurveLayer(shade, opacity=0.35, counts="no bounds"), z=3)
        self.used = plot.add_layer(CurveLayer(shade), z=4)

    def show(self, one: SpectrumRatio | None) -> None:
        if one is None:
            self.band.set_data(_NONE, _NONE, _NONE)
            self.faint.set_data(_NONE, _NONE)
            self.used.set_data(_NONE, _NONE)
            return
        used = np.where(one.is_used, one.ratio, np.nan)
        self.band.set_data(one.wave_um, used - one.error, used + one.error)
        self.faint.set_data(one.wave_um, one.ratio)
        self.used.set_data(one.wave_um, used)

    def set_visible(self, shown: bool) -> None:  # noqa: FBT001  (the state itself)
        for layer in (self.band, self.faint, self.used):
            layer.setVisible(shown)


class SpectrographView(VisitsView):
    """Draws ratios; says which star was clicked, and what is wanted of it.

    Signals
    -------
    curve_chosen(str)
        Source of the curve that was clicked.
    exclusion_wanted(str)
        Star to leave out, or to bring back.
    split_moved(float)
        Wavelength that the means are to be split at. Unit: um.
    partner_chosen(str, str)
        Star, and the name of the coarse spectrum it shall be compared with; ``""``: its own.
    """

    curve_chosen = pyqtSignal(str)
    exclusion_wanted = pyqtSignal(str)
    split_moved = pyqtSignal(float)
    partner_chosen = pyqtSignal(str, str)

    hint = "click a curve to select its star · x: leave it out · drag the dashed line: split"

    def __init__(self, parent: QWidget | None = None) -> None:
        self.group = SpectrographPlots()
        super().__init__(self.group, quantity="", parent=parent)
        self.exclude = button(_EXCLUDE, "quiet", tip="Leave the selected star out (x)")
        self.subject = ChoiceBox(least=10)
        self.partner = ChoiceBox(least=10)
        self.subject.setAccessibleName("Star to compare")
        self.partner.setAccessibleName("Coarser spectrum of the star")
        self.legend = LegendBar()
        self._source = ""
        self._curves: dict[str, _Curves] = {}
        self._partners: dict[str, str] = {}
        self._make_layers()
        for part in (Label("Star", "dim"), self.subject, Label("over", "dim"), self.partner):
            self.tools.addWidget(part)
        self.tools.addWidget(self.exclude)
        self.add_legend(self.legend, _LEGEND_WIDTH)
        self._connect()
        self.group.legend.set_entries(_BOTH)
        self.select("")

    def _make_layers(self) -> None:
        ratios, spectra = self.group.ratios, self.group.spectra
        self._one = ratios.add_layer(LevelsLayer("dim"), z=1)
        self._one.set_values((1.0,))
        self.split = ratios.add_layer(EdgesLayer("dim", style="grip"), z=9)
        self.coarse = spectra.add_layer(CurveLayer("dim", width=2.0), z=2)
        self.fine = spectra.add_layer(CurveLayer("accent"), z=3)

    def _connect(self) -> None:
        ratios = self.group.ratios
        self.legend.switched.connect(self._on_switched)
        self.group.legend.switched.connect(self._on_lower_switched)
        self.exclude.clicked.connect(self.ask_exclusion)
        self.subject.activated.connect(lambda _i: self._show_partner())
        self.partner.activated.connect(self._on_partner)
        ratios.add_tool(_DragSplit(self))
        ratios.add_tool(_PickCurve(self))
        ratios.all_bounds = self._bounds
        self.group.spectra.all_bounds = self._spectra_bounds
        for plot in self.group.plots.values():
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.group.spectra.cursor_moved.connect(self._on_spectra_cursor)

    def bind_keys(self, keys: Sequence[str]) -> None:
        """Let ``keys`` leave the selected star out, or bring it back."""
        for key in keys:
            self.group.ratios.keys.bind(key, self.ask_exclusion)

    def offer_partners(
        self, stars: Sequence[str], names: Sequence[str], chosen: dict[str, str]
    ) -> None:
        """Offer stars, the coarse spectra that they may be compared with, and what is chosen."""
        self._partners = chosen
        for box, texts in ((self.subject, list(stars)), (self.partner, [_SAME_NAME, *names])):
            if [box.itemText(i) for i in range(box.count())] != texts:
                kept = box.currentText()
                box.clear()
                box.addItems(texts)
                box.setCurrentText(kept)
        self._show_partner()

    def show_result(self, result: SpectrographComparison) -> None:
        """Draw ``result``."""
        before: SpectrographComparison | None = self.result
        self.result = result
        is_new = before is None or _sources(before) != _sources(result) or self.empty.reason != ""
        self.empty.say("")
        self._draw(result)
        self.say_remarks(result.messages)
        if self._source not in _sources(result):
            self._source = next(iter(_sources(result)), "")
        self.select(self._source)
        if is_new:
            self.group.for_each(ThemedPlot.show_all_afresh)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        for curves in self._curves.values():
            curves.show(None)
        self.legend.set_entries(())
        self.say_remarks(())
        self.select("")
        self.empty.say(reason)

    def select(self, source: str) -> None:
        """Draw the curve of ``source`` stronger, and its spectra below."""
        self._source = source
        for name, curves in self._curves.items():
            curves.used.set_look(width=2.0 if name == source else 1.0)
        one = self.selected()
        self.exclude.setEnabled(one is not None)
        text = _BRING_BACK if one is not None and one.reason else _EXCLUDE
        self.exclude.setText(text)
        self.exclude.setAccessibleName(text.rstrip("…"))
        wave = _NONE if one is None else one.wave_um
        self.fine.set_data(wave, _NONE if one is None else one.fine)
        self.coarse.set_data(wave, _NONE if one is None else one.coarse)
        label = "Flux" if one is None else f"Flux ({one.unit})"
        self.group.spectra.set_labels("Wavelength (µm)", label)
        if one is not None:
            self.subject.setCurrentText(one.star)
            self._show_partner()

    def selected(self) -> SpectrumRatio | None:
        """Return the ratio that is drawn stronger."""
        if self.result is None:
            return None
        return next((one for one in self.result.stars if one.source == self._source), None)

    def ask_exclusion(self) -> None:
        """Say that the selected star shall be left out, or brought back."""
        one = self.selected()
        if one is not None:
            self.exclusion_wanted.emit(one.star)

    def curve_at(self, mouse: PlotMouse) -> SpectrumRatio | None:
        """Return the ratio whose curve is under the mouse."""
        best: tuple[float, SpectrumRatio] | None = None
        pixels = self.group.ratios.pixels
        for one in () if self.result is None else self.result.stars:
            good = np.isfinite(one.ratio)
            if not self.legend.is_on(one.source) or not good.any():
                continue
            if not one.wave_um[good][0] <= mouse.x <= one.wave_um[good][-1]:
                continue
            value = float(np.interp(mouse.x, one.wave_um[good], one.ratio[good]))
            away = abs(pixels.y_pixel(value) - mouse.row)
            if away <= _PICK_PIXELS and (best is None or away < best[0]):
                best = away, one
        return None if best is None else best[1]

    def choose(self, one: SpectrumRatio | None) -> None:
        """Take a click."""
        if one is not None:
            self.select(one.source)
            self.group.spectra.show_all_afresh()
            self.curve_chosen.emit(one.source)

    def tell(self, one: SpectrumRatio | None, wave_um: float) -> None:
        """Write what is under the cursor below the plots."""
        self.cursor_changed.emit("" if one is None else ratio_text(one, wave_um))

    def drag_split(self, wave_um: float) -> None:
        """Show the split where it is being dragged, inside what is drawn."""
        low, high = self._range()
        self.split.set_values((float(np.clip(wave_um, low, high)),))

    def end_drag(self) -> None:
        """Take the split where it is."""
        self.split_moved.emit(self.split.values[0])

    def cancel_drag(self) -> None:
        """Put the split back."""
        if self.result is not None:
            self.split.set_values((self.result.split_um,))

    def _range(self) -> tuple[float, float]:
        found = [one.wave_um for one in ([] if self.result is None else self.result.stars)]
        waves = np.concatenate(found) if found else np.array([5.0, 30.0])
        return float(waves.min()), float(waves.max())

    def _draw(self, result: SpectrographComparison) -> None:
        ratios = self.group.ratios
        for at, one in enumerate(result.stars):
            if one.source not in self._curves:
                self._curves[one.source] = _Curves(ratios, f"band {_SHADES[at % len(_SHADES)]}")
        known = {one.source: one for one in result.stars}
        for source, curves in self._curves.items():
            found = known.get(source)
            curves.show(found)
            curves.used.set_look(dash="dotted" if found is not None and found.reason else "solid")
        self.split.set_values((result.split_um,))
        self.legend.set_entries(tuple(self._entry(one) for one in result.stars))

    def _entry(self, one: SpectrumRatio) -> LegendEntry:
        shade = self._curves[one.source].used.color
        tip = f"{one.source} over {one.partner}" + (
            f", left out: {one.reason}" if one.reason else ""
        )
        return LegendEntry(one.source, self._title(one), "line", shade, tip=tip)

    def _title(self, one: SpectrumRatio) -> str:
        """Return the star, and which of its observations it is when there are several."""
        stars = [] if self.result is None else [other.star for other in self.result.stars]
        place = one.source.rpartition("/")[2]
        return f"{one.star} {place}" if stars.count(one.star) > 1 else one.star

    def _bounds(self) -> Bounds | None:
        """Show the samples in use, and 1 when it is near."""
        stars = () if self.result is None else self.result.stars
        waves = [one.wave_um[np.isfinite(one.ratio)] for one in stars]
        values = [one.ratio[one.is_used] for one in stars]
        if not sum(one.size for one in values):
            return None
        low, high = (float(v) for v in np.percentile(np.concatenate(values), [0.5, 99.5]))
        if low > 0.5 and high < 2.0:
            low, high = min(low, 1.0 - _LEAST_RANGE), max(high, 1.0 + _LEAST_RANGE)
        room = 0.08 * (high - low)
        x = np.concatenate(waves)
        return float(x.min()) - 0.3, float(x.max()) + 0.3, low - room, high + room

    def _spectra_bounds(self) -> Bounds | None:
        """Show both spectra of the star where there is a ratio."""
        one, ratios = self.selected(), self._bounds()
        if one is None or ratios is None:
            return None
        inside = np.isfinite(one.ratio)
        values = np.concatenate([one.fine[inside], one.coarse[inside]])
        values = values[values > 0.0]
        if not values.size:
            return None
        return ratios[0], ratios[1], 0.8 * float(values.min()), 1.25 * float(values.max())

    def _show_partner(self) -> None:
        self.partner.setCurrentText(self._partners.get(self.subject.currentText(), _SAME_NAME))

    def _on_partner(self, index: int) -> None:
        name = "" if index == 0 else self.partner.itemText(index)
        self.partner_chosen.emit(self.subject.currentText(), name)

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name in self._curves:
            self._curves[name].set_visible(is_on)

    def _on_lower_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        {"fine": self.fine, "coarse": self.coarse}[name].setVisible(is_on)

    def _on_spectra_cursor(self, x: float, y: float, _index: int) -> None:
        one = self.selected()
        if one is not None:
            self.cursor_changed.emit(f"{wave_text(x, 3)}   {y:.4g} {one.unit}")


class _PickCurve(MouseTool):
    """Selects the curve that is clicked, and reads the one under the cursor."""

    def __init__(self, view: SpectrographView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        one = self._view.curve_at(mouse)
        self._view.tell(one, mouse.x)
        return None if one is None else Qt.CursorShape.PointingHandCursor

    def click(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left:
            return False
        self._view.choose(self._view.curve_at(mouse))
        return True


class _DragSplit(MouseTool):
    """Drags the wavelength at which the means are split."""

    def __init__(self, view: SpectrographView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        index = self._view.split.edge_at(mouse.column, _PICK_PIXELS)
        self._view.split.highlight(index)
        return Qt.CursorShape.SizeHorCursor if index >= 0 else None

    def leave(self) -> None:
        self._view.split.highlight(-1)

    def press(self, mouse: PlotMouse) -> bool:
        return mouse.is_left and self._view.split.edge_at(mouse.column, _PICK_PIXELS) >= 0

    def move(self, mouse: PlotMouse) -> None:
        self._view.drag_split(mouse.x)

    def release(self, mouse: PlotMouse) -> None:
        self._view.drag_split(mouse.x)
        self._view.end_drag()

    def cancel(self) -> None:
        self._view.cancel_drag()


def ratio_text(one: SpectrumRatio, wave_um: float) -> str:
    """Return the sample of one ratio nearest to a wavelength in one line."""
    at = int(np.argmin(np.abs(_finite(one.wave_um, one.ratio) - wave_um)))
    said = (
        f"{one.star}   {wave_text(float(one.wave_um[at]), 3)}   ratio "
        f"{number_text(float(one.ratio[at]), float(one.error[at]))}   over {one.partner}"
    )
    return f"{said}   left out: {one.reason}" if one.reason else said


def _finite(wave: FloatArray, ratio: FloatArray) -> FloatArray:
    return np.where(np.isfinite(ratio), wave, np.inf)


def _sources(result: SpectrographComparison) -> tuple[str, ...]:
    return tuple(one.source for one in result.stars)
