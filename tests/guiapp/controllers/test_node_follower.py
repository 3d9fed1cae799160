"""A view shows the newest result of its node, or says why there is none."""

import numpy as np
import pytest
from PyQt6.QtCore import QObject

from engine.analyses import RESPONSE
from engine.mrs.response_params import StarResponseParams
from engine.project.keys import NodeKey
from guiapp.controllers.node_follower import NodeFollower
from guiapp.document.commands import edit
from tests.helpers.result_view import RecordingView
from tests.helpers.slow_chain import held
from tests.helpers.workspaces import workspace

KEY, OTHER = NodeKey(RESPONSE.name, "e1"), NodeKey(RESPONSE.name, "e2")
IMPOSSIBLE = StarResponseParams(breakpoints_um=tuple(np.linspace(6.0, 6.001, 20)))


class Scene:
    """A follower of e1, and what it shows."""

    def __init__(self, qtbot, runner):
        self.qtbot = qtbot
        self.space = workspace(runner)
        self.view = RecordingView()
        self.parent = QObject()
        self.follower = NodeFollower(
            self.space.document, self.space.chain, runner, self.view, self.parent
        )

    @property
    def session(self):
        return self.space.session

    @property
    def jobs(self):
        return [job for job in self.space.runner.jobs if not job.is_cancelled]

    def set_breakpoint(self, wave_um, key=KEY):
        """Move the one breakpoint of ``key`` as a user does."""
        self.put(StarResponseParams(breakpoints_um=(wave_um,)), key)

    def put(self, params, key=KEY):
        edit(self.space.document, self.session.with_params(key, params), "Edit")

    def wait(self):
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs, timeout=20_000)

    def truth(self, key=KEY):
        return self.space.chain.evaluate(self.session, key)

    def undo(self):
        self.space.document.undo_stack.undo()


def breakpoint_of(result):
    return round(float(result.breakpoints_um[0]), 3)


@pytest.fixture
def scene(qtbot, runner):
    scene = Scene(qtbot, runner)
    scene.put(StarResponseParams(breakpoints_um=(6.1,)))
    scene.follower.follow(KEY)
    scene.wait()
    return scene


def test_a_result_that_is_not_at_hand_is_computed_and_shown(qtbot, runner):
    scene = Scene(qtbot, runner)
    heard = []
    scene.follower.shown.connect(heard.append)

    scene.follower.follow(KEY)
    assert scene.view.reason == "Response 16 Cyg B · 1B …"
    scene.wait()

    assert scene.view.result is scene.truth()
    assert scene.follower.result is scene.truth()
    assert heard == [scene.truth()]


def test_a_result_at_hand_is_shown_at_once(qtbot, runner):
    scene = Scene(qtbot, runner)
    result = scene.truth()

    scene.follower.follow(KEY)

    assert scene.view.result is result
    assert scene.jobs == []
    assert "stale" not in scene.view.kinds


def test_an_edit_marks_what_is_drawn_as_stale_and_shows_the_new_result(scene):
    old = scene.view.result

    scene.set_breakpoint(6.0)
    assert scene.view.is_stale
    assert scene.view.result is old
    scene.wait()

    assert not scene.view.is_stale
    assert scene.view.result is scene.truth()
    assert breakpoint_of(scene.view.result) == 6.0


def test_undo_shows_the_old_result_at_once(scene):
    old = scene.view.result
    scene.set_breakpoint(6.0)
    scene.wait()

    scene.undo()

    assert scene.view.result is old
    assert scene.jobs == []
    scene.space.document.undo_stack.redo()
    assert breakpoint_of(scene.view.result) == 6.0
    assert scene.jobs == []


def test_undo_before_the_new_result_came_takes_the_mark_away(scene, monkeypatch):
    old = scene.view.result
    with held(scene.space.chain, monkeypatch) as gate:
        scene.set_breakpoint(6.0)
        assert scene.view.is_stale

        scene.undo()

        assert not scene.view.is_stale
        assert scene.view.result is old
        gate.open()
        scene.wait()
    assert scene.view.result is old


