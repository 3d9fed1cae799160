"""Running the whole chain of a session."""

from concurrent.futures import Executor, ThreadPoolExecutor

from engine.errors import EngineError
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
    """
    keys = chain.keys(session)
    if executor is not None:
        return _evaluate(session, chain, keys, executor, progress)
    with ThreadPoolExecutor(max_workers=jobs) as threads:
        return _evaluate(session, chain, keys, threads, progress)


class Counted:
    """The progress of parts that run at the same time: counts what is done of the whole."""

    def __init__(self, whole: Progress, total: int) -> None:
        self.done = 0
        self._whole = whole
        self._total = total

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report how much of the whole is done; this is also where it is stopped."""
        self._whole.step(self.done, self._total, note)


def _evaluate(
    session: Session,
    chain: Chain,
    keys: tuple[NodeKey, ...],
    executor: Executor,
    progress: Progress,
) -> tuple[tuple[NodeKey, str], ...]:
    counted = Counted(progress, len(keys))

    def reason(key: NodeKey) -> str:
        try:
            chain.evaluate(session, key, counted)
        except EngineError as error:
            return error.sentence
        return ""

    failures = []
    for done, (key, why) in enumerate(zip(keys, executor.map(reason, keys), strict=True)):
        counted.done = done + 1
        counted.step(0, 0, str(key))
        if why:
            failures.append((key, why))
    return tuple(failures)
