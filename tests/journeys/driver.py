"""Runs the program and answers questions about it: where things are, and what it holds.

Started by `tests.journeys.window` as a process of its own. Nothing here changes the program: all
that is done to it comes from the mouse and the keyboard of a display.
"""

import json
import os
import socket
import sys

from PyQt6.QtCore import QSocketNotifier
from PyQt6.QtWidgets import QApplication

from guiapp.command import main
from tests.journeys.answers import ANSWERS, NotThereError

SOCKET = "FLUXKNOT_JOURNEY_SOCKET"


class Answerer:
    """Reads one question a line from a socket, and writes one answer a line."""

    def __init__(self, line):
        self._line = line
        self._stream = line.makefile("rw", encoding="utf-8")
        self._notifier = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._answer)

    def _answer(self):
        asked = self._stream.readline()
        if not asked:
            self._notifier.setEnabled(False)
            return
        question = json.loads(asked)
        try:
            said = {"answer": ANSWERS[question["name"]](**question["arguments"])}
        except NotThereError as error:
            said = {"not there": str(error)}
        self._stream.write(json.dumps(said) + "\n")
        self._stream.flush()


if __name__ == "__main__":
    application = QApplication(["Fluxknot"])
    answerer = Answerer(socket.socket(fileno=int(os.environ.pop(SOCKET))))
    sys.exit(main(sys.argv[1:]))
