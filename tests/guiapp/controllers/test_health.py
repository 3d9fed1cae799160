"""The health check in the window: badges, and the list with what to do."""

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QWidget

from engine.files import Loaded
from engine.health.issues import Finding
from engine.model.identity import Origin
from engine.progress import SILENT
from engine.project.entries import Entry
from engine.project.session import Session
from guiapp.controllers import health as health_module
from guiapp.controllers.browser_rows import rows_of
from guiapp.controllers.health import HealthController, health_rows, look_through
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


def with_leak(space):
    """Return a session with 1B and 3A of a star and a leak curve; 3A says that it has the leak."""
    leaky, *others = (one for one in space.session.entries if one.id != "e1")
    leaky = replace(leaky, parts=(replace(leaky.parts[0], band="3A"),))
    curve = Entry("e9", "/data/9.fits", "9" * 64, 1000, "leak curve", "reference", ())
    said = "The leak is not corrected.", "S_SPLEAK is SKIPPED.", "Too much.", "Open 1B."
    space.chain.library._findings[leaky.sha256] = (Finding("MRS-LEAK", *said, "", level="care"),)
    return Session(entries=(space.session.entry("e1"), leaky, *others, curve), next_id=10)


def test_a_badge_says_what_the_session_corrects_as_the_health_check_does(health, ill):
    session = with_leak(ill)

    def told(one):
        ill.document.start_over(one)
        rows = {row.id: row for top in rows_of(one, findings_of=health.findings_of)
                for row in top.walk()}  # fmt: skip
        [listed] = [row for row in health_rows(one, ill.chain) if row.finding.id == "MRS-LEAK"]
        assert listed.finding.what == rows["e2"].badge_tip
        return rows["e2"].badge

    assert told(session) == "info"
    assert told(session.with_exclusion("e1", "saturated")) == "care"  # nothing to take it from


def test_badges_are_drawn_anew_when_a_result_says_what_was_corrected(
    health, ill, qtbot, monkeypatch
):
    health._look()
    changes = []
    health.changed.connect(lambda: changes.append(1))
    monkeypatch.setattr(
        health_module, "answered", lambda _s, _e, one, _result_of: replace(one, level="info")
    )

    ill.runner.start("Correct", lambda _progress: None, lambda _job: None)

    qtbot.waitUntil(lambda: changes == [1])


def test_files_of_a_session_that_is_reopened_are_looked_through_by_themselves(health, ill, qtbot):
    library, session, looked = ill.chain.library, ill.session, []
    library._findings.clear()
    library.examine = lambda entry, progress: looked.append(entry.id)

    ill.document.start_over(session)

    qtbot.waitUntil(lambda: looked == [one.id for one in session.entries])
    qtbot.waitUntil(lambda: not ill.runner.jobs)


def test_files_that_are_gone_are_looked_for_once(health, ill, qtbot):
    library, started = ill.chain.library, []
    library._findings.clear()
    ill.runner.added.connect(lambda job: started.append(job.label))

    for _ in range(3):
        health._look()
        qtbot.waitUntil(lambda: not ill.runner.jobs)

    assert started == ["Look for known issues in 6 files"]


def test_other_work_has_its_turn_while_many_files_are_looked_through(ill, monkeypatch):
    monkeypatch.setattr(health_module, "_SLICE_S", -1.0)

    assert look_through(list(ill.session.entries), ill.chain.library, SILENT) == 0
