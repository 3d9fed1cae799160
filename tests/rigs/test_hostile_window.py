"""The window meets hostile files, and files that other programs harm while they are open."""

import hashlib
import os

import pytest
from PyQt6.QtWidgets import QDialog

from engine.project.library import Library
from engine.project.session_file import session_text
from guiapp.dialogs.troubles import BugDialog
from guiapp.document.commands import edit
from guiapp.settings.preferences import Preferences
from tests.hazards.all_hazards import GROUPS
from tests.hazards.limit_hazards import HEAVY
from tests.helpers.program import Program
from tests.helpers.star_files import (
    COUNTS_4A,
    CUBE_4A,
    CUBE_4B,
    MODEL,
    OTHER_SPECTRUM_4A,
    SPECTRUM_4A,
    content,
)

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


def digest(program):
    """Return the hash of everything that the user decided, and of the numbers of the files."""
    found = hashlib.sha256(session_text(program.session, None).encode())
    library = program.space.chain.library
    for entry in program.session.entries:
        for product in library.loaded(entry).products:
            for name in ("data", "flux", "error", "wave_um"):
                array = getattr(product, name, None)
                found.update(b"" if array is None else array.tobytes())
    return found.hexdigest()


def put_away_dialogs(program):
    """Close what is said; a dialog that tells of a bug fails the test."""
    for dialog in program.dialogs(QDialog):
        assert not isinstance(dialog, BugDialog), dialog.text()
        dialog.reject()


def use(program):
    """Edit, undo, and look at another view: the session is usable."""
    before = program.session
    edit(program.space.document, before.with_exclusion("e1", "saturated"), "Leave out")
    program.stack.undo()
    assert program.session == before


@pytest.mark.parametrize("group", KINDS)
def test_a_file_that_is_refused_leaves_the_session_as_it_is(
    group, program, tmp_path, record_property
):
    saved = tmp_path / "night.fluxknot"
    program.controller.session.ask_name = lambda _suggested: str(saved)
    assert program.controller.session.save()
    before, on_disk, counts = digest(program), saved.read_bytes(), {}

    for number, hazard in enumerate(KINDS[group]):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = hazard.write(folder)
        n_messages, n_edits = len(program.messages), program.stack.index()
        program.controller.files.open_paths([str(path)])
        program.settle()
        counts[hazard.verdict] = counts.get(hazard.verdict, 0) + 1
        is_session = path.suffix == ".fluxknot" and hazard.verdict != "refused"
        if hazard.verdict == "refused":
            assert len(program.messages) > n_messages, hazard.name
            assert program.stack.index() == n_edits, hazard.name
        elif is_session:
            assert program.controller.session.open(saved)
            program.settle()
        else:
            program.stack.setIndex(n_edits)
        assert digest(program) == before, hazard.name
        put_away_dialogs(program)
        use(program)
        if path.is_file() and not path.is_symlink():
            path.unlink()

    assert saved.read_bytes() == on_disk
    record_property(f"opened in the window with the session unchanged, {group}", counts)


def cut(path):
    os.truncate(path, path.stat().st_size // 3)


def replace_with_other(path):
    other = {CUBE_4A: CUBE_4B, CUBE_4B: COUNTS_4A, SPECTRUM_4A: OTHER_SPECTRUM_4A, MODEL: CUBE_4A}
    path.write_bytes(content(other[path.name]))


def replace_with_noise(path):
    path.write_bytes(bytes(range(256)) * 40)


def replace_with_pipe(path):
    path.unlink()
    os.mkfifo(path)


def replace_with_device(path):
    path.unlink()
    path.symlink_to("/dev/zero")


def replace_with_folder(path):
    path.unlink()
    path.mkdir()


def remove(path):
    path.unlink()


HARMS = (
    cut,
    replace_with_other,
    replace_with_noise,
    replace_with_pipe,
    replace_with_device,
    replace_with_folder,
    remove,
)


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
