"""Several results of the chain gathered for one view."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import EngineError
from engine.progress import Progress
from engine.project.keys import NodeKey
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job, State


class Gatherer(QObject):
    """Computes something from many nodes in the background; only the newest wish is shown.

    Nothing is computed again while the nodes that it rests on are the same.

    Signals
    -------
    failed(what, hint)
        There is no result: the work was cancelled, or cannot be done.

    Parameters
    ----------
    workspace : Workspace
        Where the nodes are.
    label : str
        Name of the job.
    """

    failed = pyqtSignal(str, str)

    def __init__(self, workspace: Workspace, label: str, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._label = label
        self._job: Job | None = None
        self._done: object = None
        self._partials: _Partials = _Partials()
        self._show: Callable[[Any], None] = _nothing
        workspace.runner.progressed.connect(self._on_progress)

    def gather(
        self,
        nodes: tuple[NodeKey, ...],
        facts: tuple[object, ...],
        work: Callable[[Progress, Callable[[Any], None]], Any],
        show: Callable[[Any], None],
    ) -> bool:
        """Run ``work`` unless ``nodes`` and ``facts`` are those of the last time; then ``show``.

        ``work`` gets a progress, and a function to which it may hand what it has so far: that is
        shown while it goes on. Returns whether it was started.
        """
        wanted = (self._fingerprint(nodes), facts)
        if wanted == self._done:
            return False
        self._done = wanted
        if self._job is not None:
            self._job.cancel()
        partials = _Partials()  # of this job alone: the last one may still be handing something in
        self._partials, self._show = partials, show
        self._job = self._workspace.runner.start(
            self._label,
            lambda progress: work(progress, partials.put),
            lambda job: self._on_ended(job, nodes, facts),
        )
        return True

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""
        return self._job is not None

    def forget(self) -> None:
        """Gather again at the next wish."""
        self._done = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_progress(self, job: Job) -> None:
        if job is self._job:
            partial = self._partials.take()
            if partial is not None:
                self._show(partial)

    def _on_ended(self, job: Job, nodes: tuple[NodeKey, ...], facts: tuple[object, ...]) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is State.SUCCEEDED:
            # What failed meanwhile is told by this result; tried again, it will be another.
            self._done = (self._fingerprint(nodes), facts)
            self._show(job.result)
            return
        self._done = None
        if isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        elif job.error is None:
            self.failed.emit(f"{self._label}: cancelled.", "It begins again with the next change.")

    def _fingerprint(self, nodes: tuple[NodeKey, ...]) -> tuple[str, ...]:
        return self._workspace.chain.fingerprint(self._workspace.session, nodes)


class _Partials:
    """The newest of what one job has so far, handed from its thread to the window."""

    def __init__(self) -> None:
        self._newest: Any = None

    def put(self, partial: Any) -> None:
        self._newest = partial

    def take(self) -> Any:
        newest, self._newest = self._newest, None
        return newest


def _nothing(_result: Any) -> None:
    """Show nothing: no one has asked yet."""
