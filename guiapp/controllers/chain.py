"""The chain strip: how far each step is."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from time import monotonic
from typing import Literal

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from engine.analyses import ANALYSES, Analysis
from engine.progress import Progress
from engine.project.chain import State as NodeState
from engine.project.keys import NodeKey
from engine.project.run import evaluate_all
from engine.project.session import Session
from guiapp.controllers.chain_words import OFF, WHAT_IS_MISSING, is_off
from guiapp.controllers.instrument import groups_in_use
from guiapp.controllers.naming import node_title, segments_of, subject_title
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Change
from guiapp.jobs.runner import Job, State
from guiapp.panels.chain_strip import ChainStep, ChainStrip

_SETTLE_MS = 120
_SLICE_S = 0.008  # of looking at states at a time, so that a click never waits for them
_MOST_REASONS = 6
_STAGE_NAMES = {"extracted": "Spectra as extracted", "calibrated": "Calibrated spectra"}


class ChainController(QObject):
    """Says how far each step is, and brings stale steps up to date.

    Signals
    -------
    step_clicked(name)
        The user wants to see a step.
    failed(what, hint)
        Why the result that is shown by a click on a step which failed cannot be had.
    finished(tuple of (NodeKey, str))
        The whole chain ran; these results cannot be had.
    """

    step_clicked = pyqtSignal(str)
    failed = pyqtSignal(str, str)
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
        self._looking: Iterator[None] | None = None
        self._next_slice = QTimer(self)
        self._next_slice.setSingleShot(True)
        self._next_slice.timeout.connect(self._look_on)
        self._failing: dict[str, tuple[NodeKey, ...]] = {}
        self._shown_failure: dict[str, NodeKey] = {}
        self._computed: dict[NodeKey, str] = {}  # digest of each result that was at hand once
        strip.clicked.connect(self._on_clicked)
        workspace.document.changed.connect(self._on_changed)
        workspace.runner.ended.connect(lambda _job: self._settling.start())
        workspace.runner.progressed.connect(self._on_progress)
        self.refresh()

    def _on_changed(self, change: Change) -> None:
        if not _files(change.before) & _files(change.after):
            self._computed.clear()  # another session
        self._settling.start()

    def refresh(self) -> None:
        """Show the state of every step of the session as it is now, at once or in a moment."""
        self._looking = self._look(self._workspace.session)
        self._look_on()

    @property
    def is_looking(self) -> bool:
        """Whether some states are still to be looked at before the strip shows them."""
        return self._looking is not None

    def _look_on(self) -> None:
        """Look at states for a moment; the rest follows when the events that wait are done."""
        end = monotonic() + _SLICE_S
        for _ in self._looking or ():
            if monotonic() > end:
                self._next_slice.start(0)
                return
        self._looking = None

    def _look(self, session: Session) -> Iterator[None]:
        """Look at one state after the other; at the end the strip shows all."""
        steps = []
        groups = groups_in_use(session, self._workspace.chain)
        yield
        for analysis in ANALYSES:
            keys = self._workspace.chain.keys_of(session, analysis.name)
            if groups and not keys and analysis.group not in groups:
                continue  # of another instrument
            states: list[NodeState] = []
            n_outdated = 0
            for key in keys:
                states.append(self._workspace.chain.state(session, key))
                n_outdated += self._is_outdated(session, key, states[-1])
                yield
            self._failing[analysis.name] = tuple(
                key for key, state in zip(keys, states, strict=True) if state == "failed"
            )
            steps.append(_step(analysis, session, keys, states, self, n_outdated))
            yield
        self._strip.show_steps(tuple(steps))

    def _is_outdated(self, session: Session, key: NodeKey, state: NodeState) -> bool:
        """Tell whether there was a result of ``key`` that something else has changed since."""
        if state not in {"fresh", "stale"}:
            return False
        digest = self._workspace.chain.digest(session, key)
        if state == "fresh":
            self._computed[key] = digest
        return self._computed.get(key, digest) != digest

    def reason_of(self, key: NodeKey) -> str:
        """Return why there is no result, or ``""``."""
        error = self._workspace.chain.failure(self._workspace.session, key)
        return error.sentence if error is not None else ""

    def _on_clicked(self, step: str) -> None:
        """Show the step; where results failed, the first of them, and the next with each click."""
        failing = self._failing.get(step, ())
        if not failing:
            self.step_clicked.emit(step)
            return
        last = self._shown_failure.get(step)
        place = (failing.index(last) + 1) % len(failing) if last in failing else 0
        key = self._shown_failure[step] = failing[place]
        session = self._workspace.session
        chosen = segments_of(session, key)
        if chosen:
            self._workspace.selection.select(chosen)
        self.step_clicked.emit(step)
        error = self._workspace.chain.failure(session, key)
        if error is not None:
            of_all = f" ({place + 1} of {len(failing)} that failed)" if len(failing) > 1 else ""
            self.failed.emit(f"{node_title(session, key)}{of_all}: {error.what}", error.hint)

    def _on_progress(self) -> None:
        if not self._settling.isActive():
            self._settling.start()

    @property
    def is_running(self) -> bool:
        """Whether the whole chain is being brought up to date."""
        return self._running is not None

    def take_up(self) -> None:
        """Bring results that an earlier run computed into memory, in the background."""
        session, chain = self._workspace.session, self._workspace.chain
        if chain.store.outlives and session.entries:
            self._workspace.runner.start(
                "Take up results of before",
                lambda progress: chain.recall(session, progress),
                lambda _job: self.refresh(),
                lane="queue",
            )

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


def _files(session: Session) -> set[str]:
    return {entry.sha256 for entry in session.entries}


def _by_stage(keys: tuple[NodeKey, ...], states: list[NodeState]) -> tuple[str, ...]:
    """Return how many are still to come at each stage: a view shows one of them at a time."""
    count = Counter(key.stage for key in keys)
    if len(count) < 2:
        return ()
    late = Counter(
        key.stage
        for key, state in zip(keys, states, strict=True)
        if state not in {"fresh", "unavailable"}
    )
    return tuple(
        f"{_STAGE_NAMES.get(stage, 'without a stage')}: "
        + (f"{late[stage]} of {n} to come." if late[stage] else f"all {n} up to date.")
        for stage, n in count.items()
    )


def _step(
    analysis: Analysis,
    session: Session,
    keys: tuple[NodeKey, ...],
    states: list[NodeState],
    owner: ChainController,
    n_outdated: int,
) -> ChainStep:
    name, title = analysis.name, analysis.title
    if not keys:
        reason = (
            "There is nothing to do." if not session.entries else WHAT_IS_MISSING[analysis.name]
        )
        return ChainStep(name, title, "missing", reason)
    n_fresh, n_impossible = states.count("fresh"), states.count("unavailable")
    count = f"{n_fresh}/{len(keys)}"
    failed, impossible = (
        [
            f"{subject_title(session, key)}: {owner.reason_of(key)}".removeprefix(": ")
            for key in islice(
                (key for key, one in zip(keys, states, strict=True) if one == kind), _MOST_REASONS
            )
        ]
        for kind in ("failed", "unavailable")
    )
    if owner.is_running and n_fresh + n_impossible < len(keys):
        return ChainStep(name, title, "running", "", count)
    if failed:
        return ChainStep(name, title, "failed", "\n".join(failed), count)
    if n_fresh + n_impossible < len(keys):
        return _unfinished(analysis, session, keys, states, n_outdated)
    if n_fresh:
        said = [f"{n_fresh} up to date", *impossible]
        return ChainStep(name, title, "fresh", "\n".join(said), count if impossible else "")
    return ChainStep(name, title, "missing", "\n".join(impossible), count)


def _unfinished(
    analysis: Analysis,
    session: Session,
    keys: tuple[NodeKey, ...],
    states: list[NodeState],
    n_outdated: int,
) -> ChainStep:
    """Return a step with results still to come: out of date, never computed, or not wanted."""
    name, title = analysis.name, analysis.title
    if is_off(name, session):
        return ChainStep(name, title, "off", OFF[name])
    n_fresh = states.count("fresh")
    said = f"{n_fresh} of {len(keys)} computed"
    if n_outdated:
        said += f", {n_outdated} out of date since a change"
    said += "; the rest is computed when it is shown, or with F9."
    reason = "\n".join((said, *_by_stage(keys, states)))
    state: Literal["stale", "open"] = "stale" if n_outdated else "open"
    return ChainStep(name, title, state, reason, f"{n_fresh}/{len(keys)}")
