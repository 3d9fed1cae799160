"""Work that a crash left behind, and files that are not where they were."""

import os
import time
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QPushButton, QRadioButton, QWidget

from engine.files import atomic
from engine.project.autosave import Autosave, find_recoveries
from engine.project.chain import Chain
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import read_session, write_session
from guiapp.controllers.lost_work import LostWork
from guiapp.controllers.session import SessionController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.missing_files import MissingFilesDialog
from guiapp.dialogs.recovery import RecoveryDialog
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.killing import crash

TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n"


class Scene:
    """A window with a saved session of three tables in two folders."""

    def __init__(self, qtbot, runner, folder):
        self.qtbot = qtbot
        self.folder = folder
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.space = Workspace(Document(), Selection(), Chain(library=Library()), runner)
        self.session = SessionController(
            self.space, self.window, folder / "autosave", StartFolder()
        )
        self.start = StartFolder()
        self.lost_work = LostWork(self.space, self.session, self.window, self.start)
        self.path = folder / "night.fluxknot"
        if not self.path.exists():
            write_session(self._session_of_tables(), self.path)

    def _session_of_tables(self):
        for name, factor in (("a.csv", 1.0), ("b.csv", 2.0), ("more/c.csv", 3.0)):
            path = self.folder / "old" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TABLE.replace("1.2", f"{1.2 * factor}"))
        return add_files(Session(), read_files([self.folder / "old"], Library())).session

    def crash(self, reason="before the crash"):
        """Leave what a process leaves that dies with unsaved work."""
        autosave = Autosave(self.folder / "autosave")
        session = read_session(self.path).with_exclusion("e1", reason)
        autosave.save(session, original=str(self.path))
        crash(autosave)

    def leave_out(self, subject, reason):
        edit(self.space.document, self.space.session.with_exclusion(subject, reason), "Exclude")

    def die(self):
        """End as a process does that is killed: copies and lock files stay, nobody holds them."""
        self.session._timer.stop()
        for owner in (self.session._autosave, self.session._place):
            if owner._lock is not None and owner._lock._descriptor is not None:
                crash(owner)

    def leftovers(self):
        return sorted(path.name for path in (self.folder / "autosave").iterdir())

    def open(self):
        assert self.session.open(self.path)

    def missing(self):
        return [Path(one.path).name for one in self.lost_work_missing()]

    def lost_work_missing(self):
        return [one for one in self.space.session.entries if not Path(one.path).is_file()]

    def reasons(self):
        return [one.reason for one in self.space.session.exclusions]

    def recoveries(self):
        return find_recoveries(self.folder / "autosave")


@pytest.fixture
def make_scene(qtbot, runner, tmp_path):
    """Return a function that starts the program once more in the same folders."""
    made = []

    def make():
        made.append(Scene(qtbot, runner, tmp_path))
        return made[-1]

    yield make
    for scene in made:
        scene.session.close()


@pytest.fixture
def scene(make_scene):
    return make_scene()


def press(dialog, text):
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


# Recovery


def test_without_a_crash_nothing_is_offered(scene):
    assert scene.lost_work.offer_recovery() is None


def test_what_was_left_behind_is_offered_with_its_name(scene):
    scene.crash()

    dialog = scene.lost_work.offer_recovery()

    [choice] = dialog.findChildren(QRadioButton)
    assert choice.text() == "night.fluxknot"
    assert "3 files" in choice.accessibleDescription()
    dialog.reject()


def test_recovered_work_is_open_and_not_offered_again(scene):
    scene.crash()

    press(scene.lost_work.offer_recovery(), "Recover")

    assert scene.reasons() == ["before the crash"]
    assert scene.space.document.is_modified
    assert scene.lost_work.offer_recovery() is None


def test_work_that_is_thrown_away_is_not_offered_again(scene):
    scene.crash("first")
    scene.crash("second")

    press(scene.lost_work.offer_recovery(), "Throw away")

    assert scene.recoveries() == ()
    assert scene.space.session == Session()


def test_work_that_is_decided_later_is_offered_again(scene):
    scene.crash()

    press(scene.lost_work.offer_recovery(), "Decide later")

    assert len(scene.recoveries()) == 1
    assert isinstance(scene.lost_work.offer_recovery(), RecoveryDialog)


def test_of_two_the_chosen_one_is_recovered_and_the_other_stays(scene):
    scene.crash("first")
    time.sleep(0.02)
    scene.crash("second")
    dialog = scene.lost_work.offer_recovery()
    newest, oldest = dialog.findChildren(QRadioButton)
    assert newest.isChecked()

    oldest.setChecked(True)
    press(dialog, "Recover")

    assert scene.reasons() == ["first"]
    assert [one.session.exclusions[0].reason for one in scene.recoveries()] == ["second"]


def test_work_older_than_what_was_saved_says_so(scene):
    scene.crash()
    [copy] = (scene.folder / "autosave").glob("*.autosave.fluxknot")
    os.utime(copy, (1e9, 1e9))

    dialog = scene.lost_work.offer_recovery()

    [choice] = dialog.findChildren(QRadioButton)
    assert "older than what was saved" in choice.accessibleDescription()
    dialog.reject()


