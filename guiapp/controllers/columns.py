"""Telling the program which columns of a table make a spectrum; the answer is remembered."""

import json

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from engine.errors import EngineError
from engine.files import ColumnMapping
from engine.model.tabulated import DataTable
from engine.project.codec import to_plain
from engine.project.reopening import reread_as
from engine.project.session import Entry
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.column_mapping import ColumnMappingDialog, TableColumn, WantedColumn
from guiapp.document.commands import edit
from guiapp.settings.preferences import Preferences

_WAVE_UNITS = ("um", "Angstrom", "nm", "m")
_FLUX_UNITS = ("Jy", "mJy", "MJy", "MJy/sr", "DN/s", "FLAM")
_REQUIRED = {"wave", "flux"}
_SAMPLES = 3


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
            table = self._workspace.chain.library.product(entry, 0)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return None
        if not isinstance(table, DataTable):
            self.failed.emit("This file is understood already.", "Choose one under Tables.")
            return None
        name = entry.path.rpartition("/")[2]
        dialog = ColumnMappingDialog(name, _columns(table), self._wanted(table), self._window)
        dialog.accepted.connect(lambda: self._use(entry, table, dialog.mapping()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def _use(self, entry: Entry, table: DataTable, chosen: dict[str, tuple[str, str]]) -> None:
        mapping = mapping_of(chosen)
        self._preferences.set_layout(_memory(table), json.dumps(chosen))
        text = json.dumps(to_plain(mapping), sort_keys=True)
        session, library = self._workspace.session, self._workspace.chain.library
        try:
            after = reread_as(session, entry.id, text, library)
        except EngineError as error:
            self.failed.emit(error.what, error.hint)
            return
        edit(self._workspace.document, after, f"Choose the columns of {_file_name(entry)}")

    def _wanted(self, table: DataTable) -> tuple[WantedColumn, ...]:
        known = _remembered(self._preferences.layout(_memory(table)))
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
                guess=known.get(name, ("", ""))[0],
            )
            for name, label, units in rows
        )


def mapping_of(chosen: dict[str, tuple[str, str]]) -> ColumnMapping:
    """Return what the reader is told, from column and unit by the name of what is wanted."""
    none = ("", "")
    return ColumnMapping(
        wave=chosen.get("wave", none)[0],
        flux=chosen.get("flux", none)[0],
        error=chosen.get("error", none)[0],
        flags=chosen.get("flags", none)[0],
        wave_unit=chosen.get("wave", none)[1],
        flux_unit=chosen.get("flux", none)[1],
    )


def _columns(table: DataTable) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(name, table.units.get(name, ""), ", ".join(_shown(values)))
        for name, values in table.columns.items()
    )


def _shown(values: object) -> list[str]:
    first = list(values)[:_SAMPLES]  # type: ignore[call-overload]
    return [one if isinstance(one, str) else f"{one:.5g}" for one in first]


def _memory(table: DataTable) -> str:
    """Return the name under which the answer for tables with these columns is kept."""
    return "columns " + "|".join(table.columns)


def _remembered(text: str) -> dict[str, tuple[str, str]]:
    try:
        plain = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(name): (str(one[0]), str(one[1])) for name, one in plain.items()}


def _file_name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]
