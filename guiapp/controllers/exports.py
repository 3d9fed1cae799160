"""Exporting, and making the demo: what is written from the window."""

import os
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from engine.figures import write_figure
from engine.progress import Progress
from engine.project.demo import demo_session
from engine.project.export_figures import figure_of, figure_size
from engine.project.exports import (
    DEFAULT_FORMATS,
    WHATS,
    PlannedFile,
    Written,
    plan_exports,
    provenance_of,
    write_exports,
)
from engine.project.keys import NodeKey
from engine.project.report import write_report
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.export import ExportDialog, ExportKind
from guiapp.dialogs.export import PlannedFile as ShownFile
from guiapp.jobs.runner import Job, State

_REPORT = "report"
_REPORT_NAME = "report.html"
_KINDS = (
    ExportKind("spectra", "Spectra", "Extracted and calibrated, as x1d FITS"),
    ExportKind("vectors", "Calibration vectors", "With the recipe that restores them"),
    ExportKind("tables", "Tables", "Extractions, responses, breakpoints, junctions, as ECSV"),
    ExportKind("figures", "Figures", "Of every result, as PDF on white"),
    ExportKind(_REPORT, "Report", "One page with figures, tables, recipe and health check"),
)
_FIGURE_FILTER = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png)"


class ExportsController(QObject):
    """Asks what is exported and where to, and writes it in the background.

    Signals
    -------
    failed(what, hint)
    written(Written)
        What was written and what was not.
    """

    failed = pyqtSignal(str, str)
    written = pyqtSignal(object)

    def __init__(self, workspace: Workspace, window: QWidget, state_folder: Path) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._state_folder = state_folder
        self.folder = str(Path.home())
        self._has_exported = False

    def suggest_folder(self, folder: str) -> None:
        """Offer ``folder`` beside the data, until something was exported elsewhere."""
        if not self._has_exported and folder:
            self.folder = folder

    # Everything

    def ask(self) -> None:
        """Open the export dialog."""
        session = self._workspace.session
        if not session.entries:
            self.failed.emit("There is nothing to export yet.", "Open files first.")
            return
        dialog = ExportDialog(
            _KINDS, self.folder, chosen=("spectra", "vectors", "tables"), parent=self._window
        )
        dialog.plan_wanted.connect(lambda what, folder: self._show_plan(dialog, what, folder))
        dialog.accepted.connect(lambda: self._export(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.ask_for_plan()
        dialog.open()

    def plan(self, what: tuple[str, ...]) -> tuple[PlannedFile, ...]:
        """Return the files that exporting ``what`` writes, the report not among them."""
        wanted = tuple(one for one in WHATS if one in what)
        return plan_exports(
            self._workspace.session, self._workspace.chain, wanted, formats=DEFAULT_FORMATS
        )

    def export(self, what: tuple[str, ...], folder: str, *, may_replace: str = "refuse") -> Job:
        """Write ``what`` into ``folder`` in the background."""
        self.folder, self._has_exported = folder, True
        session, chain, plan = self._workspace.session, self._workspace.chain, self.plan(what)

        def work(progress: Progress) -> object:
            exists = "replace" if may_replace == "replace" else "refuse"
            written = write_exports(
                session,
                chain,
                folder,
                plan,
                exists=exists,  # type: ignore[arg-type]
                progress=progress,
            )
            if _REPORT in what:
                path = write_report(
                    session,
                    chain,
                    Path(folder) / _REPORT_NAME,
                    exists=exists,  # type: ignore[arg-type]
                    progress=progress,
                )
                written = Written((*written.paths, path), written.skipped)
            return written

        return self._workspace.runner.start(
            f"Export to {Path(folder).name}", work, self._on_written, lane="queue"
        )

    def _show_plan(self, dialog: ExportDialog, what: tuple[str, ...], folder: str) -> None:
        names = [one.name for one in self.plan(what)]
        if _REPORT in what:
            names.append(_REPORT_NAME)
        problem = _folder_problem(folder)
        shown = tuple(ShownFile(name, (Path(folder) / name).exists()) for name in names)
        dialog.show_plan(shown, problem)

    def _export(self, dialog: ExportDialog) -> None:
        may_replace = "replace" if dialog.may_replace else "refuse"
        self.export(dialog.what, dialog.folder, may_replace=may_replace)

    def _on_written(self, job: Job) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        elif isinstance(job.result, Written):
            self.written.emit(job.result)

    # One figure

    def ask_figure(self, key: NodeKey) -> None:
        """Ask for a file and write the figure of ``key``."""
        suggested = str(Path(self.folder) / f"{key.step}.pdf")
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Export this figure", suggested, _FIGURE_FILTER
        )
        if path:
            self.export_figure(key, path)

    def export_figure(self, key: NodeKey, path: str) -> None:
        """Write the figure of ``key`` to ``path`` in the background."""
        session, chain = self._workspace.session, self._workspace.chain
        self.folder = str(Path(path).parent)
        target = Path(path) if Path(path).suffix else Path(path).with_suffix(".pdf")

        def work(progress: Progress) -> object:
            result = chain.evaluate(session, key, progress)
            draw = figure_of(session, chain, key, result)
            written = write_figure(
                target,
                draw,
                size=figure_size(key),
                provenance=provenance_of(session, chain, key),
                exists="replace",
            )
            return Written((written,), ())

        self._workspace.runner.start(f"Write {target.name}", work, self._on_written)

    # The demo

    def make_demo(self, then: Callable[[str], object]) -> None:
        """Make the demo the first time, then call ``then`` with its session."""

        def work(progress: Progress) -> object:
            return demo_session(self._state_folder / "demo", progress=progress)

        def show(job: Job) -> None:
            if isinstance(job.result, Path):
                then(str(job.result))
            elif isinstance(job.error, EngineError):
                self.failed.emit(job.error.what, job.error.hint)

        self._workspace.runner.start("Make the demo", work, show, lane="queue")


def _folder_problem(folder: str) -> str:
    path = Path(folder)
    if not folder:
        return "Choose a folder."
    if path.exists() and not path.is_dir():
        return f"{path.name} is a file, not a folder."
    existing = next((one for one in (path, *path.parents) if one.exists()), None)
    if existing is None or not os.access(existing, os.W_OK):
        return f"{folder} cannot be written to."
    return ""