def test_recovered_work_whose_files_are_gone_asks_for_them(scene):
    scene.crash()
    (scene.folder / "old").rename(scene.folder / "new")

    press(scene.lost_work.offer_recovery(), "Recover")

    scene.qtbot.waitUntil(lambda: bool(scene.window.findChildren(MissingFilesDialog)))


# The four ways in which recoveries fail in other programs


def test_a_second_crash_after_a_recovery_offers_the_newest_state(scene, make_scene):
    scene.crash("before the first crash")
    press(scene.lost_work.offer_recovery(), "Recover")
    scene.leave_out("e2", "after the first crash")
    scene.session.autosave()
    scene.die()

    after = make_scene()
    press(after.lost_work.offer_recovery(), "Recover")

    assert after.reasons() == ["before the first crash", "after the first crash"]


def test_the_offer_works_as_often_as_it_is_needed(make_scene):
    for number in range(4):
        scene = make_scene()
        if number:
            dialog = scene.lost_work.offer_recovery()
            assert len(dialog.findChildren(QRadioButton)) == 1
            press(dialog, "Recover")
        else:
            scene.open()
        assert scene.reasons() == [f"edit {done}" for done in range(number)]
        scene.leave_out(f"e{number + 1}", f"edit {number}")
        scene.session.autosave()
        scene.die()

    assert len(scene.recoveries()) == 1


def test_what_was_thrown_away_is_not_offered_at_any_later_start(scene, make_scene):
    scene.crash()
    press(scene.lost_work.offer_recovery(), "Throw away")
    scene.die()

    assert all(make_scene().lost_work.offer_recovery() is None for _ in range(3))
    assert scene.leftovers() == []


def test_a_save_while_a_copy_is_made_succeeds_and_leaves_nothing_to_offer(
    scene, make_scene, monkeypatch
):
    scene.open()
    scene.leave_out("e1", "edited")
    real = atomic._put_in_place

    def save_meanwhile(*arguments, **options):
        monkeypatch.setattr(atomic, "_put_in_place", real)
        assert scene.session.save()
        real(*arguments, **options)

    monkeypatch.setattr(atomic, "_put_in_place", save_meanwhile)
    scene.session.autosave()
    scene.die()

    after = make_scene()
    dialog = after.lost_work.offer_recovery()
    assert read_session(scene.path).exclusion("e1").reason == "edited"
    assert dialog is None


# Missing files


def test_when_all_files_are_there_nobody_is_asked(scene):
    scene.open()

    assert scene.lost_work.ask_for_missing() is None


def test_one_file_is_enough_to_find_the_others_undoably(scene):
    (scene.folder / "old").rename(scene.folder / "new")
    scene.open()
    before = scene.space.session
    dialog = scene.lost_work.ask_for_missing()
    assert "3 files are missing" in dialog.heading.text()

    dialog.found.emit(str(scene.folder / "new" / "a.csv"))

    assert scene.missing() == []
    assert not dialog.isVisible()
    assert scene.space.document.undo_stack.undoText() == "Find 3 files in new"
    scene.space.document.undo_stack.undo()
    assert scene.space.session is before


def test_a_folder_is_enough_to_find_all(scene):
    (scene.folder / "old").rename(scene.folder / "new")
    scene.open()

    scene.lost_work.ask_for_missing().found.emit(str(scene.folder / "new"))

    assert scene.missing() == []


def test_a_folder_above_is_looked_into(scene):
    (scene.folder / "moved").mkdir()
    (scene.folder / "old").rename(scene.folder / "moved" / "old")
    scene.open()

    scene.lost_work.ask_for_missing().found.emit(str(scene.folder / "moved"))

    assert scene.missing() == []


def test_a_folder_that_holds_only_a_later_file_finds_that_one(scene):
    (scene.folder / "old" / "b.csv").rename(scene.folder / "b.csv")
    (scene.folder / "old" / "a.csv").unlink()
    scene.open()

    dialog = scene.lost_work.ask_for_missing()
    dialog.found.emit(str(scene.folder))

    assert scene.missing() == ["a.csv"]
    assert scene.space.document.undo_stack.undoText().startswith("Find b.csv in")
    assert dialog.isVisible()
    assert "1 file is missing" in dialog.heading.text()


def test_a_folder_without_any_of_them_says_so_and_changes_nothing(scene, tmp_path):
    (scene.folder / "old").rename(scene.folder / "new")
    scene.open()
    before = scene.space.session
    (tmp_path / "empty").mkdir()

    dialog = scene.lost_work.ask_for_missing()
    dialog.found.emit(str(tmp_path / "empty"))

    assert scene.space.session is before
    assert "None of the missing files is in" in dialog.said.text()
    assert dialog.isVisible()


def test_to_go_on_without_them_keeps_what_was_decided(scene):
    (scene.folder / "old").rename(scene.folder / "new")
    scene.open()
    before = scene.space.session

    press(scene.lost_work.ask_for_missing(), "Go on without them")

    assert scene.space.session is before
    assert len(scene.missing()) == 3


def test_found_files_can_be_read_although_they_failed_before(scene):
    (scene.folder / "old").rename(scene.folder / "new")
    scene.open()
    scene.space.chain._failures["digest"] = RuntimeError("it was not there")

    scene.lost_work.ask_for_missing().found.emit(str(scene.folder / "new"))

    assert scene.space.chain._failures == {}
    library = scene.space.chain.library
    assert all(library.product(entry, 0) for entry in scene.space.session.entries)
