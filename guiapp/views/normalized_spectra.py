"""View of normalized spectra: stars stacked over their models, page by page, line by line."""

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.mrs.normalized_spectra import (
    PAGES_UM,
    NormalizedSource,
    marked_bands,
    marked_blends,
    marked_lines,
)
from engine.spectra.lines import SpectralLine
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.layers import Bounds
from guiapp.plots.legend import LegendBar, LegendEntry
from guiapp.plots.marks import Span, SpansLayer
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.normalized_layers import LineMarksLayer, RowNamesLayer
from guiapp.views.normalized_stack import ModelPlace, Stack, class_of

_LIGHT_KM_S = 299792.458
_NEAR = 0.008  # of the wavelength: what is shown on both sides of a line
_PICK_PIXELS = 24.0
_PAGES = tuple(
    (f"{low:g}", f"{low:g}–{high:g}", f"µm: Law et al. (2025), Fig. {number}")
    for number, (low, high) in enumerate(PAGES_UM, start=25)
)
_FAMILIES = {"H I": "text", "He I": "care", "He II": "ok", "ions": "wrong"}
_PLACES = (
    ("over", "Over", "Models on the data"),
    ("below", "Below", "Models below the data, as in Fig. 11"),
)
_SPACINGS = ("automatic", "0.5 %", "1 %", "2 %", "5 %", "10 %", "20 %", "50 %")


