"""Tests of guiapp.jobs.garbage."""

import gc
import threading
import weakref

import pytest
from PyQt6.QtCore import QObject

from guiapp.jobs.garbage import CycleCollector, collect_due
from guiapp.jobs.runner import Runner, any_at_work


class Knot:
    """Holds itself: only a collection frees it."""

    def __init__(self):
        self.me = self


@pytest.fixture
def collector(qapp):
    collector = CycleCollector()
    was_enabled = gc.isenabled()
    collector.start()
    yield collector
    collector.stop()
    if not was_enabled:
        gc.disable()


def allocate(n=5000):
    """Ask for memory often enough that Python would collect by itself."""
    return [[] for _ in range(n)]


def test_no_other_thread_collects(collector):
    knot = weakref.ref(Knot())

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()

    assert knot() is not None


def test_cycles_are_collected_between_events(collector, qtbot):
    knot = weakref.ref(Knot())
    kept = allocate()

    qtbot.waitUntil(lambda: knot() is None, timeout=5000)

    assert len(kept) == 5000


def test_nothing_is_collected_before_it_is_due(collector):
    gc.collect()

    assert collect_due() == -1


def test_widgets_in_a_cycle_are_gone_after_a_collection(collector, qtbot):
    gone = []
    knot = Knot()
    knot.child = QObject()
    knot.child.destroyed.connect(lambda: gone.append(1))
    del knot
    kept = allocate()

    qtbot.waitUntil(lambda: gone == [1], timeout=5000)

    assert kept


def test_python_collects_again_afterwards(qapp):
    was_enabled = gc.isenabled()
    collector = CycleCollector()
    collector.start()
    assert not gc.isenabled()

    collector.stop()

    assert gc.isenabled()
    if not was_enabled:
        gc.disable()


@pytest.mark.parametrize(
    ("is_busy", "count", "expected"), [(False, 11, 2), (True, 11, 1), (True, 501, 2)]
)
def test_the_oldest_generation_waits_for_jobs_but_not_for_ever(
    monkeypatch, is_busy, count, expected
):
    collected = []
    monkeypatch.setattr(gc, "get_count", lambda: (0, 11, count))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr("guiapp.jobs.garbage.any_at_work", lambda: is_busy)

    assert collect_due() == expected
    assert collected == [expected]


def test_the_oldest_generation_waits_for_quiet_after_jobs(monkeypatch):
    collected = []
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 11))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr("guiapp.jobs.garbage.any_at_work", lambda: False)

    found = [collect_due(200), collect_due(3000)]

    assert found == [-1, 2]
    assert collected == [2]


def test_work_is_seen_until_its_outcome_was_delivered(qtbot):
    runner, let_go = Runner(), threading.Event()

    job = runner.start("Wait", lambda _progress: let_go.wait(10), lambda _job: None)
    at_work = any_at_work()
    let_go.set()
    qtbot.waitUntil(lambda: job.is_over)

    assert at_work
    assert not runner.jobs
    runner.close()
