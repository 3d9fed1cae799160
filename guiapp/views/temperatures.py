"""View of brightness temperatures: a map of latitude and wavelength, one latitude below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from engine.arrays import FloatArray
from engine.compare.brightness_temperature import RangeDifference, TemperatureMap
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, Tone, button, column, fitted, stacked
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.bands import BandLayer
from guiapp.plots.color_bar import ColorBar
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import LevelsLayer, Span, SpansLayer
from guiapp.plots.mesh_layer import MeshLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stretch import NO_LEVELS, Levels
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.range_gestures import RangeEdit, RangeTool

_PAGES = (
    ("temperature_k", "Temperature", "Brightness temperature"),
    ("difference_k", "Difference", "Measured minus reference"),
    ("percent", "Flux", "What the difference means for the flux, per cent"),
)
_UNITS = {"temperature_k": "K", "difference_k": "K", "percent": "%"}
_LABELS = {"temperature_k": "T (K)", "difference_k": "ΔT (K)", "percent": "Flux (%)"}
_AUTOMATIC, _NO_REFERENCE = "automatic", "none"
_MEANS = "The differences of ranges are means of all latitudes."
_NONE = np.zeros(0)
_EMPTY_MAP = np.zeros((0, 0))
_LEFT_AXIS = 56


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen above the plots.

    Attributes
    ----------
    sources : tuple of str
        Names of maps and spectra.
    source : str
        The one that is shown.
    references : tuple of str
        What it may be compared with.
    reference : str
        What is chosen; ``""``: the one that fits, ``"none"``: nothing.
    """

    sources: tuple[str, ...] = ()
    source: str = ""
    references: tuple[str, ...] = ()
    reference: str = ""


