"""Tests of guiapp.controllers.troubles: what is not caught anywhere else."""

import contextlib
import logging
import sys
import threading

import pytest
from PyQt6.QtWidgets import QWidget

from engine.errors import FitError
from guiapp.controllers.troubles import Troubles, report_text
from guiapp.dialogs.troubles import TroubleDialog


@pytest.fixture
def troubles(qtbot, caplog):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    troubles = Troubles(window)
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    troubles.install()
    yield troubles
    troubles.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    caplog.clear()


def raised(error):
    """Return ``error`` as it is after it was raised."""
    with contextlib.suppress(type(error)):
        raise error
    return error


def fail(message="the value is wrong"):
    error = raised(ValueError(message))
    sys.excepthook(type(error), error, error.__traceback__)


def test_a_fault_keeps_a_copy_first_and_then_says_so(troubles, qtbot):
    order = []
    troubles.autosave = lambda: order.append("saved") or "/state/autosave"

    fail()
    qtbot.waitUntil(lambda: troubles.dialog is not None and troubles.dialog.isVisible())

    assert order == ["saved"]
    assert "/state/autosave" in troubles.dialog.said.text()
    assert "the value is wrong" in troubles.store.messages[-1].text


def test_a_fault_is_logged_with_its_traceback(troubles, caplog):
    with caplog.at_level(logging.CRITICAL):
        fail()

    assert "ValueError: the value is wrong" in caplog.text


def test_a_second_fault_is_counted_in_the_dialog_that_is_open(troubles, qtbot):
    fail("first")
    qtbot.waitUntil(lambda: troubles.dialog is not None and troubles.dialog.isVisible())
    first = troubles.dialog

    fail("second")

    assert troubles.dialog is first
    assert "1" in first.counter.text()


def test_a_copy_that_fails_does_not_hide_the_fault(troubles, qtbot):
    def autosave():
        raise OSError("disk full")

    troubles.autosave = autosave

    fail()
    qtbot.waitUntil(lambda: troubles.dialog is not None and troubles.dialog.isVisible())

    assert "copy" not in troubles.dialog.said.text()


def test_a_fault_in_a_thread_of_its_own_reaches_the_same_place(troubles, qtbot):
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

    qtbot.waitUntil(lambda: troubles.dialog is not None)

    assert any("division" in message.text for message in troubles.store.messages)


def test_a_job_that_broke_reaches_the_same_place(troubles, qtbot, runner, caplog):
    runner.broke.connect(troubles.on_job_broke)

    runner.start("Fit", lambda _: 1 / 0, lambda job: None)

    qtbot.waitUntil(lambda: troubles.dialog is not None)


def test_trouble_with_the_data_that_nobody_caught_is_no_fault(troubles, qtbot):
    error = raised(FitError("No samples.", hint="Widen the range."))
    sys.excepthook(type(error), error, error.__traceback__)

    def dialogs():
        return troubles._window.findChildren(TroubleDialog)

    qtbot.waitUntil(lambda: bool(dialogs()))
    assert dialogs()[0].text() == "No samples. Widen the range.\n"
    assert troubles.dialog is None


def test_closing_the_dialog_makes_room_for_the_next_one(troubles, qtbot):
    fail("first")
    qtbot.waitUntil(lambda: troubles.dialog is not None and troubles.dialog.isVisible())
    troubles.dialog.accept()
    assert troubles.dialog is None

    fail("second")
    qtbot.waitUntil(lambda: troubles.dialog is not None)


def test_the_report_says_versions_and_traceback():
    text = report_text(raised(ValueError("here")))

    assert text.startswith("Fluxknot ")
    assert "ValueError: here" in text
    assert "PyQt" in text
