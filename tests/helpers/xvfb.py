"""A display of its own with a mouse and a keyboard, for tests of the real window."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

_STEP_S = 0.012  # between two places of a drag, as a hand moves
_BUTTONS = {"left": "1", "middle": "2", "right": "3"}
_START_S = 20.0
_DOUBLE_CLICK_S = 0.45  # presses closer than this are one double click


def need_display_programs():
    """Skip the test, saying why, where the programs that it needs are not installed."""
    for program, package in (("Xvfb", "xvfb"), ("xdotool", "xdotool")):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}: install the package {package} to run journeys")


class Display:
    """A virtual screen that no one sees, and the hand that works on it.

    Places are pixels of the screen, counted from the upper left corner.
    """

    def __init__(self, folder, *, size=(1280, 720)):
        self.size = size
        self._pressed_s = 0.0
        self._log = (Path(folder) / "xvfb.log").open("wb")
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size[0]}x{size[1]}x24"]
        self._server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset"], pass_fds=(writing,), stderr=self._log
        )
        os.close(writing)
        self.name = f":{_first_line(reading)}"
        os.close(reading)

    def close(self):
        """End the display."""
        self._server.terminate()
        self._server.wait(timeout=_START_S)
        self._log.close()

    # The mouse

    def move(self, place):
        """Put the mouse at ``place``."""
        self._do("mousemove", *_texts(place))

    def click(self, place, *, button="left", keys=(), times=1):
        """Click at ``place`` with ``keys`` held."""
        number = _BUTTONS[button]
        self._reach(place)
        self._do(
            *_held("keydown", keys), "click", "--repeat", str(times), "--delay", "40", number,
            *_held("keyup", keys),
        )  # fmt: skip

    def press(self, place, *, button="left", keys=()):
        """Press a button at ``place`` with ``keys`` held, and hold it."""
        self._reach(place)
        self._do(*_held("keydown", keys), "mousedown", _BUTTONS[button])

    def glide(self, start, end, *, steps=12):
        """Move the mouse from ``start`` to ``end`` as a hand does."""
        for i in range(1, steps + 1):
            self.move([a + (b - a) * i / steps for a, b in zip(start, end, strict=True)])
            time.sleep(_STEP_S)

    def release(self, *, button="left", keys=()):
        """Let the button, and ``keys``, go."""
        self._do("mouseup", _BUTTONS[button], *_held("keyup", keys))

    def drag(self, start, end, *, button="left", keys=(), steps=12):
        """Press at ``start``, move to ``end``, release."""
        self.press(start, button=button, keys=keys)
        self.glide(start, end, steps=steps)
        self.release(button=button, keys=keys)

    # The keyboard

    def focus(self, window):
        """Give the keyboard to a window (its number), as a window manager does."""
        self._do("windowfocus", str(window))

    def key(self, *names):
        """Press and release keys one after the other: ``"ctrl+z"``, ``"Return"``, ``"a"``."""
        self._do("key", "--delay", "20", *names)

    def type(self, text):
        """Type ``text``."""
        self._do("type", "--delay", "4", "--", text)

    def _reach(self, place):
        """Move to ``place``, and wait until a press there is no second half of a double click."""
        self.move(place)
        time.sleep(max(_STEP_S, self._pressed_s + _DOUBLE_CLICK_S - time.monotonic()))
        self._pressed_s = time.monotonic()

    def _do(self, *words):
        subprocess.run(
            ["xdotool", *words],
            env=os.environ | {"DISPLAY": self.name},
            check=True,
            timeout=30,
            capture_output=True,
        )


def _first_line(reading):
    with os.fdopen(os.dup(reading), encoding="ascii") as stream:
        line = stream.readline().strip()
    if not line:
        pytest.fail("Xvfb ended before it had a display")
    return line


def _texts(place):
    return [str(round(value)) for value in place]


def _held(word, keys):
    return [part for key in keys for part in (word, key)]
