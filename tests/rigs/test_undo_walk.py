"""A long random walk over every kind of edit, undone to the start and redone to the end.

The whole window takes part, with data of all four demos in one session; what hands do is sent
through the signals of views and panels. Computing is held back, but for what an edit needs to see:
the walk is about edits. The window follows the first action in each view.
"""

import gc
import hashlib
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.analyses import RESPONSE
from engine.errors import Cancelled
from engine.progress import SILENT
from engine.project.demo import write_demo
from engine.project.session_file import session_text
from engine.simulate.demo import _products
from engine.simulate.instrument import draw_instrument
from guiapp.controllers.star_response_edits import _HANDLERS
from guiapp.document import commands
from guiapp.settings.preferences import Preferences
from guiapp.views.response_edits import AddBreak, AddMask, AddPatch, AddSampleRange, HoldValue
from tests.helpers.edit_moves import (
    CONTROLLERS,
    FORM,
    MOVES,
    edit_response,
    edit_sites,
    one_of,
)
from tests.helpers.program import Program

pytestmark = pytest.mark.rig

STEPS = int(os.environ.get("FLUXKNOT_WALK_ACTIONS", "10000"))
SEEDS = tuple(range(5))
_MOST_GROWTH_MIB = 200
_CHECKED_EVERY = 100
_TRIES = 20  # of a move that chooses at random what it is done to
_FIRST_KINDS = (HoldValue, AddMask, AddPatch, AddBreak, AddSampleRange)  # others change these
_COMPUTED = ("factors", "response")  # views whose edits need to see a result
_UNSEEN = 150  # actions in one view between those that the window follows
_PATIENCE_MS = 300_000
_PAGE_MIB = 4096 / 2**20
#: Parts of the names of files of the MRS that take part: small ones of every kind.
_TAKEN = ("ch1-short_x1d", "ch1-medium_x1d", "ch4", "models/", "versus/", "well_depths",
          "1538-o001_t001_miri_ch1-short_s3d", "apcorr_1a", "energy_1a", "calculator", "images/",
          "athalia", "sao206462")  # fmt: skip
