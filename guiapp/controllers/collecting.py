"""Collecting a session with its data into a folder to hand over."""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.progress import Progress
from engine.project.collecting import Collected, collect_session
from engine.project.session import Session
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job


class CollectController(QObject):
    """Asks for a folder and copies everything into it.

    Signals
    -------
    failed(what, hint)
        Nothing could be copied.
    told(level, text)
        Something about one file.
    said(level, what, hint)
        What was copied.
    """

    failed = pyqtSignal(str, str)
    told = pyqtSignal(str, str)
    said = pyqtSignal(str, str, str)

    def __init__(self, workspace: Workspace, window: QWidget, start: StartFolder) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._start = start
        #: Asks for the folder: replaced in tests.
        self.ask_folder: Callable[[], str] = self._ask_folder

    def ask(self, session: Session, session_path: Path | None) -> None:
        """Ask for an empty folder and copy the session and its data there, in the background.

        Parameters
        ----------
        session : Session
            With what is chosen and seen now: whoever opens the copy sees the same.
        session_path : Path or None
            Where it is saved.
        """
        if not session.entries:
            self.failed.emit("There is nothing to collect yet.", "Open files first.")
            return
        folder = self.ask_folder()
        if not folder:
            return
        name = "session.fluxknot" if session_path is None else session_path.name

        def work(progress: Progress) -> object:
            return collect_session(session, folder, name, progress=progress)

        self._workspace.runner.start(f"Collect into {Path(folder).name}", work, self._on_done)

    def _on_done(self, job: Job) -> None:
        if isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        elif isinstance(job.result, Collected):
            self._tell(job.result)

    def _tell(self, found: Collected) -> None:
        for text in found.messages:
            self.told.emit("care", text)
        what = f"Session and data are in {found.path.parent}; files copied: {found.n_files}."
        if found.messages:
            hint = f"Files that need a look: {len(found.messages)}, see Tools > Messages."
            self.said.emit("care", what, hint)
        else:
            self.said.emit("ok", what, "")

    def _ask_folder(self) -> str:
        title = "Collect into an empty folder"
        return QFileDialog.getExistingDirectory(self._window, title, self._start.path)
