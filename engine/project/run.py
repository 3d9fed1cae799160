"""Running the whole chain of a session."""

import threading
from concurrent.futures import Executor, ThreadPoolExecutor

from engine.errors import Cancelled, EngineError
from engine.progress import SILENT, Progress
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from engine.project.session import Session


def evaluate_all(
    session: Session,
    chain: Chain,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    progress: Progress = SILENT,
) -> tuple[tuple[NodeKey, str], ...]:
    """Compute every result that ``session`` has.

    Parameters
    ----------
    session : Session
        What is computed.
    chain : Chain
        Keeps the results.
    jobs : int, optional
        Results computed at the same time; they are the same for any number.
    executor : Executor, optional
        Where the work is done, in place of threads of our own.
    progress : Progress, optional
        Told after each result.

    Returns
    -------
    tuple of (NodeKey, str)
        The results that cannot be had, and why.

    Raises
    ------
    Cancelled
        If ``progress`` says so; what was not begun is left alone.
    """
    keys = chain.keys(session)
    if executor is not None:
        return _evaluate(session, chain, keys, executor, progress)
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        return _evaluate(session, chain, keys, threads, progress)


def _evaluate(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    executor: Executor,
    progress: Progress,
) -> tuple[tuple[NodeKey, str], ...]:
    stop = _Stop(progress)

    def reason(key: NodeKey) -> str:
        try:
            chain.evaluate(session, key, stop)
        except EngineError as error:
            return error.sentence
        return ""

    running = [executor.submit(reason, key) for key in keys]
    failures = []
    try:
        for done, (key, future) in enumerate(zip(keys, running, strict=True)):
            if why := future.result():
                failures.append((key, why))
            progress.step(done + 1, len(keys), str(key))
    finally:  # nothing is left to stop unless it was cut short
        stop.now()
        for future in running:
            future.cancel()
    return tuple(failures)


class _Stop:
    """Lets the work of all threads end when one of them does, or the caller has had enough."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._is_wanted = threading.Event()

    def step(self, done: int, total: int, note: str = "") -> None:
        if self._is_wanted.is_set():
            raise Cancelled
        self._progress.step(done, total, note)

    def now(self) -> None:
        self._is_wanted.set()
