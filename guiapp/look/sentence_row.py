"""A row of controls with a sentence beside them, or below where there is no room for it."""

from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from guiapp.look.parts import ElidedLabel, column
from guiapp.look.tokens import GRID


class SentenceRow(QWidget):
    """Holds ``row``, and puts ``sentence`` below it where it would be cut in it.

    Parameters
    ----------
    row : QHBoxLayout
        Controls, and among them the sentence.
    sentence : ElidedLabel
        It may take as many rows as it says.
    """

    def __init__(self, row: QHBoxLayout, sentence: ElidedLabel) -> None:
        super().__init__()
        self._row, self._sentence = row, sentence
        self._place = row.indexOf(sentence)
        self._is_below = False
        self._box = column(self, spacing=GRID)
        self._box.addLayout(row)

    @property
    def is_below(self) -> bool:
        """Whether the sentence has a row of its own."""
        return self._is_below

    def event(self, event: QEvent | None) -> bool:
        done = bool(super().event(event))
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return done

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_below = not self._sentence.fits(self._room())
        if is_below == self._is_below:
            return
        self._is_below = is_below
        if is_below:
            self._row.removeWidget(self._sentence)
            self._row.insertStretch(self._place, 1)
            self._box.addWidget(self._sentence)
        else:
            self._row.takeAt(self._place)
            self._box.removeWidget(self._sentence)
            self._row.insertWidget(self._place, self._sentence, 1)

    def _room(self) -> int:
        """Return the width that the controls leave to the sentence."""
        items = [self._row.itemAt(i) for i in range(self._row.count())]
        others = [
            item.sizeHint().width()
            for item in items
            if item is not None and not item.isEmpty() and item.widget() is not self._sentence
        ]
        return self.width() - sum(others) - self._row.spacing() * len(others)
