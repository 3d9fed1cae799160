"""Where dialogs for files begin."""

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QWidget

from guiapp.controllers.start_folder import start_folder_of


@pytest.fixture
def make_window(qtbot):
    def make(preferences=None):
        window = QWidget()
        window.preferences = preferences
        qtbot.addWidget(window)
        return window

    return make


def test_all_parts_of_a_window_begin_in_one_folder(make_window, tmp_path):
    window = make_window()

    start_folder_of(window).remember(str(tmp_path))

    assert start_folder_of(window).path == str(tmp_path)
    assert start_folder_of(make_window()).path == str(Path.home())


def test_the_folder_of_the_session_comes_before_that_of_the_files(make_window, tmp_path):
    start, session = start_folder_of(make_window()), tmp_path / "work" / "night.fluxknot"
    session.parent.mkdir()

    start.follow_session(session)
    start.remember(str(tmp_path))
    beside = start.path
    start.follow_session(None)

    assert beside == str(session.parent)
    assert start.path == str(tmp_path)


def test_the_folder_is_known_on_another_day(make_window, preferences, tmp_path):
    start_folder_of(make_window(preferences)).remember(str(tmp_path))

    assert start_folder_of(make_window(preferences)).path == str(tmp_path)


def test_a_folder_that_is_gone_is_not_offered(make_window, tmp_path):
    start = start_folder_of(make_window())

    start.remember(str(tmp_path / "gone"))

    assert start.path == str(Path.home())
