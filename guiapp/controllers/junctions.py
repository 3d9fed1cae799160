"""From the chain to the junctions view and back."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import CALIBRATE, JUNCTION_STEPS, JUNCTIONS
from engine.compare.jumps import Jumps
from engine.compare.junction_steps import JunctionSteps
from engine.compare.junctions import (
    JunctionLimits,
    JunctionParams,
    SourceJunctions,
    stitch,
)
from engine.errors import EngineError
from engine.model.bands import junctions
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_source_name
from engine.model.table import ResultTable
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.jump_tables import centroid_table, jump_verdict_table
from engine.project.jumps_step import jumps_key
from engine.project.junction_inputs import spectra_at_hand
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from engine.project.tables import junction_table
from guiapp.controllers.comparison import OtherResult
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.leaving_out import leave_source_out
from guiapp.controllers.node_follower import NodeFollower
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    ViewController,
    columns_of,
    shown,
)
from guiapp.controllers.workspace import Workspace
from guiapp.settings.plot_keys import PLOT_KEYS
from guiapp.views.junctions import JunctionsView
from guiapp.views.spectra import Stage

_COLUMNS = {"junction": "junction", "ratio": "ratio", "ratio_error": "±", "significance": "σ"}
_CENTROIDS = {"band": "band", "east": "east", "north": "north", "in_fwhm": "FWHM"}
_VERDICTS = {"junction": "junction", "kind": "kind", "factor": "factor", "factor_error": "±"}
_NAMES = tuple(one.name for one in junctions())
_SCOPE_OWN = "This source"
_SCOPE_ALL = "All sources"


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The junctions of all sources, and their spectra by source and band."""

    stage: Stage
    sources: tuple[SourceJunctions, ...]
    spectra: Mapping[str, dict[str, Spectrum]]
    problems: tuple[str, ...]
    jumps: Jumps | None = None


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
        self._has_chosen_stage = False
        self._gatherer = Gatherer(workspace, "Measure the junctions", self)
        self._gatherer.failed.connect(self.failed)
        view = self.junctions
        view.stage_chosen.connect(self._on_stage)
        view.chosen.connect(self._on_chosen)
        view.limits_dragged.connect(self._set_limits)
        view.limits_reset.connect(self._reset_limits)
        view.page_chosen.connect(lambda _page: self._follow_page())
        view.anchor_wanted.connect(self._set_anchor)
        view.exclusion_wanted.connect(self.leave_out)
        view.cursor_changed.connect(self.cursor_changed)
        self._wants_worst = False
        self.other = OtherResult(workspace, self)
        self.other.changed.connect(lambda: view.show_other(self.other.result, self.other.label))
        self._steps = NodeFollower(
            workspace.document, workspace.chain, workspace.runner, _ChainPage(view), self
        )
        self._steps.is_active = False
        self._steps.shown.connect(lambda _result: self.inspector_changed.emit())
        [keys] = [key.keys for key in PLOT_KEYS if key.id == "visits.exclude"]
        view.bind_keys(keys)
        self.texts["hint"] = view.hint

    def refresh(self) -> None:
        session, chain, stage = self.workspace.session, self.workspace.chain, self.stage
        keys = tuple(key for key in chain.keys_of(session, JUNCTIONS.name) if key.stage == stage)
        self.say_heading("Junctions · all sources", self._stage_text())
        if not keys:
            self._gatherer.forget()
            self._gathered = None
            self._steps.follow(None)
            self.junctions.clear("Open two neighboring bands of one source to see how they join.")
            self.inspector_changed.emit()
            return
        is_first = self._gathered is None  # later, sources still to come would seem gone
        is_started = self._gatherer.gather(
            (*keys, jumps_key(stage)),
            (stage,),
            lambda progress, deliver: gather_junctions(
                session,
                chain,
                keys,
                stage,
                progress=progress,
                deliver=deliver if is_first else None,
            ),
            self._show,
        )
        if is_started and self._gathered is None:
            self.junctions.clear("Measuring the junctions …")
        self._follow_selection()
        self._follow_page()

    def inspector(self) -> InspectorContent:
        params = self.workspace.params(self._key())
        names = [spec.name for spec in JUNCTIONS.fields]
        sources = self._gathered.sources if self._gathered is not None else ()
        shown_source = [one for one in sources if one.source == self.junctions.source]
        numbers, numbers_title = self._numbers(shown_source)
        return InspectorContent(
            specs=JUNCTIONS.fields,
            defaults={name: JUNCTIONS.default(name) for name in names},
            values={name: getattr(params, name) for name in names},
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
        if self.junctions.page == "chain" and steps is not None and steps.offsets:
            table = centroid_table([("", steps)])
            return columns_of(table, _CENTROIDS), f"Centroids of {shown_source_name(source)}"
        if not measured:
            return None, "Numbers"
        table = junction_table([(self.stage, one) for one in measured])
        return columns_of(table, _COLUMNS), f"Junctions of {shown_source_name(source)}"

    def selected_rows(self) -> tuple[int, ...] | None:
        measure, page = self.junctions.measure, self.junctions.page
        if measure is None or page == "chain":
            return None
        return (_NAMES.index(measure.junction),)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Show the junction of a row."""
        if rows and self.junctions.page != "chain" and rows[0] < len(_NAMES):
            self.junctions.choose(self.junctions.source, _NAMES[rows[0]])
            self._on_chosen(self.junctions.source, _NAMES[rows[0]])

    def set_parameter(self, name: str, value: Any) -> None:
        key = self._key()
        spec = {one.name: one for one in JUNCTIONS.fields}[name]
        params = replace(self.workspace.params(key), **{name: value})
        where = "all sources" if key.subject == EVERYTHING else shown_source_name(key.subject)
        text = f"Set {spec.label.lower()} of the junctions of {where} to {shown(value, spec)}"
        self.workspace.set_params(key, params, text)

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

    def _stage_text(self) -> str:
        """Return what is compared, and with whose vector it was calibrated."""
        if self.stage == "extracted":
            return "as extracted"
        giver = self.workspace.params(NodeKey(CALIBRATE.name, EVERYTHING)).vector_of
        return f"calibrated with {f'the vectors of {giver}' if giver else 'own vectors'}"

    def _is_for_all(self) -> bool:
        return self.scope in {SCOPE_ALL, _SCOPE_ALL}

    def _key(self) -> NodeKey:
        subject = EVERYTHING if self._is_for_all() else self.junctions.source
        return NodeKey(JUNCTIONS.name, subject)

    def _on_stage(self, stage: Stage) -> None:
        self._has_chosen_stage = True
        self.stage = stage
        self.refresh()

    def _show(self, gathered: Gathered) -> None:
        if not self._has_chosen_stage and _are_rates(gathered):
            self._on_stage("calibrated")
            return
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
        self._follow_page()
        if self._wants_worst:
            self.show_worst()

    def show_worst(self) -> None:
        """Show the junction with the most significant jump of all, as soon as all are known."""
        gathered = self._gathered
        is_known = gathered is not None and bool(gathered.jumps or gathered.problems)
        self._wants_worst = not is_known
        if is_known:
            self.junctions.show_worst()

    def leave_out(self, source: str) -> None:
        """Ask why a source is to be left out, or bring it back when it is."""
        leave_source_out(self.workspace, source, self.view.window())

    def _follow_page(self) -> None:
        """Show what the page below the map needs beyond the junctions themselves."""
        page, source = self.junctions.page, self.junctions.source
        if source:
            self.other.follow(NodeKey(JUNCTIONS.name, f"{source}@{self.stage}"))
        if page == "chain" and source:
            self._steps.follow(NodeKey(JUNCTION_STEPS.name, source))
        elif page == "stitched" and source:
            self._show_stitched(source)
        self.inspector_changed.emit()

    def _show_stitched(self, source: str) -> None:
        assert self._gathered is not None
        spectra = self._gathered.spectra.get(source, {})
        measured = next((one for one in self._gathered.sources if one.source == source), None)
        if measured is None or not spectra:
            return
        anchors = [band for band, scale in measured.stitch_scales if scale == 1.0]
        try:
            stitched = stitch(tuple(spectra.values()), measured)
        except EngineError as error:
            self.junctions.stitched_plot.show_spectra(source, spectra, None, "")
            self.failed.emit(error.what, error.hint)
            return
        anchor = anchors[0] if anchors else ""
        self.junctions.stitched_plot.show_spectra(source, spectra, stitched, anchor)

    def _set_anchor(self, band: str) -> None:
        key = NodeKey(JUNCTIONS.name, self.junctions.source)
        params: JunctionParams = self.workspace.params(key)
        text = f"Stitch {shown_source_name(self.junctions.source)} to {band}"
        self.workspace.set_params(key, replace(params, anchor=band), text)

    def _follow_selection(self) -> None:
        """Show the source that is selected, if its junctions are known."""
        segment = self.workspace.segment()
        before = self.junctions.source
        self.junctions.mark(self.workspace.selected_sources(), self.workspace.selected_bands())
        if segment is not None:
            self.junctions.choose_source(segment.identity.source_key)
        if self.junctions.source != before:
            self._follow_page()
            self.inspector_changed.emit()

    def _on_chosen(self, source: str, junction: str) -> None:
        self._select_both_sides(source, junction)
        self._follow_page()
        self.inspector_changed.emit()

    def _select_both_sides(self, source: str, junction: str) -> None:
        """Select the bands that meet at a junction: the one that was current stays it."""
        segments = self.workspace.session.sources.get(source, ())
        by_band = {one.identity.band: one for one in reversed(segments)}
        sides = [by_band[band].id for band in junction.split("|") if band in by_band]
        current = self.workspace.segment()
        if current is not None and current.id in sides:
            sides.sort(key=lambda one: one != current.id)
        if sides:
            self.workspace.selection.select(tuple(sides))

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
        self.workspace.set_params(key, replace(params, limits=others + new), text)


def gather_junctions(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    stage: Stage,
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Compute the junctions of all sources; what cannot be had is told."""
    sources: list[SourceJunctions] = []
    spectra = _Spectra(session, chain, stage)
    problems: list[str] = []
    for done, key in enumerate(keys):
        progress.step(done, len(keys), key.settings.subject)
        try:
            found: SourceJunctions = chain.evaluate(session, key, Part(progress, done, len(keys)))
        except EngineError as error:
            problems.append(error.sentence)
            continue
        sources.append(found)
        if deliver is not None:
            deliver(Gathered(stage, tuple(sources), spectra, tuple(problems)))
    try:
        jumps: Jumps | None = chain.evaluate(session, jumps_key(stage), progress)
    except EngineError as error:
        jumps = None
        problems.append(error.sentence)
    return Gathered(stage, tuple(sources), spectra, tuple(problems), jumps)


class _Spectra(Mapping[str, dict[str, Spectrum]]):
    """The spectra of each source by band, looked up when they are wanted."""

    def __init__(self, session: Session, chain: Chain, stage: Stage) -> None:
        self._session, self._chain, self._stage = session, chain, stage
        self._known: dict[str, dict[str, Spectrum]] = {}

    def __getitem__(self, source: str) -> dict[str, Spectrum]:
        if source not in self._known:
            if source not in self._session.sources:
                raise KeyError(source)
            found = _spectra(self._session, self._chain, source, self._stage)
            self._known[source] = found
        return self._known[source]

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.sources)

    def __len__(self) -> int:
        return len(self._session.sources)


