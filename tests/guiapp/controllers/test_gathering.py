"""Many results gathered for one view: the newest wish is shown, bit by bit."""

import threading

import pytest
from PyQt6.QtCore import QObject

from engine.analyses import RESPONSE
from engine.errors import FitError
from engine.mrs.response_params import StarResponseParams
from engine.project.keys import NodeKey
from guiapp.controllers.gathering import Gatherer
from guiapp.document.commands import edit
from tests.helpers.workspaces import workspace

NODES = (NodeKey(RESPONSE.name, "e1"), NodeKey(RESPONSE.name, "e2"))
PATIENCE_S = 10.0


class Scene:
    """A gatherer, and what it showed."""

    def __init__(self, qtbot, runner):
        self.qtbot = qtbot
        self.space = workspace(runner)
        self.parent = QObject()
        self.gatherer = Gatherer(self.space, "Gather", self.parent)
        self.shown, self.failures = [], []
        self.gatherer.failed.connect(lambda what, hint: self.failures.append((what, hint)))

    def gather(self, work, *facts, nodes=NODES):
        return self.gatherer.gather(nodes, facts, work, self.shown.append)

    def wait(self):
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs, timeout=20_000)

    def edit(self, subject="e1", breakpoint_um=6.1):
        params = StarResponseParams(breakpoints_um=(breakpoint_um,))
        session = self.space.session.with_params(NodeKey(RESPONSE.name, subject), params)
        edit(self.space.document, session, "Edit")


@pytest.fixture
def scene(qtbot, runner):
    return Scene(qtbot, runner)


def gives(value):
    return lambda progress, deliver: value


class Slow:
    """Work that hands something in, then waits until it is let go on."""

    def __init__(self, name):
        self.name = name
        self.go, self.delivered = threading.Event(), threading.Event()

    def __call__(self, progress, deliver):
        deliver(f"part of {self.name}")
        progress.step(1, 1)  # the last step is never thinned out
        self.delivered.set()
        self.go.wait(PATIENCE_S)
        deliver(f"late part of {self.name}")
        progress.step(1, 1)
        return f"all of {self.name}"


def test_what_is_gathered_is_shown(scene):
    assert scene.gather(gives("all"))
    scene.wait()

    assert scene.shown == ["all"]


def test_nothing_is_gathered_twice_while_all_is_the_same(scene):
    scene.gather(gives("all"), "extracted")
    scene.wait()

    assert not scene.gather(gives("again"), "extracted")
    scene.edit("e3")
    assert not scene.gather(gives("again"), "extracted")

    assert scene.space.runner.jobs == ()
    assert scene.shown == ["all"]


def test_another_node_fact_or_parameter_gathers_again(scene):
    scene.gather(gives("first"), "extracted")
    scene.wait()

    assert scene.gather(gives("of another stage"), "calibrated")
    scene.wait()
    assert scene.gather(gives("of one node"), "calibrated", nodes=NODES[:1])
    scene.wait()
    scene.edit("e1")
    assert scene.gather(gives("of other parameters"), "calibrated", nodes=NODES[:1])
    scene.wait()

    assert scene.shown == ["first", "of another stage", "of one node", "of other parameters"]


def test_parts_are_shown_while_the_work_goes_on(scene):
    work = Slow("it")
    scene.gather(work)
    scene.qtbot.waitUntil(lambda: bool(scene.shown))
    assert scene.shown == ["part of it"]

    work.go.set()
    scene.wait()

    assert scene.shown[-1] == "all of it"


def test_the_newest_wish_wins_over_parts_and_results_that_come_late(scene):
    old, new = Slow("the old"), Slow("the new")
    scene.gather(old, 1)
    assert old.delivered.wait(PATIENCE_S)
    scene.gather(new, 2)
    assert new.delivered.wait(PATIENCE_S)
    old.go.set()
    scene.qtbot.waitUntil(lambda: len(scene.space.runner.jobs) == 1)
    new.go.set()
    scene.wait()

    assert scene.shown[-1] == "all of the new"
    assert not [one for one in scene.shown if "late part of the old" in one]
    assert "all of the old" not in scene.shown


def test_a_part_of_the_old_wish_is_never_shown_as_one_of_the_new(scene):
    late = {}

    def old(progress, deliver):
        late["deliver"] = deliver
        return "all of the old"

    scene.gather(old, 1)
    scene.wait()
    work = Slow("the new")
    work.go.set()
    scene.gather(
        lambda progress, deliver: late["deliver"]("part of the old") or work(progress, deliver), 2
    )
    scene.wait()

    assert "part of the old" not in scene.shown


def test_what_cannot_be_done_is_told_and_tried_again_at_the_next_wish(scene):
    def fails(progress, deliver):
        raise FitError("No samples.", hint="Widen the range.")

    scene.gather(fails)
    scene.wait()

    assert scene.failures == [("No samples.", "Widen the range.")]
    assert scene.gather(gives("all"))
    scene.wait()
    assert scene.shown == ["all"]


def test_a_cancel_is_told_and_the_next_wish_begins_again(scene):
    def work(progress, deliver):
        while True:
            progress.step(0, 1)

    scene.gather(work)
    scene.space.runner.jobs[0].cancel()
    scene.wait()

    assert scene.failures == [("Gather: cancelled.", "It begins again with the next change.")]
    assert scene.gather(gives("all"))


def test_a_bug_reaches_the_runner_and_nothing_is_shown(scene, caplog):
    broken = []
    scene.space.runner.broke.connect(broken.append)

    scene.gather(lambda progress, deliver: 1 / 0)
    scene.wait()

    assert len(broken) == 1
    assert scene.shown == []
    assert "ZeroDivisionError" in caplog.text


def test_to_forget_cancels_and_gathers_again(scene):
    work = Slow("it")
    scene.gather(work)
    scene.gatherer.forget()
    work.go.set()
    scene.wait()

    assert scene.shown == []
    assert scene.failures == []
    assert scene.gather(gives("all"))


def test_a_failure_that_is_forgotten_is_gathered_again(scene):
    def work(progress, deliver):
        return "with the failure"

    scene.space.chain._remember_failure(
        scene.space.chain.digest(scene.space.session, NODES[0]), FitError("No samples.")
    )
    scene.gather(work)
    scene.wait()
    assert not scene.gather(work)

    scene.space.chain.forget_failures()

    assert scene.gather(gives("without"))


def test_a_failure_that_the_work_itself_met_is_not_gathered_again(scene):
    chain, session = scene.space.chain, scene.space.session

    def work(progress, deliver):
        chain._remember_failure(chain.digest(session, NODES[0]), FitError("No samples."))
        return "told"

    scene.gather(work)
    scene.wait()

    assert not scene.gather(work)
