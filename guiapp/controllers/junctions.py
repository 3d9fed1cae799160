"""From the chain to the junctions view and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import JUMPS, JUNCTION_STEPS, JUNCTIONS, Analysis
from engine.compare.junction_steps import JunctionSteps
from engine.compare.junctions import (
    JunctionLimits,
    JunctionParams,
    SourceJunctions,
)
from engine.compare.stitching import scale_errors, stitch
from engine.errors import EngineError
from engine.figures.seen import OWN, SeenPanel
from engine.model.bands import junctions
from engine.model.star_names import shown_source_name
from engine.model.table import ResultTable
from engine.project.entries import Segment
from engine.project.export_together import STITCHED
from engine.project.jump_tables import centroid_table, jump_verdict_table
from engine.project.jumps_step import jumps_key
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.own_vectors import vectors_said
from engine.project.tables import junction_table
from guiapp.controllers.chain_page import ChainPage
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.joint_form import joint_form, set_in_joint_form
from guiapp.controllers.junction_gathering import Gathered, are_rates, gather_junctions
from guiapp.controllers.leaving_out import leave_source_out
from guiapp.controllers.seen_axes import seen_in
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    ViewController,
    columns_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.junction_bar import PAGES
from guiapp.views.junction_words import factors_text, stitched_text
from guiapp.views.junctions import MEASURING, JunctionsView
from guiapp.views.spectra import STAGES, Stage

_COLUMNS = {
    "junction": "junction",
    "ratio": "ratio",
    "ratio_error": "±",
    "significance": "σ",
    "n_independent": "n ind.",
}
_CENTROIDS = {"band": "band", "east": "east", "north": "north", "in_fwhm": "FWHM"}
_VERDICTS = {"junction": "junction", "kind": "kind", "factor": "factor", "factor_error": "±"}
_NAMES = tuple(one.name for one in junctions())
_SCOPE_OWN = "This source"
_SCOPE_ALL = "All sources"


class JunctionsController(ViewController):
    """Shows the junctions of every source, and lets the user choose where they are measured."""

    name = "junctions"
    group = "Inspect"
    title = "Junctions"
    tip = "Where neighboring bands see the same wavelengths (Law+2025, Sec. 8.1)"
    words = "jump jumps step discontinuity offset overlap seam stitch worst level band edge"
    step = JUNCTIONS.name

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.junctions = JunctionsView()
        super().__init__(workspace, self.junctions, parent)
        self.stage: Stage = "extracted"
        self.scope = SCOPE_ALL
        self._gathered: Gathered | None = None
        self._progress = ""
        self._has_chosen_stage = False
        self._gatherer = Gatherer(workspace, "Measure the junctions", self)
        self._gatherer.failed.connect(self.failed)
        self._gatherer.failed.connect(lambda *_: self._give_up_search())
        view = self.junctions
        view.stage_chosen.connect(self._on_stage)
        view.chosen.connect(self._on_chosen)
        view.worst_wanted.connect(self.show_worst)
        view.limits_dragged.connect(self._set_limits)
        view.limits_reset.connect(self._reset_limits)
        view.page_chosen.connect(self._on_page)
        view.anchor_wanted.connect(self._set_anchor)
        view.exclusion_wanted.connect(self.leave_out)
        view.cursor_changed.connect(self.cursor_changed)
        self._wants_worst = False
        self._wanted: dict[str, str] = {}
        self._followed: tuple[str, ...] = ()
        self._looked_from: tuple[str, ...] = ()
        self.other = OtherResult(workspace, self)
        self.other.changed.connect(lambda: view.show_other(self.other.result, self.other.label))
        self._steps = self.follower_for(ChainPage(view))
        self._steps.shown.connect(lambda _result: self.inspector_changed.emit())
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        view.bind_keys(keys)
        self.texts["hint"] = view.hint

    def set_active(self, active: bool) -> None:  # noqa: FBT001  (the state itself)
        if not active:
            self._give_up_search()
        super().set_active(active)

    def refresh(self) -> None:
        session, chain, stage = self.workspace.session, self.workspace.chain, self.stage
        keys = tuple(key for key in chain.keys_of(session, JUNCTIONS.name) if key.stage == stage)
        if not keys:
            self._gatherer.forget()
            self._gathered = None
            self._wants_worst = False
            self._steps.follow(None)
            self.junctions.clear("Open two neighboring bands of one source to see how they join.")
            self._say_heading()
            self.inspector_changed.emit()
            return
        is_started = self._gatherer.gather(
            (*keys, jumps_key(stage)),
            (stage,),
            lambda progress, deliver: gather_junctions(
                session,
                chain,
                keys,
                stage,
                progress=progress,
                deliver=deliver,
            ),
            lambda gathered: self._show(gathered, len(keys)),
        )
        if is_started and self._gathered is None:
            self.junctions.clear(MEASURING)
        self._follow_selection()
        self._follow_page()

    def choices(self) -> dict[str, str]:
        view = self.junctions
        chosen = {"page": view.page, "order": view.bar.chosen_order()}
        if self._has_chosen_stage:
            chosen["stage"] = self.stage
        if view.measure is not None:
            chosen["junction"] = view.measure.junction
        return chosen | self._wanted

    def take_choices(self, wanted: Mapping[str, str]) -> None:
        """Choose stage and page at once, order and junction as soon as all junctions are known."""
        stage = next((one for one in STAGES if one == wanted.get("stage")), None)
        if stage is not None and (stage != self.stage or not self._has_chosen_stage):
            self._on_stage(stage)
        if wanted.get("page") in PAGES and wanted["page"] != self.junctions.page:
            self.junctions.show_page(wanted["page"])
            self._on_page(wanted["page"])
        self._wanted = {one: wanted[one] for one in ("order", "junction") if one in wanted}
        self._take_up()

    def _take_up(self) -> None:
        """Put the sources in the wanted order and show the wanted junction, once all are known."""
        if not self._wanted or self._gathered is None or not self._gathered.is_whole:
            return
        wanted, self._wanted, view = self._wanted, {}, self.junctions
        junction = wanted.get("junction", "")
        if view.source and junction in _NAMES:
            view.choose(view.source, junction)
        view.bar.choose_order(wanted.get("order", ""))
        view.put_in_order()
        self._follow_page()
        self._say_heading()

    def inspector(self) -> InspectorContent:
        sources = self._gathered.sources if self._gathered is not None else ()
        shown_source = [one for one in sources if one.source == self.junctions.source]
        numbers, numbers_title = self._numbers(shown_source)
        return replace(
            joint_form(self.workspace, self._forms()),
            scopes=(_SCOPE_OWN, _SCOPE_ALL),
            scope=_SCOPE_ALL if self._is_for_all() else _SCOPE_OWN,
            numbers=numbers,
            numbers_title=numbers_title,
            summary=_stitching(shown_source[0]) if shown_source else "",
        )

    def _numbers(self, measured: list[SourceJunctions]) -> tuple[ResultTable | None, str]:
        """Return the table beside the page: of all sources, of the bands, or of this source."""
        source, jumps = self.junctions.source, self.junctions.jumps
        steps: JunctionSteps | None = self._steps.result
        if self.junctions.page in {"flux", "date"} and jumps is not None:
            table = jump_verdict_table([(self.stage, jumps)])
            return columns_of(table, _VERDICTS), "Jumps of all sources"
        if steps is not None and self._listed_bands():
            table = centroid_table([("", steps)])
            return columns_of(table, _CENTROIDS), f"Centroids of {shown_source_name(source)}"
        if not measured:
            return None, "Numbers"
        table = junction_table([(self.stage, one) for one in measured])
        return columns_of(table, _COLUMNS), f"Junctions of {shown_source_name(source)}"

    def _listed_bands(self) -> tuple[str, ...]:
        """Return the band of each row of the table beside the page; none: it lists junctions."""
        steps: JunctionSteps | None = self._steps.result
        if self.junctions.page != "chain" or steps is None:
            return ()
        return tuple(one.band for one in steps.offsets)

    def selected_rows(self) -> tuple[int, ...] | None:
        measure = self.junctions.measure
        if measure is None or self._listed_bands():
            return None
        return (_NAMES.index(measure.junction),)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the junction of a row, or pick the band of it."""
        bands = self._listed_bands()
        if not rows or rows[0] >= len(bands or _NAMES):
            return
        if bands:
            segments = self.workspace.session.sources.get(self.junctions.source, ())
            picked = [one.id for one in segments if one.identity.band == bands[rows[0]]]
            self.workspace.selection.select(tuple(picked[:1]))
            return
        self.junctions.choose(self.junctions.source, _NAMES[rows[0]])
        self._on_chosen(self.junctions.source, _NAMES[rows[0]])

    def set_parameter(self, name: str, value: Any) -> None:
        subject = self._key().subject
        where = "all sources" if subject == EVERYTHING else shown_source_name(subject)
        whose = f"the junctions of {where}"
        set_in_joint_form(self.workspace, self._forms(), name, value, whose=whose)

    def _forms(self) -> list[tuple[Analysis, NodeKey]]:
        """Return whose parameters the form holds: those of the page that is seen among them."""
        key, page = self._key(), self.junctions.page
        forms: list[tuple[Analysis, NodeKey]] = [(JUNCTIONS, key)]
        if page in {"flux", "date"}:
            forms.append((JUMPS, NodeKey(JUMPS.name, EVERYTHING)))
        elif page == "chain":
            forms.append((JUNCTION_STEPS, NodeKey(JUNCTION_STEPS.name, key.subject)))
        return forms

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.junctions.page_plot.show_all,
            "view.zoom_previous": self.junctions.page_plot.previous_zoom,
        }

    def export_key(self) -> NodeKey | None:
        if not self.junctions.source:
            return None
        if self.junctions.page in {"flux", "date"}:
            return jumps_key(self.stage)
        if self.junctions.page == "chain":
            return NodeKey(JUNCTION_STEPS.name, self.junctions.source)
        return NodeKey(JUNCTIONS.name, f"{self.junctions.source}@{self.stage}")

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        view = self.junctions
        if view.page in {"flux", "date"}:
            name = "" if view.measure is None else view.measure.junction
            return (seen_in(view.jump_plot, f"{name} {view.page}"),)
        if view.page == "chain":
            return ()  # a table; the figure has what is in it
        near = seen_in(view.page_plot)
        return (near,) if view.page == "stitched" else (OWN, near)

    def seen_part(self) -> str:
        view = self.junctions
        if view.page == "stitched":
            return STITCHED
        if view.page in {"flux", "date", "chain"} or view.measure is None:
            return ""
        return view.measure.junction

    def _stage_text(self, stage: Stage) -> str:
        """Return what is compared, and with whose vector it was calibrated."""
        if stage == "extracted":
            return "as extracted"
        view, session = self.junctions, self.workspace.session
        if view.page in {"flux", "date"}:
            sources = () if self._gathered is None else self._gathered.sources
            names = [one.source for one in sources]
            return vectors_said(
                session, [one for name in names for one in session.sources.get(name, ())]
            )
        return vectors_said(session, self._sides(view.source))

    def _is_for_all(self) -> bool:
        return self.scope in {SCOPE_ALL, _SCOPE_ALL}

    def _key(self) -> NodeKey:
        subject = EVERYTHING if self._is_for_all() else self.junctions.source
        return NodeKey(JUNCTIONS.name, subject)

    def _on_stage(self, stage: Stage) -> None:
        self._has_chosen_stage = True
        self.stage = stage
        self.refresh()

    def _show(self, gathered: Gathered, n_wanted: int) -> None:
        if not self._has_chosen_stage and are_rates(gathered):
            self._on_stage("calibrated")
            return
        self._progress = "" if gathered.is_whole else f"{gathered.n_done} of {n_wanted} sources"
        before = self._gathered
        # Later, sources still to come would seem gone: what is known stays until all are.
        if before is None or gathered.is_whole or not before.is_whole:
            self._draw(gathered)
        self._say_heading()
        if self._wants_worst:
            self._look_for_worst()

    def _draw(self, gathered: Gathered) -> None:
        self._gathered = gathered
        session = self.workspace.session
        left_out = {
            one.source: found.reason or "left out"
            for one in gathered.sources
            if (found := session.exclusion(one.source)) is not None
        }
        view = self.junctions
        view.show_jumps(gathered.jumps)
        view.show_sources(gathered.stage, gathered.sources, gathered.spectra, left_out)
        self._follow_selection()
        self._take_up()
        self._follow_page()

    def show_worst(self) -> None:
        """Show the most significant jump of all that count, as soon as all are known."""
        self._wanted.pop("junction", None)
        self._wants_worst, self._looked_from = True, self.workspace.selection.segments
        self._look_for_worst()

    def _look_for_worst(self) -> None:
        """Show the worst junction if all are known, else say how far the search is."""
        gathered = self._gathered
        if gathered is None or not gathered.is_whole or self._gatherer.is_busy:
            done = f": {self._progress} measured" if self._progress else ""
            self.junctions.say_search(f"Looking for the worst junction{done} …")
            return
        self._wants_worst = False
        self.junctions.say_search("")
        if not self.junctions.show_worst():
            self.failed.emit(
                "No junction has a jump that counts.",
                "Open neighboring bands of standard stars, or bring back what is left out.",
            )

    def _give_up_search(self) -> None:
        """Go nowhere when the search is done: something else was picked, or there is no end."""
        self._wants_worst = False
        self.junctions.say_search("")

    def leave_out(self, source: str) -> None:
        """Ask why a source is to be left out, or bring it back when it is."""
        leave_source_out(self.workspace, source, self.view.window())

    def _follow_page(self) -> None:
        """Show what the page below the map needs beyond the junctions themselves."""
        page, source = self.junctions.page, self.junctions.source
        if source:
            self.other.follow(NodeKey(JUNCTIONS.name, f"{source}@{self.stage}"))
        if page in {"chain", "close"} and source:
            self._steps.follow(NodeKey(JUNCTION_STEPS.name, source))
        elif page == "stitched" and source and self._gathered is not None:
            self._show_stitched(source)
        self.inspector_changed.emit()

    def _show_stitched(self, source: str) -> None:
        assert self._gathered is not None
        spectra = self._gathered.spectra.get(source, {})
        measured = next((one for one in self._gathered.sources if one.source == source), None)
        if measured is None or not spectra:
            return
        view = self.junctions
        try:
            stitched = stitch(tuple(spectra.values()), measured)
            errors = scale_errors(tuple(spectra.values()), measured)
        except EngineError as error:
            view.stitched_plot.show_spectra(source, spectra, None, "")
            self.failed.emit(error.what, error.hint)
            return
        anchor = measured.stitch_anchor
        view.stitched_plot.show_spectra(source, spectra, stitched, anchor, errors)
        view.say_stitched(stitched_text(measured))

    def _set_anchor(self, band: str) -> None:
        key = NodeKey(JUNCTIONS.name, self.junctions.source)
        params: JunctionParams = self.workspace.params(key)
        text = f"Stitch {shown_source_name(self.junctions.source)} to {band}"
        self.scope = _SCOPE_OWN  # the form shows what was set
        self.workspace.set_params(key, replace(params, anchor=band), text)

    def _follow_selection(self) -> None:
        """Show the source that is selected: once, so that what is picked here stays."""
        view, workspace = self.junctions, self.workspace
        before = view.source, view.measure
        view.mark(workspace.selected_sources(), workspace.selected_bands())
        segment, segments = workspace.segment(), workspace.selection.segments
        if self._wants_worst and segments != self._looked_from:
            self._give_up_search()
        if segment is not None and self._gathered is not None:
            source = segment.identity.source_key
            if segments != self._followed or source != view.source:
                self._followed = segments
                if not view.choose_source(source, workspace.selected_bands()):
                    view.choose_none(source, self._why_none(source))
        if (view.source, view.measure) != before:
            self._follow_page()
            self._say_heading()
            self.inspector_changed.emit()

    def _why_none(self, source: str) -> str:
        """Return why a source is not in the map."""
        assert self._gathered is not None
        name, gathered = shown_source_name(source), self._gathered
        if source in gathered.problems:
            return f"{name}: {gathered.problems[source]}"
        subject = f"{source}@{gathered.stage}"
        keys = self.workspace.chain.keys_of(self.workspace.session, JUNCTIONS.name)
        if subject in {key.subject for key in keys}:
            return f"{name}: its junctions are being measured …"
        return f"{name} has no junction: neighboring bands of it are not open, or are left out."

    def _on_chosen(self, source: str, junction: str) -> None:
        self._wants_worst = False
        self._wanted.pop("junction", None)
        self._select_both_sides(source, junction)
        self._follow_page()
        self._say_heading()
        self.inspector_changed.emit()

    def _on_page(self, _page: str) -> None:
        self.hint_changed.emit(self.junctions.hint)
        self._follow_page()
        self._say_heading()

    def _say_heading(self) -> None:
        """Name the junction that is shown, and how its bands are calibrated."""
        view, gathered = self.junctions, self._gathered
        parts = ["Junctions"]
        if gathered is not None:
            junction = "" if view.measure is None else view.measure.junction
            name = shown_source_name(view.source or view.missing)
            is_of_all = view.page in {"flux", "date"}
            shown_parts = (junction, "all sources") if is_of_all else (name, junction)
            parts += [one for one in shown_parts if one]
        stage = self.stage if gathered is None else gathered.stage
        progress = f"{self._progress} measured" if self._progress else ""
        detail = (progress or "right / left − 1 in %", self._stage_text(stage))
        self.say_heading(" · ".join(parts), " · ".join(one for one in detail if one))

    def _sides(self, source: str) -> tuple[Segment, ...]:
        """Return what meets at the junction that is shown, else all bands of ``source``."""
        segments = self.workspace.session.sources.get(source, ())
        measure = self.junctions.measure
        bands = () if measure is None else measure.junction.split("|")
        return tuple(one for one in segments if one.identity.band in bands) or segments

    def _select_both_sides(self, source: str, junction: str) -> None:
        """Select the bands that meet at a junction: the one that was current stays it."""
        segments = self.workspace.session.sources.get(source, ())
        by_band = {one.identity.band: one for one in reversed(segments)}
        sides = [by_band[band].id for band in junction.split("|") if band in by_band]
        current = self.workspace.segment()
        if current is not None and current.id in sides:
            sides.sort(key=lambda one: one != current.id)
        # Bands that are not open cannot be selected: the observation stands for them.
        self._followed = tuple(sides or (one.id for one in segments))
        self.workspace.selection.select(self._followed)

    def _set_limits(self, source: str, junction: str, low_um: float, high_um: float) -> None:
        limits = JunctionLimits(junction, low_um, high_um)
        name = shown_source_name(source)
        text = f"Measure {junction} of {name} at {low_um:.3f}–{high_um:.3f} µm"
        self._edit_limits(source, junction, (limits,), text)

    def _reset_limits(self, source: str, junction: str) -> None:
        self._edit_limits(
            source, junction, (), f"Measure {junction} of {shown_source_name(source)} everywhere"
        )

    def _edit_limits(
        self, source: str, junction: str, new: tuple[JunctionLimits, ...], text: str
    ) -> None:
        key = NodeKey(JUNCTIONS.name, source)
        params: JunctionParams = self.workspace.params(key)
        others = tuple(one for one in params.limits if one.junction != junction)
        self.scope = _SCOPE_OWN  # the form shows what was set
        self.workspace.set_params(key, replace(params, limits=others + new), text)


def _stitching(junctions: SourceJunctions) -> str:
    scales = factors_text(junctions)
    said = [f"Stitched with the factors: {scales}."] if scales else []
    if junctions.stitch_left:
        said.append(f"Not stitched, no jump beyond 3 σ: {', '.join(dict(junctions.stitch_left))}.")
    return "\n".join([*said, *junctions.messages])
