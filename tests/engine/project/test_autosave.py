"""Tests of engine.project.autosave."""

import json
import os
import random
from dataclasses import replace

import pytest

from engine.errors import FileError
from engine.files.locks import FileLock
from engine.project.autosave import KEPT, Autosave, discard, find_recoveries
from engine.project.session import Session
from engine.project.session_file import read_session, write_session
from tests.helpers.kill_runs import killed_copies
from tests.helpers.killing import crash
from tests.helpers.sessions import entry, star_session


def session(number):
    """Return a session that differs for each number."""
    return star_session().with_exclusion("e1", f"edit {number}")


def die_after_saving(folder, n_copies, *, original=""):
    """Leave what a process leaves that saved ``n_copies`` copies and was killed."""
    autosave = Autosave(folder)
    for number in range(n_copies):
        autosave.save(session(number), original=original)
    crash(autosave)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# One process


def test_the_last_five_copies_are_kept(tmp_path):
    autosave = Autosave(tmp_path)

    paths = [autosave.save(session(number)) for number in range(8)]

    there = [path for path in paths if path.exists()]
    assert there == paths[-KEPT:]
    assert [read_session(path).exclusion("e1").reason for path in there] == [
        f"edit {number}" for number in range(3, 8)
    ]


def test_the_same_state_is_not_copied_twice(tmp_path):
    autosave = Autosave(tmp_path)

    assert autosave.save(session(1)) is not None
    assert autosave.save(session(1)) is None
    assert autosave.save(session(1), original="/data/a.fluxknot") is not None


