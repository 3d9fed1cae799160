"""Shows the jobs of the runner in the strip at the bottom."""

from PyQt6.QtCore import QObject, QTimer

from guiapp.jobs.runner import Job, Runner, State
from guiapp.panels.jobs_strip import JobRow, JobsStrip

_REFRESH_MS = 100
_QUICK_S = 0.3


class JobDisplay(QObject):
    """Keeps the strip in step with the runner; work that is over at once is not shown."""

    def __init__(self, runner: Runner, strip: JobsStrip) -> None:
        super().__init__(strip)
        self._runner = runner
        self._strip = strip
        self._ids: dict[Job, int] = {}
        self._n_jobs = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        runner.added.connect(self._on_added)
        runner.ended.connect(self._on_ended)
        strip.cancel_wanted.connect(self._cancel)
        strip.cancel_all_wanted.connect(self.cancel_all)

    def cancel_all(self) -> None:
        """Cancel every job."""
        for job in self._runner.jobs:
            job.cancel()

    def _on_added(self, job: Job) -> None:
        self._n_jobs += 1
        self._ids[job] = self._n_jobs
        self._timer.start()

    def _on_ended(self, job: Job) -> None:
        self._ids.pop(job, None)
        self._refresh()
        if not self._ids:
            self._timer.stop()

    def _cancel(self, wanted: int) -> None:
        for job, job_id in self._ids.items():
            if job_id == wanted:
                job.cancel()
                return

    def _refresh(self) -> None:
        shown = [job for job in self._runner.jobs if job in self._ids and _is_worth_showing(job)]
        shown.sort(key=lambda job: job.state is not State.RUNNING)
        self._strip.show_jobs(tuple(_row(job, self._ids[job]) for job in shown))


def _is_worth_showing(job: Job) -> bool:
    return not job.is_cancelled and job.age_s >= _QUICK_S


def _row(job: Job, job_id: int) -> JobRow:
    return JobRow(
        job_id,
        job.label,
        done=job.done,
        total=job.total,
        note=job.note,
        remaining_s=job.remaining_s,
        is_waiting=job.state is State.QUEUED,
    )
