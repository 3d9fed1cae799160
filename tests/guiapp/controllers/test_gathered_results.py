"""Tests of guiapp.controllers.gathered_results."""

import pytest
from PyQt6.QtWidgets import QWidget

from engine.analyses import RESPONSE
from engine.progress import SILENT
from engine.project.keys import NodeKey
from guiapp.controllers.gathered_results import Gathered, GatheredController, gather_results
from tests.helpers.workspaces import workspace

NODES = (NodeKey(RESPONSE.name, "e1"), NodeKey(RESPONSE.name, "e9"), NodeKey(RESPONSE.name, "e3"))


class Responses(GatheredController):
    """Remembers what it was asked to show."""

    step = RESPONSE.name
    job, nothing, busy = "Gather", "Nothing is open.", "Gathering …"

    def __init__(self, space):
        self.wanted = NODES
        self.drawn, self.said = [], []
        super().__init__(space, QWidget())

    def nodes(self):
        return self.wanted

    def draw(self, gathered):
        self.drawn.append(len(gathered.results))

    def clear(self, reason):
        self.said.append(reason)

    def say_what(self, nodes):
        self.say_heading("Responses", str(len(nodes)))


@pytest.fixture
def space(runner):
    return workspace(runner)


@pytest.fixture
def controller(qtbot, space):
    controller = Responses(space)
    qtbot.addWidget(controller.view)
    controller.set_active(True)
    qtbot.waitUntil(lambda: not space.runner.jobs, timeout=20_000)
    return controller


def test_what_cannot_be_had_is_told_and_the_rest_is_handed_on_one_by_one(space):
    delivered = []

    found = gather_results(
        space.session, space.chain, NODES, progress=SILENT, deliver=delivered.append
    )

    assert len(found.results) == 2
    assert [subject for subject, _ in found.problems] == ["e9"]
    assert found.sentences[0].startswith("e9: ")
    assert [len(one.results) for one in delivered] == [1, 2]


def test_a_view_shows_results_and_says_what_it_waits_for(controller):
    assert controller.said == ["Gathering …"]
    assert controller.drawn[-1] == len(controller.results) == 2
    assert controller.heading == ("Responses", "3")


def test_without_nodes_it_says_what_to_do(controller):
    controller.wanted = ()

    controller.refresh()

    assert controller.said[-1] == "Nothing is open."
    assert controller.results == ()


def test_without_any_result_it_says_why(qtbot, controller):
    controller.wanted = (NODES[1],)

    controller.refresh()
    qtbot.waitUntil(lambda: not controller.workspace.runner.jobs, timeout=20_000)

    assert "e9" in controller.said[-1]
    assert controller.gathered.problems


def test_nothing_gathered_has_nothing_to_say():
    assert Gathered().sentences == ()
