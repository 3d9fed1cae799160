"""Tests of guiapp.jobs.runner."""

import logging
import threading

import pytest

from engine.errors import FitError
from guiapp.jobs import runner as runner_module
from guiapp.jobs.runner import Job, State


def test_the_outcome_arrives_once_and_in_the_gui_thread(qtbot, runner):
    calls = []

    runner.start(
        "add", lambda _: 1 + 1, lambda job: calls.append((job, threading.current_thread()))
    )
    qtbot.waitUntil(lambda: bool(calls))
    qtbot.wait(20)

    [(job, thread)] = calls
    assert (job.state, job.result) == (State.SUCCEEDED, 2)
    assert thread is threading.main_thread()


def test_the_owner_is_never_called_back_from_inside_start(qtbot, runner):
    calls = []

    runner.start("quick", lambda _: None, calls.append)

    assert not calls
    qtbot.waitUntil(lambda: bool(calls))


def test_a_cancelled_job_stops_at_its_next_step(qtbot, runner):
    started, done, steps = threading.Event(), [], []

    def work(progress):
        for i in range(10_000):
            progress.step(i, 10_000)
            steps.append(i)
            started.set()
            threading.Event().wait(0.001)

    job = runner.start("long", work, done.append)
    started.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(done))

    assert job.state is State.CANCELLED
    assert len(steps) < 10_000


def test_a_result_that_comes_after_cancel_is_dropped(qtbot, runner):
    started, go_on, done = threading.Event(), threading.Event(), []

    def work(progress):
        started.set()
        go_on.wait(5)
        return "late"

    job = runner.start("deaf", work, done.append)
    started.wait(5)
    job.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: bool(done))

    assert (job.state, job.result, job.error) == (State.CANCELLED, None, None)


def test_a_result_that_waits_for_delivery_is_dropped_by_cancel(qtbot, runner):
    done = []
    job = runner.start("quick", lambda _: "result", done.append)
    runner._pools["now"].submit(lambda: None).result(5)

    job.cancel()
    qtbot.waitUntil(lambda: bool(done))

    assert (job.state, job.result) == (State.CANCELLED, None)


def test_a_job_in_the_queue_can_be_cancelled_before_it_begins(qtbot, runner):
    go_on, ran, done = threading.Event(), [], []
    runner.start("first", lambda _: go_on.wait(5), done.append, lane="queue")
    second = runner.start("second", ran.append, done.append, lane="queue")

    second.cancel()
    qtbot.waitUntil(lambda: done == [second])
    go_on.set()
    qtbot.waitUntil(lambda: len(done) == 2)

    assert second.state is State.CANCELLED
    assert not ran


def test_long_work_in_the_queue_does_not_hold_up_a_refit(qtbot, runner):
    go_on, done = threading.Event(), []
    for i in range(5):
        runner.start(f"extract {i}", lambda _: go_on.wait(5), lambda job: None, lane="queue")

    runner.start("refit", lambda _: "fitted", done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert done[0].result == "fitted"
    assert [job.label for job in runner.jobs] == [f"extract {i}" for i in range(5)]
    go_on.set()


def test_an_engine_error_is_handed_over_with_its_hint(qtbot, runner, caplog):
    done, broken = [], []
    runner.broke.connect(broken.append)

    def work(progress):
        raise FitError("No samples.", hint="Widen the range.")

    runner.start("fit", work, done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert (done[0].state, done[0].error.hint) == (State.FAILED, "Widen the range.")
    assert not caplog.records
    assert not broken


def test_a_bug_is_logged_with_its_traceback_and_goes_to_the_one_place(qtbot, runner, caplog):
    done, broken = [], []
    runner.broke.connect(broken.append)

    with caplog.at_level(logging.ERROR):
        runner.start("bug", lambda _: 1 / 0, done.append)
        qtbot.waitUntil(lambda: bool(done))

    assert done[0].state is State.FAILED
    assert "ZeroDivisionError" in caplog.text
    assert broken == done


def test_too_little_memory_is_trouble_not_a_bug(qtbot, runner, caplog):
    done = []

    def work(progress):
        raise MemoryError

    runner.start("Load the cube", work, done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert "Load the cube" in done[0].error.what
    assert not done[0].is_bug
    assert not caplog.records


def test_progress_is_thinned_but_the_last_step_is_kept(qtbot, runner):
    seen, done = [], []
    runner.progressed.connect(lambda job, n, total, note: seen.append(n))

    def work(progress):
        for i in range(1, 5001):
            progress.step(i, 5000)

    job = runner.start("count", work, done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert seen[-1] == 5000
    assert len(seen) < 200
    assert (job.done, job.total) == (5000, 5000)


def test_listeners_hear_of_a_job_from_the_queue_to_its_end(qtbot, runner):
    heard = []
    runner.added.connect(lambda job: heard.append("added"))
    runner.began.connect(lambda job: heard.append("began"))
    runner.ended.connect(lambda job: heard.append(job.state.value))

    runner.start("work", lambda _: None, lambda job: heard.append("told"))
    qtbot.waitUntil(lambda: len(heard) == 4)

    assert heard == ["added", "began", "told", "succeeded"]
    assert runner.jobs == ()


def test_closing_cancels_what_runs_and_delivers_nothing_more(qtbot, runner):
    started, done = threading.Event(), []

    def work(progress):
        started.set()
        while True:
            progress.step(0, 1)
            threading.Event().wait(0.001)

    job = runner.start("endless", work, done.append)
    started.wait(5)
    runner.close()
    qtbot.wait(20)

    assert job._future.done()
    assert not done


@pytest.mark.parametrize("count", [1, 40])
def test_every_job_is_delivered_exactly_once(qtbot, runner, count):
    done = []

    for i in range(count):
        runner.start(str(i), lambda _, value=i: value, done.append)
    qtbot.waitUntil(lambda: len(done) == count)
    qtbot.wait(20)

    assert sorted(job.result for job in done) == list(range(count))


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that is set by hand: a list with the seconds."""
    now = [100.0]
    monkeypatch.setattr(runner_module.time, "monotonic", lambda: now[0])
    return now


def go_on(job, clock, steps, total, each_s):
    for done in range(job.done + 1, job.done + steps + 1):
        clock[0] += each_s
        job.count(done, total, "")


def test_what_is_left_is_told_from_many_steps_that_went_on(clock):
    job = Job("work")
    job.count(0, 100, "")

    go_on(job, clock, 5, 100, 1.0)
    early = job.remaining_s
    go_on(job, clock, 15, 100, 1.0)

    assert early is None
    assert job.remaining_s == pytest.approx(80.0)


def test_nothing_is_told_of_a_few_unequal_steps_or_of_one_that_lasts(clock):
    few, long, another = Job("few"), Job("long"), Job("another")
    for job, total in ((few, 15), (long, 100), (another, 100)):
        job.count(0, total, "")
        go_on(job, clock, 14, total, 1.0)
    go_on(long, clock, 85, 100, 0.5)
    clock[0] += 30.0
    another.count(15, 1000, "")  # counts something else now

    assert few.remaining_s is long.remaining_s is another.remaining_s is None
