"""The health check in the window: badges, and the list with what to do."""

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QWidget

from engine.files import Loaded
from engine.model.identity import Origin
from engine.project.session import Session
from guiapp.controllers.browser_rows import rows_of
from guiapp.controllers.health import HealthController, health_rows
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.workspaces import workspace

OLD = Origin(cal_version="1.11.4", crds_context="jwst_1118.pmap", steps=(("S_PHOTOM", "COMPLETE"),))


def with_origin(space, number, origin):
    """Keep the file of an entry as if its header said something else."""
    entry = space.session.entry(f"e{number}")
    [product] = space.chain.library.loaded(entry).products
    identity = replace(product.identity, exp_type="MIR_MRS")
    other = replace(product, identity=identity, origin=origin)
    space.chain.library.keep(
        Loaded(entry.path, entry.sha256, 1000, entry.kind, (other,), entry.role)
    )


@pytest.fixture
def ill(runner):
    space = workspace(runner)
    with_origin(space, 1, OLD)
    with_origin(space, 2, OLD)
    with_origin(space, 3, Origin(cal_version="1.14.0"))
    return space


@pytest.fixture
def health(ill, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    controller = HealthController(ill, window)
    controller.window = window
    return controller


def test_an_issue_is_listed_once_with_its_files_the_gravest_first(ill):
    rows = health_rows(ill.session, ill.chain)

    assert [row.finding.id for row in rows] == ["MRS-TIME", "MRS-ERR"]
    assert [len(row.files) for row in rows] == [2, 3]
    assert rows[0].files[0][1] == "e1"


def test_the_list_says_what_to_do(health):
    dialog = health.ask()

    assert dialog.said.text() == "6 files, 2 known issues."
    assert dialog.chosen.finding.id == "MRS-TIME"
    assert "jwst_1118.pmap" in dialog.facts["evidence"].text()
    assert dialog.facts["action"].text()
    dialog.table.select_rows((1,))
    dialog._show_details()
    assert "1.11.4" in dialog.facts["evidence"].text()


def test_show_me_opens_the_view_of_the_issue(health):
    wanted = []
    health.show_wanted.connect(lambda *what: wanted.append(what))
    dialog = health.ask()

    dialog.show_button.click()

    assert wanted == [("e1", "loss")]


def test_files_that_were_not_read_are_read_first(health, ill, qtbot):
    library = ill.chain.library
    reads, real = [], library.loaded
    library._findings.clear()

    def loaded(entry, **options):
        reads.append(entry.id)
        found = real(entry, **options)
        library.keep(found)
        return found

    library.loaded = loaded
    changes = []
    health.changed.connect(lambda: changes.append(1))
    dialog = health.ask()
    qtbot.waitUntil(lambda: "known issues" in dialog.said.text())

    assert reads == [entry.id for entry in ill.session.entries]
    qtbot.waitUntil(lambda: changes == [1])


def test_a_file_that_is_gone_does_not_stop_the_check(health, ill, qtbot):
    library = ill.chain.library
    library._findings.clear()
    library._kept.clear()

    dialog = health.ask()

    qtbot.waitUntil(lambda: "could not be read" in dialog.said.text())
    assert dialog.said.text().startswith("6 files: no known issue was found. 6 could")


def test_an_empty_window_has_nothing_to_check(runner, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    chain = workspace(runner).chain
    controller = HealthController(
        Workspace(Document(Session()), Selection(), chain, runner), window
    )
    said = []
    controller.failed.connect(lambda *what: said.append(what))

    assert controller.ask() is None
    assert said == [("There is no file to check yet.", "Open files first.")]


def test_a_badge_says_how_grave_the_issues_of_a_file_are(health, ill):
    rows = {
        row.id: row
        for top in rows_of(ill.session, findings_of=health.findings_of)
        for row in top.walk()
    }

    assert [rows[f"e{i}"].badge for i in (1, 2, 3, 4)] == ["wrong", "wrong", "care", ""]
    assert "The loss of count rate" in rows["e1"].badge_tip
