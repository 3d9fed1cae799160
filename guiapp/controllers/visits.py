"""What the controllers of repeated visits have in common: which star, which stage, leaving out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PyQt6.QtCore import QObject

from engine.errors import DataError
from engine.model.star_names import shown_source_name, star_key
from engine.project.entries import Segment
from engine.project.keys import EVERYTHING, NodeKey
from engine.project.visit_steps import visit_segments
from guiapp.controllers.exposure_origin import origin_of_several
from guiapp.controllers.leaving_out import outcome_text
from guiapp.controllers.view_controller import AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.document.commands import edit
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.spectra import STAGES, Stage
from guiapp.views.visits_view import VisitsView

_NOTHING = "Open two or more visits of one star in the same band to see how they compare."
_COMMON_REASONS = ("mirror tilt", "wave-front event", "cosmic-ray shower", "off-target pointing")


class VisitsController(AnalysisController):
    """Shows one star at one stage."""

    group = "Inspect"
    nothing = _NOTHING
    busy = "Comparing the visits of {} …"  #: said while the first result is computed

    def __init__(
        self, workspace: Workspace, view: VisitsView, parent: QObject | None = None
    ) -> None:
        super().__init__(workspace, view, parent)
        self.visits = view
        self.stage: Stage = "extracted"
        self._star = ""
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self._on_shown())
        view.star_chosen.connect(self._on_star)
        view.stage_chosen.connect(self._on_stage)
        view.cursor_changed.connect(self.cursor_changed)
        self.texts["hint"] = view.hint

    def stars(self) -> tuple[str, ...]:
        """Return the stars that can be shown."""
        keys = self.workspace.chain.keys_of(self.workspace.session, self.analysis.name)
        return tuple(dict.fromkeys(key.settings.subject for key in keys))

    def key(self) -> NodeKey | None:
        star = self._current_star()
        return NodeKey(self.analysis.name, f"{star}@{self.stage}") if star else None

    def export_key(self) -> NodeKey | None:
        return self.key()

    def refresh(self) -> None:
        key = self.key()
        self._star = "" if key is None else key.settings.subject
        self.visits.show_choice(self.stars(), self._star, self.stage)
        if key is None:
            self.say_heading(self.title)
        else:
            self.say_heading(f"{self.title} · {self._star}", STAGES[self.stage].lower())
        self._follower.follow(key, reason=self.nothing)
        if key is not None and self.visits.result is None and not self.visits.empty.reason:
            self.visits.clear(self.busy.format(self._star))
        self.inspector_changed.emit()

    def form(self) -> InspectorContent:
        """Return the form: the parameters hold for all stars."""
        return replace(super().form(), scopes=(), scope="")

    def subject_text(self) -> str:
        return "all stars"

    def actions(self) -> dict[str, Callable[[], object]]:
        panels = self.visits.panels
        return {
            "view.zoom_all": lambda: panels.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: panels.for_each(PlotCanvas.previous_zoom),
        }

    def selected_rows(self) -> tuple[int, ...] | None:
        """Return the rows of the bands that are selected: the tables have one row a band."""
        chosen = self.workspace.selected_bands()
        bands = () if self.result is None else self.result.bands
        return tuple(i for i, one in enumerate(bands) if one.band in chosen)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select the band of a row, in the visit that is selected if it has it."""
        bands = () if self.result is None else self.result.bands
        if rows and rows[0] < len(bands):
            self.select_band(bands[rows[0]].band)

    def select_band(self, band: str) -> None:
        """Select ``band`` of the current visit, else of any visit of the star."""
        session, current = self.workspace.session, self.workspace.segment()
        found = session.observations.get((star_key(self._star), band), ())
        source = "" if current is None else current.identity.source_key
        same = [one for one in found if one.identity.source_key == source] or list(found)
        if same:
            self.workspace.selection.select((same[0].id,))

    @property
    def result(self) -> Any | None:
        """What is shown."""
        return self._follower.result

    def leave_out(self, segment_id: str) -> None:
        """Ask why a visit is to be left out, or bring it back when it is."""
        segment = self.workspace.session.segment(segment_id)
        if segment is None:
            return
        if self.workspace.session.exclusion_of(segment) is not None:
            self._exclude(segment, None)
            return
        dialog = TextDialog(
            f"Leave out {_visit_title(segment)}?",
            "The visit stays in the plots, crossed, but no scatter, mean or trend rests on it. "
            "Say why; it can be undone.",
            suggestions=self._reasons(),
            action="Leave out",
            parent=self.view.window(),
        )
        dialog.taken.connect(lambda reason: self._exclude(segment, reason))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _exclude(self, segment: Segment, reason: str | None) -> None:
        session = self.workspace.session.with_exclusion(segment.identity.source_key, reason)
        if reason is None:
            session = session.with_exclusion(segment.id, None)
        edit(self.workspace.document, session, outcome_text(_visit_title(segment), reason))

    def _reasons(self) -> tuple[str, ...]:
        given = (one.reason for one in self.workspace.session.exclusions)
        return tuple(dict.fromkeys((*given, *_COMMON_REASONS)))

    def _current_star(self) -> str:
        """Return the star of the selection if it has visits, else the one shown, else any."""
        stars = self.stars()
        segment = self.workspace.segment()
        selected = "" if segment is None else star_key(segment.identity.target)
        for star in stars:
            if star_key(star) == selected:
                return star
        return self._star if self._star in stars else next(iter(stars), "")

    def origin_lines(self) -> tuple[str, ...]:
        """Return where the visits that are shown come from: another star may be selected."""
        try:
            visits = visit_segments(self.workspace.session, self._current_star())
        except DataError:
            return ()
        current = self.workspace.segment()
        own = [one.entry for one in visits if current is not None and one.id == current.id]
        return origin_of_several(self.workspace, own or [one.entry for one in visits])

    def _settings_key(self, key: NodeKey) -> NodeKey:
        return NodeKey(key.step, EVERYTHING)

    def _on_star(self, star: str) -> None:
        self._star = star
        found = [
            segment.id
            for segment in self.workspace.session.segments
            if star_key(segment.identity.target) == star_key(star)
        ]
        self.workspace.selection.select(tuple(found[:1]))
        self.refresh()

    def _on_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.refresh()

    def _on_shown(self) -> None:
        self.inspector_changed.emit()


def _visit_title(segment: Segment) -> str:
    identity, name = segment.identity, shown_source_name(segment.identity.source_key)
    return f"{name} of {identity.date}" if identity.date else name