def test_only_the_newest_result_is_shown(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        for degree in (1, 2, 4, 5):
            scene.set_breakpoint(5.8 + 0.1 * degree)
        gate.open()
        scene.wait()

    shown = [breakpoint_of(result) for kind, result in scene.view.said if kind == "result"]
    assert shown == [6.1, 6.3]


def test_a_result_that_comes_late_is_dropped(scene, monkeypatch):
    real = scene.space.chain.evaluate
    late = scene.space.chain

    def deaf(session, key, _progress):
        return real(session, key)  # does not obey a cancel

    monkeypatch.setattr(late, "evaluate", deaf)
    scene.set_breakpoint(5.9)
    scene.set_breakpoint(6.3)
    scene.wait()

    assert [breakpoint_of(result) for kind, result in scene.view.said if kind == "result"] == [
        6.1,
        6.3,
    ]


def test_an_edit_that_does_not_concern_the_node_starts_nothing(scene):
    n_said = len(scene.view.said)

    scene.set_breakpoint(7.0, key=OTHER)

    assert scene.jobs == []
    assert len(scene.view.said) == n_said


def test_an_edit_that_does_not_concern_the_node_leaves_its_job_alone(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        scene.set_breakpoint(6.0)
        [job] = scene.jobs

        scene.set_breakpoint(7.0, key=OTHER)
        scene.follower.follow(KEY)

        assert scene.jobs == [job]
        gate.open()
        scene.wait()
        assert len(gate.begun) == 1
    assert breakpoint_of(scene.view.result) == 6.0


def test_a_failure_is_told_and_the_last_good_result_stays(scene):
    good = scene.view.result

    scene.put(IMPOSSIBLE)
    scene.wait()

    what, hint = scene.view.problem
    assert "breakpoint" in what
    assert hint
    assert scene.view.result is good
    assert scene.follower.result is good


def test_a_failure_that_is_known_is_told_at_once(scene):
    scene.put(IMPOSSIBLE)
    scene.wait()
    scene.undo()
    assert scene.view.problem is None

    scene.space.document.undo_stack.redo()

    assert "breakpoint" in scene.view.problem[0]
    assert scene.jobs == []


def test_undo_of_a_failure_shows_the_good_result_again(scene):
    good = scene.view.result
    scene.put(IMPOSSIBLE)
    scene.wait()

    scene.undo()

    assert scene.view.result is good
    assert scene.view.problem is None


def test_a_bug_is_told_reaches_the_runner_and_leaves_the_result(scene, monkeypatch, caplog):
    good, broken = scene.view.result, []
    scene.space.runner.broke.connect(broken.append)
    monkeypatch.setattr(scene.space.chain, "evaluate", lambda *_args: 1 / 0)

    scene.set_breakpoint(6.0)
    scene.wait()

    assert scene.view.problem[0] == "The program met a fault."
    assert isinstance(broken[0].error, ZeroDivisionError)
    assert scene.view.result is good
    assert "ZeroDivisionError" in caplog.text


def test_after_a_bug_the_next_edit_is_computed(scene, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr(scene.space.chain, "evaluate", lambda *_args: 1 / 0)
        scene.set_breakpoint(6.0)
        scene.wait()

    scene.set_breakpoint(5.9)
    scene.wait()

    assert scene.view.problem is None
    assert breakpoint_of(scene.view.result) == 5.9
    assert caplog.records


def test_work_that_the_user_cancels_is_said_to_be_cancelled(scene, monkeypatch):
    good = scene.view.result
    with held(scene.space.chain, monkeypatch):
        scene.set_breakpoint(6.0)
        scene.jobs[0].cancel()
        scene.wait()

    assert scene.view.problem == ("This work was cancelled.", "F9 takes it up again.")
    assert scene.view.result is good


def test_what_other_work_computed_after_a_cancel_is_shown(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch):
        scene.set_breakpoint(6.0)
        scene.jobs[0].cancel()
        scene.wait()
    session = scene.session

    scene.space.runner.start(
        "Bring the chain up to date",
        lambda progress: scene.space.chain.evaluate(session, KEY, progress),
        lambda _job: None,
    )
    scene.wait()

    assert scene.view.problem is None
    assert breakpoint_of(scene.view.result) == 6.0


def test_another_node_clears_what_was_drawn(scene):
    scene.follower.follow(OTHER)
    assert scene.view.result is None
    assert scene.view.reason == "Response 16 Cyg B · 1C …"
    scene.wait()

    assert scene.view.result is scene.truth(OTHER)


def test_another_node_cancels_the_work_for_the_first(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        scene.set_breakpoint(6.0)
        [first] = scene.jobs
        scene.follower.follow(OTHER)
        gate.open()
        scene.wait()

    assert first.is_cancelled
    assert scene.view.result is scene.truth(OTHER)


def test_nothing_to_follow_says_why(scene):
    scene.follower.follow(None, reason="Open a cube.")

    assert scene.view.result is None
    assert scene.view.reason == "Open a cube."
    scene.set_breakpoint(6.0)
    assert scene.jobs == []


def test_a_node_that_lost_what_it_needs_says_what_is_missing(scene):
    session = scene.session.without_entries(["e5"])

    edit(scene.space.document, session, "Close the model")

    assert scene.view.result is None
    assert "model" in scene.view.reason
    scene.undo()
    assert scene.view.result is scene.truth()


def test_a_follower_that_is_not_active_waits_until_it_is_asked(scene):
    scene.follower.is_active = False

    scene.set_breakpoint(6.0)
    assert scene.jobs == []
    assert breakpoint_of(scene.view.result) == 6.1
    scene.follower.refresh()
    scene.wait()

    assert breakpoint_of(scene.view.result) == 6.0


def test_the_job_is_named_after_step_and_subject(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch):
        scene.set_breakpoint(6.0)

        assert [job.label for job in scene.jobs] == ["Response 16 Cyg B · 1B"]
