"""The chain strip: every step of the calibration, its state, and why."""

from dataclasses import dataclass
from typing import Literal, get_args

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QSizePolicy, QWidget

from guiapp.look.icons import Tint, icon
from guiapp.look.parts import Label, fitted, plain_tip, set_state
from guiapp.look.tokens import GRID

StepState = Literal["fresh", "stale", "running", "failed", "missing"]
STEP_STATES: tuple[StepState, ...] = get_args(StepState)

_DRAWINGS: dict[StepState, tuple[str, Tint]] = {
    "fresh": ("fresh", "ok"),
    "stale": ("stale", "care"),
    "running": ("running", "accent"),
    "failed": ("wrong", "wrong"),
    "missing": ("missing", "dim"),
}
_WORDS: dict[StepState, str] = {
    "fresh": "up to date",
    "stale": "stale",
    "running": "running",
    "failed": "failed",
    "missing": "nothing to work on",
}


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the chain.

    Attributes
    ----------
    id : str
        Sent back when it is clicked.
    text : str
        One or two words.
    state : {"fresh", "stale", "running", "failed", "missing"}
        Where it stands.
    reason : str
        Why, in one sentence: ``"The radius of the aperture changed."``
    count : str
        How much of it, shown behind the name: ``"3/12"``; ``""`` for nothing.
    """

    id: str
    text: str
    state: StepState
    reason: str = ""
    count: str = ""


class ChainStrip(QWidget):
    """One chip a step. Where there is no room, steps that need no attention lose their names."""

    clicked = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Calibration chain")
        self.chips: dict[str, _Chip] = {}
        self._active = ""
        self._row = QHBoxLayout(self)
        fitted(self._row, spacing=2 * GRID)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._title = Label("Chain", "dim")
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: tuple[ChainStep, ...]) -> None:
        """Show ``steps`` in their order."""
        if tuple(self.chips) != tuple(step.id for step in steps):
            self._rebuild(steps)
        for step in steps:
            self.chips[step.id].show_step(step)
        self._title.setVisible(bool(steps))
        self._make_room()

    def set_active(self, step_id: str) -> None:
        """Mark the step whose view is seen; ``""`` for none."""
        self._active = step_id
        for name, chip in self.chips.items():
            set_state(chip, "active", "true" if name == step_id else "false")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._make_room()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def _rebuild(self, steps: tuple[ChainStep, ...]) -> None:
        for chip in self.chips.values():
            self._row.removeWidget(chip)
            chip.deleteLater()
        self.chips = {}
        for place, step in enumerate(steps, start=1):
            chip = _Chip(self)
            chip.clicked.connect(lambda _checked, name=step.id: self.clicked.emit(name))
            self.chips[step.id] = chip
            self._row.insertWidget(place, chip)
        self.set_active(self._active)

    def _make_room(self) -> None:
        """Take names away until the chips fit: first of quiet steps, then of all but one."""
        for shortened in (
            set(),
            {name for name, chip in self.chips.items() if chip.is_quiet},
            set(self.chips),
        ):
            for name, chip in self.chips.items():
                chip.set_short(is_short=name in shortened and name != self._active)
            if self._row.minimumSize().width() <= self.width():
                return


class _Chip(QPushButton):
    """One step: its state as a drawing and in words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(14, 14))
        self.is_quiet = True
        self._words = ""

    def show_step(self, step: ChainStep) -> None:
        drawing, tint = _DRAWINGS[step.state]
        self.is_quiet = step.state in {"fresh", "missing"}
        self.setIcon(icon(drawing, tint))
        self._words = f" {step.text} {step.count}".rstrip()
        words = f"{step.text}: {_WORDS[step.state]}"
        self.setAccessibleName(words)
        self.setAccessibleDescription(step.reason)
        self.setToolTip(plain_tip(f"{words}. {step.reason}".strip()))

    def set_short(self, *, is_short: bool) -> None:
        self.setText("" if is_short else self._words)
