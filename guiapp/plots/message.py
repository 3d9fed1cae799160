"""Words over a plot: why something is wrong, what a point is."""

from collections.abc import Callable
from typing import Literal

from PyQt6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PyQt6.QtWidgets import QWidget

from guiapp.look.parts import Label, set_state

Kind = Literal["wrong", "care", "tip", "quiet"]
Place = Literal["top", "center", "cursor"]

_OBJECT_NAMES: dict[Place, str] = {"top": "notice", "center": "plain", "cursor": "palette"}
_MARGIN = 12
_AWAY = 16  # from the cursor
_BELOW = 4  # what must stay free


class PlotMessage(Label):
    """A text over a plot that moves nothing else when it comes and goes.

    Parameters
    ----------
    plot : QWidget
        What it lies on.
    place : {"top", "center", "cursor"}
        Where.
    """

    def __init__(self, plot: QWidget, place: Place) -> None:
        super().__init__(parent=plot)
        self._plot = plot
        self._place = place
        self._at = QPointF()
        self._free: Callable[[], QRectF] = QRectF
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.timeout.connect(self.hide)
        self.setObjectName(_OBJECT_NAMES[place])
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMargin(6)
        self.setWordWrap(place != "cursor")
        self.hide()
        plot.installEventFilter(self)

    def say(self, text: str, kind: Kind, *, at: QPointF | None = None, for_ms: int = 0) -> None:
        """Show ``text``; an empty one hides it.

        ``at``: where the cursor is, in the plot. ``for_ms``: how long; 0: until told otherwise.
        """
        self._passing.stop()
        if for_ms:
            self._passing.start(for_ms)
        if not text:
            self.hide()
            return
        if at is not None:
            self._at = at
        set_state(self, "kind", kind)
        self.set_tone("wrong" if kind == "wrong" else "dim" if kind == "quiet" else "text")
        self.setText(text)
        self.setAccessibleName(text)
        self._move_in_place()
        self.show()
        self.raise_()

    def pass_away(self) -> None:
        """Hide what was to be seen for a while only."""
        if self._passing.isActive():
            self._passing.stop()
            self.hide()

    def keep_clear_of(self, place: Callable[[], QRectF]) -> None:
        """Never cover ``place`` of the plot, as far as there is room below it."""
        self._free = place
        changed = getattr(self._plot, "view_changed", None)
        if changed is not None:  # what is drawn in a plot moves with what it shows
            changed.connect(self._move_in_place)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._move_in_place()
        return False

    def _move_in_place(self) -> None:
        self._place_it()
        free = self._free().toAlignedRect()
        if free.intersects(self.geometry()):
            top = free.bottom() + _BELOW
            if top + self.height() <= self._plot.height():
                self.move(self.x(), top)

    def _place_it(self) -> None:
        room = self._plot.width() - 2 * _MARGIN
        if self.wordWrap():
            wanted = self.fontMetrics().horizontalAdvance(self.text()) + 4 * self.margin()
            width = min(wanted, max(room - 72, 80))
            self.resize(width, self.heightForWidth(width))
        else:
            self.adjustSize()
        if self._place == "cursor":
            left, top = self._at.x() + _AWAY, self._at.y() + _AWAY
            if left + self.width() > self._plot.width():
                left = self._at.x() - _AWAY - self.width()
            if top + self.height() > self._plot.height():
                top = self._at.y() - _AWAY - self.height()
            self.move(round(max(left, 0)), round(max(top, 0)))
            return
        left = (self._plot.width() - self.width() + 60) / 2
        top = _MARGIN + 28 if self._place == "top" else (self._plot.height() - self.height()) / 2
        self.move(round(max(left, _MARGIN)), round(top))
