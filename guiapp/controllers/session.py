"""New, open, save, autosave, recover, close."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.demo_titles import DEMO_TITLES, demo_folder_name
from engine.errors import EngineError
from engine.project.autosave import Autosave, Recovery, discard, find_recoveries
from engine.project.layout import Layout
from engine.project.session import Session
from engine.project.session_place import SessionPlace, read_place
from guiapp.controllers.export_origin import ExportOrigin
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import Answer, SaveChangesDialog
from guiapp.dialogs.save_path import ask_save_path
from guiapp.document.commands import edit

AUTOSAVE_MS = 10_000  #: oldest edit that a crash may take
HEAD_START_MS = 1_000  #: so much earlier the copy begins, for a machine may be busy
_EXPORTS = (".fits", ".asdf", ".ecsv", ".csv", ".pdf", ".svg", ".png", ".html")
_FILTER = f"Fluxknot session (*.fluxknot);;Export of Fluxknot (*{' *'.join(_EXPORTS)})"
_SUFFIX = ".fluxknot"


class SessionController(QObject):
    """Keeps the session file, its autosaved copies, and the title of the window.

    Signals
    -------
    title_changed(name, is_modified)
    failed(what, hint)
        Something could not be saved or opened.
    noticed(what, hint)
        What is open cannot be saved in its place.
    saved(path)
    opened(path)
    recovered(path, exports)
        What a crash left behind is open; ``path`` is where it was saved, or ``""``.
    leaving()
        Another session comes in place of this one, or the program ends.
    """

    title_changed = pyqtSignal(str, bool)
    failed = pyqtSignal(str, str)
    noticed = pyqtSignal(str, str)
    saved = pyqtSignal(str)
    opened = pyqtSignal(str)
    recovered = pyqtSignal(str, str)
    leaving = pyqtSignal()

    def __init__(
        self, workspace: Workspace, window: QWidget, autosave_folder: Path, start: StartFolder
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._document = workspace.document
        self._window = window
        self._folder = autosave_folder
        self._autosave = Autosave(autosave_folder)
        self._copy_trouble = ""
        self._place = SessionPlace()
        self._start = start
        #: Opens what an export was made in.
        self.origin = ExportOrigin(workspace, window, start, self._take_restored, self.failed.emit)
        #: Says how the window shows the session, to be saved with it.
        self.layout_now: Callable[[], Layout] = Layout
        #: Says what is chosen for exports while there is no file that this is kept for.
        self.exports_now: Callable[[], str] = str
        #: Asks whether unsaved work is saved, given up, or kept open: replaced in tests.
        self.ask_about_changes: Callable[[], Answer] = self._ask
        #: Asks for the name of a file to save to: replaced in tests.
        self.ask_name: Callable[[str], str] = self._ask_name
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)  # others are up to 5 % late
        self._timer.setInterval(AUTOSAVE_MS - HEAD_START_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.autosave)
        self._document.changed.connect(lambda _change: self._on_changed())
        self._document.undo_stack.cleanChanged.connect(lambda _clean: self._tell_title())

    # The file

    @property
    def path(self) -> Path | None:
        """The session file; `None`: it was never saved."""
        return self._place.path

    @property
    def digest(self) -> str:
        """Digest of the session file as it was read or written last; ``""``: not known."""
        return self._place.digest

    def new(self) -> bool:
        """Start an empty session; return whether it was done."""
        if not self.may_leave():
            return False
        self._take(Session(), None)
        return True

    def ask_open(self) -> None:
        """Ask for a session file, or an export, and open the session."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open a session", self._start.path, _FILTER
        )
        if path.endswith(_EXPORTS):
            self._start.remember(str(Path(path).parent))
            self.origin.open(Path(path))
        elif path:
            self.open(path)

    def open(self, path: str | Path) -> bool:
        """Open a session file; return whether it was done."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  (links stay)
        if self._read(path) is None or not self.may_leave():
            return False
        found = self._read(path)  # once more: it may be the one that was saved just now
        if found is None:
            return False
        self._take(found[0], path, digest=found[1])
        self.opened.emit(str(path))
        return True

    def as_seen(self) -> Session:
        """Return the session with what is chosen and seen now, as it is saved."""
        return replace(self._workspace.session, layout=self.layout_now())

    def _take_restored(self, session: Session, name: str) -> None:
        """Open the session that an export was made in: it was never saved."""
        if self.may_leave():
            self._take(Session(), None)
            edit(self._document, session, f"Open the session of {name}")

    def save(self) -> bool:
        """Save to the file of the session, asking for one when there is none of the user's own."""
        path = self.path
        return self.save_as() if path is None or self.is_demo(path) else self._write(path)

    def save_as(self) -> bool:
        """Ask for a name and save there."""
        path = self.path
        if path is None or self.is_demo(path):
            path = Path(self._start.path) / (f"session{_SUFFIX}" if path is None else path.name)
        chosen = self.ask_name(str(path))
        if not chosen:
            return False
        path = Path(os.path.abspath(chosen))  # noqa: PTH100  (links stay)
        if path.suffix == _SUFFIX:
            return self._write(path)
        path = path.with_name(path.name + _SUFFIX)
        if path.exists():  # nobody was asked about this one
            self.failed.emit(f"{path.name}: it exists already.", "Choose another name.")
            return False
        return self._write(path)

    def may_leave(self) -> bool:
        """Tell whether the session may be closed, asking about unsaved work."""
        if not self._document.is_modified:
            return True
        answer = self.ask_about_changes()
        return self.save() if answer == "save" else answer == "discard"

    def close(self) -> None:
        """Take the autosaved copies away and give the lock back: the program ends well."""
        self.leaving.emit()
        self._timer.stop()
        # The end of a stack with unsaved work would be one more change, told to what is gone.
        self._document.undo_stack.blockSignals(True)  # noqa: FBT003  (Qt's own)
        self._autosave.clear()
        self._place.release()

    # Copies

    def set_autosave_interval(self, seconds: int) -> None:
        """Copy unsaved work at most this long after an edit. Unit: s."""
        self._timer.setInterval(1000 * seconds - HEAD_START_MS)

    def autosave(self) -> bool:
        """Keep a copy of unsaved work; return whether there is one now."""
        if not self._document.is_modified:
            self._autosave.clear()  # everything was undone: there is nothing to recover
            return False
        original = "" if self.path is None else str(self.path)
        try:
            self._autosave.save(self.as_seen(), original=original, exports=self.exports_now())
        except (EngineError, OSError) as error:
            said = f"Unsaved work could not be copied: {error}"
            if said != self._copy_trouble:  # once, not every ten seconds
                self.failed.emit(said, "Save it now.")
            self._copy_trouble = said
            return False
        self._copy_trouble = ""
        return True

    def keep_place(self) -> None:
        """Let the next copy of unsaved work say what is chosen and seen: that changed."""
        if self._document.is_modified and not self._timer.isActive():
            self._timer.start()

    def recoveries(self) -> tuple[Recovery, ...]:
        """Return the work that processes left behind when they died."""
        return find_recoveries(self._folder)

    def recover(self, recovery: Recovery) -> None:
        """Open what was left behind, as an edit of what was saved last."""
        path = Path(recovery.original) if recovery.original else None
        saved, digest = Session(), ""
        if path is not None and path.exists():
            saved, digest = self._read(path) or (saved, digest)
        self._take(saved, path, digest=digest)
        edit(self._document, recovery.session, "Recover unsaved work")
        self.recovered.emit("" if path is None else str(path), recovery.exports)
        if self.autosave() or not self._document.is_modified:
            discard(self._folder, recovery.owner)

    def skip_recoveries(self, owners: tuple[str, ...]) -> None:
        """Throw away what was left behind: the user does not want it."""
        for owner in owners:
            discard(self._folder, owner)

    def is_demo(self, path: Path) -> bool:
        """Tell whether ``path`` is the demo that the program made, which stays as it is."""
        own = self._folder.parent
        return path.parent in {own / demo_folder_name(name) for name in DEMO_TITLES}

    # Parts

    def _read(self, path: Path) -> tuple[Session, str] | None:
        try:
            return read_place(path)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return None

    def _write(self, path: Path) -> bool:
        try:
            self._place.save(self.as_seen(), path)
        except EngineError as error:
            self.failed.emit(error.what, f"{error.hint} (File > Save as)".strip())
            return False
        self._document.undo_stack.setClean()
        self._autosave.clear()
        self._start.follow_session(path)
        self._tell_title()
        self.saved.emit(str(path))
        return True

    def _take(self, session: Session, path: Path | None, *, digest: str = "") -> None:
        self.leaving.emit()
        self._autosave.clear()
        self._workspace.selection.select(())
        self._document.start_over(session)
        try:
            self._place.move_to(path, digest=digest)
        except EngineError as error:  # told before anything is edited: it cannot be saved there
            self.noticed.emit(
                error.what, "It is open all the same; File > Save as saves it elsewhere."
            )
        self._start.follow_session(None if path is None or self.is_demo(path) else path)
        self._tell_title()

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
        kinds = (("Fluxknot session", _SUFFIX.removeprefix(".")),)
        is_demo = self.path is not None and self.is_demo(self.path)
        title = "Save your copy of the demo" if is_demo else "Save the session"
        return ask_save_path(self._window, title, suggested, kinds)
