"""Fewer updates than events: a frame needs one."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

FRAME_MS = 16


class Coalescer(QObject):
    """Calls back at most once a frame; the last request is never lost."""

    def __init__(
        self, callback: Callable[[], None], parent: QObject, *, interval_ms: int = FRAME_MS
    ) -> None:
        super().__init__(parent)
        self._callback = callback
        self._waiting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(interval_ms)
        self._timer.timeout.connect(self.flush)

    def request(self) -> None:
        """Call back now, or at the end of the frame if it was called in this one."""
        self._waiting = True
        if not self._timer.isActive():
            self.flush()

    def flush(self) -> None:
        """Call back now if a request waits."""
        if self._waiting:
            self._waiting = False
            self._timer.start()
            self._callback()

    def drop(self) -> None:
        """Forget the request that waits."""
        self._waiting = False
