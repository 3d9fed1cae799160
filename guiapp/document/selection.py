"""What is selected, for every view, table and panel at once."""

from PyQt6.QtCore import QObject, pyqtSignal


class Selection(QObject):
    """The linked selection: segments by id, the first of them is the current one.

    Beside them, `points`: what is picked in plots and tables and is no segment, a source of a
    catalog or an array.

    Signals
    -------
    changed()
        Other segments are selected.
    points_changed()
        Other points are.
    """

    changed = pyqtSignal()
    points_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[str, ...] = ()
        self._points: tuple[str, ...] = ()

    @property
    def points(self) -> tuple[str, ...]:
        """Ids of the selected sources, arrays and files without a spectrum."""
        return self._points

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
        if segments:
            self.select_points(())

    def select_points(self, points: tuple[str, ...]) -> None:
        """Select ``points`` beside the segments."""
        if points != self._points:
            self._points = points
            self.points_changed.emit()
