"""Tests of guiapp.controllers.job_display."""

import threading

import pytest

from guiapp.controllers.job_display import JobDisplay
from guiapp.jobs.runner import State
from guiapp.panels.jobs_strip import JobsStrip


@pytest.fixture
def strip(qtbot, runner):
    strip = JobsStrip()
    qtbot.addWidget(strip)
    JobDisplay(runner, strip)
    return strip


def wait_for_cancel(progress):
    while True:
        progress.step(3, 10, "plane 3")
        threading.Event().wait(0.002)


def test_long_work_is_shown_and_can_be_cancelled_there(qtbot, runner, strip):
    done = []
    runner.start("Extract 10 Lac", wait_for_cancel, done.append)
    qtbot.waitUntil(lambda: strip.label.full_text() == "Extract 10 Lac")
    assert strip.said.text().startswith("3 of 10")

    strip.cancel.click()
    qtbot.waitUntil(lambda: bool(done))

    assert done[0].state is State.CANCELLED
    assert strip.isHidden()


def test_quick_work_is_never_shown(qtbot, runner, strip):
    done, shown = [], []
    runner.ended.connect(lambda _job: shown.append(not strip.isHidden()))

    runner.start("Refit", lambda _: None, done.append)
    qtbot.waitUntil(lambda: bool(shown))

    assert shown == [False]


def test_waiting_work_is_counted_behind_what_runs(qtbot, runner, strip):
    go_on, done = threading.Event(), []
    for i in range(3):
        runner.start(f"Extract {i}", lambda _: go_on.wait(5), done.append, lane="queue")

    qtbot.waitUntil(lambda: strip.more.text() == "+2")
    assert strip.label.full_text() == "Extract 0"
    go_on.set()
    qtbot.waitUntil(lambda: len(done) == 3)

    assert strip.isHidden()


def test_everything_can_be_cancelled_at_once(qtbot, runner, strip):
    done = []
    for i in range(3):
        runner.start(f"Extract {i}", wait_for_cancel, done.append, lane="queue")
    qtbot.waitUntil(lambda: not strip.isHidden())

    strip.cancel_all_wanted.emit()
    qtbot.waitUntil(lambda: len(done) == 3)

    assert {job.state for job in done} == {State.CANCELLED}
