"""New, open, save, autosave, recover, close."""

import os
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.files.locks import FileLock
from engine.project.autosave import Autosave, Recovery, discard, find_recoveries
from engine.project.session import Session
from engine.project.session_file import file_digest, read_session, write_session
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import Answer, SaveChangesDialog
from guiapp.document.commands import edit

AUTOSAVE_MS = 10_000
_FILTER = "Fluxknot session (*.fluxknot)"


class SessionController(QObject):
    """Keeps the session file, its autosaved copies, and the title of the window.

    Signals
    -------
    title_changed(name, is_modified)
    failed(what, hint)
        Something could not be saved or opened.
    saved(path)
    opened(path)
    """

    title_changed = pyqtSignal(str, bool)
    failed = pyqtSignal(str, str)
    saved = pyqtSignal(str)
    opened = pyqtSignal(str)

    def __init__(self, workspace: Workspace, window: QWidget, autosave_folder: Path) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._document = workspace.document
        self._window = window
        self._folder = autosave_folder
        self._autosave = Autosave(autosave_folder)
        self._lock: FileLock | None = None
        self._digest = ""
        self.path: Path | None = None
        #: Asks whether unsaved work is saved, given up, or kept open: replaced in tests.
        self.ask_about_changes: Callable[[], Answer] = self._ask
        #: Asks for the name of a file to save to: replaced in tests.
        self.ask_name: Callable[[str], str] = self._ask_name
        self._timer = QTimer(self)
        self._timer.setInterval(AUTOSAVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.autosave)
        self._document.changed.connect(lambda _change: self._on_changed())
        self._document.undo_stack.cleanChanged.connect(lambda _clean: self._tell_title())

    # The file

    def new(self) -> bool:
        """Start an empty session; return whether it was done."""
        if not self.may_leave():
            return False
        self._take(Session(), None)
        return True

    def ask_open(self) -> None:
        """Ask for a session file and open it."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open a session", "", _FILTER)
        if path:
            self.open(path)

    def open(self, path: str | Path) -> bool:
        """Open a session file; return whether it was done."""
        if not self.may_leave():
            return False
        path = Path(path)
        try:
            session = read_session(path)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return False
        self._take(session, path)
        self.opened.emit(str(path))
        return True

    def save(self) -> bool:
        """Save to the file of the session, asking for one when there is none."""
        return self.save_as() if self.path is None else self._write(self.path)

    def save_as(self) -> bool:
        """Ask for a name and save there."""
        suggested = str(self.path or Path.home() / "session.fluxknot")
        chosen = self.ask_name(suggested)
        if not chosen:
            return False
        path = Path(chosen)
        return self._write(path if path.suffix else path.with_suffix(".fluxknot"), is_new=True)

    def may_leave(self) -> bool:
        """Tell whether the session may be closed, asking about unsaved work."""
        if not self._document.is_modified:
            return True
        answer = self.ask_about_changes()
        return self.save() if answer == "save" else answer == "discard"

    def close(self) -> None:
        """Take the autosaved copies away and give the lock back: the program ends well."""
        self._timer.stop()
        # The end of a stack with unsaved work would be one more change, told to what is gone.
        self._document.undo_stack.blockSignals(True)  # noqa: FBT003  (Qt's own)
        self._autosave.clear()
        if self._lock is not None:
            self._lock.release()

    # Copies

    def set_autosave_interval(self, seconds: int) -> None:
        """Copy unsaved work at most this long after an edit. Unit: s."""
        self._timer.setInterval(1000 * seconds)

    def autosave(self) -> None:
        """Write a copy of unsaved work."""
        if not self._document.is_modified:
            return
        original = "" if self.path is None else str(self.path)
        try:
            self._autosave.save(self._workspace.session, original=original)
        except (EngineError, OSError) as error:
            self.failed.emit(f"Unsaved work could not be copied: {error}", "Save it now.")

    def recoveries(self) -> tuple[Recovery, ...]:
        """Return the work that processes left behind when they died."""
        return find_recoveries(self._folder)

    def recover(self, recovery: Recovery) -> None:
        """Open what was left behind, as unsaved work."""
        path = Path(recovery.original) if recovery.original else None
        self._take(Session(), path)
        edit(self._document, recovery.session, "Recover unsaved work")
        self.autosave()
        discard(self._folder, recovery.owner)

    def skip_recoveries(self, owners: tuple[str, ...]) -> None:
        """Throw away what was left behind: the user does not want it."""
        for owner in owners:
            discard(self._folder, owner)

    # Parts

    def _write(self, path: Path, *, is_new: bool = False) -> bool:
        if not is_new and self._digest and file_digest(path) not in {"", self._digest}:
            self.failed.emit(
                f"{path.name}: another program changed it since it was opened.",
                "Save under another name.",
            )
            return False
        try:
            write_session(self._workspace.session, path)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return False
        self.path = path
        self._digest = file_digest(path)
        self._hold(path)
        self._document.undo_stack.setClean()
        self._autosave.clear()
        self._tell_title()
        self.saved.emit(str(path))
        return True

    def _take(self, session: Session, path: Path | None) -> None:
        self._autosave.clear()
        self.path = path
        self._digest = "" if path is None else file_digest(path)
        self._workspace.selection.select(())
        self._document.start_over(session)
        if path is not None:
            self._hold(path)
        self._tell_title()

    def _hold(self, path: Path) -> None:
        """Lock the session file; tell when another window holds it."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        if not os.access(path.parent, os.W_OK):
            self.failed.emit(
                f"{path.name}: its folder cannot be written.", "Save under another name."
            )
            return
        lock = FileLock(path.with_name(f".{path.name}.lock"))
        if lock.acquire():
            self._lock = lock
        else:
            holder = lock.holder() or "another process"
            self.failed.emit(
                f"{path.name}: it is open in another window ({holder}).",
                "Save under another name, or close it there first.",
            )

    def _on_changed(self) -> None:
        self._tell_title()
        if not self._timer.isActive():
            self._timer.start()

    def _tell_title(self) -> None:
        name = self.path.name if self.path is not None else "untitled"
        is_empty = not self._workspace.session.entries and self.path is None
        self.title_changed.emit("" if is_empty else name, self._document.is_modified)

    def _ask(self) -> Answer:
        name = "this session" if self.path is None else self.path.name
        dialog = SaveChangesDialog(name, self._window)
        dialog.exec()
        dialog.deleteLater()
        return dialog.answer

    def _ask_name(self, suggested: str) -> str:
        path, _ = QFileDialog.getSaveFileName(self._window, "Save the session", suggested, _FILTER)
        return path
