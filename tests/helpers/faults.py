"""Lets every slot of the window fail once, in a process of its own, and tells what came of it.

``python -m tests.helpers.faults FOLDER``: prints JSON, a line for each slot whose fault was not
met as it should, and how many there were. The process must end with code 0.
"""

import json
import os
import re
import sys
import traceback
from collections import Counter
from contextlib import suppress
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject, pyqtBoundSignal
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from guiapp import app
from guiapp.controllers.view_controller import ViewController
from guiapp.dialogs.troubles import BugDialog
from guiapp.document.commands import edit
from guiapp.settings.preferences import Preferences
from tests.helpers.star_files import write_files

#: What is sent where a signal carries something of this type.
_VALUES = {"double": 1.0, "int": 1, "QString": "x", "bool": True}
_THINGS = (None, (), {}, [], frozenset())  # what a signal that carries an object may want
_QUIET_DIALOGS = (
    "edit.preferences", "help.keys", "help.about", "tools.message_log", "help.view",
    "file.export", "inspect.health",
)  # fmt: skip


class InjectedError(Exception):
    """The fault that a slot has."""


class Faults:
    """A window with a session in it whose slots fail, one after the other."""

    def __init__(self, folder):
        self.folder = folder
        self.application = app.make_application()
        preferences = Preferences(folder / "settings.json")
        self.window, self.troubles = app.make_window(preferences)
        self.troubles.install()
        self.controller = app.begin(self.window, self.troubles, ())
        self.window.show()
        self.controller.files.open_paths([str(write_files(folder / "data"))])
        self.wait()
        self.counts = Counter()
        self.missed = []
        self.seen = set()
        self.copies = app.state_folder() / "autosave"

    def wait(self):
        """Let everything that is under way end."""
        while self.controller.workspace.runner.jobs:
            self.turn()
        self.turn()

    def turn(self):
        """Let the event loop turn."""
        for _ in range(3):
            self.application.processEvents()

    def _leave_out(self, reason):
        """Edit the session, so that there is work to keep."""
        document = self.controller.workspace.document
        segment = document.session.segments[0].id
        document.blockSignals(True)  # what the window shows has no part in this
        edit(document, document.session.with_exclusion(segment, reason), reason)
        document.blockSignals(False)

    def throw_in(self, owner, signal, kind):
        """Let the one slot of a signal fail, send the signal, and look at what happens."""
        name = f"{type(owner).__name__} {owner.objectName() or _text(owner)} {signal.signal[1:]}"
        reason = f"fault {sum(self.counts.values())}"
        self._leave_out(reason)

        def fail(*_args):
            raise InjectedError(name)

        _disconnect(signal)
        signal.connect(fail)
        _send(signal)
        is_kept = any(reason in path.read_text("utf-8") for path in self.copies.glob("*.fluxknot"))
        self.turn()
        dialog = self.troubles.dialog
        is_shown = isinstance(dialog, BugDialog) and dialog.isVisible()
        if not (is_kept and is_shown and name in dialog._report):
            self.missed.append([kind, name, is_kept, is_shown])
        self.counts[kind] += 1
        if dialog is not None:
            dialog.accept()
        signal.disconnect(fail)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def throw_in_buttons(self, root):
        """Let the slots of every button below ``root`` fail."""
        for button in root.findChildren(QAbstractButton):
            if id(button) not in self.seen:
                self.seen.add(id(button))
                self.throw_in(button, button.clicked, "buttons")

    def throw_in_own_signals(self, owner, kind):
        """Let what listens to the signals that we declared ourselves fail."""
        for name in dir(type(owner)):
            signal = getattr(owner, name, None) if name not in dir(QWidget) else None
            if isinstance(signal, pyqtBoundSignal) and not hasattr(QObject, name):
                self.throw_in(owner, signal, kind)

    def run(self):
        """Throw in everything there is."""
        controller, window = self.controller, self.window
        made = self._dialogs()
        views = [controller.views[name] for name in window.view_area.views]
        self.wait()
        for view in views:
            assert isinstance(view, ViewController)
            self.throw_in_buttons(view.view)
            self.throw_in_own_signals(view.view, "signals of views")
        for panel in (
            window.data_browser,
            window.inspector,
            window.chain_strip,
            window.jobs,
            window.view_area,
            window.welcome,
            window.tour,
            window.palette_box,
        ):
            self.throw_in_own_signals(panel, "signals of panels")
        for dialog in made:
            self.throw_in_buttons(dialog)
        self.throw_in_buttons(window)
        for action in window.findChildren(QAction):
            self.throw_in(action, action.triggered, "actions")
        return {"missed": self.missed, "counts": dict(self.counts), "views": len(views)}

    def _dialogs(self):
        for action_id in _QUIET_DIALOGS:
            self.window.action(action_id).trigger()
        self.wait()
        found = [one for one in self.window.findChildren(QDialog) if one.isVisible()]
        for dialog in found:
            dialog.setModal(False)
        return found


def _disconnect(signal):
    with suppress(TypeError):  # nobody listens
        signal.disconnect()


def _send(signal):
    """Send a signal with values of its types; an object may be of any."""
    inside = re.search(r"\((.*)\)", signal.signal)[1]
    kinds = [one for one in inside.split(",") if one]
    for thing in _THINGS:
        with suppress(TypeError):
            signal.emit(*(_VALUES.get(one, thing) for one in kinds))
            return
    raise AssertionError(f"{signal.signal} cannot be sent")


def _text(owner):
    return owner.text() if hasattr(owner, "text") else ""


def main():
    """Throw, and tell what was not met."""
    folder = Path(sys.argv[1])
    os.environ["XDG_DATA_HOME"] = str(folder / "data-home")
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
    try:
        found = Faults(folder).run()
    except Exception:  # noqa: BLE001  (our own hook would take it for a fault of the program)
        traceback.print_exc()
        os._exit(1)
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # with all slots gone there is nothing left that could close the window


if __name__ == "__main__":
    main()
