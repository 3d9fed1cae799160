"""What a process beside the first one does: it computes results into a folder that both share.

Nothing but names goes from one process to the other; session and results are files. An error of
the analyses is not sent either: whoever asked meets it again on asking for the result.
"""

import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path

from engine.errors import Cancelled, EngineError
from engine.project.chain import Chain
from engine.project.disk_cache import DiskCache
from engine.project.exports import IfExists, PlannedFile, write_files
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.session import Session
from engine.project.session_file import read_session
from engine.project.store import Store

SESSION_NAME = "session.fluxknot"
_LIBRARY_BUDGET = 1 * 2**30  # there are several of us
_STORE_BUDGET = 2**28
_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class Order:
    """Where a worker finds what it works on.

    Attributes
    ----------
    results : str
        Folder of results.
    run : str
        Folder with the session; the work is wanted as long as it is there.
    """

    results: str
    run: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker answers.

    Attributes
    ----------
    trouble : str
        Why it could not work; ``""``: it could.
    paths : tuple of str
        Files that were written.
    skipped : tuple of (str, str)
        Names that were not written, and why.
    """

    trouble: str = ""
    paths: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()


def begin_worker() -> None:
    """Prepare a process of its own: it leaves Ctrl+C to the first one, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def compute(order: Order, keys: Sequence[NodeKey]) -> Reply:
    """Compute results, and leave them in the folder of results."""
    try:
        session, chain = _opened(order)
        for key in keys:
            _compute_one(session, chain, key, order)
    except EngineError as error:
        return Reply(trouble=error.sentence)
    except Cancelled:
        return Reply()
    return Reply()


def write(order: Order, files: Sequence[PlannedFile], folder: str, exists: IfExists) -> Reply:
    """Write planned files into ``folder``."""
    try:
        session, chain = _opened(order)
        written = write_files(
            session, chain, Path(folder), files, exists=exists, progress=_While(order.run)
        )
    except EngineError as error:
        return Reply(trouble=error.sentence)
    except Cancelled:
        return Reply()
    return Reply(paths=tuple(map(str, written.paths)), skipped=written.skipped)


def _compute_one(session: Session, chain: Chain, key: NodeKey, order: Order) -> None:
    try:
        chain.evaluate(session, key, _While(order.run))
    except EngineError:
        return  # the first process finds out the same, and tells it


@lru_cache(maxsize=1)
def _opened(order: Order) -> tuple[Session, Chain]:
    session = read_session(Path(order.run) / SESSION_NAME)
    store = Store(budget=_STORE_BUDGET, disk=DiskCache(order.results))
    return session, Chain(Library(budget=_LIBRARY_BUDGET), store)


class _While:
    """Stops the work when the folder of the run is gone."""

    def __init__(self, run: str) -> None:
        self._session = Path(run, SESSION_NAME)
        self._looked = 0.0

    def step(self, done: int, total: int, note: str = "") -> None:
        now = time.monotonic()
        if now - self._looked < _PATIENCE_S:
            return
        self._looked = now
        if not self._session.exists():
            raise Cancelled


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)  # nobody is left to hand anything to
