"""Tests of guiapp.document.document and guiapp.document.selection."""

import pytest

from engine.analyses import EXTRACT
from engine.mrs.extraction import ExtractionParams
from engine.project.edits import rename_target, set_role
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.sessions import star_session


@pytest.fixture
def document(qapp):
    return Document(star_session())


@pytest.fixture
def selection(qapp):
    return Selection()


def last_change(document, session):
    heard = []
    document.changed.connect(heard.append)
    edit(document, session, "Edit")
    return heard[-1]


def test_an_empty_document_holds_an_empty_session(qapp):
    document = Document()

    assert document.session == Session()
    assert not document.is_modified


def test_an_edit_modifies_and_undo_takes_that_back(document):
    edit(document, set_role(document.session, ("e1",), "lamp"), "Give a role")
    assert document.is_modified

    document.undo_stack.undo()

    assert not document.is_modified


def test_to_save_and_then_undo_is_a_modification(document):
    edit(document, set_role(document.session, ("e1",), "lamp"), "Give a role")
    document.undo_stack.setClean()

    document.undo_stack.undo()

    assert document.is_modified


def test_to_start_over_forgets_the_history(document):
    edit(document, set_role(document.session, ("e1",), "lamp"), "Give a role")
    other = Session()

    document.start_over(other)

    assert document.session is other
    assert document.undo_stack.count() == 0
    assert not document.is_modified


def test_to_start_over_says_what_was_there_and_what_is(document):
    heard = []
    document.changed.connect(heard.append)
    before, after = document.session, Session()

    document.start_over(after)

    assert [(one.before, one.after) for one in heard] == [(before, after)]


@pytest.mark.parametrize(
    "build",
    [
        lambda session: set_role(session, ("e1",), "lamp"),
        lambda session: rename_target(session, ("e1",), "18 Sco"),
        lambda session: session.without_entries(("e1",)),
    ],
)
def test_edits_of_files_concern_files(document, build):
    assert last_change(document, build(document.session)).concerns_files


@pytest.mark.parametrize(
    "build",
    [
        lambda one: one.with_params(NodeKey(EXTRACT.name, "e1"), ExtractionParams(1.5)),
        lambda one: one.with_exclusion("e1", "saturated"),
        lambda one: one.with_model("16 Cyg B", "e5"),
    ],
)
def test_decisions_do_not_concern_files(document, build):
    assert not last_change(document, build(document.session)).concerns_files


def test_the_first_selected_segment_is_the_current_one(selection):
    assert selection.current == ""

    selection.select(("e2", "e1"))

    assert selection.current == "e2"
    assert selection.segments == ("e2", "e1")


def test_to_select_the_same_again_says_nothing(selection, qtbot):
    selection.select(("e1",))

    with qtbot.assertNotEmitted(selection.changed):
        selection.select(("e1",))


def test_to_select_others_says_so_once(selection, qtbot):
    heard = []
    selection.changed.connect(lambda: heard.append(selection.segments))

    selection.select(("e1",))
    selection.select(())

    assert heard == [("e1",), ()]


def test_sessions_of_long_ago_hold_their_decisions_and_nothing_that_was_found_out(document):
    sessions = [document.session]
    for number in range(12):
        assert document.session.segments
        edit(document, document.session.with_exclusion("e1", f"reason {number}"), "Leave out")
        sessions.append(document.session)
    plain = set(Session().__dict__)

    assert [set(one.__dict__) - plain == set() for one in sessions[:4]] == [True] * 4
    assert all("segments" in one.__dict__ for one in sessions[-8:])
    document.undo_stack.setIndex(0)
    assert document.session is sessions[0]
    assert document.session == star_session()
    assert document.session.segments == star_session().segments
