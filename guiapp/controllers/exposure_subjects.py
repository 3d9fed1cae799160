"""What controllers share whose results rest on many exposures: one subject after the other."""

from abc import abstractmethod
from typing import Any

from PyQt6.QtCore import QObject

from engine.project.keys import NodeKey
from guiapp.controllers.exposure_origin import exposure_origin
from guiapp.controllers.view_controller import AnalysisController
from guiapp.controllers.workspace import Workspace
from guiapp.views.subject_view import SubjectView


class ExposureSubjectsController(AnalysisController):
    """Shows one of the subjects that the exposures of the session give.

    Attributes
    ----------
    nothing : str
        What is said when there are none.
    """

    nothing = ""

    def __init__(
        self, workspace: Workspace, view: SubjectView, parent: QObject | None = None
    ) -> None:
        super().__init__(workspace, view, parent)
        self.subject = ""
        self._shown_in = view
        self._follower = self.follower_for(view)
        self._follower.shown.connect(lambda _result: self.inspector_changed.emit())
        view.subject_chosen.connect(self._on_subject)
        view.cursor_changed.connect(self.cursor_changed)

    @abstractmethod
    def title_of(self, subject: str) -> str:
        """Return what a subject is called: overridden by each controller."""

    @abstractmethod
    def show_decided(self, key: NodeKey) -> None:
        """Write the heading of ``key`` and show its parameters: overridden by each controller."""

    def key(self) -> NodeKey | None:
        return NodeKey(self.analysis.name, self.subject) if self.subject else None

    def export_key(self) -> NodeKey | None:
        return self.key() if self.result is not None else None

    @property
    def result(self) -> Any | None:
        """What is shown."""
        return self._follower.result

    def refresh(self) -> None:
        keys = self.workspace.chain.keys_of(self.workspace.session, self.analysis.name)
        subjects = [key.subject for key in keys]
        if self.subject not in subjects:
            self.subject = subjects[0] if subjects else ""
        named = [(one, self.title_of(one)) for one in subjects]
        self._shown_in.show_subjects(named, self.subject)
        key = self.key()
        if key is None:
            self.say_heading(self.title)
            self._follower.follow(None, reason=self.nothing)
        else:
            self.show_decided(key)
            self._follower.follow(key)
        self.inspector_changed.emit()

    def origin_lines(self) -> tuple[str, ...]:
        key = self.key()
        return () if key is None else exposure_origin(self.workspace, key)

    def _on_subject(self, subject: str) -> None:
        self.subject = subject
        self.refresh()
