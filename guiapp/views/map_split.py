"""A map of sources over what belongs to one of its cells."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QSplitter, QWidget

from guiapp.views.source_map import SourceMap

_ALL_ELSE = 10_000  # pixels: more than there are
_FEWEST_ROWS = 4  # that are seen, however low the window is: else nothing can be compared


class MapSplit(QSplitter):
    """Gives the map whole rows, whatever height there is, until the user moves its lower edge.

    Parameters
    ----------
    source_map : SourceMap
        The map.
    lower : QWidget
        What is below it; it keeps its least height.
    """

    def __init__(self, source_map: SourceMap, lower: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._map, self._lower = source_map, lower
        self._most_rows = 0
        self._is_chosen = False
        self.addWidget(source_map)
        self.addWidget(lower)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._on_moved)

    def share(self, most_rows: int) -> None:
        """Show up to ``most_rows`` rows of the map, as many as there is room for.

        It keeps the room of a few rows: where that is more than there is, the view is scrolled.
        """
        self._most_rows, self._is_chosen = most_rows, False
        self._give_whole_rows()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._most_rows and not self._is_chosen:
            self._give_whole_rows()

    def _give_whole_rows(self) -> None:
        least = max(self._lower.minimumSizeHint().height(), self._lower.minimumHeight())
        room = self.height() - self.handleWidth() - least
        rows, fewest = self._most_rows, min(self._most_rows, _FEWEST_ROWS)
        self._map.setMinimumHeight(self._map.wanted_height(fewest))
        while rows > fewest and self._map.wanted_height(rows) > room:
            rows -= 1
        self.setSizes([self._map.wanted_height(rows), _ALL_ELSE])

    def _on_moved(self) -> None:
        self._is_chosen = True
