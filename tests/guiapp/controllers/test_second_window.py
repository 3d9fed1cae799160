"""Two windows on one session: the second one is told, and goes on being told."""

import pytest

from engine.project.session_file import write_session
from engine.project.session_place import SessionPlace
from tests.helpers.star_files import SPECTRUM_4A


@pytest.fixture
def held(star, tmp_path):
    """Return the path of a session that another window holds."""
    path = tmp_path / "night.fluxknot"
    write_session(star.session, path)
    other = SessionPlace()
    other.move_to(path)
    yield path
    other.release()


@pytest.fixture
def star(program, tmp_path):
    program.open(tmp_path / "data", SPECTRUM_4A)
    return program


def test_the_second_window_on_a_session_goes_on_saying_so(star, held):
    standing = star.window.view_area.standing
    star.controller.session.open(held)
    star.settle()

    star.view("band_snr")
    star.controller.telling.failed("Something else went wrong.", "Try again.")
    star.window.clear_notice()

    assert standing.isVisible()
    assert "open in another window" in standing.text.full_text()
    assert standing.act.text() == "Save as…"


def test_to_save_elsewhere_settles_it(star, held, tmp_path):
    standing = star.window.view_area.standing
    star.controller.session.open(held)
    star.controller.session.ask_name = lambda _suggested: str(tmp_path / "mine.fluxknot")

    standing.act.click()

    assert standing.isHidden()
    assert star.controller.session.path == tmp_path / "mine.fluxknot"


def test_another_session_has_nothing_to_do_with_it(star, held):
    star.controller.session.open(held)

    star.controller.session.new()

    assert star.window.view_area.standing.isHidden()
