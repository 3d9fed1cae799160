"""New, open, save, autosave, recover, close: nothing that was done is lost."""

import os
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QWidget

from engine.demo_titles import DEMO_TITLES, demo_folder_name
from engine.files.earlier_copy import previous_version
from engine.project.autosave import KEPT, Autosave, find_recoveries
from engine.project.chain import Chain
from engine.project.session import Session
from engine.project.session_file import read_session, write_session
from guiapp.controllers.session import AUTOSAVE_MS, HEAD_START_MS, SessionController
from guiapp.controllers.start_folder import StartFolder
from guiapp.controllers.workspace import Workspace
from guiapp.dialogs.ask import SaveChangesDialog
from guiapp.document.commands import edit
from guiapp.document.document import Document
from guiapp.document.selection import Selection
from tests.helpers.disk import failing, file_size_limit
from tests.helpers.killing import crash
from tests.helpers.sessions import star_session


class Said(list):
    """What a controller said, each a tuple of the arguments of a signal."""

    @property
    def sentences(self):
        return [" ".join(str(part) for part in one) for one in self]


def listen(signal):
    said = Said()
    signal.connect(lambda *arguments: said.append(arguments))
    return said


@pytest.fixture
def make(qtbot, runner, tmp_path):
    """Return a function that makes a session controller: a window of its own."""
    made = []

    def make(folder=tmp_path / "autosave"):
        window = QWidget()
        qtbot.addWidget(window)
        space = Workspace(Document(), Selection(), Chain(), runner)
        controller = SessionController(space, window, folder, StartFolder())
        controller.document = space.document
        controller.selection = space.selection
        controller.ask_about_changes = lambda: pytest.fail("nobody should be asked")
        controller.ask_name = lambda _suggested: pytest.fail("no name should be asked for")
        controller.failures = listen(controller.failed)
        controller.notices = listen(controller.noticed)
        made.append(controller)
        return controller

    yield make
    for controller in made:
        controller.close()


@pytest.fixture
def controller(make):
    return make()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "night.fluxknot"
    write_session(star_session(), path)
    return path


def exclude(controller, reason="saturated"):
    edit(controller.document, controller.document.session.with_exclusion("e1", reason), "Exclude")


def left_behind(folder, reason, original=""):
    """Leave what a process leaves that dies with unsaved work."""
    autosave = Autosave(folder)
    autosave.save(star_session().with_exclusion("e1", reason), original=str(original))
    crash(autosave)


def reasons(session):
    return [one.reason for one in session.exclusions]


# The file


def test_a_session_is_opened_with_an_empty_history(controller, path):
    titles, opened = listen(controller.title_changed), listen(controller.opened)

    assert controller.open(path)

    assert controller.document.session == star_session()
    assert controller.document.undo_stack.count() == 0
    assert controller.path == path
    assert titles[-1] == ("night.fluxknot", False)
    assert opened == [(str(path),)]


def test_an_edit_marks_the_title_and_undo_takes_the_mark_away(controller, path):
    controller.open(path)
    titles = listen(controller.title_changed)

    exclude(controller)
    assert titles[-1] == ("night.fluxknot", True)
    controller.document.undo_stack.undo()

    assert titles[-1] == ("night.fluxknot", False)


def test_an_empty_window_has_no_title_and_a_session_without_a_file_is_untitled(controller):
    titles = listen(controller.title_changed)

    edit(controller.document, star_session(), "Open files")
    controller.document.undo_stack.undo()

    assert ("untitled", True) in titles
    assert titles[-1] == ("", False)


