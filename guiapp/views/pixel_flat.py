"""View of pixel flats: dirty and clean side by side, the nebula's spectrum with patches below."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.arrays import FloatArray
from engine.counting import counted
from engine.mrs.pixel_flat import PixelFlat, PixelFlatParams
from guiapp.look import number_text
from guiapp.look.empty_state import EmptyState
from guiapp.look.numbers import fixed_text
from guiapp.look.parts import ElidedLabel, button, stacked
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.look.units import wave_text
from guiapp.plots.curves import CurveLayer
from guiapp.plots.layers import Bounds
from guiapp.plots.marks import Span, SpansLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import MouseTool, PlotMouse
from guiapp.plots.points import PointsLayer
from guiapp.plots.segments import SegmentBar
from guiapp.plots.stamps import PointStyle
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.flat_images import FlatImages, FlatPage, pixel_text
from guiapp.views.range_gestures import AddRange, RangeEdit, RangeTool, RemoveRange
from guiapp.views.subject_view import SubjectView

Mode = Literal["look", "patch"]

_PAGES = (
    ("flat", "Flat", "Dirty and clean flat side by side"),
    ("correction", "Corrections", "What the first pass and another one changed"),
    ("error", "Uncertainty", "One standard deviation of each pixel, from the scatter of exposures"),
)
_MODES = (
    ("look", "Look", "Left drag does nothing; edges of patches can be dragged"),
    ("patch", "Patch", "Drag a range, below or in an image, to interpolate over it (p)"),
)
_HINTS: dict[str, str] = {
    "look": "drag the edge of a patch · right-click a patch removes it · p: patch mode",
    "patch": "drag a range, below or up and down in an image, to patch it · Esc: look",
}
_EMPTY = np.zeros(0)
_PIXEL = PointStyle("dim", size=1.5)
_PICK_PIXELS = 10.0
_STILL = 3.0


class PixelFlatView(SubjectView):
    """Draws one flat; says which ranges the user wants patched.

    Signals
    -------
    subject_chosen(str)
        The flat to show, as `show_subjects` named it.
    edited(edit)
        A `RangeEdit`: what the user did to the patches.
    automatic_wanted()
        The emission lines that are found shall be the patches again.
    cursor_changed(text), mode_changed(text), hint_changed(text)
        For the status line and the mode chip.
    keys_wanted()
        The user asks for the list of keys.
    """

    edited = pyqtSignal(object)
    automatic_wanted = pyqtSignal()
    mode_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()

    busy = "Making the flat …"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pixel flat")
        self.mode: Mode = "look"
        self.pick_tolerance = _PICK_PIXELS
        self.pages = SegmentBar("What is shown", _PAGES)
        self.passes = QComboBox()
        self.modes = SegmentBar("What the mouse does", _MODES)
        self.automatic = button(
            "Find lines", "quiet", tip="Patch the emission lines that are found, and nothing else"
        )
        self.summary = ElidedLabel("", "dim", rows=3)
        self.images = FlatImages()
        self.plot = ThemedPlot(
            name="Spectrum of the nebula", x_label="Wavelength (µm)", y_label="Nebula / mean"
        )
        self.note = PlotMessage(self.plot, "top")
        self._make_layers()
        self._lay_out()
        self._connect()
        self._turn("flat")

    def drawn(self) -> PixelFlat | None:
        return self.flat

    def _make_layers(self) -> None:
        plot = self.plot
        self.ranges = plot.add_layer(SpansLayer("care"), z=2)
        self.fixed_ranges = plot.add_layer(SpansLayer("dim"), z=1)
        self.new_range = plot.add_layer(SpansLayer("care", opacity=0.28), z=9)
        self.samples = plot.add_layer(PointsLayer((_PIXEL,)), z=3)
        self.curve = plot.add_layer(CurveLayer("accent"), z=4)

    def _lay_out(self) -> None:
        for box, name in ((self.subjects, "Flat"), (self.passes, "Pass")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for part in (self.subjects, self.pages, self.passes, self.modes, self.automatic):
            row.addWidget(part)
        row.addWidget(self.summary, 1)
        parts = stacked(self.images, self.plot, sizes=(380, 180))
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), parts)

    def _connect(self) -> None:
        self.subjects.activated.connect(
            lambda index: self.subject_chosen.emit(self.subjects.itemData(index))
        )
        self.pages.chosen.connect(self._turn)
        self.passes.activated.connect(lambda _index: self._turn(self.images.page))
        self.modes.chosen.connect(self.set_mode)
        self.automatic.clicked.connect(self.automatic_wanted)
        self.images.hovered.connect(self._on_pixel)
        self.plot.all_bounds = self._bounds
        self.plot.cursor_moved.connect(self._on_wave)
        self.plot.add_tool(RangeTool(self))
        for plot in self.images.plots:
            plot.add_tool(_PatchRows(self))
        for plot in (self.plot, *self.images.plots):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            plot.keys.bind("Esc", self._escape, when=self._can_escape)

    # What is shown

    def show_params(self, params: PixelFlatParams) -> None:
        """Show what is decided: automatic patches cannot be found again."""
        self.automatic.setEnabled(params.patches is not None)

    def show_result(self, result: PixelFlat) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("")
        self.note.say("", "tip")
        self.images.show_flat(result)
        self._offer_passes(result)
        self._draw_curve(result)
        self.ranges.set_spans(tuple(Span(low, high) for low, high in result.patches))
        self.summary.set_full_text(summary_of(result))
        if self.is_new:
            self.is_new = False
            self.images.show_all_afresh()
            self.plot.show_all_afresh()

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.images.show_flat(None)
        self.curve.set_data(_EMPTY, _EMPTY)
        self.samples.set_data(_EMPTY, _EMPTY)
        self.ranges.set_spans(())
        self.summary.set_full_text("")
        self.note.say("", "tip")
        self.empty.say(reason)
        self.is_new = True

    @property
    def flat(self) -> PixelFlat | None:
        """The flat that is drawn."""
        return self.images.flat

    # What gestures look at

    @property
    def adds_ranges(self) -> bool:
        """Whether a drag adds a range."""
        return self.mode == "patch"

    def commit(self, edit: RangeEdit) -> None:
        """Say that the user did ``edit``."""
        self.edited.emit(edit)

    def range_named(self, index: int) -> None:
        """Say which range was clicked: patches have no names."""
        span = self.ranges.spans[index]
        self.note.say(f"Patch {range_words(span.low, span.high)}: right-click removes it.", "tip")

    def refuse_fixed(self) -> None:
        """Do nothing: there are no ranges that belong elsewhere."""

    def wave_at(self, mouse: PlotMouse) -> float:
        """Return the wavelength of the pixel under the mouse in an image; NaN: no light."""
        pixel = self.images.layers[0].pixel_at(mouse.x, mouse.y)
        if self.flat is None or pixel is None:
            return float("nan")
        return float(self.flat.wave_um[pixel[1], pixel[0]])

    # What the mouse and the keys do

    def set_mode(self, mode: Mode) -> None:
        """Change what the mouse does."""
        self.mode = mode
        self.modes.choose(mode)
        self.mode_changed.emit(self.mode_text)
        self.hint_changed.emit(self.hint_text)

    @property
    def mode_text(self) -> str:
        """The mode, for the chip."""
        return self.mode.capitalize()

    @property
    def hint_text(self) -> str:
        """What the mouse buttons do now."""
        return _HINTS[self.mode]

    def toggle_mode(self) -> None:
        """Go from looking to patching, or back."""
        self.set_mode("look" if self.mode == "patch" else "patch")

    def remove_patch(self) -> None:
        """Remove the patch under the cursor."""
        mouse = self.plot.cursor
        index = -1 if mouse is None else self.ranges.span_at(mouse.x)
        if index >= 0:
            self.commit(RemoveRange(index))

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key can do here, by its name."""
        return {
            "flat.patch_mode": self.toggle_mode,
            "flat.remove_patch": self.remove_patch,
            "plot.keys": self.keys_wanted.emit,
        }

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys)."""
        acts = self.acts()
        for act, names in keys:
            for name in names if act in acts else ():
                for plot in (self.plot, *self.images.plots):
                    plot.keys.bind(name, acts[act])

    def _can_escape(self) -> bool:
        return self.mode != "look" or self.plot.is_dragging

    def _escape(self) -> None:
        if not any(plot.cancel_gesture() for plot in (self.plot, *self.images.plots)):
            self.set_mode("look")

    # Parts

    def _turn(self, page: FlatPage) -> None:
        self.pages.choose(page)
        self.passes.setVisible(page == "correction")
        self.images.turn(page, max(self.passes.currentIndex(), 0))

    def _offer_passes(self, flat: PixelFlat) -> None:
        names = [f"pass {i + 1}" for i in range(len(flat.passes))]
        if [self.passes.itemText(i) for i in range(self.passes.count())] != names:
            self.passes.clear()
            self.passes.addItems(names)
            self.passes.setCurrentIndex(len(names) - 1)
            self._turn(self.images.page)

    def _draw_curve(self, flat: PixelFlat) -> None:
        is_factored = flat.method == "factored reference"
        self.curve.set_look(f"band {flat.band}")
        self.curve.set_data(flat.curve_wave_um, flat.curve)
        self.plot.set_scales("linear", "linear" if is_factored else "log")
        self.plot.set_labels("Wavelength (µm)", "Reference" if is_factored else "Nebula / mean")
        x, y = _EMPTY, _EMPTY
        if is_factored:
            known = np.isfinite(flat.start)
            wave = np.asarray(flat.wave_um[known], dtype=np.float64)
            upward = np.argsort(wave)
            x, y = wave[upward], flat.start[known][upward]
        self.samples.set_data(x, y)

    def _bounds(self) -> Bounds | None:
        flat = self.flat
        if flat is None or not np.isfinite(flat.curve).any():
            return None
        wave, curve = flat.curve_wave_um, flat.curve[np.isfinite(flat.curve)]
        low, high = float(curve.min()), float(curve.max())
        if flat.method == "factored reference":
            return float(wave[0]), float(wave[-1]), 0.0, 1.3 * high
        return float(wave[0]), float(wave[-1]), 0.9 * low, 1.15 * high

    def _on_pixel(self, x: int, y: int) -> None:
        flat = self.flat
        self.cursor_changed.emit("" if flat is None or x < 0 else pixel_text(flat, x, y))

    def _on_wave(self, x: float, _y: float, _index: int) -> None:
        flat = self.flat
        if flat is not None:
            value = _at(flat.curve_wave_um, flat.curve, x)
            self.cursor_changed.emit(f"{wave_text(x)}   {number_text(value)}")


class _PatchRows(MouseTool):
    """In patch mode a drag up or down in an image makes a patch of its wavelengths."""

    def __init__(self, view: PixelFlatView) -> None:
        self._view = view
        self._start: PlotMouse | None = None

    def hover(self, mouse: PlotMouse) -> Qt.CursorShape | None:
        del mouse
        return Qt.CursorShape.SizeVerCursor if self._view.adds_ranges else None

    def press(self, mouse: PlotMouse) -> bool:
        if not (mouse.is_left and self._view.adds_ranges):
            return False
        self._start = mouse
        return bool(np.isfinite(self._view.wave_at(mouse)))

    def move(self, mouse: PlotMouse) -> None:
        found = self._range(mouse)
        self._view.new_range.set_spans(() if found is None else (Span(*found),))

    def release(self, mouse: PlotMouse) -> None:
        self.cancel()
        found = self._range(mouse)
        if found is not None:
            self._view.commit(AddRange(*found))

    def cancel(self) -> None:
        self._view.new_range.set_spans(())

    def _range(self, mouse: PlotMouse) -> tuple[float, float] | None:
        """Return the wavelengths from the press to the mouse, along the column of the press."""
        assert self._start is not None
        if _distance(self._start.point, mouse.point) < _STILL:
            return None
        first = self._view.wave_at(self._start)
        second = self._view.wave_at(_in_column(mouse, self._start))
        if not (np.isfinite(first) and np.isfinite(second)) or first == second:
            return None
        low, high = sorted((first, second))
        return low, high


def summary_of(flat: PixelFlat) -> str:
    """Return how the flat was made and how well it is known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = flat.error / flat.clean
    known = relative[np.isfinite(relative)]
    error = f"   ± {fixed_text(100 * float(np.median(known)), 2)} %" if known.size else ""
    if flat.method == "factored reference":
        return f"reference over a spline{error}"
    steps = " → ".join(fixed_text(100 * one.typical, 2) for one in flat.passes)
    corrected = f"corrected {steps} %" if steps else "not corrected"
    return f"{counted(flat.n_exposures, 'exposure')}{error}   {corrected}"


def range_words(low: float, high: float) -> str:
    """Return a range as the history says it."""
    return f"{fixed_text(low, 4)}–{fixed_text(high, 4)} µm"


def _at(x: FloatArray, y: FloatArray, where: float) -> float:
    return float(y[int(np.argmin(np.abs(x - where)))]) if x.size else float("nan")


def _distance(one: QPointF, other: QPointF) -> float:
    return float(abs(one.y() - other.y()))


def _in_column(mouse: PlotMouse, start: PlotMouse) -> PlotMouse:
    return replace(mouse, x=start.x)
