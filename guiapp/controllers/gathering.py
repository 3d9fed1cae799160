"""Several results of the chain gathered for one view."""

from collections.abc import Callable
from typing import Any

from PyQt6.QtCore import QObject

from engine.progress import Progress
from engine.project.keys import NodeKey
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job, State


class Gatherer(QObject):
    """Computes something from many nodes in the background; only the newest wish is shown.

    Nothing is computed again while the nodes that it rests on are the same.

    Parameters
    ----------
    workspace : Workspace
        Where the nodes are.
    label : str
        Name of the job.
    """

    def __init__(self, workspace: Workspace, label: str, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._label = label
        self._job: Job | None = None
        self._done: object = None
        self._partial: Any = None
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
        self._partial, self._show = None, show
        self._job = self._workspace.runner.start(
            self._label,
            lambda progress: work(progress, self._keep_partial),
            lambda job: self._on_ended(job, show),
        )
        return True

    def forget(self) -> None:
        """Gather again at the next wish."""
        self._done = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _keep_partial(self, partial: Any) -> None:
        self._partial = partial

    def _on_progress(self, job: Job) -> None:
        partial, self._partial = self._partial, None
        if job is self._job and partial is not None:
            self._show(partial)

    def _on_ended(self, job: Job, show: Callable[[Any], None]) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is State.SUCCEEDED:
            show(job.result)
        else:
            self._done = None

    def _fingerprint(self, nodes: tuple[NodeKey, ...]) -> tuple[str, ...]:
        session, chain = self._workspace.session, self._workspace.chain
        return tuple(chain.digest_or_reason(session, node) for node in nodes)


def _nothing(_result: Any) -> None:
    """Show nothing: no one has asked yet."""