@pytest.mark.parametrize("name", DEMO_TITLES)
def test_the_demo_stays_as_it_is_and_asks_for_a_place_of_ones_own(controller, tmp_path, name):
    demo = tmp_path / demo_folder_name(name) / "demo.fluxknot"
    demo.parent.mkdir()
    write_session(star_session(), demo)
    before, own, asked = demo.read_bytes(), tmp_path / "mine.fluxknot", []
    controller.open(demo)
    exclude(controller)

    controller.ask_name = lambda suggested: asked.append(suggested) or ""
    assert not controller.save()
    controller.ask_name = lambda _suggested: str(own)
    assert controller.save()
    controller.ask_name = lambda _suggested: pytest.fail("it has a place now")
    exclude(controller, "once more")
    assert controller.save()

    assert asked == [str(Path.home() / "demo.fluxknot")]
    assert demo.read_bytes() == before
    assert controller.path == own
    assert reasons(read_session(own)) == ["once more"]
    assert [one.path for one in read_session(own).entries] == [
        one.path for one in read_session(demo).entries
    ]


def test_a_path_is_kept_absolute_whatever_was_given(controller, path, monkeypatch):
    monkeypatch.chdir(path.parent)
    opened = listen(controller.opened)

    controller.open("night.fluxknot")

    assert controller.path == path
    assert opened == [(str(path),)]


@pytest.mark.parametrize("content", ["{", '{"format": "other"}', ""])
def test_a_file_that_is_no_session_changes_nothing(controller, path, tmp_path, content):
    controller.open(path)
    exclude(controller)
    before = controller.document.session
    broken = tmp_path / "broken.fluxknot"
    broken.write_text(content)

    assert not controller.open(broken)

    assert controller.document.session is before
    assert controller.document.is_modified
    assert controller.path == path
    assert "broken.fluxknot" in controller.failures.sentences[0]


def test_a_session_of_a_newer_version_is_left_alone(controller, tmp_path):
    newer = tmp_path / "newer.fluxknot"
    newer.write_text('{"format": "fluxknot session", "version": 99}')
    before = newer.read_bytes()

    assert not controller.open(newer)

    assert "newer version" in controller.failures.sentences[0]
    assert newer.read_bytes() == before


def test_saving_writes_the_session_and_clears_the_mark(controller, path):
    controller.open(path)
    exclude(controller)
    saved = listen(controller.saved)

    assert controller.save()

    assert reasons(read_session(path)) == ["saturated"]
    assert not controller.document.is_modified
    assert saved == [(str(path),)]


def test_saving_keeps_one_previous_version(controller, path):
    controller.open(path)
    exclude(controller)

    controller.save()

    assert read_session(previous_version(path)) == star_session()


def test_a_session_without_a_file_asks_for_a_name(controller, tmp_path):
    edit(controller.document, star_session(), "Open files")
    titles = listen(controller.title_changed)
    controller.ask_name = lambda _suggested: str(tmp_path / "new.fluxknot")

    assert controller.save()

    assert read_session(tmp_path / "new.fluxknot") == star_session()
    assert titles[-1] == ("new.fluxknot", False)


def test_no_name_means_no_save(controller):
    edit(controller.document, star_session(), "Open files")
    controller.ask_name = lambda _suggested: ""

    assert not controller.save()

    assert controller.document.is_modified
    assert controller.path is None


def test_another_name_is_the_one_that_is_saved_to_from_then_on(controller, path, tmp_path):
    controller.open(path)
    controller.ask_name = lambda suggested: suggested.replace("night", "day")

    controller.save_as()
    exclude(controller)
    controller.save()

    assert reasons(read_session(tmp_path / "day.fluxknot")) == ["saturated"]
    assert read_session(path) == star_session()


@pytest.mark.parametrize("typed", ["night2", "night.v2"])
def test_a_name_without_the_suffix_gets_it(controller, tmp_path, typed):
    edit(controller.document, star_session(), "Open files")
    controller.ask_name = lambda _suggested: str(tmp_path / typed)

    assert controller.save_as()

    assert controller.path == tmp_path / f"{typed}.fluxknot"
    assert controller.path.exists()


