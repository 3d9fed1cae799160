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

    def gather(
        self,
        nodes: tuple[NodeKey, ...],
        facts: tuple[object, ...],
        work: Callable[[Progress], Any],
        show: Callable[[Any], None],
    ) -> None:
        """Run ``work`` unless ``nodes`` and ``facts`` are those of the last time; then ``show``."""
        wanted = (self._fingerprint(nodes), facts)
        if wanted == self._done:
            return
        self._done = wanted
        if self._job is not None:
            self._job.cancel()
        self._job = self._workspace.runner.start(
            self._label, work, lambda job: self._on_ended(job, show)
        )

    def forget(self) -> None:
        """Gather again at the next wish."""
        self._done = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

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
