"""Windows that are killed while somebody edits in them, and what the next start brings back.

A process that has everything imported forks the windows, so that a hundred need no hundred starts
of Python. Each is the whole program without a display, with a home of its own.
"""

import hashlib
import importlib
import json
import os
import pkgutil
import random
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
AUTOSAVE_S = 10.0
_LONGEST_S = 14.0  # of editing until the kill
_AT_ONCE = 6
_PATIENCE_S = 400.0
_TABLE = "wave_um,flux_jy\n5.0,1.0\n5.1,1.1\n5.2,1.2\n5.3,1.2\n"

_SCRIPT = """
import sys
from pathlib import Path
from tests.helpers.window_kills import run_windows

run_windows(Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass
class WindowRun:
    """What a run of killed windows gave.

    Attributes
    ----------
    kills, edits, saves : int
        Windows that were killed; edits, undos and redos, and saves, that they had seen.
    offered, offered_twice : int
        Windows after which work was offered for recovery; those with more than one offer.
    offered_again : int
        Windows whose work was still offered after it was recovered and saved.
    longest_lost_s : float
        Age of the oldest edit that did not come back, when the window was killed. Unit: s.
    most_lost : int
        Most edits of one window that did not come back.
    unknown : list of str
        What came back and never was.
    strays : list of str
        What was left in the folders at the end.
    """

    kills: int = 0
    edits: int = 0
    saves: int = 0
    offered: int = 0
    offered_twice: int = 0
    offered_again: int = 0
    longest_lost_s: float = 0.0
    most_lost: int = 0
    unknown: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    def __str__(self):
        return (
            f"{self.kills} kills after {self.edits} edits and {self.saves} saves; the oldest edit "
            f"lost was {self.longest_lost_s:.1f} s old; offered {self.offered} times, "
            f"{self.offered_twice} twice, {self.offered_again} again after it was taken; "
            f"{len(self.unknown)} states that never were, {len(self.strays)} stray files"
        )


def killed_windows(folder, n_kills):
    """Kill ``n_kills`` windows while they are edited in, start them again; return a `WindowRun`."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(CHECKOUT),
        "QT_QPA_PLATFORM": "offscreen",
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [sys.executable, "-c", _SCRIPT, str(folder), str(n_kills)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return WindowRun(**json.loads(done.stdout.splitlines()[-1]))


def run_windows(folder, n_kills):
    """Kill windows, start each again, and write down what came of it."""
    _import_all()
    homes = [folder / f"home-{number}" for number in range(n_kills)]
    killed = _run_all(homes, _start_editing, _kill_when_due)
    _run_all(homes, _start_again, _wait_for)
    run = WindowRun()
    for home in homes:
        _judge(run, home, killed[home])
    sys.stdout.write(json.dumps(asdict(run)) + "\n")


def _import_all():
    """Import the whole program: windows must not read modules that somebody is changing."""
    found = pkgutil.walk_packages([str(CHECKOUT / "guiapp")], "guiapp.")
    for name in (*(one.name for one in found), "tests.helpers.window_hands"):
        importlib.import_module(name)


# The parent


def _run_all(homes, start, look):
    """Start a process for each home, some at once; return what ``look`` says when one is over."""
    waiting, running, over = list(homes), {}, {}
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            home = waiting.pop(0)
            running[home] = start(home)
        for home, process in list(running.items()):
            said = look(home, process)
            if said is not None:
                over[home] = said
                del running[home]
        time.sleep(0.005)
    return over


def _start_editing(home):
    home.mkdir(mode=0o700)
    data = home / "tables"
    data.mkdir()
    for name in ("a", "b", "c"):
        (data / f"{name}.csv").write_text(_TABLE, encoding="utf-8")
    return _forked(home, "edit")


def _kill_when_due(home, process):
    """Return when the window was killed; `None`: it is not time yet."""
    edits = _log(home)
    if not edits:
        _require_alive(home, process)
        return None
    if time.monotonic() < edits[0][0] + random.Random(home.name).uniform(0.0, _LONGEST_S):
        return None
    os.kill(process, signal.SIGKILL)
    killed_at = time.monotonic()
    os.waitpid(process, 0)
    return killed_at


def _start_again(home):
    return _forked(home, "recover")


def _wait_for(home, process):
    ended, status = os.waitpid(process, os.WNOHANG)
    if not ended:
        return None
    assert os.waitstatus_to_exitcode(status) == 0, f"{home}: {_complaints(home)}"
    return 0


def _require_alive(home, process):
    assert os.waitpid(process, os.WNOHANG)[0] == 0, f"{home}: {_complaints(home)}"
    born = (home / "tables").stat().st_mtime
    assert time.time() - born < _PATIENCE_S, f"{home}: nothing was edited. {_complaints(home)}"


def _judge(run, home, killed_at):
    """Compare what came back with what was done before the kill."""
    done = _log(home)
    said = json.loads((home / "recovered.json").read_text(encoding="utf-8"))
    states = [state for _, _, state in done]
    run.kills += 1
    run.edits += sum(kind == "edit" for _, kind, _ in done)
    run.saves += sum(kind == "save" for _, kind, _ in done)
    run.offered += said["offers"] > 0
    run.offered_twice += said["offers"] > 1
    run.offered_again += said["offers_after"] > 0
    run.strays += said["strays"]
    if said["state"] in states:
        newest = len(states) - 1 - states[::-1].index(said["state"])
    elif said["state"] == said["first"]:
        newest = -1
    else:
        run.unknown.append(home.name)
        return
    lost = [when for when, kind, _ in done[newest + 1 :] if kind == "edit"]
    run.most_lost = max(run.most_lost, len(lost))
    run.longest_lost_s = max([run.longest_lost_s, *(killed_at - when for when in lost)])


def _log(home):
    """Return what was done in a window: when, what, and the state after it."""
    try:
        lines = (home / "done.txt").read_text(encoding="utf-8").split("\n")[:-1]
    except OSError:
        return []
    return [(float(when), kind, state) for when, kind, state in (line.split() for line in lines)]


def _complaints(home):
    return (home / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-2000:]


# The windows


def _forked(home, what):
    process = os.fork()
    if process:
        return process
    complaints = os.open(home / "stderr.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(complaints, stream)
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    os.environ["HOME"] = str(home)
    code = 1
    try:
        code = _edit(home) if what == "edit" else _recover(home)
    except BaseException:  # noqa: BLE001  (the process ends here: nobody else would see it)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _edit(home):
    """Open three tables, save them as a session, and edit until killed."""
    from tests.helpers.window_hands import edit_for_ever

    return edit_for_ever(home)


def _recover(home):
    """Start again, take what is offered, save it, quit; write down what was seen."""
    from tests.helpers.window_hands import take_up_again

    return take_up_again(home)


def state_of(text):
    """Return a short name for what was decided in a session, wherever its file lies."""
    content = json.loads(text)
    for name in ("autosave_of", "layout"):
        content.pop(name, None)
    for entry in content["entries"]:
        entry["path"] = Path(entry["path"]).name
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
