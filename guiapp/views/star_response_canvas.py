"""The two plots of the response view: samples with the curve, and below them the residuals."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from PyQt6.QtCore import QPointF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from engine.arrays import FlagArray, FloatArray, frozen
from engine.errors import EngineError, FitError
from engine.model.vector import FACTOR_UNITS
from engine.mrs.response_params import Patch
from engine.mrs.star_response import StarResponse, StarResponseParams
from guiapp.plots.inline_field import InlineField
from guiapp.plots.message import PlotMessage
from guiapp.plots.mouse import PlotMouse
from guiapp.plots.themed_plot import ThemedPlot
from guiapp.views.response_edits import (
    SAME_UM,
    ChangeMask,
    ExcludeSample,
    ResponseEdit,
    Scope,
    held_after,
    moved_place,
    place_after,
)
from guiapp.views.response_in_hand import in_hand
from guiapp.views.response_in_view import keep_in_view
from guiapp.views.response_patches import PatchBar, PatchTool, followed_patch
from guiapp.views.star_response_gestures import (
    BreakpointTool,
    BreakTool,
    CutoffTool,
    MaskTool,
    Mode,
    PointTool,
    Preview,
)
from guiapp.views.star_response_graphs import GraphKind, graph_of, lower_bounds
from guiapp.views.star_response_layers import (
    NamedCurve,
    ResponseLayers,
    measured_ends,
    upper_bounds,
)
from guiapp.views.star_response_words import (
    cursor_text,
    curve_at,
    curves_at,
    n_rejected,
    preview_text,
    rejection_text,
    sample_text,
)

STALE_AFTER_MS = 250  #: a refit that takes less does not make the curve flicker
_PICK_TOLERANCE = 8.0
_UPPER, _LOWER = 5, 2  # heights
_SMALLEST_LOWER = 120
_BLAMED_UM = 1e-5
_EMPTY = np.zeros(0)
_NO_STATE = frozen(_EMPTY, dtype=np.uint8)
_NOTE_MS = 5_000  # how long the plot says what the last fit rejects


class ResponseCanvas(QWidget):
    """Draws a response and what the mouse does to it.

    Signals
    -------
    edited(edit, gesture)
        What the user did, a `ResponseEdit`; edits of one gesture, other than 0, belong together.
    cursor_changed(text)
        What the cursor reads.
    breakpoint_selected(wave_um)
        Of the breakpoint that keys act on; NaN: none.
    fit_drawn()
        Another curve is drawn, with other samples perhaps.
    """

    edited = pyqtSignal(object, int)
    cursor_changed = pyqtSignal(str)
    breakpoint_selected = pyqtSignal(float)
    fit_drawn = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = ThemedPlot(name="Response: samples and vector")
        self.below = ThemedPlot(name="Response: residuals", x_label="Wavelength (µm)")
        self.main.link_x(self.below)
        self.layers = ResponseLayers(self.main, self.below)
        self.result: StarResponse | None = None
        self.drawn: StarResponse | None = None  #: the result, or what is in the hand
        self.params = StarResponseParams()
        self.vector: FloatArray = _EMPTY
        self.state: FlagArray = _NO_STATE  # of the samples, as drawn
        self.rejection = ""  #: how many samples the last fit rejects, when that has changed
        self.previous: NamedCurve | None = None
        self.graph: GraphKind = "residual"
        self.mode: Mode = "breakpoints"
        self.scope: Scope = "point"
        self.patch_bar = PatchBar()
        self.selected_patch = -1
        self.pick_tolerance = _PICK_TOLERANCE
        self.subject = ""
        self._band = self._seen_band = ""  # of the subject, and of what was drawn last
        self._lower_label = ""
        self._keeps_x = False
        #: Says more about a sample than the result knows; set by the controller.
        self.sample_note: Callable[[int], str] = lambda _index: ""
        #: Computes what an edit would give, fast; set by the controller.
        self.preview: Callable[[ResponseEdit], Preview | None] | None = None
        self.problem = PlotMessage(self.main, "top")
        self.placeholder = PlotMessage(self.main, "center")
        self._tip = PlotMessage(self.main, "cursor")
        self.nothing = PlotMessage(self.below, "center")
        self._field = InlineField(self.main)
        self._gestures = itertools.count(1)
        self._previewed: ResponseEdit | None = None
        self._frozen: PlotMouse | None = None
        self._last_plot = self.main
        self._stale = QTimer(self)
        self._stale.setSingleShot(True)
        self._stale.setInterval(STALE_AFTER_MS)
        self._stale.timeout.connect(self.layers.mark_stale)
        self._lay_out()
        self._connect()

    # What is shown

    def show_params(self, params: StarResponseParams) -> None:
        """Draw breakpoints, masks, breaks and cut-offs as decided, before any fit."""
        self.selected_patch = followed_patch(self.selected_patch, self.patches, params.patches)
        self.params = params
        self.layers.set_params(params)
        self._draw_cutoffs()
        self._draw_breakpoints()

    def show_result(self, result: StarResponse) -> None:
        """Draw ``result``; the zoom stays, but for the first result after `clear`."""
        before, self.result = self.result, result
        self._stale.stop()
        self.layers.mark_fresh()
        self.layers.handles.blame(frozenset())
        self.rejection = "" if before is None else rejection_text(before.state, result.state)
        self.state = result.state
        rejects_more = before is not None and n_rejected(result) > n_rejected(before)
        self.placeholder.hide()
        self.main.set_labels("", f"C  {FACTOR_UNITS[result.kind] or 'model / observed'}")
        self.layers.set_samples(result)
        self.layers.set_unpatched(result)
        self._draw_cutoffs()
        self._draw_fit(result)
        self._draw_breakpoints()
        if before is None:
            self._show_first()
        else:
            keep_in_view(self.main, self.below, before, result, self.layers.lower_samples.ys)
        self.problem.say(self.rejection if rejects_more else "", "care", for_ms=_NOTE_MS)
        if self._previewed is not None:  # a result of an earlier edit, while the hand moves on
            self.preview_edit(self._previewed)
        self._last_plot.read_again()

    def show_stale(self) -> None:
        """Draw the curve faint if the new one takes a while."""
        self._stale.start()

    def show_problem(self, what: str, hint: str, breakpoints_um: Sequence[float] = ()) -> None:
        """Say why there is no new result; the last good one stays, faint."""
        self._stale.stop()
        self.layers.mark_stale()
        self.problem.say(f"{what} {hint}".strip(), "wrong")
        self.placeholder.hide()
        self._blame(breakpoints_um)

    def say(self, text: str) -> None:
        """Say something about the last edit, over the plot, until the next result."""
        self.problem.say(text, "care")

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""
        self._stale.stop()
        self.main.cancel_gesture()
        self._previewed = None
        self.result, self.drawn, self.vector, self.previous = None, None, _EMPTY, None
        self.state, self.rejection = _NO_STATE, ""
        self.layers.clear()
        self.layers.mark_fresh()
        self.problem.hide()
        self._tip.hide()
        self.placeholder.say(reason, "quiet")

    def set_previous(self, previous: NamedCurve | None) -> None:
        """Draw another version of the vector, dashed."""
        self.previous = previous
        drawn = (_EMPTY, _EMPTY) if previous is None else (previous.wave_um, previous.vector)
        self.layers.previous.set_data(*drawn)

    def compare_with(self, other: NamedCurve | None) -> None:
        """Draw another version, dashed, and divide by it in the graph “Ratio”."""
        self.set_previous(other)
        if self.graph == "ratio":
            self._draw_lower()

    def set_graph(self, graph: GraphKind) -> None:
        """Draw another graph in the lower plot."""
        self.graph = graph
        if self.result is not None:
            self._draw_lower()
            (x0, x1), _ = self.main.view
            self.below.show_all_afresh()
            self.main.set_view(((x0, x1), self.main.view[1]))

    def set_mode(self, mode: Mode) -> None:
        """Change what the mouse does."""
        self.main.cancel_gesture()
        self.layers.pending.set_values(())
        self.mode = mode

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The patches as decided."""
        return self.params.patches

    @property
    def is_patching(self) -> bool:
        """Whether the mouse makes patches."""
        return self.mode == "patch"

    def patch_selected(self, index: int) -> None:
        """Let the choices above the plot be about one patch; -1: about the next one."""
        self.selected_patch = index
        if index >= 0:
            self.patch_bar.show_patch(self.patches[index])

    def begin_subject(self, band: str, subject: str) -> None:
        """Say whose samples come next; in the same band the wavelengths in view stay."""
        self._keeps_x = bool(band) and band == self._seen_band
        self._band, self.subject = band, subject

    def show_all_afresh(self) -> None:
        """Show all of this result, and forget the zooms of what was shown before."""
        self.main.show_all_afresh()
        self.below.show_all_afresh()

    # What gestures and keys need

    def limits(self) -> tuple[float, float]:
        """Return the range in which breakpoints can lie: between the cut-offs."""
        values = self.layers.cutoffs.values
        return (values[0], values[1]) if values else (-np.inf, np.inf)

    def commit(self, edit: ResponseEdit, gesture: int = 0) -> None:
        """Say that the user did ``edit``."""
        self._previewed = None
        self.edited.emit(edit, gesture)

    def new_gesture(self) -> int:
        """Return a number that joins edits into one."""
        return next(self._gestures)

    def mouse(self) -> PlotMouse | None:
        """Return where the cursor is, as if it were in the upper plot."""
        mouse = self._frozen or self._last_plot.cursor
        if mouse is None or self._last_plot is self.main or self._frozen is not None:
            return mouse
        pixels = self.main.pixels
        y = np.nan if self.result is None else curve_at(self.result, self.vector, mouse.x)
        return PlotMouse(mouse.x, y, pixels.x_pixel(mouse.x), pixels.y_pixel(y))

    def toggle_frozen(self) -> None:
        """Freeze the read-out where the cursor is, or let it go on."""
        self._frozen = self.mouse() if self._frozen is None else None
        self._show_cursor()

    def select(self, index: int) -> None:
        """Select a breakpoint; -1: none."""
        handles = self.layers.handles
        if index != handles.selected:
            handles.select(index)
            self.breakpoint_selected.emit(handles.selected_x)

    def select_near(self, wave_um: float) -> None:
        """Select the breakpoint at ``wave_um``, as another part of the window asks."""
        self.layers.handles.select(self.layers.handles.nearest_in_x(wave_um))

    def preview_edit(self, edit: ResponseEdit) -> None:
        """Draw what ``edit`` would give: the fit, if it can be had at once, and the handle."""
        self._previewed = edit
        preview: Preview | None = None
        wrong: Sequence[float] = ()
        try:
            preview = self.preview(edit) if self.preview is not None else None
        except EngineError as error:
            blamed = error.breakpoints_um if isinstance(error, FitError) else ()
            wrong = blamed or (place_after(edit) or 0.0,)
            self.problem.say(error.sentence, "wrong")
        else:
            self.problem.say(preview_text(self.result, preview), "care")
        if preview is not None and self.result is not None:
            self._draw_fit(in_hand(self.result, preview))
        places = [moved_place(float(at), edit) for at in self._breakpoints()]
        self._draw_handles(np.array(places), held_after(self.params.held, edit))
        self._blame(wrong)

    def drop_preview(self) -> None:
        """Draw what is true again."""
        self._previewed = None
        self.problem.hide()
        self._blame(())
        if self.result is not None:
            self._draw_fit(self.result)
        self._draw_breakpoints()

    def point_hovered(self, index: int, mouse: PlotMouse | None) -> None:
        """Say what the sample under the mouse is, when that is not plain to see."""
        if index < 0 or mouse is None or self.result is None or self.result.state[index] == 0:
            self._tip.hide()
            return
        self._say_sample(index, mouse)

    def show_info(self) -> None:
        """Say everything about the sample nearest to the cursor, and put it on the clipboard."""
        mouse = self.mouse()
        if mouse is None or self.result is None:
            return
        index = self.layers.samples.nearest_in_x(mouse.x)
        if index >= 0:
            self._say_sample(index, mouse)
            clipboard = QGuiApplication.clipboard()
            if clipboard is not None:
                clipboard.setText(self._tip.text())

    def reason_wanted(self, index: int) -> None:
        """Let the user say why a sample is excluded."""
        self.ask(
            f"Why leave out sample {index + 1}?",
            "",
            lambda text: self.commit(ExcludeSample(index, "point", text)),
        )

    def mask_named(self, index: int) -> None:
        """Let the user name a mask."""
        mask = self.params.masks[index]
        self.ask(
            "Name of this mask",
            mask.name,
            lambda text: self.commit(ChangeMask(index, mask.low_um, mask.high_um, text)),
        )

    def ask(
        self,
        question: str,
        text: str,
        then: Callable[[str], None],
        *,
        problem_of: Callable[[str], str] | None = None,
    ) -> None:
        """Ask for a text at the cursor; one with a problem is not taken."""
        mouse = self.mouse()
        at = QPointF(200, 100) if mouse is None else self._on_plot(mouse)
        self._field.ask(question, text, at, then, problem_of=problem_of)

    # Parts

    def _lay_out(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.main)
        splitter.addWidget(self.below)
        splitter.setStretchFactor(0, _UPPER)
        splitter.setStretchFactor(1, _LOWER)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(4)
        self.below.setMinimumHeight(_SMALLEST_LOWER)
        self.main.setMinimumHeight(160)
        splitter.setSizes([_UPPER * 100, _LOWER * 100])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)

    def _connect(self) -> None:
        for tool in (
            MaskTool(self),
            PatchTool(self),
            BreakpointTool(self),
            CutoffTool(self),
            BreakTool(self),
            PointTool(self, self),
        ):
            self.main.add_tool(tool)
        self.main.all_bounds = lambda: upper_bounds(self.result) if self.result else None
        self.below.all_bounds = self._lower_bounds
        self.main.view_changed.connect(self.problem.pass_away)
        for plot in (self.main, self.below):
            plot.nearest = lambda mouse: self.layers.samples.nearest_in_x(mouse.x)
            plot.cursor_moved.connect(
                lambda x, _y, index, plot=plot: self._on_cursor(plot, x, index)
            )
            plot.cursor_left.connect(self._show_cursor)

    def _lower_bounds(self) -> tuple[float, float, float, float] | None:
        if self.result is None:
            return None
        graph = graph_of(self.graph, self.result, self.vector, self.previous)
        return lower_bounds(graph, self.result, self.graph)

    def _show_first(self) -> None:
        """Show all of the first result of a subject, or the wavelengths that were in view."""
        x_range = self.main.view[0]
        self.show_all_afresh()
        if self._keeps_x:
            self.main.set_view((x_range, self.main.view[1]))
        self._keeps_x, self._seen_band = False, self._band

    def _draw_fit(self, fit: StarResponse) -> None:
        """Draw a result, or what is in the hand."""
        if not np.array_equal(fit.state, self.state):
            self.layers.set_states(fit)
        self.drawn, self.vector, self.state = fit, fit.vector, fit.state
        self.layers.set_curve(fit)
        self._draw_lower()
        self.fit_drawn.emit()

    def _draw_lower(self) -> None:
        result, layers = self.drawn, self.layers
        if result is None:
            return
        graph = graph_of(self.graph, result, result.vector, self.previous)
        if graph.label != self._lower_label:
            self._lower_label = graph.label
            self.below.set_labels("Wavelength (µm)", graph.label)
            self.nothing.say(graph.problem, "quiet")
        layers.lower_samples.set_data(result.wave_um, graph.points, self.state.astype(np.int64))
        layers.lower_curve.set_data(result.wave_um, graph.curve)
        layers.lower_band.set_data(result.wave_um, graph.low, graph.high)
        layers.lower_levels.set_values(graph.levels)
        layers.lower_scatter.set_values(graph.scatter)

    def _draw_cutoffs(self) -> None:
        result = self.result
        if result is None or not result.wave_um.size:
            self.layers.cutoffs.set_values(())
            return
        ends, (low, high) = measured_ends(result), self.params.cutoffs_um
        self.layers.set_cutoffs(ends[0] if low is None else low, ends[1] if high is None else high)

    def _breakpoints(self) -> FloatArray:
        """Return the breakpoints as decided; as fitted where that is left to the program."""
        if self.params.breakpoints_um is not None:
            return np.array(self.params.breakpoints_um)
        return _EMPTY if self.result is None else self.result.breakpoints_um

    def _draw_breakpoints(self) -> None:
        held = {point.wave_um: point.value for point in self.params.held}
        self._draw_handles(self._breakpoints(), held)

    def _draw_handles(self, breakpoints_um: FloatArray, held: dict[float, float]) -> None:
        """Draw handles at the breakpoints and at held values that lie at none of them."""
        lonely = [at for at in held if not np.any(np.abs(breakpoints_um - at) < SAME_UM)]
        places = np.sort(np.concatenate([breakpoints_um, lonely]))
        values = curves_at(self.result, self.vector, places)
        for at, value in held.items():
            values[np.abs(places - at) < SAME_UM] = value
        handles = self.layers.handles
        selected = handles.selected
        self.layers.set_handles(places, values, np.array(list(held)))
        if handles.selected != selected:  # it has another number, or is gone
            self.breakpoint_selected.emit(handles.selected_x)

    def _blame(self, breakpoints_um: Sequence[float]) -> None:
        xs = self.layers.handles.xs
        wrong = {i for i, x in enumerate(xs) for at in breakpoints_um if abs(x - at) < _BLAMED_UM}
        self.layers.handles.blame(frozenset(wrong))

    def _say_sample(self, index: int, mouse: PlotMouse) -> None:
        assert self.result is not None
        about = "\n".join(part for part in (self.sample_note(index), self.subject) if part)
        text = sample_text(self.result, self.params, index, about)
        self._tip.say(text, "tip", at=self._on_plot(mouse))

    def _on_plot(self, mouse: PlotMouse) -> QPointF:
        """Return where the mouse is on the upper plot's widget."""
        return QPointF(self.main.mapFromScene(self.main.getViewBox().mapToScene(mouse.point)))

    def _on_cursor(self, plot: ThemedPlot, x: float, index: int) -> None:
        self._last_plot = plot
        if self._frozen is None:
            self.cursor_changed.emit(cursor_text(self.result, self.vector, self.state, x, index))
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Draw the hairline in both plots."""
        mouse = self._frozen or self.mouse()
        inside = self.main.underMouse() or self.below.underMouse() or self._frozen is not None
        at = mouse.x if mouse is not None and inside else None
        for line in (self.layers.cursor, self.layers.lower_cursor):
            line.show_at(at, frozen=self._frozen is not None)
