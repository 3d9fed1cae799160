"""Engine work on background threads."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from typing import Literal
from weakref import WeakSet

from PyQt6.QtCore import QObject, Qt, pyqtSignal

from engine.errors import Cancelled, EngineError
from engine.progress import Progress

log = logging.getLogger(__name__)

Lane = Literal["now", "queue"]

_MIN_REPORT_GAP_S = 0.05
_FEWEST_STEPS = 20  # that say how long others take
_MOST_SILENT_S = 2.0
_MANY = 5  # usual steps: whatever takes longer is no usual one


class State(Enum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One piece of work: a plain object, so that no thread can outlive its QObject.

    Attributes
    ----------
    label : str
        What the work is, for people: ``"Extract 10 Lac 3B"``.
    state : State
        Where it stands.
    result : object
        What the work returned; `None` unless it succeeded.
    error : Exception or None
        Why it failed.
    done, total, note : int, int, str
        The last report of progress; a total of 0 means that none came yet.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self.state = State.QUEUED
        self.result: object = None
        self.error: Exception | None = None
        self.done = 0
        self.total = 0
        self.note = ""
        self.added_s = time.monotonic()
        self.started_s = 0.0
        self._counted_since = (0.0, 0)  # when, and where the count stood then
        self._stepped_s = 0.0
        self._stop = threading.Event()
        self._future: Future[None] | None = None

    @property
    def is_over(self) -> bool:
        """Whether it succeeded, failed or was cancelled."""
        return self.state in {State.SUCCEEDED, State.FAILED, State.CANCELLED}

    @property
    def is_bug(self) -> bool:
        """Whether it failed for a reason that no user can act on."""
        return self.error is not None and not isinstance(self.error, EngineError)

    @property
    def is_cancelled(self) -> bool:
        """Whether it was asked to stop, obeyed or not."""
        return self._stop.is_set()

    @property
    def age_s(self) -> float:
        """Seconds since it was asked for."""
        return time.monotonic() - self.added_s

    @property
    def remaining_s(self) -> float | None:
        """Seconds it will take if it goes on as it went; `None` while that is a guess.

        A few steps are no measure of the others, nor is a count that stands still.
        """
        now, (since, first) = time.monotonic(), self._counted_since
        n_done, n_left = self.done - first, self.total - self.done
        if self.total < _FEWEST_STEPS or n_left <= 0 or n_done <= 0.1 * self.total:
            return None
        one_step = (self._stepped_s - since) / n_done
        is_standing = now - self._stepped_s > max(_MOST_SILENT_S, _MANY * one_step)
        return None if is_standing or now - since < _MOST_SILENT_S else one_step * n_left

    def count(self, done: int, total: int, note: str) -> None:
        """Take a report of progress; with another total, or fewer steps, a new count begins."""
        now = time.monotonic()
        if total != self.total or done < self.done:
            self._counted_since = (now, done)
        if (done, total) != (self.done, self.total):
            self._stepped_s = now
        self.done, self.total, self.note = done, total, note

    def cancel(self) -> None:
        """Ask the work to stop at its next step; a result that comes anyway is dropped."""
        self._stop.set()
        if self._future is not None:
            self._future.cancel()


class Runner(QObject):
    """Runs jobs. Lives in the GUI thread as long as the application does.

    Work that a person waits for goes to the lane ``"now"``; long work over many files goes to
    ``"queue"``, where one job runs at a time, so that a hundred extractions never hold up a refit.
    """

    added = pyqtSignal(object)  # job
    began = pyqtSignal(object)  # job
    progressed = pyqtSignal(object, int, int, str)  # job, done, total, note
    ended = pyqtSignal(object)  # job, after its owner was told
    broke = pyqtSignal(object)  # job that failed by a bug of ours
    _finished = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None, *, workers: int = 2) -> None:
        super().__init__(parent)
        self._pools: dict[Lane, ThreadPoolExecutor] = {
            "now": ThreadPoolExecutor(workers, thread_name_prefix="job-now"),
            "queue": ThreadPoolExecutor(1, thread_name_prefix="job-queue"),
        }
        self._then: dict[Job, Callable[[Job], None]] = {}
        self.is_closed = False  #: whether nothing can be started any more
        _runners.add(self)
        queued = Qt.ConnectionType.QueuedConnection
        self._finished.connect(self._deliver, queued)  # type: ignore[call-arg]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs whose outcome was not delivered yet, oldest first."""
        return tuple(self._then)

    def start(
        self,
        label: str,
        work: Callable[[Progress], object],
        then: Callable[[Job], None],
        *,
        lane: Lane = "now",
    ) -> Job:
        """Run ``work`` in the background, then call ``then(job)`` once, in the GUI thread."""
        job = Job(label)
        self._then[job] = then
        self.added.emit(job)
        future = self._pools[lane].submit(self._run, job, work)
        job._future = future
        future.add_done_callback(lambda _future: self._finished.emit(job))
        return job

    def close(self) -> None:
        """Cancel every job and wait for the threads; what still comes is not delivered."""
        self.is_closed = True
        waiting = self.jobs
        self._then.clear()  # so that what is still under way finds no one to be delivered to
        for job in waiting:
            job.cancel()
        for pool in self._pools.values():
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, work: Callable[[Progress], object]) -> None:
        try:
            job.started_s = time.monotonic()
            job.state = State.RUNNING
            self.began.emit(job)
            job.result = work(_Reporter(self, job))
        except Cancelled:
            job._stop.set()
        except MemoryError:
            job.error = EngineError(
                f"{job.label}: the computer has not enough free memory for this.",
                hint="Close other data or programs and try again.",
            )
        except EngineError as error:
            job.error = error
        except Exception as error:  # noqa: BLE001  (the one place that turns bugs into outcomes)
            job.error = error

    def _deliver(self, job: Job) -> None:
        then = self._then.pop(job, None)
        if then is None:
            return
        self._settle(job)
        try:
            then(job)
        finally:
            self.ended.emit(job)

    def _settle(self, job: Job) -> None:
        """Decide how the job ended; a cancelled one has neither a result nor an error."""
        if job.is_bug:
            log.error("%s: a bug stopped this job", job.label, exc_info=job.error)
            self.broke.emit(job)
        if job._stop.is_set():
            job.state, job.result, job.error = State.CANCELLED, None, None
        else:
            job.state = State.SUCCEEDED if job.error is None else State.FAILED


_runners: WeakSet[Runner] = WeakSet()


def any_at_work() -> bool:
    """Tell whether a job of any window is under way, or its outcome was not delivered yet."""
    return any(one.jobs for one in _runners)


class _Reporter:
    """The `Progress` that a job hands to the engine; thins the reports."""

    def __init__(self, runner: Runner, job: Job) -> None:
        self._runner = runner
        self._job = job
        self._last_s = 0.0

    def step(self, done: int, total: int, note: str = "") -> None:
        if self._job._stop.is_set():
            raise Cancelled
        self._job.count(done, total, note)
        now = time.monotonic()
        if done == total or now - self._last_s >= _MIN_REPORT_GAP_S:
            self._last_s = now
            self._runner.progressed.emit(self._job, done, total, note)