class TemperaturesView(QWidget):
    """Draws temperatures and differences; says what the user did to the ranges.

    Signals
    -------
    source_chosen(str), reference_chosen(str)
        By the user; ``""``: the reference that fits, ``"none"``: nothing.
    range_edited(object)
        An `engine`-free edit of the ranges: `AddRange`, `ChangeRange` or `RemoveRange`.
    cursor_changed(str)
        Text below the plots.
    """

    source_chosen = pyqtSignal(str)
    reference_chosen = pyqtSignal(str)
    range_edited = pyqtSignal(object)
    cursor_changed = pyqtSignal(str)

    hint = "click the map: that latitude below · drag an edge of a range · right-click removes it"
    pick_tolerance = 12.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: TemperatureMap | None = None
        self.page = "temperature_k"
        self.row = 0
        self.source = QComboBox()
        self.reference = QComboBox()
        self.pages = SegmentBar("What is shown", _PAGES)
        self.adding: QPushButton = button("Add range", "quiet", tip="Drag a new range below")
        self.where = Label("", "dim")
        self.remark = ElidedLabel("", "dim", rows=3)
        self.map = ThemedPlot(name="Map", y_label="Latitude (°)")
        self.profile = ThemedPlot(name="One latitude", x_label="Wavelength (µm)", y_label="K")
        self.bar = ColorBar(left=_LEFT_AXIS)
        self._make_layers()
        self._lay_out()
        self._connect()

    def _make_layers(self) -> None:
        self.mesh = self.map.add_layer(MeshLayer(), z=1)
        self.row_mark = self.map.add_layer(LevelsLayer("accent"), z=3)
        self.ranges = self.profile.add_layer(SpansLayer("accent", opacity=0.12), z=1)
        self.fixed_ranges = self.profile.add_layer(SpansLayer("dim"), z=1)
        self.new_range = self.profile.add_layer(SpansLayer("accent", opacity=0.25), z=2)
        self._zero = self.profile.add_layer(LevelsLayer("dim"), z=3)
        self.band = self.profile.add_layer(BandLayer("accent", opacity=0.2), z=4)
        self.other = self.profile.add_layer(CurveLayer("dim", width=2.0), z=5)
        self.curve = self.profile.add_layer(CurveLayer("accent"), z=6)

    def _lay_out(self) -> None:
        self.source.setAccessibleName("Extended source")
        self.reference.setAccessibleName("Reference")
        self.adding.setCheckable(True)
        row = QHBoxLayout()
        fitted(row, spacing=2 * GRID)
        for part in (self.source, Label("over", "dim"), self.reference, self.pages, self.adding):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.where)
        self._upper = QWidget()
        upper = column(self._upper, spacing=GRID)
        upper.addWidget(self.map, 1)
        upper.addWidget(self.bar)
        split = stacked(self._upper, self.profile, sizes=(330, 230), stretch=(3, 2))
        content = QWidget()
        self.empty = EmptyState(content, split)
        whole = column(self, spacing=GRID)
        whole.addLayout(row)
        whole.addWidget(self.remark)
        whole.addWidget(content, 1)
        self.profile.link_x(self.map)

    def _connect(self) -> None:
        self.source.activated.connect(lambda i: self.source_chosen.emit(self.source.itemText(i)))
        self.reference.activated.connect(self._on_reference)
        self.pages.chosen.connect(self.turn)
        self.map.add_tool(_PickLatitude(self))
        self.profile.add_tool(RangeTool(self))
        self.profile.all_bounds = self._bounds
        self.profile.cursor_moved.connect(self._on_cursor)
        for plot in (self.map, self.profile):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
        self.map.keys.bind("Up", lambda: self.choose_row(self.row + 1))
        self.map.keys.bind("Down", lambda: self.choose_row(self.row - 1))

    # What RangeTool asks

    @property
    def adds_ranges(self) -> bool:
        """Whether a drag adds a range."""
        return self.adding.isChecked()

    def commit(self, edit: RangeEdit) -> None:
        """Say that the user did ``edit``."""
        self.adding.setChecked(False)
        self.range_edited.emit(edit)

    def range_named(self, index: int) -> None:
        """Write what a range says: it has no name to be changed."""
        if self.result is not None and 0 <= index < len(self.result.ranges):
            self.cursor_changed.emit(range_text(self.result.ranges[index]))

    def refuse_fixed(self) -> None:
        """No range belongs elsewhere."""

    # What the follower asks

    def offer(self, offered: Offered) -> None:
        """Offer sources and references."""
        _fill(self.source, offered.sources, offered.source)
        references = (_AUTOMATIC, _NO_REFERENCE, *offered.references)
        _fill(self.reference, references, offered.reference or _AUTOMATIC)

    def show_result(self, result: TemperatureMap) -> None:
        """Draw ``result``; the zoom stays while the source is the same."""
        is_new = self.result is None or self.result.name != result.name or self.empty.reason != ""
        self.result = result
        self.empty.say("")
        self._upper.setVisible(not result.is_spectrum)
        self.profile.setAccessibleName("Spectrum" if result.is_spectrum else "One latitude")
        if is_new:
            self.row = result.latitude_deg.size // 2
        self.row = min(self.row, result.latitude_deg.size - 1)
        self.ranges.set_spans(tuple(Span(r.low_um, r.high_um, _name(r)) for r in result.ranges))
        self._draw()
        means = _MEANS if result.ranges and not result.is_spectrum else ""
        self.say(" ".join((*result.messages, means)).strip(), "dim")
        if is_new:
            self.for_each(ThemedPlot.show_all_afresh)

    def show_stale(self) -> None:
        """Say that what is drawn is out of date."""
        self.say("Computing …", "dim")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        sentence = f"{what} {hint}".strip()
        if self.result is None:
            self.clear(sentence)
        else:
            self.say(sentence, "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.result = None
        self.ranges.set_spans(())
        self._draw()
        self.say("", "dim")
        self.empty.say(reason)

    def say(self, text: str, tone: Tone) -> None:
        """Write above the plots."""
        self.remark.set_tone(tone)
        self.remark.set_full_text(text)

    def for_each(self, act: Callable[[ThemedPlot], object]) -> None:
        """Do something with both plots."""
        for plot in (self.map, self.profile):
            act(plot)

    def turn(self, page: str) -> None:
        """Show another quantity."""
        self.page = page
        self.pages.choose(page)
        self._draw()
        self.profile.show_all_afresh()

    def choose_row(self, row: int) -> None:
        """Show another latitude below."""
        if self.result is not None and 0 <= row < self.result.latitude_deg.size:
            self.row = row
            self._draw_row()

    def tell(self, mouse: PlotMouse) -> bool:
        """Write what is under the mouse on the map; tell whether there is something."""
        at = self.mesh.node_at(mouse.x, mouse.y)
        if at is None or self.result is None:
            self.cursor_changed.emit("")
            return False
        self.cursor_changed.emit(place_text(self.result, at[0], at[1]))
        return True

    # Drawing

    def _values(self) -> FloatArray:
        assert self.result is not None
        values: FloatArray = getattr(self.result, self.page)
        return values

    def _draw(self) -> None:
        result = self.result
        if result is None or result.is_spectrum:
            self.mesh.set_mesh(_NONE, _NONE, _EMPTY_MAP, NO_LEVELS)
            self.row_mark.set_values(())
        else:
            levels = _levels(self._values())
            self.mesh.set_mesh(result.wave_um, result.latitude_deg, self._values(), levels)
            name = self.mesh.map_name
            self.bar.show_scale(levels, "linear", name, unit=_UNITS[self.page])
        self._draw_row()

    def _draw_row(self) -> None:
        result = self.result
        if result is None:
            for layer in (self.curve, self.other):
                layer.set_data(_NONE, _NONE)
            self.band.set_data(_NONE, _NONE, _NONE)
            return
        wave, values = result.wave_um, self._values()[self.row]
        is_temperature = self.page == "temperature_k"
        self.curve.set_data(wave, values)
        nothing = np.full(wave.size, np.nan)
        self.other.set_data(wave, result.reference_k[self.row] if is_temperature else nothing)
        error = result.error_k[self.row] if self.page != "percent" else nothing
        self.band.set_data(wave, values - error, values + error)
        self._zero.set_values(() if is_temperature else (0.0,))
        latitude = float(result.latitude_deg[self.row])
        self.where.setText("" if result.is_spectrum else f"below: {fixed_text(latitude, 1)}°")
        self.profile.set_labels("Wavelength (µm)", _LABELS[self.page])
        self.row_mark.set_values(() if result.is_spectrum else (latitude,))

    def _bounds(self) -> Bounds | None:
        """Show the latitude that is drawn, with the reference, and zero for differences."""
        result = self.result
        if result is None:
            return None
        shown = [self._values()[self.row]]
        if self.page == "temperature_k":
            shown.append(result.reference_k[self.row])
        values = np.concatenate(shown)
        good = np.isfinite(values)
        if not good.any():
            return None
        low, high = (float(v) for v in np.percentile(values[good], [0.2, 99.8]))
        if self.page != "temperature_k":
            low, high = min(low, 0.0), max(high, 0.0)
        room = 0.1 * (high - low) or 0.5
        return float(result.wave_um[0]), float(result.wave_um[-1]), low - room, high + room

    def _on_reference(self, index: int) -> None:
        text = self.reference.itemText(index)
        self.reference_chosen.emit("" if text == _AUTOMATIC else text)

    def _on_cursor(self, x: float, _y: float, _index: int) -> None:
        result = self.result
        if result is not None and result.wave_um[0] <= x <= result.wave_um[-1]:
            at = int(np.argmin(np.abs(result.wave_um - x)))
            self.cursor_changed.emit(place_text(result, at, self.row))


class _PickLatitude(MouseTool):
    """Shows the latitude that is clicked or dragged over, and reads the map."""

    def __init__(self, view: TemperaturesView) -> None:
        self._view = view

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return Qt.CursorShape.PointingHandCursor if self._view.tell(mouse) else None

    def press(self, mouse: PlotMouse) -> bool:
        if not mouse.is_left or not self._view.tell(mouse):
            return False
        self._go(mouse)
        return True

    def move(self, mouse: PlotMouse) -> None:
        self._go(mouse)

    def release(self, mouse: PlotMouse) -> None:
        self._go(mouse)
        self._view.profile.show_all_afresh()

    def _go(self, mouse: PlotMouse) -> None:
        at = self._view.mesh.node_at(mouse.x, mouse.y)
        if at is not None:
            self._view.choose_row(at[1])


def place_text(result: TemperatureMap, at: int, row: int) -> str:
    """Return temperature and difference at one wavelength and latitude in one line."""
    said = wave_text(float(result.wave_um[at]), 3)
    if not result.is_spectrum:
        said += f"   {fixed_text(float(result.latitude_deg[row]), 1)}°"
    temperature, error = float(result.temperature_k[row, at]), float(result.error_k[row, at])
    said += f"   {number_text(temperature, error)} K"
    difference = float(result.difference_k[row, at])
    if np.isfinite(difference):
        said += f"   {_difference_text(difference, float(result.percent[row, at]))}"
    return said


def range_text(one: RangeDifference) -> str:
    """Return the mean of one range in one line."""
    return (
        f"{fixed_text(one.low_um, 2)} to {fixed_text(one.high_um, 2)} µm   "
        f"{fixed_text(one.temperature_k, 2)} K   {_difference_text(one.difference_k, one.percent)}"
    )


def _difference_text(kelvin: float, percent: float) -> str:
    return f"difference {_signed(kelvin, 2)} K   flux {_signed(percent, 1)} %"


def _signed(value: float, decimals: int) -> str:
    text = fixed_text(value, decimals)
    return f"+{text}" if value > 0.0 and np.isfinite(value) else text


def _name(one: RangeDifference) -> str:
    return f"{_signed(one.difference_k, 2)} K" if np.isfinite(one.difference_k) else ""


def _levels(values: FloatArray) -> Levels:
    good = values[np.isfinite(values)]
    if not good.size:
        return NO_LEVELS
    low, high = (float(v) for v in np.percentile(good, [0.5, 99.5]))
    return Levels(low, high, high - low)


def _fill(box: QComboBox, texts: Sequence[str], chosen: str) -> None:
    if [box.itemText(i) for i in range(box.count())] != list(texts):
        box.clear()
        box.addItems(list(texts))
    box.setCurrentText(chosen)
