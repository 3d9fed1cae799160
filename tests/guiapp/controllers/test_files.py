"""Opening files, folders and mixtures: what can be read is opened, the rest is told."""

import shutil
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QFileDialog, QWidget

from engine.project.chain import Chain
from engine.project.session import Session
from engine.project.session_file import write_session
from guiapp.controllers.files import FilesController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.sessions import star_session
from tests.helpers.star_files import CUBE_4A, MODEL, OTHER_SPECTRUM_4A, SPECTRUM_4A, write_files

TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n"


class Files:
    """A files controller, and what it said."""

    def __init__(self, qtbot, runner):
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.space = Workspace(Document(), Selection(), Chain(), runner)
        self.sessions, self.opens_sessions = [], True
        self.controller = FilesController(
            self.space, self._open_session, self.window, StartFolder()
        )
        self.opened, self.refused, self.told, self.noticed = [], [], [], []
        self.controller.opened.connect(self.opened.append)
        self.controller.refused.connect(self.refused.extend)
        self.controller.told.connect(lambda level, text: self.told.append((level, text)))
        self.controller.noticed.connect(lambda what, hint: self.noticed.append((what, hint)))

    def _open_session(self, path):
        self.sessions.append(path)
        if self.opens_sessions:
            self.space.document.start_over(Session())
        return self.opens_sessions

    @property
    def session(self):
        return self.space.session

    @property
    def names(self):
        return [entry.path.rpartition("/")[2] for entry in self.session.entries]

    @property
    def history(self):
        stack = self.space.document.undo_stack
        return [stack.text(i) for i in range(stack.count())]

    def open(self, *paths):
        self.controller.open_paths([str(path) for path in paths])
        self.qtbot.waitUntil(lambda: not self.space.runner.jobs, timeout=20_000)


@pytest.fixture
def files(qtbot, runner):
    return Files(qtbot, runner)


def table(folder, name, factor=1.0):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(TABLE.replace("1.2", f"{1.2 * factor:.5f}"))
    return path


def test_files_are_opened_as_one_undoable_edit(files, tmp_path):
    folder = write_files(tmp_path, SPECTRUM_4A, MODEL)

    files.open(folder / SPECTRUM_4A, folder / MODEL)

    assert files.names == [SPECTRUM_4A, MODEL]
    assert files.opened == [("e1", "e2")]
    assert len(files.history) == 1
    assert files.history[0].endswith("2 files")
    files.space.document.undo_stack.undo()
    assert files.session == Session()


def test_the_history_names_the_star_when_there_is_one(files, tmp_path):
    folder = write_files(tmp_path, SPECTRUM_4A, OTHER_SPECTRUM_4A)

    files.open(folder / SPECTRUM_4A)
    files.open(folder / OTHER_SPECTRUM_4A)

    assert files.history == ["Open 16 Cyg B, 1 file", "Open 10 Lac, 1 file"]


def test_what_was_read_is_at_hand_at_once(files, tmp_path):
    files.open(table(tmp_path, "a.csv"))
    (tmp_path / "a.csv").unlink()

    product = files.space.chain.library.product(files.session.entries[0], 0)

    assert list(product.flux) == [1.0, 1.1, 1.2]


def test_a_folder_a_file_and_a_pattern_in_one_drop_are_opened_each_once(files, tmp_path):
    inside = table(tmp_path / "night", "a.csv")
    table(tmp_path / "night" / "deep", "b.csv", 2.0)
    table(tmp_path / "more", "c.csv", 3.0)

    files.open(tmp_path / "night", inside, tmp_path / "more" / "*.csv", inside)

    assert sorted(files.names) == ["a.csv", "b.csv", "c.csv"]
    assert files.refused == []


