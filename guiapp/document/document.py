"""The document: the one owner of what the user has opened and decided."""

from dataclasses import dataclass

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QUndoStack

from engine.project.session import Session


@dataclass(frozen=True, slots=True)
class Change:
    """What a command did to the session.

    Attributes
    ----------
    before, after : Session
        The session on both sides of the change.
    """

    before: Session
    after: Session

    @property
    def concerns_files(self) -> bool:
        """Whether files were opened, closed, renamed or given another role."""
        return self.before.entries != self.after.entries


class Document(QObject):
    """Holds the session and its undo stack. Widgets listen; only commands write."""

    changed = pyqtSignal(object)  # Change

    def __init__(self, session: Session | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session or Session()
        self.undo_stack = QUndoStack(self)

    @property
    def session(self) -> Session:
        """The session as it is now."""
        return self._session

    @property
    def is_modified(self) -> bool:
        """Whether anything differs from what was saved last."""
        return not self.undo_stack.isClean()

    def start_over(self, session: Session) -> None:
        """Put another session in place of this one, with an empty history."""
        before, self._session = self._session, session
        self.undo_stack.clear()
        self.changed.emit(Change(before, session))

    def _replace(self, session: Session) -> None:
        """For commands only."""
        if session is not self._session:
            before, self._session = self._session, session
            self.changed.emit(Change(before, session))
