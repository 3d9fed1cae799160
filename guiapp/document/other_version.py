"""The other version of the calibration, as if it were a document of its own."""

from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.entries import Entry, Segment
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
        session = self._document.session
        segment = session.segment(key.subject)
        if segment is not None:
            found = _same_segment(segment, other.session)
            return None if found is None else NodeKey(key.step, found.id)
        entry = session.entry(key.subject)
        if entry is not None:
            same = _same_entry(entry, other.session)
            return None if same is None else NodeKey(key.step, same.id)
        return key

    def _on_changed(self) -> None:
        other = self._document.session.other
        if other is not self._shown:
            self._shown = other
            self.changed.emit(self.session)


def _same_segment(segment: Segment, other: Session) -> Segment | None:
    by_file = (
        one
        for one in other.segments
        if (one.entry.sha256, one.part) == (segment.entry.sha256, segment.part)
    )
    wanted = segment.identity
    by_name = (
        one
        for one in other.segments
        if (one.identity.source_key, one.identity.visit, one.identity.band)
        == (wanted.source_key, wanted.visit, wanted.band)
    )
    return next(by_file, None) or next(by_name, None)


def _same_entry(entry: Entry, other: Session) -> Entry | None:
    name = entry.path.rpartition("/")[2]
    by_file = (one for one in other.entries if one.sha256 == entry.sha256)
    by_name = (one for one in other.entries if one.path.rpartition("/")[2] == name)
    return next(by_file, None) or next(by_name, None)
