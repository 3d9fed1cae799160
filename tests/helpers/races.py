"""Two windows on one session file, in processes of their own, that save at the same time."""

import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.project.session_file import read_session, write_session
from engine.project.session_place import SessionPlace, read_place
from tests.helpers.sessions import star_session

CHECKOUT = Path(__file__).resolve().parents[2]
_SAVED, _TOLD = 0, 3
_LONGEST_S = 0.01

_SCRIPT = """
import sys
from pathlib import Path
from tests.helpers.races import run_races

run_races(Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass
class RaceRun:
    """What a run of races gave.

    Attributes
    ----------
    races : int
        How many there were, each between two windows.
    saved, told : int
        How many windows saved; how many could not, and were told.
    overwritten : int
        Windows that saved and whose edit is not in the file.
    """

    races: int = 0
    saved: int = 0
    told: int = 0
    overwritten: int = 0

    def __str__(self):
        return (
            f"{self.races} races, {self.saved} windows saved, {self.told} were told, "
            f"{self.overwritten} overwritten in silence"
        )


def raced(folder, n_races):
    """Let two windows race ``n_races`` times for a session; return a `RaceRun`."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, folder, str(n_races)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return RaceRun(*(int(number) for number in done.stdout.split()))


def run_races(folder, n_races):
    """Race in forked processes: Python and the engine are started once."""
    run = RaceRun()
    for race in range(n_races):
        path = folder / f"race-{race}.fluxknot"
        write_session(star_session(), path)
        racers = {name: _forked(path, name, race) for name in ("one", "other")}
        codes = {
            name: os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            for name, process in racers.items()
        }
        assert set(codes.values()) <= {_SAVED, _TOLD}, codes
        kept = {one.subject for one in read_session(path).exclusions}
        saved = {name for name, code in codes.items() if code == _SAVED}
        run.races += 1
        run.saved += len(saved)
        run.told += len(codes) - len(saved)
        run.overwritten += len(saved - kept)
        assert kept <= saved
    sys.stdout.write(f"{run.races} {run.saved} {run.told} {run.overwritten}")


def _forked(path, name, race):
    process = os.fork()
    if process == 0:
        code = 1
        with suppress(Exception):
            code = _edited_and_saved(path, name, random.Random(f"{name} {race}"))
        os._exit(code)
    return process


def _edited_and_saved(path, name, chance):
    """Do what a window does: open, edit, save even if told not to, close some time later."""
    time.sleep(chance.uniform(0.0, _LONGEST_S))
    session, digest = read_place(path)
    place = SessionPlace()
    with suppress(FileError):
        place.move_to(path, digest=digest)
    time.sleep(chance.uniform(0.0, _LONGEST_S))
    try:
        place.save(session.with_exclusion(name, "raced"), path)
    except FileError:
        return _TOLD
    time.sleep(chance.uniform(0.0, _LONGEST_S))
    place.release()
    return _SAVED
