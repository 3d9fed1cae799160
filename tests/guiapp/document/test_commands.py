"""Tests of guiapp.document.commands: one edit, one gesture, one entry of the history."""

from dataclasses import replace
from itertools import pairwise

import pytest

from engine.analyses import EXTRACT
from engine.mrs.extraction import ExtractionParams
from engine.project.edits import set_role
from engine.project.keys import NodeKey
from guiapp.document.commands import edit, new_gesture
from guiapp.document.document import Document
from tests.helpers.sessions import star_session

KEY = NodeKey(EXTRACT.name, "e1")


@pytest.fixture
def document(qapp):
    return Document(star_session())


@pytest.fixture
def changes(document):
    """Return the list that every change of the document is added to."""
    heard = []
    document.changed.connect(heard.append)
    return heard


def with_radius(session, radius):
    return session.with_params(KEY, ExtractionParams(radius_fwhm=radius))


def drag(document, *radii, gesture):
    for radius in radii:
        session = with_radius(document.session, radius)
        edit(document, session, f"Set radius to {radius:g}", gesture=gesture)


def test_redo_undo_and_redo_put_the_very_same_sessions_back(document):
    before = document.session
    after = with_radius(before, 1.5)

    edit(document, after, "Set radius to 1.5")
    assert document.session is after
    document.undo_stack.undo()
    assert document.session is before
    document.undo_stack.redo()

    assert document.session is after


def test_the_history_says_what_was_done(document):
    edit(document, with_radius(document.session, 1.5), "Set radius to 1.5")

    assert document.undo_stack.undoText() == "Set radius to 1.5"
    document.undo_stack.undo()
    assert document.undo_stack.redoText() == "Set radius to 1.5"


def test_an_edit_that_changes_nothing_leaves_no_entry(document, changes):
    edit(document, set_role(document.session, ("e1",), "standard star"), "Give the same role")

    assert document.undo_stack.count() == 0
    assert changes == []


def test_one_gesture_is_one_entry_with_the_last_text(document):
    before = document.session

    drag(document, 1.2, 1.4, 1.6, gesture=new_gesture())

    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Set radius to 1.6"
    document.undo_stack.undo()
    assert document.session is before


def test_two_gestures_are_two_entries(document):
    drag(document, 1.2, 1.4, gesture=new_gesture())
    drag(document, 1.6, 1.8, gesture=new_gesture())

    assert document.undo_stack.count() == 2


def test_edits_without_a_gesture_never_merge(document):
    drag(document, 1.2, 1.4, gesture=0)

    assert document.undo_stack.count() == 2


def test_a_drag_back_to_its_start_leaves_no_entry_and_the_very_same_session(document):
    drag(document, 1.5, gesture=0)
    before = document.session

    drag(document, 1.7, 1.9, 1.5, gesture=new_gesture())

    assert document.session is before
    assert document.undo_stack.count() == 1


def test_a_drag_back_to_the_saved_state_leaves_the_document_unmodified(document):
    drag(document, 1.5, gesture=0)
    document.undo_stack.setClean()

    drag(document, 1.7, 1.5, gesture=new_gesture())

    assert not document.is_modified


def test_a_gesture_does_not_merge_into_what_was_saved(document):
    gesture = new_gesture()
    drag(document, 1.7, gesture=gesture)
    document.undo_stack.setClean()

    drag(document, 1.9, gesture=gesture)

    assert document.is_modified
    document.undo_stack.undo()
    assert not document.is_modified


def test_a_press_without_a_move_keeps_what_can_be_redone(document):
    drag(document, 1.5, gesture=0)
    document.undo_stack.undo()

    edit(document, document.session, "Move nothing", gesture=new_gesture())

    assert document.undo_stack.canRedo()
    assert document.undo_stack.count() == 1


def test_a_new_edit_takes_away_what_could_be_redone(document):
    drag(document, 1.5, gesture=0)
    document.undo_stack.undo()

    drag(document, 1.7, gesture=0)

    assert not document.undo_stack.canRedo()
    assert document.session.own_params(KEY).radius_fwhm == 1.7


def test_numbers_of_gestures_are_never_used_twice():
    numbers = [new_gesture() for _ in range(100)]

    assert len(set(numbers)) == 100
    assert 0 not in numbers


def test_a_drag_of_many_steps_says_each_of_them(document, changes):
    drag(document, 1.2, 1.4, 1.6, gesture=new_gesture())

    assert [one.after.own_params(KEY).radius_fwhm for one in changes] == [1.2, 1.4, 1.6]
    assert all(one.before is earlier.after for earlier, one in pairwise(changes))


def test_a_session_equal_to_the_one_there_is_no_change(document):
    same = replace(document.session)

    edit(document, same, "Replace by a copy")

    assert document.session is not same
    assert document.undo_stack.isClean()
