"""Tests of guiapp.document.other_version, and of how it is saved."""

from dataclasses import replace

import pytest

from engine.model.identity import Identity
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.session_file import parse_session, session_text
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.other_version import OtherVersion


def entry(number, sha, *, band="1A", target="10 Lac", kind="spectrum"):
    identity = Identity(target=target, program="1524", observation="16", band=band)
    return Entry(f"e{number}", f"/data/{sha}.fits", sha * 64, 1, kind, "standard star", (identity,))


@pytest.fixture
def session():
    return Session(entries=(entry(1, "a"), entry(2, "b", band="1B")), next_id=3)


@pytest.fixture
def document(qapp, session):
    return Document(session)


def test_without_another_version_there_is_nothing_to_compare(document):
    other = OtherVersion(document)

    assert (other.label, other.session) == ("", Session())
    assert other.counterpart(NodeKey("response", "e1")) is None


def test_what_was_kept_stays_while_this_version_is_edited(document, session, qtbot):
    other = OtherVersion(document)
    with qtbot.waitSignal(other.changed):
        edit(document, session.with_other("as opened", session), "Keep this version")

    with qtbot.assertNotEmitted(other.changed):
        key = NodeKey("response", "e1")
        edit(document, document.session.with_exclusion("e2", "odd"), "Leave out")

    assert other.label == "as opened"
    assert other.session == session
    assert other.counterpart(key) == key


def test_undo_takes_the_comparison_back(document, session, qtbot):
    other = OtherVersion(document)
    edit(document, session.with_other("as opened", session), "Keep this version")

    with qtbot.waitSignal(other.changed):
        document.undo_stack.undo()

    assert other.label == ""


def test_a_version_is_compared_with_nothing_itself(session):
    twice = session.with_other("one", session.with_other("two", session))

    assert twice.other.session.other is None


def test_the_same_file_is_found_under_another_number(document, session):
    older = Session(entries=(entry(7, "b", band="1B"), entry(8, "a")), next_id=9)
    other = OtherVersion(document)
    edit(document, session.with_other("older", older), "Compare")

    assert other.counterpart(NodeKey("response", "e1")) == NodeKey("response", "e8")
    assert other.counterpart(NodeKey("response", "e2")) == NodeKey("response", "e7")


def test_another_file_of_the_same_observation_is_its_counterpart(document, session):
    rebuilt = Session(entries=(entry(4, "c"),), next_id=5)
    other = OtherVersion(document)
    edit(document, session.with_other("rebuilt", rebuilt), "Compare")

    assert other.counterpart(NodeKey("response", "e1")) == NodeKey("response", "e4")
    assert other.counterpart(NodeKey("response", "e2")) is None


def test_results_over_all_stars_have_the_same_name_in_both(document, session):
    other = OtherVersion(document)
    edit(document, session.with_other("as opened", session), "Compare")

    assert other.counterpart(NodeKey("combine", "all")) == NodeKey("combine", "all")


def test_the_other_version_is_saved_with_the_session(session, tmp_path):
    older = replace(session.with_exclusion("10 Lac/1524-16", "variable"), next_id=3)
    both = session.with_other("older", older)

    again = parse_session(session_text(both, None), tmp_path / "s.fluxknot")

    assert again.other == both.other
    assert parse_session(session_text(session, None), tmp_path / "s.fluxknot").other is None
