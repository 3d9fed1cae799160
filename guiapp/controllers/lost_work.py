"""Offers after trouble: work that a crash left behind, files that are not where they were."""

import glob
import time
from pathlib import Path

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QWidget

from engine.project.autosave import Recovery
from engine.project.entries import Entry
from engine.project.reopening import find_beside, missing_files
from guiapp.controllers.session import SessionController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.missing_files import MissingFile, MissingFilesDialog
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.document.commands import edit


class LostWork(QObject):
    """Asks once, and does what the user chose."""

    def __init__(
        self,
        workspace: Workspace,
        session: SessionController,
        window: QWidget,
        start: StartFolder,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._session = session
        self._window = window
        self._start = start

    def offer_recovery(self) -> RecoveryDialog | None:
        """Offer the work that processes left behind when they died; `None`: there is none."""
        found = {one.owner: one for one in self._session.recoveries()}
        if not found:
            return None
        dialog = RecoveryDialog(tuple(_row(one) for one in found.values()), self._window)
        dialog.recovered.connect(lambda owner: self._recover(found[owner]))
        dialog.skipped.connect(self._session.skip_recoveries)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _recover(self, recovery: Recovery) -> None:
        self._session.recover(recovery)
        QTimer.singleShot(0, self.ask_for_missing)  # when the dialog that asked is gone

    def ask_for_missing(self) -> MissingFilesDialog | None:
        """Ask where files are that are not where the session says; `None`: all are there."""
        missing = missing_files(self._workspace.session)
        if not missing:
            return None
        dialog = MissingFilesDialog(_listed(self._workspace), self._start.path, parent=self._window)
        dialog.found.connect(lambda path: self._on_found(dialog, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _on_found(self, dialog: MissingFilesDialog, path: str) -> None:
        """Take over where files are: ``path`` is the first one missing, or a folder with any."""
        place, missing = Path(path), missing_files(self._workspace.session)
        if not missing:
            return
        lost, found = _any_inside(place, missing) if place.is_dir() else (missing[0], place)
        if found is None:
            dialog.say(f"None of the missing files is in {place}. Choose another folder.")
            return
        self._start.remember(str(found.parent))
        session = find_beside(self._workspace.session, found, lost)
        self._workspace.chain.forget_failures()
        n_found = len(missing) - len(missing_files(session))
        files = Path(lost.path).name if n_found == 1 else f"{n_found} files"
        edit(self._workspace.document, session, f"Find {files} in {found.parent.name}")
        dialog.show_missing(_listed(self._workspace))


def _any_inside(folder: Path, missing: tuple[Entry, ...]) -> tuple[Entry, Path | None]:
    """Return a missing file that lies in ``folder`` or in one of its folders, and where."""
    for pattern in ("", "*/"):
        for entry in missing:
            name = glob.escape(Path(entry.path).name)
            found = next(
                (one for one in sorted(folder.glob(pattern + name)) if one.is_file()), None
            )
            if found is not None:
                return entry, found
    return missing[0], None


def _listed(workspace: Workspace) -> tuple[MissingFile, ...]:
    return tuple(MissingFile(entry.id, entry.path) for entry in missing_files(workspace.session))


def _row(recovery: Recovery) -> RecoveryRow:
    original = Path(recovery.original)
    name = original.name if recovery.original else "untitled"
    written, saved = _written_at(recovery.path), _written_at(original)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(written))
    n_files = len(recovery.session.entries)
    said = f"{when}, {n_files} file{'' if n_files == 1 else 's'}"
    is_older = bool(recovery.original) and saved > written
    return RecoveryRow(recovery.owner, name, said + (", older than what was saved" * is_older))


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
