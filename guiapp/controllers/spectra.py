"""From the chain to the spectra view and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import CALIBRATE, EXTRACT, RESPONSE, USABLE
from engine.errors import EngineError
from engine.figures.seen import SeenPanel
from engine.lrs.modes import is_lrs, is_slitless
from engine.lrs.usable_range import UsableRange
from engine.model.identity import Identity
from engine.model.spectrum import Spectrum
from engine.model.star_names import shown_source_name
from engine.mrs.calibrated_spectra import CalibratedSpectrum
from engine.progress import Part, Progress
from engine.project.calibrate_step import is_calibrated_already
from engine.project.chain import Chain
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from engine.project.own_vectors import CALIBRATED_ALREADY, has_own_vector, vector_title
from engine.project.session import Session
from engine.project.tables import calibration_summary
from engine.project.vector_choice import calibrated_together
from guiapp.controllers.extracted_numbers import EXTRACTED_SAID, extracted_table
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.leaving_out import left_out_words
from guiapp.controllers.segment_names import names_apart
from guiapp.controllers.spectra_remarks import errors_text, remarks_text
from guiapp.controllers.vector_form import SCOPE_SOURCE, choose_vectors, vector_form
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    InspectorContent,
    ViewController,
    columns_of,
    origin_of,
)
from guiapp.controllers.workspace import Workspace
from guiapp.settings.preferences import Preferences
from guiapp.views.segment_curve import SegmentCurve
from guiapp.views.spectra import STAGES, SpectraView, Stage

_MOST_OVERLAID = 4  #: other sources beside the one that is shown
_COLUMNS = {
    "band": "band",
    "median_flux_jy": "flux",
    "median_error_jy": "±",
    "median_ratio": "ratio",
    "median_ratio_error": "± ratio",
}


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """The curves of one source, and what could not be had."""

    source: str
    stage: Stage
    curves: tuple[SegmentCurve, ...]
    problems: tuple[str, ...]
    usable: UsableRange | None = None


class SpectraController(ViewController):
    """Shows all bands of the current source, as extracted or calibrated."""

    name = "spectra"
    group = "MRS"
    title = "Spectra"
    tip = "All bands of a source over its model (Law+2025, Figs. 10 and 15)"
    words = "plot flux overlay model compare"
    step = CALIBRATE.name
    kept: ClassVar = {"flux axis": "scale"}

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.spectra = SpectraView()
        super().__init__(workspace, self.spectra, parent)
        self.scope = SCOPE_SOURCE
        self.stage: Stage = "calibrated"
        self._shown_source = ""
        self._drawn: Gathered | None = None
        self._gatherer = Gatherer(workspace, "Gather the spectra", self)
        self._gatherer.failed.connect(self.failed)
        self._others = Gatherer(workspace, "Gather the spectra of the other version", self)
        workspace.other.changed.connect(lambda _session: self._refresh_if_active())
        self.spectra.stage_chosen.connect(self._on_stage)
        self.spectra.segment_clicked.connect(lambda one: workspace.selection.select((one,)))
        self.spectra.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = self.spectra.hint

    def refresh(self) -> None:
        segment = self.workspace.segment()
        if segment is None:
            self._gatherer.forget()
            self._shown_source = ""
            self.spectra.clear("Open a cube or a spectrum to see it here.")
            self.say_heading("Spectra")
            return
        source = segment.identity.source_key
        segments = self._segments(source)
        session, chain, stage = self.workspace.session, self.workspace.chain, self._stage(segments)
        is_started = self._gatherer.gather(
            _nodes(segments),
            (source, stage, tuple(one.id for one in segments)),
            lambda progress, deliver: gather_curves(
                session, chain, source, segments, stage, progress=progress, deliver=deliver
            ),
            self._show,
        )
        if not is_started:
            self._read_again()
        elif self._shown_source != source:
            self.spectra.clear(f"Computing the spectra of {shown_source_name(source)} …")
        self.spectra.select(segment.id)
        self._gather_others(segments)
        self._say_heading(segment, segments)

    def _gather_others(self, segments: tuple[Segment, ...]) -> None:
        """Gather the same bands of the version that this one is compared with, if there is one."""
        other, chain, stage = self.workspace.other, self.workspace.chain, self._stage(segments)
        keys = (other.counterpart(NodeKey(CALIBRATE.name, one.id)) for one in segments)
        same = tuple(
            one for key in keys if key is not None and (one := other.session.segment(key.subject))
        )
        if not same:
            self._gather_selected(segments)
            return
        session, label = other.session, other.label
        self._others.gather(
            (),
            (id(session), label, stage, tuple(one.id for one in same)),
            lambda progress, _deliver: gather_curves(
                session, chain, label, same, stage, progress=progress, deliver=lambda _part: None
            ),
            lambda gathered: self.spectra.show_other(gathered.curves, gathered.source),
        )

    def _gather_selected(self, segments: tuple[Segment, ...]) -> None:
        """Gather the spectra of the other sources that are selected: they are overlaid."""
        own = {one.identity.source_key for one in segments}
        session, chain, stage = self.workspace.session, self.workspace.chain, self._stage(segments)
        chosen = (session.segment(one) for one in self.workspace.selection.segments)
        sources = dict.fromkeys(one.identity.source_key for one in chosen if one is not None)
        others = {one: self._segments(one) for one in sources if one not in own}
        others = dict(tuple(others.items())[:_MOST_OVERLAID])
        if not others:
            self._others.forget()
            self.spectra.show_other((), "", "sources")
            return
        label = ", ".join(map(shown_source_name, others))
        every = tuple(one for of_source in others.values() for one in of_source)
        self._others.gather(
            _nodes(every),
            (label, stage, tuple(one.id for one in every)),
            lambda progress, _deliver: gather_curves(
                session, chain, label, every, stage, progress=progress, deliver=lambda _part: None
            ),
            self._show_selected,
        )

    def _show_selected(self, gathered: Gathered) -> None:
        self.spectra.show_other(gathered.curves, gathered.source, "sources")
        if gathered.problems and not gathered.curves:
            self.failed.emit(f"{gathered.source} cannot be overlaid: {gathered.problems[0]}", "")

    def inspector(self) -> InspectorContent:
        segment = self.workspace.segment()
        if segment is None:
            return InspectorContent(summary="Nothing is open.")
        session, chain = self.workspace.session, self.workspace.chain
        if self._stage(self._segments(segment.identity.source_key)) == "extracted":
            return self._extracted_numbers(segment)
        rows = [
            (one.identity, result)
            for one in self._segments(segment.identity.source_key)
            if (result := chain.result(session, NodeKey(CALIBRATE.name, one.id))) is not None
        ]
        segments = self._segments(segment.identity.source_key)
        bands = [one for one in segments if one.identity.band]
        form = vector_form(self.workspace, bands, scope=self.scope) if bands else InspectorContent()
        return replace(
            form,
            numbers=columns_of(calibration_summary(rows), _COLUMNS) if rows else None,
            numbers_title="Calibrated bands, ± of a sample",
            summary=_summary(session, segments, rows),
            origin=origin_of(self.workspace, segment.entry.id),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        segment = self.workspace.segment()
        if segment is None:
            return
        if self.scope == SCOPE_ALL:
            held, whose = calibrated_together(self.workspace.session), "all observations"
        else:
            source = segment.identity.source_key
            held, whose = self._segments(source), shown_source_name(source)
        choose_vectors(self.workspace, held, value, whose=whose)

    def _extracted_numbers(self, segment: Segment) -> InspectorContent:
        """Return what is to be known of the bands as they are drawn: nothing is calibrated."""
        curves = self._curves_of(segment.identity.source_key)
        return InspectorContent(
            numbers=extracted_table(curves) if curves else None,
            numbers_title="Bands as extracted, ± of a sample",
            summary=EXTRACTED_SAID if curves else "No band of this source is drawn yet.",
            origin=origin_of(self.workspace, segment.entry.id),
        )

    def _curves_of(self, source: str) -> tuple[SegmentCurve, ...]:
        """Return what is drawn, if it is of ``source`` as it was extracted."""
        drawn = self._drawn
        is_of_it = drawn is not None and (drawn.source, drawn.stage) == (source, "extracted")
        return drawn.curves if drawn is not None and is_of_it else ()

    def choices(self) -> dict[str, str]:
        return super().choices() | {"stage": self.stage}

    def take_choices(self, wanted: Mapping[str, str]) -> None:
        super().take_choices(wanted)
        stage = next((one for one in STAGES if one == wanted.get("stage")), self.stage)
        if stage != self.stage:
            self._on_stage(stage)

    def selected_rows(self) -> tuple[int, ...] | None:
        chosen = self.workspace.selection.segments
        return tuple(i for i, one in enumerate(self._row_ids()) if one in chosen)

    def select_rows(self, rows: Sequence[int]) -> None:
        shown = self._row_ids()
        if rows and rows[0] < len(shown):
            self.workspace.selection.select((shown[rows[0]],))

    def _row_ids(self) -> list[str]:
        """Return which segment each row of the table is about."""
        segment = self.workspace.segment()
        source = "" if segment is None else segment.identity.source_key
        if self._stage(self._segments(source)) == "extracted":
            return [one.id for one in self._curves_of(source)]
        return [one.id for one in self._calibrated()]

    def _calibrated(self) -> list[Segment]:
        """Return the bands of this source that are calibrated: the rows of the table."""
        segment = self.workspace.segment()
        source = "" if segment is None else segment.identity.source_key
        session, chain = self.workspace.session, self.workspace.chain
        return [
            one
            for one in self._segments(source)
            if chain.result(session, NodeKey(CALIBRATE.name, one.id)) is not None
        ]

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": self.spectra.plot.show_all_linked,
            "view.zoom_previous": self.spectra.plot.previous_zoom,
            "view.errors": lambda: self.spectra.show_errors(
                "hidden" if self.spectra.has_errors else "shown"
            ),
        }

    @property
    def has_errors(self) -> bool:
        return self.spectra.has_errors

    def apply_preferences(self, preferences: Preferences) -> None:
        self.spectra.show_errors("shown" if preferences.is_on("show_errors") else "hidden")

    def export_key(self) -> NodeKey | None:
        segment = self.workspace.segment()
        if segment is None:
            return None
        key = NodeKey(EXTRACT.name, segment.id)
        return key if key in self.seen() else NodeKey(CALIBRATE.name, segment.id)

    def seen(self) -> tuple[NodeKey, ...]:
        """Return the spectra of all bands that are drawn, those that are overlaid among them."""
        segment = self.workspace.segment()
        if segment is None:
            return ()
        chosen = (segment, *map(self.workspace.session.segment, self.workspace.selection.segments))
        sources = dict.fromkeys(one.identity.source_key for one in chosen if one is not None)
        drawn = [
            one for source in tuple(sources)[: 1 + _MOST_OVERLAID] for one in self._segments(source)
        ]
        if self._stage(self._segments(segment.identity.source_key)) == "extracted":
            return tuple(NodeKey(EXTRACT.name, one.id) for one in drawn if one.is_cube)
        known = set(self.workspace.chain.keys_of(self.workspace.session, CALIBRATE.name))
        keys = (NodeKey(CALIBRATE.name, one.id) for one in drawn)
        return tuple(key for key in keys if key in known)

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        return self.spectra.seen_panels()

    def _segments(self, source: str) -> tuple[Segment, ...]:
        session = self.workspace.session
        return tuple(
            one for one in session.sources.get(source, ()) if session.exclusion(one.id) is None
        )

    def _stage(self, segments: tuple[Segment, ...]) -> Stage:
        """Return the stage that is shown: nothing but bands of the MRS can be calibrated."""
        return self.stage if any(one.identity.band for one in segments) else "extracted"

    def _say_heading(self, segment: Segment, segments: tuple[Segment, ...]) -> None:
        identity = segment.identity
        star = shown_source_name(identity.source_key)
        visit = f"{star} · {identity.date}" if identity.date else star
        shown = self._stage(segments)
        stage = STAGES[shown].lower()
        if shown == "calibrated":
            stage = f"calibrated with {self._vectors(identity.source_key)}"
        session = self.workspace.session
        left_out = left_out_words(session.exclusion(identity.source_key))
        hidden = len(session.sources.get(identity.source_key, ())) - len(segments)
        fewer = f"{hidden} left out" if hidden else ""
        parts = (left_out, stage, _counted(segments), fewer)
        self.say_heading(f"Spectra · {visit}", " · ".join(part for part in parts if part))

    def _vectors(self, source: str) -> str:
        session = self.workspace.session
        titles = {vector_title(session, one) for one in self._segments(source)}
        titles = titles - {CALIBRATED_ALREADY} or titles
        return titles.pop() if len(titles) == 1 else f"{len(titles)} vectors"

    def _on_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.refresh()

    def _show(self, gathered: Gathered) -> None:
        self._shown_source, self._drawn = gathered.source, gathered
        if not gathered.curves:
            self.spectra.clear(gathered.problems[0] if gathered.problems else "No spectrum.")
        else:
            self.spectra.show_curves(gathered.source, gathered.stage, gathered.curves)
            self.spectra.show_unusable(gathered.usable)
            self.spectra.say("  ".join(gathered.problems[:2]))
        self.inspector_changed.emit()


def _counted(segments: Sequence[Segment]) -> str:
    """Return how many spectra there are, as what they are: bands, integrations, spectra."""
    if all(one.identity.band for one in segments):
        one_name, names = "band", "bands"
    elif all(is_slitless(one.identity) for one in segments):
        one_name, names = "integration", "integrations"
    else:
        one_name, names = "spectrum", "spectra"
    return f"{len(segments)} {one_name if len(segments) == 1 else names}"


def _nodes(segments: tuple[Segment, ...]) -> tuple[NodeKey, ...]:
    """Return the results that the curves of ``segments`` rest on."""
    return tuple(
        NodeKey(step, one.id)
        for one in segments
        for step in (EXTRACT.name, RESPONSE.name, CALIBRATE.name)
        if one.is_cube or step != EXTRACT.name
    )


def _summary(
    session: Session,
    segments: tuple[Segment, ...],
    rows: Sequence[tuple[Identity, CalibratedSpectrum]],
) -> str:
    """Return what is to be known about the calibrated bands in ``rows``."""
    if not rows:
        return "No band of this source is calibrated yet."
    errors = errors_text([one for _, one in rows])
    said = (errors, remarks_text(rows), vectors_text(session, segments))
    return "\n".join(part for part in said if part)


def vectors_text(session: Session, segments: Sequence[Segment]) -> str:
    """Return whose vector calibrates which bands, and what comes of own ones."""
    bands: dict[str, list[str]] = {}
    for one in segments:
        bands.setdefault(vector_title(session, one), []).append(one.identity.band or "spectrum")
    already = bands.pop(CALIBRATED_ALREADY, [])
    lines = [f"{', '.join(own)}: calibrated with {title}." for title, own in bands.items()]
    if already:
        lines.append(f"{', '.join(already)}: {CALIBRATED_ALREADY}, drawn as opened to compare.")
    if any(has_own_vector(session, one) for one in segments):
        lines.append(
            "A spectrum that is calibrated with its own response is its model by construction: "
            "the ratio shows what the curve does not follow, not whether the calibration is right."
        )
    return "\n".join(lines)


def gather_curves(
    session: Session,
    chain: Chain,
    source: str,
    segments: tuple[Segment, ...],
    stage: Stage,
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None],
) -> Gathered:
    """Compute the curves of a source; a band that cannot be had is told, the others are shown."""
    curves: list[SegmentCurve] = []
    problems: list[str] = []
    usable = _usable(session, chain, segments, progress)
    names = names_apart(segments)
    for done, segment in enumerate(segments):
        progress.step(done, len(segments), segment.title)
        part = Part(progress, done, len(segments))
        try:
            curve = _curve(session, chain, segment, stage, part)
            curves.append(replace(curve, told_apart=names[segment.id]))
        except EngineError as error:
            problems.append(f"{segment.identity.band}: {error.sentence}".removeprefix(": "))
        deliver(Gathered(source, stage, tuple(curves), tuple(problems), usable))
    return Gathered(source, stage, tuple(curves), tuple(problems), usable)


def _usable(
    session: Session, chain: Chain, segments: tuple[Segment, ...], progress: Progress
) -> UsableRange | None:
    """Return the usable range of the first spectrum of the LRS; `None`: there is none."""
    first = next((one for one in segments if is_lrs(one.identity) and one.part == 0), None)
    if first is None:
        return None
    try:
        found: UsableRange = chain.evaluate(session, NodeKey(USABLE.name, first.id), progress)
    except EngineError:
        return None
    return found


def _curve(
    session: Session, chain: Chain, segment: Segment, stage: Stage, progress: Progress
) -> SegmentCurve:
    if stage == "calibrated" and is_calibrated_already(session, segment):
        own = _extracted(session, chain, segment, progress)
        nothing = np.full(own.size, np.nan)
        return _segment_curve(segment, own, nothing, nothing)
    if stage == "calibrated":
        result = chain.evaluate(session, NodeKey(CALIBRATE.name, segment.id), progress)
        curve = _segment_curve(segment, result.spectrum, result.model_jy, result.ratio)
        title = vector_title(session, segment)
        return replace(curve, vector=title, sys_error=result.sys_error)
    spectrum = _extracted(session, chain, segment, progress)
    model, ratio = np.full(spectrum.size, np.nan), np.full(spectrum.size, np.nan)
    try:
        response: Any = chain.evaluate(session, NodeKey(RESPONSE.name, segment.id), progress)
    except EngineError:
        pass  # without a model the observed spectrum is shown alone
    else:
        ratio = response.ratio
        model = response.model_jy if spectrum.unit == "Jy" else model
    return _segment_curve(segment, spectrum, model, ratio)


def _extracted(session: Session, chain: Chain, segment: Segment, progress: Progress) -> Spectrum:
    if segment.is_cube:
        extraction = chain.evaluate(session, NodeKey(EXTRACT.name, segment.id), progress)
        spectrum: Spectrum = extraction.spectrum
    else:
        spectrum = chain.library.product(segment.entry, segment.part, progress=progress)
    return spectrum


def _segment_curve(
    segment: Segment, spectrum: Spectrum, model: np.ndarray, ratio: np.ndarray
) -> SegmentCurve:
    return SegmentCurve(
        id=segment.id,
        band=segment.identity.band,
        unit=spectrum.unit,
        wave_um=spectrum.wave_um,
        flux=spectrum.flux,
        error=spectrum.error,
        model=model,
        ratio=ratio,
        file=Path(segment.entry.path).name,
    )
