"""The list of what differs from the version that is compared with."""

from dataclasses import replace

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QPushButton

from engine.project.keys import NodeKey
from engine.project.step import Shown
from guiapp.dialogs.ask import TextDialog
from guiapp.dialogs.differences import DifferencesDialog
from guiapp.document.commands import edit
from tests.helpers.sessions import star_session


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


def test_the_history_calls_a_star_as_the_lists_do(star):
    workspace = star.controller.workspace
    cubes = tuple(one for one in star_session().entries if one.kind == "cube")
    entries = tuple(
        replace(one, parts=tuple(replace(part, target="mu Col") for part in one.parts))
        for one in cubes
    )
    edit(workspace.document, replace(star_session(), entries=entries), "Rename")
    star.settle()

    title = star.controller.browser._title(tuple(one.id for one in star.session.segments))

    assert title == "μ Col/1538-1"
    figure = Shown(star.session, NodeKey("junctions", "mu Col/1538-1@extracted"), None, print)
    assert figure.title == "μ Col/1538-1"
