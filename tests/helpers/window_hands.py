"""What hands do in a window that will be killed, and after it was started again."""

import json
import os
import random
import time

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QPushButton, QRadioButton

from engine.mrs.response_params import StarResponseParams
from engine.project.autosave import find_recoveries
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.opening import add_files, read_files
from engine.project.session import Session
from engine.project.session_file import session_text, write_session
from guiapp import app
from guiapp.controllers.main import MainController
from guiapp.dialogs.recovery import RecoveryDialog
from guiapp.document.commands import edit
from tests.helpers.window_kills import state_of

_LONGEST_REST_MS = 300
_SAVED_EVERY = 8
_SAVING = 0.4  # part of the windows that save now and then; the others live from their copies
_LOOK_MS = 20


def edit_for_ever(home):
    """Open a session of three tables and edit in it until the process is killed."""
    path = home / "night.fluxknot"
    write_session(_session_of_tables(home), path)
    application = app.make_application()
    hands = _Hands(home)
    QTimer.singleShot(0, hands.begin)
    assert application
    return app.main(["fluxknot", str(path)])


def take_up_again(home):
    """Start, take what is offered, save, quit; write what was seen to ``recovered.json``."""
    application = app.make_application()
    first = _state(_session_of_tables(home))
    finder = _Finder(home / "night.fluxknot", first)
    QTimer.singleShot(0, finder.look)
    assert application
    code = app.main(["fluxknot", str(home / "night.fluxknot")])
    copies = home / "data" / "fluxknot" / "autosave"
    places = [home, *(one for one in (copies,) if one.exists())]
    known = {"night.fluxknot", "night.fluxknot~", "done.txt", "stderr.txt", "recovered.json"}
    strays = [
        one.name
        for place in places
        for one in place.iterdir()
        if one.is_file() and one.name not in known
    ]
    finder.seen |= {"offers_after": len(find_recoveries(copies)), "strays": strays}
    (home / "recovered.json").write_text(json.dumps(finder.seen), encoding="utf-8")
    return code


class _Hands:
    """Edits, undoes, redoes and saves at random moments, and writes down what was done."""

    def __init__(self, home):
        self._chance = random.Random(home.name)
        self._log = os.open(home / "done.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._count = 0
        self._saves = self._chance.random() < _SAVING

    def begin(self):
        """Wait until the session is open."""
        controller = _controller()
        if controller is None or not controller.workspace.session.entries:
            QTimer.singleShot(_LOOK_MS, self.begin)
            return
        self._controller = controller
        self.act()

    def act(self):
        """Do one thing; do the next some time later."""
        self._count += 1
        window = self._controller._window
        if self._saves and self._count % _SAVED_EVERY == 0:
            window.action("file.save").trigger()
            self._note("save")
        else:
            move = self._chance.choice(
                [self._exclude, self._fit, self._fit, "edit.undo", "edit.redo"]
            )
            before = self._controller.workspace.session
            window.action(move).trigger() if isinstance(move, str) else move()
            if self._controller.workspace.session is not before:
                self._note("edit")
        QTimer.singleShot(self._chance.randrange(_LONGEST_REST_MS), self.act)

    def _exclude(self):
        space = self._controller.workspace
        subject = self._chance.choice(["e1", "e2", "e3"])
        edit(
            space.document, space.session.with_exclusion(subject, f"edit {self._count}"), "Exclude"
        )

    def _fit(self):
        params = StarResponseParams(
            degree=self._chance.randint(1, 5), breakpoints_um=(self._chance.uniform(5.0, 5.3),)
        )
        self._controller.workspace.set_params(NodeKey("response", "*"), params, "Fit")

    def _note(self, kind):
        state = _state(self._controller.workspace.session)
        os.write(self._log, f"{time.monotonic()} {kind} {state}\n".encode())


class _Finder:
    """Looks for the offer, takes it, saves, and quits."""

    def __init__(self, path, first):
        self._path = path
        self.seen = {"offers": 0, "first": first, "state": ""}

    def look(self):
        """Wait until the program has begun: with an offer, or with the session open."""
        controller = _controller()
        offers = [one for one in QApplication.topLevelWidgets() if isinstance(one, RecoveryDialog)]
        if controller is None or not (offers or controller.workspace.session.entries):
            QTimer.singleShot(_LOOK_MS, self.look)
            return
        self._controller = controller
        if offers:
            self.seen["offers"] = len(offers[0].findChildren(QRadioButton))
            buttons = {one.text(): one for one in offers[0].findChildren(QPushButton)}
            buttons["Recover"].click()
        QTimer.singleShot(_LOOK_MS, self.finish)

    def finish(self):
        """Save what came back, and quit as the user does."""
        self.seen["state"] = _state(self._controller.workspace.session)
        window = self._controller._window
        window.action("file.save").trigger()
        assert not self._controller.workspace.document.is_modified
        window.action("file.quit").trigger()


def _controller():
    """Return the controller of the window; `None`: it has not begun."""
    windows = QApplication.topLevelWidgets()
    found = (window.findChild(MainController) for window in windows)
    return next((one for one in found if one is not None), None)


def _session_of_tables(home):
    return add_files(Session(), read_files([home / "tables"], Library())).session


def _state(session):
    return state_of(session_text(session, None))
