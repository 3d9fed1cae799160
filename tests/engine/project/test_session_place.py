"""Tests of engine.project.session_place: one session file, several windows."""

import errno
import os
import random

import pytest

from engine.errors import FileError
from engine.files.earlier_copy import previous_version
from engine.project.session_file import read_session, write_session
from engine.project.session_place import SessionPlace, read_place
from tests.helpers.disk import failing, file_size_limit
from tests.helpers.kill_runs import killed_saves
from tests.helpers.races import raced
from tests.helpers.sessions import star_session

START = star_session()


@pytest.fixture
def places():
    """Return a function that makes places, as several windows do; all are released."""
    made = []

    def make(path=None):
        made.append(SessionPlace())
        if path is not None:
            made[-1].move_to(path)
        return made[-1]

    yield make
    for place in made:
        place.release()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "night.fluxknot"
    write_session(START, path)
    return path


def edited(reason="saturated"):
    return START.with_exclusion("e1", reason)


def test_what_is_saved_is_read_back(places, path):
    place = places(path)

    place.save(edited())

    assert read_session(path) == edited()
    assert read_place(path)[0] == edited()


def test_a_first_save_needs_a_path_and_is_held_from_then_on(places, tmp_path):
    place = places()

    place.save(START, tmp_path / "new.fluxknot")

    assert place.path == tmp_path / "new.fluxknot"
    with pytest.raises(FileError, match="open in another window"):
        places(tmp_path / "new.fluxknot")


def test_one_previous_version_is_kept(places, path):
    place = places(path)

    place.save(edited("first"))
    place.save(edited("second"))

    assert read_session(previous_version(path)) == edited("first")
    assert previous_version(path).name == "night.fluxknot~"


def test_to_save_twice_the_same_keeps_the_previous_version(places, path):
    place = places(path)
    place.save(edited())
    before = path.stat().st_mtime_ns

    place.save(edited())

    assert read_session(previous_version(path)) == START
    assert path.stat().st_mtime_ns == before


def test_a_previous_version_that_cannot_be_kept_does_not_stop_the_save(places, path, caplog):
    previous_version(path).mkdir()
    place = places(path)

    place.save(edited())

    assert read_session(path) == edited()
    assert "previous version" in caplog.text
    caplog.clear()


def test_a_second_window_is_told_and_cannot_overwrite(places, path):
    first, second = places(path), places()

    with pytest.raises(FileError, match=f"open in another window \\({os.getpid()} on"):
        second.move_to(path)
    with pytest.raises(FileError, match="open in another window"):
        second.save(edited("of the second"))
    first.save(edited("of the first"))

    assert read_session(path) == edited("of the first")


def test_a_second_window_may_save_when_the_first_is_closed_without_a_change(places, path):
    first, second = places(path), places()
    with pytest.raises(FileError):
        second.move_to(path)
    first.release()

    second.save(edited("of the second"))

    assert read_session(path) == edited("of the second")


def test_what_the_first_window_saved_is_not_overwritten_by_the_second(places, path):
    first, second = places(path), places()
    with pytest.raises(FileError):
        second.move_to(path)
    first.save(edited("of the first"))
    first.release()

    with pytest.raises(FileError, match="another program changed it"):
        second.save(edited("of the second"))

    assert read_session(path) == edited("of the first")


def test_a_file_changed_by_another_program_is_not_overwritten(places, path):
    place = places(path)
    write_session(edited("by another program"), path)

    with pytest.raises(FileError, match="another program changed it") as caught:
        place.save(edited("mine"))

    assert "another name" in caught.value.hint
    assert read_session(path) == edited("by another program")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00junk", b"no session at all"])
def test_a_file_that_became_something_else_is_not_overwritten(places, path, content):
    place = places(path)
    path.write_bytes(content)

    with pytest.raises(FileError, match="another program changed it"):
        place.save(edited("mine"))

    assert path.read_bytes() == content


