"""Offers after trouble: work that a crash left behind, files that are not where they were."""

import time
from pathlib import Path

from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QWidget

from engine.project.autosave import Recovery
from engine.project.reopening import find_beside, missing_files
from guiapp.controllers.session import SessionController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.missing_files import MissingFile, MissingFilesDialog
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.document.commands import edit


class LostWork(QObject):
    """Asks once, and does what the user chose."""

    def __init__(self, workspace: Workspace, session: SessionController, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._session = session
        self._window = window

    def offer_recovery(self) -> RecoveryDialog | None:
        """Offer the work that processes left behind when they died; `None`: there is none."""
        found = {one.owner: one for one in self._session.recoveries()}
        if not found:
            return None
        dialog = RecoveryDialog(tuple(_row(one) for one in found.values()), self._window)
        dialog.recovered.connect(lambda owner: self._session.recover(found[owner]))
        dialog.skipped.connect(self._session.skip_recoveries)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def ask_for_missing(self) -> MissingFilesDialog | None:
        """Ask where files are that are not where the session says; `None`: all are there."""
        missing = missing_files(self._workspace.session)
        if not missing:
            return None
        dialog = MissingFilesDialog(_listed(self._workspace), self._window)
        dialog.found.connect(lambda path: self._on_found(dialog, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _on_found(self, dialog: MissingFilesDialog, path: str) -> None:
        missing = missing_files(self._workspace.session)
        if not missing:
            return
        lost = missing[0]
        place = Path(path)
        found = place / Path(lost.path).name if place.is_dir() else place
        session = find_beside(self._workspace.session, found, lost)
        self._workspace.chain.forget_failures()
        edit(self._workspace.document, session, f"Find files in {found.parent.name}")
        dialog.show_missing(_listed(self._workspace))


def _listed(workspace: Workspace) -> tuple[MissingFile, ...]:
    return tuple(MissingFile(entry.id, entry.path) for entry in missing_files(workspace.session))


def _row(recovery: Recovery) -> RecoveryRow:
    targets = {part.target: None for entry in recovery.session.entries for part in entry.parts}
    names = [name for name in targets if name]
    of_what = f" ({names[0]}{', …' if len(names) > 1 else ''})" if names else ""
    name = Path(recovery.original).name if recovery.original else f"untitled{of_what}"
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(recovery.path.stat().st_mtime))
    return RecoveryRow(recovery.owner, name, f"{when}, {len(recovery.session.entries)} files")