def test_ending_well_leaves_nothing_behind(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.save(session(1))

    autosave.clear()

    assert names(tmp_path) == []
    assert autosave.save(session(1)) is not None
    assert find_recoveries(tmp_path) == ()


def test_a_living_process_keeps_its_copies_to_itself(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.save(session(1))

    assert find_recoveries(tmp_path) == ()


def test_two_processes_do_not_touch_each_other(tmp_path):
    one, other = Autosave(tmp_path), Autosave(tmp_path)
    kept = other.save(session(1))
    for number in range(8):
        one.save(session(number))

    one.clear()

    assert kept.exists()


@pytest.mark.parametrize("obstacle", ["a file", "read-only"])
def test_a_folder_that_takes_no_copies_is_told(tmp_path, obstacle):
    folder = tmp_path / "autosave"
    if obstacle == "a file":
        folder.write_text("in the way")
    elif os.geteuid() == 0:
        pytest.skip("nothing is read-only for the administrator")
    else:
        folder.mkdir(mode=0o500)

    with pytest.raises(FileError, match="autosave"):
        Autosave(folder).save(session(1))


def test_a_copy_names_every_file_by_its_whole_path(tmp_path):
    beside = Session(entries=(replace(entry(1), path=str(tmp_path / "a.fits")),))

    path = Autosave(tmp_path).save(beside)

    assert json.loads(path.read_text())["entries"][0]["path"] == str(tmp_path / "a.fits")


# What a dead process left


def test_the_newest_copy_of_a_dead_process_is_offered(tmp_path):
    die_after_saving(tmp_path, 7, original="/data/work.fluxknot")

    [recovery] = find_recoveries(tmp_path)

    assert recovery.session == session(6)
    assert recovery.original == "/data/work.fluxknot"
    assert len([name for name in names(tmp_path) if name.endswith(".fluxknot")]) == KEPT


def test_a_damaged_newest_copy_falls_back_to_the_one_before(tmp_path):
    die_after_saving(tmp_path, 3)
    [recovery] = find_recoveries(tmp_path)
    recovery.path.write_bytes(recovery.path.read_bytes()[:100])

    [fallback] = find_recoveries(tmp_path)

    assert fallback.session == session(1)
    fallback.path.write_text("")
    [last] = find_recoveries(tmp_path)
    assert last.session == session(0)


def test_nothing_is_offered_when_every_copy_is_damaged(tmp_path):
    die_after_saving(tmp_path, 2)
    for path in tmp_path.glob("*.fluxknot"):
        path.write_text("{")

    assert find_recoveries(tmp_path) == ()


def test_what_was_skipped_is_not_offered_again(tmp_path):
    die_after_saving(tmp_path, 3)
    [recovery] = find_recoveries(tmp_path)

    discard(tmp_path, recovery.owner)

    assert names(tmp_path) == []
    assert find_recoveries(tmp_path) == ()


def test_discarding_takes_only_what_belongs_to_the_owner(tmp_path):
    die_after_saving(tmp_path, 1)
    [recovery] = find_recoveries(tmp_path)
    others = [tmp_path / f"{recovery.owner}1.000000001.autosave.fluxknot", tmp_path / "[1].txt"]
    for path in others:
        path.write_text("mine")

    discard(tmp_path, recovery.owner)

    assert sorted(tmp_path.iterdir()) == sorted(others)


def test_the_newest_process_comes_first(tmp_path):
    for number in (1, 2):
        die_after_saving(tmp_path, number)
    old = min(tmp_path.glob("*.fluxknot"), key=lambda path: path.stat().st_mtime_ns)
    for path in tmp_path.glob(f"{old.name.partition('.')[0]}.*"):
        os.utime(path, (1.0, 1.0))

    first, second = find_recoveries(tmp_path)

    assert (first.session, second.session) == (session(1), session(0))


def test_a_second_crash_after_recovering_offers_the_newest_state(tmp_path):
    die_after_saving(tmp_path, 2, original="/data/work.fluxknot")
    [recovery] = find_recoveries(tmp_path)
    restarted = Autosave(tmp_path)
    restarted.save(recovery.session, original=recovery.original)
    discard(tmp_path, recovery.owner)
    newest = recovery.session.with_exclusion("e2", "after the crash")
    restarted.save(newest, original=recovery.original)
    crash(restarted)

    [again] = find_recoveries(tmp_path)

    assert again.session == newest
    assert again.original == "/data/work.fluxknot"


def test_recovered_work_belongs_to_where_it_is_saved_next(tmp_path):
    die_after_saving(tmp_path, 1, original="/data/old.fluxknot")
    [recovery] = find_recoveries(tmp_path)
    restarted = Autosave(tmp_path)
    restarted.save(recovery.session, original="/data/new.fluxknot")
    discard(tmp_path, recovery.owner)
    crash(restarted)

    [again] = find_recoveries(tmp_path)

    assert again.original == "/data/new.fluxknot"


def test_what_was_chosen_for_exports_of_a_session_without_a_file_comes_back(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.save(session(1), exports="/elsewhere")
    crash(autosave)

    [recovery] = find_recoveries(tmp_path)

    assert (recovery.original, recovery.exports) == ("", "/elsewhere")
    assert recovery.session == session(1)  # it is none of the session


def test_a_saved_session_does_not_say_that_it_was_recovered(tmp_path):
    die_after_saving(tmp_path / "copies", 1, original="/data/old.fluxknot")
    [recovery] = find_recoveries(tmp_path / "copies")

    write_session(recovery.session, tmp_path / "a.fluxknot")

    assert "autosave" not in (tmp_path / "a.fluxknot").read_text()
    assert recovery.session == session(0)


def test_saving_works_while_copies_are_made(tmp_path):
    autosave = Autosave(tmp_path)
    autosave.save(session(1))

    write_session(session(2), tmp_path / "work.fluxknot")
    autosave.save(session(2))

    assert read_session(tmp_path / "work.fluxknot") == session(2)


def test_what_a_killed_writer_left_is_cleared_at_the_next_start(tmp_path):
    stale = tmp_path / ".fluxknot-0123456789abcdef.tmp"
    stale.write_text("half a co")

    find_recoveries(tmp_path)

    assert not stale.exists()


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    assert find_recoveries(tmp_path / "nothing") == ()


def test_the_lock_of_a_process_that_died_before_its_first_copy_is_cleared(tmp_path):
    died, lives = Autosave(tmp_path), Autosave(tmp_path)
    died._begin()
    crash(died)
    lives._begin()

    find_recoveries(tmp_path)

    assert names(tmp_path) == [lives._lock._path.name]
    lives.clear()


def test_a_process_that_is_looked_at_while_it_begins_is_still_known_to_live(tmp_path):
    autosave = Autosave(tmp_path)
    looks = FileLock(autosave._lock._path)
    looks.acquire()

    autosave.save(session(1))
    looks.release()

    assert find_recoveries(tmp_path) == ()
    autosave.clear()
    assert names(tmp_path) == []


def test_work_taken_over_from_the_dead_and_left_again_is_offered_once(tmp_path):
    die_after_saving(tmp_path, 2, original="/data/work.fluxknot")
    [recovery] = find_recoveries(tmp_path)
    restarted = Autosave(tmp_path)
    restarted.save(recovery.session, original=recovery.original)
    crash(restarted)  # before it could take away what it took over

    [again] = find_recoveries(tmp_path)

    assert again.session == recovery.session
    discard(tmp_path, again.owner)
    assert names(tmp_path) == []


def test_work_that_was_saved_after_all_is_not_offered(tmp_path):
    saved = tmp_path / "work.fluxknot"
    die_after_saving(tmp_path / "copies", 2, original=str(saved))
    [recovery] = find_recoveries(tmp_path / "copies")

    write_session(recovery.session, saved)

    assert find_recoveries(tmp_path / "copies") == ()
    assert names(tmp_path / "copies") == []


def test_a_lock_of_another_program_on_the_copies_counts_as_alive(tmp_path):
    die_after_saving(tmp_path, 1)
    [recovery] = find_recoveries(tmp_path)
    lock = FileLock(tmp_path / f"{recovery.owner}.lock")
    lock.acquire()

    assert find_recoveries(tmp_path) == ()
    discard(tmp_path, recovery.owner)
    assert (tmp_path / f"{recovery.owner}.lock").exists()
    lock.release()


# Kills


def test_a_process_killed_while_it_copies_loses_at_most_the_last_edit(tmp_path):
    run = killed_copies(tmp_path, random.Random(9), 5)  # hundreds: tests/rigs/test_kill.py

    assert run.kills == 5
    assert run.lost == []
