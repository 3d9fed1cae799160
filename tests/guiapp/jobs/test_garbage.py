"""Tests of guiapp.jobs.garbage."""

import gc
import threading
import weakref

import pytest
from PyQt6.QtCore import QObject

from guiapp.jobs.garbage import CycleCollector, collect_due


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
