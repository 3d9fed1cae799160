"""Whoever cannot see the screen is told what each control is: in every view, panel and dialog."""

import importlib
import inspect
import pkgutil

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QLabel,
    QMenu,
    QMenuBar,
    QScrollBar,
    QTabBar,
    QWidget,
)

import guiapp.dialogs
from engine.project.version_changes import changes_table
from guiapp.controllers.views import VIEWS
from guiapp.dialogs.about import AboutDialog
from guiapp.dialogs.ask import SaveChangesDialog, TextDialog
from guiapp.dialogs.column_mapping import ColumnMappingDialog, TableColumn, WantedColumn
from guiapp.dialogs.differences import DifferencesDialog
from guiapp.dialogs.export import ExportDialog, ExportKind, PrintChoices
from guiapp.dialogs.health import HealthDialog
from guiapp.dialogs.keys import KeyRow, KeysDialog
from guiapp.dialogs.message_log import MessageLogDialog, MessageStore
from guiapp.dialogs.missing_files import MissingFile, MissingFilesDialog
from guiapp.dialogs.preferences import PreferencesDialog
from guiapp.dialogs.recovery import RecoveryDialog, RecoveryRow
from guiapp.dialogs.send import SendDialog
from guiapp.dialogs.sheet import Sheet
from guiapp.dialogs.troubles import BugDialog, Trouble, TroubleDialog
from guiapp.dialogs.view_help import ViewHelpDialog
from guiapp.settings.preferences import SETTINGS

_UNNAMED = (QMenu, QMenuBar, QScrollBar, QTabBar)  # read by what is in them
_COLUMNS = (TableColumn("lambda", "um", "5.1"), TableColumn("f"))
_WANTED = (WantedColumn("wave", "Wavelength", ("um", "nm"), is_required=True, guess="lambda"),)
_KINDS = (ExportKind("figures", "Figures", formats=("pdf", "svg")), ExportKind("report", "Report"))
DIALOGS = {
    AboutDialog: lambda: AboutDialog("0.1.0", (("Log files", "/home/x/log"),)),
    BugDialog: lambda: BugDialog("Traceback: 1/0", "/state/autosave"),
    ColumnMappingDialog: lambda: ColumnMappingDialog("a.csv", _COLUMNS, _WANTED),
    DifferencesDialog: lambda: DifferencesDialog(changes_table((), "before"), "before"),
    ExportDialog: lambda: ExportDialog(
        _KINDS, "/out", sizes=PrintChoices(("as designed", "page"), ("AAS",), "page", "AAS")
    ),
    HealthDialog: HealthDialog,
    KeysDialog: lambda: KeysDialog((KeyRow("Save", "Ctrl+S", "File"),)),
    MessageLogDialog: lambda: MessageLogDialog(MessageStore()),
    MissingFilesDialog: lambda: MissingFilesDialog((MissingFile("e1", "/old/a_s3d.fits"),), "/old"),
    PreferencesDialog: lambda: PreferencesDialog(
        SETTINGS, {one.name: one.default for one in SETTINGS}
    ),
    RecoveryDialog: lambda: RecoveryDialog((RecoveryRow("a", "law2025", "today"),)),
    SaveChangesDialog: lambda: SaveChangesDialog("law2025.fluxknot"),
    SendDialog: lambda: SendDialog({"A spectrum": (("c1", "TOPCAT"),)}),
    TextDialog: lambda: TextDialog("Exclude", "Why?", suggestions=("mirror event",)),
    TroubleDialog: lambda: TroubleDialog("1 file was not opened", (Trouble("a", "b"),)),
    ViewHelpDialog: lambda: ViewHelpDialog("Cube", "A page."),
}


def nameless(root):
    """Return the controls below ``root`` that take the keyboard and do not say what they are."""
    return [
        f"{type(one).__name__} in {type(one.parentWidget()).__name__}"
        for one in root.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one, _UNNAMED)
        and not is_part(one)
        and not said(one)
    ]


def is_part(widget):
    """Tell whether a widget is a part of what has the name: of a field, or the list of a box."""
    parent = widget.parentWidget()
    whole = parent.parentWidget() if type(parent) is QFrame else None
    is_inside = isinstance(parent, QAbstractSpinBox | QComboBox) or isinstance(whole, QComboBox)
    return is_inside or isinstance(parent, QAbstractScrollArea)  # its viewport


def said(widget):
    """Return what a program that reads the screen says of ``widget``, as Qt tells it."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    buddies = [one for one in widget.window().findChildren(QLabel) if one.buddy() is widget]
    return widget.accessibleName() or text or "".join(one.text() for one in buddies)


def test_every_dialog_of_the_program_is_looked_at():
    modules = (
        importlib.import_module(f"guiapp.dialogs.{one.name}")
        for one in pkgutil.iter_modules(guiapp.dialogs.__path__)
    )
    known = {
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Sheet) and found is not Sheet
    }

    assert known == set(DIALOGS)


@pytest.mark.parametrize("kind", DIALOGS, ids=lambda kind: kind.__name__)
def test_every_control_of_a_dialog_has_a_name(qtbot, kind):
    dialog = DIALOGS[kind]()
    qtbot.addWidget(dialog)

    assert said(dialog) or dialog.windowTitle()
    assert nameless(dialog) == []


def test_every_control_of_the_window_and_of_all_views_has_a_name(program):
    for kind in VIEWS:
        assert program.controller.views[kind.name].view is not None

    assert "\n".join(nameless(program.window)) == ""
