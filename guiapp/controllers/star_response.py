"""Ties the spline editor to the document and the chain."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject, QPoint, pyqtSignal
from PyQt6.QtGui import QCursor
from PyQt6.QtWidgets import QMenu

from engine.analyses import RESPONSE
from engine.arrays import FlagArray
from engine.errors import EngineError, FitError
from engine.figures.seen import SeenPanel
from engine.model.data_quality import flag_names
from engine.model.star_names import shown_source_name
from engine.model.table import ResultTable
from engine.model.vector import FACTOR_UNITS
from engine.mrs import response_edits as engine_edits
from engine.mrs.cutoff_proposal import propose_cutoffs
from engine.mrs.response_preview import ResponsePreview
from engine.mrs.star_response import StarResponse, StarResponseParams
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.tables import breakpoint_places, breakpoint_table
from engine.spectra.lines import lines_between
from guiapp.controllers.before_change import BeforeChange
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.response_patches import donor_overlay, previewed_patches
from guiapp.controllers.star_response_edits import applied
from guiapp.controllers.star_response_surroundings import (
    Copyable,
    Surroundings,
    subject_line,
    with_reason,
)
from guiapp.controllers.view_controller import AnalysisController, InspectorContent, columns_of
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit as push_edit
from guiapp.document.commands import new_gesture
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.settings.preferences import Preferences
from guiapp.views.response_edits import (
    AddPatch,
    ArrangeBreakpoints,
    ChangePatch,
    ExcludeSample,
    IncludeSample,
    ResponseEdit,
)
from guiapp.views.star_response import StarResponseView
from guiapp.views.star_response_gestures import Preview
from guiapp.views.star_response_layers import NamedCurve
from guiapp.views.star_response_seen import seen_graph, seen_version
from guiapp.views.star_response_words import systematics_text

_COLUMNS = {"wave_um": "wave", "factor": "C", "stat_error": "error"}
_HELD = {"held": "held"}
_DEFAULT_REASON = "excluded by hand"


class StarResponseController(AnalysisController):
    """Edits of the view become commands; changes of the document become fits.

    Signals
    -------
    keys_wanted()
        The user asks for the list of keys.
    """

    keys_wanted = pyqtSignal()

    name = "response"
    group = "MRS"
    title = "Response"
    tip = "The calibration vector of one band from one star (Law+2025, Sec. 5.1, Figs. 8 and 14)"
    words = "residuals vector spline knots breakpoints fit sensfunc sensitivity calibration curve"
    step = RESPONSE.name
    kept: ClassVar = {"graph": "graphs"}
    analysis = RESPONSE

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.response = StarResponseView()
        super().__init__(workspace, self.response, parent)
        self._follower = self.follower_for(_FollowedView(self))
        self._around = Surroundings(workspace)
        self.other = OtherResult(workspace, self)
        self.before = BeforeChange(workspace, self)
        for compared in (self.other, self.before):
            compared.changed.connect(self._show_other)
            compared.changed.connect(self.inspector_changed)  # it says how the two differ
        self._preview: ResponsePreview | None = None
        self._flags: FlagArray | None = None
        self._others: tuple[NamedCurve, ...] = ()
        workspace.runner.ended.connect(self._on_any_ended)
        self._gesture = (0, 0)  # of the view, of the history
        self._menu = QMenu(self.response)
        view = self.response
        view.preview = self.preview
        view.canvas.sample_note = self.flags_in_words
        view.bind_keys([(spec.id, spec.keys) for spec in PLOT_KEYS])
        view.edited.connect(self._on_edited)
        view.left_out.back_wanted.connect(self._bring_back)
        view.fit_wanted.connect(self._fit_again)
        view.keys_wanted.connect(self.keys_wanted)
        view.band_stepped.connect(self._step_band)
        view.star_stepped.connect(self._step_star)
        for theirs, ours in (
            (view.mode_changed, self.mode_changed),
            (view.cursor_changed, self.cursor_changed),
            (view.hint_changed, self.hint_changed),
        ):
            theirs.connect(ours)
        self.texts["mode"], self.texts["hint"] = view.mode_text, view.hint_text

    # What the frame asks

    def key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        return None if segment is None else NodeKey(RESPONSE.name, segment.id)

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        canvas = self.response.canvas
        upper, lower = canvas.main.seen_panel(), canvas.below.seen_panel()
        above, below = seen_version(canvas, self.other.label), seen_graph(canvas)
        shown = replace(upper, x=lower.x, curves=above)
        if canvas.graph == "residual":
            return shown, lower
        return (shown, replace(lower, curves=below, content="curves alone")) if below else (shown,)

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        self._follower.is_active = active
        super().set_active(active)

    def refresh(self) -> None:
        key, segment = self.key(), self.workspace.segment()
        if key is None or segment is None:
            self.say_heading("Response")
            self._follower.follow(None, reason="Open a cube or a spectrum of a standard star.")
            self.response.left_out.say("", "")
            self.inspector_changed.emit()
            return
        if key != self._follower.key:
            self.response.show_subject(segment.identity.band, subject_line(segment.identity))
        self._preview = None
        self.response.show_params(self._params(key))
        self._follower.follow(key)
        self.other.follow(key)
        self._say_heading(segment)
        self._say_left_out(segment)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content = self.form()
        result, segment = self._result(), self.workspace.segment()
        if result is None or segment is None:
            return content
        table = _breakpoints(segment, result)
        return InspectorContent(
            specs=content.specs,
            defaults=content.defaults,
            values=content.values,
            scopes=content.scopes,
            scope=content.scope,
            actions=("calibrate.propose_breakpoints",),
            numbers=table,
            numbers_title="Breakpoints",
            summary="\n".join(
                text
                for text in (self.response.summary(), systematics_text(result), *result.messages)
                if text
            ),
            origin=content.origin,
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        """Return what the actions of the window do while this view is seen, by their ids."""
        return {
            "calibrate.propose_breakpoints": lambda: self.arrange("propose"),
            "calibrate.double_breakpoints": lambda: self.arrange("double"),
            "calibrate.halve_breakpoints": lambda: self.arrange("halve"),
            "calibrate.even_breakpoints": lambda: self.arrange("even"),
            "calibrate.reset_breakpoints": lambda: self.arrange("reset"),
            "calibrate.copy_breakpoints": self.choose_source,
            "calibrate.propose_cutoffs": self.propose_cutoffs,
            "calibrate.mask_mode": self._toggle_mask_mode,
            "view.zoom_all": self.response.plot.show_all_linked,
            "view.zoom_previous": self.response.plot.previous_zoom,
            "view.errors": self._toggle_errors,
        }

    @property
    def has_errors(self) -> bool:
        return self.response.legend.is_on("error bars")

    def apply_preferences(self, preferences: Preferences) -> None:
        self.response.set_pick_tolerance(preferences.integer("pick_tolerance_px"))
        self.response.legend.prefer("error bars", shown=preferences.is_on("show_errors"))

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the breakpoint of a row of the numbers."""
        result = self._result()
        places = () if result is None else breakpoint_places(result)
        if rows and rows[0] < len(places):
            self.response.select_breakpoint(float(places[rows[0]]))

    def _show_other(self) -> None:
        """Draw another vector, dashed; the graph “Ratio” divides by it.

        That of the version to compare with; without one, that before the last change in force.
        """
        result = self._result()
        if result is None:
            return
        named = ((self.other.result, self.other.label), (self.before.result, "previous"))
        fitting = (one for one in named if one[0] is not None and one[0].kind == result.kind)
        other, name = next(fitting, (None, ""))
        self.response.show_previous(
            None if other is None else NamedCurve(name, other.wave_um, other.vector)
        )

    def _show_others(self, result: StarResponse) -> None:
        """Draw the other stars that are at hand by now."""
        self._others = self._around.other_vectors(result.kind)
        self.response.show_others(self._others)

    def _on_any_ended(self) -> None:
        """Draw the other stars when other work has given more of them."""
        result = self._result()
        if self.is_active and result is not None:
            others = self._around.other_vectors(result.kind)
            if len(others) != len(self._others):
                self._show_others(result)

    # Edits

    def arrange(self, how: Any) -> None:
        """Propose, double, halve, space evenly or reset the breakpoints."""
        self._on_edited(ArrangeBreakpoints(how), 0)

    def copy_breakpoints(self, source: Copyable) -> None:
        """Take over the breakpoints of another star or band."""
        key, result, segment = self.key(), self._result(), self.workspace.segment()
        if key is None or result is None or segment is None:
            return
        params = self._params(key)
        same_band = segment.identity.band == source.segment.identity.band
        after = engine_edits.copy_breakpoints(
            params,
            source.breakpoints_um,
            source_limits_um=None if same_band else source.limits_um,
            limits=None if same_band else engine_edits.limits_um(params, result),
        )
        text = f"Copy breakpoints of {source.segment.title} to {self._band()}"
        self.workspace.set_params(key, after, text)

    def propose_cutoffs(self) -> None:
        """End the vector where those of the stars of this band diverge."""
        key, result = self.key(), self._result()
        if key is None or result is None:
            return
        same_kind = tuple(one for one in self._around.responses() if one.kind == result.kind)
        try:
            low, high = propose_cutoffs(same_kind).cutoffs_um
        except EngineError as error:
            self.response.refuse(error.sentence)
            return
        after = engine_edits.set_cutoffs(self._params(key), low, high)
        if after == self._params(key):
            self.response.refuse("The vectors of the stars agree to the ends of the band.")
            return
        self.workspace.set_params(key, after, f"Propose cut-offs of {self._band()}")

    def choose_source(self) -> None:
        """Offer the other stars and bands whose breakpoints can be copied."""
        self._menu.clear()
        for source in self._around.copyable():
            action = self._menu.addAction(source.segment.title)
            if action is not None:
                action.triggered.connect(
                    lambda _checked, source=source: self.copy_breakpoints(source)
                )
        if self._menu.isEmpty():
            self.response.refuse("No other response is fitted yet, so there is nothing to copy.")
            return
        view = self.response
        inside = view.rect().contains(view.mapFromGlobal(QCursor.pos()))
        self._menu.popup(QCursor.pos() if inside else view.mapToGlobal(QPoint(80, 60)))

    def preview(self, edit: ResponseEdit) -> Preview | None:
        """Return the curve that ``edit`` would give, within a frame; `None`: not known."""
        key, result = self.key(), self._result()
        if key is None or result is None:
            return None
        after, _ = applied(edit, self._params(key), result, self._band())
        if isinstance(edit, AddPatch | ChangePatch):
            return Preview(previewed_patches(result, after.patches, self._around))
        if self._preview is None:
            self._preview = self._made_preview(key, result)
        if self._preview is None:
            return None
        if after.breakpoints_um is None:
            return Preview(result.vector, note="The breakpoints are sought anew on release.")
        wave_um, vector = self._preview.move(after.breakpoints_um, after.held)
        whole = np.full(result.wave_um.size, np.nan)
        whole[np.searchsorted(result.wave_um, wave_um)] = vector
        return Preview(
            previewed_patches(result, after.patches, self._around, base=whole),
            self._preview.state,
            "" if self._preview.rejects_anew else "The samples are rejected anew on release.",
            self._preview.stat_error,
            self._preview.held_error,
        )

    def flags_in_words(self, index: int) -> str:
        """Return the data-quality flags of a sample, or ``""``."""
        if self._flags is None or index >= self._flags.size or not self._flags[index]:
            return ""
        return f"DQ: {', '.join(flag_names(int(self._flags[index])))}"

    def _on_edited(self, edit: ResponseEdit, gesture: int) -> None:
        key, result = self.key(), self._result()
        if key is None or result is None:
            return
        try:
            if isinstance(edit, ExcludeSample | IncludeSample) and edit.scope != "point":
                after, text = self._around.beyond_this(edit, result)
            else:
                params, text = applied(with_reason(edit), self._params(key), result, self._band())
                after = self.workspace.session.with_params(key, params)
                if params == self._params(key):
                    after = self.workspace.session
        except EngineError as error:
            self.response.refuse(error.sentence)
            return
        if after == self.workspace.session:
            self.response.canvas.drop_preview()
            return
        push_edit(self.workspace.document, after, text, gesture=self._global_gesture(gesture))

    def _global_gesture(self, gesture: int) -> int:
        """Return the history's number for a gesture of the view."""
        if not gesture:
            return 0
        if self._gesture[0] != gesture:
            self._gesture = (gesture, new_gesture())
        return self._gesture[1]

    # Following

    def on_result(self, result: StarResponse) -> None:
        """Show a new result with what belongs to it: for the follower."""
        self._preview = None
        found = self._around.spectra()
        self._flags = None if found is None else found[0].flags
        key = self.key()
        if key is not None:
            self.response.show_params(self._params(key))
        self.response.show_result(result)
        self.before.follow(key)
        self._show_other()
        self._show_others(result)
        self.response.show_donors(self._around.donors())
        params = None if key is None else self._params(key)
        self.response.show_donor(
            None if params is None else donor_overlay(result, params.patches, self._around)
        )
        self._show_lines(result)
        segment = self.workspace.segment()
        if segment is not None:
            self._say_heading(segment)
        self.inspector_changed.emit()

    def on_problem(self, what: str, hint: str) -> None:
        """Show why there is no result, with the breakpoints to blame: for the follower."""
        key = self._follower.key
        failure = None if key is None else self.workspace.chain.failure(self.workspace.session, key)
        blamed = failure.breakpoints_um if isinstance(failure, FitError) else ()
        self.response.show_problem(what, hint, blamed)

    def _fit_again(self) -> None:
        self.workspace.chain.forget_failures()
        self._follower.refresh()

    # Parts

    def _params(self, key: NodeKey) -> StarResponseParams:
        params: StarResponseParams = self.workspace.params(key)
        return params

    def _result(self) -> StarResponse | None:
        result: StarResponse | None = self._follower.result
        return result

    def _band(self) -> str:
        segment = self.workspace.segment()
        return (segment.identity.band if segment is not None else "") or "this spectrum"

    def _say_heading(self, segment: Segment) -> None:
        result = self._result()
        detail = ""
        if result is not None:
            unit = FACTOR_UNITS[result.kind]
            detail = f"{result.kind}, {unit or 'model / observed'}"
        self.say_heading(f"Response · {segment.title}", detail)

    def _say_left_out(self, segment: Segment) -> None:
        found = self.workspace.session.exclusion_of(segment)
        if found is None:
            self.response.left_out.say("", "")
        else:
            what = segment.title if found.subject == segment.id else segment.identity.source_key
            self.response.left_out.say(shown_source_name(what), found.reason)

    def _bring_back(self) -> None:
        """Use what is shown again, itself and with its source."""
        segment, session = self.workspace.segment(), self.workspace.session
        if segment is not None:
            source = segment.identity.source_key
            is_whole = session.exclusion(source) is not None
            what = shown_source_name(source) if is_whole else segment.title
            both = session.with_exclusions((segment.id, source), None)
            push_edit(self.workspace.document, both, f"Bring back {what}")

    def _made_preview(self, key: NodeKey, result: StarResponse) -> ResponsePreview | None:
        found = self._around.spectra()
        if found is None:
            return None
        params = replace(self._params(key), fit_in=result.fitted_in)
        return ResponsePreview(*found, params, result)

    def _show_lines(self, result: StarResponse) -> None:
        key = self.key()
        if key is None or not result.wave_um.size:
            return
        windows = self._params(key).line_windows
        lines = lines_between(
            float(result.wave_um[0]),
            float(result.wave_um[-1]),
            species="all" if windows == "all" else "hydrogen",
        )
        ranked = sorted(lines, key=lambda line: -np.nan_to_num(line.strength, nan=1.0))
        self.response.show_lines(tuple((one.wave_um, one.label or one.name) for one in ranked))

    def _toggle_mask_mode(self) -> None:
        self.response.set_mode("breakpoints" if self.response.mode == "masks" else "masks")

    def _toggle_errors(self) -> None:
        self.response.legend.switch("error bars")

    def _step_band(self, by: int) -> None:
        self.workspace.step_in(self._around.same_source(), by)

    def _step_star(self, by: int) -> None:
        self.workspace.step_in(self._around.same_band(), by)


def _breakpoints(segment: Segment, result: StarResponse) -> ResultTable:
    """Return breakpoints and held values; of those that lie off the samples, how far."""
    table = breakpoint_table([(segment.identity, result)])
    if not result.held:
        return columns_of(table, _COLUMNS)
    names = ("held", "held_off_percent", "held_off_sigma")
    said = [
        f"off {percent:+.2f} %, {abs(sigma):.0f} σ".replace("-", "−") if "off" in word else word
        for word, percent, sigma in zip(*(table.column(n).values for n in names), strict=True)
    ]
    shown = columns_of(table, {**_COLUMNS, **_HELD})
    *others, held = shown.columns
    return replace(shown, columns=(*others, replace(held, values=np.array(said))))


class _FollowedView:
    """What the follower sees: the view, with what the controller adds to each result."""

    def __init__(self, controller: StarResponseController) -> None:
        self._controller = controller

    def show_result(self, result: Any) -> None:
        self._controller.on_result(result)

    def show_stale(self) -> None:
        self._controller.response.show_stale()

    def show_problem(self, what: str, hint: str) -> None:
        self._controller.on_problem(what, hint)

    def clear(self, reason: str) -> None:
        self._controller.response.clear(reason or "Fitting …")
