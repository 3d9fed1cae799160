"""Exporting: what is written from the window."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.analyses import CALIBRATE
from engine.errors import EngineError
from engine.figures.sizes import AS_DESIGNED, JOURNALS, WIDTHS, PrintSize
from engine.files.names import export_name
from engine.model.identity import Identity
from engine.progress import Progress
from engine.project.export_limits import Only
from engine.project.export_products import FORMATS, WHATS, What
from engine.project.export_session import SeenFigure, export_session
from engine.project.export_together import drawn_together
from engine.project.exports import (
    DEFAULT_FORMATS,
    IfExists,
    PlannedFile,
    Written,
    plan_exports,
    planned_figure,
)
from engine.project.keys import NodeKey
from engine.project.report_choice import ALL_SECTIONS, REPORT, SECTIONS
from engine.project.session import Session
from engine.project.star_images import image_identity
from guiapp.controllers.export_folder import ExportFolder
from guiapp.controllers.export_scopes import SEEN, ExportScopes, seen_figure
from guiapp.controllers.naming import subject_title
from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.export import ExportDialog, ExportKind, PrintChoices, SizeRow
from guiapp.dialogs.export import PlannedFile as ShownFile
from guiapp.dialogs.report_sections import SectionsButton
from guiapp.dialogs.save_path import ask_save_path
from guiapp.jobs.runner import Job, State
from guiapp.settings.preferences import Preferences

_ALL = "all"
_KINDS = (
    ExportKind("spectra", "Spectra", "Extracted and calibrated, as x1d FITS; stitched, as ECSV"),
    ExportKind("vectors", "Calibration vectors", "With the recipe that restores them"),
    ExportKind(
        "references",
        "Photom references",
        "As the pipeline reads them, one a detector frame of the MRS, one of imaging",
    ),
    ExportKind("images", "Corrected images", "Copies of cal files; the files stay as they are"),
    ExportKind("tables", "Tables", "Extractions, responses, breakpoints, junctions, as ECSV"),
    ExportKind("figures", "Figures", "Of every result, on white, for print"),
    ExportKind(
        REPORT,
        "Report",
        "One page with figures, tables, recipe and health check, of what is chosen above",
    ),
)
_FIGURE_KINDS = (("PDF", "pdf"), ("SVG", "svg"), ("PNG", "png"))


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

    def __init__(
        self,
        workspace: Workspace,
        window: QWidget,
        state_folder: Path,
        preferences: Preferences | None = None,
        active: Callable[[], ViewController | None] = lambda: None,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._active = active
        self.place = ExportFolder(preferences, state_folder)
        #: Formats by kind and size of figures, as they were chosen last.
        self.formats: dict[What, tuple[str, ...]] = dict(DEFAULT_FORMATS)
        self.size: PrintSize = AS_DESIGNED
        self._preferences = preferences
        if preferences is not None:
            self._recall(preferences)
            preferences.changed.connect(lambda _name: self._recall(preferences))
        #: Asks for the name of a figure: replaced in tests.
        self.ask_path: Callable[[str], str] = self._ask_figure_path

    def _recall(self, preferences: Preferences) -> None:
        """Take over the format and the size of figures that the user prefers."""
        chosen = preferences.text("figure_format")
        self.formats["figures"] = FORMATS["figures"] if chosen == _ALL else (chosen,)
        size = preferences.text("figure_width"), preferences.text("figure_journal")
        self.size = _print_size(size)

    def _remember(self, formats: tuple[str, ...], size: tuple[str, str]) -> None:
        """Keep the format and the size of figures, for another day as well."""
        self.formats["figures"], self.size = formats, _print_size(size)
        if self._preferences is not None:
            chosen = _ALL if formats[1:] else formats[0]
            known = {"figure_format": chosen, "figure_width": size[0], "figure_journal": size[1]}
            for name, value in known.items():
                self._preferences.set(name, value)

    # Everything

    def ask(self) -> None:
        """Open the export dialog."""
        session = self._workspace.session
        if not session.entries:
            self.failed.emit("There is nothing to export yet.", "Open files first.")
            return
        scopes = ExportScopes(self._workspace, self._active())
        scope, what = self.place.choices
        offered = [one.id for one in scopes.offered]
        usual = scopes.usual_kinds()
        dialog = ExportDialog(
            tuple(_with_formats(kind) for kind in _KINDS),
            self.place.path,
            chosen=what or usual,
            formats={str(name): formats for name, formats in self.formats.items()},
            sizes=_print_choices(self.size),
            scopes=scopes.offered,
            scope=scope if scope in offered else offered[0],
            sections=SectionsButton(tuple(SECTIONS.items()), self.place.sections),
            parent=self._window,
        )
        dialog.plan_wanted.connect(
            lambda what, folder: self._show_plan(dialog, scopes, what, folder)
        )
        dialog.accepted.connect(lambda: self._export(dialog, scopes, usual))
        dialog.finished.connect(dialog.deleteLater)
        dialog.ask_for_plan()
        dialog.open()

    def plan(
        self, what: tuple[str, ...], *, only: Only | None = None, step: str = ""
    ) -> tuple[PlannedFile, ...]:
        """Return the files that exporting ``what`` writes, the report not among them."""
        wanted = tuple(one for one in WHATS if one in what)
        session, chain = self._workspace.session, self._workspace.chain
        return plan_exports(session, chain, wanted, formats=self.formats, only=only, step=step)

    def export(
        self,
        what: tuple[str, ...],
        folder: str,
        *,
        only: Only | None = None,
        step: str = "",
        sections: tuple[str, ...] = ALL_SECTIONS,
        seen: SeenFigure | None = None,
        exists: IfExists = "refuse",
    ) -> Job:
        """Write ``what`` into ``folder`` in the background."""
        self.place.choose(folder)
        session, chain = self._workspace.session, self._workspace.chain
        formats, size = dict(self.formats), self.size

        def work(progress: Progress) -> object:
            return export_session(
                session,
                chain,
                folder,
                what,
                formats=formats,
                size=size,
                only=only,
                step=step,
                sections=sections,
                seen=seen,
                exists=exists,
                progress=progress,
            )

        return self._workspace.runner.start(
            f"Export to {Path(folder).name}", work, self._on_written, lane="queue"
        )

    def _show_plan(
        self, dialog: ExportDialog, scopes: ExportScopes, what: tuple[str, ...], folder: str
    ) -> None:
        self._take_choices(dialog)
        place = Path(folder).expanduser()
        amounts = scopes.amounts(what, self.formats, sections=dialog.sections.chosen)
        dialog.scope_rows.show_amounts(amounts)
        only, step = scopes.limits(dialog.scope)
        session, plan = self._workspace.session, self.plan(what, only=only, step=step)
        names = list(dict.fromkeys(_name_in(place, one, session) for one in plan))
        reports = scopes.reports(dialog.scope) if REPORT in what else ()
        names += reports
        shown = tuple(ShownFile(name, os.path.lexists(place / name)) for name in names)
        given = {*(one.what for one in plan), *([REPORT] if reports else [])}
        dialog.show_empty_kinds({*what} - given)
        dialog.show_plan(shown, _folder_problem(folder))

    def _export(self, dialog: ExportDialog, scopes: ExportScopes, usual: tuple[str, ...]) -> None:
        self._take_choices(dialog)
        folder = str(Path(dialog.folder).expanduser())
        exists: IfExists = "replace" if dialog.may_replace else "refuse"
        only, step = scopes.limits(dialog.scope)
        self.place.remember(dialog.scope, () if set(dialog.what) == set(usual) else dialog.what)
        sections = dialog.sections.chosen
        self.place.remember_sections(() if sections == ALL_SECTIONS else sections)
        self.export(
            dialog.what,
            folder,
            only=only,
            step=step,
            sections=sections,
            seen=scopes.seen_figure if dialog.scope == SEEN else None,
            exists=exists,
        )

    def _take_choices(self, dialog: ExportDialog) -> None:
        """Keep formats and size of the dialog: the next export begins with them."""
        chosen = dialog.formats
        self.formats = {name: chosen.get(name, every) for name, every in self.formats.items()}
        self._remember(self.formats["figures"], dialog.print_size)

    def _on_written(self, job: Job) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        elif job.state is State.CANCELLED:
            self.failed.emit(f"{job.label}: cancelled.", "What was written before is complete.")
        elif isinstance(job.result, Written):
            self.written.emit(job.result)

    # One figure

    def ask_figure(self, key: NodeKey) -> None:
        """Ask for a file and write the figure of ``key``."""
        path = self.ask_path(str(self.place.existing / self._figure_name(key)))
        if path:
            self.export_figure(key, path)

    def _figure_name(self, key: NodeKey) -> str:
        """Return the name that the figure of ``key`` has among all exports."""
        session, chain = self._workspace.session, self._workspace.chain
        formats = {**self.formats, "figures": self.formats["figures"][:1]}
        together = self._together(key)
        for only, step in ((together, "" if together else key.step), ((key,), "")):
            limit = frozenset(only) or None
            plan = plan_exports(
                session, chain, ("figures",), formats=formats, only=limit, step=step
            )
            for one in plan:  # in the whole step it may share a figure that is not seen now
                if one.node == key or (together and str(key) in one.of):
                    return one.name
        return export_name(self._identity(key), key.step, formats["figures"][0])

    def _together(self, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return the results that the view draws with that of ``key`` in one figure, if any."""
        view = self._active()
        seen = frozenset(() if view is None else view.seen())
        groups = drawn_together(self._workspace.session, seen)
        return next((keys for keys in groups if key in keys), ())

    def _identity(self, key: NodeKey) -> Identity:
        session = self._workspace.session
        segment = session.segment(key.subject)
        found = image_identity(session, key.subject) if segment is None else segment.identity
        return found or Identity(target=subject_title(session, key))

    def _ask_figure_path(self, suggested: str) -> str:
        size = SizeRow(_print_choices(self.size))
        title = "Export this figure"
        path = ask_save_path(self._window, title, suggested, _FIGURE_KINDS, more=size)
        chosen = Path(path).suffix.removeprefix(".")
        formats = (chosen,) if chosen in FORMATS["figures"] else self.formats["figures"]
        self._remember(formats, size.chosen)
        return path

    def export_figure(self, key: NodeKey, path: str) -> None:
        """Write the figure of ``key`` to ``path`` in the background."""
        session, chain, target = self._workspace.session, self._workspace.chain, Path(path)
        of = tuple(map(str, self._together(key)))
        node = None if of else key
        planned = PlannedFile(target.name, "figures", node, size=self.size, of=of)
        seen = seen_figure(self._active())
        planned = planned if seen is None else seen.applied(planned)
        self.place.choose(str(target.parent))

        def work(progress: Progress) -> object:
            write = planned_figure(session, chain, planned, progress)
            return Written((write(target, "replace"),), ())

        self._workspace.runner.start(f"Write {target.name}", work, self._on_written)


