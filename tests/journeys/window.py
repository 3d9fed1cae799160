"""The real program in a process of its own, on a display of its own."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]
_DRIVER = "tests.journeys.driver"
_SOCKET = "FLUXKNOT_JOURNEY_SOCKET"  # number of the socket that the driver answers on
_ANSWER_S = 30.0  # a window that does not answer for so long hangs
_LOOK_S = 0.05


class RealWindow:
    """A started program, seen and worked on as a person does: through its display.

    Parameters
    ----------
    display : tests.helpers.xvfb.Display
        Where it opens.
    home : path-like
        Its home: settings, copies of unsaved work, caches.
    arguments : sequence of str
        Of the command ``fluxknot``.
    """

    def __init__(self, display, home, *arguments):
        self.display = display
        self.arguments = arguments
        self.home = Path(home)
        self.home.mkdir(exist_ok=True)
        ours, theirs = socket.socketpair()
        self._ours = ours
        self._ours.settimeout(_ANSWER_S)
        self._stream = ours.makefile("rw", encoding="utf-8")
        self._complaints = (self.home / "stderr.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", _DRIVER, *(str(one) for one in arguments)],
            env=_environment(display, self.home)
            | {"FLUXKNOT_JOURNEY_SOCKET": str(theirs.fileno())},
            cwd=self.home,
            pass_fds=(theirs.fileno(),),
            stderr=self._complaints,
        )
        theirs.close()

    # Asking

    def ask(self, question, /, **arguments):
        """Return the answer to a question of `tests.journeys.answers`."""
        said = self._said(question, arguments)
        if "not there" in said:
            pytest.fail(f"{question} {arguments}: {said['not there']}\n{self.complaints()}")
        return said["answer"]

    def wait(self, question, is_wanted=bool, /, *, seconds=30.0, **arguments):
        """Ask again until the answer is wanted, and return it."""
        end = time.monotonic() + seconds
        while True:
            said = self._said(question, arguments)
            if "answer" in said and is_wanted(said["answer"]):
                return said["answer"]
            if time.monotonic() > end:
                seen = self.home / "stuck.png"
                self._said("picture", {"path": str(seen)})
                pytest.fail(
                    f"{question} {arguments} stayed {said}; see {seen}\n{self.complaints()}"
                )
            time.sleep(_LOOK_S)

    def wait_until_ready(self, *, seconds=60.0):
        """Wait until the program has begun and no job is under way."""
        self.wait("is_ready", seconds=seconds)

    def complaints(self):
        """Return what the process wrote to standard error, and the faults in its log file."""
        said = (self.home / "stderr.txt").read_text(encoding="utf-8", errors="replace")
        log = self.home / "state" / "fluxknot" / "log" / "fluxknot.log"
        return said + (log.read_text(encoding="utf-8") if log.exists() else "")

    def _said(self, name, arguments):
        try:
            self._stream.write(json.dumps({"name": name, "arguments": arguments}) + "\n")
            self._stream.flush()
            line = self._stream.readline()
        except OSError as error:
            pytest.fail(f"the window did not answer: {error}\n{self.complaints()}")
        if not line:
            pytest.fail(f"the process ended, code {self.process.wait()}\n{self.complaints()}")
        return json.loads(line)

    # Doing

    def click(self, name, **how):
        """Click on what is called ``name``, as soon as it can be seen."""
        self.display.click(self.wait("place", bool, name=name), **how)

    def choose(self, *names):
        """Click through a menu: ``choose("View", "Theme", "Dark")``."""
        for name in names:
            self.click(name)

    def key(self, *names):
        """Press keys one after the other: ``"ctrl+z"``, ``"Return"``, ``"a"``."""
        self.display.focus(self.ask("keyboard_window"))
        self.display.key(*names)

    def type(self, text):
        """Type a text."""
        self.display.focus(self.ask("keyboard_window"))
        self.display.type(text)

    def answer_file_dialog(self, title, *paths):
        """Type the names of files into the dialog called ``title``, and accept it."""
        self.wait("dialog", lambda shown: shown == title)
        quoted = " ".join(f'"{path}"' for path in paths) if len(paths) > 1 else str(paths[0])
        self.key("alt+n")
        self.type(quoted)
        self.key("Return")
        self.wait("dialog", lambda shown: shown != title)

    def picture(self, path):
        """Write what the display shows to ``path``."""
        self.ask("picture", path=str(path))

    def kill(self):
        """End the process at once, as ``kill -9`` does; once it has ended nothing happens."""
        self.process.kill()
        self._end()

    def quit(self, *, answer=""):
        """Quit as the user does; ``answer`` is the button when unsaved work is asked about."""
        self.key("ctrl+q")
        if answer:
            self.click(answer)
        assert self.process.wait(timeout=_ANSWER_S) == 0
        self._end()

    def _end(self):
        self.process.wait(timeout=_ANSWER_S)
        with contextlib.suppress(OSError):
            self._stream.close()
        self._ours.close()
        self._complaints.close()


def _environment(display, home):
    """Return the environment of a user who has nothing but this display and this home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    folders = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for folder in folders.values():
        folder.mkdir(mode=0o700, exist_ok=True)
    return kept | {
        **{name: str(folder) for name, folder in folders.items()},
        "DISPLAY": display.name,
        "QT_QPA_PLATFORM": "xcb",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": str(_CHECKOUT),
    }
