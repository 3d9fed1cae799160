"""A result that is kept beside the one that a view shows."""

from collections.abc import Callable
from typing import Any, Literal

from PyQt6.QtCore import QObject, pyqtSignal


class KeptResult(QObject):
    """Keeps a result, and says when it is another one.

    Signals
    -------
    changed()
        `result` is another one.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.result: Any | None = None

    def take(self, result: Any | None) -> None:
        """Take over a result: for the follower alone."""
        if result is not self.result:
            self.result = result
            self.changed.emit()


class QuietView:
    """Stands where a follower has its view, and draws nothing.

    Parameters
    ----------
    take : callable
        Is handed each result, and `None` where there is none.
    stale : {"keep", "drop"}
        What becomes of a result while a newer one is computed.
    """

    def __init__(self, take: Callable[[Any | None], None], *, stale: Literal["keep", "drop"]):
        self._take = take
        self._drops_stale = stale == "drop"
        self.reason = ""

    def show_result(self, result: Any) -> None:
        """Hand ``result`` on."""
        self.reason = ""
        self._take(result)

    def show_stale(self) -> None:
        """Keep what there is, or hand on that there is nothing."""
        if self._drops_stale:
            self._take(None)

    def show_problem(self, what: str, hint: str) -> None:
        """Hand on that there is nothing."""
        self.clear(what)

    def clear(self, reason: str) -> None:
        """Hand on that there is nothing."""
        self.reason = reason
        self._take(None)
