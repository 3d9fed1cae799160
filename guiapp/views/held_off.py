"""The line that says which held values lie off the samples, and what can be done about it."""

from PyQt6.QtCore import QEvent, QObject, QRect, Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from engine.counting import counted
from engine.mrs.held_values import HeldCheck, deviation_text
from guiapp.look.parts import Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.plots.canvas import LEFT_WIDTH, PlotCanvas
from guiapp.views.response_edits import MoveOntoSamples, ReleaseValues

_MOST_NAMED = 3
_EDGE = 6  # to the frame of the plot
_HANDLE = 10  # what a diamond takes on each side


class HeldOffLine(QWidget):
    """Hidden while all held values lie on the samples around them.

    It lies over the plot, so that nothing moves under the hand that drops a value: at the bottom,
    or at the top when it would cover what it is about.

    Signals
    -------
    edited(edit)
        What its buttons ask for: `MoveOntoSamples` or `ReleaseValues`, of all that lie off.
    """

    edited = pyqtSignal(object)

    def __init__(self, plot: PlotCanvas) -> None:
        super().__init__(plot)
        self._plot = plot
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
        """Lie at the bottom of the plot, or at its top when a value is there."""
        if not self._off:
            return
        room = self._plot.width() - LEFT_WIDTH - 6 * _EDGE
        buttons = self.move_there.sizeHint().width() + self.release.sizeHint().width()
        text = self.label.fontMetrics().horizontalAdvance(self.label.text()) + GRID
        self.label.setFixedWidth(max(min(text, room - buttons - 7 * GRID), 20 * GRID))
        self.adjustSize()
        left = LEFT_WIDTH + 2 * _EDGE + max((room - self.width()) // 2, 0)
        lowest = self._plot.height() - self.height() - 2 * _EDGE
        place = QRect(left, lowest, self.width(), self.height())
        is_taken = any(
            place.adjusted(-_HANDLE, -_HANDLE, _HANDLE, _HANDLE).contains(*self._at(one))
            for one in self._off
        )
        self.move(left, _EDGE if is_taken else lowest)
        self.raise_()

    def _at(self, one: HeldCheck) -> tuple[int, int]:
        """Return where a held value is on the plot's widget."""
        pixels = self._plot.pixels
        left = self._plot.width() - pixels.width
        return round(left + pixels.x_pixel(one.wave_um)), round(pixels.y_pixel(one.value))
