"""Keeps a view in step with one result of the chain."""

from typing import Any, Protocol

from PyQt6.QtCore import QObject, pyqtSignal

from engine.errors import EngineError
from engine.project.chain import Chain
from engine.project.keys import NodeKey
from guiapp.controllers.naming import node_title
from guiapp.document.document import Document
from guiapp.document.earlier_version import EarlierVersion
from guiapp.document.other_version import OtherVersion
from guiapp.jobs.runner import Job, Runner, State


class ResultView(Protocol):
    """What a view must be able to do to be followed."""

    def show_result(self, result: Any) -> None:
        """Draw ``result``."""

    def show_stale(self) -> None:
        """Mark what is drawn as out of date, while a new result is computed."""

    def show_problem(self, what: str, hint: str) -> None:
        """Say why there is no new result; the last good one stays drawn."""

    def clear(self, reason: str) -> None:
        """Draw nothing, and say why."""


class NodeFollower(QObject):
    """Shows the result of one node, as it is now and after every change.

    A result at hand is shown at once; else the view is marked stale and the newest request runs in
    the background. A result that comes late is kept in the chain, but not shown.

    Parameters
    ----------
    document, chain, runner
        The parts that meet here.
    view : ResultView
        Where the result goes.
    """

    shown = pyqtSignal(object)  # the result

    def __init__(
        self,
        document: Document | OtherVersion | EarlierVersion,
        chain: Chain,
        runner: Runner,
        view: ResultView,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._chain = chain
        self._runner = runner
        self._view = view
        self._job: Job | None = None
        self._wanted_digest = ""  # of the result that the job computes, or did not give
        self._shown_digest = ""
        self._is_stale = False
        self.key: NodeKey | None = None
        self.result: Any | None = None
        self.is_active = True  #: whether it follows changes by itself: a view nobody sees need not
        document.changed.connect(self._on_changed)
        runner.ended.connect(self._on_any_ended)

    def follow(self, key: NodeKey | None, *, reason: str = "") -> None:
        """Show the result of ``key`` from now on; `None`: nothing, for ``reason``."""
        if key != self.key:
            self._cancel()
            self.key = key
            self._forget(reason if key is None else "")
        elif key is None:
            self._forget(reason)
        self.refresh()

    def refresh(self) -> None:
        """Bring the view up to date with the session."""
        if self.key is None:
            return
        session = self._document.session
        try:
            digest = self._chain.digest(session, self.key)
        except EngineError as error:
            self._cancel()
            self._forget(error.sentence)
            return
        if digest == self._shown_digest:
            self._cancel()
            if self._is_stale:  # undone before the new result came
                self._show(self.result, digest)
            return
        result = self._chain.result(session, self.key)
        if result is not None:
            self._cancel()
            self._show(result, digest)
            return
        failure = self._chain.failure(session, self.key)
        if failure is not None:
            self._cancel()
            self._fail(failure)
            return
        if self._job is None or digest != self._wanted_digest:
            self._start(digest)

    def _start(self, digest: str) -> None:
        self._cancel()
        session, key = self._document.session, self.key
        assert key is not None
        label = node_title(session, key)
        self._is_stale = self.result is not None
        if self._is_stale:
            self._view.show_stale()
        else:
            self._view.clear(f"{label} …")
        self._wanted_digest = digest
        self._job = self._runner.start(
            label,
            lambda progress: self._chain.evaluate(session, key, progress),
            lambda job: self._on_ended(job, digest),
        )

    def _on_ended(self, job: Job, digest: str) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.state is State.SUCCEEDED:
            self._show(job.result, digest)
        elif job.state is State.FAILED and job.error is not None:
            self._fail(job.error)
        else:  # by the user: whoever is followed by another job has none of his own here
            self._view.show_problem("This work was cancelled.", "F9 takes it up again.")

    def _on_any_ended(self) -> None:
        """Show what is missing here when other work has computed it."""
        if self.key is None or self._job is not None or not self._wanted_digest:
            return
        session = self._document.session
        if self._chain.digest_or_reason(session, self.key) == self._wanted_digest:
            result = self._chain.result(session, self.key)
            if result is not None:
                self._show(result, self._wanted_digest)

    def _on_changed(self) -> None:
        if self.is_active:
            self.refresh()

    def _show(self, result: Any, digest: str) -> None:
        self.result, self._shown_digest, self._is_stale = result, digest, False
        self._wanted_digest = ""
        self._view.show_result(result)
        self.shown.emit(result)

    def _fail(self, error: Exception) -> None:
        self._shown_digest = ""
        what = error.what if isinstance(error, EngineError) else "The program met a fault."
        hint = error.hint if isinstance(error, EngineError) else "See Tools > Messages."
        self._view.show_problem(what, hint)

    def _forget(self, reason: str) -> None:
        self.result, self._shown_digest, self._wanted_digest = None, "", ""
        self._view.clear(reason)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
