"""The chain strip: how far each step is."""

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from engine.analyses import ANALYSES, Analysis
from engine.progress import Progress
from engine.project.chain import State as NodeState
from engine.project.keys import NodeKey
from engine.project.run import evaluate_all
from engine.project.session import Session
from guiapp.controllers.chain_words import WHAT_IS_MISSING
from guiapp.controllers.naming import subject_title
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job, State
from guiapp.panels.chain_strip import ChainStep, ChainStrip

_SETTLE_MS = 120


class ChainController(QObject):
    """Says how far each step is, and brings stale steps up to date.

    Signals
    -------
    step_clicked(name)
        The user wants to see a step.
    finished(tuple of (NodeKey, str))
        The whole chain ran; these results cannot be had.
    """

    step_clicked = pyqtSignal(str)
    finished = pyqtSignal(tuple)

    def __init__(self, workspace: Workspace, strip: ChainStrip) -> None:
        super().__init__(strip)
        self._workspace = workspace
        self._strip = strip
        self._running: Job | None = None
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self.refresh)
        strip.clicked.connect(self.step_clicked)
        workspace.document.changed.connect(lambda _change: self._settling.start())
        workspace.runner.ended.connect(lambda _job: self._settling.start())
        workspace.runner.progressed.connect(self._on_progress)
        self.refresh()

    def refresh(self) -> None:
        """Show the state of every step of the session as it is now."""
        session, chain = self._workspace.session, self._workspace.chain
        keys = chain.keys(session)
        steps = tuple(
            _step(analysis, session, [key for key in keys if key.step == analysis.name], self)
            for analysis in ANALYSES
        )
        self._strip.show_steps(steps)

    def state_of(self, key: NodeKey) -> NodeState:
        """Return the state of one result."""
        return self._workspace.chain.state(self._workspace.session, key)

    def reason_of(self, key: NodeKey) -> str:
        """Return why there is no result, or ``""``."""
        error = self._workspace.chain.failure(self._workspace.session, key)
        return error.sentence if error is not None else ""

    def _on_progress(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    @property
    def is_running(self) -> bool:
        """Whether the whole chain is being brought up to date."""
        return self._running is not None

    def run_all(self) -> None:
        """Bring every result of the session up to date, in the background."""
        if self._running is not None:
            self._running.cancel()
        session, chain = self._workspace.session, self._workspace.chain

        def work(progress: Progress) -> object:
            return evaluate_all(session, chain, progress=progress)

        self._running = self._workspace.runner.start(
            "Bring the chain up to date", work, self._on_run, lane="queue"
        )
        self.refresh()

    def _on_run(self, job: Job) -> None:
        if job is not self._running:
            return
        self._running = None
        self.refresh()
        if job.state is State.SUCCEEDED and isinstance(job.result, tuple):
            self.finished.emit(job.result)


def _step(
    analysis: Analysis, session: Session, keys: list[NodeKey], owner: ChainController
) -> ChainStep:
    if not keys:
        reason = (
            "There is nothing to do." if not session.entries else WHAT_IS_MISSING[analysis.name]
        )
        return ChainStep(analysis.name, analysis.title, "missing", reason)
    states = [owner.state_of(key) for key in keys]
    n_fresh = states.count("fresh")
    count = f"{n_fresh}/{len(keys)}"
    failed, impossible = (
        [
            f"{subject_title(session, key)}: {owner.reason_of(key)}".removeprefix(": ")
            for key, one in zip(keys, states, strict=True)
            if one == kind
        ]
        for kind in ("failed", "unavailable")
    )
    name, title = analysis.name, analysis.title
    if owner.is_running and n_fresh + len(impossible) < len(keys):
        return ChainStep(name, title, "running", "", count)
    if failed:
        return ChainStep(name, title, "failed", "\n".join(failed[:6]), count)
    n_stale = len(keys) - n_fresh - len(impossible)
    if n_stale:
        reason = f"{n_stale} of {len(keys)} are computed when they are shown, or with F9."
        return ChainStep(name, title, "stale", reason, count)
    if n_fresh:
        said = [f"{n_fresh} up to date", *impossible[:6]]
        return ChainStep(name, title, "fresh", "\n".join(said), count if impossible else "")
    return ChainStep(name, title, "missing", "\n".join(impossible[:6]), count)
