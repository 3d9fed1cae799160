"""What a drag would give, computed in the background: always the newest wish, one at a time."""

from PyQt6.QtCore import QObject, pyqtSignal

from engine.progress import Progress
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job, State


class LatestPreview(QObject):
    """Evaluates one result of a session that is not the document's yet.

    While one wish is computed, only the newest of those that come is kept: a drag is followed as
    fast as the engine can, and no wish waits behind others that nobody looks at any more.

    Parameters
    ----------
    workspace : Workspace
        With chain and runner.
    label : str
        Name of the job.
    parent : QObject
        Owns it.

    Signals
    -------
    ready(object)
        A result; a wish that has none says nothing.
    """

    ready = pyqtSignal(object)

    def __init__(self, workspace: Workspace, label: str, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._label = workspace, label
        self._job: Job | None = None
        self._next: tuple[Session, NodeKey] | None = None

    def want(self, session: Session, key: NodeKey) -> None:
        """Compute ``key`` of ``session`` as soon as the wish before is done."""
        self._next = session, key
        if self._job is None:
            self._begin()

    def forget(self) -> None:
        """Want nothing any more; what is still computed is not told."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _begin(self) -> None:
        if self._next is None:
            return
        (session, key), self._next = self._next, None
        chain = self._workspace.chain

        def work(progress: Progress) -> object:
            return chain.evaluate(session, key, progress)

        self._job = self._workspace.runner.start(self._label, work, self._on_ended)

    def _on_ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is State.SUCCEEDED:
            self.ready.emit(job.result)
        self._begin()