def test_a_name_that_nobody_agreed_to_replace_is_not_replaced(controller, path):
    edit(controller.document, star_session().with_exclusion("e1", "mine"), "Open files")
    controller.ask_name = lambda _suggested: str(path.with_suffix(""))

    assert not controller.save_as()

    assert read_session(path) == star_session()
    assert "exists already" in controller.failures.sentences[0]


def test_the_dialog_for_a_name_adds_the_suffix_before_it_asks_about_replacing(
    controller, path, qtbot
):
    del controller.ask_name
    seen = []

    def answer():
        dialog = QApplication.activeModalWidget()
        seen.append((dialog.defaultSuffix(), dialog.acceptMode(), dialog.windowTitle()))
        dialog.reject()

    QTimer.singleShot(50, answer)

    assert controller._ask_name(str(path)) == ""
    assert seen == [("fluxknot", QFileDialog.AcceptMode.AcceptSave, "Save the session")]


def test_the_dialogs_begin_beside_the_session_and_after_it_where_it_was(
    controller, path, monkeypatch
):
    asked = []
    controller.ask_name = lambda suggested: asked.append(Path(suggested).parent) or ""

    def cancel(_window, _title, folder, _filter):
        asked.append(Path(folder))
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", cancel)

    controller.ask_open()
    controller.open(path)
    controller.ask_open()
    controller.new()
    controller.ask_open()
    controller.save_as()

    assert asked == [Path.home(), *[path.parent] * 3]


def test_a_new_session_is_empty_and_frees_the_old_file(make, path):
    first, second = make(), make()
    first.open(path)

    assert first.new()

    assert first.document.session == Session()
    assert first.path is None
    second.open(path)
    assert second.failures == []


def test_nothing_stays_selected_that_belonged_to_another_session(controller, path):
    controller.open(path)
    controller.selection.select(("e1",))

    controller.new()

    assert controller.selection.segments == ()


# Other programs and windows


def test_a_file_that_another_program_changed_is_not_overwritten(controller, path):
    controller.open(path)
    write_session(star_session().with_exclusion("e2", "theirs"), path)
    exclude(controller, "mine")

    assert not controller.save()

    assert reasons(read_session(path)) == ["theirs"]
    assert "another program changed it" in controller.failures.sentences[0]
    assert controller.document.is_modified


def test_the_second_window_is_told_and_cannot_overwrite(make, path):
    first, second = make(), make()
    first.open(path)

    assert second.open(path)

    [said] = second.notices.sentences
    assert "open in another window" in said
    assert str(os.getpid()) in said
    assert "File > Save as" in said
    exclude(second, "of the second")
    assert not second.save()
    assert read_session(path) == star_session()


def test_the_second_window_can_save_under_another_name(make, path, tmp_path):
    first, second = make(), make()
    first.open(path)
    second.open(path)
    second.ask_name = lambda _suggested: str(tmp_path / "second.fluxknot")

    exclude(second)
    assert second.save_as()
    exclude(second, "again")
    assert second.save()

    assert reasons(read_session(tmp_path / "second.fluxknot")) == ["again"]


def test_a_window_that_is_closed_frees_its_file(make, path):
    first, second = make(), make()
    first.open(path)

    first.close()
    second.open(path)

    assert second.failures == []


def test_a_read_only_place_is_told_before_anything_is_edited(controller, path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_args, **_options: False)

    assert controller.open(path)

    [said] = controller.notices.sentences
    assert "night.fluxknot" in said
    assert "protected" in said or "cannot be written" in said


def test_stale_temporary_files_are_gone_after_opening(controller, path):
    stale = path.with_name(".fluxknot-0123456789abcdef.tmp")
    stale.write_text("half")

    controller.open(path)

    assert not stale.exists()


def test_a_save_that_fails_leaves_the_old_file_and_the_mark(controller, path, caplog):
    controller.open(path)
    exclude(controller)
    before = path.read_bytes()

    with file_size_limit(100):
        assert not controller.save()

    assert path.read_bytes() == before
    assert controller.document.is_modified
    assert len(controller.failures) == 1
    assert controller.save()


