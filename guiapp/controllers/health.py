"""From the rules of the health check to badges, and to the list with what to do."""

from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.counting import counted
from engine.errors import EngineError
from engine.health.issues import LEVELS, Finding
from engine.progress import Counting, Progress
from engine.project.chain import Chain
from engine.project.entries import Entry
from engine.project.issues_here import answered
from engine.project.library import Library
from engine.project.session import Session
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.health import HealthDialog, HealthRow
from guiapp.jobs.runner import Job

_SETTLING_MS = 200
_SLICE_S = 2.0  # of looking through files, before other work that waits has its turn
_MOST_READ = 8 * 2**30  # bytes of files that are read unasked


class HealthController(QObject):
    """Knows the issues of the open files, and what of them the session corrects.

    Files that were not read, for the results of a reopened session were kept, are read in the
    background, up to a size; the rest on request.

    Signals
    -------
    changed()
        More is known than before.
    failed(what, hint)
        The check cannot be done.
    show_wanted(id of an observation or file, name of a view)
        The user wants to see what an issue is about; ``""``: no view shows it.
    """

    changed = pyqtSignal()
    failed = pyqtSignal(str, str)
    show_wanted = pyqtSignal(str, str)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._known: tuple[tuple[Finding, ...], ...] = ()
        self._met: dict[str, int] = {}  # sizes of the files that were looked through unasked
        self._looking: Job | None = None
        self._settling = QTimer(self)  # many jobs end at once: the tree is drawn once
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLING_MS)
        self._settling.timeout.connect(self._look)
        workspace.runner.ended.connect(lambda _job: self._settling.start())
        workspace.document.changed.connect(lambda _change: self._settling.start())

    def findings_of(self, entry: Entry) -> tuple[Finding, ...]:
        """Return the issues of a file as they are in this session; none while it was not read."""
        return findings_here(self._workspace.session, entry, self._workspace.chain)

    def ask(self) -> HealthDialog | None:
        """Read what was not read yet, and list what is known to be wrong."""
        session = self._workspace.session
        if not session.entries:
            self.failed.emit("There is no file to check yet.", "Open files first.")
            return None
        dialog = HealthDialog(self._window)
        dialog.show_wanted.connect(self.show_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        library = self._workspace.chain.library
        unknown = tuple(one for one in session.entries if library.findings(one) is None)
        if not unknown:
            self._show(dialog, session, 0)
            return dialog
        job = self._workspace.runner.start(
            f"Check {counted(len(unknown), 'file')}",
            lambda progress: read_all(unknown, library, progress),
            lambda job: self._on_read(dialog, session, job),
        )
        dialog.finished.connect(lambda _code: job.cancel())
        return dialog

    def _on_read(self, dialog: HealthDialog, session: Session, job: Job) -> None:
        if isinstance(job.result, int):
            self._show(dialog, session, job.result)

    def _show(self, dialog: HealthDialog, session: Session, n_unread: int) -> None:
        rows = health_rows(session, self._workspace.chain)
        n_files = len(session.entries)
        files = "file" if n_files == 1 else "files"
        said = f"{n_files} {files}: no known issue was found."
        if rows:
            issues = "issue" if len(rows) == 1 else "issues"
            said = f"{n_files} {files}, {len(rows)} known {issues}."
        if n_unread:
            said += f" {n_unread} could not be read."
        dialog.show_rows(rows, said)

    def _look(self) -> None:
        """Tell when other issues are known than before, and look through what was not read."""
        known = tuple(self.findings_of(one) for one in self._workspace.session.entries)
        if known != self._known:
            self._known = known
            self.changed.emit()
        if self._looking is None and not self._workspace.runner.is_closed:
            self._look_through()

    def _look_through(self) -> None:
        library, entries = self._workspace.chain.library, self._workspace.session.entries
        unknown = [
            one for one in entries if _file(one) not in self._met and library.findings(one) is None
        ]
        if unknown and sum(self._met.values()) < _MOST_READ:
            self._looking = self._workspace.runner.start(
                f"Look for known issues in {counted(len(unknown), 'file')}",
                lambda progress: look_through(unknown, library, progress),
                lambda job: self._on_looked(job, unknown),
                lane="queue",
            )

    def _on_looked(self, job: Job, entries: list[Entry]) -> None:
        """Remember what was read, also in vain; when it was cancelled, nothing more is read."""
        self._looking = None
        met = entries[: job.result] if isinstance(job.result, int) else entries
        self._met.update((_file(one), one.size) for one in met)


def look_through(entries: list[Entry], library: Library, progress: Progress) -> int:
    """Look for issues in files for a moment; return how many of them were met."""
    end, counting = monotonic() + _SLICE_S, Counting(progress)
    for done, entry in enumerate(entries):
        if monotonic() > end:
            return done
        counting.step(done, len(entries), Path(entry.path).name)
        with suppress(EngineError):  # said where the file is wanted
            library.examine(entry, progress=counting.below)
    return len(entries)


def read_all(entries: tuple[Entry, ...], library: Library, progress: Progress) -> int:
    """Read files into ``library``; return how many cannot be read."""
    n_unread, counting = 0, Counting(progress)
    for done, entry in enumerate(entries):
        counting.step(done, len(entries), Path(entry.path).name)
        try:
            library.loaded(entry, progress=counting.below)
        except EngineError:
            n_unread += 1
    progress.step(len(entries), len(entries))
    return n_unread


def findings_here(session: Session, entry: Entry, chain: Chain) -> tuple[Finding, ...]:
    """Return the known issues of a file, those that the session corrects as good to know."""
    known, result_of = chain.library.findings(entry) or (), partial(chain.result, session)
    return tuple(answered(session, entry, one, result_of) for one in known)


def _file(entry: Entry) -> str:
    return f"{entry.path}\0{entry.sha256}\0{entry.mapping}"


def health_rows(session: Session, chain: Chain) -> tuple[HealthRow, ...]:
    """Return every issue once, with the files that have it, the gravest first."""
    found: dict[tuple[str, str], tuple[Finding, list[tuple[str, str]]]] = {}
    titles = {one.entry.id: (one.title, one.id) for one in reversed(session.segments)}
    for entry in session.entries:
        title = titles.get(entry.id, (Path(entry.path).name, entry.id))
        for finding in findings_here(session, entry, chain):
            found.setdefault((finding.id, finding.level), (finding, []))[1].append(title)
    rows = [HealthRow(finding, tuple(files)) for finding, files in found.values()]
    return tuple(sorted(rows, key=lambda row: (-LEVELS.index(row.finding.level), row.finding.id)))
