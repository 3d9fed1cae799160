"""Files that other programs move, change or remove while they are open."""

import pytest
from PyQt6.QtCore import QObject

from engine.analyses import EXTRACT
from engine.errors import FileError
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from guiapp.controllers.file_states import FileStates
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.star_files import CUBE_4A, write_files

TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n"


class Opened:
    """A workspace with files of a folder open, and what is known of their states."""

    def __init__(self, runner, folder):
        chain = Chain(library=Library(budget=1))  # nothing stays in memory: files are read again
        session = add_files(Session(), read_files([folder], chain.library)).session
        self.space = Workspace(Document(session), Selection(), chain, runner)
        self.parent = QObject()
        self.states = FileStates(self.space, self.parent)
        self.said, self.changes = [], []
        self.states.checked.connect(lambda *said: self.said.append(said))
        self.states.changed.connect(lambda: self.changes.append(1))

    @property
    def entries(self):
        return self.space.session.entries

    def troubles(self):
        return [self.states.trouble_of(entry) for entry in self.entries]


@pytest.fixture
def tables(tmp_path, runner):
    for name in "abc":
        (tmp_path / f"{name}.csv").write_text(TABLE.replace("1.2", f"1.{ord(name)}"))
    return Opened(runner, tmp_path)


def recheck(opened, qtbot):
    opened.states.recheck()
    qtbot.waitUntil(lambda: not opened.space.runner.jobs)


def test_files_that_are_as_they_were_are_said_to_be(tables, qtbot):
    recheck(tables, qtbot)

    assert tables.said == [("ok", "3 files are as when opened.", "")]
    assert tables.troubles() == ["", "", ""]


def test_a_change_is_found_even_when_size_and_time_are_the_same(tables, qtbot, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(path.read_text().replace("1.0", "9.0"))

    recheck(tables, qtbot)

    assert tables.troubles() == ["", "b.csv: it changed since it was opened.", ""]
    [(level, what, hint)] = tables.said
    assert level == "care"
    assert what == "1 of 3 files is not what it was: b.csv."
    assert "right-click" in hint
    assert tables.changes


def test_a_file_that_is_gone_is_found(tables, qtbot, tmp_path):
    (tmp_path / "c.csv").unlink()

    recheck(tables, qtbot)

    assert tables.troubles()[:2] == ["", ""]
    assert "c.csv" in tables.troubles()[2]
    assert tables.states.is_missing(tables.entries[2])


def test_a_file_that_came_back_is_right_again(tables, qtbot, tmp_path):
    path, content = tmp_path / "a.csv", (tmp_path / "a.csv").read_text()
    path.unlink()
    recheck(tables, qtbot)
    path.write_text(content)

    recheck(tables, qtbot)

    assert tables.troubles() == ["", "", ""]


def test_a_look_finds_what_is_gone_or_of_another_size(tables, tmp_path):
    (tmp_path / "a.csv").unlink()
    (tmp_path / "b.csv").write_text(TABLE * 2)

    tables.states.look_at(tables.entries)

    gone, changed, same = tables.troubles()
    assert gone == "a.csv: it is not there any more."
    assert changed == "b.csv: it changed since it was opened."
    assert same == ""


def test_a_look_that_learns_nothing_says_nothing(tables):
    tables.states.look_at(tables.entries)
    n_before = len(tables.changes)

    tables.states.look_at(tables.entries)

    assert len(tables.changes) == n_before


def test_what_the_chain_met_is_known_without_reading(tmp_path, runner):
    folder = write_files(tmp_path, CUBE_4A)
    opened = Opened(runner, folder)
    path = folder / CUBE_4A
    opened.space.chain.library.forget(str(path))
    content = bytearray(path.read_bytes())
    content[4] ^= 1  # the time inside the gzip header: another file of the same size
    path.write_bytes(content)
    [segment] = opened.space.session.segments
    with pytest.raises(FileError, match="changed since it was opened"):
        opened.space.chain.evaluate(opened.space.session, NodeKey(EXTRACT.name, segment.id))

    opened.states.look_at(opened.entries)

    assert "changed since it was opened" in opened.troubles()[0]


def test_without_files_there_is_nothing_to_check(tables):
    tables.space.document.start_over(Session())

    tables.states.recheck()

    assert tables.space.runner.jobs == ()
    assert tables.said == []


def test_to_cancel_says_nothing(tables, qtbot):
    tables.states.recheck()
    for job in tables.space.runner.jobs:
        job.cancel()
    qtbot.waitUntil(lambda: not tables.space.runner.jobs)

    assert tables.said == []