# Leaving


def test_without_changes_nobody_is_asked(controller, path):
    controller.open(path)

    assert controller.may_leave()
    assert controller.new()


@pytest.mark.parametrize(("answer", "may_leave"), [("discard", True), ("cancel", False)])
def test_changes_are_given_up_or_kept_open(controller, path, answer, may_leave):
    controller.open(path)
    exclude(controller)
    controller.ask_about_changes = lambda: answer

    assert controller.may_leave() is may_leave
    assert controller.new() is may_leave

    assert read_session(path) == star_session()
    assert controller.document.is_modified is not may_leave


def test_changes_are_saved_on_leaving(controller, path):
    controller.open(path)
    exclude(controller)
    controller.ask_about_changes = lambda: "save"

    assert controller.may_leave()

    assert reasons(read_session(path)) == ["saturated"]


def test_a_save_on_leaving_that_fails_keeps_the_session_open(controller, path):
    controller.open(path)
    exclude(controller)
    before = controller.document.session
    write_session(star_session().with_exclusion("e2", "theirs"), path)
    controller.ask_about_changes = lambda: "save"

    assert not controller.new()

    assert controller.document.session is before


def test_to_open_the_file_that_is_being_saved_shows_what_was_saved(controller, path):
    controller.open(path)
    exclude(controller)
    controller.ask_about_changes = lambda: "save"

    assert controller.open(path)

    assert reasons(controller.document.session) == ["saturated"]


@pytest.mark.parametrize(
    ("button", "answer"), [("Save", "save"), ("Do not save", "discard"), ("Cancel", "cancel")]
)
def test_the_question_has_three_answers(controller, path, button, answer):
    controller.open(path)

    def press():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SaveChangesDialog)
        assert "night.fluxknot" in dialog.heading.text()
        buttons = [one for one in dialog.findChildren(QWidget) if hasattr(one, "click")]
        next(one for one in buttons if one.text() == button).click()

    QTimer.singleShot(50, press)

    assert controller._ask() == answer


# Copies


def copies(folder):
    return sorted(folder.glob("*.autosave.fluxknot"))


def test_a_copy_is_made_before_the_first_edit_is_ten_seconds_old(controller, path, tmp_path):
    assert AUTOSAVE_MS == 10_000
    controller.open(path)
    controller._timer.stop()

    exclude(controller)

    assert controller._timer.isActive()
    assert controller._timer.interval() == AUTOSAVE_MS - HEAD_START_MS
    assert controller._timer.isSingleShot()
    controller.set_autosave_interval(30)
    assert controller._timer.interval() == 30_000 - HEAD_START_MS


def test_edits_do_not_put_the_copy_off(controller, path, qtbot, tmp_path):
    controller._timer.setInterval(150)
    controller.open(path)

    for number in range(40):
        exclude(controller, f"edit {number}")
        qtbot.wait(10)

    assert len(copies(tmp_path / "autosave")) >= 1


def test_the_last_five_copies_are_kept(controller, path, tmp_path):
    controller.open(path)

    for number in range(9):
        exclude(controller, f"edit {number}")
        assert controller.autosave()

    kept = [reasons(read_session(one))[0] for one in copies(tmp_path / "autosave")]
    assert kept == [f"edit {number}" for number in range(9 - KEPT, 9)]


def test_without_changes_there_is_no_copy(controller, path, tmp_path):
    controller.open(path)

    assert not controller.autosave()

    assert copies(tmp_path / "autosave") == []


@pytest.mark.parametrize("way", ["save", "undo", "new", "close"])
def test_copies_are_taken_away_when_there_is_nothing_to_lose(controller, path, tmp_path, way):
    controller.open(path)
    exclude(controller)
    controller.autosave()
    assert len(copies(tmp_path / "autosave")) == 1

    if way == "undo":
        controller.document.undo_stack.undo()
        controller.autosave()
    else:
        controller.ask_about_changes = lambda: "discard"
        getattr(controller, way)()

    assert copies(tmp_path / "autosave") == []


