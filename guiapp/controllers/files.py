"""Opening files: by dialog, by drop, from the command line."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.project.edits import set_role
from engine.project.opening import Opened, Read, Refusal, add_files, read_files
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.jobs.runner import Job, State

_FILTER = (
    "Everything (*);;FITS (*.fits *.fits.gz *.fit);;Tables (*.ecsv *.csv *.txt *.dat *.tbl);;"
    "References (*.asdf *.fits)"
)


class FilesController(QObject):
    """Reads files in the background and adds them to the document, undoably.

    Signals
    -------
    opened(tuple of str)
        Ids of the entries that were added.
    refused(tuple of Refusal, str)
        Files that were not, and the column mapping they were read with.
    told(str, str)
        Level and text of a message about a file.
    session_found(str)
        Path of a session file that was among the files.
    """

    opened = pyqtSignal(tuple)
    refused = pyqtSignal(tuple, str)
    told = pyqtSignal(str, str)
    session_found = pyqtSignal(str)

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self.last_folder = ""

    def ask_files(self) -> None:
        """Ask for files and open them."""
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, "Open files", self.last_folder, _FILTER
        )
        if paths:
            self.open_paths(paths)

    def ask_folder(self) -> None:
        """Ask for a folder and open what it holds."""
        path = QFileDialog.getExistingDirectory(self._window, "Open a folder", self.last_folder)
        if path:
            self.open_paths([path])

    def open_paths(
        self,
        paths: Iterable[str],
        *,
        mapping: str = "",
        then: Callable[[Opened], None] | None = None,
    ) -> None:
        """Open files, folders or globs in any mixture; a session among them replaces this one."""
        wanted = tuple(str(path) for path in paths)
        sessions = [path for path in wanted if path.endswith(".fluxknot")]
        if sessions:
            self.session_found.emit(sessions[-1])
            return
        if not wanted:
            return
        self.last_folder = str(Path(wanted[0]).parent)
        library = self._workspace.chain.library
        self._workspace.runner.start(
            f"Open {_counted(wanted)}",
            lambda progress: read_files(wanted, library, mapping=mapping, progress=progress),
            lambda job: self._on_read(job, then),
            lane="queue",
        )

    def _on_read(self, job: Job, then: Callable[[Opened], None] | None) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.refused.emit((Refusal(job.label, job.error.what, job.error.hint),), "")
        if not isinstance(job.result, Read):
            return
        opened = add_files(self._workspace.session, job.result)
        if opened.added:
            edit(self._workspace.document, opened.session, _edit_text(opened))
        self._tell(opened, job.result)
        if then is not None:
            then(opened)

    def _tell(self, opened: Opened, read: Read) -> None:
        for message in opened.messages:
            self.told.emit(message.level, message.text)
        if opened.refusals:
            self.refused.emit(opened.refusals, read.mapping)
        for loaded in read.loaded:
            if loaded.kind == "session":
                self.session_found.emit(loaded.path)
        if opened.added:
            self.opened.emit(opened.added)

    def use_as_model(self, ids: tuple[str, ...]) -> None:
        """Give the entries ``ids`` the role of models."""
        session = set_role(self._workspace.session, ids, "model")
        edit(self._workspace.document, session, f"Use {len(ids)} files as models")


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
    return f"Open {what if names else 'files'}, {count} file{'s' if count > 1 else ''}"
