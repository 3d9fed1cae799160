"""Opening the session that an exported file was made in."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.project.input_files import InputFiles
from engine.project.recipes import MissingInputError
from engine.project.rerun import restore_export
from engine.project.session import Session
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.jobs.runner import Job


class ExportOrigin:
    """Restores a session from an export: its files are known by their hashes, wherever they lie.

    Parameters
    ----------
    workspace : Workspace
        Whose open files say where data lie.
    window : QWidget
        Above which dialogs are shown.
    start : StartFolder
        Where they begin.
    take : callable
        Gets the session and its name.
    failed : callable
        Told what went wrong, and what to do.
    """

    def __init__(
        self,
        workspace: Workspace,
        window: QWidget,
        start: StartFolder,
        take: Callable[[Session, str], object],
        failed: Callable[[str, str], object],
    ) -> None:
        self._workspace = workspace
        self._window = window
        self._start = start
        self._take = take
        self._failed = failed
        #: Asks for the folder with the data: replaced in tests.
        self.ask_folder: Callable[[str], str] = self._ask_folder

    def open(self, path: Path) -> Job:
        """Look for the inputs beside the export and the open files, then open the session."""
        beside = {path.parent, *(Path(one.path).parent for one in self._workspace.session.entries)}
        return self._look(path, sorted(beside), lambda error: self._ask_and_look(path, error))

    def _look(
        self, path: Path, folders: Iterable[Path], missing: Callable[[EngineError], object]
    ) -> Job:
        files = tuple(folders)

        def then(job: Job) -> None:
            if isinstance(job.error, MissingInputError):
                missing(job.error)
            elif isinstance(job.error, EngineError):
                self._failed(job.error.what, job.error.hint)
            elif isinstance(job.result, Session):
                self._take(job.result, path.name)

        return self._workspace.runner.start(
            f"Open the session of {path.name}",
            lambda _progress: restore_export(path, InputFiles(files))[0],
            then,
            lane="queue",
        )

    def _ask_and_look(self, path: Path, error: EngineError) -> None:
        """Ask once where the data are."""
        folder = self.ask_folder(error.what)
        if folder:
            self._start.remember(folder)
            self._look(path, (Path(folder),), lambda again: self._failed(again.what, again.hint))

    def _ask_folder(self, _missing: str) -> str:
        title = "Choose the folder with the data of this export"
        return QFileDialog.getExistingDirectory(self._window, title, self._start.path)
