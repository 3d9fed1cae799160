"""The list of what differs from the version that is compared with."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton

from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.differences import DifferencesDialog
from guiapp.document.commands import edit


def test_what_differs_from_the_version_that_is_compared_with_is_listed(star):
    differences = star.window.action("inspect.differences")
    before = differences.isEnabled()
    star.trigger("inspect.keep_version")
    [dialog] = star.dialogs(TextDialog)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    workspace = star.controller.workspace
    segment = star.session.segments[0]
    edit(workspace.document, star.session.with_exclusion(segment.id, "bad"), "Leave out")

    star.trigger("inspect.differences")

    [shown] = star.dialogs(DifferencesDialog)
    shown.findChild(QPushButton).click()  # Copy all
    copied = QGuiApplication.clipboard().text().splitlines()
    assert (before, differences.isEnabled()) == (False, True)
    assert shown.windowTitle().startswith("What differs from “")
    assert copied[0].split("\t") == ["where", "what", "then", "now"]
    assert copied[1].split("\t")[1:] == ["Left out", "used", "left out: bad"]