_NOT_TAKEN = ("ch4-short_s3d", "ch4-medium_s3d", "ch4-long_s3d")
#: Once at the beginning: they read files, and files come back as they were.
_SLOW = {"read a changed file", "choose columns", "find a moved file", "open a file"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Write a session's worth of data of every instrument; return their folders."""
    folder = tmp_path_factory.mktemp("demos")
    instrument = draw_instrument(np.random.default_rng([2025, 0]))
    for product in _products(instrument, 2025, "small"):
        if _is_taken(product.name):
            path = folder / "mrs" / product.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(product.make(np.random.default_rng(1)).content)
    (folder / "mrs" / "plain.txt").write_text("wave flux\n" + "5.0 1.0\n5.1 1.1\n5.2 1.2\n" * 9)
    for name in ("imaging", "nircam", "lrs"):
        write_demo(folder / name, name=name, size="small")
    return sorted(folder.iterdir())


def _is_taken(name):
    return any(part in name for part in _TAKEN) and not any(part in name for part in _NOT_TAKEN)


@pytest.fixture
def preferences(qapp, tmp_path):
    """Return preferences of this test."""
    made = Preferences(tmp_path / "settings.json")
    made.set("cache_mb", 256)
    return made


class Walk:
    """A window that a random hand works in."""

    def __init__(self, program, folder, rng):
        self.program = program
        self.space = program.space
        self.folder = folder
        self.rng = rng
        self.start = program.session
        self.browser = program.controller.browser
        self.panel = program.window.data_browser
        self.gestures = 1
        self.seen = set()
        self.kinds = set()
        self.idle = []
        self.no_form = []
        self._is_computing = False
        self._computed = set()
        self.done = 0

    @property
    def session(self):
        return self.space.session

    def kept_mib(self):
        """Return the memory of results and files that are kept up to a limit of their own."""
        chain = self.space.chain
        return (chain.store._used + chain.library._used) / 2**20

    def hold(self, monkeypatch):
        """Compute nothing from now on but what `computed` asks for."""
        evaluate = self.space.chain.evaluate

        def held(session, key, progress=SILENT):
            if not self._is_computing:
                raise Cancelled
            return evaluate(session, key, progress)

        monkeypatch.setattr(self.space.chain, "evaluate", held)

    @contextmanager
    def computing(self):
        """Compute in the background as usual meanwhile."""
        self._is_computing = True
        yield
        self._is_computing = False

    @contextmanager
    def unseen(self):
        """Let the window not follow the session meanwhile: what it shows is not walked."""
        self.space.document.blockSignals(True)
        yield
        self.space.document.blockSignals(False)

    def record(self, monkeypatch):
        """Note which functions of the controllers push edits."""
        begin = commands.EditSession.__init__

        def noted(command, *args, **kwargs):
            frame = sys._getframe(1)
            while frame is not None:
                path = Path(frame.f_code.co_filename)
                if path.parent == CONTROLLERS:
                    self.seen.add(f"{path.stem}.{frame.f_code.co_name}")
                frame = frame.f_back
            begin(command, *args, **kwargs)

        monkeypatch.setattr(commands.EditSession, "__init__", noted)

    def controller(self, view):
        """Show a view; return its controller."""
        if self.program.window.current_view != view:
            self.program.window.set_view(view)
            self.program.qtbot.wait(0)
            self.program.delete_closed()
        return self.program.controller.views[view]

    def computed(self, view):
        """Show a view with a result, if only one that was good once; return its controller."""
        if view in self._computed:
            return self.controller(view)
        self._computed.add(view)
        controller = self.controller(view)
        self._wait()  # what is held meanwhile ends, else it is not asked for again
        with self.computing():
            controller.refresh()
            self._wait()
        return controller

    def _wait(self):
        """Let all that is under way end, however busy the machine is."""
        self.program.qtbot.waitUntil(lambda: not self.program.jobs, timeout=_PATIENCE_MS)
        self.program.settle()

    def compute_three(self, step, band):
        """Compute a step of three stars in one band, and select one of them."""
        keys = self.space.chain.keys_of(self.session, step)
        segments = [(key, self.session.segment(key.subject)) for key in keys]
        found = [key for key, one in segments if one.identity.band == band and not one.is_cube]
        with self.computing():
            for key in found[:3]:
                self.space.chain.evaluate(self.session, key)
        self.space.selection.select((found[0].subject,))

    def act(self, move):
        """Do one thing; return whether it was an edit."""
        if move.view:
            self.controller(move.view)
        before = self.session
        move.act(self, self.rng)
        self.done += self.session is not before
        return self.session is not before

    def do_everything_once(self):
        """Do every move, every kind of edit of a response, and type into the form of each view."""
        self.compute_three(RESPONSE.name, "1A")
        computed = [one for one in MOVES if one.view in _COMPUTED]
        others = [one for one in MOVES if one.view and one not in computed]
        for move in (*computed, *others):
            self._do_once(move)
            if move.act is edit_response:
                self._edit_response_in_every_way()
        for view in self.program.controller.views.kinds:
            self.controller(view)
            if not any(self.act(MOVES[FORM]) for _ in range(_TRIES)):
                self.no_form.append(view)
        for move in MOVES:
            if not move.view:  # they close files and give roles: last, while all is there
                self._do_once(move)

    def _do_once(self, move):
        if not any(self.act(move) for _ in range(_TRIES)):
            self.idle.append(f"{move.view} {move.name}")

    def _edit_response_in_every_way(self):
        kinds = sorted(_HANDLERS, key=lambda one: one not in _FIRST_KINDS)
        for kind in kinds:
            for _ in range(_TRIES):
                if kind in self.kinds:
                    break
                before = self.session
                edit_response(self, self.rng, kind)
                self.done += self.session is not before

    def wander(self, steps):
        """Do ``steps`` things at random, undoing and redoing a few now and then."""
        stack = self.program.stack
        quick = [one for one in MOVES if one.name not in _SLOW]
        views = sorted(
            {one.view for one in MOVES if one.view} | set(self.program.controller.views.kinds)
        )
        while self.done < steps:
            view = one_of(self.rng, views)
            self.controller(view)
            here = [one for one in quick if one.view in {"", view}]
            self.act(one_of(self.rng, here))
            with self.unseen():
                for _ in range(_UNSEEN):
                    self.act(one_of(self.rng, here))
            for _ in range(int(self.rng.integers(4))):
                stack.undo() if self.rng.random() < 0.6 else stack.redo()
                self.done += 1


def memory_mib():
    """Return the resident memory of this process."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_MIB


def digest(session):
    """Return a hash of everything that a session file would hold."""
    return hashlib.sha256(session_text(session, Path("/")).encode()).hexdigest()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_kind_of_edit_is_undone_and_redone_to_the_same_bits(
    folders, seed, qtbot, preferences, tmp_path, monkeypatch, record_property
):
    rng = np.random.default_rng(seed)
    program = Program(qtbot, preferences)
    program.controller.files.open_paths([str(one) for one in folders])
    program.settle()
    walk = Walk(program, tmp_path, rng)
    walk.hold(monkeypatch)
    walk.record(monkeypatch)
    stack = program.stack
    base = stack.index()
    first, before = walk.session, digest(walk.session)
    begun = time.process_time()

    walk.do_everything_once()
    memory, kept = memory_mib(), walk.kept_mib()
    walk.wander(STEPS)
    last, after = walk.session, digest(walk.session)
    growth, walked = memory_mib() - memory, time.process_time()
    kept_more = walk.kept_mib() - kept
    n_edits, index = stack.count(), stack.index()
    with walk.unseen():
        places = {place: "" for place in range(index, base - 1, -1) if place % _CHECKED_EVERY == 0}
        for place in places:
            stack.setIndex(place)
            places[place] = digest(walk.session)
        stack.setIndex(base)
        start_again = (walk.session, digest(walk.session))
        for place in reversed(places):
            stack.setIndex(place)
            assert digest(walk.session) == places[place]
        stack.setIndex(index)
        end_again = (walk.session, digest(walk.session))

    missed = edit_sites() - walk.seen
    said = {
        "actions": walk.done,
        "edits in the history": n_edits,
        "functions that push edits": len(edit_sites()),
        "seconds of processor there": round(walked - begun, 1),
        "seconds of processor back and forth": round(time.process_time() - walked, 1),
        "not walked": sorted(missed),
        "moves without an effect": walk.idle,
        "views without a form that changes anything": walk.no_form,
        "edits of a response not made": [one.__name__ for one in set(_HANDLERS) - walk.kinds],
        "memory growth in MiB": round(growth, 1),
        "of it results that are kept for later, up to a limit": round(kept_more, 1),
    }
    for name, value in said.items():
        record_property(name, value)
    assert start_again == (first, before)
    assert end_again == (last, after)
    assert not missed
    assert not walk.idle
    assert walk.kinds == set(_HANDLERS)
    assert growth - max(kept_more, 0.0) <= _MOST_GROWTH_MIB
