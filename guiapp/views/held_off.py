"""The line that says which held values lie off the samples, and what can be done about it."""

from collections.abc import Iterator

import numpy as np
from PyQt6.QtCore import QEvent, QObject, QPointF, QRect, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.counting import counted
from engine.mrs.held_values import HeldCheck, deviation_text
from guiapp.look.numbers import unbroken
from guiapp.look.parts import Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.plots.breakpoints import BreakpointsLayer
from guiapp.plots.canvas import LEFT_WIDTH, PlotCanvas
from guiapp.views.response_edits import MoveOntoSamples, ReleaseValues

_MOST_NAMED = 3
_EDGE = 6  # to the frame of the plot
_HANDLE = 10  # what a diamond takes on each side
_SHARES = (1.0, 0.6)  # of the width of the plot that it may take
_ABOUT = 100  # how much worse than any other handle a held value that it is about is covered


class HeldOffLine(QWidget):
    """Hidden while all held values lie on the samples around them.

    It lies over the plot, so that nothing moves under the hand that drops a value: at the bottom,
    or at another edge where it covers no handle.

    Signals
    -------
    edited(edit)
        What its buttons ask for: `MoveOntoSamples` or `ReleaseValues`, of all that lie off.
    """

    edited = pyqtSignal(object)

    def __init__(self, plot: PlotCanvas, handles: BreakpointsLayer) -> None:
        super().__init__(plot)
        self._plot, self._handles = plot, handles
        self._off: tuple[HeldCheck, ...] = ()
        self._places_um: tuple[float, ...] = ()
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.label = Label()
        self.label.setWordWrap(True)
        self.move_there = button(
            "Move onto the samples", tip="Hold each where the curve lies without held values"
        )
        self.release = button("Release", tip="Let the fit choose the curve there")
        row = QHBoxLayout(self)
        fitted(row, spacing=2 * GRID)
        row.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        row.addWidget(self.label, 1)
        row.addWidget(self.move_there)
        row.addWidget(self.release)
        self.move_there.clicked.connect(lambda: self.edited.emit(MoveOntoSamples(self._places_um)))
        self.release.clicked.connect(lambda: self.edited.emit(ReleaseValues(self._places_um)))
        plot.installEventFilter(self)
        plot.view_changed.connect(self._place)
        self.hide()

    def say(self, checks: tuple[HeldCheck, ...]) -> None:
        """Say which of these lie off the samples; hidden when none does."""
        off = [one for one in checks if one.is_off]
        self._off = tuple(off)
        self._places_um = tuple(one.wave_um for one in off)
        named = ", ".join(deviation_text(one) for one in off[:_MOST_NAMED])
        more = f" and {len(off) - _MOST_NAMED} more" if len(off) > _MOST_NAMED else ""
        subject = counted(len(off), "held value lies", "held values lie")
        self.label.setText(f"{subject} off the samples: {named}{more}.")
        self.setVisible(bool(off))
        self._place()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        """Lie at an edge of the plot where no handle is, else where the fewest are."""
        if not self._off:
            return
        handles, off = self._at_handles(), self._at_off()
        least: tuple[int, int, QRect] | None = None
        for width, place in self._places():
            around = place.adjusted(-_HANDLE, -_HANDLE, _HANDLE, _HANDLE)
            covered = sum(around.contains(*one) for one in handles)
            covered += _ABOUT * sum(around.contains(*one) for one in off)
            if least is None or covered < least[0]:
                least = covered, width, place
            if not covered:
                break
        if least is not None:
            self._wrap(least[1])
            self.move(least[2].topLeft())
        self.raise_()

    def _places(self) -> Iterator[tuple[int, QRect]]:
        """Yield widths of the text, and where the line lies with them; the best ones first."""
        left, room = LEFT_WIDTH + 2 * _EDGE, self._plot.width() - LEFT_WIDTH - 6 * _EDGE
        buttons = self.move_there.sizeHint().width() + self.release.sizeHint().width()
        text = self.label.fontMetrics().horizontalAdvance(self.label.text()) + GRID
        for share in _SHARES:
            width = max(min(text, round(share * room) - buttons - 7 * GRID), 20 * GRID)
            self._wrap(width)
            spare = max(room - self.width(), 0)
            bottom = self._plot.height() - self.height() - 2 * _EDGE
            for shift in (spare // 2, 0, spare):
                for top in (bottom, _EDGE):
                    yield width, QRect(left + shift, top, self.width(), self.height())

    def _wrap(self, width: int) -> None:
        """Let the text take up to ``width``, and cover no more of the plot than its lines do."""
        flags, room = Qt.TextFlag.TextWordWrap, QRect(0, 0, width, self._plot.height())
        metrics, text = self.label.fontMetrics(), unbroken(self.label.text())
        lines = metrics.boundingRect(room, flags, text).width()
        self.label.setFixedWidth(min(lines + GRID, width))
        self.adjustSize()

    def _at_handles(self) -> list[tuple[int, int]]:
        xs, ys = self._handles.xs, self._handles.ys
        return [self._at(x, y) for x, y in zip(xs, ys, strict=True) if np.isfinite(y)]

    def _at_off(self) -> list[tuple[int, int]]:
        return [self._at(one.wave_um, one.value) for one in self._off]

    def _at(self, wave_um: float, value: float) -> tuple[int, int]:
        """Return where a value is on the plot's widget."""
        pixels = self._plot.pixels
        inside = QPointF(pixels.x_pixel(wave_um), pixels.y_pixel(value))
        point = self._plot.mapFromScene(self._plot.getViewBox().mapToScene(inside))
        return point.x(), point.y()
