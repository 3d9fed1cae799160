"""Tests of guiapp.plots.coalesce."""

from PyQt6.QtCore import QObject

from guiapp.plots.coalesce import Coalescer


def test_the_first_request_is_answered_at_once_and_the_last_is_not_lost(qtbot):
    parent, done = QObject(), []
    asked = []
    coalescer = Coalescer(lambda: done.append(len(asked)), parent)

    for number in range(50):
        asked.append(number)
        coalescer.request()

    assert done == [1]
    qtbot.waitUntil(lambda: done == [1, 50])


def test_a_dropped_request_is_not_answered(qtbot):
    parent, done = QObject(), []
    coalescer = Coalescer(lambda: done.append(1), parent)
    coalescer.request()
    coalescer.request()

    coalescer.drop()
    qtbot.wait(40)

    assert done == [1]
