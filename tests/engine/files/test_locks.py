"""Tests of engine.files.locks."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from engine.files.locks import FileLock, is_held
from tests.helpers.disk import failing, file_size_limit

HOLD = """
import sys, time
from pathlib import Path
from engine.files.locks import FileLock
assert FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_is_had_once(tmp_path):
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")

    assert first.acquire()
    assert not second.acquire()
    assert is_held(tmp_path / "a.lock")
    assert str(os.getpid()) in second.holder()

    first.release()
    assert not (tmp_path / "a.lock").exists()
    assert second.acquire()
    second.release()


def test_a_lock_ends_with_a_killed_process(tmp_path):
    path = tmp_path / "a.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        held = is_held(path)
        process.send_signal(signal.SIGKILL)

    assert held
    assert not is_held(path)
    mine = FileLock(path)
    assert mine.acquire()
    mine.release()


def test_a_lock_on_a_full_disk_holds_without_saying_whose_it_is(tmp_path):
    first, second = FileLock(tmp_path / "a.lock"), FileLock(tmp_path / "a.lock")

    with file_size_limit(0):
        assert first.acquire()

    assert not second.acquire()
    assert second.holder() == ""
    first.release()
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_is_not_held(tmp_path):
    assert not is_held(tmp_path / "none.lock")
    assert FileLock(tmp_path / "none.lock").holder() == ""


def test_a_lock_whose_file_was_taken_away_in_between_is_taken_anew(tmp_path, monkeypatch):
    path = tmp_path / "a.lock"
    first, second, third = FileLock(path), FileLock(path), FileLock(path)
    first.acquire()
    real_flock = fcntl.flock

    def release_just_before(descriptor, what):
        monkeypatch.setattr(fcntl, "flock", real_flock)
        first.release()
        real_flock(descriptor, what)

    monkeypatch.setattr(fcntl, "flock", release_just_before)

    assert second.acquire()
    assert not third.acquire()
    second.release()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_a_disk_has_no_locks_the_file_says_who_holds_it(tmp_path, monkeypatch, code):
    monkeypatch.setattr(fcntl, "flock", failing(code))
    path = tmp_path / "a.lock"
    first, second = FileLock(path), FileLock(path)

    assert first.acquire()
    assert not second.acquire()
    assert is_held(path)
    first.release()

    assert second.acquire()
    second.release()


@pytest.mark.parametrize("said", ["", "no number on host", "99999999999999999999999 on {host}"])
def test_where_a_disk_has_no_locks_a_dead_holder_keeps_no_one_out(tmp_path, monkeypatch, said):
    monkeypatch.setattr(fcntl, "flock", failing(errno.ENOLCK))
    path = tmp_path / "a.lock"
    path.write_text(said.format(host=os.uname().nodename))

    assert not is_held(path)
    assert FileLock(path).acquire()


def test_where_a_disk_has_no_locks_a_holder_elsewhere_is_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", failing(errno.ENOLCK))
    path = tmp_path / "a.lock"
    path.write_text("12 on another computer")

    assert is_held(path)
    assert not FileLock(path).acquire()
