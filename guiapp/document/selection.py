"""What is selected, for every view, table and panel at once."""

from PyQt6.QtCore import QObject, pyqtSignal


class Selection(QObject):
    """The linked selection: segments by id, the first of them is the current one."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[str, ...]:
        """Ids of the selected segments."""
        return self._segments

    @property
    def current(self) -> str:
        """Id of the segment that single-segment views show; ``""``: none."""
        return self._segments[0] if self._segments else ""

    def select(self, segments: tuple[str, ...]) -> None:
        """Select ``segments``."""
        if segments != self._segments:
            self._segments = segments
            self.changed.emit()
