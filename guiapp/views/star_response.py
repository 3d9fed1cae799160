"""The spline editor: the response of one star in one band, to look at and to work on.

It draws a `StarResponse`, says what the user did as values of `guiapp.views.response_edits`, and
changes nothing itself.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QComboBox, QSizePolicy, QVBoxLayout, QWidget

from engine.mrs.response_edits import MIN_GAP_UM
from engine.mrs.star_response import StarResponse, StarResponseParams
from guiapp.look.parts import Label, plain_tip
from guiapp.look.wrap_row import WrapRow, together
from guiapp.plots.legend import LegendBar
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.held_off import HeldOffLine
from guiapp.views.left_out import LeftOutLine
from guiapp.views.response_edits import SCOPES, ChangePatch, ResponseEdit, added_place
from guiapp.views.star_response_canvas import ResponseCanvas
from guiapp.views.star_response_gestures import Mode, Preview
from guiapp.views.star_response_graphs import GRAPHS, GraphKind
from guiapp.views.star_response_keys import ARROWS, ResponseKeys
from guiapp.views.star_response_layers import NamedCurve
from guiapp.views.star_response_legend import awaited_entries, legend_entries, show_entry
from guiapp.views.star_response_words import (
    HELD_HINT,
    HINTS,
    MODE_WORDS,
    BreakpointRow,
    breakpoint_rows,
    cursor_text,
    difference_text,
    summary_text,
)

_MODE_TIPS: dict[Mode, str] = {
    "breakpoints": "Drag, add and remove breakpoints; click samples to exclude them.",
    "masks": "Drag to leave ranges out of the fit; drag with the right button to remove them.",
    "break": "Click where the curve may jump; right-click a break to join the curve again.",
    "patch": "Drag over a range to replace it by interpolation or by another star's vector.",
}
_GRAPH_WORDS: dict[GraphKind, tuple[str, str]] = {
    "residual": ("Residual", "Lower graph: sample over curve, minus one."),
    "ratio": ("Ratio", "Lower graph: over the previous curve."),
    "inverse": ("λ / C", "Lower graph: what is fitted in inverse-photon space; never diverges."),
    "factor": ("Factor", "Lower graph: all samples, those far off included."),
}


class StarResponseView(QWidget):
    """Draws a response; says what the user did, and changes nothing itself.

    Signals
    -------
    edited(edit, gesture)
        What the user did, a `ResponseEdit`; edits of one gesture, other than 0, belong together.
    cursor_changed(text), mode_changed(text), hint_changed(text)
        For the status line and the mode chip.
    breakpoint_selected(wave_um)
        NaN: none.
    fit_wanted(), copy_wanted(), keys_wanted(), help_wanted()
        The user asks for something that the window has.
    band_stepped(by), star_stepped(by)
        To the next (1) or the previous (-1).
    """

    edited = pyqtSignal(object, int)
    cursor_changed = pyqtSignal(str)
    mode_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)
    breakpoint_selected = pyqtSignal(float)
    fit_wanted = pyqtSignal()
    keys_wanted = pyqtSignal()
    band_stepped = pyqtSignal(int)
    star_stepped = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Response")
        self.canvas = ResponseCanvas()
        self.legend = LegendBar()
        self.modes = SegmentBar(
            "What the mouse does",
            tuple((mode, text, _MODE_TIPS[mode]) for mode, text in MODE_WORDS.items()),
        )
        self.graphs = SegmentBar(
            "Lower graph", tuple((kind, *_GRAPH_WORDS[kind]) for kind in GRAPHS)
        )
        self.scope_choice = QComboBox()
        self.left_out = LeftOutLine()
        self.held_off = HeldOffLine(self.canvas.main, self.canvas.layers.handles)
        self._keys = ResponseKeys(self.canvas)
        self._color = "accent"
        self._others: tuple[NamedCurve, ...] = ()
        self._compared: NamedCurve | None = None
        self._reading = ""
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.canvas.main)

    # Parts that others look at

    @property
    def plot(self) -> ThemedPlot:
        """The plot with samples, curve and breakpoints."""
        return self.canvas.main

    @property
    def residual_plot(self) -> ThemedPlot:
        """The lower plot."""
        return self.canvas.below

    @property
    def result(self) -> StarResponse | None:
        """The result that is drawn."""
        return self.canvas.result

    @property
    def preview(self) -> Callable[[ResponseEdit], Preview | None] | None:
        """Computes what an edit would give, within a frame; set by the controller."""
        return self.canvas.preview

    @preview.setter
    def preview(self, preview: Callable[[ResponseEdit], Preview | None] | None) -> None:
        self.canvas.preview = preview

    # What is shown

    def show_subject(self, band: str, subject: str) -> None:
        """Say which band is drawn, for its color, and whose samples they are, for the tips."""
        self._color = f"band {band}" if band else "accent"
        self.canvas.begin_subject(band, subject)
        self._read("")  # what was read was of another one
        self.canvas.layers.set_band_color(self._color)

    def show_params(self, params: StarResponseParams) -> None:
        """Draw what is decided: breakpoints, masks, breaks, cut-offs."""
        self.canvas.show_params(params)
        self._say_held(self.canvas.result)
        self._say_hint()

    def show_result(self, result: StarResponse) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self._say_held(result)
        self.canvas.show_result(result)
        self._read_anew(result)
        self._refresh_legend()

    def show_stale(self) -> None:
        """Say that what is drawn is out of date and a new fit runs."""
        self.canvas.show_stale()

    def show_problem(self, what: str, hint: str, breakpoints_um: Sequence[float] = ()) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        self.canvas.show_problem(what, hint, breakpoints_um)

    def refuse(self, why: str) -> None:
        """Say why an edit was not made, and draw what is true again."""
        self.canvas.drop_preview()
        self.canvas.say(why)

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.canvas.clear(reason)
        self.held_off.say(())
        self.legend.set_entries(())

    def show_others(self, others: tuple[NamedCurve, ...]) -> None:
        """Draw vectors of other stars, faint."""
        self._others = others
        self.canvas.layers.set_others(others)
        self._refresh_legend()

    def show_donors(self, names: Sequence[str]) -> None:
        """Offer stars whose vectors patches can be made from."""
        self.canvas.patch_bar.offer(names)

    def show_donor(self, donor: NamedCurve | None) -> None:
        """Draw the vector that patches are made from, as it is scaled."""
        self.canvas.layers.set_donor(donor)

    def show_previous(self, previous: NamedCurve | None) -> None:
        """Draw another version of the vector, dashed, in place of the one before the last edit."""
        self.canvas.compare_with(previous)
        if self.canvas.graph == "ratio" and previous:
            if _is_same(previous, self._compared):
                self.canvas.below.widen_y_unless_zoomed()
            else:
                self.canvas.below.fit_y_unless_zoomed()
        self._compared = previous
        self._refresh_legend()

    def show_lines(self, lines: tuple[tuple[float, str], ...]) -> None:
        """Mark spectral lines (wavelength, name) on top, the most important first."""
        self.canvas.layers.lines.set_ticks(lines)

    def select_breakpoint(self, wave_um: float) -> None:
        """Select a breakpoint, as another part of the window asks."""
        self.canvas.select_near(wave_um)

    # What the mouse and the keys do

    def set_mode(self, mode: Mode) -> None:
        """Change what the mouse does."""
        self.canvas.set_mode(mode)
        self.modes.choose(mode)
        is_patch = mode == "patch"
        self.canvas.patch_bar.setVisible(is_patch)
        self._scope.setVisible(not is_patch)
        self.mode_changed.emit(MODE_WORDS[mode])
        self.hint_changed.emit(HINTS[mode])

    @property
    def mode(self) -> Mode:
        """What the mouse does."""
        return self.canvas.mode

    @property
    def mode_text(self) -> str:
        """The mode, for the chip."""
        return MODE_WORDS[self.mode]

    @property
    def hint_text(self) -> str:
        """What the mouse buttons do now."""
        return HINTS[self.mode]

    def set_graph(self, graph: GraphKind) -> None:
        """Draw another graph in the lower plot."""
        self.canvas.set_graph(graph)
        self.graphs.choose(graph)

    def set_pick_tolerance(self, pixels: float) -> None:
        """Set how near a click must be, in device-independent pixels."""
        self.canvas.pick_tolerance = pixels

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys). Acts that are not here are left out."""
        acts = self.acts()
        for act, names in keys:
            for name in names:
                if act == "response.nudge":
                    self._bind_arrow(name)
                elif act in acts:
                    for plot in (self.canvas.main, self.canvas.below):
                        plot.keys.bind(name, acts[act])

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key or a menu can do here, by its name."""
        return {
            **self._keys.acts(),
            "response.fit": self.fit_wanted.emit,
            "response.next_graph": self._next_graph,
            "response.info": self.canvas.show_info,
            "response.previous_curve": lambda: self.legend.switch("previous"),
            "response.previous_band": lambda: self.band_stepped.emit(-1),
            "response.next_band": lambda: self.band_stepped.emit(1),
            "response.previous_star": lambda: self.star_stepped.emit(-1),
            "response.next_star": lambda: self.star_stepped.emit(1),
            "plot.freeze_cursor": self.canvas.toggle_frozen,
            "plot.keys": self.keys_wanted.emit,
        }

    # Numbers

    def breakpoint_rows(self, result: StarResponse) -> tuple[BreakpointRow, ...]:
        """Return the breakpoints of ``result`` for a table."""
        return breakpoint_rows(result, self.canvas.params)

    def summary(self) -> str:
        """Return the fit in one line, with what it rejects if that has changed, or ``""``."""
        if self.canvas.result is None:
            return ""
        lines = (
            summary_text(self.canvas.result),
            self.canvas.rejection,
            difference_text(self.canvas.result, self._compared),
        )
        return "\n".join(line for line in lines if line)

    # Parts

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.mode_changed.emit(MODE_WORDS[self.mode])
        self.hint_changed.emit(HINTS[self.mode])

    def _lay_out(self) -> None:
        self.scope_choice.addItems(list(SCOPES))
        self.scope_choice.setAccessibleName("What a click on a sample excludes")
        self.scope_choice.setToolTip(
            plain_tip("What a click on a sample excludes: it alone, its star, or its wavelength.")
        )
        self.scope_choice.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._caption = Label("click excludes", "dim")
        self._scope = together(self._caption, self.scope_choice)
        tools = WrapRow()
        tools.addWidget(self.modes)
        tools.addWidget(self._scope)
        tools.push_right()
        tools.addWidget(self.graphs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(tools)
        column.addWidget(self.left_out)
        column.addWidget(self.canvas.patch_bar)
        self.canvas.patch_bar.hide()
        column.addWidget(self.legend)
        column.addWidget(self.canvas, 1)

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.edited.connect(self.edited)
        canvas.edited.connect(self._select_added)  # after those who carry the edit out
        canvas.fit_drawn.connect(self._count_samples)
        canvas.cursor_changed.connect(self._read)
        self.held_off.edited.connect(self._mend_held)
        canvas.breakpoint_selected.connect(self.breakpoint_selected)
        canvas.breakpoint_selected.connect(self._say_hint)
        self.legend.switched.connect(self._on_switched)
        self.modes.chosen.connect(self.set_mode)
        self.graphs.chosen.connect(self.set_graph)
        canvas.patch_bar.chosen.connect(self._on_patch_chosen)
        self.scope_choice.currentTextChanged.connect(self._on_scope_chosen)
        for plot in (canvas.main, canvas.below):
            plot.keys.bind("Esc", self._escape, when=self._can_escape)

    def _read(self, text: str) -> None:
        self._reading = text
        self.cursor_changed.emit(text)

    def _read_anew(self, result: StarResponse) -> None:
        """Read the new curve where the one before was read, though the mouse has left."""
        mouse = self.canvas.mouse()
        is_read = bool(self._reading) and self.isVisible() and not self.canvas.main.is_dragging
        if mouse is not None and is_read:
            index = self.canvas.layers.samples.nearest_in_x(mouse.x)
            canvas = self.canvas
            self._read(cursor_text(result, canvas.vector, canvas.state, mouse.x, index))

    def _bind_arrow(self, name: str) -> None:
        if name not in ARROWS:
            return
        for prefix, modifier in (
            ("", Qt.KeyboardModifier.NoModifier),
            ("Shift+", Qt.KeyboardModifier.ShiftModifier),
        ):
            for plot in (self.canvas.main, self.canvas.below):
                plot.keys.bind(
                    prefix + name,
                    partial(self._keys.nudge, name, modifier),
                    when=lambda: self.canvas.layers.handles.selected >= 0,
                    repeats=True,
                )

    def _can_escape(self) -> bool:
        plots = (self.canvas.main, self.canvas.below)
        return (
            any(plot.is_dragging for plot in plots)
            or self._keys.has_begun_range
            or self.mode != "breakpoints"
            or self.canvas.layers.handles.selected >= 0
        )

    def _escape(self) -> None:
        """Give up the innermost thing: a drag, a range, a mode, a selection."""
        if self.canvas.main.cancel_gesture() or self.canvas.below.cancel_gesture():
            return
        if self._keys.give_up():
            return
        if self.mode != "breakpoints":
            self.set_mode("breakpoints")
        else:
            self.canvas.select(-1)

    def _next_graph(self) -> None:
        self.set_graph(GRAPHS[(GRAPHS.index(self.canvas.graph) + 1) % len(GRAPHS)])

    def _say_hint(self) -> None:
        """Say what the buttons do, for a held value if one is selected."""
        handles = self.canvas.layers.handles
        held = handles.selected >= 0 and handles.kinds[handles.selected] == "held"
        is_plain = self.mode == "breakpoints"
        self.hint_changed.emit(HELD_HINT if held and is_plain else HINTS[self.mode])

    def _mend_held(self, edit: ResponseEdit) -> None:
        """Do what the line over the plot asks for; it goes, so the keys go to the plot."""
        self.canvas.commit(edit)
        self.canvas.main.setFocus()

    def _select_added(self, edit: ResponseEdit, _gesture: int) -> None:
        """Let the keys act on the breakpoint that was added, or that lay there before."""
        place, handles = added_place(edit), self.canvas.layers.handles
        index = -1 if place is None else handles.nearest_in_x(place)
        if place is not None and index >= 0 and abs(handles.xs[index] - place) < MIN_GAP_UM:
            self.canvas.select(index)

    def _on_patch_chosen(self, donor: str, scaling: str) -> None:
        """Make the patch that was clicked from something else."""
        canvas = self.canvas
        if 0 <= canvas.selected_patch < len(canvas.patches):
            patch = canvas.patches[canvas.selected_patch]
            how = "constant" if scaling == "constant" else "linear"
            canvas.commit(
                ChangePatch(canvas.selected_patch, patch.low_um, patch.high_um, donor, how)  # type: ignore[arg-type]
            )

    def _on_scope_chosen(self, scope: str) -> None:
        self.canvas.scope = next(known for known in SCOPES if known == scope)

    def _on_switched(self, name: str, shown: bool) -> None:  # noqa: FBT001  (a Qt slot)
        show_entry(self.canvas.layers, name, shown=shown)

    def _say_held(self, result: StarResponse | None) -> None:
        """Mark the held values that lie off the samples, as far as they are held still."""
        held = {(one.wave_um, one.value) for one in self.canvas.params.held}
        checks = () if result is None else result.held
        off = tuple(one for one in checks if one.is_off and (one.wave_um, one.value) in held)
        self.held_off.say(off)
        self.canvas.layers.mark_off(np.array([one.wave_um for one in off]))

    def _count_samples(self) -> None:
        """Let the legend count the samples as they are drawn, in the hand, too."""
        drawn = self.canvas.drawn
        if drawn is None:
            return
        params = self.canvas.params
        entries = legend_entries(
            drawn,
            self._color,
            self.canvas.previous,
            self._others,
            masks=params.masks,
            ranges=params.sample_ranges,
        )
        later = awaited_entries(self.canvas.previous, self._others)
        self.legend.set_entries(entries, later=later)

    def _refresh_legend(self) -> None:
        self._count_samples()
        for name, button in self.legend.buttons.items():
            show_entry(self.canvas.layers, name, shown=button.isChecked())


def _is_same(one: NamedCurve, other: NamedCurve | None) -> bool:
    return (
        other is not None
        and one.name == other.name
        and np.array_equal(one.vector, other.vector, equal_nan=True)
    )
