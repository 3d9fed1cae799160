"""Tests of guiapp.controllers.tour."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.mrs.extraction import ExtractionParams
from engine.project.exports import Written
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.controllers.tour import TourController
from guiapp.document.commands import edit
from guiapp.panels.tour import TourCard
from guiapp.settings.preferences import Preferences
from tests.helpers.sessions import entry
from tests.helpers.workspaces import workspace


@dataclass
class Stage:
    """The little of a window that the tour knows."""

    preferences: Preferences
    current_view: str = ""
    seen: list = field(default_factory=list)

    n_pointed: int = 0

    def point_at_view(self):
        self.n_pointed += 1

    def set_view(self, name):
        self.current_view = name
        self.seen.append(name)


@pytest.fixture
def space(runner):
    made = workspace(runner)
    demo = Session(entries=tuple(entry(n, target="10 Lac", bands=("1A", "1B")) for n in (1, 2)))
    made.document.start_over(demo)
    return made


@pytest.fixture
def tour(space, preferences, qtbot):
    card = TourCard()
    qtbot.addWidget(card)
    controller = TourController(space, Stage(preferences), card)
    controller.card, controller.stage = card, controller._window
    return controller


def go_to(tour, number):
    tour.begin()
    for _ in range(number - 1):
        tour.card.next.click()


def is_done(tour):
    return not tour.card.done.isHidden()


def test_show_me_points_at_a_view_that_is_seen_already(tour):
    tour.begin()
    before = tour.stage.n_pointed

    tour.card.show_me.click()

    assert before == 0
    assert tour.stage.n_pointed == 1


def test_show_me_keeps_what_was_chosen_in_a_step_that_is_done(tour, space):
    tour.begin()
    space.selection.select(("e2.1",))
    assert is_done(tour)
    tour.stage.set_view("cube")

    tour.card.show_me.click()

    assert space.selection.segments == ("e2.1",)
    assert tour.stage.current_view == tour.step.view
    assert tour.stage.n_pointed == 1


def test_show_me_brings_the_star_of_a_step_that_is_not_done(tour, space):
    tour.begin()
    tour.stage.set_view("cube")
    space.selection.select(("e2.1",))  # in another view: it does not end the step

    tour.card.show_me.click()

    assert space.selection.segments == ("e1.1",)


def test_the_tour_begins_with_a_jump_of_the_star_that_it_speaks_of(tour, space):
    tour.ask()

    assert tour.step.title == tour.card.title.text() == "See a jump"
    assert tour.stage.seen == ["junctions"]
    assert space.selection.segments == ("e1.1",)


def test_without_the_demo_it_asks_for_it(tour, space, qtbot):
    space.document.start_over(Session())

    with qtbot.waitSignal(tour.demo_wanted):
        tour.ask()

    assert tour.step is None


def test_picking_something_else_in_the_view_ends_the_first_step(tour, space):
    tour.begin()
    assert not is_done(tour)

    space.selection.select(("e2.1", "e2.2"))

    assert is_done(tour)


def test_picking_in_another_view_does_not(tour, space):
    tour.begin()
    tour.stage.set_view("cube")

    space.selection.select(("e2.1", "e2.2"))

    assert not is_done(tour)


@pytest.mark.parametrize(("step", "is_it"), [("extract", True), ("calibrate", False)])
def test_an_edit_of_the_step_shown_ends_it_and_no_other(tour, space, step, is_it):
    go_to(tour, 2)
    params = ExtractionParams(radius_fwhm=1.5)

    edit(space.document, space.session.with_params(NodeKey(step, "e1.2"), params), "Edit")

    assert is_done(tour) is is_it


def test_leaving_a_star_out_and_writing_a_file_end_the_last_two(tour, space):
    go_to(tour, 4)
    source = space.session.segments[0].identity.source_key
    edit(space.document, space.session.with_exclusion(source, "variable"), "Leave out")
    assert is_done(tour)

    tour.card.next.click()
    assert not is_done(tour)
    tour.on_written(Written((), ()))
    assert not is_done(tour)
    tour.on_written(Written((Path("a.fits"),), ()))
    assert is_done(tour)

    tour.card.next.click()
    assert tour.step is None
    assert tour.card.isHidden()


def test_a_tour_that_was_ended_does_not_begin_by_itself_again(tour, preferences):
    tour.greet()
    assert tour.step is not None

    tour.card.shut.click()
    tour.greet()

    assert tour.step is None
    assert not preferences.is_on("tour")


def test_closing_the_session_ends_the_tour(tour, space):
    tour.begin()

    space.document.start_over(Session())

    assert tour.card.isHidden()
