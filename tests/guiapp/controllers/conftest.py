"""The whole program, for tests of how its parts work together."""

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtWidgets import QApplication, QFileDialog

from guiapp import app
from guiapp.controllers import exports, session
from tests.helpers.program import Program


@pytest.fixture
def no_file_dialogs(monkeypatch):
    """Answer every question for a file with Cancel."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "")
    for module in (exports, session):
        monkeypatch.setattr(module, "ask_save_path", lambda *_args, **_options: "")


@pytest.fixture
def start(qtbot, preferences, tmp_path, dressed, monkeypatch, no_file_dialogs):
    """Return a function that starts the program with arguments of the command line."""
    monkeypatch.setattr(app, "state_folder", lambda: tmp_path / "state")
    started = []

    def start(*wanted):
        started.append(Program(qtbot, preferences, *(str(one) for one in wanted)))
        return started[-1]

    yield start
    for program in started:
        program.end()
    # Now, not when the collector of Python finds them: that may be in the middle of something.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def program(start):
    """Return the program, begun with an empty window."""
    return start()


@pytest.fixture
def star(program, tmp_path):
    """Return the program with a cube, spectra and models of two stars open."""
    program.open(tmp_path / "data")
    return program
