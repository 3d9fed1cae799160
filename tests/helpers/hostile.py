"""The window and what may harm it: hazards that it opens, files that change while open."""

import hashlib
import os
from dataclasses import replace

from PyQt6.QtWidgets import QDialog

from engine.project.layout import Layout
from engine.project.session_file import session_text
from guiapp.dialogs.troubles import BugDialog
from guiapp.document.commands import edit
from tests.helpers.star_files import (
    COUNTS_4A,
    CUBE_4A,
    CUBE_4B,
    MODEL,
    OTHER_SPECTRUM_4A,
    SPECTRUM_4A,
    content,
)


def digest(program):
    """Return the hash of everything that the user decided, and of the numbers of the files.

    What is shown does not belong to it: that is looked at, not decided.
    """
    decided = replace(program.session, layout=Layout())
    found = hashlib.sha256(session_text(decided, None).encode())
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


def meet(program, hazard, folder, saved):
    """Open a hazard as a person does, check what the window makes of it, and go back.

    A file that is refused must leave no edit and be told; one that loads is undone; a session that
    loads is left for the one that was open, ``saved``.
    """
    folder.mkdir()
    path = hazard.write(folder)
    n_messages, n_edits = len(program.messages), program.stack.index()
    program.controller.files.open_paths([str(path)])
    program.settle()
    if hazard.verdict == "refused":
        assert len(program.messages) > n_messages, hazard.name
        assert program.stack.index() == n_edits, hazard.name
    elif path.suffix == ".fluxknot":
        assert program.controller.session.open(saved), hazard.name
        program.settle()
    else:
        program.stack.setIndex(n_edits)
    put_away_dialogs(program)
    use(program)
    return path


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