def test_a_save_during_an_autosave_is_a_save(controller, path, tmp_path, monkeypatch):
    controller.open(path)
    exclude(controller)
    real = controller._autosave.save

    def save_meanwhile(session, **options):
        assert controller.save()
        return real(session, **options)

    monkeypatch.setattr(controller._autosave, "save", save_meanwhile)
    controller.autosave()

    assert reasons(read_session(path)) == ["saturated"]
    assert controller.failures == []


def test_a_copy_that_cannot_be_made_is_told_once(controller, path, monkeypatch):
    controller.open(path)
    exclude(controller)
    with monkeypatch.context() as patched:
        patched.setattr(controller._autosave, "save", failing(28))
        for _ in range(3):
            assert not controller.autosave()
    assert controller.autosave()

    [said] = controller.failures.sentences
    assert "Unsaved work could not be copied" in said
    assert "Save it now" in said


# Recovery


def test_what_a_dead_process_left_is_found_and_opened_as_an_edit(controller, path, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash", path)

    [recovery] = controller.recoveries()
    controller.recover(recovery)

    assert reasons(controller.document.session) == ["before the crash"]
    assert controller.document.is_modified
    assert controller.path == path
    assert controller.document.undo_stack.undoText() == "Recover unsaved work"


def test_to_undo_a_recovery_shows_what_was_saved_last(controller, path, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash", path)
    controller.recover(controller.recoveries()[0])

    controller.document.undo_stack.undo()

    assert controller.document.session == star_session()
    assert not controller.document.is_modified


def test_recovered_work_is_saved_to_where_it_belongs(controller, path, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash", path)
    controller.recover(controller.recoveries()[0])

    assert controller.save()

    assert reasons(read_session(path)) == ["before the crash"]
    assert copies(tmp_path / "autosave") == []


def test_work_that_was_never_saved_is_recovered_without_a_name(controller, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash")

    controller.recover(controller.recoveries()[0])

    assert controller.path is None
    assert controller.document.is_modified


def test_a_recovery_whose_file_is_gone_can_be_saved_elsewhere(controller, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash", tmp_path / "gone" / "night.fluxknot")

    controller.recover(controller.recoveries()[0])
    controller.ask_name = lambda _suggested: str(tmp_path / "found.fluxknot")

    assert not controller.save()
    assert controller.save_as()


def test_a_second_crash_after_a_recovery_loses_nothing(controller, path, tmp_path):
    left_behind(tmp_path / "autosave", "before the crash", path)

    controller.recover(controller.recoveries()[0])

    [copy] = copies(tmp_path / "autosave")
    assert copy.name.startswith(f"{os.getpid()}-")
    assert reasons(read_session(copy)) == ["before the crash"]


def test_a_recovery_that_cannot_be_copied_keeps_the_copy_of_the_dead(
    controller, path, tmp_path, monkeypatch
):
    left_behind(tmp_path / "autosave", "before the crash", path)
    monkeypatch.setattr(controller._autosave, "save", failing(28))

    controller.recover(controller.recoveries()[0])

    assert len(copies(tmp_path / "autosave")) == 1
    assert len(find_recoveries(tmp_path / "autosave")) == 1


def test_skipped_work_is_not_offered_again(controller, tmp_path):
    left_behind(tmp_path / "autosave", "first")
    left_behind(tmp_path / "autosave", "second")
    found = controller.recoveries()
    assert len(found) == 2

    controller.skip_recoveries(tuple(one.owner for one in found))

    assert controller.recoveries() == ()
    assert copies(tmp_path / "autosave") == []


def test_work_of_a_window_that_lives_is_not_offered(make, path):
    first, second = make(), make()
    first.open(path)
    exclude(first)
    first.autosave()

    assert second.recoveries() == ()
