"""Fixtures for tests of the window."""

import gc
import itertools

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget

from guiapp.jobs.runner import Runner
from guiapp.look import theme
from guiapp.settings.preferences import Preferences
from tests.helpers.samp import Other, start_hub

# As in the program (guiapp.jobs.garbage): a cycle may hold widgets, and is collected between
# tests, never while Qt walks through its widgets.
gc.disable()
_FULL_EVERY = 50
_ended = itertools.count(1)


@pytest.fixture(autouse=True)
def _cycles_are_collected_between_tests():
    gc.disable()
    yield
    gc.collect(1 if next(_ended) % _FULL_EVERY else 2)


@pytest.fixture(autouse=True)
def _no_key_is_held_by_an_earlier_test():
    """Release Shift and Ctrl: Qt keeps those of the last event, in whichever test it was."""
    yield
    if QApplication.keyboardModifiers() != Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Shift)


@pytest.fixture
def runner(qapp):
    """Return a job runner; no job outlives its test."""
    runner = Runner()
    yield runner
    runner.close()


@pytest.fixture
def dressed(qapp):
    """Dress the application in the light theme, and put the theme back afterwards."""
    theme.choose("light")
    yield theme
    theme.choose("light")


@pytest.fixture
def preferences(qapp, tmp_path):
    """Return preferences that are kept in a file of this test."""
    return Preferences(tmp_path / "settings.json")


@pytest.fixture
def no_hub(tmp_path, monkeypatch):
    """Let no program find a SAMP hub that runs already; return where one would be found."""
    lock = tmp_path / "samp"
    monkeypatch.setenv("SAMP_HUB", "std-lockurl:" + lock.as_uri())
    return lock


@pytest.fixture
def hub(no_hub):
    """Start a SAMP hub that no program outside this test finds."""
    hub = start_hub(no_hub)
    yield hub
    hub.stop()


@pytest.fixture
def other(hub):
    """Connect another program that takes spectra and tables."""
    made = Other("spectrum.load.ssa-generic", "table.load.votable")
    yield made
    made.client.disconnect()