class NormalizedView(QWidget):
    """Draws stars over their continua; says which star and which line were picked.

    Signals
    -------
    star_clicked(str)
        Source key.
    line_chosen(str, float)
        Name and wavelength in um of the line that is shown from close by.
    cursor_changed(str)
        Text below the plot.
    """

    star_clicked = pyqtSignal(str)
    line_chosen = pyqtSignal(str, float)
    cursor_changed = pyqtSignal(str)

    hint = "n / p next or previous line · ( ) pages · click selects a star · right-drag zooms"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = PAGES_UM[0]
        self.line: SpectralLine | None = None
        self.pages = SegmentBar("Page of wavelengths", _PAGES)
        self.spacing = QComboBox()
        self.places = SegmentBar("Where models are drawn", _PLACES)
        self.lines = QComboBox()
        self.previous = button("Previous", "quiet", tip="Previous line (p)")
        self.next = button("Next", "quiet", tip="Next line (n)")
        self.legend = LegendBar()
        self.sentence = ElidedLabel("", "dim", rows=3)
        self.plot = ThemedPlot(
            name="Normalized spectra", x_label="Wavelength (µm)", y_label="Flux / continuum"
        )
        self.carbon = self.plot.add_layer(SpansLayer("dim", opacity=0.10), z=1)
        self.marks = {
            name: self.plot.add_layer(LineMarksLayer(color), z=2)
            for name, color in _FAMILIES.items()
        }
        self.stack = Stack(self.plot)
        self.names = self.plot.add_layer(RowNamesLayer(), z=8)
        self._sources: tuple[NormalizedSource, ...] = ()
        self._selected = ""
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.spacing.addItems(list(_SPACINGS))
        for box, name in ((self.spacing, "Distance of stars"), (self.lines, "Line")):
            box.setAccessibleName(name)
        self.previous.setAccessibleName("Previous line")
        self.next.setAccessibleName("Next line")
        self.lines.setMinimumContentsLength(16)
        head, words = QHBoxLayout(), QHBoxLayout()
        for row in (head, words):
            fitted(row, spacing=2 * GRID)
        head.addWidget(self.pages)
        head.addStretch(1)
        head.addWidget(Label("Apart", "dim"))
        head.addWidget(self.spacing)
        head.addWidget(Label("Models", "dim"))
        head.addWidget(self.places)
        words.addWidget(self.previous)
        words.addWidget(self.lines)
        words.addWidget(self.next)
        words.addWidget(self.sentence, 1)
        self.empty = EmptyState.over(self, head, words, self.legend, self.plot)

    def _connect(self) -> None:
        self.pages.chosen.connect(self._on_page)
        self.spacing.activated.connect(lambda _i: self._draw("afresh"))
        self.places.chosen.connect(lambda _place: self._draw("afresh"))
        self.lines.activated.connect(self._on_line)
        self.previous.clicked.connect(lambda: self.step_line(-1))
        self.next.clicked.connect(lambda: self.step_line(1))
        self.legend.switched.connect(self._on_switched)
        self.plot.add_tool(_PickStar(self))
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_cursor)
        self.plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))

    def bind_keys(self, keys: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        """Let keys, by the ids of `guiapp.settings.plot_keys`, act on the plot."""
        acts = {
            "normalized.next_line": lambda: self.step_line(1),
            "normalized.previous_line": lambda: self.step_line(-1),
            "normalized.next_page": lambda: self.step_page(1),
            "normalized.previous_page": lambda: self.step_page(-1),
        }
        for name, typed in keys:
            for key in typed:
                self.plot.keys.bind(key, acts[name])

    # What is shown

    def show_sources(self, sources: Sequence[NormalizedSource]) -> None:
        """Stack ``sources`` from top to bottom."""
        is_other = [one.source for one in sources] != [one.source for one in self._sources]
        self._sources = tuple(sources)
        self.empty.say("")
        self._offer_lines()
        self._draw("afresh" if is_other and self.line is None else "kept")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._sources = ()
        self._draw("kept")
        self.empty.say(reason)

    def select(self, source: str) -> None:
        """Draw one star stronger."""
        self._selected = source
        self.stack.select(source)
        found = next((one.star for one in self._sources if one.source == source), "")
        self.names.select(found)
        self._tell_line()

    def show_page(self, page: tuple[float, float]) -> None:
        """Show another range of wavelengths."""
        self.page, self.line = page, None
        self.pages.choose(f"{page[0]:g}")
        self._choose_mark(float("nan"))
        self.lines.setCurrentIndex(0)
        self._draw("afresh")
        self._tell_line()

    def step_page(self, by: int) -> None:
        """Show the next page or the one before."""
        at = min(max(PAGES_UM.index(self.page) + by, 0), len(PAGES_UM) - 1)
        self.show_page(PAGES_UM[at])

    def step_line(self, by: int) -> None:
        """Show the next line from close by, or the one before: from where the plot is now."""
        known = self.known_lines()
        if not known:
            return
        low, high = self.plot.view[0]
        center = 0.5 * (low + high) if self.line is None else self.line.wave_um
        waves = [one.wave_um for one in known]
        after = [one for one in waves if one > center * (1 + 1e-9)]
        before = [one for one in waves if one < center * (1 - 1e-9)]
        wanted = (after[0] if after else waves[0]) if by > 0 else (before or waves)[-1]
        self.show_line(known[waves.index(wanted)])

    def show_line(self, line: SpectralLine) -> None:
        """Show a line from close by."""
        page = next((one for one in PAGES_UM if one[0] <= line.wave_um < one[1]), PAGES_UM[-1])
        if page != self.page:
            self.page = page
            self.pages.choose(f"{page[0]:g}")
            self._draw("kept")
        self.line = line
        self._choose_mark(line.wave_um)
        self.lines.setCurrentIndex(1 + self.known_lines().index(line))
        x = line.wave_um * (1.0 - _NEAR), line.wave_um * (1.0 + _NEAR)
        y = self.stack.range_of(*x)
        if y is not None:
            self.plot.zoom_to((x, y))
        self._tell_line()
        self.line_chosen.emit(line.name, line.wave_um)

    def known_lines(self) -> tuple[SpectralLine, ...]:
        """Return the marked lines that some star was observed at: of a blend the strongest."""
        low, high = PAGES_UM[0][0], PAGES_UM[-1][1]
        ranges = [
            (float(one.wave_um[0]), float(one.wave_um[-1]))
            for source in self._sources
            for one in source.bands
            if not one.reason
        ]
        return tuple(
            strongest
            for strongest, *_ in marked_blends(low, high)
            if any(a <= strongest.wave_um <= b for a, b in ranges)
        )

    def star_at(self, mouse: PlotMouse) -> NormalizedSource | None:
        """Return the star whose curve is near the mouse."""
        return self.stack.source_at(mouse, _PICK_PIXELS)

    # Parts

    def _draw(self, zoom: Literal["afresh", "kept"]) -> None:
        place = cast("ModelPlace", self.places.current)
        self.stack.show(self._sources, self.page, spacing=self._spacing(), place=place)
        self.stack.select(self._selected)
        self.names.set_rows(
            tuple(
                (level, one.star, f"class {class_of(one.star)}")
                for one, level in self.stack.levels()
            )
        )
        for name, layer in self.marks.items():
            layer.set_marks(
                tuple(
                    (one.wave_um, one.label or one.name)
                    for one in marked_lines(*self.page)
                    if _family(one) == name
                )
            )
        self.carbon.set_spans(
            tuple(Span(one.low_um, one.high_um, one.name) for one in marked_bands(*self.page))
        )
        self._write_legend()
        if zoom == "afresh":
            self.plot.show_all_afresh()

    def _write_legend(self) -> None:
        has_carbon = bool(self.carbon.spans)
        self.legend.set_entries(
            (
                LegendEntry("data", "data", "line", "accent", tip="In the color of its class"),
                LegendEntry("model", "model", "line", "text", tip="Over its own continuum"),
                *(
                    LegendEntry(name, name, "dashed", color, shown=self.marks[name].isVisible())
                    for name, color in _FAMILIES.items()
                ),
                *((LegendEntry("CO", "CO", "solid band", "dim"),) if has_carbon else ()),
            )
        )

    def _spacing(self) -> float | None:
        text = self.spacing.currentText()
        return None if text == _SPACINGS[0] else float(text.removesuffix(" %")) / 100.0

    def _offer_lines(self) -> None:
        known = self.known_lines()
        more = {blend[0]: len(blend) - 1 for blend in marked_blends(0.0, PAGES_UM[-1][1])}
        texts = ["Line …"]
        for one in known:
            rest = f" +{more[one]}" if more.get(one) else ""
            texts.append(f"{one.name}{rest}  {one.wave_um:.4f}")
        if [self.lines.itemText(i) for i in range(self.lines.count())] != texts:
            self.lines.clear()
            self.lines.addItems(texts)
        for part in (self.lines, self.previous, self.next):
            part.setEnabled(bool(known))

    def _choose_mark(self, wave_um: float) -> None:
        for layer in self.marks.values():
            layer.choose(wave_um)

    def _tell_line(self) -> None:
        """Write the line that is shown, and its width in the selected star."""
        if self.line is None:
            self.sentence.set_full_text("")
            return
        said = f"{self.line.name}   {self.line.wave_um:.4f} µm"
        source = next((one for one in self._sources if one.source == self._selected), None)
        for one in source.lines if source is not None else ():
            if abs(one.wave_um - self.line.wave_um) < 1e-6:
                if one.line != self.line.name and one.line not in said:
                    said += f" (blend of {one.line})"
                width, error = 1e4 * one.width_um, 1e4 * one.width_error
                sense = "absorption" if width > 0 else "emission"
                said += f"   {source.star if source else ''} {one.band}: W {_width(width, error)} Å"
                if np.isfinite(one.model_width_um):
                    said += f", model {fixed_text(1e4 * one.model_width_um, 1)} Å"
                said += f" ({sense} > 0)" if width > 0 else f" ({sense} < 0)"
        self.sentence.set_full_text(said)

    def _bounds(self) -> Bounds | None:
        y = self.stack.range_of(*self.page)
        return None if y is None else (*self.page, *y)

    def _on_page(self, code: str) -> None:
        self.show_page(next(page for page in PAGES_UM if f"{page[0]:g}" == code))

    def _on_line(self, index: int) -> None:
        if index > 0:
            self.show_line(self.known_lines()[index - 1])

    def _on_switched(self, name: str, is_on: bool) -> None:  # noqa: FBT001  (Qt's signal)
        if name in self.marks:
            self.marks[name].setVisible(is_on)
        elif name == "CO":
            self.carbon.setVisible(is_on)
        else:
            self.stack.switch(cast("Literal['data', 'model']", name), is_on=is_on)

    def _on_cursor(self, x: float, y: float, _index: int) -> None:
        said = wave_text(x)
        if self.line is not None:
            speed = _LIGHT_KM_S * (x / self.line.wave_um - 1.0)
            said += f"   {fixed_text(speed, 0)} km/s from {self.line.name}"
        mouse = self.plot.cursor
        source = None if mouse is None else self.star_at(mouse)
        if source is not None:
            value = self.stack.value_at(source.source, x)
            said += f"   {source.star}   {fixed_text(100.0 * (value - 1.0), 2)} %"
        self.cursor_changed.emit(said)


class _PickStar(MouseTool):
    """Selects the star whose curve is clicked."""

    def __init__(self, view: NormalizedView) -> None:
        self._view = view

    def click(self, mouse: PlotMouse) -> bool:
        source = self._view.star_at(mouse) if mouse.is_left else None
        if source is None:
            return False
        self._view.star_clicked.emit(source.source)
        return True

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        return None


def _family(line: SpectralLine) -> str:
    return line.family if line.family in _FAMILIES else "ions"


def _width(value: float, error: float) -> str:
    return number_text(value, error)