@pytest.mark.parametrize("how", ["its own place", "another name"])
def test_a_session_of_a_newer_version_is_never_overwritten(places, path, how):
    newer = path.read_text().replace('"version": 1', '"version": 99')
    path.write_text(newer)
    place = places(path if how == "its own place" else None)

    with pytest.raises(FileError, match="newer version"):
        place.save(edited(), path)

    assert path.read_text() == newer


def test_an_empty_file_is_nothing_to_lose(places, path):
    path.write_bytes(b"")
    place = places(path)

    place.save(edited())

    assert read_session(path) == edited()


def test_a_change_between_reading_and_holding_is_noticed(places, path):
    _, digest = read_place(path)
    write_session(edited("in between"), path)
    place = places()
    place.move_to(path, digest=digest)

    with pytest.raises(FileError, match="another program changed it"):
        place.save(edited("mine"))


def test_a_file_that_is_gone_is_written_again(places, path):
    place = places(path)
    path.unlink()

    place.save(edited())

    assert read_session(path) == edited()


def test_to_save_under_another_name_frees_the_first_one(places, path, tmp_path):
    place = places(path)

    place.save(edited(), tmp_path / "copy.fluxknot")

    assert read_session(path) == START
    places(path)


def test_to_save_over_a_session_of_another_window_is_refused(places, path, tmp_path):
    places(path)
    other = places()

    with pytest.raises(FileError, match="open in another window"):
        other.save(edited(), path)

    assert read_session(path) == START
    assert other.path is None


def test_a_link_and_its_target_are_the_same_place(places, path, tmp_path):
    link = tmp_path / "link.fluxknot"
    link.symlink_to(path)
    places(path)

    with pytest.raises(FileError, match="open in another window"):
        places(link)


def test_to_open_the_same_again_is_no_second_window(places, path):
    place = places(path)

    place.move_to(path)
    place.save(edited())

    assert read_session(path) == edited()


def test_nowhere_holds_nothing(places, path):
    place = places(path)

    place.move_to(None)

    assert place.path is None
    places(path)


def test_a_read_only_folder_is_told_at_once_and_stays_the_place(places, path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_args, **_options: False)
    place = places()

    with pytest.raises(FileError, match=r"night\.fluxknot: .*(written|protected)"):
        place.move_to(path)

    assert place.path == path


def test_a_folder_that_is_gone_is_told_at_once(places, tmp_path):
    with pytest.raises(FileError, match="folder does not exist"):
        places(tmp_path / "gone" / "night.fluxknot")


def test_stale_temporary_files_are_gone_when_a_session_is_opened(places, path):
    stale = path.with_name(".fluxknot-0123456789abcdef.tmp")
    stale.write_text("half a session")

    places(path)

    assert not stale.exists()


def test_a_full_disk_leaves_the_old_file_and_no_strays(places, path, tmp_path, caplog):
    place = places(path)
    before = path.read_bytes()

    with file_size_limit(200), pytest.raises(FileError):
        place.save(edited())

    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if ".tmp" in one.name] == []
    place.save(edited())
    assert read_session(path) == edited()


def test_a_failed_save_elsewhere_leaves_the_place_and_its_lock(places, path, tmp_path, monkeypatch):
    place = places(path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", failing(errno.EIO))
        with pytest.raises(FileError):
            place.save(edited(), tmp_path / "elsewhere.fluxknot")

    assert place.path == path
    with pytest.raises(FileError, match="open in another window"):
        places(path)
    places(tmp_path / "elsewhere.fluxknot")


def test_of_two_windows_that_race_nobody_is_overwritten_in_silence(tmp_path):
    run = raced(tmp_path, 10)  # a hundred: tests/rigs/test_two_windows.py

    assert run.saved + run.told == 20
    assert run.saved >= 10
    assert run.overwritten == 0


def test_a_killed_window_leaves_the_state_before_or_after_its_save(tmp_path):
    run = killed_saves(tmp_path, random.Random(8), 5)  # hundreds: tests/rigs/test_kill.py

    assert run.kills == 5
    assert run.lost == []
