"""The other version of the calibration, as if it were a document of its own."""

from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.counterparts import counterpart
from engine.project.keys import NodeKey
from engine.project.session import Session
from guiapp.document.document import Document

_NOTHING = Session()


class OtherVersion(QObject):
    """What the session of a document is compared with. Follows the document; writes nothing."""

    changed = pyqtSignal(object)  # Session

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._shown = document.session.other
        document.changed.connect(lambda _change: self._on_changed())

    @property
    def session(self) -> Session:
        """The other version; empty: there is none."""
        other = self._document.session.other
        return _NOTHING if other is None else other.session

    @property
    def label(self) -> str:
        """What it is called; ``""``: there is none."""
        other = self._document.session.other
        return "" if other is None else other.label

    def counterpart(self, key: NodeKey | None) -> NodeKey | None:
        """Return the node of the other version that shows the same as ``key``; `None`: none.

        Observations are the same when the file is, else when star, program, observation, visit
        and band are.
        """
        other = self._document.session.other
        if key is None or other is None:
            return None
        return counterpart(key, self._document.session, other.session)

    def _on_changed(self) -> None:
        other = self._document.session.other
        if other is not self._shown:
            self._shown = other
            self.changed.emit(self.session)
