"""The chain: which results follow from a session, which of them are at hand, and how to get more.

A result is found by the digest of everything that it was computed from. An edit changes the
digests of what depends on it and of nothing else; undoing the edit brings the old digests back,
and with them the old results, bit for bit.
"""

import hashlib
import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from engine import __version__
from engine.errors import DataError, EngineError, FileError
from engine.progress import SILENT, Counting, Progress
from engine.project.asked_exclusions import asked_exclusions
from engine.project.codec import plain_text
from engine.project.entries import Entry
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.remembered import Digest, Remembered
from engine.project.session import Session
from engine.project.step import Needs
from engine.project.steps import STEPS, step_named
from engine.project.store import Store

State = Literal["fresh", "stale", "failed", "unavailable"]

_SESSIONS = 8  # whose digests are remembered: enough for the last few steps of undo
_MOST_FAILURES = 4096
_MOST_READ = 8 * 2**30  # bytes of files that are read only to take up results of earlier runs
_PATIENCE_S = 0.1  # between looks at whether the work is still wanted

_Known = dict[NodeKey, Digest]


class Chain:
    """Computes results of a session on demand and remembers them. Safe between threads.

    Parameters
    ----------
    library : Library, optional
        The open files.
    store : Store, optional
        Where results are kept.
    """

    def __init__(self, library: Library | None = None, store: Store | None = None) -> None:
        self.library = library or Library()
        self.store = store or Store()
        self._failures: dict[str, EngineError] = {}
        self._partial: set[str] = set()
        self._turns: dict[str, _Turn] = {}
        self._lock = threading.Lock()
        self._remembered: OrderedDict[int, Remembered] = OrderedDict()

    def keys(self, session: Session) -> tuple[NodeKey, ...]:
        """Return every node that ``session`` has, in the order of the chain."""
        return tuple(key for step in STEPS for key in self.keys_of(session, step.analysis.name))

    def keys_of(self, session: Session, step: str) -> tuple[NodeKey, ...]:
        """Return the nodes of one step, without asking the others."""
        known = self._known(session).keys
        if step not in known:
            asked: set[str] = set()
            with asked_exclusions(asked):
                subjects = step_named(step).subjects(session)
            known[step] = (tuple(NodeKey(step, one) for one in subjects), frozenset(asked))
        return known[step][0]

    def params(self, session: Session, key: NodeKey) -> Any:
        """Return the parameters of ``key``: decided or default."""
        own = session.own_params(key)
        return step_named(key.step).analysis.params() if own is None else own

    def state(self, session: Session, key: NodeKey) -> State:
        """Tell whether the result of ``key`` is at hand, missing, failed or impossible."""
        try:
            digest = self.digest(session, key)
        except EngineError:
            return "unavailable"
        if digest in self.store:
            return "fresh"
        return "failed" if digest in self._failures else "stale"

    def result(self, session: Session, key: NodeKey) -> Any | None:
        """Return the result of ``key`` if it is at hand, without computing anything."""
        try:
            return self.store.get(self.digest(session, key))
        except EngineError:
            return None

    def failure(self, session: Session, key: NodeKey) -> EngineError | None:
        """Return why ``key`` has no result, or `None` when nothing speaks against it."""
        try:
            return self._failures.get(self.digest(session, key))
        except EngineError as error:
            return error

    def met_files(self) -> bool:
        """Tell whether any step failed on reading a file, of whatever session."""
        with self._lock:
            return any(isinstance(one, FileError) for one in self._failures.values())

    def evaluate(self, session: Session, key: NodeKey, progress: Progress = SILENT) -> Any:
        """Return the result of ``key``, computing what is missing.

        Raises
        ------
        EngineError
            If the result cannot be had; the failure is remembered until something changes.
        Cancelled
            If ``progress`` says so.
        """
        digest = self.digest(session, key)
        found = self.store.get(digest)
        if found is not None:
            return found  # no need to wait for a turn
        with self._turn(digest, progress):
            found = self.store.get(digest)
            if found is not None:
                return found
            if digest in self._failures:
                raise _without_frames(self._failures[digest])
            found = self._recalled(session, key, digest)
            return self._computed(session, key, digest, progress) if found is None else found

    def digest(self, session: Session, key: NodeKey) -> str:
        """Return the digest of everything that the result of ``key`` depends on.

        Raises
        ------
        DataError
            If something that it needs is not in the session.
        """
        return self._digest(session, key, self._known(session).digests, set())

    def digest_or_reason(self, session: Session, key: NodeKey) -> str:
        """Return the digest of ``key``, or why it has none: equal text means equal result."""
        try:
            return self.digest(session, key)
        except EngineError as error:
            return _reason(error)

    def fingerprint(self, session: Session, keys: Iterable[NodeKey]) -> tuple[str, ...]:
        """Return a text for each node that is another when its result may be another."""
        known, found = self._known(session).digests, []
        for key in keys:
            try:
                text = self._digest(session, key, known, set())
            except EngineError as error:
                text = _reason(error)
            found.append(f"{text} failed" if text in self._failures else text)
        return tuple(found)

    def forget_failures(self) -> None:
        """Let everything that failed be tried again, e.g. after a file came back."""
        with self._lock:
            partial, self._partial = self._partial, set()
            self._failures.clear()
        for digest in partial:
            self.store.drop(digest)

    def inputs(self, session: Session, key: NodeKey) -> tuple[Entry, ...]:
        """Return the files that ``key`` depends on, directly or not, in the order of opening."""
        found = self._inputs(session, key, self._known(session))
        return tuple(entry for entry in session.entries if entry.id in found)

    def upstream(self, session: Session, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return the nodes that ``key`` depends on, each once, the nearest to the files first."""
        return self._upstream(session, key, self._known(session))

    def _inputs(self, session: Session, key: NodeKey, known: Remembered) -> frozenset[str]:
        ids = known.inputs.get(key)
        if ids is None:
            needs = _needs_or_nothing(session, key)
            above = (self._inputs(session, node, known) for node in (*needs.nodes, *needs.options))
            ids = frozenset(entry.id for entry, _ in needs.files).union(*above)
            known.inputs[key] = ids
        return ids

    def _upstream(self, session: Session, key: NodeKey, known: Remembered) -> tuple[NodeKey, ...]:
        nodes = known.upstream.get(key)
        if nodes is None:
            needs = _needs_or_nothing(session, key)
            found: dict[NodeKey, None] = {}
            for node in (*needs.nodes, *needs.options):
                found.update(dict.fromkeys(self._upstream(session, node, known)))
                found[node] = None
            nodes = known.upstream[key] = tuple(found)
        return nodes

    def settings(self, session: Session, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return the nodes whose decided parameters matter to ``key`` without being upstream."""
        nodes = (*self.upstream(session, key), key)
        read = {one for node in nodes for one in _needs_or_nothing(session, node).settings}
        return tuple(sorted(one for one in read if session.own_params(one) is not None))

    def _computed(self, session: Session, key: NodeKey, digest: str, progress: Progress) -> Any:
        """Compute a result and remember it, or why it cannot be had."""
        counting = Counting(progress)
        work = _Work(self, session, self.params(session, key), counting, counting)
        try:
            result = step_named(key.step).run(work, key.subject)
        except EngineError as error:
            self._remember_failure(digest, error)
            raise
        self.store.put(digest, result)
        if work.is_partial:
            self._partial.add(digest)
        else:
            self.store.save(digest, result)
        return result

    def _recalled(self, session: Session, key: NodeKey, digest: str) -> Any | None:
        """Return a result of an earlier run, if its files are still what they were."""
        if not self.store.has_saved(digest):
            return None
        try:
            for entry in self.inputs(session, key):
                self.library.verify(entry)
        except FileError:
            return None  # computing it says what is wrong with the file
        return self.store.recall(digest)

    def recall(self, session: Session, progress: Progress = SILENT) -> int:
        """Bring results of earlier runs into memory, as many as fit; return how many came.

        Their files are read to the end, to see whether they are what they were: when that would
        be very many bytes, it stops.

        Raises
        ------
        Cancelled
            If ``progress`` says so.
        """
        met: dict[str, int] = {}
        keys, count = self.keys(session), 0
        for place, key in enumerate(keys):
            progress.step(place, len(keys), key.step)
            try:
                digest = self.digest(session, key)
            except EngineError:
                continue
            if digest in self.store or not self.store.has_saved(digest):
                continue
            met.update((one.path, one.size) for one in self.inputs(session, key))
            if not self.store.has_room or sum(met.values()) > _MOST_READ:
                break
            count += self._recalled(session, key, digest) is not None
        return count

    def _remember_failure(self, digest: str, error: EngineError) -> None:
        with self._lock:
            while len(self._failures) >= _MOST_FAILURES:
                del self._failures[next(iter(self._failures))]
            self._failures[digest] = _without_frames(error)

    @contextmanager
    def _turn(self, digest: str, progress: Progress) -> Iterator[None]:
        """Let one thread at a time work on one result; whoever waits can still be cancelled."""
        with self._lock:
            turn = self._turns.setdefault(digest, _Turn())
            turn.wanted += 1
        try:
            while not turn.lock.acquire(timeout=_PATIENCE_S):
                progress.step(0, 1, "waiting for the same result")
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._lock:
                turn.wanted -= 1
                if not turn.wanted:
                    del self._turns[digest]

    def _known(self, session: Session) -> Remembered:
        """Return what was found out about ``session`` before, or holds for it all the same."""
        with self._lock:
            found = self._remembered.get(id(session))
            if found is None:
                latest_first = reversed(self._remembered.values())
                near = next((one for one in latest_first if one.holds_for(session)), None)
                found = Remembered(session) if near is None else near.carried_to(session)
                self._remembered[id(session)] = found
            self._remembered.move_to_end(id(session))
            while len(self._remembered) > _SESSIONS:
                self._remembered.popitem(last=False)
            return found

    def _digest(self, session: Session, key: NodeKey, known: _Known, asked: set[str]) -> str:
        """Return a digest; ``asked`` grows by the exclusions that it follows from."""
        found = known.get(key)
        if found is None:
            own: set[str] = set()
            text: str | EngineError
            try:
                text = self._new_digest(session, key, known, own)
            except EngineError as error:
                text = _without_frames(error)
            found = known[key] = Digest(text, frozenset(own))
        asked |= found.asked
        if isinstance(found.text, EngineError):
            raise _without_frames(found.text)
        return found.text

    def _new_digest(self, session: Session, key: NodeKey, known: _Known, asked: set[str]) -> str:
        step = step_named(key.step)
        with asked_exclusions(asked):
            needs = step.needs(session, key.subject)
        content = {
            "step": key.step,
            "program": __version__,
            "version": step.analysis.version,
            "stage": key.stage,
            "params": plain_text(self.params(session, key)),
            "files": [
                [entry.sha256, part, entry.mapping, os.path.basename(entry.path)]  # noqa: PTH119
                for entry, part in needs.files
            ],
            "nodes": [self._digest(session, node, known, asked) for node in needs.nodes],
            "options": self._options(session, needs, known, asked),
            "facts": list(needs.facts),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def _options(self, session: Session, needs: Needs, known: _Known, asked: set[str]) -> list[str]:
        """Return digest or reason of each optional node; raises when there is nothing else."""
        found: list[str] = []
        reasons: list[EngineError] = []
        for node in needs.options:
            try:
                found.append(self._digest(session, node, known, asked))
            except EngineError as error:
                reasons.append(error)
                found.append(_reason(error))
        if reasons and len(reasons) == len(found) and not needs.files:
            raise reasons[0]
        return found


@dataclass(slots=True)
class _Turn:
    """Who may work on a result."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: int = 0


@dataclass(slots=True)
class _Work:
    """What a step sees while it runs.

    A result that does without something because a file could not be read is partial: it is not
    the result of its digest for good, and forgotten with the failures.
    """

    chain: Chain
    session: Session
    params: Any
    progress: Progress
    counting: Counting
    is_partial: bool = False

    def product(self, entry: Entry, part: int) -> Any:
        try:
            return self.chain.library.product(entry, part, progress=self.counting.below)
        except FileError:
            self.is_partial = True
            raise
        except IndexError as error:
            raise DataError(f"{entry.path} no longer holds product {part + 1}.") from error

    def result(self, key: NodeKey) -> Any:
        try:
            result = self.chain.evaluate(self.session, key, self.counting.below)
        except FileError:
            self.is_partial = True
            raise
        self.is_partial |= self.chain.digest(self.session, key) in self.chain._partial
        return result


def _needs_or_nothing(session: Session, key: NodeKey) -> Needs:
    try:
        return step_named(key.step).needs(session, key.subject)
    except EngineError:
        return Needs()


def _reason(error: EngineError) -> str:
    return f"unavailable: {error.what}"


def _without_frames(error: EngineError) -> EngineError:
    """Return a copy of ``error`` without the frames that it passed, which hold whole cubes."""
    copy = type(error).__new__(type(error), *error.args)
    copy.__dict__.update(error.__dict__)
    return copy
