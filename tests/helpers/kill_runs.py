"""Saves and copies that are killed at random moments, and what they leave."""

import os
from dataclasses import dataclass, field

from engine.files.atomic import remove_stale_temporaries
from engine.project.autosave import Autosave, discard, find_recoveries
from engine.project.session import Session
from engine.project.session_file import read_session
from engine.project.session_place import SessionPlace
from tests.helpers.killing import killable
from tests.helpers.sessions import entry

LONGEST_S = 0.05
_ENTRIES = tuple(entry(number + 1) for number in range(60))
_FIRST_ID = 1000
_PROGRESS = "progress"  # file in which the process says how far it came


@dataclass
class KillRun:
    """What a run of kills gave.

    Attributes
    ----------
    kills : int
        How many processes were killed.
    in_the_middle : int
        How many of them had begun what they had not finished.
    half_written : int
        How many left a temporary file, all removed at the next start.
    lost : list of str
        What was neither the state before nor the one after.
    """

    kills: int = 0
    in_the_middle: int = 0
    half_written: int = 0
    lost: list[str] = field(default_factory=list)

    def count(self, folder, found, *, half_written):
        """Count one kill, after which the state ``found`` was there."""
        said = (folder / _PROGRESS).read_bytes()
        begun, done = int(said[:10]), int(said[10:])
        self.kills += 1
        self.in_the_middle += begun != done
        self.half_written += half_written
        if found not in {begun, done}:
            self.lost.append(f"{done} done, {begun} begun, {found} found")

    def __str__(self):
        return (
            f"{self.kills} kills, {self.in_the_middle} in the middle, "
            f"{self.half_written} left half a file, {len(self.lost)} lost"
        )


def killed_saves(folder, chance, n_kills):
    """Kill a window that saves its session without end; return a `KillRun`."""
    path, run = folder / "work.fluxknot", KillRun()
    with killable(_SCRIPT.format(what="saves"), folder) as kill_after:
        for _ in range(n_kills):
            kill_after(chance.uniform(0.0, LONGEST_S))
            session = read_session(path)
            number = session.next_id - _FIRST_ID
            assert session == numbered(number)
            run.count(folder, number, half_written=bool(remove_stale_temporaries(folder)))
            left = {one.name for one in folder.iterdir()}
            assert left <= {path.name, f"{path.name}~", f".{path.name}.lock", _PROGRESS}
            if (folder / f"{path.name}~").exists():
                read_session(folder / f"{path.name}~")
    return run


def killed_copies(folder, chance, n_kills):
    """Kill a window that copies its unsaved work without end; return a `KillRun`."""
    copies, run = folder / "autosave", KillRun()
    with killable(_SCRIPT.format(what="copies"), folder) as kill_after:
        for _ in range(n_kills):
            kill_after(chance.uniform(0.0, LONGEST_S))
            half = bool(list(copies.glob(".fluxknot-*.tmp")))
            [recovery] = find_recoveries(copies)
            number = recovery.session.next_id - _FIRST_ID
            assert recovery.session == numbered(number)
            run.count(folder, number, half_written=half)
            discard(copies, recovery.owner)
            assert list(copies.iterdir()) == []
    return run


def saves(folder):
    """Return a step that saves one more state of a session, as a window does."""
    place = SessionPlace()
    place.move_to(folder / "work.fluxknot")
    return _counted(folder, lambda number: place.save(numbered(number)))


def copies(folder):
    """Return a step that copies one more state of unsaved work."""
    autosave = Autosave(folder / "autosave")
    return _counted(folder, lambda number: autosave.save(numbered(number)))


def numbered(number):
    """Return a session of 60 files that differs for each number."""
    return Session(entries=_ENTRIES, next_id=_FIRST_ID + number)


_SCRIPT = """
import sys
from pathlib import Path
from tests.helpers import kill_runs
from tests.helpers.killing import run_to_be_killed

step = []

def work(number):
    step[:] = step or [kill_runs.{what}(Path(sys.argv[1]))]
    step[0](number)

run_to_be_killed(work)
"""


def _counted(folder, save):
    """Return ``save``, which writes down before and after how far it came."""
    progress = os.open(folder / _PROGRESS, os.O_RDWR | os.O_CREAT)

    def step(number):
        os.pwrite(progress, b"%10d" % number, 0)
        save(number)
        os.pwrite(progress, b"%10d" % number, 10)

    return step
