"""The line that says which held values lie off the samples, and what can be done about it."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.counting import counted
from engine.mrs.held_values import HeldCheck, deviation_text
from guiapp.look.parts import Label, button, fitted
from guiapp.look.tokens import GRID
from guiapp.views.response_edits import MoveOntoSamples, ReleaseValues

_MOST_NAMED = 3


class HeldOffLine(QWidget):
    """Hidden while all held values lie on the samples around them.

    Signals
    -------
    edited(edit)
        What its buttons ask for: `MoveOntoSamples` or `ReleaseValues`, of all that lie off.
    """

    edited = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places_um: tuple[float, ...] = ()
        self.label = Label()
        self.label.setWordWrap(True)
        self.move_there = button(
            "Move onto the samples", tip="Hold each where the curve lies without held values"
        )
        self.release = button("Release", tip="Let the fit choose the curve there")
        row = QHBoxLayout(self)
        fitted(row, spacing=2 * GRID)
        row.addWidget(self.label, 1)
        row.addWidget(self.move_there)
        row.addWidget(self.release)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.move_there.clicked.connect(lambda: self.edited.emit(MoveOntoSamples(self._places_um)))
        self.release.clicked.connect(lambda: self.edited.emit(ReleaseValues(self._places_um)))
        self.hide()

    def say(self, checks: tuple[HeldCheck, ...]) -> None:
        """Say which of these lie off the samples; hidden when none does."""
        off = [one for one in checks if one.is_off]
        self._places_um = tuple(one.wave_um for one in off)
        named = ", ".join(deviation_text(one) for one in off[:_MOST_NAMED])
        more = f" and {len(off) - _MOST_NAMED} more" if len(off) > _MOST_NAMED else ""
        subject = counted(len(off), "held value lies", "held values lie")
        self.label.setText(f"{subject} off the samples: {named}{more}.")
        self.setVisible(bool(off))