def test_files_of_a_folder_that_are_no_data_get_a_word(files, tmp_path):
    table(tmp_path / "night", "a.csv")
    (tmp_path / "night" / "figure.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "night" / ".hidden").write_text("")

    files.open(tmp_path / "night")

    assert ("note", "1 file in night, no data, passed over: figure.pdf.") in files.told


def test_fifty_files_are_one_edit(files, tmp_path):
    for number in range(50):
        table(tmp_path, f"{number:02d}.csv", 1.0 + number)

    files.open(tmp_path)

    assert len(files.session.entries) == 50
    assert len(files.history) == 1
    files.space.document.undo_stack.undo()
    assert files.session.entries == ()


def test_refused_files_are_told_and_the_others_open(files, tmp_path):
    good = table(tmp_path, "good.csv")
    (tmp_path / "stray.fits").write_text("milk, bread\n")

    files.open(good, tmp_path / "stray.fits", tmp_path / "missing.fits")

    assert files.names == ["good.csv"]
    assert sorted(refusal.path.rpartition("/")[2] for refusal in files.refused) == [
        "missing.fits",
        "stray.fits",
    ]
    assert all(refusal.what and refusal.hint for refusal in files.refused)


def test_only_refused_files_leave_no_edit(files, tmp_path):
    (tmp_path / "stray.fits").write_text("milk, bread\n")

    files.open(tmp_path / "stray.fits")

    assert files.history == []
    assert len(files.refused) == 1


def test_warnings_of_the_reader_are_told(files, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("wave_um,flux_jy\n5.0,1.0\n5.2,1.1\n5.1,1.2\n")

    files.open(path)

    assert any("a.csv" in text for _, text in files.told)


def test_a_file_that_is_open_is_said_to_be_open(files, tmp_path):
    path = table(tmp_path, "a.csv")
    files.open(path)

    files.open(path)

    assert len(files.session.entries) == 1
    assert len(files.history) == 1
    assert files.noticed == [("a.csv is open already.", "")]


def test_a_folder_whose_files_are_all_open_is_said_to_be_open(files, tmp_path):
    for number in range(3):
        table(tmp_path, f"{number}.csv", 1.0 + number)
    files.open(tmp_path)

    files.open(tmp_path)

    assert files.noticed == [("All 3 files are open already.", "")]


def test_an_empty_folder_says_that_nothing_was_found(files, tmp_path):
    files.open(tmp_path)

    [(what, hint)] = files.noticed
    assert "No data" in what
    assert "FITS" in hint


def test_a_file_that_changed_is_opened_beside_the_older_one_and_told(files, tmp_path):
    path = table(tmp_path, "a.csv")
    files.open(path)
    table(tmp_path, "a.csv", 2.0)

    files.open(path)

    assert len(files.session.entries) == 2
    [(what, _)] = files.noticed
    assert "a.csv: changed since it was opened" in what


def test_nothing_chosen_does_nothing(files, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: "")

    files.controller.ask_files()
    files.controller.ask_folder()

    assert files.space.runner.jobs == ()


def test_the_dialogs_begin_at_home_and_then_where_the_last_files_were(files, tmp_path, monkeypatch):
    path, asked = table(tmp_path / "night", "a.csv"), []

    def choose(_window, _title, folder, *_filters):
        asked.append(folder)
        return [str(path)], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)

    files.controller.ask_files()
    files.controller.ask_files()

    assert asked == [str(Path.home()), str(tmp_path / "night")]


def test_a_folder_from_the_dialog_is_opened(files, tmp_path, monkeypatch, qtbot):
    table(tmp_path, "a.csv")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))

    files.controller.ask_folder()
    qtbot.waitUntil(lambda: files.names == ["a.csv"])


def test_to_cancel_opens_nothing(files, tmp_path):
    for number in range(50):
        table(tmp_path, f"{number}.csv", 1.0 + number)

    files.controller.open_paths([str(tmp_path)])
    for job in files.space.runner.jobs:
        job.cancel()
    files.qtbot.waitUntil(lambda: not files.space.runner.jobs)

    assert files.session == Session()
    assert files.history == []
    assert files.refused == []


def test_files_opened_while_others_are_read_are_all_there(files, tmp_path):
    one, other = table(tmp_path / "1", "a.csv"), table(tmp_path / "2", "b.csv", 2.0)

    files.controller.open_paths([str(one)])
    files.open(other)

    assert files.names == ["a.csv", "b.csv"]
    assert [entry.id for entry in files.session.entries] == ["e1", "e2"]


# Sessions among the files


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "night.fluxknot"
    write_session(star_session(), path)
    return path


def test_a_session_among_the_files_comes_first_and_the_others_join_it(files, tmp_path, saved):
    files.open(table(tmp_path, "old.csv", 9.0))

    files.open(table(tmp_path, "a.csv"), saved)

    assert files.sessions == [str(saved)]
    assert files.names == ["a.csv"]


def test_when_the_session_is_not_opened_neither_are_the_others(files, tmp_path, saved):
    files.opens_sessions = False

    files.open(table(tmp_path, "a.csv"), saved)

    assert files.session == Session()


def test_of_two_sessions_one_is_opened_and_the_other_told(files, tmp_path, saved):
    other = tmp_path / "other.fluxknot"
    shutil.copy(saved, other)

    files.open(saved, other)

    assert files.sessions == [str(other)]
    assert files.told == [("care", "night.fluxknot was not opened: one session at a time.")]


@pytest.mark.parametrize("name", ["session.json", "session"])
def test_a_session_under_any_name_is_known_by_its_content(files, tmp_path, saved, name):
    renamed = saved.rename(tmp_path / name)

    files.open(renamed, table(tmp_path, "a.csv"))

    assert files.sessions == [str(renamed)]
    assert files.names == ["a.csv"]
    assert files.noticed == []


def test_a_session_in_a_folder_does_not_replace_this_one(files, tmp_path, saved):
    table(tmp_path, "a.csv")

    files.open(tmp_path)

    assert files.sessions == []
    assert files.names == ["a.csv"]
    [(what, hint)] = files.noticed
    assert "night.fluxknot" in what
    assert "Open a session" in hint


def test_relative_paths_are_understood(files, tmp_path, monkeypatch):
    table(tmp_path, "a.csv")
    monkeypatch.chdir(tmp_path)

    files.open("a.csv")

    assert files.session.entries[0].path == str(tmp_path / "a.csv")


def test_a_cube_is_opened_with_its_role_and_band(files, tmp_path):
    folder = write_files(tmp_path, CUBE_4A)

    files.open(folder)

    [segment] = files.session.segments
    assert segment.is_cube
    assert segment.identity.band == "4A"
    assert segment.entry.role == "standard star"
