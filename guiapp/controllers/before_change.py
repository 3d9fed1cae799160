"""The result of a node as it was before the last change to it that is in force."""

from itertools import islice

from PyQt6.QtCore import QObject

from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.controllers.kept_result import KeptResult, QuietView
from guiapp.controllers.node_follower import NodeFollower
from guiapp.controllers.workspace import Workspace
from guiapp.document.earlier_version import EarlierVersion, earlier_sessions

_FARTHEST = 60  # edits that are asked whether they changed the node

_Digests = dict[int, tuple[Session, str]]


class BeforeChange(KeptResult):
    """Keeps what a node gave before the last edit that changed it and was not undone.

    Where the edit was made does not matter, nor whether anyone saw the result then: one that is
    not at hand is computed.
    """

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._earlier = EarlierVersion(self)
        quiet = QuietView(self.take, stale="drop")  # what was before another change misleads
        self._follower = NodeFollower(self._earlier, workspace.chain, workspace.runner, quiet, self)
        self._follower.is_active = False
        self._key: NodeKey | None = None
        self._digests: _Digests = {}
        self._digest = ""  # of the result that this is the one before
        workspace.document.undo_stack.indexChanged.connect(self._on_place_changed)

    def follow(self, key: NodeKey | None) -> None:
        """Keep what ``key`` gave before the last change to it, as the edits are now."""
        if key != self._key:
            self._key, self._digests = key, {}
        found = None if key is None else self._found(key)
        self._earlier.session = Session() if found is None else found
        self._follower.follow(None if found is None else key)

    def _on_place_changed(self) -> None:
        """Look again: a result at hand is shown while the history is not yet at its edit."""
        chain, key = self._workspace.chain, self._key
        if key is not None and self._digest == chain.digest_or_reason(self._workspace.session, key):
            self.follow(key)

    def _found(self, key: NodeKey) -> Session | None:
        """Return the last session in which ``key`` gave something else and did not fail."""
        chain, document = self._workspace.chain, self._workspace.document
        self._digest = now = chain.digest_or_reason(document.session, key)
        known, self._digests = self._digests, {}
        for session in islice(earlier_sessions(document), _FARTHEST):
            seen = known.get(id(session))
            digest = chain.digest_or_reason(session, key) if seen is None else seen[1]
            self._digests[id(session)] = (session, digest)
            if digest != now and chain.failure(session, key) is None:
                return session
        return None
