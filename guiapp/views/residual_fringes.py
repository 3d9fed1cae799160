"""View of residual fringes: the spectrum before and after, what was removed, the periodogram.

It draws a `ResidualFringes`, says what the user did to the protected ranges, and changes nothing
itself.
"""

from collections.abc import Callable, Sequence

import numpy as np
from PyQt6.QtCore import QPointF, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.mrs.residual_fringes import ResidualFringeParams, ResidualFringes
from engine.mrs.response_params import Mask
from guiapp.look.empty_state import EmptyState
from guiapp.look.parts import ElidedLabel, Label
from guiapp.look.sentence_row import SentenceRow
from guiapp.look.tokens import GRID
from guiapp.plots.inline_field import InlineField
from guiapp.plots.legend import LegendBar
from guiapp.plots.marks import SpansLayer
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.segments import SegmentBar
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.fringe_layers import FringePlots
from guiapp.views.fringe_words import (
    APPLY_TIPS,
    FIXED_RANGE,
    HINTS,
    MODE_TIPS,
    MODE_WORDS,
    Mode,
    frequency_text,
    sample_text,
    summary_text,
)
from guiapp.views.range_gestures import AddRange, ChangeRange, RangeEdit, RangeTool, RemoveRange

_PICK_PIXELS = 10.0


