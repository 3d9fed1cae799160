"""Who works on a session headless: this process alone, several, or a Dask cluster."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from engine.cli.caching import chain_with_cache, shared_results
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.crew import Crew, Workers, crew_on, processes
from engine.project.dask_workers import dask_workers
from engine.project.disk_cache import DiskCache
from engine.project.exports import WriteFiles
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.store import Store

_WIDTH = 78
_PATIENCE_S = 0.1  # between two lines: a terminal may be slow


@dataclass(frozen=True, slots=True)
class Hands:
    """What works on a session.

    Attributes
    ----------
    chain : Chain
        Where results come from.
    crew : Crew or None
        Who helps.
    progress : Progress
        Where it is told how far the work is.
    """

    chain: Chain
    crew: Crew | None
    progress: Progress

    @property
    def write(self) -> WriteFiles | None:
        """What writes files, when it is not this process."""
        return None if self.crew is None else self.crew.write

    def prepare(self, keys: Sequence[NodeKey]) -> None:
        """Let the others compute results before this process asks for them."""
        if self.crew is not None:
            self.crew.compute(self.chain, keys, progress=self.progress)


@contextmanager
def hands_on(session: Session, options: Namespace) -> Iterator[Hands]:
    """Return who works on ``session``, as ``--jobs`` and ``--scheduler`` say."""
    with _told() as progress:
        if options.scheduler is None and options.jobs == 1:
            yield Hands(chain_with_cache(), None, progress)
            return
        with (
            shared_results() as results,
            _workers(options) as workers,
            crew_on(session, workers, results) as crew,
        ):
            yield Hands(Chain(store=Store(disk=DiskCache(results))), crew, progress)


def _workers(options: Namespace) -> AbstractContextManager[Workers]:
    if options.scheduler is not None:
        return dask_workers(options.scheduler)
    return processes(options.jobs)


@contextmanager
def _told() -> Iterator[Progress]:
    """Tell on standard error where the work is, if a person is looking."""
    if not sys.stderr.isatty():
        yield SILENT
        return
    line = _Line()
    try:
        yield line
    finally:
        line.clear()


class _Line:
    """One line of a terminal that says where the work is."""

    def __init__(self) -> None:
        self._told = 0.0

    def step(self, done: int, total: int, note: str = "") -> None:
        now = time.monotonic()
        if now - self._told >= _PATIENCE_S:
            self._told = now
            self._show(f"{done} of {total}  {note}")

    def clear(self) -> None:
        self._show("")
        print("\r", end="", file=sys.stderr, flush=True)

    @staticmethod
    def _show(text: str) -> None:
        print(f"\r{text[:_WIDTH]:{_WIDTH}}", end="", file=sys.stderr, flush=True)