class _ChainPage:
    """The page along the chain, as the follower of its node sees it."""

    def __init__(self, view: JunctionsView) -> None:
        self._view = view

    def show_result(self, result: JunctionSteps) -> None:
        self._view.chain.show_steps(result)
        if self._view.measure is not None:
            self._view.chain.choose(self._view.measure.junction)

    def show_stale(self) -> None:
        self._view.chain.say("Computing …")

    def show_problem(self, what: str, hint: str) -> None:
        self._view.chain.clear(f"{what} {hint}".strip())

    def clear(self, reason: str) -> None:
        self._view.chain.clear(reason)


def _spectra(session: Session, chain: Chain, source: str, stage: Stage) -> dict[str, Spectrum]:
    """Return the spectra by band that the junctions of a source rest on, as far as at hand."""
    key = NodeKey(JUNCTIONS.name, f"{source}@{stage}")
    try:
        found = spectra_at_hand(session, chain, key)
    except EngineError:
        return {}
    return {one.identity.band: one for one in found}


def _are_rates(gathered: Gathered) -> bool:
    """Tell whether count rates were compared: they jump because no band is calibrated yet."""
    units = {
        measure.unit
        for one in gathered.sources
        for measure in one.measures
        if math.isfinite(measure.ratio)
    }
    return gathered.stage == "extracted" and "DN/s" in units


def _stitching(junctions: SourceJunctions) -> str:
    scales = [
        f"{band}\N{NO-BREAK SPACE}{scale:.3f}"
        for band, scale in junctions.stitch_scales
        if math.isfinite(scale)
    ]
    said = [f"Levels meet with the factors: {', '.join(scales)}."] if scales else []
    return "\n".join([*said, *junctions.messages])
