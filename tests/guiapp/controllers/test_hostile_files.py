"""The window with hostile files, in small; all of them: tests/rigs/test_hostile_window.py."""

import pytest

from engine.project.library import Library
from tests.hazards.all_hazards import GROUPS
from tests.helpers.hostile import HARMS, digest, meet, put_away_dialogs, use
from tests.helpers.star_files import CUBE_4A, MODEL, SPECTRUM_4A

FEW = [
    next(hazard for hazard in group.HAZARDS if hazard.verdict == verdict)
    for group, verdict in zip(GROUPS, ("refused", "warns", "loads") * 3, strict=False)
]


@pytest.fixture
def star(program, tmp_path):
    """Return the program with a star open, which nothing keeps in memory."""
    program.open(tmp_path / "stars", CUBE_4A, SPECTRUM_4A, MODEL)
    return program


def test_hostile_files_leave_the_session_as_it_was(star, tmp_path):
    saved = tmp_path / "night.fluxknot"
    star.controller.session.ask_name = lambda _suggested: str(saved)
    star.controller.session.save()
    before, on_disk = digest(star), saved.read_bytes()

    for number, hazard in enumerate(FEW):
        meet(star, hazard, tmp_path / str(number), saved)
        assert digest(star) == before, hazard.name

    assert saved.read_bytes() == on_disk


def test_files_harmed_while_they_are_open_are_told(star, tmp_path):
    library = star.space.chain.library
    library._budget = 1  # nothing stays in memory: each view reads the files again
    library.keep(Library().loaded(star.session.entries[-1]))
    before = star.session
    for name, harm in zip((CUBE_4A, SPECTRUM_4A, MODEL), HARMS, strict=False):
        harm(tmp_path / "stars" / name)

    for name in list(star.window.view_area.views)[:4]:
        star.view(name)
        put_away_dialogs(star)
    star.trigger("inspect.recheck")
    star.settle()

    assert "3 of 3 files are not what they were" in " ".join(star.messages)
    assert star.session == before
    use(star)
