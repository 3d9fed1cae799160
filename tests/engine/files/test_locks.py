"""Tests of engine.files.locks."""

import os
import signal
import subprocess
import sys

from engine.files.locks import FileLock, is_held

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


def test_what_is_not_there_is_not_held(tmp_path):
    assert not is_held(tmp_path / "none.lock")
    assert FileLock(tmp_path / "none.lock").holder() == ""
