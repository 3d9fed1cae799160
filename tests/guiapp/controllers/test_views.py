"""Tests of guiapp.controllers.views."""

import pytest

from guiapp.controllers.view_controller import ViewController
from guiapp.controllers.views import VIEWS
from guiapp.settings.actions import ACTIONS


def test_a_view_is_made_when_it_is_first_asked_for(program):
    views = program.controller.views
    at_first = [one.name for one in views.made]

    program.window.set_view("junctions")

    assert at_first == ["cube"]
    assert [one.name for one in views.made] == ["cube", "junctions"]
    assert views["junctions"] is views["junctions"]


def test_views_are_in_the_order_of_their_tabs(program):
    assert list(program.controller.views) == [kind.name for kind in VIEWS]
    assert list(program.window.view_area.views) == [kind.name for kind in VIEWS]


def test_actions_of_views_are_those_that_some_view_or_the_browser_takes(program):
    views = program.controller.views
    taken = {one for name in views for one in views[name].actions()}

    of_views = {spec.id for spec in ACTIONS if spec.is_of_view}

    assert of_views == taken | set(program.controller._elsewhere)


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.name)
def test_every_view_says_which_axes_its_figure_takes_over(kind):
    assert kind.seen_panels is not ViewController.seen_panels


@pytest.mark.parametrize(
    ("step", "view"),
    [("extract", "cube"), ("epochs", "epochs"), ("image_sources", "epochs"), ("no step", "")],
)
def test_a_step_leads_to_the_view_that_shows_it(step, view, program):
    assert program.controller.views.showing(step) == view
