"""Opening the demo, and finding the way back from it."""

import pytest

from engine.demo_titles import FIRST_DEMO, demo_folder_name
from engine.errors import FileError
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import write_session
from guiapp.controllers import demos
from tests.helpers.sessions import star_session
from tests.helpers.star_files import MODEL, write_files


@pytest.fixture
def demo(monkeypatch, tmp_path):
    """Let the demo be made in no time; return the path of its session."""
    path = tmp_path / "state" / demo_folder_name(FIRST_DEMO) / "demo.fluxknot"
    path.parent.mkdir(parents=True)
    write_session(star_session(), path)
    monkeypatch.setattr(demos, "demo_session", lambda _folder, *, name, progress: path)
    return path


def test_the_demo_is_made_and_opened(program, demo):
    program.trigger("file.open_demo")
    program.settle()

    assert program.session == star_session()


def test_a_demo_that_cannot_be_made_says_why(program, monkeypatch, tmp_path):
    def fail(_folder, *, name, progress):
        raise FileError(tmp_path / "demo", "the disk is full.", hint="Free some space.")

    monkeypatch.setattr(demos, "demo_session", fail)

    program.trigger("file.open_demo")
    program.settle()

    assert program.told() == ["demo: the disk is full. Free some space.\n"]


def test_the_demo_begins_with_the_tour_and_the_tour_opens_the_demo(program, demo):
    program.trigger("help.tour")
    program.settle()

    assert program.window.tour.isVisible()
    assert program.session == star_session()
    program.window.tour.shut.click()
    program.trigger("file.open_demo")
    program.settle()
    assert not program.window.tour.isVisible()


def test_who_has_work_of_his_own_is_led_to_it_from_the_demo(start, preferences, demo, tmp_path):
    folder = write_files(tmp_path / "data", MODEL)
    write_session(add_files(Session(), read_files([folder], Library())).session, demo)
    own = tmp_path / "own.fluxknot"
    write_session(Session(), own)
    preferences.remember_recent(own)
    preferences.remember_recent(tmp_path / "gone.fluxknot")

    program = start("--demo")
    program.settle()
    notice = program.window.view_area.notice

    assert notice.isVisible()
    assert notice.text.full_text() == "This is the demo. own.fluxknot was open last."
    notice.act.click()
    program.settle()
    assert program.controller.session.path == own
    assert not notice.isVisible()


def test_without_work_of_his_own_nobody_is_led_away_from_the_demo(start, demo):
    program = start("--demo")
    program.settle()

    assert program.session == star_session()
    assert "was open last" not in program.window.view_area.notice.text.full_text()
