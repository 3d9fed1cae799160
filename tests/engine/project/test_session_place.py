"""Tests of engine.project.session_place: one session file, several windows."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.project.session_file import read_session, write_session
from engine.project.session_place import SessionPlace, previous_version, read_place
from tests.helpers.disk import failing, file_size_limit
from tests.helpers.sessions import star_session

CHECKOUT = Path(__file__).resolve().parents[3]
START = star_session()

RACES = """
import sys
from pathlib import Path
from engine.errors import FileError
from engine.project.session_place import SessionPlace, read_place
from tests.helpers.sessions import star_session

path, name = Path(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    place = SessionPlace()
    while True:
        session, digest = read_place(path)
        try:
            place.move_to(path, digest=digest)
            place.save(session.with_exclusion(f"{name} {number}", "raced"))
            break
        except FileError:
            continue
        finally:
            place.release()
print("done")
"""


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


def test_a_hundred_races_of_two_windows_lose_nothing(path):
    commands = [[sys.executable, "-c", RACES, path, name, "50"] for name in ("one", "other")]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    racers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
        for command in commands
    ]
    said = [racer.communicate(timeout=60)[0] for racer in racers]

    assert said == ["done\n", "done\n"]
    assert len(read_session(path).exclusions) == 100
