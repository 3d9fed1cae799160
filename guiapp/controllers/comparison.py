"""Two versions of one calibration side by side: which one is compared with."""

from pathlib import Path

from PyQt6.QtCore import QObject, QTime, pyqtSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.session_file import read_session
from engine.project.version_changes import changes_table, version_changes
from guiapp.controllers.kept_result import KeptResult, QuietView
from guiapp.controllers.node_follower import NodeFollower
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.differences import DifferencesDialog
from guiapp.document.commands import edit

_KEEP = "Keep this version to compare with"
_COMPARE = "Compare with"
_STOP = "Stop comparing"
_WHILE_COMPARING = ("differences", "stop_comparing")
_OF_VERSIONS = (_KEEP, _COMPARE, _STOP)
_FILTER = "Fluxknot session (*.fluxknot)"


class OtherResult(KeptResult):
    """Keeps the result of the other version that belongs to what a view shows."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._quiet = QuietView(self.take, stale="keep")  # the other version hardly changes
        self._follower = NodeFollower(
            workspace.other, workspace.chain, workspace.runner, self._quiet, self
        )
        self._follower.is_active = False
        self._key: NodeKey | None = None
        self.is_active = False
        workspace.other.changed.connect(lambda _session: self._refresh())

    @property
    def label(self) -> str:
        """What the other version is called, with what is missing of it."""
        label = self._workspace.other.label
        return f"{label}: {self._quiet.reason}" if label and self._quiet.reason else label

    def follow(self, key: NodeKey | None) -> None:
        """Keep the counterpart of ``key`` from now on."""
        self._key, self.is_active = key, True
        self._refresh()

    def _refresh(self) -> None:
        if self.is_active:
            wanted = self._workspace.other.counterpart(self._key)
            is_new = wanted is not None and wanted == self._follower.key
            self._follower.follow(wanted, reason="")
            if is_new:
                self._follower.refresh()


class ComparisonController(QObject):
    """Keeps a version, or takes one from a file, or compares no more.

    Signals
    -------
    failed(what, hint)
    """

    failed = pyqtSignal(str, str)

    def __init__(self, workspace: Workspace, window: QWidget, start: StartFolder) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._start = start
        action = getattr(window, "action", None)  # a plain widget has no menus
        self._while_comparing: list[QAction] = []
        if callable(action):
            self._while_comparing = [action(f"inspect.{name}") for name in _WHILE_COMPARING]
        workspace.document.changed.connect(lambda _change: self._offer())
        self._offer()

    def _offer(self) -> None:
        """Let the comparison be ended and told while there is one."""
        for action in self._while_comparing:
            action.setEnabled(self._workspace.session.other is not None)

    def keep(self) -> None:
        """Ask what the version that there is now is called, and compare with it from then on."""
        dialog = TextDialog(
            _KEEP,
            "What you change from then on is drawn over it. It is saved with the session. Call it",
            text=self._proposed_name(),
            action="Keep",
            parent=self._window,
        )
        dialog.taken.connect(self.keep_as)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def keep_as(self, label: str) -> None:
        """Compare with what there is now, under the name ``label``, from now on."""
        session = self._workspace.session
        self._edit(session.with_other(label, session), f"{_KEEP}: {label}")

    def _proposed_name(self) -> str:
        """Return when it is kept: what was edited before holds in both versions."""
        stack = self._workspace.document.undo_stack
        done = (stack.text(place) for place in range(stack.index()))
        if all(text.startswith(_OF_VERSIONS) for text in done):
            return "as opened"
        return f"version {QTime.currentTime().toString('HH:mm')}"

    def ask(self) -> None:
        """Ask for a session file to compare with."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Compare with a session", self._start.path, _FILTER
        )
        if path:
            self.compare_with(path)

    def compare_with(self, path: str | Path) -> None:
        """Compare with the session in the file ``path``."""
        try:
            other = read_session(path)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return
        name = Path(path).name
        self._edit(self._workspace.session.with_other(name, other), f"{_COMPARE} {name}")

    def list_differences(self) -> None:
        """List what was decided otherwise in the other version."""
        session = self._workspace.session
        if session.other is None:
            return
        label = session.other.label
        changes = version_changes(session.other.session, session)
        dialog = DifferencesDialog(changes_table(changes, label), label, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def stop(self) -> None:
        """Show this version alone."""
        self._edit(self._workspace.session.with_other("", None), _STOP)

    def _edit(self, session: Session, text: str) -> None:
        edit(self._workspace.document, session, text)
