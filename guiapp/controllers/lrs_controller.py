"""What the controllers of the LRS have in common: a subject that follows the selection."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from PyQt6.QtCore import QObject

from engine.analyses import USABLE, Analysis
from engine.lrs.usable_range import UsableRangeParams
from engine.model.table import ResultTable
from engine.project.entries import Segment
from engine.project.keys import NodeKey
from guiapp.controllers.exposure_origin import exposure_origin
from guiapp.controllers.joint_form import joint_form, set_in_joint_form
from guiapp.controllers.view_controller import (
    SCOPE_ALL,
    SCOPE_OWN,
    AnalysisController,
    InspectorContent,
)
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.lrs_view import LrsView

_DIGITS = 3  # of an end that is dragged
_DRAGGED = frozenset({"fold_um", "blue_um", "blue_red_um", "red_um"})  # shown and held in the plot


class LrsController(AnalysisController):
    """Shows one subject of a step; which one, the view or the selection says."""

    group = "LRS"
    nothing = ""  #: what is missing when there is no subject
    numbers_title = "Numbers"

    def __init__(
        self, workspace: Workspace, view: LrsView, hint: str, parent: QObject | None = None
    ) -> None:
        super().__init__(workspace, view, parent)
        self.lrs = view
        self._subject = ""
        self._selected = ""
        self.follower = self.follower_for(view)
        self.follower.shown.connect(lambda _result: self.inspector_changed.emit())
        view.subject_chosen.connect(self._on_subject)
        view.cursor_changed.connect(self.cursor_changed)
        view.limit_chosen.connect(self._on_limit)
        view.limits_reset.connect(self._on_limits_reset)
        self.texts["hint"] = hint

    # What each controller says

    def subject_of_selection(self) -> str:
        """Return the subject that goes with what is selected; ``""``: none."""
        raise NotImplementedError

    def title_of(self, subject: str) -> str:
        """Return what a subject is called on the screen: the target and the name of its file."""
        entry = self.workspace.session.entry(subject)
        if entry is None:
            return subject
        name = PurePath(entry.path).name.removesuffix(".gz").removesuffix(".fits")
        name = name.replace("_mirimage_", " ")
        target = entry.parts[0].target
        return f"{target} · {name}" if target else name

    def table(self, result: Any) -> ResultTable | None:
        """Return the numbers beside the plot; `None`: there are none."""
        raise NotImplementedError

    def usable_segment(self) -> Segment | None:
        """Return the spectrum whose usable range is shown; `None`: none is."""
        return None

    # What the frame asks

    def nodes(self) -> tuple[tuple[Analysis, NodeKey], ...]:
        """Return the nodes whose parameters the form holds, the one that is shown first."""
        key, segment = self.key(), self.usable_segment()
        found = () if key is None else ((self.analysis, key),)
        return found if segment is None else (*found, (USABLE, NodeKey(USABLE.name, segment.id)))

    def form(self) -> InspectorContent:
        content = joint_form(self.workspace, self._joint(), without=_DRAGGED)
        if not content.specs:
            return content
        return replace(
            content,
            scopes=(SCOPE_OWN, SCOPE_ALL),
            scope=self.scope,
            origin=self.origin_lines(),
        )

    def set_parameter(self, name: str, value: Any) -> None:
        set_in_joint_form(self.workspace, self._joint(), name, value, whose=self.subject_text())

    def _joint(self) -> list[tuple[Analysis, NodeKey]]:
        return [(analysis, self._settings_key(key)) for analysis, key in self.nodes()]

    def key(self) -> NodeKey | None:
        return NodeKey(self.step, self._subject) if self._subject else None

    def export_key(self) -> NodeKey | None:
        return self.key() if self.follower.result is not None else None

    def subjects(self) -> list[str]:
        """Return what can be shown."""
        session = self.workspace.session
        return [key.subject for key in self.workspace.chain.keys_of(session, self.step)]

    def refresh(self) -> None:
        subjects = self.subjects()
        if self.workspace.selection.current != self._selected:
            self._selected = self.workspace.selection.current
            is_one = self._selected in subjects
            wanted = self._selected if is_one else self.subject_of_selection()
            self._take(wanted if wanted in subjects else self._subject)
        if self._subject not in subjects:
            self._take(subjects[0] if subjects else "")
        self.lrs.show_subjects([(one, self.title_of(one)) for one in subjects], self._subject)
        heading = f"{self.title} · {self.title_of(self._subject)}" if self._subject else self.title
        self.say_heading(heading, self._other_than_selected() or self.analysis.source)
        self.follower.follow(self.key(), reason=self.nothing)
        self.inspector_changed.emit()

    def inspector(self) -> InspectorContent:
        content, result = self.form(), self.follower.result
        if result is None:
            return content
        return replace(
            content,
            numbers=self.table(result),
            numbers_title=self.numbers_title,
            summary="\n".join(result.messages),
        )

    def subject_text(self) -> str:
        if self.scope == SCOPE_ALL:
            return "all exposures"
        return self.title_of(self._subject) if self._subject else "this exposure"

    def origin_lines(self) -> tuple[str, ...]:
        key = self.key()
        return () if key is None else exposure_origin(self.workspace, key)

    def actions(self) -> dict[str, Callable[[], object]]:
        return {
            "view.zoom_all": lambda: self.lrs.for_each(PlotCanvas.show_all),
            "view.zoom_previous": lambda: self.lrs.for_each(PlotCanvas.previous_zoom),
        }

    def select_rows(self, rows: Sequence[int]) -> None:
        """Do nothing: overridden where rows can be gone to."""

    def _on_limit(self, side: str, at_um: float) -> None:
        """Hold an end of the usable range where it was dragged to."""
        segment = self.usable_segment()
        if segment is None:
            return
        place = round(at_um, _DIGITS)
        if side == "red":
            self.set_parameter("red_um", (place,))
            return
        found = self.workspace.chain.result(
            self.workspace.session, NodeKey(USABLE.name, segment.id)
        )
        params = self.workspace.params(NodeKey(USABLE.name, segment.id))
        is_red = found is not None and found.low_um == params.blue_red_um
        self.set_parameter("blue_red_um" if is_red else "blue_um", place)

    def _on_limits_reset(self) -> None:
        segment = self.usable_segment()
        if segment is not None:
            key = self._settings_key(NodeKey(USABLE.name, segment.id))
            usual = UsableRangeParams()
            params = replace(
                self.workspace.params(key),
                blue_um=usual.blue_um,
                blue_red_um=usual.blue_red_um,
                red_um=usual.red_um,
            )
            text = f"Bring back the usable range of {self.subject_text()}"
            self.workspace.set_params(key, params, text)

    def _other_than_selected(self) -> str:
        """Say that another observation is shown than the one that is selected."""
        segment = self.workspace.segment()
        wanted = {self._selected, self.subject_of_selection()}
        if not self._subject or segment is None or not wanted.isdisjoint(self.subjects()):
            return ""
        identity = segment.identity
        place = f"{identity.program} o{identity.observation}" if identity.observation else ""
        selected = " ".join(part for part in (identity.target, place) if part)
        return f"{selected or 'What is selected'} has nothing for this view: another one is shown"

    def _take(self, subject: str) -> None:
        if subject != self._subject:
            self._subject = subject
            self.lrs.is_new = True

    def _on_subject(self, subject: str) -> None:
        self._take(subject)
        self.refresh()
