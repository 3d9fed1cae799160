"""The window meets hostile files, and files that other programs harm while they are open."""

import pytest

from engine.project.library import Library
from guiapp.settings.preferences import Preferences
from tests.hazards.all_hazards import GROUPS
from tests.hazards.limit_hazards import HEAVY
from tests.helpers.hostile import HARMS, digest, meet, put_away_dialogs, use
from tests.helpers.program import Program
from tests.helpers.star_files import CUBE_4A, MODEL, SPECTRUM_4A

pytestmark = pytest.mark.rig

KINDS = {group.__name__.rpartition(".")[2]: group.HAZARDS for group in GROUPS} | {"heavy": HEAVY}


@pytest.fixture
def program(qtbot, tmp_path, monkeypatch):
    """Return the program with folders of its own and a star open."""
    for one in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{one}_HOME", str(tmp_path / one))
    program = Program(qtbot, Preferences(tmp_path / "settings.json"))
    program.open(tmp_path / "stars", CUBE_4A, SPECTRUM_4A, MODEL)
    yield program
    program.end()


@pytest.mark.parametrize("group", KINDS)
def test_a_file_that_is_refused_leaves_the_session_as_it_is(
    group, program, tmp_path, record_property
):
    saved = tmp_path / "night.fluxknot"
    program.controller.session.ask_name = lambda _suggested: str(saved)
    assert program.controller.session.save()
    before, on_disk, counts = digest(program), saved.read_bytes(), {}

    for number, hazard in enumerate(KINDS[group]):
        path = meet(program, hazard, tmp_path / str(number), saved)
        counts[hazard.verdict] = counts.get(hazard.verdict, 0) + 1
        assert digest(program) == before, hazard.name
        if path.is_file() and not path.is_symlink():
            path.unlink()

    assert saved.read_bytes() == on_disk
    record_property(f"opened in the window with the session unchanged, {group}", counts)


@pytest.mark.parametrize("is_kept", [True, False], ids=["in memory", "read again"])
@pytest.mark.parametrize("harm", HARMS)
def test_files_harmed_while_they_are_open_are_told_in_every_view(
    harm, is_kept, program, tmp_path, record_property
):
    if not is_kept:  # nothing stays in memory: each view reads the files again
        program.space.chain.library._budget = 1
        program.space.chain.library.keep(Library().loaded(program.session.entries[-1]))
    before = program.session
    for name in (CUBE_4A, SPECTRUM_4A, MODEL):
        harm(tmp_path / "stars" / name)

    views = list(program.window.view_area.views)
    for name in views:
        program.view(name)
        put_away_dialogs(program)
    program.controller.chain.run_all()
    program.settle()
    put_away_dialogs(program)
    program.trigger("inspect.recheck")
    program.settle()

    told = " ".join(program.messages)
    assert "3 of 3 files are not what they were" in told
    assert program.session == before
    use(program)
    record_property("views touched", len(views))
