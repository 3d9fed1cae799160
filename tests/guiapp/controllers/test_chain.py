"""The chain strip: how far each step is, why, and what brings it up to date."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QTimer

from engine.analyses import ANALYSES, EXTRACT, FRINGE, RESPONSE
from engine.mrs.residual_fringes import ResidualFringeParams
from engine.mrs.response_params import StarResponseParams
from engine.project.chain import Chain
from engine.project.keys import STAGES, NodeKey
from engine.project.session import Session
from guiapp.controllers.chain import ChainController, _by_stage
from guiapp.controllers.workspace import Workspace
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from guiapp.panels.chain_strip import ChainStrip
from tests.helpers.sessions import entry
from tests.helpers.slow_chain import held
from tests.helpers.workspaces import workspace

E1 = NodeKey(RESPONSE.name, "e1")
IMPOSSIBLE = StarResponseParams(breakpoints_um=tuple(np.linspace(6.0, 6.001, 20)))


class Scene:
    """A strip over a workspace, and the steps that it was told to show last."""

    def __init__(self, qtbot, space):
        self.qtbot = qtbot
        self.space = space
        self.strip = ChainStrip()
        qtbot.addWidget(self.strip)
        self.steps = {}
        show = self.strip.show_steps

        def remember(steps):
            self.steps = {step.id: step for step in steps}
            show(steps)

        self.strip.show_steps = remember
        self.controller = ChainController(space, self.strip)
        self.settle()
        self.finished = []
        self.controller.finished.connect(self.finished.append)

    @property
    def response(self):
        return self.steps[RESPONSE.name]

    def refresh(self):
        self.controller.refresh()
        self.settle()

    def settle(self):
        self.qtbot.waitUntil(lambda: not self.controller.is_looking)

    def wait(self):
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs, timeout=30_000)
        self.refresh()

    def put(self, params, key=E1):
        edit(self.space.document, self.space.session.with_params(key, params), "Edit")
        self.refresh()


@pytest.fixture
def scene(qtbot, runner):
    """Return a scene with two stars in two bands: four responses."""
    return Scene(qtbot, workspace(runner))


@pytest.fixture
def empty(qtbot, runner):
    return Scene(qtbot, Workspace(Document(), Selection(), Chain(), runner))


def test_without_files_every_analysis_has_a_chip_in_the_order_of_the_chain(empty):
    assert list(empty.steps) == [analysis.name for analysis in ANALYSES]


def test_steps_of_other_instruments_are_not_in_the_way(scene):
    session, chain = scene.space.session, scene.space.chain
    idle = [one for one in ANALYSES if not chain.keys_of(session, one.name)]

    assert {one.group for one in idle if one.name in scene.steps} <= {"MRS", "Inspect"}
    assert {one.name for one in idle if one.group in {"MRS", "Inspect"}} <= set(scene.steps)
    assert set(scene.steps) | {one.name for one in idle} == {one.name for one in ANALYSES}


def test_without_files_there_is_nothing_to_do(empty):
    assert {step.state for step in empty.steps.values()} == {"missing"}
    assert {step.reason for step in empty.steps.values()} == {"There is nothing to do."}


def test_a_step_without_input_says_what_to_open(scene):
    extract = scene.steps[EXTRACT.name]

    assert (extract.state, extract.reason) == ("missing", "No cube is open.")


def test_every_step_has_words_of_its_own_for_what_is_missing(empty):
    lonely = Session(entries=(entry(1, kind="image"),), next_id=2)
    empty.space.document.start_over(lonely)
    empty.refresh()

    silent = [
        step.id
        for step in empty.steps.values()
        if step.state == "missing" and step.reason == "There is nothing to do."
    ]

    assert silent == []


def test_what_was_never_computed_is_open_not_stale_and_says_how_to_compute_it(scene):
    assert (scene.response.state, scene.response.count) == ("open", "0/4")
    assert scene.response.reason.startswith("0 of 4 computed; the rest is")
    assert "F9" in scene.response.reason
    assert "stale" not in {step.state for step in scene.steps.values()}


def test_a_step_that_nothing_rests_on_is_off_until_it_is_switched_on(scene):
    fringe, e1 = scene.steps[FRINGE.name], NodeKey(FRINGE.name, "e1")

    scene.put(ResidualFringeParams(apply="on"), e1)

    assert (fringe.state, fringe.count) == ("off", "")
    assert "stay in all spectra" in fringe.reason
    assert scene.steps[FRINGE.name].state == "open"


def test_another_session_has_nothing_that_is_out_of_date(scene):
    scene.controller.run_all()
    scene.wait()
    entries = tuple(replace(one, sha256=one.sha256[::-1]) for one in scene.space.session.entries)

    scene.space.document.start_over(replace(Session(), entries=entries, next_id=9))
    scene.refresh()

    assert "stale" not in {step.state for step in scene.steps.values()}


def test_each_result_counts(scene):
    scene.space.chain.evaluate(scene.space.session, E1)

    scene.refresh()

    assert (scene.response.state, scene.response.count) == ("open", "1/4")


def test_a_step_with_two_stages_says_which_of_them_is_still_to_come():
    keys = tuple(NodeKey("junctions", f"Star {i}/1-1@{stage}") for stage in STAGES for i in "12")
    of_stage = {"extracted": "stale", "calibrated": "fresh"}

    said = _by_stage(keys, [of_stage[key.stage] for key in keys])

    assert set(said) == {
        "Spectra as extracted: 2 of 2 to come.",
        "Calibrated spectra: all 2 up to date.",
    }


def test_to_run_all_makes_everything_fresh_that_can_be(scene):
    scene.controller.run_all()
    scene.wait()

    assert scene.response.state == "fresh"
    assert "4 up to date" in scene.response.reason
    assert len(scene.finished) == 1
    assert "running" not in {step.state for step in scene.steps.values()}


def test_an_edit_makes_what_depends_on_it_stale_and_undo_fresh_again(scene):
    scene.controller.run_all()
    scene.wait()

    scene.put(StarResponseParams(breakpoints_um=(6.1,)))
    assert (scene.response.state, scene.response.count) == ("stale", "3/4")
    assert "1 out of date since a change" in scene.response.reason
    scene.space.document.undo_stack.undo()
    scene.refresh()

    assert scene.response.state == "fresh"


def test_a_failure_is_shown_with_its_reason_and_the_others_are_computed(scene):
    scene.put(IMPOSSIBLE)

    scene.controller.run_all()
    scene.wait()

    assert (scene.response.state, scene.response.count) == ("failed", "3/4")
    assert "breakpoint" in scene.response.reason
    [failures] = scene.finished
    assert E1 in [key for key, _ in failures]


def test_each_click_on_a_step_that_failed_shows_the_next_failure_with_its_reason(scene):
    shown, said, picked = [], [], []
    scene.controller.step_clicked.connect(shown.append)
    scene.controller.failed.connect(lambda what, _hint: said.append(what))
    for segment in ("e1", "e3"):
        scene.put(IMPOSSIBLE, NodeKey(RESPONSE.name, segment))
    scene.controller.run_all()
    scene.wait()

    for _ in range(3):
        scene.strip.clicked.emit(RESPONSE.name)
        picked.append(scene.space.selection.segments)

    assert picked == [("e1",), ("e3",), ("e1",)]
    assert shown == [RESPONSE.name] * 3
    assert "(1 of 2 that failed): " in said[0]
    assert "breakpoint" in said[1]


def test_a_click_on_a_step_without_failures_leaves_the_selection(scene):
    shown = []
    scene.controller.step_clicked.connect(shown.append)
    before = scene.space.selection.segments

    scene.strip.clicked.emit(RESPONSE.name)

    assert shown == [RESPONSE.name]
    assert scene.space.selection.segments == before


def test_while_all_is_run_the_steps_say_so(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        scene.controller.run_all()
        scene.settle()
        assert scene.controller.is_running
        assert scene.response.state == "running"
        gate.open()
        scene.wait()

    assert not scene.controller.is_running


def test_to_cancel_leaves_what_is_done_and_the_rest_open(scene, monkeypatch):
    scene.space.chain.evaluate(scene.space.session, E1)
    with held(scene.space.chain, monkeypatch):
        scene.controller.run_all()
        scene.space.runner.jobs[0].cancel()
        scene.wait()

    assert (scene.response.state, scene.response.count) == ("open", "1/4")
    assert scene.finished == []
    assert not scene.controller.is_running


def test_to_ask_twice_runs_once(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        scene.controller.run_all()
        scene.controller.run_all()
        assert len([job for job in scene.space.runner.jobs if not job.is_cancelled]) == 1
        gate.open()
        scene.wait()

    assert len(scene.finished) == 1
    assert scene.response.state == "fresh"


def test_an_edit_while_all_is_run_is_not_lost(scene, monkeypatch):
    with held(scene.space.chain, monkeypatch) as gate:
        scene.controller.run_all()
        scene.put(StarResponseParams(breakpoints_um=(6.1,)))
        gate.open()
        scene.wait()

    assert (scene.response.state, scene.response.count) == ("open", "3/4")


def test_a_bug_while_all_is_run_ends_the_run(scene, monkeypatch, caplog):
    monkeypatch.setattr(scene.space.chain, "evaluate", lambda *_args: 1 / 0)

    scene.controller.run_all()
    scene.wait()

    assert not scene.controller.is_running
    assert scene.response.state == "open"
    assert "ZeroDivisionError" in caplog.text


def test_a_click_says_which_step_is_wanted(scene, qtbot):
    with qtbot.waitSignal(scene.controller.step_clicked) as clicked:
        scene.strip.chips[RESPONSE.name].click()

    assert clicked.args == [RESPONSE.name]


def test_the_strip_follows_edits_and_jobs_by_itself(scene):
    scene.space.chain.evaluate(scene.space.session, E1)
    edit(scene.space.document, scene.space.session.with_exclusion("e4", "tilt"), "Exclude")

    scene.qtbot.waitUntil(lambda: scene.response.count.startswith("1/"))
    scene.controller.run_all()
    scene.qtbot.waitUntil(lambda: scene.response.state == "fresh", timeout=30_000)


def test_reasons_name_the_observation_as_people_do(scene):
    scene.put(IMPOSSIBLE)
    scene.controller.run_all()
    scene.wait()

    assert "16 Cyg B · 1B" in scene.response.reason
    assert "response:e1" not in scene.response.reason


@pytest.fixture
def hurried(monkeypatch):
    """Let the strip look at one state at a time."""
    monkeypatch.setattr("guiapp.controllers.chain._SLICE_S", 0.0)


def test_between_slices_events_are_handled_and_the_strip_shows_the_whole_at_the_end(scene, hurried):
    scene.space.chain.evaluate(scene.space.session, E1)
    handled = []

    scene.controller.refresh()
    before = (scene.controller.is_looking, scene.response.count)
    QTimer.singleShot(0, lambda: handled.append(scene.controller.is_looking))
    scene.settle()

    assert before == (True, "0/4")
    assert handled == [True]
    assert scene.response.count == "1/4"


def test_an_edit_between_slices_is_not_mixed_with_what_was_seen_before(scene, hurried):
    scene.controller.run_all()
    scene.wait()

    scene.controller.refresh()
    assert scene.controller.is_looking
    scene.put(StarResponseParams(breakpoints_um=(6.1,)))

    assert (scene.response.state, scene.response.count) == ("stale", "3/4")


def test_in_slices_the_strip_shows_what_it_shows_in_one_go(scene, monkeypatch):
    scene.put(IMPOSSIBLE)
    scene.controller.run_all()
    scene.wait()
    monkeypatch.setattr("guiapp.controllers.chain._SLICE_S", 60.0)
    scene.controller.refresh()
    at_once = dict(scene.steps)
    monkeypatch.setattr("guiapp.controllers.chain._SLICE_S", 0.0)

    scene.refresh()

    assert not scene.controller.is_looking
    assert scene.steps == at_once
