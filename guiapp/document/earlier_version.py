"""The session as it was before edits that are in force, as if it were a document of its own."""

from collections.abc import Iterator

from PyQt6.QtCore import QObject, pyqtSignal

from engine.project.session import Session
from guiapp.document.commands import EditSession
from guiapp.document.document import Document


class EarlierVersion(QObject):
    """Holds the session that a view compares with; whoever owns it puts another one in."""

    changed = pyqtSignal(object)  # Session

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = Session()


def earlier_sessions(document: Document) -> Iterator[Session]:
    """Yield the session before each edit in force, that before the last edit first."""
    stack = document.undo_stack
    for place in reversed(range(stack.index())):
        command = stack.command(place)
        if isinstance(command, EditSession):
            yield command.before
