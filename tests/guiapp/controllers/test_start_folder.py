"""Where dialogs for files begin."""

from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog

from engine.project.recipes import MissingInputError
from guiapp.controllers.start_folder import StartFolder
from guiapp.dialogs.missing_files import MissingFile, MissingFilesDialog
from tests.helpers.sessions import star_session
from tests.helpers.star_files import write_files


def test_the_folder_of_the_session_comes_before_that_of_the_files(tmp_path):
    start, session = StartFolder(), tmp_path / "work" / "night.fluxknot"
    session.parent.mkdir()

    start.follow_session(session)
    start.remember(str(tmp_path))
    beside = start.path
    start.follow_session(None)

    assert beside == str(session.parent)
    assert start.path == str(tmp_path)


def test_the_folder_is_known_on_another_day(preferences, tmp_path):
    StartFolder(preferences).remember(str(tmp_path))

    assert StartFolder(preferences).path == str(tmp_path)
    assert StartFolder().path == str(Path.home())


def test_a_folder_that_is_gone_is_not_offered(tmp_path):
    start = StartFolder()

    start.remember(str(tmp_path / "gone"))

    assert start.path == str(Path.home())


@pytest.fixture
def begun(monkeypatch):
    """Return the folders in which dialogs began; all of them are cancelled."""
    folders = []

    def folder(_parent, _title, start="where the program was started", *_more):
        folders.append(start)
        return ""

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", folder)
    for name in ("getOpenFileName", "getOpenFileNames"):
        monkeypatch.setattr(QFileDialog, name, lambda *args: (folder(*args), ""))
    return folders


def test_every_dialog_of_the_window_begins_where_its_files_are(program, begun, tmp_path):
    data = write_files(tmp_path / "data")
    program.open(data)
    controller = program.controller
    here = str(tmp_path)

    for action in ("open", "open_folder", "open_session", "collect"):
        program.trigger(f"file.{action}")
    program.trigger("inspect.compare_with")
    controller.session.origin._ask_and_look(tmp_path / "x.ecsv", MissingInputError("It is gone."))

    assert begun == [here] * 6


def test_what_is_missing_is_looked_for_where_the_files_are(qtbot, begun, tmp_path):
    dialog = MissingFilesDialog((MissingFile("e1", "/old/a_s3d.fits"),), str(tmp_path))
    qtbot.addWidget(dialog)

    dialog._on_one()
    dialog._on_folder()

    assert begun == [str(tmp_path)] * 2


def test_a_session_without_its_files_is_searched_for_them_beside_it(program, begun, tmp_path):
    program.controller.session._start.follow_session(tmp_path / "night.fluxknot")
    program.space.document.start_over(star_session())

    dialog = program.controller.lost_work.ask_for_missing()
    dialog._on_folder()

    assert begun == [str(tmp_path)]
    dialog.reject()
