"""Tests of guiapp.controllers.joint_form."""

import pytest

from engine.analyses import FRINGE, LOSS
from engine.project.keys import EVERYTHING, NodeKey
from guiapp.controllers.joint_form import joint_form, set_in_joint_form
from tests.helpers.workspaces import workspace

FORMS = [(one, NodeKey(one.name, EVERYTHING)) for one in (LOSS, FRINGE)]


@pytest.fixture
def space(runner):
    return workspace(runner)


def test_the_form_has_the_parameters_of_all_steps_as_they_are(space):
    content = joint_form(space, FORMS, without=frozenset({"protected"}))

    names = [one.name for one in content.specs]
    assert set(names) == {f.name for a, _ in FORMS for f in a.fields} - {"protected"}
    assert content.values == content.defaults
    assert list(content.values) == names


def test_a_value_is_set_in_the_step_that_has_it(space):
    set_in_joint_form(space, FORMS, "apply", "on", whose="everything")

    assert space.params(FORMS[1][1]).apply == "on"
    assert space.params(FORMS[0][1]) == LOSS.params()
    assert space.document.undo_stack.undoText().endswith("of everything to on")


def test_a_name_that_no_step_has_sets_nothing(space):
    set_in_joint_form(space, FORMS, "no_such_name", 1, whose="everything")

    assert space.document.undo_stack.count() == 0
