"""The chain: which results follow from a session, which of them are at hand, and how to get more.

A result is found by the digest of everything that it was computed from. An edit changes the
digests of what depends on it and of nothing else; undoing the edit brings the old digests back,
and with them the old results, bit for bit.
"""

import hashlib
import json
import threading
from dataclasses import dataclass
from typing import Any, Literal

from engine import __version__
from engine.errors import DataError, EngineError
from engine.progress import SILENT, Progress
from engine.project.codec import to_plain
from engine.project.keys import NodeKey
from engine.project.library import Library
from engine.project.session import Entry, Session
from engine.project.steps import STEPS, step_named
from engine.project.store import Store

State = Literal["fresh", "stale", "failed", "unavailable"]


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
        self._running: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._digests: tuple[Session | None, dict[NodeKey, str]] = (None, {})

    def keys(self, session: Session) -> tuple[NodeKey, ...]:
        """Return every node that ``session`` has, in the order of the chain."""
        return tuple(
            NodeKey(step.analysis.name, subject)
            for step in STEPS
            for subject in step.subjects(session)
        )

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
        with self._lock:
            running = self._running.setdefault(digest, threading.Lock())
        with running:
            found = self.store.get(digest)
            if found is not None:
                return found
            if digest in self._failures:
                raise self._failures[digest]
            try:
                result = step_named(key.step).run(
                    _Work(self, session, self.params(session, key), progress), key.subject
                )
            except EngineError as error:
                self._failures[digest] = error
                raise
            self.store.put(digest, result)
            return result

    def digest(self, session: Session, key: NodeKey) -> str:
        """Return the digest of everything that the result of ``key`` depends on.

        Raises
        ------
        DataError
            If something that it needs is not in the session.
        """
        with self._lock:
            if self._digests[0] is not session:
                self._digests = (session, {})
            known = self._digests[1]
        if key not in known:
            known[key] = self._new_digest(session, key)
        return known[key]

    def forget_failures(self) -> None:
        """Let everything that failed be tried again, e.g. after a file came back."""
        self._failures.clear()

    def inputs(self, session: Session, key: NodeKey) -> tuple[Entry, ...]:
        """Return the files that ``key`` depends on, directly or not, in the order of opening."""
        found: dict[str, Entry] = {}
        self._collect_inputs(session, key, found)
        return tuple(entry for entry in session.entries if entry.id in found)

    def upstream(self, session: Session, key: NodeKey) -> tuple[NodeKey, ...]:
        """Return the nodes that ``key`` depends on, each once, the nearest to the files first."""
        try:
            needs = step_named(key.step).needs(session, key.subject)
        except EngineError:
            return ()
        found: dict[NodeKey, None] = {}
        for node in needs.nodes:
            found.update(dict.fromkeys(self.upstream(session, node)))
            found[node] = None
        return tuple(found)

    def _collect_inputs(self, session: Session, key: NodeKey, found: dict[str, Entry]) -> None:
        try:
            needs = step_named(key.step).needs(session, key.subject)
        except EngineError:
            return
        found.update({entry.id: entry for entry, _ in needs.files})
        for node in needs.nodes:
            self._collect_inputs(session, node, found)

    def _new_digest(self, session: Session, key: NodeKey) -> str:
        step = step_named(key.step)
        needs = step.needs(session, key.subject)
        content = {
            "step": key.step,
            "program": __version__,
            "version": step.analysis.version,
            "subject": key.subject.partition("@")[2] or "",
            "params": to_plain(self.params(session, key)),
            "files": [[entry.sha256, part, entry.mapping] for entry, part in needs.files],
            "nodes": [self.digest_or_reason(session, node) for node in needs.nodes],
            "facts": list(needs.facts),
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def digest_or_reason(self, session: Session, key: NodeKey) -> str:
        """Return the digest of ``key``, or why it has none: equal text means equal result."""
        try:
            return self.digest(session, key)
        except EngineError as error:
            return f"unavailable: {error.what}"


@dataclass(slots=True)
class _Work:
    """What a step sees while it runs."""

    chain: Chain
    session: Session
    params: Any
    progress: Progress

    def product(self, entry: Entry, part: int) -> Any:
        try:
            return self.chain.library.product(entry, part, progress=self.progress)
        except IndexError as error:
            raise DataError(f"{entry.path} no longer holds product {part + 1}.") from error

    def result(self, key: NodeKey) -> Any:
        return self.chain.evaluate(self.session, key, self.progress)
