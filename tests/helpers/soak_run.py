"""Many scripted actions in one window; memory, open files and threads are counted on the way.

``python -m tests.helpers.soak_run FOLDER ACTIONS``: prints JSON.
"""

import gc
import json
import logging
import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest

from guiapp import app
from guiapp.dialogs.ask import TextDialog
from guiapp.jobs.garbage import CycleCollector
from guiapp.settings.preferences import Preferences
from tests.helpers.star_files import write_files

_MIB = 4096 / 2**20
_COUNTS = 21  # of memory, files and threads, over the whole run
_QUIET = ("view.zoom_all", "view.zoom_previous", "view.errors", "view.next", "view.previous",
          "view.data_browser", "view.inspector", "edit.copy_data", "calibrate.run_all",
          "inspect.stop_comparing")  # fmt: skip


class Faults(logging.Handler):
    """Keeps what the log says of faults."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


class Soak:
    """A window, and what a hand does in it over and over again."""

    def __init__(self, folder):
        self.application = app.make_application()
        self.collector = CycleCollector(self.application)
        self.collector.start()
        self.window, self.troubles = app.make_window(Preferences(folder / "settings.json"))
        self.troubles.install()
        self.controller = app.begin(self.window, self.troubles, ())
        self.window.resize(1280, 720)
        self.window.show()
        self.controller.files.open_paths([str(write_files(folder / "data"))])
        self.settle()
        self.space = self.controller.workspace
        self.start = self.space.session
        self.rng = np.random.default_rng(0)

    def settle(self):
        """Let what is under way end."""
        while self.controller.workspace.runner.jobs:
            self.application.processEvents()
        self.application.processEvents()
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # as exec does

    def act(self, number):
        """Do one thing; every thousandth begins a new history, as saving and opening does."""
        acts = (self._view, self._select, self._type, self._type, self._leave_out, self._go_back,
                self._keep, self._trigger, self._trigger)  # fmt: skip
        acts[int(self.rng.integers(len(acts)))](number)
        if number % 10 == 0:
            self.settle()
        if number % 1000 == 0:
            self.space.document.start_over(self.start)

    def _one(self, choices):
        choices = list(choices)
        return choices[int(self.rng.integers(len(choices)))]

    def _view(self, _number):
        self.window.set_view(self._one(("cube", "response", "combine", "spectra", "junctions")))

    def _select(self, _number):
        self.space.selection.select((self._one(self.space.session.segments).id,))

    def _type(self, _number):
        key = self._one(self.space.chain.keys_of(self.space.session, "extract"))
        radius = self._one((1.0, 1.5, 2.0))
        params = replace(self.space.params(key), radius_fwhm=radius)
        self.space.set_params(key, params, "Set the radius")

    def _leave_out(self, number):
        self.controller.browser._leave_out((self._one(self.space.session.segments).id,), "soak")

    def _go_back(self, _number):
        stack = self.space.document.undo_stack
        stack.undo() if self.rng.random() < 0.6 else stack.redo()

    def _keep(self, _number):
        self.window.action("inspect.keep_version").trigger()
        for dialog in self.window.findChildren(TextDialog):
            if dialog.isVisible():
                QTest.keyClick(dialog.field, Qt.Key.Key_Return)

    def _trigger(self, _number):
        self.window.action(self._one(_QUIET)).trigger()


def count(soak):
    """Return resident memory and that of the results which are kept, in MiB, files and threads."""
    gc.collect()
    kept = soak.space.chain.store._used / 2**20
    memory = int(Path("/proc/self/statm").read_text().split()[1]) * _MIB
    return memory, kept, len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def main():
    """Soak, and tell what was counted."""
    folder, n_actions = Path(sys.argv[1]), int(sys.argv[2])
    for one in ("config", "data", "cache", "state"):
        (folder / one).mkdir()
        os.environ[f"XDG_{one.upper()}_HOME"] = str(folder / one)
    faults = Faults()
    logging.getLogger().addHandler(faults)
    soak = Soak(folder)
    counted = []
    for number in range(1, n_actions + 1):
        soak.act(number)
        if number % (n_actions // (_COUNTS - 1)) == 0:
            soak.settle()
            counted.append((number, *count(soak), time.process_time()))
    sys.stdout.write(json.dumps({"counted": counted, "faults": faults.said}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
