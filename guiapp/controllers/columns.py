"""Telling the program which columns of a table make a spectrum; the answer is remembered."""

import json
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.files import ColumnListing, ColumnMapping, list_columns
from engine.project.codec import to_plain
from engine.project.entries import Entry
from engine.project.reopening import reread_as
from engine.project.session import Session
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.column_mapping import ColumnMappingDialog, TableColumn, WantedColumn
from guiapp.document.commands import edit
from guiapp.jobs.runner import Job, State
from guiapp.settings.preferences import Preferences

_OF_THE_FILE = "as in the file"
_WAVE_UNITS = (_OF_THE_FILE, "um", "Angstrom", "nm", "m")
_FLUX_UNITS = (_OF_THE_FILE, "Jy", "mJy", "MJy", "MJy/sr", "DN/s", "FLAM")
_REQUIRED = {"wave", "flux"}
_TEXT = {".csv", ".ecsv", ".tsv", ".txt", ".dat", ".tbl", ".ipac", ".par"}

Chosen = dict[str, tuple[str, str]]  # column and unit by the name of what is wanted


def has_columns(entry: Entry) -> bool:
    """Tell whether the columns of the file of ``entry`` can be chosen: it is any kind of table."""
    is_text = Path(entry.path.removesuffix(".gz")).suffix.lower() in _TEXT
    return entry.kind == "table" or bool(entry.mapping) or is_text


class ColumnsController(QObject):
    """Asks for the columns of a table and reads it again as a spectrum.

    Signals
    -------
    failed(what, hint)
    """

    failed = pyqtSignal(str, str)

    def __init__(self, workspace: Workspace, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._preferences = preferences
        self._window = window

    def ask(self, entry_id: str) -> ColumnMappingDialog | None:
        """Open the dialog for a table; `None`: it is none."""
        entry = self._workspace.session.entry(entry_id)
        if entry is None:
            return None
        try:
            listing = list_columns(entry.path)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return None
        known = _remembered(self._preferences.layout(_memory(listing)))
        columns = tuple(
            TableColumn(one.name, one.unit, f"{one.sample}  {one.unit}".strip())
            for one in listing.columns
        )
        dialog = ColumnMappingDialog(
            _file_name(entry), columns, wanted_columns(listing, known), self._window
        )
        dialog.accepted.connect(lambda: self._use(entry, listing, dialog.mapping()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _use(self, entry: Entry, listing: ColumnListing, chosen: Chosen) -> None:
        """Read the table again in the background."""
        self._preferences.set_layout(_memory(listing), json.dumps(chosen))
        self._preferences.flush()
        text = json.dumps(to_plain(mapping_of(chosen)), sort_keys=True)
        session, library = self._workspace.session, self._workspace.chain.library
        self._workspace.runner.start(
            f"Read {_file_name(entry)}",
            lambda _progress: reread_as(session, entry.id, text, library),
            lambda job: self._on_read(job, entry),
        )

    def _on_read(self, job: Job, before: Entry) -> None:
        if job.state is State.FAILED and isinstance(job.error, EngineError):
            self.failed.emit(job.error.what, job.error.hint)
        if not isinstance(job.result, Session):
            return
        read, session = job.result.entry(before.id), self._workspace.session
        if read is not None and session.entry(before.id) is not None:
            after = session.with_entries([_as_decided(read, before)])
            text = f"Choose the columns of {_file_name(before)}"
            edit(self._workspace.document, after, text)


def wanted_columns(listing: ColumnListing, known: Chosen) -> tuple[WantedColumn, ...]:
    """Return what the dialog asks for, with what was answered before, or the best guess."""
    guess = to_plain(listing.guess)
    rows = (
        ("wave", "Wavelength", _WAVE_UNITS),
        ("flux", "Flux", _FLUX_UNITS),
        ("error", "Error", ()),
        ("flags", "Flags", ()),
    )
    return tuple(
        WantedColumn(
            name,
            label,
            units,
            is_required=name in _REQUIRED,
            guess=known[name][0] if name in known else guess[name],
            unit=known[name][1] if name in known else "",
        )
        for name, label, units in rows
    )


def mapping_of(chosen: Chosen) -> ColumnMapping:
    """Return what the reader is told, from column and unit by the name of what is wanted."""
    columns = {name: column for name, (column, _) in chosen.items()}
    units = {
        f"{name}_unit": unit
        for name, (_, unit) in chosen.items()
        if name in _REQUIRED and unit != _OF_THE_FILE
    }
    return ColumnMapping(**columns, **units)


def _as_decided(read: Entry, before: Entry) -> Entry:
    """Return ``read`` with the role and the names that the file has in the session."""
    if before.kind == "table":
        return read
    parts = tuple(
        replace(new, target=old.target or new.target)
        for new, old in zip(read.parts, before.parts, strict=False)
    )
    return replace(read, role=before.role, parts=parts + read.parts[len(parts) :])


def _memory(listing: ColumnListing) -> str:
    """Return the name under which the answer for tables with these columns is kept."""
    return "columns " + "|".join(f"{one.name} {one.unit}".strip() for one in listing.columns)


def _remembered(text: str) -> Chosen:
    try:
        plain = json.loads(text or "{}")
        return {str(name): (str(column), str(unit)) for name, (column, unit) in plain.items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _file_name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]
