"""The document: the one owner of what the user has opened and decided."""

from collections import deque
from dataclasses import dataclass

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QUndoStack

from engine.project.session import Session

_AT_HAND = 8  # sessions left last, which undo brings back with all that was found out about them


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
        self._left: deque[Session] = deque()

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
        self._left.clear()
        self.changed.emit(Change(before, session))

    def _replace(self, session: Session) -> None:
        """For commands only."""
        if session is not self._session:
            before, self._session = self._session, session
            self._leave(before)
            self.changed.emit(Change(before, session))

    def _leave(self, before: Session) -> None:
        """Let a session that was left long ago forget what can be found out again."""
        self._left.append(before)
        if len(self._left) > _AT_HAND:
            oldest = self._left.popleft()
            if not any(oldest is one for one in (self._session, *self._left)):
                oldest.forget()
