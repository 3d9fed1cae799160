"""Tests of guiapp.controllers.collecting."""

import pytest

from engine.project.session_file import read_session
from tests.helpers.star_files import MODEL, SPECTRUM_4A


@pytest.fixture
def star(program, tmp_path):
    program.open(tmp_path / "data", MODEL, SPECTRUM_4A)
    return program


def collect(program, folder):
    program.controller.collecting.ask_folder = lambda: str(folder)
    program.trigger("file.collect")
    program.settle()


def test_session_and_data_are_copied_and_it_is_said_where(star, tmp_path):
    collect(star, tmp_path / "given")

    assert len(read_session(tmp_path / "given" / "session.fluxknot").entries) == 2
    assert f"data are in {tmp_path / 'given'}; files copied: 2" in star.notice
    assert star.stack.count() == 1


def test_the_copy_shows_what_is_seen_now(star, tmp_path):
    star.view("response")
    last = star.session.segments[-1].id
    star.space.selection.select((last,))

    collect(star, tmp_path / "given")

    layout = read_session(tmp_path / "given" / "session.fluxknot").layout
    assert (layout.view, layout.selected) == ("response", (last,))


def test_what_could_not_be_copied_is_told(star, tmp_path):
    (tmp_path / "data" / MODEL).unlink()

    collect(star, tmp_path / "given")

    assert "files copied: 1" in star.notice
    assert "need a look: 1" in star.notice
    assert any(MODEL in text for text in star.messages)


def test_a_folder_that_is_not_empty_is_refused(star, tmp_path):
    collect(star, tmp_path / "data")

    assert "not empty" in star.notice


def test_an_empty_session_has_nothing_to_collect(program, tmp_path):
    collect(program, tmp_path / "given")

    assert "nothing to collect" in program.told()[0]
    assert not (tmp_path / "given").exists()


def test_nothing_happens_without_a_folder(star):
    star.controller.collecting.ask_folder = lambda: ""

    star.trigger("file.collect")
    star.settle()

    assert star.notice == ""
