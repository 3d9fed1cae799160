"""Opening files: by dialog, by drop, from the command line."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.counting import counted
from engine.errors import EngineError
from engine.project.calibrate_step import is_calibrated_already
from engine.project.opening import Opened, Read, Refusal, add_files, read_files
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.jobs.runner import Job, State

_FILTER = (
    "Everything (*);;FITS (*.fits *.fits.gz *.fit);;Tables (*.ecsv *.csv *.txt *.dat *.tbl);;"
    "References (*.asdf *.fits)"
)
_SESSION = ".fluxknot"
_ALREADY = "is calibrated (Jy): shown beside the count rates, not calibrated once more."


class FilesController(QObject):
    """Reads files in the background and adds them to the document, undoably.

    Signals
    -------
    opened(tuple of str)
        Ids of the entries that were added.
    refused(tuple of Refusal)
        Files that were not.
    told(str, str)
        Level and text of a message about a file.
    noticed(str, str)
        What the user would otherwise wonder about, and what to do.

    Parameters
    ----------
    workspace : Workspace
        Where the files go.
    open_session : callable
        Opens a session file; returns whether it was done.
    window : QWidget
        Above which dialogs are shown.
    start : StartFolder
        Where dialogs begin.
    """

    opened = pyqtSignal(tuple)
    refused = pyqtSignal(tuple)
    told = pyqtSignal(str, str)
    noticed = pyqtSignal(str, str)

    def __init__(
        self,
        workspace: Workspace,
        open_session: Callable[[str], bool],
        window: QWidget,
        start: StartFolder,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._open_session = open_session
        self._window = window
        self._start = start
        self.last_folder = ""

    def ask_files(self) -> None:
        """Ask for files and open them."""
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, "Open files", self._start.path, _FILTER
        )
        self.open_paths(paths)

    def ask_folder(self) -> None:
        """Ask for a folder and open what it holds."""
        path = QFileDialog.getExistingDirectory(self._window, "Open a folder", self._start.path)
        self.open_paths([path] if path else [])

    def open_paths(self, paths: Iterable[str]) -> None:
        """Open files, folders or globs in any mixture.

        A session among them replaces this one, then the others join it.
        """
        wanted = tuple(os.path.abspath(path) for path in paths)  # noqa: PTH100  (links stay)
        sessions = [path for path in wanted if path.endswith(_SESSION)]
        if sessions and not self._open_one_of(sessions):
            return
        data = tuple(path for path in wanted if path not in sessions)
        if not data:
            return
        self.last_folder = str(Path(data[0]).parent)
        self._start.remember(self.last_folder)
        library = self._workspace.chain.library
        self._workspace.runner.start(
            f"Open {_counted(data)}",
            lambda progress: read_files(data, library, progress=progress),
            lambda job: self._on_read(job, data),
            lane="queue",
        )

    def _open_one_of(self, sessions: list[str]) -> bool:
        for path in sessions[:-1]:
            self.told.emit("care", f"{Path(path).name} was not opened: one session at a time.")
        return self._open_session(sessions[-1])

    def _on_read(self, job: Job, wanted: tuple[str, ...]) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.refused.emit((Refusal(job.label, job.error.what, job.error.hint),))
        if not isinstance(job.result, Read):
            return
        self._tell_passed_over(job.result, wanted)
        sessions = [one.path for one in job.result.loaded if one.kind == "session"]
        named = [path for path in sessions if path in wanted]  # under a name of its own
        if not named:
            self._add(job.result, sessions)
        elif self._open_one_of(named) and len(job.result.loaded) > len(sessions):
            self._add(job.result, [path for path in sessions if path not in named])

    def _add(self, read: Read, sessions: list[str]) -> None:
        """Add what was read to the document; ``sessions`` were found in folders."""
        changed = self._changed(read)
        opened = add_files(self._workspace.session, read)
        if opened.added:
            edit(self._workspace.document, opened.session, _edit_text(opened))
        for message in opened.messages:
            self.told.emit(message.level, message.text)
        already = _calibrated_already(opened)
        for name in already:
            self.told.emit("note", f"{name} {_ALREADY}")
        if opened.added:
            self.opened.emit(opened.added)
        if opened.refusals:
            self.refused.emit(opened.refusals)
        else:
            self._notice(opened, changed, sessions)
            if already:
                self.noticed.emit(f"{_listed(already)} {_ALREADY}", "")

    def _tell_passed_over(self, read: Read, wanted: tuple[str, ...]) -> None:
        """Keep a word on files that were there and are no data: nobody should look for them."""
        met = {one.path for one in read.loaded} | {one.path for one in read.refusals}
        for folder in filter(os.path.isdir, wanted):
            names = [
                one.name
                for one in sorted(Path(folder).iterdir())
                if one.is_file() and not one.name.startswith(".") and str(one) not in met
            ]
            if names:
                files = "1 file" if len(names) == 1 else f"{len(names)} files"
                said = f"{files} in {Path(folder).name}, no data, passed over: {_listed(names)}."
                self.told.emit("note", said)

    def _changed(self, read: Read) -> list[str]:
        """Return the names of files that are open in an older state."""
        known = {entry.path: entry.sha256 for entry in self._workspace.session.entries}
        return [
            Path(one.path).name
            for one in read.loaded
            if one.path in known and known[one.path] != one.sha256
        ]

    def _notice(self, opened: Opened, changed: list[str], sessions: list[str]) -> None:
        """Say what would leave the user wondering: nothing came, or not what was expected."""
        if changed:
            self.noticed.emit(
                f"{_listed(changed)}: changed since it was opened, and opened once more.",
                "Remove the older one, or undo and choose “Read the changed file”.",
            )
        elif sessions:
            self.noticed.emit(
                f"{_listed([Path(path).name for path in sessions])} in this folder is a session.",
                "File > Open a session shows it in place of this one.",
            )
        elif not opened.added:
            already = [one.text for one in opened.messages if "open already" in one.text]
            self.noticed.emit(
                already[0] if len(already) == 1 else _nothing_new(len(already)),
                "" if already else "FITS, ASDF, ECSV, CSV and text tables are opened.",
            )


def _calibrated_already(opened: Opened) -> list[str]:
    """Return the names of added files that take no part in the calibration."""
    session = opened.session
    found = (
        Path(one.entry.path).name
        for one in session.segments
        if one.entry.id in opened.added and is_calibrated_already(session, one)
    )
    return list(dict.fromkeys(found))


def _nothing_new(n_open: int) -> str:
    return f"All {n_open} files are open already." if n_open else "No data were found there."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"


def _counted(paths: tuple[str, ...]) -> str:
    return Path(paths[0]).name if len(paths) == 1 else f"{len(paths)} files"


def _edit_text(opened: Opened) -> str:
    entries = [opened.session.entry(one) for one in opened.added]
    names = list(
        dict.fromkeys(
            part.target for entry in entries if entry for part in entry.parts if part.target
        )
    )
    what = names[0] if len(names) == 1 else f"{len(names)} targets"
    count = len(opened.added)
    return f"Open {what if names else 'files'}, {counted(count, 'file')}"
