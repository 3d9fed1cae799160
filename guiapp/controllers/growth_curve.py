"""From the chain to the view of aperture corrections and back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PyQt6.QtCore import QObject

from engine.analyses import EXTRACT, GROWTH
from engine.arrays import FloatArray
from engine.errors import EngineError
from engine.figures.seen import SeenPanel
from engine.model.aperture import ApertureCorrection
from engine.model.bands import band_named
from engine.model.star_names import shown_source_name
from engine.model.table import Column, ResultTable
from engine.mrs.aperture import fwhm_arcsec
from engine.mrs.aperture_correction import interpolate_correction
from engine.mrs.growth_curve import RADII_FWHM, GrowthCurve, rejoined
from engine.progress import Part, Progress
from engine.project.chain import Chain
from engine.project.entries import Segment
from engine.project.growth_step import extraction_params
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.session import Session
from guiapp.controllers.gathering import Gatherer
from guiapp.controllers.seen_axes import seen_of_drawn
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    SCOPE_OWN,
    AnalysisController,
    InspectorContent,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.growth_curve import SHOWN_FWHM, GrowthCurveView, References

_NOTHING = "Open the cube of a bright star to measure its growth curve."
_SAMPLES = 40
_USE_WORDS = {
    "when available": "the open reference",
    "measured": "what is measured",
    "none": "no aperture correction",
}


@dataclass(frozen=True, eq=False, slots=True)
class Gathered:
    """Growth curves by band, segments by band, corrections of files, and what is missing."""

    growths: dict[str, GrowthCurve]
    segments: dict[str, str]
    references: References
    problems: tuple[str, ...]


class GrowthCurveController(AnalysisController):
    """Shows the corrections of one source; the join radius and the choice become commands."""

    name = "growth"
    group = "Corrections"
    title = "Aperture"
    tip = "Aperture corrections and growth curves (Law+2025, Sec. 4, Fig. 7)"
    words = "radius encircled energy growth correction psf"
    step = GROWTH.name
    analysis = GROWTH

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        self.growth = GrowthCurveView()
        super().__init__(workspace, self.growth, parent)
        self.scope = SCOPE_ALL
        self._gathered: Gathered | None = None
        self._source = ""
        self._gatherer = Gatherer(workspace, "Measure growth curves", self)
        self._gatherer.failed.connect(self.failed)
        view = self.growth
        view.band_chosen.connect(self._on_band)
        view.join_dragged.connect(self._on_join)
        view.use_chosen.connect(self._on_use)
        view.preview = self.preview
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    # What the frame asks

    def key(self) -> NodeKey | None:
        gathered = self._gathered
        segment = None if gathered is None else gathered.segments.get(self.growth.band)
        return None if segment is None else NodeKey(GROWTH.name, segment)

    def export_key(self) -> NodeKey | None:
        return self.key()

    def seen_panels(self) -> tuple[SeenPanel, ...]:
        plots = (self.growth.plot, self.growth.growth_plot)
        return tuple(seen_of_drawn(one) for one in plots)

    def seen(self) -> tuple[NodeKey, ...]:
        found = {} if self._gathered is None else self._gathered.segments
        return tuple(NodeKey(GROWTH.name, segment) for segment in found.values())

    def refresh(self) -> None:
        session, chain = self.workspace.session, self.workspace.chain
        segments = self._segments(session)
        name = shown_source_name(self._source) if segments else ""
        self.say_heading("Aperture correction", name)
        if not segments:
            self._gatherer.forget()
            self._gathered = None
            self.growth.clear(_NOTHING)
            self.inspector_changed.emit()
            return
        keys = tuple(NodeKey(GROWTH.name, one.id) for one in segments)
        is_first = self._gathered is None or set(self._gathered.segments.values()).isdisjoint(
            one.id for one in segments
        )
        is_started = self._gatherer.gather(
            keys,
            (session.corrections, self._source),
            lambda progress, deliver: gather_growths(
                session, chain, segments, progress=progress, deliver=deliver if is_first else None
            ),
            self._show,
        )
        if is_started and is_first:
            self.growth.clear("Measuring growth curves …")
        self._follow()

    def inspector(self) -> InspectorContent:
        content = self.form()
        growth = self._current()
        if growth is None:
            problems = () if self._gathered is None else self._gathered.problems
            return replace(content, summary="\n".join(problems))
        said = [*growth.messages, f"Outside: {growth.outside}.", *self._problems()]
        return replace(
            content,
            numbers=_matrix(growth.correction),
            numbers_title=f"Correction of {self.growth.band}",
            summary="\n".join(said),
        )

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self._for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self._for_each(PlotCanvas.previous_zoom),
        }

    def preview(self, join_fwhm: float) -> GrowthCurve | None:
        """Return the curves of the chosen band with another join radius, and say what it gives."""
        growth = self._current()
        try:
            found = None if growth is None else rejoined(growth, join_fwhm)
        except EngineError as error:
            self.growth.say(error.sentence)
            return None
        if found is not None and found.correction.wave_um.size:
            self.growth.say(self._in_words(found))
        return found

    # Edits

    def _on_join(self, join: float, gesture: int) -> None:
        key = self.key()
        if key is None:
            return
        target = NodeKey(GROWTH.name, EVERYTHING) if self.scope == SCOPE_ALL else key
        params = replace(self.workspace.params(target), join_fwhm=join)
        text = f"Set join radius of {self.subject_text()} to {join:g} FWHM"
        self.workspace.set_params(target, params, text, gesture=gesture)

    def _on_use(self, use: str) -> None:
        gathered = self._gathered
        if gathered is None:
            return
        session = self.workspace.session
        key = NodeKey(EXTRACT.name, EVERYTHING)
        if self.scope == SCOPE_OWN:
            key = NodeKey(EXTRACT.name, gathered.segments.get(self.growth.band, ""))
        params = replace(self.workspace.chain.params(session, key), aperture_correction=use)
        text = f"Extract {self.subject_text()} with {_USE_WORDS[use]}"
        self.workspace.set_params(key, params, text)
        self._show_params()

    def _on_band(self, band: str) -> None:
        gathered = self._gathered
        if gathered is not None and band in gathered.segments:
            self.workspace.selection.select((gathered.segments[band],))
        self.inspector_changed.emit()

    # Parts

    def _segments(self, session: Session) -> tuple[Segment, ...]:
        """Return the cubes of the source that is selected, or of the last one that was."""
        selected = self.workspace.segment()
        if selected is not None:
            self._source = selected.identity.source_key
        found = tuple(one for one in session.sources.get(self._source, ()) if _is_usable(one))
        if not found:
            cubes = [one for one in session.segments if _is_usable(one)]
            self._source = cubes[0].identity.source_key if cubes else ""
            found = tuple(one for one in session.sources.get(self._source, ()) if _is_usable(one))
        return found

    def _current(self) -> GrowthCurve | None:
        gathered = self._gathered
        return None if gathered is None else gathered.growths.get(self.growth.band)

    def _problems(self) -> tuple[str, ...]:
        return () if self._gathered is None else self._gathered.problems

    def _show(self, gathered: Gathered) -> None:
        self._gathered = gathered
        if gathered.growths:
            self.growth.show_growths(gathered.growths, gathered.references)
        else:
            self.growth.clear(" ".join(dict.fromkeys(gathered.problems)) or _NOTHING)
        self._follow()

    def _follow(self) -> None:
        """Show the band that is selected."""
        segment = self.workspace.segment()
        if segment is not None and segment.identity.band != self.growth.band:
            self.growth.choose(segment.identity.band)
        self._show_params()
        growth = self._current()
        if growth is not None and not growth.correction.wave_um.size:
            self.growth.say(f"{self.growth.band}: no correction; {growth.messages[-1]}")
        elif growth is not None:
            self.growth.say(self._in_words(growth))
        self.inspector_changed.emit()

    def _in_words(self, growth: GrowthCurve) -> str:
        value = float(np.median(growth.correction.factor[RADII_FWHM.index(2.0)]))
        taken = 100.0 * float(np.nanmedian(growth.self_subtraction))
        return f"{self.growth.band}: A {value:.3f} at 2 FWHM, the annulus takes {taken:.1f} %"

    def _show_params(self) -> None:
        key = self.key()
        if key is None:
            return
        segment = self.workspace.session.segment(key.subject)
        params = self.workspace.params(key)
        if segment is not None:
            use = extraction_params(self.workspace.session, segment).aperture_correction
            self.growth.show_params(params.join_fwhm, use)

    def _for_each(self, act: Callable[[PlotCanvas], object]) -> None:
        act(self.growth.plot)
        act(self.growth.growth_plot)


def gather_growths(
    session: Session,
    chain: Chain,
    segments: tuple[Segment, ...],
    *,
    progress: Progress,
    deliver: Callable[[Gathered], None] | None = None,
) -> Gathered:
    """Measure the growth curve of every cube, and read what open references say."""
    references = _references(session, chain)
    growths: dict[str, GrowthCurve] = {}
    ids = {one.identity.band: one.id for one in segments}
    problems: list[str] = []
    for done, segment in enumerate(segments):
        band = segment.identity.band
        progress.step(done, len(segments), band)
        part = Part(progress, done, len(segments))
        try:
            growths[band] = chain.evaluate(session, NodeKey(GROWTH.name, segment.id), part)
        except EngineError as error:
            problems.append(f"{band}: {error.sentence}")
            continue
        if deliver is not None:
            deliver(Gathered(dict(growths), ids, references, tuple(problems)))
    return Gathered(growths, ids, references, tuple(problems))


def _references(session: Session, chain: Chain) -> References:
    found: dict[str, tuple[FloatArray, tuple[FloatArray, ...]]] = {}
    for entry, part in session.corrections:
        try:
            table: ApertureCorrection = chain.library.product(entry, part)
            found[table.band] = _at_shown_radii(table)
        except EngineError:
            continue  # the data browser says what is wrong with the file
    return found


def _at_shown_radii(table: ApertureCorrection) -> tuple[FloatArray, tuple[FloatArray, ...]]:
    band = band_named(table.band)
    low = table.wave_um[0] if band is None else band.wave_min_um
    high = table.wave_um[-1] if band is None else band.wave_max_um
    wave = np.linspace(low, high, _SAMPLES)
    fwhm = fwhm_arcsec(wave, slope_arcsec_per_um=0.033, offset_arcsec=0.106)
    return wave, tuple(interpolate_correction(table, wave, one * fwhm) for one in SHOWN_FWHM)


def _matrix(table: ApertureCorrection) -> ResultTable:
    """Return the corrections, one row a wavelength and one column a radius."""
    columns = [Column("λ", "µm", table.wave_um, "Of the correction")]
    for radius in SHOWN_FWHM:
        row = RADII_FWHM.index(radius)
        said = f"Factor for an aperture with a radius of {radius:g} FWHM"
        columns.append(Column(f"{radius:g} FWHM", "", table.factor[row], said))
    return ResultTable("Aperture correction over wavelength and radius", tuple(columns))


def _is_usable(segment: Segment) -> bool:
    return segment.is_cube and band_named(segment.identity.band) is not None
