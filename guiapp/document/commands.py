"""Undoable edits of the document."""

import itertools

from PyQt6.QtGui import QUndoCommand

from engine.project.session import Session
from guiapp.document.document import Document

_EDIT_ID = 1
_gestures = itertools.count(1)


def new_gesture() -> int:
    """Return a number that joins the edits of one gesture into one entry of the history."""
    return next(_gestures)


class EditSession(QUndoCommand):
    """Put one frozen session in place of another.

    Undo puts the very same object back. Edits of one gesture merge into one entry; a gesture that
    ends where it began leaves none.

    Parameters
    ----------
    document : Document
        What is edited.
    after : Session
        What it becomes.
    text : str
        What the user did, readable in the history: "Move breakpoint in 1B to 6.10 µm".
    gesture : int, optional
        Edits with the same number, other than 0, merge.
    """

    def __init__(self, document: Document, after: Session, text: str, *, gesture: int = 0) -> None:
        super().__init__(text)
        self._document = document
        self._before = document.session
        self._after = after
        self._gesture = gesture

    @property
    def before(self) -> Session:
        """The session that undo puts back."""
        return self._before

    def redo(self) -> None:
        self._document._replace(self._after)

    def undo(self) -> None:
        self._document._replace(self._before)

    def id(self) -> int:
        return _EDIT_ID if self._gesture else -1

    def mergeWith(self, other: QUndoCommand | None) -> bool:
        if not isinstance(other, EditSession) or other._gesture != self._gesture:
            return False
        self._after = other._after
        self.setText(other.text())
        if self._after == self._before:
            self._document._replace(self._before)  # the very same object, as undo would
            self.setObsolete(True)
        return True


def edit(document: Document, after: Session, text: str, *, gesture: int = 0) -> None:
    """Push the edit that turns the session of ``document`` into ``after``, if it differs."""
    if after == document.session:  # a click without a move must not cost what can be redone
        return
    document.undo_stack.push(EditSession(document, after, text, gesture=gesture))