class ResidualFringesView(QWidget):
    """Draws residual fringes; says what the user did, and changes nothing itself.

    Signals
    -------
    edited(edit)
        A `RangeEdit`: what the user did to the protected ranges.
    apply_chosen(str)
        ``"on"`` or ``"off"``.
    cursor_changed(text), mode_changed(text), hint_changed(text)
        For the status line and the mode chip.
    keys_wanted()
        The user asks for the list of keys.
    band_stepped(by), star_stepped(by)
        To the next (1) or the previous (-1).
    """

    edited = pyqtSignal(object)
    apply_chosen = pyqtSignal(str)
    cursor_changed = pyqtSignal(str)
    mode_changed = pyqtSignal(str)
    hint_changed = pyqtSignal(str)
    keys_wanted = pyqtSignal()
    band_stepped = pyqtSignal(int)
    star_stepped = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Residual fringes")
        self.modes = SegmentBar(
            "What the mouse does", tuple((m, MODE_WORDS[m], MODE_TIPS[m]) for m in MODE_WORDS)
        )
        self.apply = SegmentBar(
            "Use the corrected spectrum",
            tuple((code, code.capitalize(), tip) for code, tip in APPLY_TIPS.items()),
        )
        self.summary = ElidedLabel("", "dim", rows=3)
        self.legend = LegendBar()
        self.plots = FringePlots()
        self.mode: Mode = "look"
        self.pick_tolerance = _PICK_PIXELS
        self.params = ResidualFringeParams()
        self._color = "accent"
        self._is_new = True
        self._range_start: float | None = None
        self._note = PlotMessage(self.plots.main, "top")
        self._field = InlineField(self.plots.main)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.plots.main)

    # What gestures look at

    @property
    def plot(self) -> ThemedPlot:
        """The plot with the spectrum before and after."""
        return self.plots.main

    @property
    def result(self) -> ResidualFringes | None:
        """The result that is drawn."""
        return self.plots.result

    @property
    def ranges(self) -> SpansLayer:
        """The protected ranges."""
        return self.plots.ranges[0]

    @property
    def fixed_ranges(self) -> SpansLayer:
        """The masks of the response, which are edited there."""
        return self.plots.fixed[0]

    @property
    def new_range(self) -> SpansLayer:
        """The range that is being drawn."""
        return self.plots.new

    @property
    def adds_ranges(self) -> bool:
        """Whether a drag adds a range."""
        return self.mode == "protect"

    def commit(self, edit: RangeEdit) -> None:
        """Say that the user did ``edit``."""
        self._note.say("", "tip")
        self.edited.emit(edit)

    def range_named(self, index: int) -> None:
        """Let the user name range number ``index``."""
        one = self.params.protected[index]
        mouse = self.plot.cursor
        at = QPointF(200, 100) if mouse is None else QPointF(mouse.column + 76, mouse.row)
        self._field.ask(
            "Name of this range",
            one.name,
            at,
            lambda text: self.commit(ChangeRange(index, one.low_um, one.high_um, text)),
        )

    def refuse_fixed(self) -> None:
        """Say why a mask of the response cannot be removed here."""
        self._note.say(FIXED_RANGE, "care")

    # What is shown

    def show_subject(self, band: str) -> None:
        """Say which band is drawn next, for its color: it is shown from end to end."""
        self._color = f"band {band}" if band else "accent"
        self.plots.set_color(self._color)
        self._is_new = True
        self._give_up_range()

    def show_params(self, params: ResidualFringeParams, masks: tuple[Mask, ...] = ()) -> None:
        """Draw what is decided: protected ranges, masks of the response, whether it is used."""
        self.params = params
        self.apply.choose(params.apply)
        self.plots.show_ranges(params.protected, masks)
        self._refresh_legend()

    def show_result(self, result: ResidualFringes) -> None:
        """Draw ``result`` in place of what is drawn now."""
        self.empty.say("" if np.isfinite(result.scatter_before) else result.messages[0])
        self.plots.show_result(result)
        self.summary.set_full_text(summary_text(result))
        left = result.messages[0] if result.outcome == "left as it is" else ""
        self._note.say(left, "care")
        self._refresh_legend()
        if self._is_new:
            self._is_new = False
            self.plots.show_all_afresh()

    def show_lines(self, lines: tuple[tuple[float, str], ...]) -> None:
        """Mark spectral lines (wavelength, name) on top, the most important first."""
        self.plots.lines.set_ticks(lines)

    def show_stale(self) -> None:
        """Say that what is drawn is out of date and a new search runs."""
        self._note.say("Looking for fringes …", "quiet")

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""
        if self.result is None:
            self.empty.say(f"{what} {hint}".strip())
        self._note.say(f"{what} {hint}".strip(), "wrong")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self.plots.clear()
        self.summary.set_full_text("")
        self.legend.set_entries(())
        self._note.say("", "tip")
        self.empty.say(reason)

    # What the mouse and the keys do

    def set_mode(self, mode: Mode) -> None:
        """Change what the mouse does."""
        self.mode = mode
        self.modes.choose(mode)
        self.mode_changed.emit(MODE_WORDS[mode])
        self.hint_changed.emit(HINTS[mode])

    @property
    def mode_text(self) -> str:
        """The mode, for the chip."""
        return MODE_WORDS[self.mode]

    @property
    def hint_text(self) -> str:
        """What the mouse buttons do now."""
        return HINTS[self.mode]

    def toggle_mode(self) -> None:
        """Go from looking to protecting, or back."""
        self.set_mode("look" if self.mode == "protect" else "protect")

    def bind_keys(self, keys: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Let keys do acts: (name of the act, its keys). Acts that are not here are left out."""
        acts = self.acts()
        for act, names in keys:
            for name in names if act in acts else ():
                for plot in (*self.plots.spectrum_plots, self.plots.periodogram):
                    plot.keys.bind(name, acts[act])

    def acts(self) -> dict[str, Callable[[], object]]:
        """Return everything that a key can do here, by its name."""
        return {
            "fringe.protect_mode": self.toggle_mode,
            "fringe.range": self.mark_range,
            "fringe.remove_range": self.remove_range,
            "fringe.apply": self._toggle_apply,
            "fringe.previous_band": lambda: self.band_stepped.emit(-1),
            "fringe.next_band": lambda: self.band_stepped.emit(1),
            "fringe.previous_star": lambda: self.star_stepped.emit(-1),
            "fringe.next_star": lambda: self.star_stepped.emit(1),
            "plot.keys": self.keys_wanted.emit,
        }

    def mark_range(self) -> None:
        """Begin a protected range at the cursor, or end the one that was begun."""
        mouse = self._mouse()
        if mouse is None:
            return
        start = self._range_start
        self._give_up_range()
        if start is None:
            self._range_start = mouse.x
            self.plots.pending.set_values((mouse.x,))
        elif mouse.x != start:
            low, high = sorted((start, mouse.x))
            self.commit(AddRange(low, high))

    def remove_range(self) -> None:
        """Remove the protected range under the cursor."""
        mouse = self._mouse()
        if mouse is None:
            return
        index = self.ranges.span_at(mouse.x)
        if index >= 0:
            self.commit(RemoveRange(index))
        elif self.fixed_ranges.span_at(mouse.x) >= 0:
            self.refuse_fixed()

    # Parts

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.mode_changed.emit(self.mode_text)
        self.hint_changed.emit(self.hint_text)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        row.addWidget(self.modes)
        row.addSpacing(2 * GRID)
        row.addWidget(Label("use the corrected spectrum", "dim"))
        row.addWidget(self.apply)
        row.addSpacing(2 * GRID)
        row.addWidget(self.summary, 1)
        self.empty = EmptyState.over(self, SentenceRow(row, self.summary), self.legend, self.plots)

    def _connect(self) -> None:
        self.modes.chosen.connect(self.set_mode)
        self.apply.chosen.connect(self.apply_chosen)
        self.legend.switched.connect(self._on_switched)
        for plot in self.plots.spectrum_plots:
            plot.cursor_moved.connect(self._on_sample)
        self.plots.periodogram.cursor_moved.connect(self._on_frequency)
        for plot in (*self.plots.spectrum_plots, self.plots.periodogram):
            plot.cursor_left.connect(lambda: self.cursor_changed.emit(""))
            plot.keys.bind("Esc", self._escape, when=self._can_escape)
        self.plots.main.add_tool(RangeTool(self))

    def _mouse(self) -> PlotMouse | None:
        """Return where the cursor is over the spectrum, when there is one."""
        return None if self.result is None else self.plot.cursor

    def _give_up_range(self) -> None:
        self._range_start = None
        self.plots.pending.set_values(())

    def _can_escape(self) -> bool:
        return self.plot.is_dragging or self._range_start is not None or self.mode != "look"

    def _escape(self) -> None:
        """Give up the innermost thing: a drag, a range, the mode."""
        if self.plot.cancel_gesture():
            return
        if self._range_start is not None:
            self._give_up_range()
        else:
            self.set_mode("look")

    def _toggle_apply(self) -> None:
        self.apply_chosen.emit("off" if self.params.apply == "on" else "on")

    def _refresh_legend(self) -> None:
        if self.result is not None:
            self.legend.set_entries(self.plots.legend_entries(self._color))

    def _on_switched(self, name: str, shown: bool) -> None:  # noqa: FBT001  (a Qt slot)
        self.plots.switch(name, shown=shown)

    def _on_sample(self, x: float, _y: float, _index: int) -> None:
        if self.result is not None:
            nearest = int(np.argmin(np.abs(self.result.spectrum.wave_um - x)))
            self.cursor_changed.emit(sample_text(self.result, nearest))

    def _on_frequency(self, x: float, _y: float, _index: int) -> None:
        if self.result is not None and self.result.periodogram.frequency_cm.size:
            nearest = int(np.argmin(np.abs(self.result.periodogram.frequency_cm - x)))
            self.cursor_changed.emit(frequency_text(self.result, nearest))
