"""The result of a node as it was before the last change to it that is in force."""

from itertools import islice
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.controllers.node_follower import NodeFollower
from guiapp.controllers.workspace import Workspace
from guiapp.document.earlier_version import EarlierVersion, earlier_sessions

_FARTHEST = 60  # edits that are asked whether they changed the node

_Digests = dict[int, tuple[Session, str]]


class BeforeChange(QObject):
    """Keeps what a node gave before the last edit that changed it and was not undone.

    Where the edit was made does not matter, nor whether anyone saw the result then: one that is
    not at hand is computed.

    Signals
    -------
    changed()
        `result` is another one.
    """

    changed = pyqtSignal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._earlier = EarlierVersion(self)
        self._follower = NodeFollower(
            self._earlier, workspace.chain, workspace.runner, _Quiet(self), self
        )
        self._follower.is_active = False
        self._key: NodeKey | None = None
        self._digests: _Digests = {}
        self.result: Any | None = None

    def follow(self, key: NodeKey | None) -> None:
        """Keep what ``key`` gave before the last change to it, as the edits are now."""
        if key != self._key:
            self._key, self._digests = key, {}
        found = None if key is None else self._found(key)
        self._earlier.session = Session() if found is None else found
        self._follower.follow(None if found is None else key)

    def take(self, result: Any | None) -> None:
        """Take over a result: for the follower alone."""
        if result is not self.result:
            self.result = result
            self.changed.emit()

    def _found(self, key: NodeKey) -> Session | None:
        """Return the last session in which ``key`` gave something else and did not fail."""
        chain, document = self._workspace.chain, self._workspace.document
        now = chain.digest_or_reason(document.session, key)
        known, self._digests = self._digests, {}
        for session in islice(earlier_sessions(document), _FARTHEST):
            seen = known.get(id(session))
            digest = chain.digest_or_reason(session, key) if seen is None else seen[1]
            self._digests[id(session)] = (session, digest)
            if digest != now and chain.failure(session, key) is None:
                return session
        return None


class _Quiet:
    """Takes results without drawing them."""

    def __init__(self, owner: BeforeChange) -> None:
        self._owner = owner

    def show_result(self, result: Any) -> None:
        """Hand ``result`` on."""
        self._owner.take(result)

    def show_stale(self) -> None:
        """Hand on that there is nothing: what was before another change would mislead."""
        self._owner.take(None)

    def show_problem(self, what: str, hint: str) -> None:
        """Hand on that there is nothing."""
        self._owner.take(None)

    def clear(self, reason: str) -> None:
        """Hand on that there is nothing."""
        self._owner.take(None)
