"""Work on a session in several processes, on this machine or on a Dask cluster.

The others only fill the folder of results and write files; the chain of the first process goes the
same way as without them, and finds on the disk what they computed. So the numbers are the same.
"""

import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from engine.files.folders import make_folder
from engine.files.text import write_text
from engine.progress import SILENT, Progress
from engine.project import worker
from engine.project.chain import Chain
from engine.project.exports import IfExists, PlannedFile, Written
from engine.project.keys import NodeKey
from engine.project.session import Session
from engine.project.session_file import session_text

_PATIENCE_S = 0.2  # between looks at whether the work is still wanted
_PORTIONS = 4  # that each worker gets of one step: small enough to end together


@dataclass(frozen=True, slots=True)
class Workers:
    """Processes that take work.

    Attributes
    ----------
    executor : Executor
        Where work is handed in.
    size : int
        How much of it is done at the same time.
    """

    executor: Executor
    size: int


class Crew:
    """Workers that know one session. See `crew_on`.

    Parameters
    ----------
    session : Session
        What they work on.
    workers : Workers
        Who works.
    order : Order
        Where they find it.
    """

    def __init__(self, session: Session, workers: Workers, order: worker.Order) -> None:
        self._session = session
        self._workers = workers
        self._order = order

    def compute(
        self, chain: Chain, keys: Sequence[NodeKey], *, progress: Progress = SILENT
    ) -> None:
        """Let results be computed that the disk does not have.

        Parameters
        ----------
        chain : Chain
            Tells what is there already; gets nothing itself.
        keys : sequence of NodeKey
            In the order of the chain: nothing is begun before all of the step before is done.
        progress : Progress, optional
            Told how many are done.

        Raises
        ------
        EngineError
            If the workers cannot work. What single results lack is found out by the chain.
        Cancelled
            If ``progress`` says so.
        """
        done = 0
        for _, step in groupby(keys, key=lambda key: key.step):
            nodes = tuple(step)
            missing = [key for key in nodes if self._is_missing(chain, key)]
            done += len(nodes) - len(missing)
            for _, size, _ in self._each(worker.compute, missing, (), progress, (done, len(keys))):
                done += size

    def write(
        self,
        _session: Session,
        _chain: Chain,
        folder: Path,
        files: Sequence[PlannedFile],
        *,
        exists: IfExists = "refuse",
        progress: Progress = SILENT,
    ) -> Written:
        """Let files be written: see `engine.project.exports.write_files`."""
        arguments = (str(folder.absolute()), exists)
        found = {
            start: reply
            for start, _, reply in self._each(
                worker.write, list(files), arguments, progress, (0, len(files))
            )
        }
        names = [folder / Path(path).name for one in sorted(found) for path in found[one].paths]
        skipped = [pair for one in sorted(found) for pair in found[one].skipped]
        return Written(tuple(names), tuple(skipped))

    def _is_missing(self, chain: Chain, key: NodeKey) -> bool:
        try:
            return not chain.store.has_saved(chain.digest(self._session, key))
        except EngineError:
            return False  # there is nothing to compute it from

    def _each(
        self,
        work: Callable[..., worker.Reply],
        items: list[Any],
        arguments: tuple[Any, ...],
        progress: Progress,
        place: tuple[int, int],
    ) -> Iterator[tuple[int, int, worker.Reply]]:
        """Hand out ``items`` in portions; yield start, size and reply of each that is done."""
        done, total = place
        portion = max(1, len(items) // (_PORTIONS * self._workers.size))
        running: dict[Future[worker.Reply], tuple[int, int]] = {}
        for start in range(0, len(items), portion):
            part = tuple(items[start : start + portion])
            future = self._workers.executor.submit(work, self._order, part, *arguments)
            running[future] = (start, len(part))
        try:
            while running:
                finished, _ = wait(running, timeout=_PATIENCE_S, return_when=FIRST_COMPLETED)
                for future in finished:
                    start, size = running.pop(future)
                    reply = future.result()
                    if reply.trouble:
                        raise EngineError(reply.trouble)
                    done += size
                    yield start, size, reply
                progress.step(done, total, str(getattr(items[0], "step", "")))
        finally:
            for future in running:
                future.cancel()


@contextmanager
def crew_on(session: Session, workers: Workers, results: Path) -> Iterator[Crew]:
    """Let ``workers`` know ``session``, as long as the context lasts.

    Parameters
    ----------
    session : Session
        What they will work on.
    workers : Workers
        Who works; all must see the files of the session, and ``results``.
    results : Path
        Folder of a `engine.project.disk_cache.DiskCache`.
    """
    run = Path(tempfile.mkdtemp(prefix="run-", dir=make_folder(results.absolute())))
    try:
        write_text(run / worker.SESSION_NAME, session_text(session, None))
        yield Crew(session, workers, worker.Order(str(results.absolute()), str(run)))
    finally:
        shutil.rmtree(run, ignore_errors=True)  # whoever is still at work stops


@contextmanager
def processes(count: int) -> Iterator[Workers]:
    """Start up to ``count`` processes on this machine; they end with the context.

    Raises
    ------
    EngineError
        If one of them ends before its time.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=worker.begin_worker)
    with _interrupts_left_to_this_process():
        for _ in range(count):
            pool.submit(os.getpid)  # starts one
    try:
        yield Workers(pool, count)
    except BrokenExecutor as error:
        raise EngineError(
            "A worker process ended before its work was done.",
            hint="If the memory was full, run with fewer --jobs.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupts_left_to_this_process() -> Iterator[None]:
    """Let processes that are started here not be reached by Ctrl+C, not even while they start."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # on starting, it lets interrupts through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
