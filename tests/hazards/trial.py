"""Opens files as the window and the command do, in a process that is watched.

The watched process answers one line for each file; the watcher sees whether it dies, how long a
verdict takes, and how far its memory rises.
"""

import json
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 20.0  # a verdict after 5 s is a fault; later than this, the process is ended
_SESSION = ".fluxknot"


@dataclass(frozen=True)
class Trial:
    """What came of one file.

    Attributes
    ----------
    verdict : str
        ``"loads"``, ``"warns"``, ``"refused"``; ``"bug"``: an exception that is no sentence;
        ``"death"``: the process ended; ``"hang"``: it was ended.
    sentences : tuple of str
        What was said; of a bug, its last lines.
    seconds : float
        Until the verdict.
    growth_mib : float
        Peak of the resident memory above that before.
    """

    verdict: str
    sentences: tuple[str, ...] = ()
    seconds: float = 0.0
    growth_mib: float = 0.0


def open_like_the_program(path):
    """Return verdict and sentences of one file through the doors of the window and the command.

    A session is read as one, with the files that it names; anything else joins a session.
    """
    from engine.errors import EngineError
    from engine.project.library import Library
    from engine.project.opening import add_files, read_files
    from engine.project.session import Session
    from engine.project.session_place import read_place

    library = Library()
    if str(path).endswith(_SESSION):
        try:
            session, _ = read_place(Path(path))
        except EngineError as error:
            return "refused", [f"{error.what} {error.hint}".strip()]
        return _entries(session, library)
    opened = add_files(Session(), read_files([path], library))
    if opened.refusals:
        return "refused", [f"{one.what} {one.hint}".strip() for one in opened.refusals]
    levels = {one.level for one in opened.messages}
    return "warns" if "warning" in levels else "loads", [one.text for one in opened.messages]


def _entries(session, library):
    """Read the files that a session names; a session whose files are refused warns."""
    from engine.errors import EngineError

    sentences = []
    for entry in session.entries:
        try:
            library.loaded(entry)
        except EngineError as error:
            sentences.append(f"{error.what} {error.hint}".strip())
    return "warns" if sentences else "loads", sentences


def answer(door=open_like_the_program):
    """Answer each line of the input, a path, by one line."""
    door(CHECKOUT / "README.md")  # whatever is imported late is imported here
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        path = json.loads(line)
        before, begin = _resident_mib(), time.perf_counter()
        try:
            verdict, sentences = door(path)
        except Exception as error:  # noqa: BLE001  (that is what is looked for)
            verdict, sentences = "bug", [_last_lines(error)]
        seconds = time.perf_counter() - begin
        print(json.dumps([verdict, sentences, seconds, _peak_mib() - before]), flush=True)  # noqa: T201


def _last_lines(error):
    import traceback

    return "".join(traceback.format_exception(error))[-1500:]


def _resident_mib():
    """Return the memory in use, and forget its peak."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def _peak_mib():
    return _status("VmHWM")


def _status(name):
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024


class Watcher:
    """Lets a process of its own open files, and begins another one when it dies.

    Parameters
    ----------
    program : str, optional
        What the process runs.
    """

    def __init__(self, program="from tests.hazards import trial; trial.answer()"):
        self._program = program
        self._child = None
        self.n_deaths = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def try_one(self, path: Path) -> Trial:
        """Return what came of one file."""
        if self._child is None:
            self._child = self._begun()
        self._child.stdin.write(json.dumps(str(path)) + "\n")
        self._child.stdin.flush()
        begin = time.perf_counter()
        if not select.select([self._child.stdout], [], [], PATIENCE_S)[0]:
            self._end()
            return Trial("hang", seconds=PATIENCE_S)
        line = self._child.stdout.readline()
        if not line:
            self.n_deaths += 1
            code = self._child.wait()
            self._end()
            return Trial("death", (f"ended by {code}",), time.perf_counter() - begin)
        verdict, sentences, seconds, growth = json.loads(line)
        return Trial(verdict, tuple(sentences), seconds, growth)

    def _begun(self):
        child = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-c", self._program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            text=True,
        )
        assert child.stdout.readline() == "ready\n"
        return child

    def _end(self):
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child.stdin.close()
            self._child.stdout.close()
            self._child = None