def _print_choices(size: PrintSize) -> PrintChoices:
    journals = tuple(one.name for one in JOURNALS)
    return PrintChoices(WIDTHS, journals, size.width, size.journal)


def _print_size(chosen: tuple[str, str]) -> PrintSize:
    width, journal = chosen
    return PrintSize(next(one for one in WIDTHS if one == width), journal)


def _with_formats(kind: ExportKind) -> ExportKind:
    formats = next((every for name, every in FORMATS.items() if name == kind.id), ())
    return replace(kind, formats=formats)


def _name_in(folder: Path, planned: PlannedFile, session: Session) -> str:
    """Return the name of a planned file, as far as it is known before anything is computed.

    Count rates do not fit into x1d and become ECSV.
    """
    if planned.what != "spectra" or not planned.name.endswith(".fits"):
        return planned.name
    other = Path(planned.name).with_suffix(".ecsv").name
    is_other = _is_count_rate(session, planned.node) or os.path.lexists(folder / other)
    return other if is_other else planned.name


def _is_count_rate(session: Session, key: NodeKey | None) -> bool:
    """Tell whether a spectrum is known to be in the DN/s of its file."""
    segment = None if key is None else session.segment(key.subject)
    if key is None or segment is None or key.step == CALIBRATE.name:
        return False
    return segment.entry.units[segment.part : segment.part + 1] == ("DN/s",)


def _folder_problem(folder: str) -> str:
    path = Path(folder).expanduser()
    if not folder:
        return "Choose a folder."
    if not path.is_absolute():
        return f"{folder}: give the whole path, from / or from ~."
    if path.exists() and not path.is_dir():
        return f"{path.name} is a file, not a folder."
    existing = next((one for one in (path, *path.parents) if one.exists()), None)
    if existing is None or not existing.is_dir() or not os.access(existing, os.W_OK):
        return f"{folder} cannot be written to."
    return ""
