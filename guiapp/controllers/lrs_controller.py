"""What the controllers of the LRS have in common: a subject that follows the selection."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from PyQt6.QtCore import QObject

from engine.model.table import ResultTable
from engine.project.keys import NodeKey
from guiapp.controllers.exposure_origin import exposure_origin
from guiapp.controllers.node_follower import NodeFollower
from guiapp.controllers.view_controller import SCOPE_ALL, AnalysisController, InspectorContent
from guiapp.controllers.workspace import Workspace
from guiapp.plots.canvas import PlotCanvas
from guiapp.views.lrs_view import LrsView


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
        self.follower = NodeFollower(
            workspace.document, workspace.chain, workspace.runner, view, self
        )
        self.follower.is_active = False
        self.follower.shown.connect(lambda _result: self.inspector_changed.emit())
        view.subject_chosen.connect(self._on_subject)
        view.cursor_changed.connect(self.cursor_changed)
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

    # What the frame asks

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
            wanted = self.subject_of_selection()
            self._take(wanted if wanted in subjects else self._subject)
        if self._subject not in subjects:
            self._take(subjects[0] if subjects else "")
        self.lrs.show_subjects([(one, self.title_of(one)) for one in subjects], self._subject)
        heading = f"{self.title} · {self.title_of(self._subject)}" if self._subject else self.title
        self.say_heading(heading, self.analysis.source)
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

    def _take(self, subject: str) -> None:
        if subject != self._subject:
            self._subject = subject
            self.lrs.begin()

    def _on_subject(self, subject: str) -> None:
        self._take(subject)
        self.refresh()
